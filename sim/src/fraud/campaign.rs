//! Campaigns: what identifies one, and whom it goes for when. A pure function of (seed, region, day), so that every
//! shard knows all of them and lets each act on its own people only. Knows no people, only their numbers.

use super::kind::FraudKind;
use super::model::operator::Operator;
use super::sizes::LONG;
use crate::bank::Category;
use crate::base::PersonId;
use crate::engine::{Draws, Id, IdKind, Purpose, Span, VirtualTime, sample};
use crate::town::{Locality, Town};
use serde::{Deserialize, Serialize};

/// What a fraudulent transaction carries of its campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FraudMark {
    /// Its kind.
    pub kind: FraudKind,
    /// Its campaign.
    pub campaign: Id,
    /// Whether the bank's controls of the day raised an alarm over it, or had raised one over what came before it.
    pub noticed: bool,
}

/// Names a campaign in the whole world: region, day, wave and place in the wave; or a block of the scenario; or a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CampaignId(u64);

/// What the name of a campaign says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Planned { region: u16, day: i32, wave: u32, member: u32 },
    Scheduled(CampaignId),
    Injected,
}

const SCHEDULED: u64 = 0xfffe;
const INJECTED: u64 = 0xffff;
/// Days before 1970 that names can hold.
const DAY_ZERO: i32 = 0x40_0000;
/// Most campaigns of a wave.
pub(super) const MOST_OF_WAVE: u32 = 16;

impl CampaignId {
    pub(super) fn planned(region: u16, day: i32, wave: u32, member: u32) -> Self {
        let number = u64::from((wave * MOST_OF_WAVE + member) & 0xff_ffff);
        CampaignId(u64::from(region) << 48 | ((day + DAY_ZERO) as u64) << 24 | number)
    }

    /// The campaign that is the block with this number in the scenario, from 0.
    pub(super) fn scheduled(block: usize) -> Self {
        CampaignId(SCHEDULED << 48 | block as u64)
    }

    /// The campaign that is the command with this sequence number.
    pub fn injected(command: u64) -> Self {
        CampaignId(INJECTED << 48 | command)
    }

    /// What the part of a name means that a UUID holds.
    pub(super) fn named(code: u64) -> Named {
        let number = (code & 0xff_ffff) as u32;
        match (code >> 48) & 0xfff {
            injected if injected == INJECTED & 0xfff => Named::Injected,
            scheduled if scheduled == SCHEDULED & 0xfff => {
                Named::Scheduled(CampaignId(SCHEDULED << 48 | code & 0xffff_ffff))
            }
            region => Named::Planned {
                region: region as u16,
                day: ((code >> 24) & 0xff_ffff) as i32 - DAY_ZERO,
                wave: number / MOST_OF_WAVE,
                member: number % MOST_OF_WAVE,
            },
        }
    }

    /// As the key of random numbers.
    pub fn code(self) -> u64 {
        self.0
    }

    /// As a UUID.
    pub fn uuid(self, town: &Town) -> Id {
        town.ids().make(IdKind::Campaign, 0, self.0 & ((1 << 60) - 1))
    }
}

/// A campaign as planned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Campaign {
    /// Its name.
    pub id: CampaignId,
    /// Its kind.
    pub kind: FraudKind,
    /// Who is behind it.
    pub operator: Operator,
    /// When it begins.
    pub start: VirtualTime,
    /// How many victims it goes for.
    pub victims: u32,
    /// How many times faster than usual it goes.
    pub intensity: f64,
}

/// One victim of a campaign: who, and when the first act against them comes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Target {
    pub person: PersonId,
    pub start: VirtualTime,
}

/// A merchant, and what is bought there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Market {
    pub category: Category,
    pub merchant: u32,
}

/// Days that skimmed cards sleep at most.
pub(super) const LONGEST_SLEEP: i32 = 60;
/// Share of lists whose cards are tried one by one over days, not in one go.
const SLOW_LISTS: f64 = 0.35;

impl Campaign {
    /// The victim number `n`, as far as anybody can tell who knows no people.
    pub(crate) fn target(&self, town: &Town, local: &Locality, n: u32) -> Target {
        let draws = &mut town.key().draws(self.id.code(), Purpose::Victim, u64::from(n));
        let person = PersonId(local.people.start + draws.below(local.people.len() as u64) as u32);
        let start = match self.kind {
            FraudKind::SkimmedMerchant => self.awakening(town, local, draws),
            _ => self.start + Span::from_seconds_f64(self.delay(town, n, draws) / self.intensity),
        };
        Target { person, start }
    }

    /// Seconds from the start to the victim number `n`.
    fn delay(&self, town: &Town, n: u32, draws: &mut Draws) -> f64 {
        let n = f64::from(n);
        match self.kind {
            FraudKind::CardTesting if self.victims >= LONG => 8.5 * n + draws.between(0.5, 8.0),
            FraudKind::CardTesting if self.draws(town, 1).chance(SLOW_LISTS) => {
                9_000.0 * n + draws.between(60.0, 8_000.0)
            }
            FraudKind::CardTesting => 11.0 * n + draws.between(0.5, 9.0),
            FraudKind::MuleRing => 2_700.0 * n + draws.between(60.0, 2_400.0),
            _ => 1e-6,
        }
    }

    /// When a skimmed card is used: weeks later, at hours at which its buyer works.
    fn awakening(&self, town: &Town, local: &Locality, draws: &mut Draws) -> VirtualTime {
        let days = (libm::exp(2.8 + 0.6 * sample::normal(draws)) / self.intensity).clamp(3.0, f64::from(LONGEST_SLEEP));
        let day = self.start.utc_day() + days as i32;
        time_on(local, day, self.operator.hours(town.key()), draws)
    }

    /// Random numbers of the campaign's plan.
    pub(super) fn draws(&self, town: &Town, act: u64) -> Draws {
        town.key().draws(self.id.code(), Purpose::CampaignPlan, act)
    }

    /// The merchant that it is about, and what it sells: where cards are tested, or where they were copied.
    pub(crate) fn market(&self, town: &Town, local: &Locality) -> Market {
        let tested = [Category::DigitalGoods, Category::Services, Category::Other, Category::DigitalGoods];
        let skimmed = [Category::Groceries, Category::Services, Category::Clothing, Category::Other];
        let categories = if self.kind == FraudKind::SkimmedMerchant { skimmed } else { tested };
        let draws = &mut self.draws(town, 2);
        let category = categories[draws.below(4) as usize];
        Market { category, merchant: local.merchants.member(category, draws.next_u64()) }
    }
}

/// Hours of the local day, in seconds: when they begin and how long they last.
pub(super) type Hours = (f64, f64);

/// An instant of a UTC day at which it is one of these local hours.
pub(super) fn time_on(local: &Locality, day: i32, (from, long): Hours, draws: &mut Draws) -> VirtualTime {
    let midnight = VirtualTime::from_seconds(i64::from(day) * 86_400);
    let ahead = f64::from(local.region.calendar.offset_seconds(midnight + Span::from_seconds(43_200)));
    let local_second = from + long * draws.unit();
    let second = local_second - ahead;
    midnight + Span::from_seconds_f64(second - 86_400.0 * libm::floor(second / 86_400.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn campaigns_have_names_of_their_own() {
        let mut names = Vec::new();
        for (region, day) in [(0, 20_454), (0, 20_455), (1, 20_454)] {
            names.extend((0..50).flat_map(|wave| (0..9).map(move |m| CampaignId::planned(region, day, wave, m))));
        }
        names.extend((0..50).map(CampaignId::scheduled));
        names.extend((0..50).map(CampaignId::injected));
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
