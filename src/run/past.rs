//! The past of a world: single shards as they were at an instant, simulated again from the creation of the world. Must not
//! depend on: the run loop, sinks, threads.

use super::commands::{Change, CommandLog, change_shard, town_after};
use super::entity_view::shard_of;
use super::error::RunError;
use super::past_whole::{Step, WholePast};
use super::stored::town_at_birth;
use crate::status::Watched;
use populace_sim::{Discard, RULES_VERSION, Shard, Stream, Town, VirtualTime, format_time};
use populace_state::Store;
use populace_wire::Digest;
use serde::{Deserialize, Serialize};
use std::path::Path;
use std::sync::Arc;

/// The reason why the state of an instant cannot be computed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum PastError {
    /// The instant is before the start of the world.
    #[error("{} is before the start of the world, {}", format_time(*at), format_time(*start))]
    BeforeStart {
        /// The instant.
        at: VirtualTime,
        /// The start of the world.
        start: VirtualTime,
    },
    /// The world has not reached the instant.
    #[error("{} is after the world's present, {}", format_time(*at), format_time(*now))]
    Future {
        /// The instant.
        at: VirtualTime,
        /// The instant that the world has reached.
        now: VirtualTime,
    },
    /// The world was created by other rules than those of this program, which would compute another past.
    #[error(
        "the past of this world cannot be computed: it was created by rules {world}, and this version of populace has \
         rules {program}"
    )]
    OtherRules {
        /// The rules that created the world.
        world: u32,
        /// The rules of this program.
        program: u32,
    },
}

/// The inputs from which the past of a world is computed.
pub struct Past {
    town: Arc<Town>,
    log: CommandLog,
    rules_version: u32,
    /// The instant that the world has reached.
    now: VirtualTime,
}

/// A shard as it was at an instant, and the town then.
pub struct PastShard {
    /// The town.
    pub town: Arc<Town>,
    /// The shard.
    pub shard: Shard,
}

impl Past {
    /// Reads the past of the world in this store, which has reached `now`; `dir` names it in errors.
    ///
    /// # Errors
    /// If the scenario or the command log cannot be read.
    pub fn read(store: &Store, dir: &Path, now: VirtualTime) -> Result<Self, RunError> {
        let log = CommandLog::read(store, dir, Digest::default())?;
        let identity = store.identity();
        Ok(Past { town: town_at_birth(identity, dir)?, log, rules_version: identity.rules_version, now })
    }

    /// Checks that the state at `at` can be computed.
    ///
    /// # Errors
    /// The reason why it cannot.
    pub fn check(&self, at: VirtualTime) -> Result<(), PastError> {
        let (start, now) = (self.town.start(), self.now);
        match () {
            () if self.rules_version != RULES_VERSION => {
                Err(PastError::OtherRules { world: self.rules_version, program: RULES_VERSION })
            }
            () if at < start => Err(PastError::BeforeStart { at, start }),
            () if at > now => Err(PastError::Future { at, now }),
            () => Ok(()),
        }
    }

    /// Returns the shard of an entity.
    pub fn shard_of(&self, entity: Watched) -> u32 {
        shard_of(&self.town, entity)
    }

    /// Returns the past of all shards through `at`, of the same world with these tables and no others.
    ///
    /// # Errors
    /// If this program cannot build the town of an adopted scenario.
    pub fn whole(mut self, at: VirtualTime, tables: &[Stream]) -> Result<WholePast, RunError> {
        let mut scenario = self.town.scenario().clone();
        for stream in Stream::ALL.into_iter().filter(|stream| stream.is_table()) {
            scenario.topics.of_mut(stream).enabled = tables.contains(&stream);
        }
        let born = Town::build(&scenario).map(Arc::new).map_err(|e| RunError::Sim(e.to_string()))?;
        let (mut town, mut steps) = (born.clone(), Vec::new());
        while let Some(due) = self.log.next_instant().filter(|due| *due <= at) {
            while let Some(change) = self.log.take_due(due) {
                if !matches!(change, Change::Command(_)) {
                    town = town_after(&town, due, &change)?;
                }
                steps.push(Step { at: due, change, town: town.clone() });
            }
        }
        Ok(WholePast { born, steps, at })
    }

    /// Returns a shard at `at`: everything before that instant has happened, and the commands of that instant have acted.
    /// Takes as long as the shard's own part of a backfill from the start of the world to `at`.
    ///
    /// # Errors
    /// If this program cannot build the town of an adopted scenario.
    ///
    /// # Panics
    /// If [`Past::check`] refuses the instant.
    pub fn shard_at(self, index: u32, at: VirtualTime) -> Result<PastShard, RunError> {
        self.check(at).expect("the caller checks the instant");
        let Past { mut town, mut log, .. } = self;
        let (mut shard, mut now) = (Shard::newborn(&town, index), town.start());
        loop {
            while let Some(change) = log.take_due(now) {
                town = change_shard(&town, &mut shard, now, &change)?.unwrap_or(town);
            }
            if now == at {
                return Ok(PastShard { town, shard });
            }
            now = log.next_instant().map_or(at, |next| next.min(at));
            shard.run_until(&town, now, &mut Discard);
        }
    }
}
