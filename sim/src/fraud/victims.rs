//! Whom a campaign finds among a shard's own people: customers of the skimmed merchant, accounts that hardly move, young
//! accounts. Looks at who people are and never at what happened to them, so that nobody's fate depends on another's.

use super::campaign::{Campaign, Market};
use super::kind::FraudKind;
use crate::bank::Customer;
use crate::base::{EntityId, PersonId};
use crate::engine::Span;
use crate::person::{Domain, Person};
use crate::town::{Locality, Town};

/// How many people are looked at for a customer of a merchant, a dormant account, a young one.
const CUSTOMERS: usize = 24;
const DORMANT: usize = 6;
const YOUNG: usize = 12;
/// A synthetic identity has behaved well for so long.
const GOOD_BEHAVIOUR: Span = Span::from_days(120);

/// The share of people among whom the victims of a kind are: who suits best of the next so many is the same one for many.
pub(super) fn pool(kind: FraudKind) -> f64 {
    let best_of = |count: usize| 2.0 / (count as f64 + 1.0);
    match kind {
        FraudKind::AccountTakeover => best_of(DORMANT),
        FraudKind::MuleRing | FraudKind::BustOut => best_of(YOUNG),
        _ => 1.0,
    }
}

/// The slot of the victim: `slot`, or the one of the next that suits the campaign best.
pub(super) fn choose(
    town: &Town,
    local: &Locality,
    campaign: &Campaign,
    (first, slot): (u32, usize),
    people: &[Person],
) -> usize {
    let next = |count: usize| (0..count.min(people.len())).map(move |step| (slot + step) % people.len());
    let found = match campaign.kind {
        FraudKind::SkimmedMerchant => {
            let Market { category, merchant } = campaign.market(town, local);
            let is_customer = |slot: &usize| {
                let (id, person) = (PersonId(first + *slot as u32), &people[*slot]);
                let entity = EntityId::tenant(id, person.tenancy.generation);
                let customer = Customer { entity, from: Some(person.profile.home), moves: person.changes.moves };
                local.merchants.favourites(town.key(), &customer, category, campaign.start).contains(&merchant)
            };
            next(CUSTOMERS).find(is_customer)
        }
        FraudKind::AccountTakeover => {
            let rate = |slot: usize| people[slot].profile.rate(Domain::Bank);
            next(DORMANT).min_by(|a, b| rate(*a).total_cmp(&rate(*b)))
        }
        FraudKind::MuleRing => next(YOUNG).max_by_key(|slot| people[*slot].profile.opened),
        FraudKind::BustOut => {
            let behaved = |slot: &usize| people[*slot].profile.opened + GOOD_BEHAVIOUR < campaign.start;
            next(YOUNG).filter(behaved).max_by_key(|slot| people[*slot].profile.opened)
        }
        _ => Some(slot),
    };
    found.unwrap_or(slot)
}
