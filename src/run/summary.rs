//! How far a run is, and what it did, put together at its end. Counts only.

use super::run_loop::RunLoop;
use super::usage;
use crate::progress::{Ending, Standing, Summary};
use crate::status;
use populace_sim::{Counters, STREAMS, VirtualTime, format_time};
use serde_json::{Map, Value};

impl RunLoop {
    pub(super) fn summary(&self, ended: Ending) -> Summary {
        let world = self.publisher.published().counts();
        let known = self.publisher.published().replayed_by_stream();
        let before = self.numbers.digests.0.map(|digest| digest.count);
        let here: [u64; STREAMS] =
            std::array::from_fn(|stream| world[stream].saturating_sub(before[stream] + known[stream]));
        let running = self.numbers.running.map_or(0.0, |since| since.elapsed().as_secs_f64());
        let events = here.iter().sum::<u64>();
        // Short of the window's end, where a goal cut the last window.
        let cut = self.publisher.published().last().filter(|_| ended == Ending::Events);
        let now = cut.map_or(self.now, VirtualTime::next);
        let mut counters = Counters::default();
        self.pool.shards().for_each(|shard| counters += shard.counters());
        Summary {
            world: format!("{:032x}", self.store.identity().world_id),
            ended,
            start: format_time(self.town.start()),
            virtual_now: format_time(now),
            lost_requests: counters.lost_requests,
            events,
            events_by_topic: self.by_topic(here),
            world_events: world.iter().sum(),
            world_events_by_topic: self.by_topic(world),
            repeated: known.iter().sum(),
            seconds: self.numbers.began.elapsed().as_secs_f64(),
            events_per_second: (events as f64 / running.max(1e-9)).round(),
            checkpoints: self.numbers.checkpoints,
            cpu_seconds: usage::cpu_seconds(),
            peak_memory_mib: usage::peak_memory_mib(),
        }
    }

    pub(super) fn by_topic(&self, counts: [u64; STREAMS]) -> Map<String, Value> {
        status::by_topic(&self.town, counts)
    }

    /// Shows how far the run is, when it is time to.
    pub(super) fn show_progress(&mut self) {
        let before = self.numbers.digests.total() + self.publisher.published().replayed();
        let (now, events) = (self.now, self.numbers.produced.saturating_sub(before));
        let (share, clock) = (self.share(), self.standing);
        self.progress.show(|| Standing { now, events, share, clock });
    }

    /// How much of what bounds the run is done, where anything does.
    fn share(&self) -> Option<f64> {
        let by_end = self.limits.end.map(|end| {
            let whole = end.since(self.numbers.first).micros().max(1);
            self.now.since(self.numbers.first).micros() as f64 / whole as f64
        });
        let by_goal = self.limits.goal.map(|goal| self.numbers.produced as f64 / goal as f64);
        let by_time = self.limits.deadline.map(|deadline| {
            let done = self.numbers.began.elapsed().as_secs_f64();
            done / (deadline - self.numbers.began).as_secs_f64().max(1e-9)
        });
        [by_end, by_goal, by_time].into_iter().flatten().reduce(f64::max).map(|share| share.clamp(0.0, 1.0))
    }
}
