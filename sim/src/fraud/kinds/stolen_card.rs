//! Stolen card: the card itself is spent until it is blocked.
//! Must not depend on: other kinds.

use super::count::count;
use super::spec::*;
use crate::base::FraudKind;

/// The kind.
pub(super) static SPEC: KindSpec = KindSpec {
    kind: FraudKind::StolenCard,
    title: "stolen card",
    summary: "A stolen card is spent until it is blocked.",
    description: "Stolen card. The card itself is used at tills, small and near at first, then as fast as possible until \
        it is blocked; its number is used online now and then. (Lost and stolen cards: ECB card fraud reports.)",
    burst: BurstSpec::USUAL,
    victims: Victims::ONE,
    start: StartHours::Local { from: 9.0, to: 19.0 },
    merchant: CampaignMerchant::UNSEEN,
    stages: &[StageSpec {
        stage: Stage::Spree,
        probability: 1.0,
        acts: count(2, 0.70, 12),
        pattern: ActPattern::Purchase { online: OnlineChoice::EachAct(0.12) },
        pace: Pace::careful(240.0, 2_000.0),
    }],
    p_slow: 0.10,
    response: Response::BlockCard,
    noticed: NoticedShare { adapting: 0.22, not_adapting: 0.49 },
};
