//! How a running world is asked: one JSON object a line, on `<data-dir>/control.sock`, each answered by one line.
//! The words of the protocol; who listens and who asks are in the submodules.

mod client;
mod server;
mod signals;
mod socket;

use populace_sim::Command;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

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
    /// The scenario that the world was born with, as TOML.
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

/// What is answered: a value, or a sentence that says why not.
pub type Answer = Result<Value, String>;

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
        Err(why) => json!({ "ok": false, "error": why }),
    };
    format!("{whole}\n")
}

/// An answer from the wire.
fn from_line(line: &str) -> Answer {
    let whole: Value = serde_json::from_str(line).map_err(|e| format!("the answer cannot be read: {e}"))?;
    match (whole.get("ok").and_then(Value::as_bool), whole.get("answer"), whole.get("error").and_then(Value::as_str)) {
        (Some(true), Some(answer), _) => Ok(answer.clone()),
        (_, _, Some(error)) => Err(error.to_owned()),
        _ => Err(format!("the answer cannot be read: {line}")),
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
        assert!(serde_json::from_str::<Request>(r#"{"request":"stopp"}"#).is_err());
    }

    #[test]
    fn answers_come_back() {
        for answer in [Ok(json!({"a": [1]})), Ok(Value::Null), Err("no".to_owned())] {
            assert_eq!(from_line(&to_line(&answer)), answer);
        }
    }
}
