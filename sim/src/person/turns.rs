//! Life events: a move, another job, a child, retirement, a new phone. Each changes several habits at once and
//! permanently; the shard plans the acts that follow. Must not depend on: plans of acts.

use super::journey::Journey;
use super::state::Person;
use crate::base::{Domain, Persona};
use crate::device::{Device, Model};
use crate::engine::{RngStream, Span, VirtualTime, sample};
use crate::region::{Region, Systems};

/// An event that changes several habits at once and permanently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LifeEvent {
    Move,
    Job,
    Child,
    Retirement,
    Phone,
}

const LIFE_EVENTS: [LifeEvent; 5] =
    [LifeEvent::Move, LifeEvent::Job, LifeEvent::Child, LifeEvent::Retirement, LifeEvent::Phone];

/// Life events per year by persona, in the order of [`LIFE_EVENTS`]. All but new phones come to 9 % of
/// the people per year, within the 5 to 12 % of people whose habits change in panels; a phone is kept for some three years.
const EVENTS_PER_YEAR: [[f64; 5]; 5] = [
    [0.035, 0.040, 0.015, 0.012, 0.34],
    [0.050, 0.120, 0.008, 0.000, 0.42],
    [0.020, 0.030, 0.010, 0.010, 0.33],
    [0.020, 0.000, 0.000, 0.000, 0.20],
    [0.050, 0.050, 0.012, 0.004, 0.40],
];

impl Person {
    /// Draws the time of the next life event after `now`.
    pub(crate) fn next_life_event(&self, now: VirtualTime, rng: &mut RngStream) -> VirtualTime {
        let per_year: f64 = EVENTS_PER_YEAR[self.profile.persona as usize].iter().sum();
        let seconds = sample::exponential(rng) / per_year * 365.25 * 86_400.0;
        (now + Span::from_seconds_f64(seconds)).max(now.next())
    }

    /// Draws the kind of a life event.
    pub(crate) fn draw_life_event(&self, rng: &mut RngStream) -> LifeEvent {
        LIFE_EVENTS[sample::pick(&sample::cumulate(&EVENTS_PER_YEAR[self.profile.persona as usize]), rng.unit())]
    }

    /// Applies a life event.
    pub(crate) fn live_through(&mut self, event: LifeEvent, region: &Region, rng: &mut RngStream) {
        let changes = &mut self.changes;
        match event {
            LifeEvent::Move => {
                changes.moves = changes.moves.saturating_add(1);
                self.profile.home = region.home(rng);
                // Journeys start from the new home.
                self.journey = Journey::default();
                self.profile.home_ip = region.home_ip(rng);
            }
            LifeEvent::Job => {
                changes.jobs = changes.jobs.saturating_add(1);
                self.change_job(region, rng);
            }
            LifeEvent::Child => {
                changes.children = changes.children.saturating_add(1);
                self.become_persona(Persona::Parent, rng);
                self.profile.level += 0.08;
            }
            LifeEvent::Retirement => {
                changes.jobs = changes.jobs.saturating_add(1);
                self.become_persona(Persona::Retired, rng);
                self.profile.level -= 0.15;
                self.profile.work = self.profile.home;
            }
            LifeEvent::Phone => {
                changes.phones = changes.phones.saturating_add(1);
                self.change_phone(region.systems(), rng);
            }
        }
    }

    /// Changes the place of work; students take their first job.
    fn change_job(&mut self, region: &Region, rng: &mut RngStream) {
        let rise = if self.profile.persona == Persona::Student { 0.35 } else { 0.06 };
        self.profile.work = region.centre_of_work(rng);
        self.profile.level += (rise + 0.15 * sample::normal(rng)) as f32;
        let persona = match self.profile.persona {
            Persona::Student => Persona::Worker,
            // One job in eight is at night; most people leave night work for a job by day.
            Persona::Worker if rng.chance(0.12) => Persona::NightOwl,
            Persona::NightOwl if rng.chance(0.6) => Persona::Worker,
            same => same,
        };
        self.become_persona(persona, rng);
    }

