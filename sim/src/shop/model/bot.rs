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
pub(crate) const EVENTS_PER_VISIT: f64 = 4.0;
/// Share of bots that go through the whole catalogue; the others watch the prices of a list.
const CRAWLERS: f64 = 0.7;

impl Bot {
    /// A bot, in as many cases as the share of events that the scenario asks for takes.
    pub(in crate::shop) fn perhaps(rules: &ShopRules, draws: &mut Draws) -> Option<Bot> {
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

    /// When it comes again after a visit that ended at `end`, at the earliest at `earliest`, where a human comes so often.
    pub(in crate::shop) fn next_visit(
        &self,
        visits_per_day: f64,
        end: VirtualTime,
        earliest: VirtualTime,
        draws: &mut Draws,
    ) -> VirtualTime {
        let per_day = visits_per_day * EVENTS_PER_VISIT * HUMANS_WORTH * self.pace as f64 / self.pages as f64;
        if per_day <= 0.0 {
            return VirtualTime::NEVER;
        }
        let interval = (86_400.0 / per_day).min(86_400.0 * 366.0);
        earliest.max(end + Span::from_seconds_f64(interval * draws.between(0.97, 1.03)))
    }

    /// Whether a visit of so many events is over.
    pub(in crate::shop) fn is_done(&self, events: u32) -> bool {
        events >= u32::from(self.pages)
    }

    /// The product it looks at as its `nth` page ever.
    pub(in crate::shop) fn product(&self, catalogue: &Catalogue, nth: u32) -> u32 {
        let nth = if self.list == 0 { nth } else { nth % u32::from(self.list) };
        catalogue.nth(self.origin.wrapping_add(nth))
    }

    /// Seconds on one page.
    pub(in crate::shop) fn dwell_seconds(&self, draws: &mut Draws) -> f64 {
        self.dwell as f64 * draws.between(0.97, 1.03)
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::Digests;
    use crate::testing;
    use serde_json::Value;
    use std::collections::{BTreeMap, BTreeSet};

    /// Interactions of a town half of whose clicks are to be by programs.
    fn clicks() -> Vec<Value> {
        let fields = "\"customer_id\", \"session_id\", \"timestamp\", \"event_type\", \"product_id\", \
            \"time_on_page_seconds\", \"is_bot\", \"device_info\"";
        let town = testing::town(&format!(
            "[world]\npeople = 600\n[shop]\nbot_share = 0.5\n[topics.interactions]\nfields = [{fields}]"
        ));
        let (mut shards, mut all) = (testing::newborn(&town), Vec::new());
        testing::run(&town, &mut shards, testing::day(&town, 20), &mut Digests::default(), |line| {
            if line.contains("\"is_bot\"") {
                all.push(serde_json::from_str(line).expect("JSON"));
            }
        });
        all
    }

    #[test]
    fn bots_only_look_and_make_the_share_that_is_asked_for() {
        let all = clicks();
        let bots: Vec<&Value> = all.iter().filter(|c| c["is_bot"] == true).collect();
        let share = bots.len() as f64 / all.len() as f64;
        assert!((0.3..0.7).contains(&share), "{share}");
        assert!(bots.iter().all(|c| c["event_type"] == "page_view"));
        let programs: BTreeSet<_> = bots.iter().map(|c| c["customer_id"].to_string()).collect();
        let mixed = all.iter().filter(|c| c["is_bot"] == false && programs.contains(&c["customer_id"].to_string()));
        assert_eq!(mixed.count(), 0, "an account is a program's or a human's");
    }

    #[test]
    fn bots_come_at_night_too_see_much_and_linger_evenly() {
        let all = clicks();
        let hours = |bot: bool| {
            let mut counts = [0u32; 24];
            for click in all.iter().filter(|c| c["is_bot"] == bot) {
                let hour = &click["timestamp"].as_str().expect("text")[11..13];
                counts[hour.parse::<usize>().expect("an hour")] += 1;
            }
            *counts.iter().max().expect("hours") as f64 / (*counts.iter().min().expect("hours")).max(1) as f64
        };
        assert!(hours(true) < 2.0 && hours(false) > 4.0, "{} and {}", hours(true), hours(false));
        let mut pages: BTreeMap<String, (BTreeSet<String>, BTreeSet<u64>)> = BTreeMap::new();
        for click in all.iter().filter(|c| c["is_bot"] == true) {
            let own = pages.entry(click["customer_id"].to_string()).or_default();
            own.0.insert(click["product_id"].to_string());
            own.1.insert(click["time_on_page_seconds"].as_u64().expect("seconds"));
        }
        assert!(pages.values().all(|(_, dwells)| dwells.len() <= 2), "one pace each");
        let widest = pages.values().map(|(products, _)| products.len()).max().expect("bots");
        assert!(widest > 300, "{widest}");
    }
}
