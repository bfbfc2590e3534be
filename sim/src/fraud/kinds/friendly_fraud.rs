//! Friendly fraud: customers dispute their own purchases.
//! Must not depend on: other kinds.

use super::count::count;
use super::spec::*;
use crate::base::FraudKind;

/// The kind.
pub(super) static SPEC: KindSpec = KindSpec {
    kind: FraudKind::FriendlyFraud,
    title: "friendly fraud",
    summary: "The customer buys and disputes it later.",
    description: "Friendly and refund fraud. Customers buy with their own card, on their own device, and dispute it \
        afterwards. (First-party misuse: Merchant Risk Council's global fraud surveys.)",
    burst: BurstSpec::USUAL,
    victims: Victims::ONE,
    start: StartHours::Local { from: 9.0, to: 22.0 },
    merchant: CampaignMerchant::UNSEEN,
    stages: &[StageSpec {
        stage: Stage::Spree,
        probability: 1.0,
        acts: count(1, 0.30, 3),
        pattern: ActPattern::DisputedPurchase { log_dearer: 0.3 },
        pace: Pace::heedless(3_600.0, 40_000.0),
    }],
    p_slow: 0.0,
    response: Response::Nothing,
    noticed: NoticedShare { adapting: 0.06, not_adapting: 0.07 },
};
