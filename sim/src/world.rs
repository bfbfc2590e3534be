//! A whole world in memory: the entry point of the library. It owns a town and its shards, and hands out their events as
//! values in one order.
//! Must not depend on: threads; a caller that wants several runs the shards of a town itself.

mod builder;
mod events;
mod inject;
mod saved;

use crate::base::{DriverId, PersonId};
use crate::engine::{OrderKey, VirtualTime};
use crate::error::SimError;
use crate::outlet::Event;
use crate::scenario::{CALENDAR_END, Scenario};
use crate::shard::Shard;
use crate::town::Town;
use crate::views::{DriverView, PersonView};
use std::collections::VecDeque;

pub use builder::{BuildError, WorldBuilder};
pub use events::EventsUntil;
pub use inject::InjectError;
pub use saved::{RestoreError, SaveError};

/// A world, which runs as far as it is asked to.
///
/// ```
/// use populace_sim::prelude::*;
///
/// let mut world = World::builder().people(100).seed(7).build()?;
/// let until = world.now() + Span::from_days(2);
/// let mut spent = 0;
/// for event in world.events_until(until) {
///     if let Event::Transaction(transaction) = event {
///         spent += transaction.amount.minor;
///     }
/// }
/// assert!(spent > 0);
/// assert_eq!(world.now(), until);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct World {
    town: Town,
    shards: Vec<Shard>,
    now: VirtualTime,
    commands: u64,
    /// Events before `now` that an iterator has not delivered.
    undelivered: VecDeque<Event>,
}

impl World {
    /// Returns a builder, which begins with the default scenario.
    pub fn builder() -> WorldBuilder {
        WorldBuilder::default()
    }

    /// Returns the world of a scenario at its start, which must not be relative to now (`-90d`).
    ///
    /// # Errors
    /// If the scenario names a region, field or time that does not exist. The other rules are not checked: see
    /// [`Scenario::check`].
    pub fn new(scenario: &Scenario) -> Result<Self, SimError> {
        let town = Town::build(scenario)?;
        let shards = (0..town.shard_count()).map(|index| Shard::newborn(&town, index)).collect();
        Ok(World { now: town.start(), town, shards, commands: 0, undelivered: VecDeque::new() })
    }

    /// Returns what is fixed about the world: the scenario, the regions, the merchants.
    pub fn town(&self) -> &Town {
        &self.town
    }

    /// Returns the instant up to which the world has run.
    pub fn now(&self) -> VirtualTime {
        self.now
    }

    /// Runs to `until`, exclusive, and calls `sink` with each event, in the order of [`World::events_until`].
    pub fn run_until(&mut self, until: VirtualTime, sink: impl FnMut(Event)) {
        self.events_until(until).for_each(sink);
    }

