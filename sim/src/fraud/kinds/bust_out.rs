//! Synthetic identity bust-out: an account that behaved well spends all its credit.
//! Must not depend on: other kinds.

use super::count::count;
use super::spec::*;
use crate::base::FraudKind;
use crate::engine::Span;

/// The kind.
pub(super) static SPEC: KindSpec = KindSpec {
    kind: FraudKind::BustOut,
    title: "bust-out",
    summary: "An account spends all its credit at once.",
    description: "Synthetic identity bust-out. A young account that behaved well for months spends all its credit within \
        days. (Federal Reserve, Synthetic Identity Fraud in the U.S. Payment System, 2019.)",
    burst: BurstSpec::USUAL,
    victims: Victims {
        choice: VictimChoice::YoungestBehaved { among: 12, behaved: Span::from_days(120) },
        ..Victims::ONE
    },
    start: StartHours::Local { from: 9.0, to: 19.0 },
    merchant: CampaignMerchant::UNSEEN,
    stages: &[StageSpec {
        stage: Stage::Spree,
        probability: 1.0,
        acts: count(7, 0.80, 20),
        pattern: ActPattern::OwnCredit { p_online: 0.5, p_usual: 0.25 },
        pace: Pace::careful(1_200.0, 12_000.0),
    }],
    p_slow: 0.0,
    response: Response::Freeze(Span::from_days(30)),
    noticed: NoticedShare { adapting: 0.71, not_adapting: 0.80 },
};
