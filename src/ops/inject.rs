//! Injections: fraud or a purchase by request of a user. The only definition of the fields of each kind, and of their
//! ranges. Must not depend on: the command log, faces.

mod amount;
mod command;
mod error;
mod kind;

pub use amount::Amount;
pub use command::{InjectReport, check_command, into_stopped, report};
pub use error::{InjectError, InjectField};
pub use kind::InjectKind;

use populace_sim::{Command, FraudKind, Span, VirtualTime};
use serde::{Deserialize, Serialize};
use std::ops::RangeInclusive;

/// The allowed numbers of transactions or attempts of an episode.
const COUNTS: RangeInclusive<u32> = 1..=10_000;

/// The allowed times within which they happen, in seconds: at most 30 days.
const WITHIN_SECONDS: RangeInclusive<u32> = 1..=30 * 86_400;

/// The allowed numbers of victims of a campaign.
const VICTIMS: RangeInclusive<u32> = 1..=Command::MOST_VICTIMS;

/// The allowed times after which an injection begins, in seconds: at most a year.
const AFTER_SECONDS: RangeInclusive<u32> = 1..=365 * 86_400;

/// An injection as a face reads it, not yet validated.
#[derive(Clone, Debug, PartialEq)]
pub struct InjectOptions {
    /// The kind.
    pub kind: InjectKind,
    /// The UUID of a person.
    pub user: Option<String>,
    /// The amount of a transaction.
    pub amount: Option<String>,
    /// The number of transactions or attempts.
    pub count: Option<u32>,
    /// The seconds within which they happen.
    pub within_seconds: Option<u32>,
    /// The number of victims.
    pub victims: Option<u32>,
    /// The name of a region.
    pub region: Option<String>,
}

/// A validated injection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Injection {
    /// Fraud against one person.
    Episode {
        /// The kind.
        kind: FraudKind,
        /// The UUID of the person; `None` for a random one.
        user: Option<String>,
        /// The number of transactions or attempts.
        count: Option<u32>,
        /// The span of virtual time in which they happen.
        within: Option<Span>,
    },
    /// A whole campaign, which chooses its victims.
    Campaign {
        /// The kind.
        kind: FraudKind,
        /// The name of the region; `None` for the first one.
        region: Option<String>,
        /// The number of victims; `None` for the usual number.
        victims: Option<u32>,
    },
    /// One genuine purchase.
    Transaction {
        /// The UUID of the customer.
        user: String,
        /// The amount.
        amount: Amount,
    },
}

/// The beginning of an injection.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// The instant at which the command takes effect.
    #[default]
    AtOnce,
    /// This span after virtual now.
    After(Span),
    /// This instant.
    At(VirtualTime),
}

impl When {
    /// Returns the beginning this many seconds after virtual now.
    ///
    /// # Errors
    /// If the span is out of range.
    pub fn after_seconds(seconds: u32) -> Result<When, InjectError> {
        in_range(InjectField::After, seconds, &AFTER_SECONDS)?;
        Ok(When::After(Span::from_seconds(i64::from(seconds))))
    }
}

impl InjectOptions {
    /// Validates the options. An amount belongs to a transaction; a user, a count and a span to an episode, which is fraud
    /// against one person; victims and a region to a campaign. Without any of these, a kind that has many victims is a
    /// campaign, and any other kind needs a user.
    ///
    /// # Errors
    /// The first option that is missing, not allowed or out of range.
    pub fn validate(self) -> Result<Injection, InjectError> {
        self.check_ranges()?;
        let Some(kind) = self.kind.fraud() else { return self.transaction() };
        self.refuse(&[InjectField::Amount])?;
        let is_of_one = self.user.is_some() || self.count.is_some() || self.within_seconds.is_some();
        if self.victims.is_some() || (self.kind.has_many_victims() && !is_of_one) {
            self.refuse(&[InjectField::User, InjectField::Count, InjectField::Within])?;
            return Ok(Injection::Campaign { kind, region: self.region, victims: self.victims });
        }
        self.refuse(&[InjectField::Region])?;
        if self.user.is_none() && self.kind.needs_user() {
            return Err(InjectError::Required { field: InjectField::User, kind: self.kind });
        }
        let within = self.within_seconds.map(|seconds| Span::from_seconds(i64::from(seconds)));
        Ok(Injection::Episode { kind, user: self.user, count: self.count, within })
    }

    fn transaction(self) -> Result<Injection, InjectError> {
        self.refuse(&[InjectField::Count, InjectField::Within, InjectField::Victims, InjectField::Region])?;
        let required = |field| InjectError::Required { field, kind: self.kind };
        let text = self.amount.as_deref().ok_or_else(|| required(InjectField::Amount))?;
        let amount = Amount::parse(text).ok_or_else(|| InjectError::Amount { text: text.to_owned() })?;
        Ok(Injection::Transaction { user: self.user.ok_or_else(|| required(InjectField::User))?, amount })
    }

    fn check_ranges(&self) -> Result<(), InjectError> {
        let ranged = [
            (InjectField::Count, self.count, &COUNTS),
            (InjectField::Within, self.within_seconds, &WITHIN_SECONDS),
            (InjectField::Victims, self.victims, &VICTIMS),
        ];
        ranged.into_iter().try_for_each(|(field, value, range)| match value {
            Some(value) => in_range(field, value, range),
            None => Ok(()),
        })
    }

    /// Refuses the first of these fields that is given.
    fn refuse(&self, fields: &[InjectField]) -> Result<(), InjectError> {
        match fields.iter().find(|field| self.has(**field)) {
            Some(field) => Err(InjectError::NotAllowed { field: *field, kind: self.kind }),
            None => Ok(()),
        }
    }

    fn has(&self, field: InjectField) -> bool {
        match field {
            InjectField::User => self.user.is_some(),
            InjectField::Amount => self.amount.is_some(),
            InjectField::Count => self.count.is_some(),
            InjectField::Within => self.within_seconds.is_some(),
            InjectField::Victims => self.victims.is_some(),
            InjectField::Region => self.region.is_some(),
            InjectField::At | InjectField::After => false,
        }
    }
}

fn in_range(field: InjectField, value: u32, range: &RangeInclusive<u32>) -> Result<(), InjectError> {
    let (min, max) = (*range.start(), *range.end());
    if range.contains(&value) { Ok(()) } else { Err(InjectError::OutOfRange { field, value, min, max }) }
}

#[cfg(test)]
pub(crate) mod tests;
