//! The summary of a run, computed at its end from its counts.

use super::super::process_usage;
use super::state::RunLoop;
use crate::progress::{Ending, Summary};
use crate::status;
use populace_sim::{Counters, STREAMS, VirtualTime, format_time};
use serde_json::{Map, Value};

impl RunLoop {
    pub(super) fn summary(&self, ended: Ending) -> Summary {
        let (published, start) = (self.output.publisher.published(), &self.start);
        let (world, replayed) = (published.counts(), published.replayed_by_stream());
        let before = start.digests.0.map(|digest| digest.count);
        let here: [u64; STREAMS] =
            std::array::from_fn(|stream| world[stream].saturating_sub(before[stream] + replayed[stream]));
        let running = start.running.map_or(0.0, |since| since.elapsed().as_secs_f64());
        let events = here.iter().sum::<u64>();
        // Before the window's end, if a goal cut the last window.
        let cut = published.last().filter(|_| ended == Ending::Events);
        let mut counters = Counters::default();
        self.simulation.pool.shards().for_each(|shard| counters += shard.counters());
        Summary {
            world: format!("{:032x}", self.store.identity().world_id),
            ended,
            start: format_time(self.simulation.town.start()),
            virtual_now: format_time(cut.map_or(self.simulation.now, VirtualTime::next)),
            lost_requests: counters.lost_requests,
            events,
            events_by_topic: self.by_topic(here),
            world_events: world.iter().sum(),
            world_events_by_topic: self.by_topic(world),
            repeated: replayed.iter().sum(),
            seconds: start.began.elapsed().as_secs_f64(),
            events_per_second: (events as f64 / running.max(1e-9)).round(),
            checkpoints: self.saving.completed,
            cpu_seconds: process_usage::cpu_seconds(),
            peak_memory_mib: process_usage::peak_memory_mib(),
        }
    }

    fn by_topic(&self, counts: [u64; STREAMS]) -> Map<String, Value> {
        status::by_topic(&self.simulation.town, counts)
    }
}
