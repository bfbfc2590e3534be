//! The terms in which a fraud kind is stated: victims, start, stages, amounts, pace, response of the bank.
//! Must not depend on: `person`, `town`, `scene`, or any single kind.

use super::count::Count;
use crate::base::{Category, FraudKind};
use crate::engine::{Draws, Span};
use serde::{Deserialize, Serialize};

/// Everything that sets one fraud kind apart from the others.
#[derive(Debug)]
#[non_exhaustive]
pub struct KindSpec {
    /// The kind.
    pub kind: FraudKind,
    /// One sentence for help texts and lists.
    pub summary: &'static str,
    /// What happens, stage by stage, with sources.
    pub description: &'static str,
    /// The burst that an injection against one person makes unless the request says otherwise.
    pub injection: Injection,
    pub(crate) victims: Victims,
    pub(crate) start: StartHours,
    pub(crate) merchant: CampaignMerchant,
    /// The stages that a victim goes through, in order.
    pub(crate) stages: &'static [StageSpec],
    /// The probability that an episode goes slowly, over days, so that its pace does not give it away.
    pub(crate) p_slow: f64,
    pub(crate) response: Response,
    pub(crate) noticed: NoticedShare,
}

/// The burst of an injection against one person.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Injection {
    /// The number of transactions.
    pub transactions: u32,
    /// The span that they are spread over.
    pub within: Span,
    /// Whether the request must name the person.
    pub victim: InjectionVictim,
    pub(crate) pace: InjectionPace,
}

/// Whether an injection against one person must name the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InjectionVictim {
    /// The request must name the person.
    Named,
    /// A random person if the request names none.
    Anyone,
}

/// How the acts of an injected burst follow each other.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum InjectionPace {
    /// At even intervals.
    Even,
    /// `at_a_time` acts, `seconds` apart, then a pause.
    Bursts { at_a_time: u32, seconds: (f64, f64) },
}

/// The longest sleep of copied cards, in days. The scheduler looks back as far for campaigns that still act.
pub(crate) const MAX_SLEEP_DAYS: i32 = 60;

impl Injection {
    /// Ten transactions within five minutes, at even intervals, against a named person.
    pub(super) const USUAL: Injection = Injection {
        transactions: 10,
        within: Span::from_seconds(300),
        victim: InjectionVictim::Named,
        pace: InjectionPace::Even,
    };
}

/// The victims of a campaign.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Victims {
    pub count: VictimCount,
    pub choice: VictimChoice,
    pub timing: VictimTiming,
}

impl Victims {
    /// One person, chosen at random, from the start of the campaign on.
    pub(super) const ONE: Victims = Victims {
        count: VictimCount::Usual(Count::exactly(1)),
        choice: VictimChoice::Anyone,
        timing: VictimTiming::AtOnce,
    };
}

/// The number of victims of a campaign.
#[derive(Clone, Copy, Debug)]
pub(crate) enum VictimCount {
    Usual(Count),
    /// A long list with probability `p_long`, else a usual one.
    Lists {
        usual: Count,
        long: Count,
        p_long: f64,
    },
}

/// Which of a shard's people become victims.
#[derive(Clone, Copy, Debug)]
pub(crate) enum VictimChoice {
    /// A random person.
    Anyone,
    /// A customer of the campaign's merchant, among so many people.
    Customer { among: usize },
    /// The person with the fewest transactions of so many.
    Dormant { among: usize },
    /// The person with the youngest account of so many.
    Youngest { among: usize },
    /// The same among accounts that were open for at least `behaved` at the start.
    YoungestBehaved { among: usize, behaved: Span },
}

/// When the first act against each victim comes.
#[derive(Clone, Copy, Debug)]
pub(crate) enum VictimTiming {
    /// At the start of the campaign.
    AtOnce,
    /// One victim after another.
    Spaced(Spacing),
    /// One card of a list after another; a list of at least `long_from` cards is tried faster, and with probability
    /// `p_slow` a shorter list is tried over days.
    Lists { usual: Spacing, slow: Spacing, p_slow: f64, long: Spacing, long_from: u32 },
    /// After days of sleep, log-normal with these parameters (of days), in the operator's hours.
    AfterSleep { log_mean: f64, log_deviation: f64, days: (f64, i32) },
}

/// Victim number n comes `every` · n seconds after the start, and a number of seconds drawn from `jitter`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spacing {
    pub every: f64,
    pub jitter: (f64, f64),
}

/// The hours at which campaigns start.
#[derive(Clone, Copy, Debug)]
pub(crate) enum StartHours {
    /// In the working hours of the operator.
    Operator,
    /// Between two hours of the local day: when tills are open or customers are awake.
    Local { from: f64, to: f64 },
}

/// The merchant that all victims of a campaign have in common.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CampaignMerchant {
    /// Its category is one of these, with equal probability.
    pub categories: [Category; 4],
    /// Whether views of the campaign name the merchant.
    pub is_shown: bool,
}

impl CampaignMerchant {
    /// A merchant that only receives money, if anything.
    pub(super) const UNSEEN: CampaignMerchant = CampaignMerchant {
        categories: [Category::DigitalGoods, Category::Services, Category::Other, Category::DigitalGoods],
        is_shown: false,
    };
}

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

