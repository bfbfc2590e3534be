//! Velocity burst: a script makes many transactions with one card within minutes.
//! Must not depend on: other kinds.

use super::count::count;
use super::spec::*;
use crate::base::FraudKind;

/// The kind.
pub(super) static SPEC: KindSpec = KindSpec {
    kind: FraudKind::Velocity,
    title: "velocity",
    summary: "Many transactions of one account in a short time.",
    description: "Velocity burst. A script makes many transactions with one card within minutes, at one merchant after \
        another, as tests of velocity rules require.",
    burst: BurstSpec { pace: BurstPace::Bursts { at_a_time: 5, seconds: (4.0, 9.0) }, ..BurstSpec::USUAL },
    victims: Victims::ONE,
    start: StartHours::Operator,
    merchant: CampaignMerchant::UNSEEN,
    stages: &[StageSpec {
        stage: Stage::Spree,
        probability: 1.0,
        acts: count(6, 0.80, 20),
        pattern: ActPattern::ScriptedPurchase { log_base: -0.3, log_greed: 0.5 },
        pace: Pace { usual: Gap { least: 3.0, mean: 5.0, limit: 2.0 }, ..Pace::heedless(3.0, 5.0) },
    }],
    p_slow: 0.0,
    response: Response::BlockCard,
    noticed: NoticedShare { adapting: 0.77, not_adapting: 0.79 },
};
