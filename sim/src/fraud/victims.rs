//! The victims among a shard's own people: customers of the skimmed merchant, accounts with few transactions, young
//! accounts. The choice uses profiles and never the history of people, so that no victim depends on another.
//! Must not depend on: episodes and acts.

use super::kinds::fraud_kind;
use super::kinds::spec::VictimChoice;
use super::model::campaign::{Campaign, SharedMerchant};
use crate::bank::Customer;
use crate::base::{Domain, EntityId, PersonId};
use crate::person::Person;
use crate::town::{Locality, Town};
use std::ops::Range;

/// The people of a shard, with their town and region.
#[derive(Clone, Copy)]
pub(crate) struct Residents<'a> {
    pub town: &'a Town,
    pub local: &'a Locality,
    /// Their numbers.
    pub own: &'a Range<u32>,
    pub people: &'a [Person],
}

impl Residents<'_> {
    /// Returns the slot of the victim: `slot`, or that of the most suitable of the next people.
    pub(super) fn choose(&self, campaign: &Campaign, slot: usize) -> usize {
        let people = self.people;
        let next = |count: usize| (0..count.min(people.len())).map(move |step| (slot + step) % people.len());
        let found = match fraud_kind(campaign.kind).victims.choice {
            VictimChoice::Anyone => Some(slot),
            VictimChoice::Customer { among } => self.customer(campaign, next(among)),
            VictimChoice::Dormant { among } => {
                let rate = |slot: usize| people[slot].profile.rate(Domain::Bank);
                next(among).min_by(|a, b| rate(*a).total_cmp(&rate(*b)))
            }
            VictimChoice::Youngest { among } => next(among).max_by_key(|slot| people[*slot].profile.opened),
            VictimChoice::YoungestBehaved { among, behaved } => {
                let behaved = |slot: &usize| people[*slot].profile.opened + behaved < campaign.start;
                next(among).filter(behaved).max_by_key(|slot| people[*slot].profile.opened)
            }
        };
        found.unwrap_or(slot)
    }

    /// Returns the first of some slots whose person is a customer of the campaign's merchant.
    fn customer(&self, campaign: &Campaign, mut slots: impl Iterator<Item = usize>) -> Option<usize> {
        let SharedMerchant { category, merchant } = campaign.merchant(self.town, self.local);
        let is_customer = |slot: &usize| {
            let (id, person) = (PersonId(self.own.start + *slot as u32), &self.people[*slot]);
            let key = self.town.key().of_entity(EntityId::tenant(id, person.tenancy.generation).code());
            let customer = Customer { key, from: Some(person.profile.home), moves: person.changes.moves };
            let merchants = &self.local.merchants;
            merchants.favourites(&customer, category, campaign.start).contains(&merchant)
        };
        slots.find(is_customer)
    }
}
