//! Programs that use a customer's account: they walk through the catalogue by the clock, look, and never buy.
//! Knows a program's schedule and its pages; not how a step leaves the world.

use super::catalogue::Catalogue;
use crate::engine::{Draws, Span, VirtualTime};
use crate::scenario::ShopRules;
use serde::{Deserialize, Serialize};

/// A program. It comes at even intervals day and night, looks at as many pages each time, and for as long at each: what
/// automated traffic is known by (Imperva's yearly reports put it at half of all hits; most shops filter the larger part).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bot {
    /// Pages in a visit.
    pages: u8,
    /// Seconds on a page.
    dwell: f32,
    /// How much more it visits than other bots.
    pace: f32,
    /// Where in the catalogue it begins.
    origin: u32,
    /// How many products it goes through before it begins again; 0 for all of them.
    list: u16,
}

/// How many times the events of a mean human a mean bot makes.
const HUMANS_WORTH: f64 = 30.0;
/// Events of a mean visit by a human.
const HUMAN_VISIT: f64 = 4.0;
/// Share of bots that go through the whole catalogue; the others watch the prices of a list.
const CRAWLERS: f64 = 0.7;

impl Bot {
    /// A bot, in as many cases as the share of events that the scenario asks for takes.
    pub(super) fn perhaps(rules: &ShopRules, draws: &mut Draws) -> Option<Bot> {
        let odds = rules.bot_share / (1.0 - rules.bot_share) / HUMANS_WORTH;
        let is = draws.chance(odds / (1.0 + odds));
        is.then(|| Bot {
            pages: 8 + draws.below(15) as u8,
            dwell: draws.between(1.5, 9.0) as f32,
            pace: draws.between(0.5, 1.5) as f32,
            origin: draws.below(1 << 31) as u32,
            list: if draws.chance(CRAWLERS) { 0 } else { 20 + draws.below(60) as u16 },
        })
    }

    /// When it comes again after a visit that ended at `end`, at the earliest at `earliest`.
    pub(super) fn next_visit(
        &self,
        rules: &ShopRules,
        end: VirtualTime,
        earliest: VirtualTime,
        draws: &mut Draws,
    ) -> VirtualTime {
        let per_day = rules.visits_per_day * HUMAN_VISIT * HUMANS_WORTH * self.pace as f64 / self.pages as f64;
        if per_day <= 0.0 {
            return VirtualTime::NEVER;
        }
        let interval = (86_400.0 / per_day).min(86_400.0 * 366.0);
        earliest.max(end + Span::from_seconds_f64(interval * draws.between(0.97, 1.03)))
    }

    /// Whether a visit of so many events is over.
    pub(super) fn is_done(&self, events: u32) -> bool {
        events >= u32::from(self.pages)
    }

    /// The product it looks at as its `nth` page ever.
    pub(super) fn product(&self, catalogue: &Catalogue, nth: u32) -> u32 {
        let nth = if self.list == 0 { nth } else { nth % u32::from(self.list) };
        catalogue.nth(self.origin.wrapping_add(nth))
    }

    /// Seconds on one page.
    pub(super) fn dwell_seconds(&self, draws: &mut Draws) -> f64 {
        self.dwell as f64 * draws.between(0.97, 1.03)
    }
}
