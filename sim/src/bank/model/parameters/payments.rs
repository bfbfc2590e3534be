//! Habitual payments: busy days, paydays, places, means of payment, withdrawals and transfers.

use std::ops::Range;

/// Probability that a purchase of the day is the first of many: one user-day in a hundred has ten purchases or so.
pub(crate) const P_BUSY_DAY: f64 = 0.016;
/// Further purchases of a busy day: uniform in this range.
pub(crate) const BUSY_DAY_PURCHASES: Range<u64> = 6..13;
/// Least minutes between the purchases of a busy day.
pub(crate) const BUSY_DAY_GAP_MINUTES_MIN: f64 = 4.0;
/// Mean minutes between the purchases of a busy day beyond the least: exponential.
pub(crate) const MEAN_BUSY_DAY_GAP_MINUTES: f64 = 20.0;
/// Local hours in which a busy day can begin.
pub(crate) const BUSY_DAY_HOURS: Range<usize> = 9..18;
/// Further purchases on busy days per habitual act: about half of these are purchases between 9 and 18 h, and a busy
/// day adds nine on average.
pub(crate) const BUSY_DAY_PURCHASES_PER_ACT: f64 = 0.5 * P_BUSY_DAY * 9.0;

/// Days from a salary on in which people spend more.
pub(crate) const PAYDAY_DAYS: i32 = 4;
/// Factor on the rate of habitual acts in the days after a salary.
pub(crate) const PAYDAY_RATE_FACTOR: f64 = 1.25;
/// Factor on the rate of habitual acts in the rest of the month, which keeps the month's mean.
pub(crate) const OFF_PAYDAY_RATE_FACTOR: f64 = 0.965;
/// Increase of the logarithm of amounts in the days after a salary.
pub(crate) const PAYDAY_LOG_INCREASE: f64 = 0.06;

/// Probability that a person who pays online or transfers money is at home.
pub(crate) const P_AT_HOME_GIVEN_ONLINE: f64 = 0.72;
/// Probability that a person who pays at a till or a cash machine uses the network of their home.
pub(crate) const P_AT_HOME_GIVEN_IN_PERSON: f64 = 0.05;
/// Probability that a person who is not at home is in the area around it, and not around their work.
pub(crate) const P_NEAR_HOME_GIVEN_OUT: f64 = 0.5;

/// Probability that a purchase away from home is a fare, a room or the like.
pub(crate) const P_TRAVEL_GIVEN_AWAY: f64 = 0.15;

/// The most categories that are rejected to reach a drifted mix.
pub(crate) const MAX_REJECTED_CATEGORIES: usize = 1_000;
/// Least weight of a category that the mix at birth is divided by.
pub(crate) const MIN_CATEGORY_WEIGHT: f64 = 1e-9;
/// Categories that are compared for a purchase whose amount is given.
pub(crate) const CATEGORIES_COMPARED: usize = 4;

/// Probability of crypto, of an online payment by a person who has it.
pub(crate) const P_CRYPTO_GIVEN_WALLET: f64 = 0.15;
/// Probability of PayPal or crypto, of an online payment by a person who has PayPal.
pub(crate) const P_PAYPAL_OR_CRYPTO_GIVEN_WALLET: f64 = 0.45;
/// Probability of the credit card, of a card payment by a person who has one.
pub(crate) const P_CREDIT_CARD_GIVEN_WALLET: f64 = 0.58;

/// Cumulative shares of withdrawals of one, two, three … banknotes.
pub(crate) const CUMULATIVE_BANKNOTES: [f64; 8] = [0.22, 0.50, 0.66, 0.78, 0.90, 0.95, 0.97, 1.0];
/// Value of the banknote that cash machines give, in US dollars.
pub(crate) const BANKNOTE_DOLLARS: f64 = 20.0;

/// Mean of the logarithm of a transfer in US dollars.
pub(crate) const TRANSFER_LOG_MEAN: f64 = 4.4;
/// Elasticity of transfers to a person's level of spending.
pub(crate) const TRANSFER_ELASTICITY: f64 = 0.8;
/// Standard deviation of the logarithm of a transfer, within one person.
pub(crate) const TRANSFER_LOG_DEVIATION: f64 = 1.0;
/// Probability that a transfer is a round amount.
pub(crate) const P_ROUND_TRANSFER: f64 = 0.6;
/// Round transfers are multiples of this, in US dollars.
pub(crate) const ROUND_TRANSFER_DOLLARS: f64 = 10.0;

/// Seconds from an order to its payment: uniform; always within a minute.
pub(crate) const CHECKOUT_SECONDS: (f64, f64) = (1.5, 48.0);
