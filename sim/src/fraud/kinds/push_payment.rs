//! Authorised push payment: the victim is persuaded to make transfers to a stranger.
//! Must not depend on: other kinds.

use super::count::count;
use super::spec::*;
use crate::base::FraudKind;

/// The kind.
pub(super) static SPEC: KindSpec = KindSpec {
    kind: FraudKind::PushPayment,
    title: "push payment",
    summary: "The customer is persuaded to make transfers to a stranger.",
    description: "Authorised push payment. The victim is persuaded to make transfers to a stranger, from their own \
        device, each larger than the last. (UK Finance annual fraud reports.)",
    burst: BurstSpec::USUAL,
    victims: Victims::ONE,
    start: StartHours::Local { from: 9.0, to: 22.0 },
    merchant: CampaignMerchant::UNSEEN,
    stages: &[StageSpec {
        stage: Stage::Spree,
        probability: 1.0,
        acts: count(1, 0.58, 6),
        pattern: ActPattern::PushPayment { log_amount: 5.6, log_step: 0.35, rising: 4 },
        pace: Pace::heedless(900.0, 15_000.0),
    }],
    p_slow: 0.0,
    response: Response::Nothing,
    noticed: NoticedShare { adapting: 0.32, not_adapting: 0.54 },
};
