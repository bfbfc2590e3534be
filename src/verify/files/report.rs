//! The results of a check of topic files, as a value, as text and as JSON. Must not depend on: the files.

use serde::Serialize;
use std::collections::BTreeSet;

/// The results for one topic.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TopicReport {
    /// The topic.
    pub topic: String,
    /// The number of records before the checkpoint that were read and are right.
    pub covered: u64,
    /// The number of records beyond the checkpoint, compared with a replay.
    pub beyond: u64,
    /// The number of day files read.
    pub files: u64,
    /// The days that were moved away.
    pub moved: Vec<String>,
    /// The days that this world removed by files.keep_days or files.keep_gigabytes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// The existing days that were not checked: the world keeps one digest for several days of that age, and others of
    /// these days were moved away.
    pub unchecked: Vec<String>,
    /// True if the files end inside a line, as after a crash.
    pub ends_inside_a_line: bool,
    /// True if digests could be compared: this requires the key and a full timestamp among the chosen fields.
    pub digested: bool,
}

/// Tells the days that the world removed from those that a user moved away; `removed` are paths in the output folder.
pub(super) fn tell_removed(reports: &mut [TopicReport], removed: Vec<String>) {
    for report in reports {
        let start = format!("{}/", report.topic);
        let names: BTreeSet<&str> = removed.iter().filter_map(|path| path.strip_prefix(&start)).collect();
        let (gone, moved) =
            std::mem::take(&mut report.moved).into_iter().partition(|name| names.contains(name.as_str()));
        (report.removed, report.moved) = (gone, moved);
    }
}

/// Returns the reports as text, or as one JSON object.
pub(super) fn render(reports: &[TopicReport], json: bool) -> String {
    if json {
        return format!("{}\n", serde_json::json!({ "ok": true, "topics": reports }));
    }
    reports.iter().map(lines_of).collect()
}

fn lines_of(report: &TopicReport) -> String {
    let TopicReport { topic, covered, beyond, files, .. } = report;
    let mut text = format!("{topic}: {covered} records to the checkpoint, {beyond} beyond it, {files} files: right\n");
    if !report.moved.is_empty() {
        text.push_str(&format!("  moved away, not read: {}\n", report.moved.join(", ")));
    }
    if let (Some(first), Some(last)) = (report.removed.first(), report.removed.last()) {
        let count = report.removed.len();
        text.push_str(&format!(
            "  removed by files.keep_days or files.keep_gigabytes: {count}, from {first} to {last}\n"
        ));
    }
    if !report.unchecked.is_empty() {
        let days = report.unchecked.join(", ");
        text.push_str(&format!(
            "  not checked, for the days about them, more than ten years back, were moved away: {days}\n"
        ));
    }
    if report.ends_inside_a_line {
        text.push_str("  ends inside a line, as after a crash; the next run completes it\n");
    }
    text
}
