//! The victims of a campaign: their number, choice and times; and its start.
//! Must not depend on: any single kind, and the acts against a victim.

use super::super::count::Count;
use crate::base::Category;
use crate::engine::{RngStream, Span};

/// The victims of a campaign.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Victims {
    pub count: VictimCount,
    pub choice: VictimChoice,
    pub timing: VictimTiming,
}

impl Victims {
    /// One person, chosen at random, from the start of the campaign on.
    pub(in crate::fraud::kinds) const ONE: Victims = Victims {
        count: VictimCount::Usual(Count::exactly(1)),
        choice: VictimChoice::Anyone,
        timing: VictimTiming::AtOnce,
    };
}

/// The number of victims of a campaign.
#[derive(Clone, Copy, Debug)]
pub(crate) enum VictimCount {
    Usual(Count),
    /// A long list with probability `p_long`, else a usual one.
    Lists {
        usual: Count,
        long: Count,
        p_long: f64,
    },
}

/// Which of a shard's people become victims.
#[derive(Clone, Copy, Debug)]
pub(crate) enum VictimChoice {
    /// A random person.
    Anyone,
    /// A customer of the campaign's merchant, among this number of people.
    Customer { among: usize },
    /// The person with the fewest transactions of this number of people.
    Dormant { among: usize },
    /// The person with the youngest account of this number of people.
    Youngest { among: usize },
    /// The same among accounts that were open for at least `behaved` at the start.
    YoungestBehaved { among: usize, behaved: Span },
}

/// The times of the first acts against the victims.
#[derive(Clone, Copy, Debug)]
pub(crate) enum VictimTiming {
    /// At the start of the campaign.
    AtOnce,
    /// One victim after another.
    Spaced(Spacing),
    /// One card of a list after another; a list of at least `long_from` cards is tried faster, and with probability
    /// `p_slow` a shorter list is tried over days.
    Lists { usual: Spacing, slow: Spacing, p_slow: f64, long: Spacing, long_from: u32 },
    /// After days of sleep, log-normal with these parameters (of days), in the operator's hours.
    AfterSleep { log_mean: f64, log_deviation: f64, days: (f64, i32) },
}

/// Victim number n comes `every` · n seconds after the start, and a number of seconds drawn from `jitter`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spacing {
    pub every: f64,
    pub jitter: (f64, f64),
}

/// The longest sleep of copied cards, in days. The scheduler looks back as far for campaigns that still act.
pub(crate) const MAX_SLEEP_DAYS: i32 = 60;

impl VictimCount {
    /// Draws a number of victims.
    pub(crate) fn draw(self, rng: &mut RngStream) -> u32 {
        match self {
            VictimCount::Lists { long, p_long, .. } if rng.chance(p_long) => long.draw(rng),
            VictimCount::Lists { usual, .. } | VictimCount::Usual(usual) => usual.draw(rng),
        }
    }

    /// Returns the mean number of victims.
    pub(super) fn mean(self) -> f64 {
        match self {
            VictimCount::Usual(usual) => usual.mean(),
            VictimCount::Lists { usual, long, p_long } => p_long * long.mean() + (1.0 - p_long) * usual.mean(),
        }
    }
}

/// The hours at which campaigns start.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StartHours {
    /// In the working hours of the operator.
    Operator,
    /// Between two hours of the local day: when tills are open or customers are awake.
    Local { from: f64, to: f64 },
}

/// The merchant that all victims of a campaign have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CampaignMerchant {
    /// Its category is one of these, with equal probability.
    pub categories: [Category; 4],
    /// True if views of the campaign name the merchant.
    pub is_shown: bool,
}

impl CampaignMerchant {
    /// A merchant that only receives money, if anything.
    pub(in crate::fraud::kinds) const UNSEEN: CampaignMerchant = CampaignMerchant {
        categories: [Category::DigitalGoods, Category::Services, Category::Other, Category::DigitalGoods],
        is_shown: false,
    };
}
