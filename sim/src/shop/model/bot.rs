//! Programs that use a customer's account: they walk through the catalogue by the clock, view pages, and never buy.
//! Must not depend on: the emission of events.

use super::catalogue::Catalogue;
use super::parameters::*;
use crate::engine::{RngStream, Span, VirtualTime};
use crate::scenario::ShopRules;
use serde::{Deserialize, Serialize};

/// A program that visits at even intervals day and night, views the same number of pages each time, and stays on each
/// for the same time: the marks of automated traffic.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Bot {
    /// The number of pages of a visit.
    pages: u8,
    /// Seconds on a page.
    dwell: f32,
    /// Factor on its visits against other bots.
    pace: f32,
    /// The place in the catalogue where it begins.
    origin: u32,
    /// The number of products that it goes through before it begins again; 0 for all of them.
    list: u16,
}

impl Bot {
    /// Draws a bot, with the probability that gives bots the share of events that the scenario states.
    pub(in crate::shop) fn drawn(rules: &ShopRules, rng: &mut RngStream) -> Option<Bot> {
        let odds = rules.bot_share / (1.0 - rules.bot_share) / BOT_EVENTS_FACTOR;
        let is = rng.chance(odds / (1.0 + odds));
        is.then(|| Bot {
            pages: BOT_PAGES.0 + rng.below(BOT_PAGES.1) as u8,
            dwell: rng.between(BOT_DWELL_SECONDS.0, BOT_DWELL_SECONDS.1) as f32,
            pace: rng.between(BOT_PACE.0, BOT_PACE.1) as f32,
            origin: rng.below(1 << 31) as u32,
            list: if rng.chance(CRAWLER_SHARE) {
                0
            } else {
                BOT_LIST_PRODUCTS.0 + rng.below(BOT_LIST_PRODUCTS.1) as u16
            },
        })
    }

    /// Draws the next visit after one that ended at `end`, at `earliest` or later, where a human has `visits_per_day`.
    pub(in crate::shop) fn next_visit(
        &self,
        visits_per_day: f64,
        end: VirtualTime,
        earliest: VirtualTime,
        rng: &mut RngStream,
    ) -> VirtualTime {
        let per_day = visits_per_day * EVENTS_PER_VISIT * BOT_EVENTS_FACTOR * self.pace as f64 / self.pages as f64;
        if per_day <= 0.0 {
            return VirtualTime::NEVER;
        }
        let interval = (86_400.0 / per_day).min(86_400.0 * 366.0);
        earliest.max(end + Span::from_seconds_f64(interval * rng.between(BOT_JITTER.0, BOT_JITTER.1)))
    }

    /// Returns whether a visit with this number of events is over.
    pub(in crate::shop) fn is_done(&self, events: u32) -> bool {
        events >= u32::from(self.pages)
    }

    /// Returns the product of its page number `nth`, over all visits.
    pub(in crate::shop) fn product(&self, catalogue: &Catalogue, nth: u32) -> u32 {
        let nth = if self.list == 0 { nth } else { nth % u32::from(self.list) };
        catalogue.nth(self.origin.wrapping_add(nth))
    }

    /// Draws the seconds on one page.
    pub(in crate::shop) fn dwell_seconds(&self, rng: &mut RngStream) -> f64 {
        self.dwell as f64 * rng.between(BOT_JITTER.0, BOT_JITTER.1)
    }
}

#[cfg(test)]
mod tests {
    use crate::outlet::Event;
    use crate::shop::{Interaction, InteractionType};
    use crate::testing;
    use std::collections::{BTreeMap, BTreeSet};

    /// Interactions of a town half of whose clicks are to be by programs.
    fn clicks() -> Vec<Interaction> {
        let town = testing::town("[world]\npeople = 600\n[shop]\nbot_share = 0.5");
        let events = testing::run(&town, &mut testing::newborn(&town), testing::day(&town, 20));
        let click = |event| if let Event::Interaction(click) = event { Some(click) } else { None };
        events.into_iter().filter_map(click).collect()
    }

    #[test]
    fn bots_only_view_and_make_the_stated_share_of_events() {
        let all = clicks();
        let bots: Vec<&Interaction> = all.iter().filter(|click| click.is_bot).collect();
        let share = bots.len() as f64 / all.len() as f64;
        assert!((0.3..0.7).contains(&share), "{share}");
        assert!(bots.iter().all(|click| click.kind == InteractionType::PageView));
        let programs: BTreeSet<_> = bots.iter().map(|click| click.customer_id).collect();
        let mixed = all.iter().filter(|click| !click.is_bot && programs.contains(&click.customer_id));
        assert_eq!(mixed.count(), 0, "an account is a program's or a human's");
    }

    #[test]
    fn bots_visit_at_all_hours_and_keep_one_pace() {
        let all = clicks();
        let hours = |bot: bool| {
            let mut counts = [0u32; 24];
            for click in all.iter().filter(|click| click.is_bot == bot) {
                counts[(click.timestamp.seconds() / 3_600 % 24) as usize] += 1;
            }
            *counts.iter().max().expect("hours") as f64 / (*counts.iter().min().expect("hours")).max(1) as f64
        };
        assert!(hours(true) < 2.0 && hours(false) > 4.0, "{} and {}", hours(true), hours(false));
        let mut pages: BTreeMap<_, (BTreeSet<u32>, BTreeSet<u32>)> = BTreeMap::new();
        for click in all.iter().filter(|click| click.is_bot) {
            let own = pages.entry(click.customer_id).or_default();
            own.0.extend(click.product.map(|product| product.number));
            own.1.insert(click.seconds_on_page);
        }
        assert!(pages.values().all(|(_, dwells)| dwells.len() <= 2), "one pace each");
        let widest = pages.values().map(|(products, _)| products.len()).max().expect("bots");
        assert!(widest > 300, "{widest}");
    }
}
