//! The kinds of refusals.

use serde::{Deserialize, Serialize};

/// The kind of a refusal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The request is invalid, in itself or in this world.
    Unfit,
    /// The world has no entity of that name.
    Unknown,
    /// The world had the entity, and no longer has it.
    Gone,
    /// Not possible now; a retry may succeed.
    Busy,
    /// The disk is full.
    Full,
}
