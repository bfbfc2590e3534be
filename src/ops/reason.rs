//! The kinds of refusals.

use serde::{Deserialize, Serialize};

/// The kind of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The request is invalid, in itself or in this world.
    Unfit,
    /// The world has nothing of that name.
    Unknown,
    /// The world had it, and has it no more.
    Gone,
    /// Not now; a retry may succeed.
    Busy,
    /// The disk is full.
    Full,
}
