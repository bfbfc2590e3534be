//! Files and topics of one world: divided by a seam, they hold every record once, whatever is killed; without a seam each
//! holds all of them.

use super::broker::shared_real;
use super::oracle::{self, Content, Expected};
use super::reader::Received;
use super::town::{OFTEN, PLACES, Town};
use crate::crash::daemon::{Chance, seed};
use crate::crash::topics::{Files, timestamp};
use chrono::{DateTime, Duration as Span, SecondsFormat, Utc};
use std::time::{Duration, SystemTime};

/// In the middle of a day, so that both sinks have a part of it.
const NOON: &str = "2026-01-01T12:00:00Z";

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// The parts of a content before and from an instant on.
fn divided_at(whole: Content<Expected>, at: DateTime<Utc>) -> (Content<Expected>, Content<Expected>) {
    let (mut before, mut behind) = (Content::new(), Content::new());
    for (topic, partitions) in whole {
        let halves = partitions.into_iter().map(|all| all.into_iter().partition(|one| timestamp(&one.value) < at));
        let (early, late): (Vec<Vec<Expected>>, Vec<Vec<Expected>>) = halves.unzip();
        before.insert(topic.clone(), early);
        behind.insert(topic, late);
    }
    (before, behind)
}

fn as_received(files: Content<Expected>) -> Content<Received> {
    let one = |Expected { key, value, millis }| Received {
        offset: 0,
        key,
        value,
        is_null: false,
        millis,
        headers: Vec::new(),
    };
    let all = |partition: Vec<Expected>| partition.into_iter().map(one).collect();
    files.into_iter().map(|(topic, partitions)| (topic, partitions.into_iter().map(all).collect())).collect()
}

/// What is in the files, divided as the topics are.
fn in_files(town: &Town) -> Content<Received> {
    as_received(oracle::divided(&Files::read(&town.world.topics()), town.partitions()))
}

/// What `verify` says about all sinks of a world.
fn verified(town: &Town) -> String {
    let ended = town.world.plain("verify").args(&["--brokers", town.address()]).line("--sink files+kafka").finish();
    ended.failed(0);
    ended.out
}

/// That the files hold the records before `seam`, the topics those from it on, and `verify` says so too.
fn assert_divided(town: &Town, seam: &str, end: &str) {
    let whole = oracle::expected(&town.born(), end, town.partitions());
    let (before, behind) = divided_at(whole, instant(seam));
    oracle::assert_same(&in_files(town), &before);
    oracle::assert_same(&town.content(), &behind);
    let said = verified(town);
    assert!(said.contains(": right") && said.contains("nothing twice") && said.contains("seam at"), "{said}");
}

fn crash(town: &Town, point: &str, n: u64) {
    println!("{point}:{n}");
    let start = town.start("run").line("--speed max").line(OFTEN).windows(30);
    start.crash_at(point, n).finish().assert_crashed_at(point);
}

fn kill_at_random_instants(town: &Town, kills: u32) {
    let mut chance = Chance(seed());
    for _ in 0..kills {
        let pace = *chance.pick(&["--speed 40000", "--speed 90000", "--rate 5000"]);
        let daemon = town.start("run").line(pace).line(OFTEN).windows(*chance.pick(&[1, 7, 60])).spawn();
        chance.rest(100, 900);
        daemon.kill();
    }
}

#[test]
fn files_end_where_topics_go_on_whatever_is_killed() {
    let Some(broker) = shared_real("a seam") else { return };
    let town = Town::new(broker, &PLACES, 3).with_files(&["--set", &format!("sink.seam={NOON}")]);
    for point in ["several.claim", "several.seam", "several.seamed", "kafka.committed"] {
        crash(&town, point, 1);
    }
    kill_at_random_instants(&town, 3);
    let end = town.settle();
    assert_divided(&town, NOON, &end);
}

