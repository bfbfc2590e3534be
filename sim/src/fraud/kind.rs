//! The number of fraud kinds.

pub use crate::base::FraudKind;

/// How many kinds there are.
pub const KINDS: usize = FraudKind::ALL.len();
