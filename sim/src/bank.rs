//! The bank: what people buy, withdraw, transfer, pay and earn. Knows the people; not the shop's or the rides' inner
//! life, whose payments it makes, and not the fraudsters.

mod amounts;
mod behaviour;
mod cards;
mod days;
mod event;
mod guard;
mod habits;
mod label;
mod likeness;
mod loyalty;
mod merchants;
mod purchases;
mod standing;

pub(crate) use amounts::main_law;
pub use behaviour::{BankLife, OrderDue};
pub(crate) use behaviour::{
    Draft, act_by_habit, adopt_habits, pay_fare, pay_order, plan_checkout, plan_habit, purchase_as_asked, transact,
    usual,
};
pub use event::{Category, Channel, PaymentMethod, Transaction, TransactionField, TransactionType};
pub(crate) use event::{write_or_null, write_point};
pub use guard::Guard;
pub use habits::Habits;
pub(crate) use habits::usual_mix;
pub use label::{Label, LabelChannel, LabelField, Verdict};
pub(crate) use likeness::{amount_at, card, own_purchase, purchase_elsewhere};
pub use merchants::{Customer, MerchantName, Merchants};
pub(crate) use standing::{PER_MONTH, act_standing, plan_standing};
