//! The victims of a campaign by number, and the start of each. Every shard lets a campaign act on its own people only.
//! Must not depend on: people, only their numbers.

use super::kinds::fraud_kind;
use super::kinds::spec::{Spacing, VictimTiming};
use super::model::campaign::{Campaign, SharedMerchant};
use super::model::operator::Hours;
use crate::base::PersonId;
use crate::engine::{Purpose, RngStream, Span, VirtualTime, sample};
use crate::town::{Locality, Town};
use std::ops::Range;

/// A victim of a campaign: the person, and the instant of the first act.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Target {
    pub person: PersonId,
    pub start: VirtualTime,
}

impl Campaign {
    /// Returns victim number `n`, before the choice among the shard's people.
    pub(crate) fn target(&self, town: &Town, local: &Locality, n: u32) -> Target {
        self.target_among(town, local, n, &local.people).expect("everybody is among the people of the region")
    }

    /// Returns victim number `n` if it is one of `people`.
    pub(super) fn target_among(&self, town: &Town, local: &Locality, n: u32, people: &Range<u32>) -> Option<Target> {
        let rng = &mut town.key().rng(self.id.code(), Purpose::Victim, u64::from(n));
        let person = PersonId(local.people.start + rng.below(local.people.len() as u64) as u32);
        if !people.contains(&person.0) {
            return None;
        }
        let start = match fraud_kind(self.kind).victims.timing {
            VictimTiming::AfterSleep { log_mean, log_deviation, days } => {
                let slept = libm::exp(log_mean + log_deviation * sample::normal(rng)) / self.intensity;
                let day = self.start.utc_day() + slept.clamp(days.0, f64::from(days.1)) as i32;
                time_on(local, day, self.operator.hours(town.key()), rng)
            }
            timing => self.start + Span::from_seconds_f64(self.delay(timing, town, n, rng) / self.intensity),
        };
        Some(Target { person, start })
    }

    /// Draws the seconds from the start to victim number `n`.
    fn delay(&self, timing: VictimTiming, town: &Town, n: u32, rng: &mut RngStream) -> f64 {
        let spacing = match timing {
            VictimTiming::Spaced(spacing) => spacing,
            VictimTiming::Lists { long, long_from, .. } if self.victims >= long_from => long,
            VictimTiming::Lists { slow, p_slow, .. } if self.plan_draws(town, 1).chance(p_slow) => slow,
            VictimTiming::Lists { usual, .. } => usual,
            VictimTiming::AtOnce | VictimTiming::AfterSleep { .. } => return 1e-6,
        };
        let Spacing { every, jitter: (least, most) } = spacing;
        every * f64::from(n) + rng.between(least, most)
    }

    /// Returns whether all victims are attacked from the start on, so that nothing is left to do for a campaign that
    /// started in the past.
    pub(super) fn acts_from_start(&self) -> bool {
        !matches!(fraud_kind(self.kind).victims.timing, VictimTiming::AfterSleep { .. })
    }

    /// Returns the merchant that the victims have in common: where cards are tested, or where they were copied.
    pub(crate) fn merchant(&self, town: &Town, local: &Locality) -> SharedMerchant {
        let categories = fraud_kind(self.kind).merchant.categories;
        let rng = &mut self.plan_draws(town, 2);
        let category = categories[rng.below(categories.len() as u64) as usize];
        SharedMerchant { category, merchant: local.merchants.member(category, rng.next_u64()) }
    }

    /// Returns random numbers of the campaign's plan.
    fn plan_draws(&self, town: &Town, act: u64) -> RngStream {
        town.key().rng(self.id.code(), Purpose::CampaignPlan, act)
    }
}

/// Draws an instant of a UTC day at which the local time is within `hours`.
pub(super) fn time_on(local: &Locality, day: i32, hours: Hours, rng: &mut RngStream) -> VirtualTime {
    let midnight = VirtualTime::from_seconds(i64::from(day) * 86_400);
    let ahead = f64::from(local.region.calendar.offset_seconds(midnight + Span::from_seconds(43_200)));
    let local_second = hours.from + hours.length * rng.unit();
    let second = local_second - ahead;
    midnight + Span::from_seconds_f64(second - 86_400.0 * libm::floor(second / 86_400.0))
}
