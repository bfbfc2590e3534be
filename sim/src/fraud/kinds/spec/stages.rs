//! The stages of an episode: acts, pace and amounts; and the bank's response to them.
//! Must not depend on: any single kind, and the choice of victims.

use super::super::count::Count;
use crate::engine::Span;
use serde::{Deserialize, Serialize};

/// The state of an episode. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub(crate) enum Stage {
    /// Small amounts test whether the card works.
    Testing,
    /// A tested card is turned into money.
    CashOut,
    /// The only stage of other kinds.
    Spree,
    /// All acts are done; the bank will respond.
    Noticed,
}

/// A stage of an episode.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StageSpec {
    pub stage: Stage,
    /// The probability that the stage follows the one before it; 1 for the first.
    pub probability: f64,
    /// The number of acts against one victim.
    pub acts: Count,
    pub pattern: ActPattern,
    pub pace: Pace,
}

/// The times between the acts of a stage.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    pub usual: Gap,
    /// After the very first act of the episode.
    pub after_first: Option<Gap>,
    /// After the last act of the stage.
    pub after_last: Option<Gap>,
    pub caution: Caution,
}

impl Pace {
    /// Returns the pace of careful acts, with the same law for all gaps.
    pub(in crate::fraud::kinds) const fn careful(least: f64, mean: f64) -> Pace {
        Pace { usual: Gap::new(least, mean), after_first: None, after_last: None, caution: Caution::KeepsQuietGap }
    }

    /// Returns the pace of acts without caution, with the same law for all gaps.
    pub(in crate::fraud::kinds) const fn heedless(least: f64, mean: f64) -> Pace {
        Pace { caution: Caution::Heedless, ..Pace::careful(least, mean) }
    }
}

/// The pace of an operator who knows the bank's controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caution {
    /// Waits at least as long as the controls never notice.
    KeepsQuietGap,
    /// Does not wait: scripts and tests depend on haste, and customers do not know the controls.
    Heedless,
}

/// `least` seconds and an exponential number of seconds with mean `mean`, cut at `limit` means.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gap {
    pub least: f64,
    pub mean: f64,
    pub limit: f64,
}

impl Gap {
    pub(in crate::fraud::kinds) const fn new(least: f64, mean: f64) -> Gap {
        Gap { least, mean, limit: 7.0 }
    }
}

/// The pattern of an act: payer, merchant, device and amount.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ActPattern {
    /// A small amount in dollars, log-normal within `range`, at the campaign's merchant.
    CardTest { log_mean: f64, log_deviation: f64, range: (f64, f64) },
    /// A purchase by the operator: online as the operator, or at a till with the card itself.
    Purchase { online: OnlineChoice },
    /// After the first act a transfer with probability `p_transfer`, else an online purchase by debit card.
    TransferOrPurchase { p_transfer: f64, log_amount: f64 },
    /// An online purchase by a script, at exp(`log_base` + `log_greed` · greed) times the victim's own amount.
    ScriptedPurchase { log_base: f64, log_greed: f64 },
    /// A deposit first, then transfers of parts of it, from devices and addresses that the campaign shares.
    Layering(Layering),
    /// A purchase with the customer's own card: usual with probability `p_usual`, else goods that can be resold.
    OwnCredit { p_online: f64, p_usual: f64 },
    /// An online purchase by the customer, at exp(`log_dearer`) times the usual amount, to be disputed later.
    DisputedPurchase { log_dearer: f64 },
    /// A transfer by the customer; each of the first `rising` ones is larger than the one before by `log_step`.
    PushPayment { log_amount: f64, log_step: f64, rising: u32 },
}

/// The deposits and transfers of a mule ring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layering {
    /// Logarithm of the ring's sum in dollars, normal.
    pub log_mean: f64,
    pub log_deviation: f64,
    /// The share of the sum that one transfer passes on: bounds.
    pub part: (f64, f64),
    /// Factor on each amount: bounds.
    pub spread: (f64, f64),
    /// The number of devices and addresses that the ring shares.
    pub tools: u64,
}

/// The choice between an online purchase and one in person.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OnlineChoice {
    Always,
    /// Online with this probability, decided for each act.
    EachAct(f64),
    /// Online with this probability, decided once for each victim.
    EachVictim(f64),
}

/// The response of the bank once it knows of fraud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Response {
    /// Blocks the card and sends another one.
    BlockCard,
    /// Freezes the account for a span, and replaces the cards.
    Freeze(Span),
    /// No response: the customer made the payment, or was persuaded to.
    Nothing,
}

impl Response {
    /// Returns the number of days that the account stays frozen.
    pub(crate) fn frozen_days(self) -> f64 {
        match self {
            Response::Freeze(span) => span.as_seconds_f64() / 86_400.0,
            Response::BlockCard | Response::Nothing => 0.0,
        }
    }
}

/// The share of a kind's transactions that the bank's controls notice. Measured: three worlds of 3,000 people, 40 days of
/// each of four half-years; over all kinds 0.26 to 0.35 with adaptation, 0.46 to 0.53 without.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoticedShare {
    /// The value if operators adapt to the controls.
    pub adapting: f64,
    /// The value if they do not.
    pub not_adapting: f64,
}
