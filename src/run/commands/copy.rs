//! The initial command log of a fork: the entries of its parent, with the topic names of the fork. Must not depend on:
//! shards, sinks.

use super::super::error::RunError;
use super::{Entry, append, entries, hash, in_order};
use populace_sim::{Scenario, VirtualTime};
use populace_state::Store;
use populace_wire::Digest;
use std::path::Path;

/// The initial command log of a fork: the commands that have acted, and the pending ones.
#[derive(Debug)]
pub(in crate::run) struct LogCopy {
    entries: Vec<Entry>,
}

impl LogCopy {
    /// Reads the first `count` entries of a log; all of them if it is `None`.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub(in crate::run) fn of(store: &Store, dir: &Path, count: Option<usize>) -> Result<Self, RunError> {
        let wrong = |why| RunError::Saved { what: "the command log", dir: dir.to_path_buf(), why };
        let mut entries = entries(store)?.map_err(wrong)?;
        entries.truncate(count.unwrap_or(usize::MAX));
        Ok(LogCopy { entries })
    }

    /// Returns the scenario in force once all commands have acted, in a world that was created with the scenario `created`.
    /// Commands that wait for a start act at `at`.
    ///
    /// # Errors
    /// If this program cannot read an adopted scenario.
    pub(in crate::run) fn pending_scenario(&self, created: Scenario, at: VirtualTime) -> Result<Scenario, String> {
        let all = in_order(self.entries.clone());
        all.iter().try_fold(created, |scenario, one| one.change.rules_after(scenario, one.at.unwrap_or(at)))
    }

    /// Returns the first instant from `now` on that is not before any command in the log.
    pub(in crate::run) fn earliest(&self, now: VirtualTime) -> VirtualTime {
        in_order(self.entries.clone()).iter().filter_map(|pending| pending.at).fold(now, VirtualTime::max)
    }

    /// Appends a scenario that is in force from the first start of the fork on.
    pub(in crate::run) fn adopt(&mut self, scenario: String) {
        self.entries.push(Entry::Rules { at: None, scenario });
    }

    /// Replaces the texts of the scenarios.
    ///
    /// # Errors
    /// If `text` fails.
    pub(in crate::run) fn rewrite<E>(&mut self, text: impl Fn(&str) -> Result<String, E>) -> Result<(), E> {
        for entry in &mut self.entries {
            if let Entry::Rules { scenario, .. } = entry {
                *scenario = text(scenario)?;
            }
        }
        Ok(())
    }

    /// Returns the number and hash of the first `count` commands, which have acted.
    pub(in crate::run) fn acted(&self, count: u64) -> Digest {
        let mut acted = Digest::default();
        let all = in_order(self.entries.clone()).into_iter().take(usize::try_from(count).unwrap_or(usize::MAX));
        all.filter_map(|pending| Some(hash(pending.at?, &pending.change))).for_each(|one| acted.add(one));
        acted
    }

    /// Writes the log of a new world.
    ///
    /// # Errors
    /// If the store fails.
    pub(in crate::run) fn write(&self, store: &Store) -> Result<(), RunError> {
        self.entries.iter().try_for_each(|entry| append(store, entry))
    }
}
