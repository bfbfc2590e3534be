//! The numbers of fraud that all kinds share, each with its unit and, if known, its source. The file of each kind has
//! the numbers of that kind.
//! Must not depend on: anything but the law of counts.

use crate::base::Category;
use crate::fraud::kinds::count::{Count, count};

// Waves: one campaign leads to another by the same operator with the same means (Worldline: frauds of a type come in runs of
// weeks).

/// Campaigns of a wave.
pub(in crate::fraud) const WAVE_CAMPAIGNS: Count = count(1, 0.38, 8);
/// Mean days from one campaign of a wave to the next.
pub(in crate::fraud) const WAVE_GAP_DAYS: f64 = 3.0;
/// Days from the first campaign of a wave to the last, at most.
pub(in crate::fraud) const WAVE_MAX_DAYS: f64 = 30.0;

// Operators of campaigns.

/// Operators at work in a region at a time.
pub(in crate::fraud) const OPERATORS_AT_WORK: u32 = 12;
/// Days that an operator is at work.
pub(in crate::fraud) const CAREER_DAYS: i64 = 360;
/// Days after which an operator changes tactics.
pub(in crate::fraud) const GENERATION_DAYS: i64 = 72;
/// The hour of the local day at which an operator begins to work, and the number of working hours: bounds.
pub(in crate::fraud) const WORK_BEGINS_HOUR: (f64, f64) = (9.0, 23.0);
pub(in crate::fraud) const WORK_HOURS: (f64, f64) = (8.0, 14.0);
/// The generation from which on an operator knows the bank's controls.
pub(in crate::fraud) const KNOWS_CONTROLS_GENERATION: u8 = 2;

// Tactics: bounds of the draws for each operator, and the change with each generation.

/// Standard deviation of the logarithm of the factor on the time between acts, and the factor of each generation.
pub(in crate::fraud) const PACE_LOG_DEVIATION: f64 = 0.5;
pub(in crate::fraud) const PACE_PER_GENERATION: f64 = 1.35;
/// Logarithm of the ratio of operators' amounts to the victim's: bounds.
pub(in crate::fraud) const GREED: (f64, f64) = (0.80, 1.20);
pub(in crate::fraud) const GREED_LOST_PER_GENERATION: f64 = 0.17;
/// Probability that an act looks like the victim's own purchases.
pub(in crate::fraud) const P_LOOK_ALIKE: (f64, f64) = (0.25, 0.40);
pub(in crate::fraud) const P_LOOK_ALIKE_PER_GENERATION: f64 = 0.06;
/// Probability of an address at the victim's own provider, and of one at another provider of the region.
pub(in crate::fraud) const P_NEAR_ADDRESS: (f64, f64) = (0.40, 0.60);
pub(in crate::fraud) const P_NEAR_ADDRESS_PER_GENERATION: f64 = 0.09;
pub(in crate::fraud) const P_REGIONAL_ADDRESS: f64 = 0.25;
/// Probability that the address in the region is a home line; else it is a gateway of a mobile carrier.
pub(in crate::fraud) const P_HOME_LINE_GIVEN_REGIONAL: f64 = 0.7;
/// Probability that the victim's device is imitated.
pub(in crate::fraud) const P_CLONED_DEVICE: (f64, f64) = (0.40, 0.60);
pub(in crate::fraud) const P_CLONED_DEVICE_PER_GENERATION: f64 = 0.09;
/// Probabilities that the CVV and the billing address are right where one is needed.
pub(in crate::fraud) const P_KNOWS_CVV: (f64, f64) = (0.65, 0.85);
pub(in crate::fraud) const P_KNOWS_ADDRESS: (f64, f64) = (0.60, 0.80);
pub(in crate::fraud) const P_KNOWS_PER_GENERATION: f64 = 0.03;
/// Metres that an address is off from its user, at most, as services place it.
pub(in crate::fraud) const NEAR_METRES: f64 = 4_000.0;

// Amounts.

