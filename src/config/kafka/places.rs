//! Where the keys of the section `[kafka]` were stated, for errors about them. Must not depend on: the keys.

use populace_sim::{Origin, Resolved};

use crate::UsageError;

/// Where each key was stated.
pub(super) struct Places<'a>(pub(super) &'a Resolved);

impl Places<'_> {
    /// Returns an error about a key, with the place where it was stated.
    pub(super) fn complaint(&self, key: &str, what: &str) -> UsageError {
        let place = self.0.stated.origin(key).unwrap_or(&Origin::Default);
        UsageError::new(format!("{place}: `{key}`: {what}"))
    }

    /// Returns the first of two keys that was stated.
    pub(super) fn stated<'k>(&self, one: &'k str, other: &'k str) -> &'k str {
        if self.0.stated.contains(one) || !self.0.stated.contains(other) { one } else { other }
    }
}
