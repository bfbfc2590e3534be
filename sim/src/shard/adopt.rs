//! Other rules for a shard that lives already: what is pending by the rules that changed is planned anew at that instant;
//! visits, trips and campaigns in progress finish as they began. Knows which rules are whose; not what they say.

use super::Shard;
use crate::drift::Rule;
use crate::engine::{Batch, Purpose, VirtualTime};
use crate::person::Person;
use crate::rides::Conditions;
use crate::scene::Scene;
use crate::town::Town;
use crate::{bank, rides, shop};

/// Whose rules changed, and how.
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
    /// All of it is planned anew.
    Rules,
}

impl Changed {
    fn between(old: &Town, new: &Town) -> Self {
        let (rules, others) = (old.scenario(), new.scenario());
        let drifts = rules.drift != others.drift;
        let change = |differ: bool, rates: &[Rule]| match () {
            () if differ => Change::Rules,
            () if drifts && (old.drifts().touch(rates) || new.drifts().touch(rates)) => Change::Drifts,
            () => Change::None,
        };
        Changed {
            bank: change(rules.bank != others.bank, &Rule::HABITS),
            rides: change(rules.rides != others.rides, &[Rule::Requests]),
            shop: change(rules.shop != others.shop, &[Rule::Visits]),
        }
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
        let mut out = Batch::default();
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
    use crate::engine::{Digests, Span};
    use crate::testing;

    const RULES: &str = "[world]\npeople = 300\n[bank.fraud]\nrate = 0.0";

    /// Lives four days, from noon of the second by other rules; the lines of each topic by the marks of its fields.
    fn lived(adopted: Option<&str>) -> Vec<String> {
        let town = testing::town(RULES);
        let (noon, end) = (testing::day(&town, 1) + Span::from_seconds(43_200), testing::day(&town, 6));
        let (mut shards, mut lines) = (testing::newborn(&town), Vec::new());
        let mut keep = |line: &str| lines.push(line.to_owned());
        testing::run(&town, &mut shards, noon, &mut Digests::default(), &mut keep);
        let next = adopted.map(|rules| testing::town(&format!("{RULES}\n{rules}")));
        if let Some(next) = &next {
            shards.iter_mut().for_each(|shard| shard.adopt(&town, next, noon, 1));
        }
        testing::run(next.as_ref().unwrap_or(&town), &mut shards, end, &mut Digests::default(), &mut keep);
        lines
    }

    fn with<'a>(lines: &'a [String], mark: &str) -> Vec<&'a String> {
        lines.iter().filter(|line| line.contains(mark)).collect()
    }

    #[test]
    fn the_same_rules_change_nothing() {
        assert_eq!(lived(Some("")), lived(None));
    }

    #[test]
    fn what_happened_stays_and_the_rest_goes_by_the_new_rules() {
        let (before, after) = (lived(None), lived(Some("[shop]\nvisits_per_day = 4.5")));
        let until_noon = |lines: &[String]| {
            lines
                .iter()
                .take_while(|line| !line.contains("\"timestamp\":\"2026-01-02T12:"))
                .cloned()
                .collect::<Vec<_>>()
        };
        assert!(until_noon(&before) == until_noon(&after), "what was lived already has changed");
        let visits = |lines: &[String]| with(lines, "\"session_event_sequence\":1}").len();
        assert!(visits(&after) > 4 * visits(&before), "{} and {}", visits(&before), visits(&after));
        assert_eq!(with(&before, "\"trip_id\""), with(&after, "\"trip_id\""), "rides have no part in it");
    }

    #[test]
    fn rules_of_the_bank_leave_trips_and_visits_alone() {
        let (before, after) = (lived(None), lived(Some("[bank]\npurchases_per_day = 5.0")));
        for mark in ["\"trip_id\"", "\"session_event_sequence\""] {
            assert_eq!(with(&before, mark), with(&after, mark), "{mark}");
        }
        let (few, many) = (with(&before, "\"is_fraud\"").len(), with(&after, "\"is_fraud\"").len());
        assert!(many > 2 * few, "{few} and {many}");
    }
}
