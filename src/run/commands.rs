//! The command log of a run: the commands that have acted, and the instants of the pending ones. A command is on disk,
//! with its instant, before it acts. A change of the scenario is a command as well, and so is a start or stop of
//! drifts. Must not depend on: the meaning of rules.

mod copy;

pub(super) use copy::LogCopy;

use super::error::RunError;
use super::logged::LoggedCommand;
use super::pool::Pool;
use populace_sim::{Command, DriftOrder, Scenario, Shard, Town, VirtualTime};
use populace_state::Store;
use populace_wire::{Digest, record_hash};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "entry")]
enum Entry {
    /// A command and the instant at which it takes effect; `None` for the next start.
    Command { at: Option<VirtualTime>, command: Command },
    /// A scenario that is in force from its instant on.
    Rules { at: Option<VirtualTime>, scenario: String },
    /// A start or stop of drifts.
    Drift { at: Option<VirtualTime>, order: DriftOrder },
    /// The instant at which all earlier commands without an instant take effect.
    Start { at: VirtualTime },
}

/// A change of the world that the log holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A command for shards, such as an injection.
    Command(Command),
    /// Another scenario is in force.
    Rules {
        /// The number in the log, from 1.
        number: u64,
        /// The scenario, as TOML.
        scenario: String,
    },
    /// Drifts start or stop.
    Drift {
        /// The number in the log, from 1.
        number: u64,
        /// The drifts.
        order: DriftOrder,
    },
}

/// A command that has not acted yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// The instant; `None` until the next start.
    pub at: Option<VirtualTime>,
    /// The change.
    pub change: Change,
}

/// The commands that waited for a start, with their instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatedCommands {
    /// The instant at which they act.
    pub at: VirtualTime,
    /// The number of commands.
    pub count: u64,
}

/// The command log, and the position of the world in it.
pub struct CommandLog {
    store: Store,
    pending: VecDeque<Pending>,
    done: Digest,
    /// The number of commands in the log.
    logged: u64,
    /// The changes of the scenario that have acted.
    acted: Vec<(VirtualTime, Change)>,
}

impl CommandLog {
    /// Reads the log of a world of which the first `done` commands have acted.
    ///
    /// # Errors
    /// If the log cannot be read, or does not start with the commands that have acted.
    pub fn read(store: &Store, dir: &Path, done: Digest) -> Result<Self, RunError> {
        let wrong = |why: String| RunError::Saved { what: "the command log", dir: dir.to_path_buf(), why };
        let mut pending = in_order(entries(store)?.map_err(wrong)?);
        let logged = pending.len() as u64;
        let (mut counted, mut acted) = (Digest::default(), Vec::new());
        while counted.count < done.count {
            let first = pending.pop_front().ok_or_else(|| wrong("it holds fewer commands than have acted".into()))?;
            let at = first.at.ok_or_else(|| wrong("a command acted before its instant was known".into()))?;
            counted.add(hash(at, &first.change));
            if first.change.is_of_rules() {
                acted.push((at, first.change));
            }
        }
        if counted != done {
            return Err(wrong("it does not hold the commands that have acted".into()));
        }
        Ok(CommandLog { store: store.clone(), pending, done, logged, acted })
    }

    /// Returns the number of commands that have acted, and their hash.
    pub fn done(&self) -> Digest {
        self.done
    }

    /// Returns the scenario in force, in a world that was created with the scenario `created`.
    ///
    /// # Errors
    /// If this program cannot read an adopted scenario.
    pub fn in_force(&self, created: Scenario) -> Result<Scenario, String> {
        self.acted.iter().try_fold(created, |scenario, (at, change)| change.rules_after(scenario, *at))
    }

    /// Returns the scenario in force once all commands have acted, where `now` is in force at the instant `at`.
    /// Commands that wait for a start count as acting at `at`.
    ///
    /// # Errors
    /// As [`CommandLog::in_force`].
    pub fn pending_scenario(&self, now: Scenario, at: VirtualTime) -> Result<Scenario, String> {
        let all = self.pending.iter().map(|pending| (pending.at.unwrap_or(at), &pending.change));
        all.into_iter().try_fold(now, |scenario, (at, change)| change.rules_after(scenario, at))
    }

    /// Returns whether a pending command changes the scenario.
    pub fn changes_rules(&self) -> bool {
        self.pending.iter().any(|pending| pending.change.is_of_rules())
    }

    /// Returns the last adopted scenario, in force or pending, without the drifts that wait for a start.
    ///
    /// # Errors
    /// As [`CommandLog::in_force`].
    pub fn latest_rules(&self, created: Scenario) -> Result<Scenario, String> {
        let known = |pending: &&Pending| pending.at.is_some() || !matches!(pending.change, Change::Drift { .. });
        let any_instant = VirtualTime::from_micros(0);
        let all = self.pending.iter().filter(known).map(|pending| (pending.at.unwrap_or(any_instant), &pending.change));
        all.into_iter().try_fold(self.in_force(created)?, |scenario, (at, change)| change.rules_after(scenario, at))
    }

