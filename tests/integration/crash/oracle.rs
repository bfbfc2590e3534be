//! What the files must hold, made without the run loop: the world is lived again in memory from its scenario and its
//! log of commands, in one thread and windows of its own. Knows the simulation and the store, not the daemon.

use super::topics::{EVERY, Files};
use chrono::NaiveDate;
use populace_sim::{Command, DriftOrder, Scenario, Shard, Span, Town, VirtualTime, resolve_time};
use populace_state::{Store, no_probe};
use populace_wire::{Batch, Encoders, Merged, Record};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

/// An entry of the log, as it is saved.
#[derive(Deserialize)]
#[serde(tag = "entry", rename_all = "snake_case")]
enum Entry {
    Command { at: Option<VirtualTime>, command: Command },
    Rules { at: Option<VirtualTime>, scenario: String },
    Drift { at: Option<VirtualTime>, order: DriftOrder },
    Start { at: VirtualTime },
}

/// What the log has happen.
enum Change {
    Command(Command),
    Rules(String),
    Drift(DriftOrder),
}

/// A stopped world, to be lived again.
pub struct Oracle {
    town: Town,
    scenario: Scenario,
    changes: Vec<(VirtualTime, Change)>,
}

impl Oracle {
    /// Reads scenario and commands of the world in a data directory, which must not run.
    pub fn of(data: &Path) -> Self {
        let store = Store::open(&data.join("world"), no_probe()).unwrap();
        let scenario = populace_wire::scenario_from_toml("stored", &store.identity().scenario).unwrap();
        let mut given: Vec<(Option<VirtualTime>, Change)> = Vec::new();
        for (_, bytes) in store.commands().unwrap() {
            match serde_json::from_slice(&bytes).unwrap() {
                Entry::Command { at, command } => given.push((at, Change::Command(command))),
                Entry::Rules { at, scenario } => given.push((at, Change::Rules(scenario))),
                Entry::Drift { at, order } => given.push((at, Change::Drift(order))),
                Entry::Start { at } => given.iter_mut().for_each(|one| one.0 = one.0.or(Some(at))),
            }
        }
        let changes = given.into_iter().filter_map(|(at, change)| Some((at?, change))).collect();
        Oracle { town: Town::build(&scenario).unwrap(), scenario, changes }
    }

    /// Commands that have an instant, adopted rules among them.
    pub fn commands(&self) -> usize {
        self.changes.len()
    }

    /// That an output folder holds exactly the records before `end`, file by file and byte for byte.
    pub fn assert_wrote(&self, out: &Path, end: &str) {
        let mut found: BTreeMap<String, File> = BTreeMap::new();
        let mut bytes = Vec::new();
        self.relive(time(end), |record| {
            let name = file_of(&self.town, record);
            let file = found.entry(name).or_insert_with_key(|name| File::open(out, name));
            bytes.clear();
            bytes.extend_from_slice(record.value);
            bytes.push(b'\n');
            file.expect(&bytes);
        });
        found.values_mut().for_each(File::expect_end);
        let there: Vec<String> = EVERY.iter().flat_map(|topic| names(out, topic)).collect();
        let strange = there.iter().find(|name| !found.contains_key(*name));
        assert!(strange.is_none(), "{strange:?} should not be there");
    }

    /// The topic files at `end`.
    pub fn files(&self, end: &str) -> Files {
        let mut files = Files::default();
        self.relive(time(end), |record| add(&mut files, &self.town, record));
        files
    }

    /// The topic files after the first `count` records; the world must have as many before `end`.
    pub fn first(&self, count: usize, end: &str) -> Files {
        let (mut files, mut left) = (Files::default(), count);
        self.relive(time(end), |record| {
            if left > 0 {
                add(&mut files, &self.town, record);
                left -= 1;
            }
        });
        assert_eq!(left, 0, "the world is that old");
        files
    }

    /// All records before `end` as lines, in their one order.
    pub fn lines(&self, end: &str) -> Vec<Vec<u8>> {
        let mut lines = Vec::new();
        self.relive(time(end), |record| lines.push(record.value.to_vec()));
        lines
    }

