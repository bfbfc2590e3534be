//! Tests of the run loop from start to end, inside this process: the same bytes in one run, in several, and with commands.

use super::*;
use crate::config::{
    Adoption, Checkpointing, HttpOptions, LowMemory, Pace, ProgressStyle, RuleOptions, RunMode, RunOptions, RunPlan,
    SinkChoice, StatedTime, Surroundings,
};
use crate::ops::drifts;
use crate::paths::world_dir;
use crate::progress::{Ending, Summary};
use crate::sink::files::{days_in, file_of_day};
use crate::status::RunStatus;
use crossbeam_channel::unbounded;
use populace_sim::{Command, FraudKind, PersonId, VirtualTime, resolve_time};
use populace_state::Store;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

mod calendar;
mod growth;

fn time(text: &str) -> VirtualTime {
    resolve_time(text, VirtualTime::from_micros(0)).unwrap()
}

fn plan(data_dir: &Path, end: &str) -> RunPlan {
    planned(data_dir, end, &[], Adoption::Refuse)
}

fn planned(data_dir: &Path, end: &str, more: &[&str], adoption: Adoption) -> RunPlan {
    let set = [&["world.people=200", "world.start=2026-01-01", "world.seed=3"], more].concat();
    let set = set.into_iter().map(str::to_owned).collect();
    let options = RunOptions {
        rules: RuleOptions { set, ..RuleOptions::default() },
        mode: RunMode::Backfill,
        end: Some(end.to_owned()),
        events: None,
        duration: None,
        rate: None,
        http: HttpOptions { address: Some("off".into()), ..HttpOptions::default() },
        brokers: None,
        progress: Some(ProgressStyle::Silent),
        json: false,
        checkpoints: Checkpointing::On,
        adoption,
        memory: LowMemory::Refuse,
    };
    let around =
        Surroundings { environment: Vec::new(), undecoded: Vec::new(), now: time("2026-06-01"), terminal: false };
    let mut plan = RunPlan::new(&options, &around).unwrap();
    plan.data_dir = data_dir.to_path_buf();
    plan.sink = SinkChoice::files(data_dir.join("topics"));
    plan.pace = Pace::Max;
    plan
}

fn start(plan: RunPlan) -> Result<RunLoop, RunError> {
    let (sender, events) = unbounded();
    let status = Arc::new(RunStatus::new(Arc::default()));
    let (queue, watches) = (LoopQueue(sender), Arc::default());
    prepare(RunContext { plan, began: Instant::now(), queue, events, status, watches })?.start()
}

fn go(plan: RunPlan) -> Summary {
    start(plan).unwrap().run().unwrap()
}

fn bytes(data_dir: &Path) -> Vec<(String, i32, Vec<u8>)> {
    let mut all = Vec::new();
    for topic in ["transaction_fraud_detection", "estimated_time_of_arrival", "e_commerce_customer_interactions"] {
        let folder = data_dir.join("topics").join(topic);
        for day in days_in(&folder).unwrap() {
            all.push((topic.to_owned(), day, fs::read(folder.join(file_of_day(day))).unwrap()));
        }
    }
    all
}

/// Compares the files of two worlds; the message names the first file that differs, not its bytes.
fn same(one: &Path, other: &Path) {
    let (one, other) = (bytes(one), bytes(other));
    let names = |all: &[(String, i32, Vec<u8>)]| all.iter().map(|file| (file.0.clone(), file.1)).collect::<Vec<_>>();
    assert_eq!(names(&one), names(&other));
    for (a, b) in one.iter().zip(&other) {
        assert!(a.2 == b.2, "{} of day {} differs: {} and {} bytes", a.0, a.1, a.2.len(), b.2.len());
    }
}

#[test]
fn threads_and_pieces_change_no_byte() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let whole = go(RunPlan { threads: 1, ..plan(one.path(), "2026-01-06") });
    assert!(whole.events > 500, "{whole:?}");
    let mut pieces = 0;
    for end in ["2026-01-01T05:00:00Z", "2026-01-03T00:00:00.000001Z", "2026-01-06"] {
        pieces += go(RunPlan { threads: 2, ..plan(two.path(), end) }).events;
    }
    assert_eq!(pieces, whole.events);
    same(one.path(), two.path());
}

#[test]
fn a_goal_is_met_exactly_and_gone_beyond_later() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    go(plan(one.path(), "2026-01-04"));
    for goal in [1, 100, 333] {
        go(RunPlan { events: Some(goal), ..plan(two.path(), "2026-01-04") });
        let lines: usize = bytes(two.path()).iter().map(|file| file.2.iter().filter(|b| **b == b'\n').count()).sum();
        assert_eq!(lines as u64, goal);
    }
    go(plan(two.path(), "2026-01-04"));
    same(one.path(), two.path());
}

