//! The whole past of a world: all shards, simulated again from the creation of the world, several at a time. Must not depend
//! on: the run loop, sinks.

use super::commands::Change;
use populace_sim::{Outlet, Shard, Town, VirtualTime};
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

/// A change of the past.
pub(super) struct Step {
    /// The instant.
    pub(super) at: VirtualTime,
    /// The change.
    pub(super) change: Change,
    /// The town from then on.
    pub(super) town: Arc<Town>,
}

/// The past of all shards through an instant.
pub struct WholePast {
    /// The town at the creation of the world.
    pub(super) born: Arc<Town>,
    /// The changes through the instant.
    pub(super) steps: Vec<Step>,
    /// The instant.
    pub(super) at: VirtualTime,
}

impl WholePast {
    /// Simulates a shard through the instant; its events go to `out`.
    pub fn live<O: Outlet>(&self, index: u32, out: &mut O) {
        let (mut shard, mut town) = (Shard::newborn(&self.born, index), &self.born);
        for step in &self.steps {
            shard.run_until(town, step.at, out);
            match &step.change {
                Change::Command(command) => shard.apply(town, step.at, command),
                Change::Rules { number, .. } | Change::Drift { number, .. } => {
                    shard.adopt(town, &step.town, step.at, *number);
                }
            }
            town = &step.town;
        }
        shard.run_until(town, self.at.next(), out);
    }

    /// Returns what `one` makes of the number of each shard, in any order; several are made at a time.
    pub fn of_all_shards<T: Send>(&self, one: impl Fn(u32) -> T + Sync) -> Vec<T> {
        let (count, next, made) = (self.born.shard_count(), AtomicU32::new(0), Mutex::new(Vec::new()));
        let work = || loop {
            let index = next.fetch_add(1, Ordering::Relaxed);
            if index >= count {
                return;
            }
            let value = one(index);
            made.lock().expect("no thread ends while it holds the list").push(value);
        };
        let threads = thread::available_parallelism().map_or(1, usize::from).min(count as usize);
        thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(work);
            }
        });
        made.into_inner().expect("all threads have ended")
    }
}
