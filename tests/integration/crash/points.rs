//! A process that dies at each crash point of the program, more than once at most of them, and every time goes on to
//! the same bytes.

use super::daemon::{World, ask};
use super::oracle::Oracle;
use super::topics::Seen;
use populace::CRASH_POINTS;
use serde_json::json;
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Three regions, so three shards.
pub const TOWN: [&str; 8] =
    ["--start", "2026-01-01", "--people", "600", "--region", "houston,london,tokyo", "--seed", "7"];

/// No other checkpoint than those that a start or a stop asks for.
const RARELY: &str = "--set run.checkpoint_seconds=3600";

/// One as often as it may be.
const OFTEN: &str = "--set run.checkpoint_seconds=0.1";

/// A world that is killed again and again.
struct Chain {
    world: World,
    seen: RefCell<Seen>,
    hit: RefCell<BTreeSet<&'static str>>,
}

/// How a run of the chain goes until it is killed.
#[derive(Clone, Copy)]
enum Going {
    /// Flat out in windows of six hours, with no checkpoint on the way.
    Fast,
    /// So many events a second, with frequent checkpoints.
    Paced(u32),
    /// For two virtual hours, then a clean stop.
    Briefly,
}

impl Chain {
    fn new(born: &[&str]) -> Self {
        let world = World::new(born);
        Chain { seen: Seen::of(world.topics()).into(), world, hit: RefCell::default() }
    }

    /// Has the program die at the n-th time at a point.
    fn crash(&self, point: &'static str, n: u64, going: Going) {
        println!("{point}:{n} after {}", self.seen.borrow().after(0));
        let start = match going {
            // An end, so that a point that is never reached is a failure and not a full disk.
            Going::Fast => {
                let end = self.seen.borrow().after(90 * 24 * 60);
                self.world.start("run").line("--speed max").args(&["--end", &end]).line(RARELY).windows(360)
            }
            Going::Paced(rate) => self.world.start("run").line(&format!("--rate {rate}")).line(OFTEN),
            Going::Briefly => {
                self.world.start("backfill").args(&["--end", &self.seen.borrow().after(120)]).line(RARELY)
            }
        };
        start.crash_at(point, n).finish().assert_crashed_at(point);
        self.look(point);
    }

    /// Checks that the files are what they were, and more.
    fn look(&self, point: &'static str) {
        self.seen.borrow_mut().look();
        self.hit.borrow_mut().insert(point);
    }

    /// Leaves records in the files that no checkpoint covers: a day's end hands them over. Days that were begun before, and
    /// the empty files of a crash, count as rolls too, so it takes a few.
    fn leave_records_beyond_the_checkpoint(&self) {
        self.crash("files.roll", 10, Going::Fast);
    }

    /// Goes on for a day and compares all bytes with a world that was never stopped.
    fn finish(&self) {
        let end = &self.seen.borrow().after(24 * 60);
        self.world.backfill(end);
        self.seen.borrow_mut().look();
        Oracle::of(&self.world.data()).assert_wrote(&self.world.topics(), end);
        self.world.plain("verify").finish().failed(0);
    }
}

/// While a world is being made there are no events: each time the next start makes it, or finishes making it.
fn at_birth(born: &[&str], hit: &mut BTreeSet<&'static str>) {
    let points = [
        "create.identity",
        "checkpoint.begin",
        "checkpoint.batch",
        "checkpoint.flushed",
        "checkpoint.head",
        "checkpoint.durable",
        "checkpoint.done",
        "files.claim",
        "birth.attached",
        "startup.loaded",
        "window.start",
    ];
    for point in points {
        let chain = Chain::new(born);
        chain.crash(point, 1, Going::Fast);
        if point == "create.identity" {
            chain.crash(point, 1, Going::Fast);
        }
        chain.finish();
        hit.extend(chain.hit.into_inner());
    }
}

