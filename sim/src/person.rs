//! A person: who they are, what they have planned, and the parts of their life that the domains move on.
//! Knows the parts, not the rules that move them.

mod activity;
mod changes;
mod journey;
mod network;
mod profile;
mod tenancy;

use crate::bank::BankLife;
use crate::base::{EntityId, PersonId};
use crate::engine::{VirtualTime, WorldKey};
use crate::fraud::Episode;
use crate::region::Region;
use crate::rides::RiderLife;
use crate::shop::ShopLife;
use serde::{Deserialize, Serialize};

pub use crate::device::{BROWSER_NAMES, DEVICE_TYPES, Device, OS_NAMES};
pub use crate::history::{Act, ActKind, HistoryTable, Totals};
pub(crate) use activity::Routine;
pub use activity::Season;
pub use changes::Changes;
pub use journey::Journey;
pub use profile::{Domain, Persona, Profile};
pub use tenancy::Tenancy;

/// How many processes a person has.
pub const PROCESSES: usize = 9;

/// What can be planned in a person's life: at most one act of each is pending. The order of the numbers decides
/// between acts of one person at one instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Process {
    /// Purchases, withdrawals and transfers by habit.
    Habit = 0,
    /// Salary, rent and subscriptions on their days.
    Standing = 1,
    /// The next visit to the shop, or a review that is due.
    Visit = 2,
    /// The next step of the visit in progress.
    Step = 3,
    /// Payment of the order just made.
    Checkout = 4,
    /// The next request of a ride.
    Ride = 5,
    /// Payment at the end of the ride in progress.
    Fare = 6,
    /// The next act of a fraudster against this person.
    Fraud = 7,
    /// The opening or closing of the account, or a turn of their life.
    Life = 8,
}

impl Process {
    /// All processes, in the order of their numbers.
    pub const ALL: [Process; PROCESSES] = [
        Process::Habit,
        Process::Standing,
        Process::Visit,
        Process::Step,
        Process::Checkout,
        Process::Ride,
        Process::Fare,
        Process::Fraud,
        Process::Life,
    ];
}

/// The rules of a world by which people are made and replaced.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PersonRules {
    /// The key of all random numbers.
    pub key: WorldKey,
    /// The start of the world.
    pub start: VirtualTime,
    /// The greatest age of an account at the start, in years.
    pub account_age_years_limit: f64,
    /// The shape of the gamma distribution of people's rates at the bank.
    pub rate_shape: f64,
}

/// An entity at an instant, as the key of random numbers that depend on both.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EntityMoment {
    /// The key of all random numbers.
    pub key: WorldKey,
    /// The entity.
    pub entity: EntityId,
    /// The instant.
    pub now: VirtualTime,
}

/// One inhabitant.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person {
    /// When each process acts next.
    pub due: [VirtualTime; PROCESSES],
    /// How often each process has acted.
    pub acts: [u32; PROCESSES],
    /// Whose turn under this number it is, and until when.
    pub tenancy: Tenancy,
    /// Who they are.
    pub profile: Profile,
    /// What changed in their life.
    pub changes: Changes,
    /// Their life at the bank.
    pub bank: BankLife,
    /// Their life at the shop.
    pub shop: ShopLife,
    /// Their life as a rider.
    pub rides: RiderLife,
    /// The fraud that is being done to them.
    pub fraud: Option<Box<Episode>>,
    /// What they did so far.
    pub totals: Totals,
    /// The month of their life that was looked at last.
    #[serde(skip)]
    pub season: Season,
    /// Where they were that month.
    #[serde(skip)]
    pub journey: Journey,
}

impl Person {
    /// The person who has number `id` during `tenancy`: with a profile, and nothing planned yet.
    pub(crate) fn resident(rules: &PersonRules, region: &Region, id: PersonId, tenancy: Tenancy) -> Self {
        let profile = Profile::born(rules, region, EntityId::tenant(id, tenancy.generation), tenancy.opens);
        Person {
            tenancy,
            changes: Changes::default(),
            due: [VirtualTime::NEVER; PROCESSES],
            acts: [0; PROCESSES],
            profile,
            bank: BankLife::default(),
            shop: ShopLife::new(tenancy.opens.max(rules.start)),
            rides: RiderLife::default(),
            fraud: None,
            totals: Totals::default(),
            season: Season::default(),
            journey: Journey::default(),
        }
    }

    /// The person who has number `id` when the world begins.
    pub(crate) fn newborn(rules: &PersonRules, region: &Region, id: PersonId) -> Self {
        Person::resident(rules, region, id, Tenancy::first(rules, id))
    }

    /// The instant that what is shown of this life is as of: that of its next act or, with nothing planned, the beginning.
    pub(crate) fn shown_at(&self) -> VirtualTime {
        let next = self.earliest();
        if next == VirtualTime::NEVER { self.profile.opened } else { next }
    }

    /// When something happens next in this life.
    #[inline]
    pub fn earliest(&self) -> VirtualTime {
        self.due.iter().copied().fold(VirtualTime::NEVER, VirtualTime::min)
    }

    /// The process whose turn it is at `now`, if any: the first by number.
    #[inline]
    pub fn process_at(&self, now: VirtualTime) -> Option<Process> {
        Process::ALL.into_iter().find(|p| self.due[*p as usize] == now)
    }

    /// When `process` acts next.
    pub fn due(&self, process: Process) -> VirtualTime {
        self.due[process as usize]
    }

    /// Plans the next act of `process`.
    #[inline]
    pub fn plan(&mut self, process: Process, at: VirtualTime) {
        self.due[process as usize] = at;
    }

    /// Nothing more is planned for `process`.
    pub fn rest(&mut self, process: Process) {
        self.plan(process, VirtualTime::NEVER);
    }

    /// Counts an act of `process` and says its number, from 1.
    #[inline]
    pub fn count_act(&mut self, process: Process) -> u32 {
        self.acts[process as usize] += 1;
        self.acts[process as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn a_person_with_their_history_takes_less_than_a_kibibyte() {
        let history = 24 * size_of::<Act>() + size_of::<u32>();
        // The queue holds one entry a person, and at most one that is out of date.
        let queue = 2 * size_of::<(VirtualTime, u32)>();
        let total = size_of::<Person>() + history + queue;
        assert!(total <= 1_024, "{total} bytes, of which the person {}", size_of::<Person>());
    }

    #[test]
    fn the_first_process_by_number_acts_first() {
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
