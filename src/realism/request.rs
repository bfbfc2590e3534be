//! The request of `populace realism`.

use crate::config::KafkaPlan;
use populace_sim::Scenario;
use std::path::PathBuf;

/// `populace realism`.
#[derive(Clone, Debug, PartialEq)]
pub struct RealismRequest {
    /// The source of the records.
    pub source: RealismSource,
    /// True if the answer is one JSON object.
    pub json: bool,
    /// The file for the HTML page, if one is requested.
    pub html: Option<PathBuf>,
    /// The effect of a failed check on the exit code.
    pub strictness: Strictness,
}

/// A source of records for `realism`.
#[derive(Clone, Debug, PartialEq)]
pub enum RealismSource {
    /// Topic files.
    Files {
        /// The scenario, for the names of the topics and the regions.
        scenario: Box<Scenario>,
        /// The folder that contains the folders of the topics.
        folder: PathBuf,
    },
    /// Topics of a cluster.
    Kafka {
        /// The scenario, for the names of the topics and the regions.
        scenario: Box<Scenario>,
        /// The connection to the cluster, and the prefix of the names of its topics.
        plan: Box<KafkaPlan>,
    },
    /// A world that is simulated in memory.
    Lived {
        /// Its rules.
        scenario: Box<Scenario>,
        /// The number of days, 1 to 3,660.
        days: u32,
        /// The number of threads that simulate, at least 1.
        threads: usize,
    },
}

/// The effect on the command of a check outside its band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// The command fails.
    Fail,
    /// The command succeeds.
    ReportOnly,
}
