//! The log of commands as the run loop sees it: which have acted, which are due when. A command is on disk, with its
//! instant, before it acts. Knows no shards and no rules.

use super::fault::RunError;
use populace_sim::{Command, Digest, VirtualTime, record_hash};
use populace_state::Store;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::path::Path;

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "entry")]
enum Entry {
    /// A command, and when it takes effect: at the next start when no instant is given.
    Command { at: Option<VirtualTime>, command: Command },
    /// The instant at which every command before, that had none, takes effect.
    Start { at: VirtualTime },
}

/// A command that is still to act.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    /// When; none until the start has been resolved.
    pub at: Option<VirtualTime>,
    /// What.
    pub command: Command,
}

/// The log, and how far the world is in it.
pub struct CommandLog {
    store: Store,
    pending: VecDeque<Pending>,
    done: Digest,
    /// Commands in the log, acted or not.
    logged: u64,
}

impl CommandLog {
    /// Reads the log of a world of which the first `done` commands have acted.
    ///
    /// # Errors
    /// Where the log cannot be read, or does not begin with what has acted.
    pub fn read(store: &Store, dir: &Path, done: Digest) -> Result<Self, RunError> {
        let wrong = |why: String| RunError::Saved { what: "the command log", dir: dir.to_path_buf(), why };
        let mut pending = in_order(entries(store)?.map_err(wrong)?);
        let logged = pending.len() as u64;
        let mut acted = Digest::default();
        while acted.count < done.count {
            let first = pending.pop_front().ok_or_else(|| wrong("it holds fewer commands than have acted".into()))?;
            let at = first.at.ok_or_else(|| wrong("a command acted before its instant was known".into()))?;
            acted.add(hash(at, &first.command));
        }
        if acted != done {
            return Err(wrong("it does not hold the commands that have acted".into()));
        }
        Ok(CommandLog { store: store.clone(), pending, done, logged })
    }

    /// How many have acted, and their hash.
    pub fn done(&self) -> Digest {
        self.done
    }

    /// How many have an instant, those that have acted included.
    pub fn dated(&self) -> u64 {
        self.done.count + self.pending.iter().take_while(|pending| pending.at.is_some()).count() as u64
    }

    /// Whether any waits for a start to be resolved.
    pub fn waits_for_start(&self) -> bool {
        self.pending.iter().any(|pending| pending.at.is_none())
    }

    /// When the next one acts; none when nothing is pending or its instant is not known yet.
    pub fn next_instant(&self) -> Option<VirtualTime> {
        self.pending.front().and_then(|pending| pending.at)
    }

    /// The first instant from `now` on that no command in the log comes after: commands act in the order of the log. A
    /// crash may have left one there whose instant the sink never reached, so that it still lies ahead.
    fn earliest(&self, now: VirtualTime) -> VirtualTime {
        self.pending.iter().filter_map(|pending| pending.at).fold(now, VirtualTime::max)
    }

    /// Writes that what waits for a start acts at `now`, or together with what was logged before for a later instant;
    /// on disk when this returns. The instant, and how many commands.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn resolve_start(&mut self, now: VirtualTime) -> Result<(VirtualTime, u64), RunError> {
        let at = self.earliest(now);
        append(&self.store, &Entry::Start { at })?;
        let waiting = self.pending.iter_mut().filter(|pending| pending.at.is_none());
        Ok((at, waiting.map(|pending| pending.at = Some(at)).count() as u64))
    }

    /// Writes a command that acts at `now`, or together with what was logged before for a later instant; on disk when
    /// this returns. The instant.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn give(&mut self, now: VirtualTime, command: Command) -> Result<VirtualTime, RunError> {
        let at = self.earliest(now);
        let command = numbered(command, self.logged + 1);
        append(&self.store, &Entry::Command { at: Some(at), command })?;
        self.logged += 1;
        self.pending.push_back(Pending { at: Some(at), command });
        Ok(at)
    }

    /// Takes the next command that acts at `now`, and counts it as done.
    pub fn take_due(&mut self, now: VirtualTime) -> Option<Command> {
        let at = self.next_instant().filter(|at| *at <= now)?;
        assert!(at == now, "a window ran past a command's instant");
        let pending = self.pending.pop_front()?;
        self.done.add(hash(at, &pending.command));
        Some(pending.command)
    }
}

/// Writes a command for a world that does not run: it takes effect at the next start.
///
/// # Errors
/// Where the store fails.
pub fn give_stopped(store: &Store, command: Command) -> Result<(), RunError> {
    let saved = |why| {
        RunError::Answer(format!("the command log cannot be read ({why}): restore the data directory from a copy"))
    };
    let before = in_order(entries(store)?.map_err(saved)?).len() as u64;
    append(store, &Entry::Command { at: None, command: numbered(command, before + 1) })
}

/// The command with its number in the log, which names what it brings about.
fn numbered(command: Command, number: u64) -> Command {
    command.with_number(number)
}

/// All entries of the log; the inner error is in words.
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
            Entry::Command { at, command } => pending.push_back(Pending { at, command }),
            Entry::Start { at } => {
                pending.iter_mut().filter(|pending| pending.at.is_none()).for_each(|pending| pending.at = Some(at));
            }
        }
    }
    pending
}

fn hash(at: VirtualTime, command: &Command) -> u128 {
    record_hash(b"", at, &serde_json::to_vec(command).expect("a command is plain data"))
}
