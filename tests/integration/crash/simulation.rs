//! The daemon in random company: runs of any pace, window and threads, pieces, goals, kills, crash points, signals, pauses,
//! checkpoints and commands, one after the other; and in the end the bytes of a world that only heard the commands.

use super::daemon::{Chance, Daemon, Outcome, SIGINT, SIGKILL, SIGTERM, Start, World, ask, seed};
use super::oracle::Oracle;
use super::topics::{Files, SWITCHES, Seen};
use chrono::{DateTime, Utc};
use populace::CRASH_POINTS;
use serde_json::{Value, json};
use std::os::unix::process::ExitStatusExt;

/// What happens to the world next.
#[derive(Clone, Copy, Debug)]
enum Action {
    /// To an end somewhat later than the last record, or earlier.
    Piece,
    /// To a number of events.
    Goal,
    /// For a while, with requests meanwhile, until something ends it.
    Run,
    /// Until it dies at some crash point, if it comes there.
    Crash,
    /// A command while it does not run.
    Inject,
    /// A drift starts or ends while it does not run.
    Drift,
}

const ACTIONS: [Action; 10] = [
    Action::Run,
    Action::Run,
    Action::Run,
    Action::Run,
    Action::Crash,
    Action::Crash,
    Action::Piece,
    Action::Goal,
    Action::Inject,
    Action::Drift,
];

struct Simulation {
    world: World,
    chance: Chance,
    seen: Seen,
    users: Vec<String>,
    commands: usize,
}

impl Simulation {
    fn born(born: &[&str], seed: u64) -> Self {
        let world = World::new(born);
        world.backfill("2026-01-01T00:00:01Z");
        let sample = world.plain("inspect").line("--sample 9 --json").finish();
        let user = |line: &str| serde_json::from_str::<Value>(line).unwrap()["user_id"].as_str().unwrap().to_owned();
        let users = sample.out.lines().map(user).collect();
        Simulation { seen: Seen::of(world.topics()), world, chance: Chance(seed), users, commands: 0 }
    }

    fn act(&mut self) {
        let action = *self.chance.pick(&ACTIONS);
        println!("{action:?} after {}", self.seen.after(0));
        match action {
            Action::Piece => self.piece(),
            Action::Goal => self.goal(),
            Action::Run => self.run(),
            Action::Crash => self.crash(),
            Action::Inject => self.inject(),
            Action::Drift => self.drift(),
        }
        self.seen.look();
    }

    /// `run` with a pace, threads, windows and checkpoints by chance.
    fn any_run(&mut self) -> Start {
        let chance = &mut self.chance;
        let pace = match chance.below(3) {
            0 => format!("--speed {}", chance.between(600, 90_000)),
            1 => "--speed max --duration 0.4s".to_owned(),
            _ => format!("--rate {}", chance.between(200, 12_000)),
        };
        let (threads, every) = (chance.between(1, 3), *chance.pick(&["0.1", "0.3", "60"]));
        let start =
            self.world.start("run").line(&format!("{pace} --threads {threads} --set run.checkpoint_seconds={every}"));
        match chance.below(4) {
            0 => start,
            1 => start.env("POPULACE_TEST_WINDOW_MICROS", &chance.between(20_000_000, 90_000_000).to_string()),
            _ => start.windows(chance.between(1, 600)),
        }
    }

    fn piece(&mut self) {
        let end = self.seen.after(self.chance.between(0, 2_400) as i64 - 400).max("2026-01-01T00:00:02Z".into());
        self.world.start("backfill").args(&["--end", &end]).finish().summary();
    }

    /// A goal a little ahead. Where a kill left one topic beyond it, the others come level with that one and no more: at
    /// most to the end of its last line, which may have been cut off, and whose time is known once it is whole.
    fn goal(&mut self) {
        let before = Files::read(&self.world.topics());
        let goal = before.lines() as u64 + self.chance.between(1, 1_500);
        let summary = self.world.start("backfill").args(&["--events", &goal.to_string()]).finish().summary();
        let after = Files::read(&self.world.topics());
        let (lines, frontier) = (after.lines() as u64, after.frontier_of(&before));
        assert_eq!(summary["world_events"], lines, "goal {goal}: {summary}");
        let now = summary["virtual_now"].as_str().and_then(|now| now.parse::<DateTime<Utc>>().ok());
        let met = now.is_some_and(|now| frontier.is_some_and(|frontier| now <= frontier));
        assert!(lines == goal || (met && lines > goal), "goal {goal}, frontier {frontier:?}: {summary}");
    }

    fn run(&mut self) {
        let mut daemon = self.any_run().spawn();
        if self.chance.below(3) > 0 && daemon.until(|_| status(&self.world).is_ok()) {
            for _ in 0..self.chance.below(4) {
                self.request();
            }
        }
        self.chance.rest(0, 250);
        self.end(daemon);
    }

    /// Asks something of the running world, which may have ended by now.
    fn request(&mut self) {
        self.chance.rest(0, 40);
        let data = self.world.data();
        match self.chance.below(8) {
            0 => drop(ask(&data, &json!({"request": "checkpoint"}))),
            1 => drop(ask(&data, &json!({"request": "pause"}))),
            2 => drop(ask(&data, &json!({"request": "resume"}))),
            3 => drop(ask(&data, &json!({"request": "rate", "events_per_second": self.chance.between(100, 9_000)}))),
            4 => drop(ask(&data, &json!({"request": "speed", "to": self.chance.between(60, 90_000)}))),
            5 => self.drift(),
            _ => self.inject(),
        }
    }

