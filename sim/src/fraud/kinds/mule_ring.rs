//! Mule ring: accounts receive money and pass it on in parts.
//! Must not depend on: other kinds.

use super::count::count;
use super::spec::*;
use crate::base::FraudKind;
use crate::engine::Span;

/// The kind.
pub(super) static SPEC: KindSpec = KindSpec {
    kind: FraudKind::MuleRing,
    title: "mule ring",
    summary: "Accounts receive money and pass it on in parts, from devices that a ring shares.",
    description: "Mule ring. Some accounts receive a transfer each and pass it on in parts, one layer after another, from \
        shared devices and addresses. (Layering: FATF typologies; mule accounts: Europol EMMA.)",
    burst: BurstSpec::USUAL,
    victims: Victims {
        count: VictimCount::Usual(count(5, 0.72, 20)),
        choice: VictimChoice::Youngest { among: 12 },
        timing: VictimTiming::Spaced(Spacing { every: 2_700.0, jitter: (60.0, 2_400.0) }),
    },
    start: StartHours::Operator,
    merchant: CampaignMerchant::UNSEEN,
    stages: &[StageSpec {
        stage: Stage::Spree,
        probability: 1.0,
        acts: count(3, 0.50, 6),
        pattern: ActPattern::Layering(Layering {
            log_mean: 6.3,
            log_deviation: 0.5,
            part: (0.15, 0.45),
            spread: (0.85, 1.1),
            tools: 3,
        }),
        pace: Pace::careful(300.0, 2_400.0),
    }],
    p_slow: 0.0,
    response: Response::Freeze(Span::from_days(10)),
    noticed: NoticedShare { adapting: 0.68, not_adapting: 0.73 },
};
