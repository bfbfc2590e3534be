//! The bank: what people buy, withdraw, transfer, pay and earn.

mod habits;
pub(crate) mod model;
mod payments;
mod plausible_purchases;
mod purchases;
mod recurring_payments;
mod transactions;

pub use crate::base::{Category, Channel, LabelChannel, PaymentMethod, TransactionType, Verdict};
pub(crate) use habits::{act_by_habit, adopt_habits, plan_habit, purchase_on_command};
pub use model::account::{AccountState, OrderDue};
pub use model::account_protection::AccountProtection;
pub(crate) use model::amounts::main_law;
pub use model::event::{FraudMark, Transaction, TransactionField};
pub(crate) use model::event::{write_or_null, write_point};
pub use model::habits::Habits;
pub(crate) use model::habits::usual_mix;
pub use model::label::{Label, LabelField};
pub use model::merchants::{Customer, MerchantName, Merchants};
pub(crate) use model::parameters::recurring::RECURRING_PAYMENTS_PER_MONTH;
pub(crate) use payments::{pay_fare, pay_order, plan_checkout};
pub(crate) use plausible_purchases::{amount_at, card, own_purchase, purchase_elsewhere};
pub(crate) use recurring_payments::{act_recurring_payment, plan_recurring_payment};
pub(crate) use transactions::{Draft, transact, usual};
