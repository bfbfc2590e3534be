//! What turns a life: a move, another job, a child, retirement, a new phone. Each changes several habits at once and
//! for good. Knows the person alone; when it happens next is drawn here, what follows from it for plans is the shard's.

use super::profile::{Domain, Persona};
use super::{Journey, Person};
use crate::device::Device;
use crate::engine::{Draws, Span, VirtualTime, sample};
use crate::region::{Region, Systems};
use serde::{Deserialize, Serialize};

/// What changed in a life since birth. The counts key what is computed and not stored: favourites, salaries, cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Moves to another home.
    pub moves: u16,
    /// Jobs left for another, for work at all, or for retirement.
    pub jobs: u16,
    /// Children who came.
    pub children: u16,
    /// Phones bought.
    pub phones: u16,
    /// Times that the cards were replaced after fraud.
    pub cards_replaced: u16,
}

/// A turn of a life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    Move,
    Job,
    Child,
    Retirement,
    Phone,
}

const TURNS: [Turn; 5] = [Turn::Move, Turn::Job, Turn::Child, Turn::Retirement, Turn::Phone];

/// Turns a year by persona, in the order of [`TURNS`]. All but phones come to 9 % of the people a year, of the 5 to 12 %
/// that panels see change their habits; a phone is kept for some three years.
const A_YEAR: [[f64; 5]; 5] = [
    [0.035, 0.040, 0.015, 0.012, 0.34],
    [0.050, 0.120, 0.008, 0.000, 0.42],
    [0.020, 0.030, 0.010, 0.010, 0.33],
    [0.020, 0.000, 0.000, 0.000, 0.20],
    [0.050, 0.050, 0.012, 0.004, 0.40],
];

impl Person {
    /// When their life turns next after `now`.
    pub(crate) fn next_turn(&self, now: VirtualTime, draws: &mut Draws) -> VirtualTime {
        let a_year: f64 = A_YEAR[self.profile.persona as usize].iter().sum();
        let seconds = sample::exponential(draws) / a_year * 365.25 * 86_400.0;
        (now + Span::from_seconds_f64(seconds)).max(now.next())
    }

    /// What the turn is that comes now.
    pub(crate) fn which_turn(&self, draws: &mut Draws) -> Turn {
        TURNS[sample::pick(&sample::cumulate(&A_YEAR[self.profile.persona as usize]), draws.unit())]
    }

    /// Lets their life turn.
    pub(crate) fn turn(&mut self, turn: Turn, region: &Region, draws: &mut Draws) {
        let changes = &mut self.changes;
        match turn {
            Turn::Move => {
                changes.moves = changes.moves.saturating_add(1);
                self.profile.home = region.home(draws);
                // Journeys lead away from the new home.
                self.journey = Journey::default();
                self.profile.home_ip = region.home_ip(draws);
            }
            Turn::Job => {
                changes.jobs = changes.jobs.saturating_add(1);
                self.change_job(region, draws);
            }
            Turn::Child => {
                changes.children = changes.children.saturating_add(1);
                self.become_one(Persona::Parent, draws);
                self.profile.level += 0.08;
            }
            Turn::Retirement => {
                changes.jobs = changes.jobs.saturating_add(1);
                self.become_one(Persona::Retired, draws);
                self.profile.level -= 0.15;
                self.profile.work = self.profile.home;
            }
            Turn::Phone => {
                changes.phones = changes.phones.saturating_add(1);
                self.change_phone(region.systems(), draws);
            }
        }
    }

    /// Another place of work; for students, the first one.
    fn change_job(&mut self, region: &Region, draws: &mut Draws) {
        let rise = if self.profile.persona == Persona::Student { 0.35 } else { 0.06 };
        self.profile.work = region.centre_of_work(draws);
        self.profile.level += (rise + 0.15 * sample::normal(draws)) as f32;
        let persona = match self.profile.persona {
            Persona::Student => Persona::Worker,
            // One job in eight is at night, and who had one mostly gets another by day.
            Persona::Worker if draws.chance(0.12) => Persona::NightOwl,
            Persona::NightOwl if draws.chance(0.6) => Persona::Worker,
            same => same,
        };
        self.become_one(persona, draws);
    }

    /// Takes over the hours and rates of another type of life.
    fn become_one(&mut self, persona: Persona, draws: &mut Draws) {
        let before = self.profile.persona;
        for domain in [Domain::Bank, Domain::Rides, Domain::Shop] {
            self.profile.rates[domain as usize] *= (persona.activity(domain) / before.activity(domain)) as f32;
        }
        self.profile.persona = persona;
        self.profile.shift_minutes = persona.shift(draws);
    }

    /// A newer phone, mostly of the same make, updated at least as soon as the last one.
    fn change_phone(&mut self, systems: Systems, draws: &mut Draws) {
        let old = self.profile.devices[0];
        let other = self.profile.device_count < 3 && draws.chance(0.3);
        let lag = draws.below(u64::from(old.update_lag_days) + 1) as u8;
        let same_make = Device { update_lag_days: lag, releases_behind: 0, ..old };
        let new = if other { Device::among(systems, draws, |m| m.device_type == "Mobile") } else { same_make };
        self.profile.devices[0] = new;
        // What is under way goes on with the new one.
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

    fn turned(town: &Town, n: u32, turn: Turn) -> (Person, Person) {
        let before = person(town, n);
        let mut after = before.clone();
        let draws = &mut town.draws(EntityId::person(PersonId(n)), crate::engine::Purpose::Turn, 9);
        after.turn(turn, &town.localities()[0].region, draws);
        (before, after)
    }

    #[test]
    fn a_move_changes_the_home_and_keeps_the_phone() {
        let town = testing::town("[world]\npeople = 10");
        let (before, after) = turned(&town, 3, Turn::Move);
        assert_ne!((before.profile.home, before.profile.home_ip), (after.profile.home, after.profile.home_ip));
        assert_eq!(before.profile.devices, after.profile.devices);
        assert_eq!((before.changes.moves, after.changes.moves), (0, 1));
    }

    #[test]
    fn who_retires_lives_as_the_retired_do_and_who_studied_works() {
        let town = testing::town("[world]\npeople = 200");
        let of = |persona: Persona| (0..200).find(|n| person(&town, *n).profile.persona == persona).expect("one");
        let (before, after) = turned(&town, of(Persona::Worker), Turn::Retirement);
        assert_eq!(after.profile.persona, Persona::Retired);
        assert!(after.profile.rates[1] < before.profile.rates[1] && after.profile.level < before.profile.level);
        let (_, after) = turned(&town, of(Persona::Student), Turn::Job);
        assert_eq!((after.profile.persona, after.changes.jobs), (Persona::Worker, 1));
    }

    #[test]
    fn a_new_phone_never_shows_an_older_browser_of_the_same_make() {
        let town = testing::town("[world]\npeople = 300");
        for n in 0..300 {
            let (before, after) = turned(&town, n, Turn::Phone);
            let (old, new) = (before.profile.devices[0], after.profile.devices[0]);
            if old.model == new.model && before.profile.device_count == 3 {
                assert!(new.releases_behind == 0 && new.update_lag_days <= old.update_lag_days);
            }
            assert!(old.model == new.model || before.profile.device_count < 3);
        }
    }

    #[test]
    fn five_to_twelve_in_a_hundred_lives_turn_in_a_year() {
        let shares = Persona::SHARES.iter().zip(A_YEAR).map(|(share, turns)| share * turns[..4].iter().sum::<f64>());
        let all: f64 = shares.sum();
        assert!((0.05..0.12).contains(&all), "{all}");
    }
}
