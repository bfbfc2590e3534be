//! The bank: purchases, withdrawals, transfers, payments and income of people. Must not depend on: the behaviour of the
//! shop and of rides, and fraud.
//!
//! Each kind of payment is a process of the person, of which one act at most is planned:
//!
//! ```text
//! Habit     plan_habit ──▶ act_by_habit ──▶ transact ──▶ plan_habit
//!                              │ P_BUSY_DAY: 6 to 12 further purchases, some minutes apart
//! RecurringPayment
//!           plan_recurring_payment ──▶ act_recurring_payment ──▶ transact ──▶ plan_recurring_payment
//!                              │ salary: habits × PAYDAY_RATE_FACTOR for PAYDAY_DAYS
//! Checkout  order of the shop ──▶ plan_checkout ──▶ pay_order ──▶ transact
//! Fare      end of a trip ──▶ pay_fare ──▶ transact
//!
//! Account   open ──▶ card blocked, for CARD_DELIVERY_TIME ──▶ open
//!           open ──▶ frozen: no acts of habit ──▶ open
//! ```
//!
//! **Volume.** Habits are Poisson processes. A person of rate 1 makes λ = purchases + withdrawals + transfers per day
//! (keys of the scenario) in the mean of a year; planned acts come at λ / (1 + [`BUSY_DAY_PURCHASES_PER_ACT`]), and
//! busy days add the rest. Monthly payments are [`RECURRING_PAYMENTS_PER_MONTH`] = 1 + 0.55 + 2.21 = 3.76.
//!
//! **Spending.** Within a category an amount is a mixture of two log-normal laws. Its logarithm is shifted by
//! independent parts: the person, the merchant, the pair of both, and the month, with the variance V of their sum. A
//! person of rate 1 spends in a month
//!
//! ```text
//! 30.4 λ_p e^(V/2) Σ_c m_c [ s_c e^(μ_small + σ_small²/2) + (1 − s_c) e^(μ_main + σ_main²/2) ]   dollars on purchases
//! ```
//!
//! with λ_p purchases per day, the mix m_c, and the share s_c of small purchases (`model::parameters::amounts`).
//!
//! [`BUSY_DAY_PURCHASES_PER_ACT`]: model::parameters::payments::BUSY_DAY_PURCHASES_PER_ACT

mod habits;
pub(crate) mod model;
mod payments;
mod plausible_purchases;
mod purchases;
mod recurring_payments;
mod transactions;

pub(crate) use habits::{act_by_habit, adopt_habits, plan_habit, purchase_on_command};
pub use model::account::{AccountState, OrderDue};
pub use model::account_protection::AccountProtection;
pub(crate) use model::amounts::main_law;
pub(crate) use model::cards::{CardKind, card_number, expiries, next_expiry};
pub use model::event::{FraudMark, Transaction};
pub use model::habits::Habits;
pub(crate) use model::habits::usual_mix;
pub use model::label::Label;
pub use model::merchants::{Customer, MerchantName, Merchants};
pub(crate) use model::parameters::recurring::RECURRING_PAYMENTS_PER_MONTH;
pub(crate) use payments::{pay_fare, pay_order, plan_checkout};
pub(crate) use plausible_purchases::{amount_at, card, own_purchase, purchase_elsewhere};
pub(crate) use recurring_payments::{act_recurring_payment, plan_recurring_payment};
pub(crate) use transactions::{Draft, transact, usual};