/// Logarithm of the ratio of a look-alike purchase to the victim's own: the first one, and later ones.
pub(in crate::fraud) const LOG_DEARER_FIRST: f64 = -0.8;
pub(in crate::fraud) const LOG_DEARER_LATER: f64 = -0.3;
/// Goods for resale: share of the victim's spending level in the logarithm of the amount, the raise with high value and
/// without, and the factor on the category's deviation.
pub(in crate::fraud) const RESALE_LEVEL_WEIGHT: f64 = 0.7;
pub(in crate::fraud) const RESALE_LOG_RAISE: (f64, f64) = (1.1, -0.3);
pub(in crate::fraud) const RESALE_DEVIATION_FACTOR: f64 = 0.8;
/// The categories that operators buy for resale, with weights, and the bounds of each operator's factor on each weight.
pub(in crate::fraud) const RESALE_CATEGORIES: [(Category, f64); 7] = [
    (Category::Electronics, 0.22),
    (Category::Clothing, 0.22),
    (Category::DigitalGoods, 0.18),
    (Category::Travel, 0.12),
    (Category::Services, 0.10),
    (Category::LuxuryItems, 0.05),
    (Category::Other, 0.11),
];
pub(in crate::fraud) const RESALE_WEIGHT_FACTOR: (f64, f64) = (0.3, 1.7);
/// Probability that goods for resale are bought online at one of the operator's own merchants.
pub(in crate::fraud) const P_KNOWN_MERCHANT: f64 = 0.65;
/// An amount above the operator's limit becomes this share of the limit: bounds.
pub(in crate::fraud) const CAPPED_SHARE: (f64, f64) = (0.6, 1.0);
/// Transfers: share of the victim's spending level and deviation in the logarithm of the amount, and the probability of a
/// multiple of ten dollars.
pub(in crate::fraud) const TRANSFER_LEVEL_WEIGHT: f64 = 0.8;
pub(in crate::fraud) const TRANSFER_LOG_DEVIATION: f64 = 0.7;
pub(in crate::fraud) const P_ROUND_TRANSFER: f64 = 0.6;

// Pace.

/// Factor on the times between acts of a slow episode: least, and range above it.
pub(in crate::fraud) const SLOW_FACTOR: (f64, f64) = (8.0, 12.0);
/// Operators who know the controls wait this many times the shortest gap that is never noticed: bounds.
pub(in crate::fraud) const QUIET_GAP_FACTOR: (f64, f64) = (1.0, 1.5);
/// Intervals of an injected burst, in units of the mean interval: bounds.
pub(in crate::fraud) const INJECTED_GAP_FACTOR: (f64, f64) = (0.75, 1.0);
/// Seconds after which an episode is tried again whose victim has no open account or another episode.
pub(in crate::fraud) const POSTPONED_SECONDS: i64 = 6 * 3_600;

// The bank's controls and its response.

/// Dollars that a customer of the usual level spends per act, by the bank's estimate.
pub(in crate::fraud) const USUAL_AMOUNT_DOLLARS: f64 = 45.0;
/// Days for which a set of controls is in force.
pub(in crate::fraud) const CONTROLS_DAYS: i32 = 182;
/// Acts within an hour that raise an alarm: the least number, and the count of possible numbers.
pub(in crate::fraud) const ALARM_ACTS_PER_HOUR: (u32, u64) = (3, 2);
/// Spending within a day that raises an alarm, in units of the customer's usual amount: bounds.
pub(in crate::fraud) const ALARM_SPENDING_PER_DAY: (f64, f64) = (8.0, 16.0);
/// Hours until the bank responds to an alarm, and to a customer who sees the acts on the statement: least, mean above it,
/// and limit in means.
pub(in crate::fraud) const ALARM_RESPONSE_HOURS: (f64, f64, f64) = (0.02, 0.6, 10.0);
pub(in crate::fraud) const STATEMENT_RESPONSE_HOURS: (f64, f64, f64) = (2.0, 30.0, 4.0);

// Labels.

/// Alerts are investigated within a day (Dal Pozzolo 2015: investigators check the alerts of the day).
pub(in crate::fraud) const ALERT_MAX_DAYS: f64 = 1.0;
/// No claim is filed, and none reversed, later than this: windows of 120 days, and late claims.
pub(in crate::fraud) const CLAIM_MAX_DAYS: f64 = 180.0;
/// Odds of an alert over an act that the controls noticed, against one that they did not.
pub(in crate::fraud) const ALERT_ODDS_IF_NOTICED: f64 = 2.0;
/// Share of genuine transactions that are payments; the others are salaries and the like, which customers do not report.
pub(in crate::fraud) const PAYMENT_SHARE: f64 = 0.97;
