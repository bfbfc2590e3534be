//! One step of a world: all shards run to an instant, on several threads, and their output is brought into one order.
//! Must not depend on: Python, formats.

use crate::outlet::{ShardEvents, Taking};
use crate::topics::Topics;
use populace_sim::{Event, OrderKey, Shard, Span, Town, VirtualTime, World};
use std::panic::resume_unwind;
use std::sync::Mutex;
use std::thread;

/// Events to expect of a step for each thread: what stays in a processor's cache.
const EVENTS_PER_STEP: f64 = 16_000.0;

/// Returns the end of the next step on the way to `until`.
pub fn step_end(world: &World, until: VirtualTime, threads: usize) -> VirtualTime {
    let wanted = 86_400.0 * EVENTS_PER_STEP * threads as f64 / world.town().events_per_day();
    until.min(world.now() + Span::from_seconds_f64(wanted.clamp(1.0, 86_400.0)))
}

/// Has `run` run each shard, on as many threads, and returns what it returned, in no order. A panic goes on.
pub fn on_threads<T: Send>(shards: &mut [Shard], threads: usize, run: impl Fn(&mut Shard) -> T + Sync) -> Vec<T> {
    if threads.min(shards.len()) <= 1 {
        return shards.iter_mut().map(run).collect();
    }
    let count = threads.min(shards.len());
    let queue = Mutex::new(shards.iter_mut());
    let next = || queue.lock().ok()?.next();
    let work = || std::iter::from_fn(next).map(&run).collect::<Vec<T>>();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..count).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_else(|panic| resume_unwind(panic))).collect()
    })
}

/// The events of a step, in order, those that were read left out.
#[derive(Debug, Default)]
pub struct Window {
    shards: Vec<ShardEvents>,
    order: Vec<(OrderKey, u32, u32)>,
    next: usize,
}

impl Window {
    /// Runs a world to `until` and returns the events of these topics.
    pub fn run(world: &mut World, until: VirtualTime, threads: usize, topics: Topics) -> Self {
        world.step_shards(until, |town, shards| {
            Window::merged(on_threads(shards, threads, |shard| events_of(town, shard, until, topics)))
        })
    }

    fn merged(shards: Vec<ShardEvents>) -> Self {
        let mut order = Vec::with_capacity(shards.iter().map(|shard| shard.keys.len()).sum());
        for (number, shard) in (0..).zip(&shards) {
            order.extend((0..).zip(&shard.keys).map(|(index, key)| (*key, number, index)));
        }
        // The standard stable sort finds the runs, one a shard, and merges them.
        order.sort_by_key(|one| one.0);
        Window { shards, order, next: 0 }
    }

    /// Returns the number of events that were not read.
    pub fn left(&self) -> usize {
        self.order.len() - self.next
    }

    /// Returns the next event before `until`, if there is one, and goes on.
    #[inline]
    pub fn next_before(&mut self, until: VirtualTime) -> Option<&Event> {
        let (_, shard, index) = self.order.get(self.next).filter(|one| one.0.time < until)?;
        self.next += 1;
        Some(&self.shards[*shard as usize].events[*index as usize])
    }
}

fn events_of(town: &Town, shard: &mut Shard, until: VirtualTime, topics: Topics) -> ShardEvents {
    let mut to = ShardEvents::default();
    shard.run_until(town, until, &mut Taking { topics, to: &mut to });
    to
}