/// One stage of an episode.
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
    /// Careful acts with the same law for all gaps.
    pub(super) const fn careful(least: f64, mean: f64) -> Pace {
        Pace { usual: Gap::new(least, mean), after_first: None, after_last: None, caution: Caution::KeepsQuietGap }
    }

    /// Acts that come as they come, with the same law for all gaps.
    pub(super) const fn heedless(least: f64, mean: f64) -> Pace {
        Pace { caution: Caution::Heedless, ..Pace::careful(least, mean) }
    }
}

/// Whether an operator who knows the bank's controls slows down for them.
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
    pub(super) const fn new(least: f64, mean: f64) -> Gap {
        Gap { least, mean, limit: 7.0 }
    }
}

/// How an act looks: who pays where, from which device, and how much.
#[derive(Clone, Copy, Debug)]
pub(crate) enum ActPattern {
    /// A small amount in dollars, log-normal within `range`, at the campaign's merchant.
    CardTest { log_mean: f64, log_deviation: f64, range: (f64, f64) },
    /// A purchase by the operator: online as the operator, or at a till with the card itself.
    Purchase { online: OnlineChoice },
    /// After the first act a transfer with probability `p_transfer`, else an online purchase by debit card.
    TransferOrPurchase { p_transfer: f64, log_amount: f64 },
    /// An online purchase by a script, dearer than the victim's own by `log_base` + `log_greed` · greed.
    ScriptedPurchase { log_base: f64, log_greed: f64 },
    /// A deposit first, then transfers of parts of it, from devices and addresses that the campaign shares.
    Layering(Layering),
    /// A purchase with the customer's own card: usual with probability `p_usual`, else goods that can be resold.
    OwnCredit { p_online: f64, p_usual: f64 },
    /// An online purchase by the customer, dearer than usual by `log_dearer`, to be disputed later.
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

/// Whether a purchase is made online.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OnlineChoice {
    Always,
    /// With this probability, decided for each act.
    EachAct(f64),
    /// With this probability, decided once for each victim.
    EachVictim(f64),
}

/// What the bank does once it learns of fraud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Response {
    /// Blocks the card and sends another one.
    BlockCard,
    /// Freezes the account for a span, and replaces the cards.
    Freeze(Span),
    /// Nothing: the customer did it, or was persuaded to.
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
    /// Where operators adapt to the controls.
    pub adapting: f64,
    /// Where they do not.
    pub not_adapting: f64,
}

impl KindSpec {
    /// Returns whether a campaign of this kind usually has several victims.
    pub fn has_many_victims(&self) -> bool {
        self.mean_victims() > 1.0
    }

    /// Returns what the kind states about a stage; about its last one if it does not have the stage, as in an injected
    /// burst.
    pub(crate) fn stage(&self, stage: Stage) -> &'static StageSpec {
        let found = self.stages.iter().find(|spec| spec.stage == stage);
        found.or(self.stages.last()).expect("a kind has a stage")
    }

    /// Returns the stage after `stage`, if there is one.
    pub(crate) fn stage_after(&self, stage: Stage) -> Option<&'static StageSpec> {
        let place = self.stages.iter().position(|spec| spec.stage == stage)?;
        self.stages.get(place + 1)
    }

    /// Returns the stages of an episode, the bank's response included.
    pub(crate) fn stages_with_response(&self) -> impl Iterator<Item = Stage> + '_ {
        let noticed = (self.response != Response::Nothing).then_some(Stage::Noticed);
        self.stages.iter().map(|spec| spec.stage).chain(noticed)
    }

    /// Returns the first stage of an episode.
    pub(crate) fn first_stage(&self) -> &'static StageSpec {
        &self.stages[0]
    }
}

impl VictimCount {
    /// Draws a number of victims.
    pub(crate) fn draw(self, draws: &mut Draws) -> u32 {
        match self {
            VictimCount::Lists { long, p_long, .. } if draws.chance(p_long) => long.draw(draws),
            VictimCount::Lists { usual, .. } | VictimCount::Usual(usual) => usual.draw(draws),
        }
    }

    fn mean(self) -> f64 {
        match self {
            VictimCount::Usual(usual) => usual.mean(),
            VictimCount::Lists { usual, long, p_long } => p_long * long.mean() + (1.0 - p_long) * usual.mean(),
        }
    }
}

impl KindSpec {
    /// Returns the mean number of victims of a campaign.
    pub(crate) fn mean_victims(&self) -> f64 {
        self.victims.count.mean()
    }

    /// Returns the mean number of transactions against one victim.
    pub(crate) fn mean_acts(&self) -> f64 {
        let (first, later) = self.stages.split_first().expect("a kind has a stage");
        let later: f64 = later.iter().map(|stage| stage.probability * stage.acts.mean()).sum();
        first.acts.mean() + later
    }

    /// Returns the mean number of transactions of one campaign.
    pub fn mean_transactions(&self) -> f64 {
        self.mean_victims() * self.mean_acts()
    }
}