    /// Whether it was taken or came too late, the log tells.
    fn inject(&mut self) {
        let user = self.chance.pick(&self.users).clone();
        let kinds = ["velocity", "card-testing", "mule-ring", "push-payment", "transaction"];
        let (kind, number) = (*self.chance.pick(&kinds), self.chance.between(1, 30).to_string());
        let later = format!("+{}m", self.chance.between(1, 3_000));
        let words = match (kind, self.chance.below(3)) {
            ("transaction", _) => vec![kind, "--user", &user, "--amount", &number],
            (_, 0) => vec![kind, "--victims", &number],
            _ => vec![kind, "--user", &user, "--count", &number],
        };
        let when = if self.chance.below(3) == 0 { vec!["--at", &later] } else { vec![] };
        let inject = self.world.plain("inject").args(&[words, when].concat()).finish();
        self.commands += usize::from(inject.status.success());
    }

    /// A drift that starts, takes another's place or ends; whether it was taken, the log tells, too.
    fn drift(&mut self) {
        let name = format!("drift-{}", self.chance.between(1, 9));
        let by = format!("{}.5", self.chance.below(4));
        let key = *self.chance.pick(&["shop.visits_per_day", "rides.requests_per_day", "bank.online_share"]);
        let words = match self.chance.below(5) {
            0 => format!("stop {name}"),
            1 => format!("start {}", self.chance.pick(&["lockdown", "mobile-shift", "wet-season", "new-fraud-wave"])),
            2 => format!("start --key {key} --by {by} --kind incremental --width 2h --id {name}"),
            3 => format!("start --key {key} --by {by} --share 0.5 --id {name}"),
            _ => format!("start --key {key} --by {by} --kind blip --length {by}h --width 5m"),
        };
        let later = format!("{words} --at +{}m", self.chance.between(1, 3_000));
        let is_later = !words.starts_with("stop") && self.chance.below(3) == 0;
        let ordered = self.world.drift(if is_later { &later } else { &words }).finish();
        self.commands += usize::from(ordered.status.success());
    }

    fn end(&mut self, mut daemon: Daemon) {
        if !daemon.is_running() {
            daemon.wait().summary();
            return;
        }
        match self.chance.below(4) {
            0 | 1 => {
                let ended = daemon.kill();
                let fine = ended.status.signal() == Some(SIGKILL) || ended.status.success();
                assert!(fine, "{}: {}", ended.status, ended.err);
            }
            2 => {
                daemon.signal("TERM");
                assert_stopped_cleanly(&daemon.wait());
            }
            _ => {
                let _ = ask(&self.world.data(), &json!({"request": "stop"}));
                daemon.signal("INT");
                assert_stopped_cleanly(&daemon.wait());
            }
        }
    }

    fn crash(&mut self) {
        let point = *self.chance.pick(&CRASH_POINTS);
        let times = self.chance.between(1, 12);
        let end = self.seen.after(self.chance.between(100, 1_500) as i64);
        let ended = self.any_run().args(&["--end", &end]).crash_at(point, times).finish();
        if ended.status.signal() == Some(SIGKILL) {
            ended.assert_crashed_at(point);
        } else {
            ended.summary();
        }
    }

    /// Goes on for a day, and compares.
    fn finish(mut self) {
        let end = &self.seen.after(24 * 60);
        let summary = self.world.backfill(end);
        let oracle = Oracle::of(&self.world.data());
        println!("{} records, {} commands", summary["world_events"], oracle.commands());
        assert!(oracle.commands() >= self.commands, "{} commands were accepted", self.commands);
        self.seen.look();
        oracle.assert_wrote(&self.world.topics(), end);
        self.world.plain("verify").finish().failed(0);
    }
}

/// That one signal ended it with 0; or that the signal came before the program had begun, said and done anything.
fn assert_stopped_cleanly(ended: &Outcome) {
    let before_it_began = matches!(ended.status.signal(), Some(SIGINT | SIGTERM)) && ended.err.is_empty();
    assert!(ended.status.success() || before_it_began, "{}: {}{}", ended.status, ended.out, ended.err);
}

fn status(world: &World) -> Result<Value, String> {
    ask(&world.data(), &json!({"request": "status"}))
}

fn live_through(people: &str, actions: u32, seed: u64) {
    let born = ["--start", "2026-01-01", "--people", people, "--region", "houston,tokyo,london", "--seed", "5"];
    let mut simulation = Simulation::born(&[&born[..], &SWITCHES].concat(), seed);
    for _ in 0..actions {
        simulation.act();
    }
    simulation.finish();
}

#[test]
fn whatever_happens_to_it_the_world_is_the_same() {
    live_through("400", 25, seed());
}

#[test]
#[ignore = "long: run by CI"]
fn whatever_happens_for_long_the_world_is_the_same() {
    let seed = seed();
    for (n, people) in ["300", "1000", "3000", "12000"].into_iter().enumerate() {
        live_through(people, 60, seed + n as u64);
    }
}
