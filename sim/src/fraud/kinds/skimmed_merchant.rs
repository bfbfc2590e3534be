//! Skimmed merchant: cards that were copied at one merchant are used elsewhere, weeks later.
//! Must not depend on: other kinds.

use super::count::count;
use super::spec::*;
use crate::base::{Category, FraudKind};

/// The kind.
pub(super) static SPEC: KindSpec = KindSpec {
    kind: FraudKind::SkimmedMerchant,
    title: "skimmed merchant",
    summary: "A card that was copied at a merchant is used elsewhere.",
    description: "Skimmed merchant. The cards of many customers of one merchant are copied over days; they sleep for \
        weeks and are then used elsewhere, online or at tills. (Merchant breaches: Fraud Detection Handbook, scenario of \
        compromised terminals; common points of purchase.)",
    burst: BurstSpec::USUAL,
    victims: Victims {
        count: VictimCount::Usual(count(6, 0.86, 60)),
        choice: VictimChoice::Customer { among: 24 },
        timing: VictimTiming::AfterSleep { log_mean: 2.8, log_deviation: 0.6, days: (3.0, MAX_SLEEP_DAYS) },
    },
    start: StartHours::Operator,
    merchant: CampaignMerchant {
        categories: [Category::Groceries, Category::Services, Category::Clothing, Category::Other],
        is_shown: true,
    },
    stages: &[StageSpec {
        stage: Stage::Spree,
        probability: 1.0,
        acts: count(1, 0.72, 10),
        // A copy is used online, or as white plastic at tills.
        pattern: ActPattern::Purchase { online: OnlineChoice::EachVictim(0.75) },
        pace: Pace::careful(300.0, 3_500.0),
    }],
    p_slow: 0.20,
    response: Response::BlockCard,
    noticed: NoticedShare { adapting: 0.18, not_adapting: 0.41 },
};
