//! The results of a check of whole files, as a value, as text and as JSON. Must not depend on: the files.

use serde::Serialize;

/// The results for one topic.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub(super) struct WholeReport {
    /// The topic.
    pub(super) topic: String,
    /// The number of files whose size and hash are right.
    pub(super) files: u64,
    /// The number of their records.
    pub(super) records: u64,
    /// True if the records were made again and compared.
    pub(super) replayed: bool,
    /// The number of staged records beyond the checkpoint, compared with a replay.
    pub(super) staged: u64,
    /// The files of time that is not over, or not yet in the list: their next version replaces them.
    pub(super) unfinished: Vec<String>,
    /// The number of commits of the Delta table; None if the files are not those of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) commits: Option<u64>,
    /// The files that were moved away.
    pub(super) moved: Vec<String>,
    /// The files that this world removed by files.keep_days or files.keep_gigabytes.
    pub(super) removed: Vec<String>,
}

/// Returns the reports as text, or as one JSON object.
pub(super) fn render(reports: &[WholeReport], json: bool) -> String {
    if json {
        return format!("{}\n", serde_json::json!({ "ok": true, "topics": reports }));
    }
    reports.iter().map(lines_of).collect()
}

fn lines_of(report: &WholeReport) -> String {
    let WholeReport { topic, files, records, staged, .. } = report;
    let mut text =
        format!("{topic}: {records} records in {files} files, {staged} staged beyond the checkpoint: right\n");
    if let Some(commits) = report.commits {
        text.push_str(&format!("  a Delta table of {commits} commits, with these files and no others\n"));
    }
    if !report.replayed {
        text.push_str(
            "  other rules made these records: sizes and hashes were checked, and rows were not made again\n",
        );
    }
    if !report.unfinished.is_empty() {
        text.push_str(&format!("  not over, not checked: {}\n", report.unfinished.join(", ")));
    }
    if !report.moved.is_empty() {
        text.push_str(&format!("  moved away, not read: {}\n", report.moved.join(", ")));
    }
    if let (Some(first), Some(last)) = (report.removed.first(), report.removed.last()) {
        let count = report.removed.len();
        text.push_str(&format!(
            "  removed by files.keep_days or files.keep_gigabytes: {count}, from {first} to {last}\n"
        ));
    }
    text
}
