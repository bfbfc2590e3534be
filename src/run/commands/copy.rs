//! The log of a world as a fork of it begins with: the same entries, with other names of topics where the fork has its own.
//! Knows no shard and no sink.

use super::super::error::RunError;
use super::{Entry, append, entries, hash, in_order};
use populace_sim::{Digest, Scenario, VirtualTime};
use populace_state::Store;
use std::path::Path;

/// The log of a world as a fork of it begins with: what has acted and what is still to act.
#[derive(Debug)]
pub(in crate::run) struct LogCopy {
    entries: Vec<Entry>,
}

impl LogCopy {
    /// The first so many entries of a log, or all of them.
    ///
    /// # Errors
    /// Where the log cannot be read.
    pub(in crate::run) fn of(store: &Store, dir: &Path, count: Option<usize>) -> Result<Self, RunError> {
        let wrong = |why| RunError::Saved { what: "the command log", dir: dir.to_path_buf(), why };
        let mut entries = entries(store)?.map_err(wrong)?;
        entries.truncate(count.unwrap_or(usize::MAX));
        Ok(LogCopy { entries })
    }

    /// The scenario that a world lives by that was born with `born`, once all has acted; what waits for a start acts at
    /// `at`.
    ///
    /// # Errors
    /// Where this program cannot read a scenario that was adopted, in words.
    pub(in crate::run) fn pending_scenario(&self, born: Scenario, at: VirtualTime) -> Result<Scenario, String> {
        let all = in_order(self.entries.clone());
        all.iter().try_fold(born, |scenario, one| one.change.rules_after(scenario, one.at.unwrap_or(at)))
    }

    /// The first instant from `now` on that no command in the log comes after.
    pub(in crate::run) fn earliest(&self, now: VirtualTime) -> VirtualTime {
        in_order(self.entries.clone()).iter().filter_map(|pending| pending.at).fold(now, VirtualTime::max)
    }

    /// Has the fork live by this scenario from its first start on.
    pub(in crate::run) fn adopt(&mut self, scenario: String) {
        self.entries.push(Entry::Rules { at: None, scenario });
    }

    /// Puts other texts in place of the scenarios.
    ///
    /// # Errors
    /// As `text` fails.
    pub(in crate::run) fn rewrite<E>(&mut self, text: impl Fn(&str) -> Result<String, E>) -> Result<(), E> {
        for entry in &mut self.entries {
            if let Entry::Rules { scenario, .. } = entry {
                *scenario = text(scenario)?;
            }
        }
        Ok(())
    }

    /// The count and hash of the first `count` commands, which have acted.
    pub(in crate::run) fn acted(&self, count: u64) -> Digest {
        let mut acted = Digest::default();
        let all = in_order(self.entries.clone()).into_iter().take(usize::try_from(count).unwrap_or(usize::MAX));
        all.filter_map(|pending| Some(hash(pending.at?, &pending.change))).for_each(|one| acted.add(one));
        acted
    }

    /// Writes it as the log of a new world.
    ///
    /// # Errors
    /// Where the store fails.
    pub(in crate::run) fn write(&self, store: &Store) -> Result<(), RunError> {
        self.entries.iter().try_for_each(|entry| append(store, entry))
    }
}
