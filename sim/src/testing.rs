//! Helpers of the unit tests: towns from a few lines of scenario, and runs of a whole world in memory.

use crate::drift::Concepts;
use crate::engine::{OrderKey, Span, Stream, VirtualTime};
use crate::outlet::Event;
use crate::scenario::Scenario;
use crate::shard::Shard;
use crate::town::Town;

/// Returns the town of a scenario in TOML; it starts on 2026-01-01 unless the text states another start.
pub fn town(toml: &str) -> Town {
    let mut scenario = Scenario::from_toml("test", toml).expect("a valid scenario");
    if crate::scenario::is_relative_time(&scenario.world.start) {
        scenario.world.start = "2026-01-01T00:00:00+00:00".to_owned();
    }
    Town::build(&scenario).expect("a town")
}

/// Returns all shards of a town as they are created.
pub fn newborn(town: &Town) -> Vec<Shard> {
    (0..town.shard_count()).map(|s| Shard::newborn(town, s)).collect()
}

/// Runs all shards to `until` and returns the events in order.
pub fn run(town: &Town, shards: &mut [Shard], until: VirtualTime) -> Vec<Event> {
    let mut events: Vec<(OrderKey, Event)> = Vec::new();
    for shard in shards {
        shard.run_until(town, until, &mut |order, event| events.push((order, event)));
    }
    events.sort_by_key(|(order, _)| *order);
    events.into_iter().map(|(_, event)| event).collect()
}

/// Returns the event without the names of the drifts in force, which differ between a world and its twin without
/// drifts.
pub fn without_concepts(mut event: Event) -> Event {
    match &mut event {
        Event::Transaction(event) => event.concepts = Concepts::default(),
        Event::Trip(event) => event.concepts = Concepts::default(),
        Event::Interaction(event) => event.concepts = Concepts::default(),
        Event::Label(_) | Event::Completion(_) | Event::Drift(_) => {}
        Event::User(_) | Event::Driver(_) | Event::Customer(_) | Event::Merchant(_) | Event::Product(_) => {}
    }
    event
}

/// Returns the events of one stream.
pub fn of(events: &[Event], stream: Stream) -> Vec<&Event> {
    events.iter().filter(|event| event.stream() == stream).collect()
}

/// Returns the instant `days` after the town's start.
pub fn day(town: &Town, days: i64) -> VirtualTime {
    town.start() + Span::from_days(days)
}
