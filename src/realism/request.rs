//! What `populace realism` is asked for.

use crate::config::KafkaPlan;
use populace_sim::Scenario;
use std::path::PathBuf;

/// `populace realism`.
#[derive(Clone, Debug, PartialEq)]
pub struct RealismRequest {
    /// What to look at.
    pub source: RealismSource,
    /// Answer with one JSON object.
    pub json: bool,
    /// Where to write the page, if anywhere.
    pub html: Option<PathBuf>,
    /// Whether a check that fails is a failure of the command.
    pub strictness: Strictness,
}

/// Where `realism` takes its records from.
#[derive(Clone, Debug, PartialEq)]
pub enum RealismSource {
    /// Topic files.
    Files {
        /// Names the topics and the regions.
        scenario: Box<Scenario>,
        /// Where the folders of the topics lie.
        folder: PathBuf,
    },
    /// Topics of a cluster.
    Kafka {
        /// Names the topics and the regions.
        scenario: Box<Scenario>,
        /// How to reach the cluster, and what the names of its topics begin with.
        plan: Box<KafkaPlan>,
    },
    /// A world that is run in memory.
    Lived {
        /// Its rules.
        scenario: Box<Scenario>,
        /// For how many days, 1 to 3,660.
        days: u32,
        /// Threads that simulate, ≥ 1.
        threads: usize,
    },
}

/// What a check outside its band means for the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strictness {
    /// It fails.
    Fail,
    /// Nothing.
    ReportOnly,
}