    /// Returns the events before `until` as an iterator. The world runs as the iterator is advanced, in steps of some
    /// 20,000 events at most a day long.
    ///
    /// The order is by time, then entity, process and act, and does not depend on how the time is divided into calls. An
    /// instant that has passed gives no events, and one after [`CALENDAR_END`] is taken as that. If the iterator is dropped
    /// before its end, [`now`](World::now) is the end of the last step, and the next call gives the rest of the events of
    /// that step first.
    pub fn events_until(&mut self, until: VirtualTime) -> EventsUntil<'_> {
        EventsUntil { world: self, until: until.min(CALENDAR_END) }
    }

    /// Returns the profile, state and history of a person; `None` if the world has no such person.
    pub fn person(&self, id: PersonId) -> Option<PersonView> {
        let is_here = id.0 < self.town.scenario().world.people;
        is_here.then(|| self.shards[self.town.shard_of_person(id) as usize].person_view(&self.town, id))
    }

    /// Returns the profile, state and history of a driver; `None` if the world has no such driver.
    pub fn driver(&self, id: DriverId) -> Option<DriverView> {
        let is_here = id.0 < self.town.driver_count();
        is_here.then(|| self.shards[self.town.shard_of_driver(id) as usize].driver_view(&self.town, id))
    }

    /// Runs all shards to `until` and keeps the events.
    fn step(&mut self, until: VirtualTime) {
        let mut events: Vec<(OrderKey, Event)> = Vec::new();
        for shard in &mut self.shards {
            shard.run_until(&self.town, until, &mut |order, event| events.push((order, event)));
        }
        // The events of each shard are in order: the stable sort merges them.
        events.sort_by_key(|(order, _)| *order);
        self.undelivered.extend(events.into_iter().map(|(_, event)| event));
        self.now = until;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::PersonId;
    use crate::command::Command;
    use crate::engine::{Digests, Merged, Span, record_hash};
    use crate::testing;

    const RULES: &str = "[world]\npeople = 20000\nstart = \"2026-01-01\"\n[[region]]\npreset = \"houston\"\n\
        [[region]]\npreset = \"tokyo\"\n[topics.trips]\nkey = \"trip_id\"\nfields = [\"driver_id\"]\n";

    #[test]
    fn values_written_by_the_plans_are_the_records_of_the_batches() {
        let scenario = Scenario::from_toml("test", RULES).expect("valid");
        let (town, mut wanted) = (Town::build(&scenario).expect("a town"), Vec::new());
        let mut shards = testing::newborn(&town);
        assert!(shards.len() > 2);
        let run = |shard: &mut Shard| {
            let mut batch = crate::engine::Batch::default();
            shard.run_until(&town, town.start() + Span::from_days(1), &mut batch);
            batch
        };
        let merged = Merged::new(shards.iter_mut().map(run).collect());
        wanted.extend(merged.iter());

        let (mut world, mut bytes, mut seen) = (World::new(&scenario).expect("a world"), Vec::new(), 0);
        for hours in [5, 6, 24] {
            let (until, plans) = (town.start() + Span::from_seconds(hours * 3_600), town.plans());
            world.run_until(until, |event| {
                bytes.clear();
                let written = event.write(plans, &mut bytes);
                let record = wanted[seen];
                let (value, key) = (written.value_len as usize, written.key_at as usize);
                let key = &bytes[key..key + written.key_len as usize];
                assert_eq!((event.stream(), event.timestamp(), key), (record.stream, record.time, record.key));
                assert_eq!((&bytes[..value], written.entity_sequence), (record.value, record.entity_sequence));
                assert_eq!(record_hash(key, event.timestamp(), &bytes[..value]), record.hash);
                seen += 1;
            });
        }
        assert_eq!(seen, wanted.len());
        assert!(town.streams().all(|stream| wanted.iter().any(|record| record.stream == stream)));
    }

    #[test]
    fn a_command_takes_effect_before_the_events_of_its_instant() {
        let scenario = Scenario::from_toml("test", RULES).expect("valid");
        let mut world = World::new(&scenario).expect("a world");
        let noon = world.now() + Span::from_seconds(43_200);
        world.run_until(noon, |_| {});
        let purchase = Command::Transaction { number: 0, person: PersonId(14_999), minor: 4_250, start: None };
        assert_eq!(world.inject(purchase), Ok(1));
        let mut first = None;
        world.run_until(noon.next(), |event| first = first.take().or(Some(event)));
        let Some(Event::Transaction(made)) = first else { panic!("no transaction: {first:?}") };
        assert_eq!((made.timestamp, made.amount.minor, made.amount.currency.code()), (noon, 4_250, "JPY"));
        assert_eq!(made.user_id, world.town().person_uuid(PersonId(14_999)));
    }

    #[test]
    fn a_world_ends_with_the_calendar() {
        let late = "[world]\npeople = 100\nstart = \"2199-12-31\"";
        let mut world = World::new(&Scenario::from_toml("test", late).expect("valid")).expect("a world");
        let mut last = None;
        world.run_until(VirtualTime::NEVER, |event| last = Some(event.timestamp()));
        assert!(last.is_some_and(|last| last < CALENDAR_END));
        assert_eq!(world.now(), CALENDAR_END);
    }

    #[test]
    fn a_step_back_does_nothing() {
        let mut world = World::new(&Scenario::from_toml("test", RULES).expect("valid")).expect("a world");
        let (start, mut digests) = (world.now(), Digests::default());
        world.run_until(start, |event| panic!("{event:?}"));
        world.run_until(start + Span::from_seconds(600), |event| digests.0[event.stream() as usize].add(1));
        world.run_until(start, |event| panic!("{event:?}"));
        assert_eq!(world.now(), start + Span::from_seconds(600));
        assert!(digests.total() > 10);
    }
}
