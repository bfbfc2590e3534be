//! The closed vocabularies of the bank's topics.
//! Must not depend on: amounts, rates and rules of the bank.

use serde::{Deserialize, Serialize};

/// The category of a purchase, as the wire contract names it. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Category {
    Electronics,
    Clothing,
    Groceries,
    Travel,
    Services,
    DigitalGoods,
    LuxuryItems,
    Gambling,
    Other,
}

/// The number of categories.
pub const CATEGORIES: usize = 9;

impl Category {
    /// All categories, in the order of their numbers.
    pub const ALL: [Category; CATEGORIES] = [
        Category::Electronics,
        Category::Clothing,
        Category::Groceries,
        Category::Travel,
        Category::Services,
        Category::DigitalGoods,
        Category::LuxuryItems,
        Category::Gambling,
        Category::Other,
    ];
    /// The names on the wire, in the order of the numbers.
    pub const NAMES: &'static [&'static str] = &[
        "electronics",
        "clothing",
        "groceries",
        "travel",
        "services",
        "digital_goods",
        "luxury_items",
        "gambling",
        "other",
    ];

    /// Returns the name on the wire.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// The type of a transaction, as the wire contract names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum TransactionType {
    Purchase,
    Withdrawal,
    Transfer,
    Payment,
    Deposit,
}

impl TransactionType {
    /// The names on the wire, in the order of the variants.
    pub const NAMES: &'static [&'static str] = &["purchase", "withdrawal", "transfer", "payment", "deposit"];

    /// Returns the name on the wire.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// The means of payment, as the wire contract names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum PaymentMethod {
    CreditCard,
    DebitCard,
    Paypal,
    BankTransfer,
    Crypto,
}

impl PaymentMethod {
    /// The names on the wire, in the order of the variants.
    pub const NAMES: &'static [&'static str] = &["credit_card", "debit_card", "paypal", "bank_transfer", "crypto"];

    /// Returns the name on the wire.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// The channel of a transaction, as the extra field `channel` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Channel {
    Pos,
    Online,
    Atm,
    Transfer,
}

impl Channel {
    /// The names on the wire, in the order of the variants.
    pub const NAMES: &'static [&'static str] = &["pos", "online", "atm", "transfer"];

    /// Returns the name on the wire.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}

/// The verdict of a report. The numbers are those of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum Verdict {
    /// Genuine: the report revokes an earlier one.
    Genuine = 0,
    /// Fraud.
    Fraud = 1,
}

/// The source of a report. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum LabelChannel {
    /// An alert of one of the bank's rules, confirmed by an investigator.
    Alert,
    /// A complaint of the customer.
    Complaint,
    /// A claim of the customer by way of the card scheme.
    Chargeback,
}

impl LabelChannel {
    /// The names on the wire, in the order of the numbers.
    pub const NAMES: &'static [&'static str] = &["alert", "complaint", "chargeback"];

    /// Returns the name on the wire.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}