    fn relive(&self, end: VirtualTime, mut see: impl FnMut(&Record<'_>)) {
        let mut town = Town::build(&self.scenario).unwrap();
        let mut shards: Vec<Shard> = (0..town.shard_count()).map(|index| Shard::newborn(&town, index)).collect();
        let mut due = self.changes.iter().zip(1..).peekable();
        let mut now = town.start();
        while now < end {
            while let Some(((at, change), number)) = due.next_if(|((at, _), _)| *at <= now) {
                assert_eq!(*at, now, "commands lie in the log in the order of their instants");
                match change {
                    Change::Command(command) => {
                        command.shards(&town).into_iter().for_each(|n| shards[n as usize].apply(&town, now, command));
                    }
                    Change::Rules(text) => {
                        town = adopted(
                            &town,
                            &mut shards,
                            &populace_wire::scenario_from_toml("adopted", text).unwrap(),
                            (now, number),
                        );
                    }
                    Change::Drift(order) => {
                        let next = town.scenario().with_order(order, now).unwrap();
                        town = adopted(&town, &mut shards, &next, (now, number));
                    }
                }
            }
            let next = due.peek().map_or(end, |((at, _), _)| *at);
            now = (now + Span::from_seconds(31 * 3_600)).min(next).min(end);
            let encoders = Encoders::new(&town.scenario().topics).unwrap();
            let run = |shard: &mut Shard| {
                let mut batch = Batch::default();
                shard.run_until(&town, now, &mut encoders.outlet(&mut batch));
                batch
            };
            Merged::new(shards.iter_mut().map(run).collect()).iter().for_each(|record| see(&record));
        }
    }
}

/// The town of another scenario, by which all shards live from now on.
fn adopted(town: &Town, shards: &mut [Shard], scenario: &Scenario, (now, number): (VirtualTime, u64)) -> Town {
    let next = Town::build(scenario).unwrap();
    shards.iter_mut().for_each(|shard| shard.adopt(town, &next, now, number));
    next
}

/// A file that is compared as it is read.
struct File {
    name: String,
    reader: BufReader<fs::File>,
    at: u64,
}

impl File {
    fn open(out: &Path, name: &str) -> Self {
        let file = fs::File::open(out.join(name)).unwrap_or_else(|e| panic!("{name}: {e}"));
        File { name: name.to_owned(), reader: BufReader::with_capacity(1 << 16, file), at: 0 }
    }

    fn expect(&mut self, line: &[u8]) {
        let mut there = vec![0; line.len()];
        let read = self.reader.read_exact(&mut there);
        let same = read.is_ok() && there == line;
        let [found, wanted] = [&there, line].map(String::from_utf8_lossy);
        assert!(same, "{} differs after byte {}: {read:?}\nfound  {found}\nwanted {wanted}", self.name, self.at);
        self.at += line.len() as u64;
    }

    fn expect_end(&mut self) {
        let rest = self.reader.fill_buf().unwrap().len();
        assert_eq!(rest, 0, "{} goes on after byte {}", self.name, self.at);
    }
}

fn names(out: &Path, topic: &str) -> Vec<String> {
    let entries = fs::read_dir(out.join(topic)).into_iter().flatten();
    entries.map(|entry| format!("{topic}/{}", entry.unwrap().file_name().to_string_lossy())).collect()
}

fn file_of(town: &Town, record: &Record<'_>) -> String {
    let date = NaiveDate::from_num_days_from_ce_opt(record.time.utc_day() + 719_163).unwrap();
    format!("{}/{date}.jsonl", town.topic_name(record.stream))
}

fn add(files: &mut Files, town: &Town, record: &Record<'_>) {
    let bytes = files.0.entry(file_of(town, record)).or_default();
    bytes.extend_from_slice(record.value);
    bytes.push(b'\n');
}

fn time(text: &str) -> VirtualTime {
    resolve_time(text, VirtualTime::from_micros(0)).unwrap()
}
