//! Account takeover: an operator enters the account from another device and empties it.
//! Must not depend on: other kinds.

use super::count::count;
use super::spec::*;
use crate::base::FraudKind;
use crate::engine::Span;

/// The kind.
pub(super) static SPEC: KindSpec = KindSpec {
    kind: FraudKind::AccountTakeover,
    title: "account takeover",
    summary: "An operator gets into an account and empties it.",
    description: "Account takeover. The operator enters from another device and network, looks around with a small \
        payment, then transfers and buys in a burst; accounts with few transactions are preferred. The bank freezes the \
        account. (Europol, Internet Organised Crime Threat Assessment; stages as in phishing cases of the ECB's fraud \
        reports.)",
    burst: BurstSpec::USUAL,
    victims: Victims { choice: VictimChoice::Dormant { among: 6 }, ..Victims::ONE },
    start: StartHours::Operator,
    merchant: CampaignMerchant::UNSEEN,
    stages: &[StageSpec {
        stage: Stage::Spree,
        probability: 1.0,
        acts: count(2, 0.70, 10),
        pattern: ActPattern::TransferOrPurchase { p_transfer: 0.6, log_amount: 4.9 },
        // The look around, then the burst.
        pace: Pace { after_first: Some(Gap::new(600.0, 7_200.0)), ..Pace::careful(60.0, 600.0) },
    }],
    p_slow: 0.10,
    response: Response::Freeze(Span::from_days(2)),
    noticed: NoticedShare { adapting: 0.31, not_adapting: 0.56 },
};
