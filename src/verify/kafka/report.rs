//! The results of a check or a rebuild of a cluster's topics, as values, as text and as JSON. Must not depend on: the
//! cluster.

use crate::verify::request::{VerifyRequest, VerifyTask};
use serde::Serialize;

/// The results for one topic.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct ClusterReport {
    /// The topic.
    pub topic: String,
    /// The number of partitions.
    pub partitions: usize,
    /// The number of records that were read and are right.
    pub records: u64,
    /// The number of records that the broker's retention has deleted.
    pub expired: u64,
}

/// A progress record that was rebuilt.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Rebuilt {
    /// The progress topic.
    pub progress: String,
    /// The instant of the progress.
    pub time: String,
    /// The number of records in the topics, including those that the broker has deleted.
    pub records: u64,
    /// The epoch of the rebuilt progress; the next epoch follows it.
    pub epoch: u64,
    /// The number of records that are in the topics twice, or will be; 0 with transactions.
    pub repeated: u64,
}

/// Returns the reports as text, or as one JSON object.
pub(super) fn render(reports: &[ClusterReport], rebuilt: Option<&Rebuilt>, request: &VerifyRequest) -> String {
    let asked = request.task == VerifyTask::RebuildProgress;
    if request.json {
        let mut answer = serde_json::json!({ "ok": true, "topics": reports });
        if asked {
            answer["rebuilt"] = serde_json::json!(rebuilt);
        }
        return format!("{answer}\n");
    }
    let line = |report: &ClusterReport| {
        let ClusterReport { topic, partitions, records, expired } = report;
        let gone = if *expired > 0 { format!(", {expired} before them deleted by the broker") } else { String::new() };
        let twice = if rebuilt.is_some_and(|one| one.repeated > 0) { "" } else { ", nothing twice" };
        format!("{topic}: {records} records in {partitions} partitions{gone}: nothing missing{twice}\n")
    };
    let mut text: String = reports.iter().map(line).collect();
    match rebuilt {
        Some(one) => text.push_str(&rebuilt_text(one)),
        None if asked => text.push_str("the world's progress exists and was not rewritten\n"),
        None => {}
    }
    text
}

fn rebuilt_text(rebuilt: &Rebuilt) -> String {
    let Rebuilt { progress, time, records, epoch, repeated } = rebuilt;
    let repeats = match repeated {
        0 => String::new(),
        count => format!("; {count} records are there twice or will be, as without transactions they may"),
    };
    format!(
        "{progress}: world's progress was rewritten: {records} records up to {time} (epoch {epoch}){repeats}; \
         `populace run` goes on from there\n"
    )
}
