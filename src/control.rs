//! How a running world is asked: one JSON object a line, on `<data-dir>/control.sock`, each answered by one line; HTTP
//! asks the same things. The words of the protocol; who answers, listens and asks are in the submodules.

mod client;
mod server;
mod signals;
mod socket;

use crate::cli::{DriftStart, ForkOrder, Injection, When};
use populace_sim::{Command, FraudKind, VirtualTime};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::path::PathBuf;

pub use crate::ops::{Reason, RequestError};
pub use client::connect;
pub use server::{Serving, serve};
pub use signals::Outside;
pub use socket::SOCKET;

/// What can be asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "request")]
pub enum Request {
    /// How the run is doing.
    Status,
    /// Profile and history of one person or driver, as of the next window end.
    Inspect {
        /// What to look for.
        #[serde(flatten)]
        target: Target,
    },
    /// Some of the people or drivers in the order of their numbers, in short, as of the next window end.
    Page {
        /// Which.
        #[serde(flatten)]
        page: Page,
    },
    /// What is fixed about the world: regions, topics, numbers.
    World,
    /// The weather of every region, now.
    Weather,
    /// What trips across every region take, now.
    Traffic,
    /// How many visits of the shop and trips have begun and go on: all people are looked at.
    InProgress,
    /// Campaigns of fraud as they were planned or asked for.
    Campaigns {
        /// Which.
        #[serde(flatten)]
        among: Among,
    },
    /// Every drift of the world, those that commands started or stopped among them.
    Drifts,
    /// Drifts are to start, or, where the world has one of that name, to take its place.
    DriftStart {
        /// Which, and when.
        #[serde(flatten)]
        start: DriftStart,
    },
    /// Drifts end at once: their rules are what they are without them.
    DriftStop {
        /// What they are called.
        ids: Vec<String>,
    },
    /// The scenario that the world lives by, as TOML.
    Scenario,
    /// Where the world's records go.
    Sink,
    /// The commands in the log, adopted scenarios apart: pairs of the instant at which one takes effect, in UTC
    /// microseconds, and the command.
    Commands,
    /// A command to the world.
    Command {
        /// The command.
        command: Command,
    },
    /// Something is to happen to somebody who is named as in records.
    Inject {
        /// What and to whom.
        injection: Injection,
        /// When it begins.
        #[serde(default)]
        when: When,
    },
    /// Stop the clock.
    Pause,
    /// Let it go on.
    Resume,
    /// Another speed: `max`, `realtime`, `catch-up` or a factor.
    Speed {
        /// The speed.
        to: Value,
    },
    /// Whatever speed yields so many events a second.
    Rate {
        /// Events a second.
        events_per_second: f64,
    },
    /// Save now.
    Checkpoint,
    /// Save now, and make a new world of what was saved.
    Fork {
        /// The absolute path of its data directory.
        #[serde(with = "crate::paths")]
        to: PathBuf,
        /// How it differs.
        #[serde(flatten)]
        order: ForkOrder,
    },
    /// Stop cleanly.
    Stop,
}

/// Whom to look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "whom")]
pub enum Target {
    /// A person in the role of a bank user.
    User {
        /// The UUID.
        id: String,
    },
    /// A person in the role of a customer.
    Customer {
        /// The UUID.
        id: String,
    },
    /// A driver.
    Driver {
        /// `driver_N`.
        id: String,
    },
    /// Some people.
    People {
        /// How many.
        count: u32,
    },
    /// Some drivers.
    Drivers {
        /// How many.
        count: u32,
    },
}

/// Whom a page lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Listed {
    /// People.
    People,
    /// Drivers.
    Drivers,
}

/// A page of people or drivers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// Whom it lists.
    pub of: Listed,
    /// The number that it begins with, from 0.
    #[serde(default)]
    pub from: u32,
    /// How many it has at most, 1 to 200.
    pub count: u32,
    /// Only those of this region.
    #[serde(default)]
    pub region: Option<String>,
    /// Only those whose view says this: the name of a field and its value.
    #[serde(default)]
    pub only: Vec<(String, String)>,
}