    /// Returns the number of entries in the log, for a copy of it as it is now.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn entries(&self) -> Result<usize, RunError> {
        Ok(self.store.commands()?.len())
    }

    /// Returns the number of commands that have an instant, those that have acted included.
    pub fn dated(&self) -> u64 {
        self.done.count + self.pending.iter().take_while(|pending| pending.at.is_some()).count() as u64
    }

    /// Returns whether a command waits for a start.
    pub fn waits_for_start(&self) -> bool {
        self.pending.iter().any(|pending| pending.at.is_none())
    }

    /// Returns the instant of the next command; `None` if no command is pending, or its instant is not known yet.
    pub fn next_instant(&self) -> Option<VirtualTime> {
        self.pending.front().and_then(|pending| pending.at)
    }

    /// Returns the first instant from `now` on that is not before any command in the log: commands act in the order of the
    /// log. After a crash, the log may hold a command whose instant the sink never reached, so that it is in the future.
    pub fn earliest(&self, now: VirtualTime) -> VirtualTime {
        self.pending.iter().filter_map(|pending| pending.at).fold(now, VirtualTime::max)
    }

    /// Dates the commands that wait for a start: they act at `now`, or together with an earlier command of a later instant.
    /// On disk when this returns.
    ///
    /// # Errors
    /// If the store fails.
    pub fn resolve_start(&mut self, now: VirtualTime) -> Result<DatedCommands, RunError> {
        let at = self.earliest(now);
        append(&self.store, &Entry::Start { at })?;
        let waiting = self.pending.iter_mut().filter(|pending| pending.at.is_none());
        Ok(DatedCommands { at, count: waiting.map(|pending| pending.at = Some(at)).count() as u64 })
    }

    /// Appends a command that acts at `now`, or together with an earlier command of a later instant. On disk when this
    /// returns. Returns its instant, and the command with its number.
    ///
    /// # Errors
    /// If the store fails.
    pub fn give(&mut self, now: VirtualTime, command: Command) -> Result<(VirtualTime, Command), RunError> {
        let at = self.earliest(now);
        let command = command.with_number(self.logged + 1);
        append(&self.store, &Entry::Command { at: Some(at), command })?;
        self.logged += 1;
        self.pending.push_back(Pending { at: Some(at), change: Change::Command(command) });
        Ok((at, command))
    }

    /// Appends a start or stop of drifts, at `now` or together with an earlier command of a later instant. On disk when this
    /// returns. Returns its instant.
    ///
    /// # Errors
    /// If the store fails.
    pub fn order(&mut self, now: VirtualTime, order: DriftOrder) -> Result<VirtualTime, RunError> {
        let at = self.earliest(now);
        append(&self.store, &Entry::Drift { at: Some(at), order: order.clone() })?;
        self.logged += 1;
        self.pending.push_back(Pending { at: Some(at), change: Change::Drift { number: self.logged, order } });
        Ok(at)
    }

    /// Takes the next command that is due at `now`, and counts it as done.
    pub fn take_due(&mut self, now: VirtualTime) -> Option<Change> {
        let at = self.next_instant().filter(|at| *at <= now)?;
        assert!(at == now, "a window ran past a command's instant");
        let pending = self.pending.pop_front()?;
        self.done.add(hash(at, &pending.change));
        if pending.change.is_of_rules() {
            self.acted.push((at, pending.change.clone()));
        }
        Some(pending.change)
    }
}

impl Change {
    /// Returns the number of the change in the log, from 1.
    fn number(&self) -> u64 {
        match self {
            Change::Command(command) => command.number(),
            Change::Rules { number, .. } | Change::Drift { number, .. } => *number,
        }
    }

    fn is_of_rules(&self) -> bool {
        !matches!(self, Change::Command(_))
    }

    /// Returns the scenario in force after this change, which acts at `at`.
    fn rules_after(&self, scenario: Scenario, at: VirtualTime) -> Result<Scenario, String> {
        match self {
            Change::Command(_) => Ok(scenario),
            Change::Rules { scenario, .. } => {
                populace_wire::scenario_from_toml("the adopted scenario", scenario).map_err(|e| e.to_string())
            }
            Change::Drift { order, .. } => scenario.with_order(order, at).map_err(|e| e.to_string()),
        }
    }
}

/// Appends a command for a stopped world: it takes effect at the next start. Returns its number in the log, which names its
/// campaign.
///
/// # Errors
/// If the store fails.
pub fn give_stopped(store: &Store, command: Command) -> Result<u64, RunError> {
    let number = whole_log(store)?.len() as u64 + 1;
    append(store, &Entry::Command { at: None, command: command.with_number(number) })?;
    Ok(number)
}

/// Appends a start or stop of drifts for a stopped world: it takes effect at the next start.
///
/// # Errors
/// If the store fails.
pub fn order_stopped(store: &Store, order: DriftOrder) -> Result<(), RunError> {
    append(store, &Entry::Drift { at: None, order })
}

