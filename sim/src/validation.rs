//! Reads scenarios with the checks of all rooms: each room checks the keys whose values it knows, and every fault of every
//! room is reported at once, in the order of the list below.
//! Must not depend on: towns, people and domains.

use crate::drift::blocks;
use crate::engine::VirtualTime;
use crate::region::regions;
use crate::scenario::{
    Check, Difference, Layers, RelativeStart, Resolved, Scenario, ScenarioError, campaigns, fraud_kinds, habits,
    inhabitants, label_channels, ranges, topics,
};

/// The checks of this crate. [`inhabitants`] needs sound regions, so it comes after them.
const CHECKS: [Check; 9] =
    [ranges, regions, inhabitants, fraud_kinds, label_channels, campaigns, blocks, habits, topics];

impl Layers {
    /// Merges and checks, and resolves a start that is relative to `now`.
    ///
    /// # Errors
    /// Every fault of every layer at once.
    pub fn resolve(self, now: VirtualTime) -> Result<Resolved, ScenarioError> {
        self.resolve_with(now, &[])
    }

    /// As [`Layers::resolve`], with further checks that a crate above makes.
    ///
    /// # Errors
    /// Every fault of every layer at once.
    pub fn resolve_with(self, now: VirtualTime, more: &[Check]) -> Result<Resolved, ScenarioError> {
        self.resolve_checked(RelativeStart::From(now), &with(more))
    }
}

impl Scenario {
    /// Reads a scenario by itself over the defaults, as [`Scenario::to_toml`] wrote it. The present is unknown here, so
    /// a start that is relative stays as written; an absolute one is brought to its full form.
    ///
    /// # Errors
    /// Every fault at once, with the lines of `text`, which is called `name`.
    pub fn from_toml(name: &str, text: &str) -> Result<Scenario, ScenarioError> {
        Scenario::from_toml_with(name, text, &[])
    }

    /// As [`Scenario::from_toml`], with further checks that a crate above makes.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn from_toml_with(name: &str, text: &str, more: &[Check]) -> Result<Scenario, ScenarioError> {
        let mut layers = Layers::new();
        layers.file(name, text);
        Ok(layers.resolve_checked(RelativeStart::Kept, &with(more))?.scenario)
    }

    /// Checks every number, name and combination, as loading does.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn check(&self) -> Result<(), ScenarioError> {
        self.check_with(&[])
    }

    /// As [`Scenario::check`], with further checks that a crate above makes.
    ///
    /// # Errors
    /// Every fault at once.
    pub fn check_with(&self, more: &[Check]) -> Result<(), ScenarioError> {
        self.checked(&with(more))
    }

    /// Returns this scenario with the values that each difference has here, in place of those that it has there.
    ///
    /// # Errors
    /// If they do not make a valid scenario together.
    pub fn adopting(&self, differences: &[Difference]) -> Result<Scenario, ScenarioError> {
        self.adopting_with(differences, &[])
    }

    /// As [`Scenario::adopting`], with further checks that a crate above makes.
    ///
    /// # Errors
    /// If they do not make a valid scenario together.
    pub fn adopting_with(&self, differences: &[Difference], more: &[Check]) -> Result<Scenario, ScenarioError> {
        let mut layers = Layers::new();
        layers.file("the world's scenario", &self.to_toml());
        for Difference { key, here, .. } in differences {
            // A block that is not there here, or has not that key.
            if here.is_empty() { layers.unset(key) } else { layers.set(&format!("{key}={here}")) }
        }
        // The start of a world that exists is absolute.
        Ok(layers.resolve_with(VirtualTime::from_seconds(0), more)?.scenario)
    }
}

fn with(more: &[Check]) -> Vec<Check> {
    CHECKS.iter().chain(more).copied().collect()
}

#[cfg(test)]
mod tests;
