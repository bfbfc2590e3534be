//! Other rules for a shard that lives already: what is pending by rates that changed is planned anew at that instant;
//! visits, trips and campaigns in progress finish as they began. Knows which rules are whose; not what they say.

use super::Shard;
use crate::drift::Rule;
use crate::engine::{OrderKey, Purpose, VirtualTime};
use crate::outlet::Event;
use crate::person::Person;
use crate::rides::Conditions;
use crate::scene::Scene;
use crate::town::Town;
use crate::{bank, rides, shop};

/// Whose rates changed, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Changed {
    bank: Change,
    rides: Change,
    shop: Change,
}

/// What becomes of what is pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Change {
    /// All of it stays.
    None,
    /// It is planned anew for those whose rates are others before it: the drifts changed, or some of them.
    Drifts,
    /// All of it is planned anew: the rates themselves are others.
    Rules,
}

impl Changed {
    fn between(old: &Town, new: &Town) -> Self {
        let (rules, others) = (old.scenario(), new.scenario());
        let drifts = rules.drift != others.drift;
        // Nothing else has a part in when somebody acts next, so whoever waits for something else waits on.
        let change = |rates: &[Rule]| match () {
            () if rates.iter().any(|rate| rate.value(rules) != rate.value(others)) => Change::Rules,
            () if drifts && (old.drifts().touch(rates) || new.drifts().touch(rates)) => Change::Drifts,
            () => Change::None,
        };
        Changed { bank: change(&Rule::HABITS), rides: change(&[Rule::Requests]), shop: change(&[Rule::Visits]) }
    }
}

impl Shard {
    /// Lives by the rules of `new` instead of those of `old` from `at` on, to which it must have run; `number` is that of
    /// the order in the log of commands, and keys what is drawn. Arrivals have no memory, so drawing a pending one again
    /// is right whatever was drawn before; where only drifts differ, whoever they do not concern keeps theirs.
    ///
    /// # Panics
    /// When the two towns do not have the same shards.
    pub fn adopt(&mut self, old: &Town, new: &Town, at: VirtualTime, number: u64) {
        assert_eq!(old.shard_spec(self.index), new.shard_spec(self.index), "who lives in a shard is fixed at birth");
        let changed = Changed::between(old, new);
        // What was computed ahead of the hours, by the old rules.
        self.conditions = Conditions::default();
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

/// Plans anew what is pending by rules that changed. Whether there was anything.
fn adopt_plans(scene: &Scene<'_>, old: &Town, changed: Changed, person: &mut Person, number: u64) -> bool {
    let draws = |domain: u64| scene.town.draws(scene.entity(), Purpose::Adopted, 3 * number + domain);
    let bank = match changed.bank {
        Change::None => false,
        Change::Drifts => bank::adopt_habits(scene, old, person, &mut draws(0)),
        Change::Rules => {
            bank::plan_habit(scene, person, &mut draws(0));
            true
        }
    };
    let rides = match changed.rides {
        Change::None => false,
        Change::Drifts => rides::adopt_rides(scene, old, person, &mut draws(1)),
        Change::Rules => {
            rides::plan_ride(scene, scene.town.ride_rhythms(), person, &mut draws(1));
            true
        }
    };
    let shop = match changed.shop {
        Change::None => false,
        Change::Drifts => shop::adopt_visits(scene, old, person, &mut draws(2)),
        Change::Rules => {
            shop::plan_visit_again(scene, person, &mut draws(2));
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

    /// Lives four days, from noon of the second by other rules.
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

    /// Noon of the second day.
    fn noon() -> VirtualTime {
        testing::day(&testing::town(RULES), 1) + Span::from_seconds(43_200)
    }

    #[test]
    fn the_same_rules_change_nothing() {
        assert_eq!(lived(Some("")), lived(None));
    }

    #[test]
    fn what_happened_stays_and_the_rest_goes_by_the_new_rules() {
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
    fn rules_that_are_no_rates_leave_everything_where_it_is() {
        let (before, after) = (lived(None), lived(Some("[bank]\namount_scale = 2.0\n[shop]\nprice_scale = 2.0")));
        let instants = |events: &[Event]| events.iter().map(Event::timestamp).collect::<Vec<_>>();
        assert_ne!(before, after, "amounts are others");
        assert_eq!(instants(&before), instants(&after));
    }

    #[test]
    fn rules_of_the_bank_leave_trips_and_visits_alone() {
        let (before, after) = (lived(None), lived(Some("[bank]\npurchases_per_day = 5.0")));
        for stream in [Stream::Trips, Stream::Interactions] {
            assert_eq!(testing::of(&before, stream), testing::of(&after, stream), "{stream:?}");
        }
        let count = |events| testing::of(events, Stream::Transactions).len();
        let (few, many) = (count(&before), count(&after));
        assert!(many > 2 * few, "{few} and {many}");
    }
}