/// Returns the commands for shards in the log, each with the instant at which it takes effect; `None` is the next start.
///
/// # Errors
/// If the log cannot be read.
pub fn logged_commands(store: &Store) -> Result<Vec<LoggedCommand>, RunError> {
    let command = |pending: Pending| match pending.change {
        Change::Command(command) => Some(LoggedCommand { at: pending.at, command }),
        Change::Rules { .. } | Change::Drift { .. } => None,
    };
    Ok(whole_log(store)?.into_iter().filter_map(command).collect())
}

fn whole_log(store: &Store) -> Result<VecDeque<Pending>, RunError> {
    let saved = |why| {
        RunError::Answer(format!("failed to read the command log ({why}): restore the data directory from a copy"))
    };
    Ok(in_order(entries(store)?.map_err(saved)?))
}

/// Appends a scenario, as TOML, for a stopped world: it is in force from the next start on.
///
/// # Errors
/// If the store fails.
pub fn adopt_stopped(store: &Store, scenario: String) -> Result<(), RunError> {
    let waiting = orders_that_wait(&whole_log(store)?);
    append(store, &Entry::Rules { at: None, scenario })?;
    // The orders are not in the scenario, which replaces the one that they change.
    waiting.into_iter().try_for_each(|order| order_stopped(store, order))
}

/// Returns the starts and stops of drifts that wait for a start, after the last adopted scenario.
fn orders_that_wait(log: &VecDeque<Pending>) -> Vec<DriftOrder> {
    let last = log.iter().rposition(|one| matches!(one.change, Change::Rules { .. })).map_or(0, |place| place + 1);
    let order = |one: &Pending| match &one.change {
        Change::Drift { order, .. } if one.at.is_none() => Some(order.clone()),
        _ => None,
    };
    log.iter().skip(last).filter_map(order).collect()
}

/// Applies a change at `at`, to which all shards must have run. Returns the new town if the change makes one.
///
/// # Errors
/// If this program cannot build the town of an adopted scenario.
pub fn change_world(
    town: &Arc<Town>,
    pool: &mut Pool,
    at: VirtualTime,
    change: &Change,
) -> Result<Option<Arc<Town>>, RunError> {
    if let Change::Command(command) = change {
        command.shards(town).into_iter().for_each(|shard| pool.shard(shard).apply(town, at, command));
        return Ok(None);
    }
    let next = town_after(town, at, change)?;
    pool.adopt(&next, at, change.number())?;
    Ok(Some(next))
}

/// Applies a change at `at` to one shard, which must have run to that instant. Returns the new town if the change makes
/// one.
///
/// # Errors
/// As [`change_world`].
pub(super) fn change_shard(
    town: &Arc<Town>,
    shard: &mut Shard,
    at: VirtualTime,
    change: &Change,
) -> Result<Option<Arc<Town>>, RunError> {
    if let Change::Command(command) = change {
        shard.apply(town, at, command);
        return Ok(None);
    }
    let next = town_after(town, at, change)?;
    shard.adopt(town, &next, at, change.number());
    Ok(Some(next))
}

pub(super) fn town_after(town: &Town, at: VirtualTime, change: &Change) -> Result<Arc<Town>, RunError> {
    let mut scenario = change.rules_after(town.scenario().clone(), at).map_err(RunError::Sim)?;
    scenario.topics.keep_tables_of(&town.scenario().topics);
    Town::build(&scenario).map(Arc::new).map_err(|e| RunError::Sim(e.to_string()))
}

/// Returns all entries of the log; the inner error is that of an entry that cannot be parsed.
fn entries(store: &Store) -> Result<Result<Vec<Entry>, String>, RunError> {
    let all = store.commands()?;
    Ok(all.iter().map(|(_, bytes)| serde_json::from_slice(bytes).map_err(|e| e.to_string())).collect())
}

fn append(store: &Store, entry: &Entry) -> Result<(), RunError> {
    let bytes = serde_json::to_vec(entry).expect("a command is plain data");
    store.append_command(&bytes)?;
    Ok(())
}

fn in_order(entries: Vec<Entry>) -> VecDeque<Pending> {
    let mut pending: VecDeque<Pending> = VecDeque::new();
    for entry in entries {
        match entry {
            Entry::Command { at, command } => pending.push_back(Pending { at, change: Change::Command(command) }),
            Entry::Rules { at, scenario } => {
                let number = pending.len() as u64 + 1;
                pending.push_back(Pending { at, change: Change::Rules { number, scenario } });
            }
            Entry::Drift { at, order } => {
                let number = pending.len() as u64 + 1;
                pending.push_back(Pending { at, change: Change::Drift { number, order } });
            }
            Entry::Start { at } => {
                pending.iter_mut().filter(|pending| pending.at.is_none()).for_each(|pending| pending.at = Some(at));
            }
        }
    }
    pending
}

fn hash(at: VirtualTime, change: &Change) -> u128 {
    match change {
        Change::Command(command) => {
            record_hash(b"", at, &serde_json::to_vec(command).expect("a command is plain data"))
        }
        Change::Rules { scenario, .. } => record_hash(b"rules", at, scenario.as_bytes()),
        Change::Drift { order, .. } => {
            record_hash(b"drift", at, &serde_json::to_vec(order).expect("an order is plain data"))
        }
    }
}
