//! The origins of the keys of section `[kafka]`, for errors about them. Must not depend on: the keys.

use populace_sim::{Origin, Resolved};

use crate::UsageError;
use crate::config::settings::advice;

/// The origin of each key.
pub(super) struct Places<'a>(pub(super) &'a Resolved);

impl Places<'_> {
    /// Returns an error about a key, with the origin of its value.
    pub(super) fn complaint(&self, key: &str, what: &str) -> UsageError {
        let place = self.0.stated.origin(key).unwrap_or(&Origin::Default);
        UsageError::new(format!("{place}: `{key}`: {what}"))
    }

    /// Returns the value of a name.
    ///
    /// # Errors
    /// If there is no such name; with the nearest one.
    pub(super) fn one_of<T: Copy>(&self, names: &[(&str, T)], name: &str, key: &str) -> Result<T, UsageError> {
        let found = names.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        let all: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
        found.ok_or_else(|| self.complaint(key, &format!("unknown name {name:?}")).help(advice(name, &all)))
    }

    /// Returns `one`, or `other` if only that one was stated.
    pub(super) fn stated<'k>(&self, one: &'k str, other: &'k str) -> &'k str {
        if self.0.stated.contains(one) || !self.0.stated.contains(other) { one } else { other }
    }
}
