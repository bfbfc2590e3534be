//! A whole world in memory: the entry point of the library. It owns a town and its shards, and hands out their events as
//! values in one order.
//! Must not depend on: threads; a caller that wants several runs the shards of a town itself.

mod builder;
mod events;
mod inject;
mod saved;
mod state;

pub use builder::{BuildError, WorldBuilder};
pub use events::EventsUntil;
pub use inject::InjectError;
pub use saved::{RestoreError, SaveError};
pub use state::World;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::PersonId;
    use crate::command::Command;
    use crate::engine::Span;
    use crate::engine::VirtualTime;
    use crate::outlet::Event;
    use crate::scenario::{CALENDAR_END, Scenario};

    const RULES: &str = "[world]\npeople = 20000\nstart = \"2026-01-01\"\n[[region]]\npreset = \"houston\"\n\
        [[region]]\npreset = \"tokyo\"\n";

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
        let (start, mut events) = (world.now(), 0);
        world.run_until(start, |event| panic!("{event:?}"));
        world.run_until(start + Span::from_seconds(600), |_| events += 1);
        world.run_until(start, |event| panic!("{event:?}"));
        assert_eq!(world.now(), start + Span::from_seconds(600));
        assert!(events > 10);
    }
}
