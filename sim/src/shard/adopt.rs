//! Adoption of new rules by a running shard: arrivals whose rates change are drawn again; visits, trips and campaigns in
//! progress finish as they began.
//! Must not depend on: the meaning of the rules.

use super::Shard;
use crate::drift::Rule;
use crate::engine::{OrderKey, Purpose, VirtualTime};
use crate::outlet::Event;
use crate::person::Person;
use crate::rides::Conditions;
use crate::scene::Scene;
use crate::town::Town;
use crate::{bank, rides, shop};

/// The change of the rates of each domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Changed {
    bank: Change,
    rides: Change,
    shop: Change,
}

/// The effect on pending arrivals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// All are kept.
    None,
    /// Only drifts changed: the arrivals are drawn again before which the rates of the person differ.
    Drifts,
    /// All are drawn again, because the rates themselves changed.
    Rules,
}

impl Changed {
    fn between(old: &Town, new: &Town) -> Self {
        let (rules, others) = (old.scenario(), new.scenario());
        let drifts = rules.drift != others.drift;
        // Arrival times follow from nothing else, so all other pending acts are kept.
        let change = |rates: &[Rule]| match () {
            () if rates.iter().any(|rate| rate.value(rules) != rate.value(others)) => Change::Rules,
            () if drifts && (old.drifts().touch(rates) || new.drifts().touch(rates)) => Change::Drifts,
            () => Change::None,
        };
        Changed { bank: change(&Rule::HABITS), rides: change(&[Rule::Requests]), shop: change(&[Rule::Visits]) }
    }
}

impl Shard {
    /// Replaces the rules of `old` by those of `new` at `at`, to which the shard must have run. `number` is that of the
    /// adoption in the command log, and keys the random numbers. Arrivals are memoryless, so a pending one can be drawn
    /// again; if only drifts differ, people whom they do not concern keep theirs.
    ///
    /// # Panics
    /// If the two towns do not have the same shards.
    pub fn adopt(&mut self, old: &Town, new: &Town, at: VirtualTime, number: u64) {
        assert_eq!(
            old.shard_spec(self.index),
            new.shard_spec(self.index),
            "the people of a shard are fixed at the start"
        );
        let changed = Changed::between(old, new);
        // The conditions of the hour were computed by the old rules.
        self.conditions = Conditions::sharing(&new.localities()[self.spec.locality].traffic);
        let mut out = |_: OrderKey, _: Event| ();
        for slot in 0..self.people.len() {
            let (scene, person, ..) = self.scene(new, slot, at, &mut out);
            if person.tenancy.is_open(at) && adopt_plans(&scene, old, changed, person, number) {
                self.mark_person(slot);
            }
        }
        self.fill_queue(new, at);
        self.mark_header();
    }
}

/// Draws pending arrivals again whose rules changed. Returns whether there were any.
fn adopt_plans(scene: &Scene<'_>, old: &Town, changed: Changed, person: &mut Person, number: u64) -> bool {
    let rng = |domain: u64| scene.town.rng(scene.entity(), Purpose::Adopted, 3 * number + domain);
    let bank = match changed.bank {
        Change::None => false,
        Change::Drifts => bank::adopt_habits(scene, old, person, &mut rng(0)),
        Change::Rules => {
            bank::plan_habit(scene, person, &mut rng(0));
            true
        }
    };
    let rides = match changed.rides {
        Change::None => false,
        Change::Drifts => rides::adopt_rides(scene, old, person, &mut rng(1)),
        Change::Rules => {
            rides::plan_ride(scene, scene.town.ride_rhythms(), person, &mut rng(1));
            true
        }
    };
    let shop = match changed.shop {
        Change::None => false,
        Change::Drifts => shop::adopt_visits(scene, old, person, &mut rng(2)),
        Change::Rules => {
            shop::plan_visit_again(scene, person, &mut rng(2));
            true
        }
    };
    bank || rides || shop
}

#[cfg(test)]
mod tests {
    use crate::engine::{Span, Stream, VirtualTime};
    use crate::outlet::Event;
    use crate::testing;

    const RULES: &str = "[world]\npeople = 300\n[bank.fraud]\nrate = 0.0";

    /// Returns the events of four days, with other rules from noon of the second.
    fn lived(adopted: Option<&str>) -> Vec<Event> {
        let town = testing::town(RULES);
        let (noon, end) = (noon(), testing::day(&town, 6));
        let mut shards = testing::newborn(&town);
        let mut events = testing::run(&town, &mut shards, noon);
        let next = adopted.map(|rules| testing::town(&format!("{RULES}\n{rules}")));
        if let Some(next) = &next {
            shards.iter_mut().for_each(|shard| shard.adopt(&town, next, noon, 1));
        }
        events.extend(testing::run(next.as_ref().unwrap_or(&town), &mut shards, end));
        events
    }

    /// Returns noon of the second day.
    fn noon() -> VirtualTime {
        testing::day(&testing::town(RULES), 1) + Span::from_seconds(43_200)
    }

    #[test]
    fn adopting_the_same_rules_changes_nothing() {
        assert_eq!(lived(Some("")), lived(None));
    }

    #[test]
    fn events_follow_the_new_rules_from_the_adoption_on() {
        let (before, after) = (lived(None), lived(Some("[shop]\nvisits_per_day = 4.5")));
        let until_noon = |events: &[Event]| {
            events.iter().take_while(|event| event.timestamp() < noon()).cloned().collect::<Vec<_>>()
        };
        assert!(until_noon(&before) == until_noon(&after), "what was lived already has changed");
        let first = |event: &&Event| matches!(event, Event::Interaction(one) if one.session_event_sequence == 1);
        let visits = |events: &[Event]| events.iter().filter(first).count();
        assert!(visits(&after) > 4 * visits(&before), "{} and {}", visits(&before), visits(&after));
        let trips = |events| testing::of(events, Stream::Trips);
        assert_eq!(trips(&before), trips(&after), "rides have no part in it");
    }

    #[test]
    fn rules_that_are_not_rates_keep_all_arrival_times() {
        let (before, after) = (lived(None), lived(Some("[bank]\namount_scale = 2.0\n[shop]\nprice_scale = 2.0")));
        let instants = |events: &[Event]| events.iter().map(Event::timestamp).collect::<Vec<_>>();
        assert_ne!(before, after, "amounts are others");
        assert_eq!(instants(&before), instants(&after));
    }

    #[test]
    fn rules_of_the_bank_keep_trips_and_visits() {
        let (before, after) = (lived(None), lived(Some("[bank]\npurchases_per_day = 5.0")));
        for stream in [Stream::Trips, Stream::Interactions] {
            assert_eq!(testing::of(&before, stream), testing::of(&after, stream), "{stream:?}");
        }
        let count = |events| testing::of(events, Stream::Transactions).len();
        let (few, many) = (count(&before), count(&after));
        assert!(many > 2 * few, "{few} and {many}");
    }
}
