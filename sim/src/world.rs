//! A whole world in memory for whoever uses this crate as a library: a town, its shards, and their events as values in
//! their one order. Knows no threads and no saving: the daemon runs shards by itself.

use crate::command::Command;
use crate::engine::{OrderKey, VirtualTime};
use crate::error::SimError;
use crate::outlet::Event;
use crate::scenario::{CALENDAR_END, Scenario};
use crate::shard::Shard;
use crate::town::Town;

/// A world that lives as far as it is told to.
///
/// ```
/// use populace_sim::{Event, Scenario, Span, World};
///
/// let rules = "[world]\npeople = 100\nstart = \"2026-01-01\"";
/// let mut world = World::new(&Scenario::from_toml("example", rules)?)?;
/// let mut spent = 0;
/// world.run_until(world.now() + Span::from_days(2), |event| {
///     if let Event::Transaction(transaction) = event {
///         spent += transaction.amount.minor;
///     }
/// });
/// assert!(spent > 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct World {
    town: Town,
    shards: Vec<Shard>,
    now: VirtualTime,
    commands: u64,
}

impl World {
    /// The world of a scenario, as it is born. A start that is relative (`-90d`) must be resolved before.
    ///
    /// # Errors
    /// A region, field or time that the scenario names and that does not exist.
    pub fn new(scenario: &Scenario) -> Result<Self, SimError> {
        let town = Town::build(scenario)?;
        let shards = (0..town.shard_count()).map(|index| Shard::newborn(&town, index)).collect();
        Ok(World { now: town.start(), town, shards, commands: 0 })
    }

    /// What is fixed about it: rules, regions, merchants, and how records are written.
    pub fn town(&self) -> &Town {
        &self.town
    }

    /// The instant that it has come to.
    pub fn now(&self) -> VirtualTime {
        self.now
    }

    /// Lives until `until`, exclusive, and hands each event to `sink` in the world's one order: by time, then entity,
    /// process and act, whatever the lengths of the steps. The events of one step are held in memory until it ends,
    /// some 300 bytes each. An instant that has passed does nothing, and one behind [`CALENDAR_END`] means that.
    pub fn run_until(&mut self, until: VirtualTime, mut sink: impl FnMut(Event)) {
        let until = until.min(CALENDAR_END);
        let mut events: Vec<(OrderKey, Event)> = Vec::new();
        for shard in &mut self.shards {
            shard.run_until(&self.town, until, &mut |order, event| events.push((order, event)));
        }
        // Each shard's events are in order already: the sort merges them.
        events.sort_by_key(|(order, _)| *order);
        events.into_iter().for_each(|(_, event)| sink(event));
        self.now = self.now.max(until);
    }

    /// Gives a command, which takes effect now, before the events of this instant. Its number is given here.
    ///
    /// # Panics
    /// When no person, or no region, of that number is here.
    pub fn give(&mut self, command: Command) {
        let concerned = command.shards(&self.town);
        assert!(!concerned.is_empty(), "nobody has this number: {command:?}");
        self.commands += 1;
        for shard in concerned {
            self.shards[shard as usize].apply(&self.town, self.now, &command.with_number(self.commands));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::PersonId;
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
    fn commands_act_on_values_as_on_records() {
        let scenario = Scenario::from_toml("test", RULES).expect("valid");
        let mut world = World::new(&scenario).expect("a world");
        let noon = world.now() + Span::from_seconds(43_200);
        world.run_until(noon, |_| {});
        world.give(Command::Transaction { number: 0, person: PersonId(14_999), minor: 4_250, start: None });
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