/// `verify` makes every file again from the world and compares the bytes.
#[test]
fn files_of_parquet_end_where_topics_go_on() {
    let Some(broker) = shared_real("a seam") else { return };
    let shape = ["--set", "files.format=parquet", "--set", "files.partition=hour"];
    let seam = format!("sink.seam={NOON}");
    let town = Town::new(broker, &PLACES, 2).with_files(&[&shape[..], &["--set", &seam]].concat());
    crash(&town, "several.seamed", 1);
    kill_at_random_instants(&town, 1);
    let end = town.settle();
    let (before, behind) = divided_at(oracle::expected(&town.born(), &end, town.partitions()), instant(NOON));
    oracle::assert_same(&town.content(), &behind);
    let rows: usize = before.values().flatten().map(Vec::len).sum();
    let said = verified(&town);
    assert!(said.contains(&format!("the {rows} records before it")) && said.contains("nothing twice"), "{said}");
}

#[test]
#[ignore = "long: run by CI"]
fn twenty_kills_around_the_seam_change_no_byte() {
    let Some(broker) = shared_real("a seam") else { return };
    let seam = "2026-01-02T06:00:00Z";
    let town = Town::new(broker, &PLACES, 3).with_files(&["--set", &format!("sink.seam={seam}")]);
    kill_at_random_instants(&town, 20);
    let end = town.settle();
    assert_divided(&town, seam, &end);
}

/// The past may be older than the topics keep records: it does not go there.
#[test]
fn the_past_goes_to_the_files_and_the_present_to_the_topics() {
    let Some(broker) = shared_real("a seam") else { return };
    let wall: DateTime<Utc> = SystemTime::now().into();
    let start = (wall - Span::days(9)).to_rfc3339_opts(SecondsFormat::Secs, true);
    let born = ["--start", &start, "--people", "1500", "--seed", "5", "--set", "bank.purchases_per_day=40"];
    let live = ["--set", "sink.seam=live", "--set", "kafka.retention_ms=604800000"];
    let town = Town::new(broker, &born, 2).with_files(&live);
    town.start("run").line(OFTEN).crash_at("window.end", 5).finish().assert_crashed_at("window.end");
    assert!(town.content().values().flatten().all(Vec::is_empty), "the past is not sent");
    let mut daemon = town.start("run").line(OFTEN).spawn();
    assert!(daemon.until(|daemon| daemon.said().contains("the topics go on")), "{}", daemon.said());
    daemon.kill();
    let mut daemon = town.start("run").line(OFTEN).spawn();
    assert!(daemon.until(|daemon| daemon.said().contains("running live")), "{}", daemon.said());
    std::thread::sleep(Duration::from_secs(6));
    daemon.signal("TERM");
    let summary = daemon.wait().summary();
    let said = verified(&town);
    let seam = said.split("seam at ").nth(1).and_then(|rest| rest.split(": ").next()).expect("a seam").to_owned();
    assert!(instant(&seam) >= wall && instant(&seam) < SystemTime::now().into(), "{said}");
    assert_divided(&town, &seam, summary["virtual_now"].as_str().unwrap());
}

#[test]
fn without_a_seam_each_sink_holds_all() {
    let Some(broker) = shared_real("two sinks") else { return };
    let town = Town::new(broker, &PLACES, 2).with_files(&[]);
    crash(&town, "kafka.commit", 2);
    crash(&town, "files.write", 2);
    kill_at_random_instants(&town, 2);
    let end = town.settle();
    let whole = oracle::expected(&town.born(), &end, town.partitions());
    oracle::assert_same(&in_files(&town), &whole);
    oracle::assert_same(&town.content(), &whole);
    assert!(!verified(&town).contains("seam"), "there is none");
}

#[test]
fn another_seam_is_refused_and_a_seam_needs_two_sinks() {
    let Some(broker) = shared_real("a seam") else { return };
    let town = Town::new(broker, &PLACES, 1).with_files(&[]);
    let to = ["--end", "2026-01-01T02:00:00Z"];
    town.start("backfill").args(&to).line("--set sink.seam=2026-01-01T01:00:00Z").finish().failed(0);
    let other = town.start("backfill").args(&to).line("--set sink.seam=live").finish();
    let said = other.failed(1);
    assert!(said.contains("`sink.seam` is \"live\"") && said.contains("2026-01-01T01:00:00"), "{said}");
    let one = town.world.plain("run").line("--sink kafka --set sink.seam=live").finish();
    assert!(one.failed(2).contains("a seam is between two sinks"), "{}", one.err);
    let wrong = town.start("run").line("--set sink.seam=liev").finish();
    assert!(wrong.failed(2).contains("write live, or an absolute time"), "{}", wrong.err);
}