    /// Takes over the hours and rates of another persona.
    fn become_persona(&mut self, persona: Persona, rng: &mut RngStream) {
        let before = self.profile.persona;
        for domain in [Domain::Bank, Domain::Rides, Domain::Shop] {
            self.profile.rates[domain as usize] *= (persona.activity(domain) / before.activity(domain)) as f32;
        }
        self.profile.persona = persona;
        self.profile.shift_minutes = persona.shift(rng);
    }

    /// Replaces the phone by a newer one, mostly of the same make, that is updated at least as soon.
    fn change_phone(&mut self, systems: Systems, rng: &mut RngStream) {
        let old = self.profile.devices[0];
        let other = self.profile.device_count < 3 && rng.chance(0.3);
        let lag = rng.below(u64::from(old.update_lag_days) + 1) as u8;
        let same_make = Device { update_lag_days: lag, releases_behind: 0, ..old };
        let new = if other { Device::among(systems, rng, Model::is_phone) } else { same_make };
        self.profile.devices[0] = new;
        // Sessions in progress continue with the new phone.
        self.shop.change_device(old, new);
        self.bank.change_device(old, new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{EntityId, PersonId};
    use crate::testing;
    use crate::town::Town;

    fn person(town: &Town, n: u32) -> Person {
        Person::newborn(&town.person_rules(), &town.localities()[0].region, PersonId(n))
    }

    fn before_and_after(town: &Town, n: u32, event: LifeEvent) -> (Person, Person) {
        let before = person(town, n);
        let mut after = before.clone();
        let rng = &mut town.rng(EntityId::person(PersonId(n)), crate::engine::Purpose::Turn, 9);
        after.live_through(event, &town.localities()[0].region, rng);
        (before, after)
    }

    #[test]
    fn a_move_changes_the_home_and_keeps_the_phone() {
        let town = testing::town("[world]\npeople = 10");
        let (before, after) = before_and_after(&town, 3, LifeEvent::Move);
        assert_ne!((before.profile.home, before.profile.home_ip), (after.profile.home, after.profile.home_ip));
        assert_eq!(before.profile.devices, after.profile.devices);
        assert_eq!((before.changes.moves, after.changes.moves), (0, 1));
    }

    #[test]
    fn retirement_and_a_first_job_change_the_persona() {
        let town = testing::town("[world]\npeople = 200");
        let of = |persona: Persona| (0..200).find(|n| person(&town, *n).profile.persona == persona).expect("one");
        let (before, after) = before_and_after(&town, of(Persona::Worker), LifeEvent::Retirement);
        assert_eq!(after.profile.persona, Persona::Retired);
        assert!(after.profile.rates[1] < before.profile.rates[1] && after.profile.level < before.profile.level);
        let (_, after) = before_and_after(&town, of(Persona::Student), LifeEvent::Job);
        assert_eq!((after.profile.persona, after.changes.jobs), (Persona::Worker, 1));
    }

    #[test]
    fn a_new_phone_never_shows_an_older_browser_of_the_same_make() {
        let town = testing::town("[world]\npeople = 300");
        for n in 0..300 {
            let (before, after) = before_and_after(&town, n, LifeEvent::Phone);
            let (old, new) = (before.profile.devices[0], after.profile.devices[0]);
            if old.model == new.model && before.profile.device_count == 3 {
                assert!(new.releases_behind == 0 && new.update_lag_days <= old.update_lag_days);
            }
            assert!(old.model == new.model || before.profile.device_count < 3);
        }
    }

    #[test]
    fn life_events_other_than_phones_reach_five_to_twelve_percent_a_year() {
        let shares =
            Persona::SHARES.iter().zip(EVENTS_PER_YEAR).map(|(share, events)| share * events[..4].iter().sum::<f64>());
        let all: f64 = shares.sum();
        assert!((0.05..0.12).contains(&all), "{all}");
    }
}
