//! Standard output is at least once: after a kill some lines come again, and none is left out.

use crate::crash::daemon::{Chance, World, number, seed};
use crate::crash::oracle::Oracle;
use crate::crash::points::TOWN;
use crate::crash::topics::timestamp;
use chrono::{SecondsFormat, TimeDelta};
use serde_json::Value;
use std::collections::HashMap;
use std::fs;

/// The whole lines among these bytes.
fn whole_lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    let end = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    bytes[..end].split_inclusive(|byte| *byte == b'\n').map(|line| line[..line.len() - 1].to_vec()).collect()
}

/// Follows the outputs of several runs through the world's records; how many were seen, without a gap.
fn follow(outputs: &[Vec<Vec<u8>>], records: &[Vec<u8>]) -> usize {
    let places: HashMap<&[u8], usize> = records.iter().enumerate().map(|(n, line)| (line.as_slice(), n)).collect();
    let mut next = 0;
    for output in outputs {
        let mut expected = None;
        for line in output {
            let place = places[line.as_slice()];
            assert!(expected.is_none_or(|expected| expected == place), "lines follow each other");
            assert!(place <= next, "{} records were left out", place - next);
            next = next.max(place + 1);
            expected = Some(place + 1);
        }
    }
    next
}

#[test]
fn standard_output_has_no_gap() {
    let mut chance = Chance(seed());
    let world = World::new(&TOWN);
    let mut outputs = Vec::new();
    for _ in 0..5 {
        let mut daemon = world.start("run").line("--sink stdout --rate 5000 --set run.checkpoint_seconds=0.1").spawn();
        assert!(daemon.until(|d| fs::metadata(d.out()).unwrap().len() > 0), "{}", daemon.said());
        chance.rest(0, 300);
        let out = daemon.out().to_path_buf();
        daemon.kill();
        outputs.push(whole_lines(&fs::read(out).unwrap()));
    }
    let last = outputs.iter().flatten().map(|line| timestamp(line)).max().unwrap() + TimeDelta::hours(3);
    let end = &last.to_rfc3339_opts(SecondsFormat::Micros, true);
    let ended = world.start("backfill").args(&["--end", end]).finish();
    assert!(ended.status.success(), "{}", ended.err);
    outputs.push(whole_lines(ended.out.as_bytes()));
    let records = Oracle::of(&world.data()).lines(end);
    assert_eq!(follow(&outputs, &records), records.len());
}

#[test]
fn goals_in_pieces_repeat_nothing() {
    let world = World::new(&TOWN);
    let mut lines = Vec::new();
    for goal in ["10", "500", "1234"] {
        let ended = world.start("backfill").args(&["--sink", "stdout", "--events", goal]).finish();
        assert!(ended.status.success(), "{}", ended.err);
        let printed = whole_lines(ended.out.as_bytes());
        let summary: Value = serde_json::from_str(ended.err.lines().last().unwrap()).unwrap();
        assert_eq!(number(&summary, "events"), printed.len() as u64, "what was printed before is repeated: {summary}");
        lines.extend(printed);
        assert_eq!(lines.len().to_string(), goal);
    }
    let records = Oracle::of(&world.data()).lines("2026-01-10");
    assert!(lines == records[..lines.len()]);
}

/// The goal lies inside a window, and the checkpoint before it: what is given then acts after what was printed.
#[test]
fn a_command_between_goals_changes_nothing_that_was_printed() {
    let world = World::new(&TOWN);
    let mut lines = Vec::new();
    for goal in ["1500", "3000"] {
        let ended = world.start("backfill").args(&["--sink", "stdout", "--events", goal]).finish();
        assert!(ended.status.success(), "{}", ended.err);
        lines.extend(whole_lines(ended.out.as_bytes()));
        assert_eq!(lines.len().to_string(), goal);
        let sample = world.plain("inspect").line("--sample 1 --json").finish().summary();
        let user = sample["user_id"].as_str().unwrap();
        world.plain("inject").line("velocity --count 50 --within 2h --user").args(&[user]).finish().failed(0);
    }
    let oracle = Oracle::of(&world.data());
    assert_eq!(oracle.commands(), 1, "the second one waits for a start");
    assert!(lines == oracle.lines("2026-01-10")[..lines.len()]);
}
