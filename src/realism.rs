//! `populace realism`: the comparison of a world's records with published figures. The records come from topic files, topics
//! of Kafka or a world that is run in memory; only the HTML page is written. Must not depend on: any check.

mod request;
mod source;
mod topics;

pub use request::{RealismRequest, RealismSource, Strictness};

use crate::run::RunError;
use populace_realism::{Collector, Data, Report, Summary, html, text};
use populace_sim::Scenario;
use std::path::PathBuf;

/// Why there is no report, or why it is no good one.
#[derive(Debug, thiserror::Error)]
pub enum RealismError {
    /// The world could not be lived, or a file not be read.
    #[error("{0}")]
    Run(#[from] RunError),
    /// There is nothing to read.
    #[error("there are no topic files in {}: name their folder with --out, or their world with --data-dir", .0.display())]
    NoFiles(PathBuf),
    /// There is nothing to read in the cluster.
    #[error(
        "Kafka at {brokers} has none of the topics {topics}: name another cluster with --brokers, what the topics' names \
         begin with with --set kafka.topic_prefix=…, or the world that writes them with --data-dir"
    )]
    NoTopics {
        /// The addresses that were asked.
        brokers: String,
        /// The names, with commas.
        topics: String,
    },
    /// A record of a topic is not what the wire contract says.
    #[error("{topic} partition {partition}, offset {offset}: {what}")]
    TopicRecord {
        /// The topic.
        topic: String,
        /// Its partition.
        partition: i32,
        /// Where in it.
        offset: i64,
        /// What is wrong with it.
        what: String,
    },
    /// A line of a topic file is not what the wire contract says.
    #[error("{}: line {number}: {what}", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        number: u64,
        /// What is wrong with it.
        what: String,
    },
    /// A record of the world that was lived is not what the wire contract says.
    #[error("a record of {topic}: {what}")]
    Record {
        /// Its topic.
        topic: String,
        /// What is wrong with it.
        what: String,
    },
    /// Some checks failed.
    #[error(
        "{outside} checks are outside their bands and {too_few} had too few observations; --report-only takes that for no failure"
    )]
    NotReal {
        /// Checks outside.
        outside: usize,
        /// Checks without enough to look at.
        too_few: usize,
    },
}

/// Answers `populace realism` on standard output, and in the page that is asked for.
///
/// # Errors
/// Where there is nothing to look at; and, unless only the report was asked for, where a check is not inside its band.
pub(crate) fn realism(request: &RealismRequest) -> anyhow::Result<()> {
    let data = data(&request.source)?;
    let report = Report::new(&data, origin(&request.source));
    if let Some(path) = &request.html {
        let page = html(&report, &data);
        std::fs::write(path, page).map_err(|error| RunError::io(path, "written", error))?;
    }
    let shown = match request.json {
        true => format!("{}\n", serde_json::to_string(&report)?),
        false => text(&report),
    };
    crate::output::print(&shown)?;
    let Summary { outside, too_few, .. } = report.summary;
    match (request.strictness, outside + too_few) {
        (Strictness::ReportOnly, _) | (_, 0) => Ok(()),
        (Strictness::Fail, _) => Err(RealismError::NotReal { outside, too_few }.into()),
    }
}

/// Returns a collector for the records of the regions of a scenario.
fn collector(scenario: &Scenario) -> Result<Collector, RealismError> {
    Collector::new(scenario).map_err(|error| RunError::Sim(error.to_string()).into())
}

fn data(source: &RealismSource) -> Result<Data, RealismError> {
    match source {
        RealismSource::Files { scenario, folder } => source::files(scenario, folder),
        RealismSource::Kafka { scenario, plan } => topics::read(scenario, plan),
        RealismSource::Lived { scenario, days, threads } => source::lived(scenario, *days, *threads),
    }
}

fn origin(source: &RealismSource) -> String {
    match source {
        RealismSource::Files { folder, .. } => format!("files in {}", folder.display()),
        RealismSource::Kafka { plan, .. } if plan.topic_prefix.is_empty() => format!("topics at {}", plan.brokers),
        RealismSource::Kafka { plan, .. } => format!("topics {}… at {}", plan.topic_prefix, plan.brokers),
        RealismSource::Lived { scenario, days, .. } => {
            format!("{days} days of {} people, seed {}", scenario.world.people, scenario.world.seed)
        }
    }
}