fn while_it_runs(chain: &Chain, times: &[u64], rate: u32) {
    for n in times {
        for point in ["window.start", "window.end", "publish.window", "files.write", "files.roll"] {
            chain.crash(point, *n, Going::Fast);
        }
        for point in [
            "checkpoint.pack",
            "checkpoint.begin",
            "checkpoint.batch",
            "checkpoint.flushed",
            "checkpoint.head",
            "checkpoint.done",
            "files.sync",
            "files.manifest",
        ] {
            chain.crash(point, *n, Going::Paced(rate));
        }
    }
}

/// In start-up and in a replay, whose own checkpoints come with it.
fn while_it_starts(chain: &Chain, times: &[u64]) {
    for n in times {
        for (point, n) in [
            ("startup.opened", 1),
            ("files.claim", 1),
            ("startup.loaded", 1),
            ("replay.window", *n),
            ("checkpoint.pack", 1),
            ("checkpoint.head", 1),
            ("replay.done", 1),
            ("replay.window", 1),
        ] {
            chain.leave_records_beyond_the_checkpoint();
            chain.crash(point, n, Going::Fast);
        }
    }
}

fn while_it_stops(chain: &Chain) {
    for point in ["stop.checkpoint", "checkpoint.begin", "checkpoint.flushed", "checkpoint.done", "stop.checkpoint"] {
        chain.crash(point, 1, Going::Briefly);
    }
}

/// A command is in the log when the process dies, whoever wrote it, and acts once.
fn while_commands_are_given(chain: &Chain) {
    let world = &chain.world;
    let sample = world.plain("inspect").line("--sample 1 --json").finish().summary();
    let user = sample["user_id"].as_str().unwrap().to_owned();
    let inject = || world.plain("inject").line("velocity --count 20 --within 30m --user").args(&[&user]);
    inject().crash_at("command.appended", 1).finish().assert_crashed_at("command.appended");
    chain.leave_records_beyond_the_checkpoint();
    // The start that gives the first one its instant, and the command given while running.
    inject().finish().failed(0);
    chain.crash("command.appended", 1, Going::Fast);
    let mut running = world.start("run").line("--rate 2000").line(OFTEN).crash_at("command.appended", 1).spawn();
    let up = || ask(&world.data(), &json!({"request": "status"})).is_ok_and(|status| status["repeating"] == false);
    assert!(running.until(|_| up()), "{}", running.said());
    let refused = inject().finish();
    assert!(refused.failed(1).contains("closed the connection"), "{}", refused.err);
    running.wait().assert_crashed_at("command.appended");
    chain.look("command.appended");
}

fn die_everywhere(born: &[&str], times: &[u64], rate: u32) {
    let mut hit = BTreeSet::new();
    at_birth(born, &mut hit);
    let chain = Chain::new(born);
    while_it_runs(&chain, times, rate);
    while_it_starts(&chain, times);
    while_it_stops(&chain);
    while_commands_are_given(&chain);
    let oracle = Oracle::of(&chain.world.data());
    chain.finish();
    assert_eq!(oracle.commands(), 3, "the commands outlived the crashes");
    hit.extend(chain.hit.into_inner());
    // Those of the other sinks, of whole files, of forks and of compaction are reached where that is tested.
    let elsewhere =
        |point: &str| ["kafka.", "lake.", "several.", "fork.", "compact."].iter().any(|kind| point.starts_with(kind));
    let ours = CRASH_POINTS.iter().filter(|point| !elsewhere(point));
    let missed: Vec<_> = ours.filter(|point| !hit.contains(*point)).collect();
    assert!(missed.is_empty(), "not reached: {missed:?}");
}

#[test]
fn it_dies_at_every_crash_point_and_goes_on() {
    die_everywhere(&TOWN, &[1, 3], 4_000);
}

#[test]
#[ignore = "long: run by CI"]
fn the_default_town_dies_at_every_crash_point_and_goes_on() {
    die_everywhere(&["--start", "2026-01-01", "--seed", "7"], &[1, 2, 5], 50_000);
}