#[test]
fn files_that_were_cut_anywhere_are_completed() {
    let dir = tempfile::tempdir().unwrap();
    go(plan(dir.path(), "2026-01-02"));
    // A copy of the world before its second day: the records of the files beyond it are replayed.
    let earlier = tempfile::tempdir().unwrap();
    copy(&dir.path().join("world"), &earlier.path().join("world"));
    go(plan(dir.path(), "2026-01-05"));
    copy(&dir.path().join("topics"), &earlier.path().join("topics"));
    for (topic, day, whole) in bytes(dir.path()) {
        let path = earlier.path().join("topics").join(topic).join(file_of_day(day));
        if day == time("2026-01-04").utc_day() {
            fs::write(path, &whole[..whole.len() / 2]).unwrap();
        }
    }
    let summary = go(plan(earlier.path(), "2026-01-05"));
    assert!(summary.repeated > 0 && summary.events > 0, "{summary:?}");
    same(dir.path(), earlier.path());
}

#[test]
fn a_command_given_meanwhile_acts_once_and_is_repeated_alike() {
    let dir = tempfile::tempdir().unwrap();
    go(plan(dir.path(), "2026-01-02"));
    let world = StoredWorld::open(dir.path()).unwrap();
    let command = Command::Inject {
        number: 0,
        kind: FraudKind::Velocity,
        person: PersonId(5),
        count: 7,
        within_seconds: 60,
        start: None,
    };
    give_stopped(&world.store, command).unwrap();
    drop(world);
    let other = tempfile::tempdir().unwrap();
    copy(dir.path(), other.path());
    go(plan(dir.path(), "2026-01-04"));
    for end in ["2026-01-02T00:00:30Z", "2026-01-03", "2026-01-04"] {
        go(plan(other.path(), end));
    }
    same(dir.path(), other.path());
    let plain = tempfile::tempdir().unwrap();
    go(plan(plain.path(), "2026-01-04"));
    assert!(bytes(dir.path()) != bytes(plain.path()), "the command did something");
}

#[test]
fn orders_of_drifts_outlive_a_scenario_that_is_adopted_before_they_act() {
    let dir = tempfile::tempdir().unwrap();
    go(plan(dir.path(), "2026-01-02"));
    let world = StoredWorld::open(dir.path()).unwrap();
    let start = drifts::DriftStart { scenario: Some("lockdown".to_owned()), ..Default::default() };
    drifts::order_into_stopped(&world, |rules, at| drifts::start(rules, &start, at)).unwrap();
    let ids = ["lockdown-shop".to_owned()];
    drifts::order_into_stopped(&world, |rules, at| drifts::stop(rules, &ids, at)).unwrap();
    drop(world);
    let other = tempfile::tempdir().unwrap();
    copy(dir.path(), other.path());
    let adopting = |dir: &Path, end: &str| planned(dir, end, &["bank.fraud.rate=0.05"], Adoption::Adopt);
    for dir in [dir.path(), other.path()] {
        go(adopting(dir, if dir == other.path() { "2026-01-02T00:00:30Z" } else { "2026-01-04" }));
        go(plan(dir, "2026-01-04"));
    }
    same(dir.path(), other.path());
    let world = StoredWorld::open(dir.path()).unwrap();
    assert_eq!((world.scenario.bank.fraud.rate, world.scenario.drift.len()), (0.05, 6));
    let at = populace_sim::format_time(time("2026-01-02"));
    let ended: Vec<_> = world.scenario.drift.iter().filter_map(|drift| drift.until.clone()).collect();
    assert_eq!((ended, &world.scenario.drift[0].at), (vec![at.clone()], &at));
    assert_eq!(world.scenario, world.latest);
}

#[test]
fn another_worlds_folder_and_a_left_one_are_refused() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    go(plan(one.path(), "2026-01-02"));
    let mut other = plan(two.path(), "2026-01-02");
    other.sink = SinkChoice::files(one.path().join("topics"));
    let refused = start(other).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(refused.contains("not in this data directory"), "{refused}");
    fs::rename(one.path().join("topics"), one.path().join("away")).unwrap();
    let refused = start(plan(one.path(), "2026-01-03")).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(refused.contains("they are not there"), "{refused}");
}

#[test]
fn a_relative_end_is_resolved_once() {
    let dir = tempfile::tempdir().unwrap();
    let relative = |resolved: &str| {
        let end = StatedTime { text: "-90d".into(), resolved: time(resolved), relative: true };
        RunPlan { end: Some(end), ..plan(dir.path(), "2026-01-02") }
    };
    go(relative("2026-01-02"));
    assert_eq!(go(relative("2026-01-03")).events, 0);
}

#[test]
fn a_scenario_that_is_not_the_one_of_the_birth_is_refused() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    go(plan(one.path(), "2026-01-02"));
    let world = StoredWorld::open(one.path()).unwrap();
    let mut identity = world.store.identity().clone();
    identity.scenario = identity.scenario.replacen("people = 200", "people = 201", 1);
    let store = Store::create(&world_dir(two.path()), &identity, populace_state::no_probe()).unwrap();
    store.checkpoint(0).unwrap().commit(&world.meta.to_bytes()).unwrap();
    drop(store);
    let refused = start(plan(two.path(), "2026-01-03")).err().map(|e| e.to_string()).unwrap_or_default();
    assert!(refused.contains("the scenario of the world") && refused.contains("the hash differs"), "{refused}");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap() {
            kind if kind.is_dir() => copy(&entry.path(), &target),
            kind if kind.is_file() => drop(fs::copy(entry.path(), target).unwrap()),
            _ => {}
        }
    }
}
