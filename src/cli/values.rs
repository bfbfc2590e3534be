//! Parsers of option values that several commands share. Must not depend on: any command.

use crate::error::UsageError;

/// Parses the number of an option, 1 to 10,000.
pub(super) fn whole(flag: &str, text: &str) -> Result<u32, UsageError> {
    let number = text.replace('_', "").parse().ok().filter(|number| (1..=10_000).contains(number));
    number.ok_or_else(|| UsageError::new(format!("{flag}: {text:?} must be a whole number from 1 to 10,000")))
}
