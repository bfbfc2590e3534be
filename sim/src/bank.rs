//! The bank: what people buy, withdraw, transfer, pay and earn. Knows the people; not the shop's or the rides' inner
//! life, whose payments it makes, and not the fraudsters.

mod behaviour;
mod cards;
mod habits;
pub(crate) mod model;
mod plausible_purchases;
mod purchases;
mod recurring_payments;

pub use behaviour::{BankLife, OrderDue};
pub(crate) use behaviour::{
    Draft, act_by_habit, adopt_habits, pay_fare, pay_order, plan_checkout, plan_habit, purchase_as_asked, transact,
    usual,
};
pub use habits::Habits;
pub(crate) use habits::usual_mix;
pub use model::account_protection::Guard;
pub(crate) use model::amounts::main_law;
pub use model::event::{Category, Channel, PaymentMethod, Transaction, TransactionField, TransactionType};
pub(crate) use model::event::{write_or_null, write_point};
pub use model::label::{Label, LabelChannel, LabelField, Verdict};
pub use model::merchants::{Customer, MerchantName, Merchants};
pub(crate) use plausible_purchases::{amount_at, card, own_purchase, purchase_elsewhere};
pub(crate) use recurring_payments::{PER_MONTH, act_standing, plan_standing};
