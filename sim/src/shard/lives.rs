//! The life cycle of an account: it is opened, its owner has life events, it is closed, and after some time the next person
//! gets the number.
//! Must not depend on: the use of the plans by the domains.

use crate::engine::{Purpose, Span};
use crate::outlet::Outlet;
use crate::person::{Person, Process};
use crate::rows::RowState;
use crate::scene::{LiveScene, Scene};
use crate::tables::PersonRows;
use crate::{bank, rides, shop};

/// Plans the first acts of a person whose account is open.
pub(super) fn begin(scene: &Scene<'_>, person: &mut Person) {
    bank::plan_habit(scene, person, &mut scene.rng(Purpose::Habit, 0));
    bank::plan_recurring_payment(scene, person);
    rides::plan_ride(scene, scene.town.ride_rhythms(), person, &mut scene.rng(Purpose::Ride, 0));
    shop::plan_visit(scene, person);
    plan_life_event(scene, person);
}

/// Plans the next life event, or the closing of the account.
fn plan_life_event(scene: &Scene<'_>, person: &mut Person) {
    let turn =
        person.next_life_event(scene.now, &mut scene.rng(Purpose::Turn, 2 * person.acts[Process::Life as usize]));
    person.plan(Process::Life, turn.min(person.tenancy.closes));
}

/// Runs an act of the process `Life`.
pub(super) fn act<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Life);
    if scene.now >= person.tenancy.closes {
        close(scene, person);
    } else if act == 1 && scene.now == person.tenancy.opens {
        begin(scene, person);
        PersonRows::of(scene, person).emit(scene, RowState::Holds);
    } else {
        let before = PersonRows::of(scene, person);
        let rng = &mut scene.rng(Purpose::Turn, 2 * act + 1);
        let event = person.draw_life_event(rng);
        person.live_through(event, &scene.local.region, rng);
        // Pay day and rent follow from the job and the home.
        bank::plan_recurring_payment(scene, person);
        plan_life_event(scene, person);
        before.emit_changed(scene, person);
    }
}

/// Closes the account, after the payment of an order or a ride in progress. The number waits for the next person.
fn close<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let open = [Process::Checkout, Process::Fare].map(|p| person.due(p)).into_iter().filter(|due| *due > scene.now);
    let paid = open.filter(|due| *due != crate::engine::VirtualTime::NEVER).max();
    if let Some(paid) = paid {
        let ends =
            [Process::Habit, Process::RecurringPayment, Process::Visit, Process::Step, Process::Ride, Process::Fraud];
        ends.into_iter().for_each(|process| person.rest(process));
        person.plan(Process::Life, paid + Span::from_micros(1));
        return;
    }
    PersonRows::of(scene, person).emit(scene, RowState::Gone);
    let next = person.tenancy.next(&scene.town.person_rules(), scene.id);
    *person = Person::resident(&scene.town.person_rules(), &scene.local.region, scene.id, next);
    person.plan(Process::Life, next.opens);
    scene.forget();
}

#[cfg(test)]
mod tests {
    use crate::base::PersonId;
    use crate::engine::{Id, VirtualTime};
    use crate::outlet::Event;
    use crate::shard::Shard;
    use crate::testing;
    use std::collections::{BTreeMap, BTreeSet};

    #[derive(Default)]
    struct Seen {
        count: u32,
        first_age: i64,
        account: u32,
        cards: BTreeSet<Id>,
    }

    fn users(people: u32, days: i64) -> (crate::town::Town, Vec<Shard>, BTreeMap<String, Seen>) {
        let town = testing::town(&format!("[world]\npeople = {people}"));
        let (mut shards, mut users) = (testing::newborn(&town), BTreeMap::<String, Seen>::new());
        let mut ids = BTreeSet::new();
        for event in testing::run(&town, &mut shards, testing::day(&town, days)) {
            let Event::Transaction(made) = event else { continue };
            assert!(ids.insert(made.transaction_id), "{} twice", made.transaction_id);
            let user = users.entry(made.user_id.to_string()).or_default();
            user.count += 1;
            assert_eq!(made.entity_sequence, user.count, "{made:?}");
            if user.count == 1 {
                (user.first_age, user.account) = (made.account_age_days, made.account);
            }
            assert_eq!(user.account, made.account);
            user.cards.extend(made.card_id);
        }
        (town, shards, users)
    }

    #[test]
    fn a_number_is_used_by_several_people_in_turn() {
        let (town, shards, users) = users(250, 450);
        let generation = |uuid: &String| town.find_person(uuid).expect("somebody of this town").1;
        let later: Vec<&Seen> = users.iter().filter(|(uuid, _)| generation(uuid) > 0).map(|(_, seen)| seen).collect();
        assert!((12..60).contains(&later.len()), "{} newcomers", later.len());
        assert!(later.iter().all(|seen| seen.first_age < 120), "their accounts are new");
        assert!(later.iter().filter(|seen| seen.first_age == 0).count() * 2 > later.len());
        let accounts: BTreeSet<u32> = users.values().map(|seen| seen.account).collect();
        assert_eq!(accounts.len(), users.len(), "no two share an account");
        let end = testing::day(&town, 450);
        for n in 0..250 {
            let (person, tenancy) = (&shards[0].people[n as usize], town.tenancy_at(PersonId(n), end));
            assert_eq!(person.tenancy, tenancy, "what a shard holds is what anybody can compute");
            assert!(person.earliest() >= end && person.earliest() < VirtualTime::NEVER);
            assert!(tenancy.is_open(end) || person.acts.iter().all(|acts| *acts == 0));
        }
    }

    #[test]
    fn cards_are_renewed_and_life_events_happen() {
        let (_, shards, users) = users(200, 400);
        let renewed = users.values().filter(|seen| seen.cards.len() > 2).count();
        assert!(renewed > 40, "{renewed} of {} users have had more than two cards", users.len());
        assert!(users.values().all(|seen| seen.cards.len() <= 12));
        let changes: Vec<_> = shards[0].people.iter().map(|p| p.changes).collect();
        let turned = changes.iter().filter(|c| c.moves + c.jobs + c.children > 0).count();
        assert!((8..35).contains(&turned), "the lives of {turned} of 200 turned");
        assert!(changes.iter().filter(|c| c.phones > 0).count() > 35);
    }
}
