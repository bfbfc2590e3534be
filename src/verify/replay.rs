//! The replay of a world in memory, whose records are compared with the written ones. Must not depend on: sinks.

use crate::run::{CommandLog, Pool, RunError, StoredWorld, WindowSizer, change_world};
use populace_sim::{Town, VirtualTime};
use populace_wire::{Digest, Merged, Record};
use std::sync::Arc;

/// The number of records per window of the replay.
const WINDOW: f64 = 20_000.0;

/// A world that is about to be replayed in memory.
pub(super) struct Life {
    town: Arc<Town>,
    pool: Pool,
    log: CommandLog,
    now: VirtualTime,
}

impl Life {
    /// Returns the world at the last checkpoint.
    pub(super) fn from_checkpoint(world: &StoredWorld, threads: usize) -> Result<Self, RunError> {
        let town = world.town()?;
        let mut pool = Pool::start(&town, threads)?;
        pool.load(&world.store, world.meta.time)?;
        let log = CommandLog::read(&world.store, &world.dir, world.meta.commands)?;
        Ok(Life { town, pool, log, now: world.meta.time })
    }

    /// Returns the world at its beginning.
    pub(super) fn from_birth(world: &StoredWorld, threads: usize) -> Result<Self, RunError> {
        let town = world.town_at_birth()?;
        let mut pool = Pool::start(&town, threads)?;
        pool.create_shards()?;
        let log = CommandLog::read(&world.store, &world.dir, Digest::default())?;
        Ok(Life { now: town.start(), town, pool, log })
    }
}

/// The choice to continue or to end a replay.
#[derive(PartialEq)]
pub(super) enum Going {
    On,
    Enough,
}

/// Replays until `end`, or until `see` returns [`Going::Enough`]; `see` receives each record, and None at the start of
/// each window.
pub(super) fn replay(
    life: Life,
    end: VirtualTime,
    mut see: impl FnMut(Option<&Record<'_>>) -> Result<Going, RunError>,
) -> Result<(), RunError> {
    replay_commands(life, end, |record, _| see(record))
}

/// Replays like [`replay`]; `see` also receives the commands that had acted before the window.
pub(super) fn replay_commands(
    life: Life,
    end: VirtualTime,
    mut see: impl FnMut(Option<&Record<'_>>, Digest) -> Result<Going, RunError>,
) -> Result<(), RunError> {
    let Life { mut town, mut pool, mut log, mut now } = life;
    let (mut windows, mut batches) = (WindowSizer::of_town(&town), Vec::new());
    while now < end && see(None, log.done())? == Going::On {
        while let Some(change) = log.take_due(now) {
            town = change_world(&town, &mut pool, now, &change)?.unwrap_or(town);
        }
        let until = windows.end(now, WINDOW).min(end);
        let until = log.next_instant().map_or(until, |at| until.min(at));
        let merged = Merged::new(pool.run(until, &mut batches)?);
        windows.learn(until.since(now), merged.len());
        merged.iter().try_for_each(|record| see(Some(&record), log.done()).map(drop))?;
        batches.append(&mut merged.recycle());
        now = until;
    }
    Ok(())
}
