//! The kinds of injections.

use populace_sim::{FraudKind, fraud_kind};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A kind of injection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InjectKind {
    /// One genuine purchase.
    Transaction,
    /// Fraud of a kind.
    Fraud(FraudKind),
}

/// The name of a genuine purchase.
const TRANSACTION: &str = "transaction";

impl InjectKind {
    /// Returns all kinds.
    pub fn all() -> impl Iterator<Item = InjectKind> {
        FraudKind::ALL.into_iter().map(InjectKind::Fraud).chain([InjectKind::Transaction])
    }

    /// Returns the kind of this name.
    pub fn parse(name: &str) -> Option<InjectKind> {
        if name == TRANSACTION { Some(InjectKind::Transaction) } else { FraudKind::parse(name).map(InjectKind::Fraud) }
    }

    /// Returns its name.
    pub fn name(self) -> &'static str {
        match self {
            InjectKind::Transaction => TRANSACTION,
            InjectKind::Fraud(kind) => kind.name(),
        }
    }

    /// Returns the kind of fraud; `None` for a genuine purchase.
    pub fn fraud(self) -> Option<FraudKind> {
        match self {
            InjectKind::Transaction => None,
            InjectKind::Fraud(kind) => Some(kind),
        }
    }

    /// Returns one sentence on the kind, with its full stop.
    pub fn summary(self) -> &'static str {
        match self {
            InjectKind::Transaction => "One genuine purchase by this person, now, of the amount given.",
            InjectKind::Fraud(kind) => fraud_kind(kind).summary,
        }
    }

    /// Returns whether an episode of this kind needs a named person.
    pub fn needs_user(self) -> bool {
        self.fraud().is_none_or(|kind| fraud_kind(kind).needs_user())
    }

    /// Returns whether a campaign of this kind has many victims.
    pub fn has_many_victims(self) -> bool {
        self.fraud().is_some_and(|kind| fraud_kind(kind).has_many_victims())
    }
}

impl Serialize for InjectKind {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        self.name().serialize(to)
    }
}

impl<'de> Deserialize<'de> for InjectKind {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        let known = || InjectKind::all().map(InjectKind::name).collect::<Vec<_>>().join(", ");
        InjectKind::parse(&name)
            .ok_or_else(|| D::Error::custom(format!("unknown kind `{name}`, expected one of {}", known())))
    }
}
