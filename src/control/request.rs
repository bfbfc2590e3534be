//! The requests of the control socket, as JSON.

use crate::ops::campaigns::CampaignQuery;
use crate::ops::drifts::DriftStart;
use crate::ops::inject::{Injection, When};
use crate::ops::inspect::{Sample, Target};
use crate::ops::pagination::PageRequest;
use crate::output::to_json;
use crate::run::ForkChanges;
use populace_sim::Command;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::path::PathBuf;

/// A request on the control socket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "request")]
pub enum Request {
    /// The status of the run.
    Status,
    /// Profile and history of one person or driver, as of the next window end or of a past instant.
    Inspect {
        /// The person or driver.
        #[serde(flatten)]
        target: Whom,
        /// The past instant; a relative one counts from the world's present. Not for samples.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        at: Option<String>,
    },
    /// A page of people or drivers in the order of their numbers.
    Page {
        /// The page.
        #[serde(flatten)]
        page: PageRequest,
    },
    /// The static data of the world: regions, topics, numbers.
    World,
    /// The present weather of every region.
    Weather,
    /// The present duration of trips across every region.
    Traffic,
    /// The number of visits to the shop and of trips under way.
    InProgress,
    /// Fraud campaigns, planned and injected.
    Campaigns {
        /// The query.
        #[serde(flatten)]
        query: CampaignQuery,
    },
    /// All drifts of the world, including those that commands started or stopped.
    Drifts,
    /// Start drifts. An existing drift of the same name ends where the new one begins.
    DriftStart {
        /// The drifts, and the instant at which they begin.
        #[serde(flatten)]
        start: DriftStart,
    },
    /// Stop drifts at once.
    DriftStop {
        /// Their names.
        ids: Vec<String>,
    },
    /// The scenario in force, as TOML.
    Scenario,
    /// The sink of the world's records.
    Sink,
    /// The commands in the log without adopted scenarios: pairs of the instant at which a command takes effect, in UTC
    /// microseconds, and the command.
    Commands,
    /// A command to the world.
    Command {
        /// The command.
        command: Command,
    },
    /// An injection.
    Inject {
        /// The injection.
        injection: Injection,
        /// The instant at which it begins.
        #[serde(default)]
        when: When,
    },
    /// Pause the clock.
    Pause,
    /// Resume the clock.
    Resume,
    /// Set the speed: `max`, `realtime`, `catch-up` or a factor.
    Speed {
        /// The speed.
        to: Value,
    },
    /// Set the rate of events.
    Rate {
        /// Events per second.
        events_per_second: f64,
    },
    /// Save a checkpoint.
    Checkpoint,
    /// Save a checkpoint and copy it to a new world.
    Fork {
        /// The absolute path of its data directory.
        #[serde(with = "crate::paths")]
        to: PathBuf,
        /// The changes in the new world.
        #[serde(flatten)]
        changes: ForkChanges,
    },
    /// Stop gracefully.
    Stop,
}

impl Request {
    /// Returns its name, as the JSON has it.
    pub fn name(&self) -> String {
        to_json(self)["request"].as_str().unwrap_or_default().to_owned()
    }
}

/// The people or drivers to inspect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "whom")]
pub enum Whom {
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
    /// A sample of people.
    People {
        /// The number.
        count: u32,
    },
    /// A sample of drivers.
    Drivers {
        /// The number.
        count: u32,
    },
}

impl From<Target> for Whom {
    fn from(target: Target) -> Self {
        match target {
            Target::User { id } => Whom::User { id },
            Target::Customer { id } => Whom::Customer { id },
            Target::Driver { id } => Whom::Driver { id },
        }
    }
}

impl From<Sample> for Whom {
    fn from(sample: Sample) -> Self {
        match sample {
            Sample::People(count) => Whom::People { count },
            Sample::Drivers(count) => Whom::Drivers { count },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::pagination::Listed;
    use serde_json::json;

    #[test]
    fn requests_read_as_they_are_documented() {
        let read = |text| serde_json::from_str::<Request>(text).unwrap();
        assert_eq!(read(r#"{"request":"status"}"#), Request::Status);
        assert_eq!(read(r#"{"request":"rate","events_per_second":5}"#), Request::Rate { events_per_second: 5.0 });
        let target = Whom::Driver { id: "driver_3".into() };
        assert_eq!(
            read(r#"{"request":"inspect","whom":"driver","id":"driver_3"}"#),
            Request::Inspect { target, at: None }
        );
        let page = PageRequest {
            of: Listed::People,
            from: 5,
            count: 2,
            region: None,
            only: vec![("persona".into(), "student".into())],
        };
        let text = r#"{"request":"page","of":"people","from":5,"count":2,"only":[["persona","student"]]}"#;
        assert_eq!(read(text), Request::Page { page });
        let text = r#"{"request":"drift-start","drifts":[{"key":"bank.fraud.rate","to":0.02}],"when":"at-once"}"#;
        let block = serde_json::from_value(json!({"key": "bank.fraud.rate", "to": 0.02})).unwrap();
        let start = DriftStart { scenario: None, drifts: vec![block], when: Some(When::AtOnce) };
        assert_eq!(read(text), Request::DriftStart { start });
        let stop = Request::DriftStop { ids: vec!["lockdown-shop".into()] };
        assert_eq!(read(r#"{"request":"drift-stop","ids":["lockdown-shop"]}"#), stop);
        assert!(serde_json::from_str::<Request>(r#"{"request":"stopp"}"#).is_err());
        assert_eq!([stop.name(), Request::Status.name()], ["drift-stop", "status"]);
    }
}
