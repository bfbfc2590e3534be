//! The comparison of a world's records with published figures, for `populace realism`. The records come from topic
//! files, topics of Kafka or a world that runs in memory; only the HTML page is written. Must not depend on: any check.

mod error;
mod request;
mod source;
mod topics;

pub use request::{RealismRequest, RealismSource, Strictness};

use crate::run::RunError;
use error::RealismError;
use populace_realism::{Data, Report, Summary, html, text};
use populace_sim::Stream;

/// Prints the report of `populace realism` on standard output, and writes the HTML page if requested.
///
/// # Errors
/// If there are no records to read; unless the request is for the report only, also if a check is not inside its band.
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

fn data(source: &RealismSource) -> Result<Data, RealismError> {
    if let RealismSource::Files { scenario, .. } | RealismSource::Kafka { scenario, .. } = source
        && scenario.topics.streams().all(Stream::is_optional)
    {
        return Err(RealismError::Disabled);
    }
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
