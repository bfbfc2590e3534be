//! Records from the topic files of a folder, and from a world that is simulated in memory for the report alone. Must
//! not depend on: any check.

use super::error::{RealismError, collector};
use crate::UsageError;
use crate::run::{Pool, RunError, WindowSizer};
use crate::sink::files::{days_in, file_of_day, staging_in};
use populace_realism::{Collector, Data, with_required_fields};
use populace_sim::{CALENDAR_END, Scenario, Span, Stream, Town};
use populace_wire::Merged;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

/// The number of records in a window of a world that is simulated in memory.
const WINDOW: f64 = 20_000.0;

/// Reads the topic files in `folder`. The scenario gives the names of the topics and the regions.
///
/// # Errors
/// If there are no files, or a file or line cannot be read.
pub(super) fn files(scenario: &Scenario, folder: &Path) -> Result<Data, RealismError> {
    let mut collector = collector(scenario)?;
    let mut found = 0;
    for stream in scenario.topics.streams().filter(|stream| !stream.is_optional()) {
        let topic = folder.join(&scenario.topics.of(stream).name);
        for day in days(&topic)? {
            found += 1;
            read_day(&mut collector, stream, &topic.join(file_of_day(day)))?;
        }
    }
    if found == 0 && staging_in(folder).exists() {
        return Err(RealismError::WholeFiles(folder.to_path_buf()));
    }
    if found == 0 {
        return Err(RealismError::NoFiles(folder.to_path_buf()));
    }
    Ok(collector.finish())
}

/// Returns the days of a topic; empty if it has no folder.
fn days(topic: &Path) -> Result<Vec<i32>, RealismError> {
    match days_in(topic) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        other => other.map_err(|error| RunError::io(topic, "read", error).into()),
    }
}

fn read_day(collector: &mut Collector, stream: Stream, path: &Path) -> Result<(), RealismError> {
    let failed = |error| RealismError::from(RunError::io(path, "read", error));
    let mut file = BufReader::with_capacity(1 << 20, File::open(path).map_err(failed)?);
    let (mut line, mut number) = (Vec::new(), 0);
    while file.read_until(b'\n', &mut line).map_err(failed)? > 0 {
        number += 1;
        // A running world, or a crash, leaves the last line unfinished.
        if line.pop() == Some(b'\n') {
            let fault = |what| RealismError::Line { path: path.to_path_buf(), number, what };
            collector.line(stream, None, &line).map_err(fault)?;
        }
        line.clear();
    }
    Ok(())
}

/// Simulates the world of `scenario` for this number of days; writes nothing.
///
/// # Errors
/// If the world cannot be created, or the calendar ends before.
pub(super) fn lived(scenario: &Scenario, days: u32, threads: usize) -> Result<Data, RealismError> {
    let mut collector = collector(scenario)?;
    let town = Town::build(&with_required_fields(scenario)).map_err(|error| RunError::Sim(error.to_string()))?;
    let town = Arc::new(town);
    let (mut now, end) = (town.start(), town.start() + Span::from_days(i64::from(days)));
    if end > CALENDAR_END {
        let error = UsageError::new("the calendar ends with 2199, before as many days are over");
        return Err(RunError::from(error.help("give fewer --days, or an earlier --start")).into());
    }
    let (mut windows, mut batches) = (WindowSizer::of_town(&town), Vec::new());
    let mut pool = Pool::start(&town, threads)?;
    pool.create_shards()?;
    while now < end {
        let until = windows.end(now, WINDOW).min(end);
        let merged = Merged::new(pool.run(until, &mut batches)?);
        windows.learn(until.since(now), merged.len());
        for record in merged.iter() {
            let fault = |what| RealismError::Record { topic: town.topic_name(record.stream).to_owned(), what };
            collector.line(record.stream, Some(record.time), record.value).map_err(fault)?;
        }
        batches.append(&mut merged.recycle());
        now = until;
    }
    Ok(collector.finish())
}

#[cfg(test)]
mod tests {
    use super::*;
    use populace_realism::Report;

    fn scenario() -> Scenario {
        let text = "[world]\npeople = 60\nstart = \"2026-01-01T00:00:00+00:00\"\n[topics.trips]\nfields = [\"trip_id\", \"driver_id\"]";
        populace_wire::scenario_from_toml("test", text).unwrap()
    }

    #[test]
    fn a_world_is_lived_whatever_fields_were_chosen() {
        let data = lived(&scenario(), 10, 1).unwrap();
        let facts = Report::new(&data, String::new()).data;
        assert!(facts.transactions > 300 && facts.interactions > 300 && facts.trips > 5, "{facts:?}");
        assert!(facts.users <= 60 && facts.users > 50, "{facts:?}");
    }

    #[test]
    fn files_are_read_up_to_their_last_whole_line() {
        let folder = tempfile::tempdir().unwrap();
        let topic = folder.path().join("transaction_fraud_detection");
        std::fs::create_dir(&topic).unwrap();
        let line = r#"{"user_id":"u","timestamp":"2026-01-01T18:30:00.000001+00:00","amount":1.5,"currency":"USD","merchant_id":"m","product_category":"other","transaction_type":"purchase","payment_method":"crypto","is_fraud":0}"#;
        std::fs::write(topic.join("2026-01-01.jsonl"), format!("{line}\n{line}\n{}", &line[..50])).unwrap();
        let data = files(&scenario(), folder.path()).unwrap();
        assert_eq!(Report::new(&data, String::new()).data.transactions, 2);
        std::fs::write(topic.join("2026-01-02.jsonl"), "{}\n").unwrap();
        let error = files(&scenario(), folder.path()).unwrap_err().to_string();
        assert!(error.contains("2026-01-02.jsonl: line 1") && error.contains("user_id"), "{error}");
    }

    #[test]
    fn a_folder_without_topics_is_named() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(files(&scenario(), folder.path()), Err(RealismError::NoFiles(_))));
        std::fs::create_dir(staging_in(folder.path())).unwrap();
        assert!(matches!(files(&scenario(), folder.path()), Err(RealismError::WholeFiles(_))));
    }
}