/// Which campaigns are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Among {
    /// Those that start from here on; a day before virtual now where nothing is said.
    #[serde(default)]
    pub from: Option<VirtualTime>,
    /// And before here; a day after virtual now where nothing is said.
    #[serde(default)]
    pub to: Option<VirtualTime>,
    /// Only those of this kind.
    #[serde(default)]
    pub kind: Option<FraudKind>,
    /// Only those against this region.
    #[serde(default)]
    pub region: Option<String>,
    /// So many of them are left out first.
    #[serde(default)]
    pub skip: u32,
    /// How many are told at most, 1 to 1,000.
    pub count: u32,
}

/// What is answered: a value, or why not.
pub type Answer = Result<Value, RequestError>;

/// A request on its way to the run loop.
pub struct Asked {
    /// The request.
    pub request: Request,
    /// Where the answer goes.
    pub reply: tokio::sync::oneshot::Sender<Answer>,
}

/// An answer as it stands on the wire.
fn to_line(answer: &Answer) -> String {
    let whole = match answer {
        Ok(value) => json!({ "ok": true, "answer": value }),
        Err(declined) => json!({ "ok": false, "error": declined.why, "reason": declined.reason }),
    };
    format!("{whole}\n")
}

/// An answer from the wire.
fn from_line(line: &str) -> Answer {
    let unreadable = |why: &dyn std::fmt::Display| RequestError::unfit(format!("the answer cannot be read: {why}"));
    let whole: Value = serde_json::from_str(line).map_err(|e| unreadable(&e))?;
    let reason = || serde_json::from_value(whole["reason"].clone()).unwrap_or(Reason::Unfit);
    match (whole.get("ok").and_then(Value::as_bool), whole.get("answer"), whole.get("error").and_then(Value::as_str)) {
        (Some(true), Some(answer), _) => Ok(answer.clone()),
        (_, _, Some(error)) => Err(RequestError { reason: reason(), why: error.to_owned() }),
        _ => Err(unreadable(&line)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_read_as_they_are_documented() {
        let read = |text| serde_json::from_str::<Request>(text).unwrap();
        assert_eq!(read(r#"{"request":"status"}"#), Request::Status);
        assert_eq!(read(r#"{"request":"rate","events_per_second":5}"#), Request::Rate { events_per_second: 5.0 });
        let target = Target::Driver { id: "driver_3".into() };
        assert_eq!(read(r#"{"request":"inspect","whom":"driver","id":"driver_3"}"#), Request::Inspect { target });
        let page = Page {
            of: Listed::People,
            from: 5,
            count: 2,
            region: None,
            only: vec![("persona".into(), "student".into())],
        };
        let text = r#"{"request":"page","of":"people","from":5,"count":2,"only":[["persona","student"]]}"#;
        assert_eq!(read(text), Request::Page { page });
        let text = r#"{"request":"drift-start","drifts":[{"key":"bank.fraud.rate","to":0.02}],"when":"at-once"}"#;
        let Value::Object(block) = json!({"key": "bank.fraud.rate", "to": 0.02}) else { unreachable!() };
        let start = DriftStart { scenario: None, drifts: vec![block], when: Some(When::AtOnce) };
        assert_eq!(read(text), Request::DriftStart { start });
        let stop = Request::DriftStop { ids: vec!["lockdown-shop".into()] };
        assert_eq!(read(r#"{"request":"drift-stop","ids":["lockdown-shop"]}"#), stop);
        assert!(serde_json::from_str::<Request>(r#"{"request":"stopp"}"#).is_err());
    }

    #[test]
    fn answers_come_back() {
        for answer in [Ok(json!({"a": [1]})), Ok(Value::Null), Err(RequestError::unknown("no"))] {
            assert_eq!(from_line(&to_line(&answer)), answer);
        }
    }
}
