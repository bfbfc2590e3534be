//! Card testing: stolen card numbers are tried with small amounts, and those that work are cashed out.
//! Must not depend on: other kinds.

use super::count::count;
use super::spec::*;
use crate::base::{Category, FraudKind};

/// The kind.
pub(super) static SPEC: KindSpec = KindSpec {
    kind: FraudKind::CardTesting,
    title: "card testing",
    summary: "Small amounts on stolen cards at one merchant, then a cash-out.",
    description: "Card testing, then cash-out. A list of stolen numbers is tried with small amounts at one merchant, card \
        after card within seconds (some lists over days). About half of the cards that work are cashed out after a pause \
        of hours, first as the victim would buy, then dearer. A long list makes a wave of thirty cards and more within \
        ten minutes. (Two humps of amounts: ULB data; about three frauds per card and day: Fraud Detection Handbook, \
        chapter 3.)",
    burst: BurstSpec { victim: BurstVictim::Anyone, ..BurstSpec::USUAL },
    victims: Victims {
        count: VictimCount::Lists { usual: count(4, 0.75, 16), long: count(32, 0.94, 28), p_long: 0.05 },
        choice: VictimChoice::Anyone,
        timing: VictimTiming::Lists {
            usual: Spacing { every: 11.0, jitter: (0.5, 9.0) },
            slow: Spacing { every: 9_000.0, jitter: (60.0, 8_000.0) },
            p_slow: 0.35,
            long: Spacing { every: 8.5, jitter: (0.5, 8.0) },
            long_from: 30,
        },
    },
    start: StartHours::Operator,
    merchant: CampaignMerchant {
        categories: [Category::DigitalGoods, Category::Services, Category::Other, Category::DigitalGoods],
        is_shown: true,
    },
    stages: &[
        StageSpec {
            stage: Stage::Testing,
            probability: 1.0,
            acts: count(1, 0.52, 4),
            pattern: ActPattern::CardTest { log_mean: 0.6, log_deviation: 0.75, range: (0.4, 12.0) },
            // The last test is followed by a pause of hours before the cash-out.
            pace: Pace { after_last: Some(Gap::new(600.0, 21_600.0)), ..Pace::heedless(6.0, 40.0) },
        },
        StageSpec {
            stage: Stage::CashOut,
            probability: 0.55,
            acts: count(1, 0.70, 9),
            pattern: ActPattern::Purchase { online: OnlineChoice::Always },
            pace: Pace::careful(150.0, 1_800.0),
        },
    ],
    p_slow: 0.12,
    response: Response::BlockCard,
    noticed: NoticedShare { adapting: 0.30, not_adapting: 0.43 },
};
