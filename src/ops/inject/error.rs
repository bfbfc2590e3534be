//! The reasons why an injection is refused.

use super::super::inspect::InspectError;
use super::super::reason::Reason;
use super::super::regions::UnknownRegion;
use super::InjectKind;
use populace_sim::{VirtualTime, format_time};
use serde::{Deserialize, Serialize};

/// A field of an injection. Each face has its own name for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InjectField {
    /// The UUID of a person.
    User,
    /// The amount of a transaction.
    Amount,
    /// The number of transactions or attempts.
    Count,
    /// The span in which they happen.
    Within,
    /// The number of victims.
    Victims,
    /// The name of a region.
    Region,
    /// The instant at which it begins.
    At,
    /// The span after which it begins.
    After,
}

/// The reason why an injection is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{}", self.describe(&InjectField::name))]
#[serde(rename_all = "kebab-case")]
pub enum InjectError {
    /// A field is missing.
    Required {
        /// The field.
        field: InjectField,
        /// The kind that needs it.
        kind: InjectKind,
    },
    /// A field has no meaning here.
    NotAllowed {
        /// The field.
        field: InjectField,
        /// The kind that does not take it.
        kind: InjectKind,
    },
    /// A number is out of range.
    OutOfRange {
        /// The field.
        field: InjectField,
        /// Its value.
        value: u32,
        /// The least that it may be.
        min: u32,
        /// The most that it may be.
        max: u32,
    },
    /// An amount is malformed, or too large in any currency.
    Amount {
        /// The text.
        text: String,
    },
    /// An amount has decimals in a currency without.
    Decimals {
        /// The currency.
        currency: String,
    },
    /// An amount is too large in its currency.
    AmountTooLarge {
        /// The currency.
        currency: String,
        /// The most that it may be, in whole units.
        max: u32,
    },
    /// The beginning is in the past.
    InPast {
        /// The beginning.
        at: VirtualTime,
        /// Virtual now.
        now: VirtualTime,
    },
    /// The world does not have the region.
    Region(UnknownRegion),
    /// The world does not have a region of this number.
    RegionNumber {
        /// The number.
        number: u32,
        /// The number of regions.
        count: usize,
    },
    /// The world does not have a person of this number.
    PersonNumber {
        /// The number.
        number: u32,
        /// The last number.
        last: u32,
    },
    /// The person of this number has no open account.
    NoOpenAccount {
        /// The number.
        number: u32,
    },
    /// The person is unknown, or their account is closed.
    Person(InspectError),
}

impl InjectField {
    /// Returns its name in the control protocol.
    pub fn name(self) -> &'static str {
        match self {
            InjectField::User => "user",
            InjectField::Amount => "amount",
            InjectField::Count => "count",
            InjectField::Within => "within",
            InjectField::Victims => "victims",
            InjectField::Region => "region",
            InjectField::At | InjectField::After => "when",
        }
    }
}

impl InjectError {
    /// Returns the kind of the refusal.
    pub fn reason(&self) -> Reason {
        match self {
            InjectError::RegionNumber { .. } | InjectError::PersonNumber { .. } => Reason::Unknown,
            InjectError::NoOpenAccount { .. } => Reason::Gone,
            InjectError::Person(error) => error.reason(),
            _ => Reason::Unfit,
        }
    }

    /// Returns the text of the error, with the names that a face has for fields.
    pub fn describe(&self, name: &dyn Fn(InjectField) -> &'static str) -> String {
        match self {
            InjectError::Required { field, kind } => format!("{} is required for {}", name(*field), kind.name()),
            InjectError::NotAllowed { field, kind } => {
                let why = not_allowed(*field, *kind);
                format!("{} is not allowed for {why}", name(*field))
            }
            InjectError::OutOfRange { field, value, min, max } => {
                format!("{}: {value} is out of range: give a whole number from {min} to {max}", name(*field))
            }
            InjectError::Amount { text } => format!(
                "{}: {text:?} must be above 0, with at most two decimals, and at most 10,000,000 (in yen 1,000,000,000)",
                name(InjectField::Amount)
            ),
            InjectError::Decimals { currency } => format!(
                "{}: this person pays in {currency}, which has no decimals: give a whole number, as in 4250",
                name(InjectField::Amount)
            ),
            InjectError::AmountTooLarge { currency, max } => {
                format!("{}: too large: give at most {max} {currency}", name(InjectField::Amount))
            }
            InjectError::InPast { at, now } => format!(
                "{}: {} is in the past (virtual time is {})",
                name(InjectField::At),
                format_time(*at),
                format_time(*now)
            ),
            InjectError::Region(unknown) => format!("{}: {unknown}", name(InjectField::Region)),
            InjectError::RegionNumber { number, count } => {
                format!("this world has no region {number}: it has {count}")
            }
            InjectError::PersonNumber { number, last } => {
                format!("this world has no person {number}: they are numbered from 0 to {last}")
            }
            InjectError::NoOpenAccount { number } => format!("person {number} has no open account at present"),
            InjectError::Person(error) => error.to_string(),
        }
    }
}

/// Returns the sort of injection that does not take a field.
fn not_allowed(field: InjectField, kind: InjectKind) -> &'static str {
    match (kind, field) {
        (InjectKind::Transaction, _) => "a transaction: it is one purchase of one person",
        (_, InjectField::Amount) => "fraud: it chooses its amounts",
        (_, InjectField::Region) => "fraud against one person: give a number of victims for a campaign",
        _ => "a campaign: it chooses its victims and their transactions",
    }
}
