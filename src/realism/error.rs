//! The reasons why there is no report, or why a report counts as a failure. Must not depend on: sources of records.

use crate::run::RunError;
use populace_realism::Collector;
use populace_sim::Scenario;
use std::path::PathBuf;

/// The reason why there is no report, or why the command fails with one.
#[derive(Debug, thiserror::Error)]
pub enum RealismError {
    /// The world could not be run, or a file could not be read.
    #[error("{0}")]
    Run(#[from] RunError),
    /// There are no topic files.
    #[error("there are no topic files in {}: name their folder with --out, or their world with --data-dir", .0.display())]
    NoFiles(PathBuf),
    /// The topic files are whole files of another form.
    #[error(
        "the topic files in {} are whole files, and a report reads day files of JSON lines: leave out --sink, --out and \
         --data-dir and give --days N, which simulates the same scenario",
        .0.display()
    )]
    WholeFiles(PathBuf),
    /// The scenario disables the topics that are examined.
    #[error(
        "this scenario disables all three topics that the report examines, transactions, trips and interactions: name no \
         --out and no sink, and the report simulates a world that has them"
    )]
    Disabled,
    /// There are no such topics in the cluster.
    #[error(
        "Kafka at {brokers} has none of the topics {topics}: name another cluster with --brokers, what the topics' names \
         begin with with --set kafka.topic_prefix=…, or the world that writes them with --data-dir"
    )]
    NoTopics {
        /// The addresses of the brokers.
        brokers: String,
        /// The names of the topics, separated by commas.
        topics: String,
    },
    /// The records of a topic are in a format that a report does not read.
    #[error(
        "{topic} is written as {format}, and a report reads JSON: leave out --sink, --brokers and --data-dir and give \
         --days N, which simulates the same scenario"
    )]
    NotJson {
        /// The topic.
        topic: String,
        /// Its format.
        format: &'static str,
    },
    /// A record of a topic violates the wire contract.
    #[error("{topic} partition {partition}, offset {offset}: {what}")]
    TopicRecord {
        /// The topic.
        topic: String,
        /// Its partition.
        partition: i32,
        /// Its offset in the partition.
        offset: i64,
        /// The fault in it.
        what: String,
    },
    /// A line of a topic file violates the wire contract.
    #[error("{}: line {number}: {what}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        number: u64,
        /// The fault in it.
        what: String,
    },
    /// A record of the simulated world violates the wire contract.
    #[error("a record of {topic}: {what}")]
    Record {
        /// Its topic.
        topic: String,
        /// The fault in it.
        what: String,
    },
    /// Some checks failed.
    #[error(
        "{outside} checks are outside their bands and {too_few} had too few observations; --report-only takes that for no failure"
    )]
    NotReal {
        /// The number of checks outside their bands.
        outside: usize,
        /// The number of checks with too few records.
        too_few: usize,
    },
}

/// Returns a collector for the records of the regions of a scenario.
pub(super) fn collector(scenario: &Scenario) -> Result<Collector, RealismError> {
    Collector::new(scenario).map_err(|error| RunError::Sim(error.to_string()).into())
}
