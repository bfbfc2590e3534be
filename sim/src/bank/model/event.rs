//! A bank transaction. Must not depend on: the rules by which transactions are made.

use super::merchants::MerchantName;
use crate::base::{Category, Channel, FraudKind, Money, PaymentMethod, Place, TransactionType};
use crate::device::Device;
use crate::drift::Concepts;
use crate::engine::{Id, VirtualTime};

/// A transaction of a user.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub struct Transaction {
    pub transaction_id: Id,
    pub user_id: Id,
    /// Number of the user's account, below 10⁸, unique in the world.
    pub account: u32,
    pub timestamp: VirtualTime,
    pub amount: Money,
    /// Number of the merchant, from 1, unique in the world.
    pub merchant: u32,
    /// The name of the merchant.
    pub merchant_name: MerchantName,
    pub category: Category,
    pub kind: TransactionType,
    pub method: PaymentMethod,
    pub location: Place,
    pub ip_address: u32,
    pub device: Device,
    pub account_age_days: i64,
    pub cvv_provided: bool,
    pub billing_address_match: bool,
    /// The campaign of a fraudulent transaction.
    pub fraud: Option<FraudMark>,
    pub channel: Channel,
    /// The card of a card payment.
    pub card_id: Option<Id>,
    /// The drifts in force for the user.
    pub concepts: Concepts,
    /// 1, 2, 3 … over the user's transactions.
    pub entity_sequence: u32,
}

/// The mark of a fraudulent transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FraudMark {
    /// The kind.
    pub kind: FraudKind,
    /// The campaign.
    pub campaign: Id,
    /// True if the bank's controls of the day had raised an alarm by this transaction.
    pub noticed: bool,
}
