//! The state of a person, and its plan of acts.
//! Must not depend on: the rules that move the state.

use super::changes::Changes;
use super::journey::Journey;
use super::process::{PROCESSES, Process};
use super::profile::Profile;
use super::rules::{EntityMoment, PersonRules};
use super::season::{Season, end_of_month};
use super::tenancy::Tenancy;
use crate::bank::AccountState;
use crate::base::{Domain, EntityId, PersonId, Place};
use crate::engine::{VirtualTime, prefetch};
use crate::fraud::Episode;
use crate::history::Totals;
use crate::region::Region;
use crate::rides::RiderState;
use crate::shop::CustomerState;
use serde::{Deserialize, Serialize};

/// The state of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// The time of the next act of each process, by number.
    pub due: [VirtualTime; PROCESSES],
    /// The number of acts of each process so far, by number.
    pub acts: [u32; PROCESSES],
    /// The times during which the account of this number is the person's.
    pub tenancy: Tenancy,
    /// The profile.
    pub profile: Profile,
    /// Counts of life events.
    pub changes: Changes,
    /// The state at the bank.
    pub bank: AccountState,
    /// The state in the shop.
    pub shop: CustomerState,
    /// The state as a rider.
    pub rides: RiderState,
    /// The fraud episode in progress against this person.
    pub fraud: Option<Box<Episode>>,
    /// Totals over all acts.
    pub totals: Totals,
    /// Memo of the factors of a month.
    #[serde(skip)]
    pub season: Season,
    /// Memo of the journey of a month.
    #[serde(skip)]
    pub journey: Journey,
}

impl Person {
    /// Returns the person of number `id` during `tenancy`, with nothing planned.
    pub(crate) fn resident(rules: &PersonRules, region: &Region, id: PersonId, tenancy: Tenancy) -> Self {
        let profile = Profile::draw(rules, region, EntityId::tenant(id, tenancy.generation), tenancy.opens);
        Person {
            tenancy,
            changes: Changes::default(),
            due: [VirtualTime::NEVER; PROCESSES],
            acts: [0; PROCESSES],
            profile,
            bank: AccountState::default(),
            shop: CustomerState::new(tenancy.opens.max(rules.start)),
            rides: RiderState::default(),
            fraud: None,
            totals: Totals::default(),
            season: Season::default(),
            journey: Journey::default(),
        }
    }

    /// Returns the person of number `id` at the start of the world.
    pub(crate) fn newborn(rules: &PersonRules, region: &Region, id: PersonId) -> Self {
        Person::resident(rules, region, id, Tenancy::first(rules, id))
    }

    /// Returns the instant that views of this person are as of: the next act or, with nothing planned, the opening of the
    /// account.
    pub(crate) fn viewed_at(&self) -> VirtualTime {
        let next = self.earliest();
        if next == VirtualTime::NEVER { self.profile.opened } else { next }
    }

    /// Returns the time of the next act.
    #[inline]
    pub fn earliest(&self) -> VirtualTime {
        self.due.iter().copied().fold(VirtualTime::NEVER, VirtualTime::min)
    }

    /// Asks for the memory of the person, who acts soon: for the cache lines that its parts begin in.
    #[inline]
    pub(crate) fn prefetch(&self) {
        prefetch(&self.due[0]);
        prefetch(&self.due[PROCESSES - 1]);
        prefetch(&self.acts);
        prefetch(&self.tenancy);
        prefetch(&self.profile);
        prefetch(&self.bank);
        prefetch(&self.shop);
        prefetch(&self.rides);
        prefetch(&self.totals);
        prefetch(&self.season);
        prefetch(&self.journey);
    }

    /// Returns the process that acts at `now`, the first by number, if any.
    #[inline]
    pub fn process_at(&self, now: VirtualTime) -> Option<Process> {
        Process::ALL.into_iter().find(|p| self.due[*p as usize] == now)
    }

    /// Returns the time of the next act of `process`.
    pub fn due(&self, process: Process) -> VirtualTime {
        self.due[process as usize]
    }

    /// Returns whether the account is open: after a closing, the next person of the number waits for its opening.
    pub(crate) fn has_account(&self) -> bool {
        self.due(Process::Life) != self.tenancy.opens
    }

    /// Plans the next act of `process`.
    #[inline]
    pub fn plan(&mut self, process: Process, at: VirtualTime) {
        self.due[process as usize] = at;
    }

    /// Cancels the next act of `process`.
    pub fn rest(&mut self, process: Process) {
        self.plan(process, VirtualTime::NEVER);
    }

    /// Counts an act of `process` and returns its number, from 1.
    #[inline]
    pub fn count_act(&mut self, process: Process) -> u32 {
        self.acts[process as usize] += 1;
        self.acts[process as usize]
    }
}

impl Person {
    /// Computes the factors of the present month unless they are known.
    #[inline]
    pub(crate) fn look_up_season(&mut self, moment: EntityMoment) {
        if !self.season.is_of(moment.now) {
            self.season = Season::at(moment);
        }
    }

    /// Returns the factor on the activity in `domain` in the month of `at`, and the end of that month.
    #[inline]
    pub(super) fn activity(&mut self, moment: EntityMoment, at: VirtualTime, domain: Domain) -> (f64, VirtualTime) {
        self.look_up_season(moment);
        if self.season.is_of(at) {
            (self.season.factor(domain), self.season.end())
        } else {
            (Season::factor_at(moment, at, domain), end_of_month(at))
        }
    }

    /// Returns the place where the person stays at `now`, if it is not home.
    #[inline]
    pub(crate) fn away(&self, now: VirtualTime) -> Option<Place> {
        self.journey.destination_at(now)
    }

    /// Computes the journey of the present month unless it is known.
    #[inline]
    pub(crate) fn look_up_journey(&mut self, moment: EntityMoment, region: &Region) {
        if !self.journey.is_of(moment.now) {
            self.journey = Journey::of(moment, region, self.profile.home);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn processes_at_one_instant_act_by_number() {
        let town = testing::town("[world]\npeople = 1");
        let region = &town.localities()[0].region;
        let mut person = Person::newborn(&town.person_rules(), region, PersonId(0));
        person.plan(Process::Fare, town.start());
        person.plan(Process::Step, town.start());
        assert_eq!(person.process_at(person.earliest()), Some(Process::Step));
        person.rest(Process::Step);
        assert_eq!(person.process_at(person.earliest()), Some(Process::Fare));
    }
}
