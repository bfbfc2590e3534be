//! What the bank learns late, through kills: labels joined with transactions lose nothing and double nothing, and are the
//! bytes of a world that was never stopped.

use super::daemon::World;
use super::topics::Files;
use serde_json::Value;
use std::collections::BTreeMap;

/// All that is reported is reported within ten days: by an alert, or by a chargeback after five or so.
const RULES: [&str; 9] = [
    "topics.labels.enabled=true",
    "bank.fraud.rate=0.1",
    "labels.never=0",
    "labels.complaint=0",
    "labels.chargeback_days=5",
    "labels.chargeback_spread=0.1",
    "labels.wrong=0.1",
    "labels.reversed=1",
    "labels.reversal_days=3",
];
const END: &str = "2026-02-10T00:00:00Z";
/// What was made before has been reported by the end.
const REPORTED: &str = "2026-01-30T";

fn born() -> Vec<&'static str> {
    let town = ["--start", "2026-01-01", "--people", "300", "--region", "houston,tokyo", "--seed", "7"];
    town.into_iter().chain(RULES.into_iter().flat_map(|rule| ["--set", rule])).collect()
}

/// The records of a topic in their order.
fn records(files: &Files, topic: &str) -> Vec<Value> {
    let of_topic = files.0.iter().filter(|(name, _)| name.starts_with(topic));
    let lines = of_topic.flat_map(|(_, bytes)| bytes.split(|byte| *byte == b'\n')).filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).unwrap()).collect()
}

/// A transaction, and its labels with their instants.
struct Joined {
    fraud: bool,
    made: String,
    labels: Vec<(u64, String)>,
}

fn joined(files: &Files) -> Vec<Joined> {
    let text = |record: &Value, field: &str| record[field].as_str().unwrap().to_owned();
    let mut all = BTreeMap::new();
    for made in records(files, "transaction_fraud_detection") {
        let one = Joined { fraud: made["is_fraud"] == 1, made: text(&made, "timestamp"), labels: Vec::new() };
        assert!(
            all.insert(text(&made, "transaction_id"), (text(&made, "user_id"), one)).is_none(),
            "{made} is there twice"
        );
    }
    for label in records(files, "transaction_fraud_labels") {
        let (user, one) =
            all.get_mut(&text(&label, "transaction_id")).unwrap_or_else(|| panic!("{label} joins nothing"));
        assert_eq!(text(&label, "user_id"), *user, "{label}");
        one.labels.push((label["label"].as_u64().unwrap(), text(&label, "reported_at")));
    }
    all.into_values().map(|(_, one)| one).collect()
}

fn assert_nothing_is_lost_or_doubled(files: &Files) {
    let (mut reported, mut taken_back) = (0, 0);
    for one in joined(files) {
        let times = std::iter::once(&one.made).chain(one.labels.iter().map(|(_, at)| at));
        assert!(times.collect::<Vec<_>>().is_sorted_by(|a, b| a < b), "{} before {:?}", one.made, one.labels);
        let labels: Vec<u64> = one.labels.iter().map(|(label, _)| *label).collect();
        match (one.fraud, labels.as_slice()) {
            (true, [1]) => reported += 1,
            (true, []) => assert!(one.made.as_str() > REPORTED, "the fraud of {} is never reported", one.made),
            (false, [1, 0]) => taken_back += 1,
            (false, [] | [1]) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(reported > 1_000 && taken_back > 50, "{reported} reported, {taken_back} taken back");
}

#[test]
fn labels_join_their_transactions_through_kills() {
    let (world, unbroken) = (World::new(&born()), World::new(&born()));
    let run = "--speed max --set run.checkpoint_seconds=0.1";
    for (point, n) in
        [("files.write", 30), ("files.roll", 12), ("checkpoint.head", 2), ("window.end", 50), ("files.sync", 2)]
    {
        let start = world.start("run").line(run).args(&["--end", END]).windows(120);
        start.crash_at(point, n).finish().assert_crashed_at(point);
    }
    world.backfill(END);
    let files = Files::read(&world.topics());
    assert_nothing_is_lost_or_doubled(&files);
    unbroken.backfill(END);
    files.assert_same(&Files::read(&unbroken.topics()));
}
