//! Why something that was asked is not answered: a sentence for people, and its reason in a word for programs.

use serde::{Deserialize, Serialize};

/// A request that is not answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestError {
    /// Why, in a word.
    pub reason: Reason,
    /// Why, and what to do.
    pub why: String,
}

/// Why, in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The request makes no sense.
    Unfit,
    /// There is nobody and nothing of that name.
    Unknown,
    /// There was, and is no more.
    Gone,
    /// Not now.
    Busy,
    /// The disk is full.
    Full,
}

impl RequestError {
    /// The request makes no sense.
    pub fn unfit(why: impl Into<String>) -> Self {
        RequestError { reason: Reason::Unfit, why: why.into() }
    }

    /// There is nobody and nothing of that name.
    pub fn unknown(why: impl Into<String>) -> Self {
        RequestError { reason: Reason::Unknown, why: why.into() }
    }

    /// There was, and is no more.
    pub fn gone(why: impl Into<String>) -> Self {
        RequestError { reason: Reason::Gone, why: why.into() }
    }

    /// Not now.
    pub fn busy(why: impl Into<String>) -> Self {
        RequestError { reason: Reason::Busy, why: why.into() }
    }

    /// The disk is full.
    pub fn full(why: impl Into<String>) -> Self {
        RequestError { reason: Reason::Full, why: why.into() }
    }
}
