//! Builds a world from a scenario and the few settings that most users change.
//! Must not depend on: shards.

use super::state::World;
use crate::engine::VirtualTime;
use crate::error::SimError;
use crate::scenario::{Scenario, ScenarioError, format_time};

/// The start of a world whose builder sets none: 2026-01-01 UTC.
const DEFAULT_START: VirtualTime = VirtualTime::from_seconds(1_767_225_600);

/// A scenario from which no world can be built.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The scenario is not valid.
    #[error(transparent)]
    Scenario(#[from] ScenarioError),
    /// The scenario is valid by itself, but describes no world.
    #[error(transparent)]
    World(#[from] SimError),
}

/// Builds a [`World`]. It begins with the default scenario.
///
/// ```
/// use populace_sim::prelude::*;
///
/// let rules = Scenario::from_toml("rules", "[bank.fraud]\nrate = 0.02")?;
/// let world = World::builder().scenario(rules).people(200).seed(7).build()?;
/// assert_eq!(world.town().scenario().world.people, 200);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a builder does nothing until `build` is called"]
pub struct WorldBuilder {
    scenario: Option<Scenario>,
    people: Option<u32>,
    seed: Option<u64>,
    start: Option<VirtualTime>,
}

impl World {
    /// Returns a builder, which begins with the default scenario.
    pub fn builder() -> WorldBuilder {
        WorldBuilder::default()
    }
}

impl WorldBuilder {
    /// Sets the scenario. The other settings take precedence over it, in any order of calls.
    pub fn scenario(mut self, scenario: Scenario) -> Self {
        self.scenario = Some(scenario);
        self
    }

    /// Sets the number of people over all regions.
    pub fn people(mut self, people: u32) -> Self {
        self.people = Some(people);
        self
    }

    /// Sets the seed of all random numbers.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Sets the first instant. The default is that of the scenario or, if that is relative to now, 2026-01-01 UTC.
    pub fn start(mut self, start: VirtualTime) -> Self {
        self.start = Some(start);
        self
    }

    /// Builds the world.
    ///
    /// # Errors
    /// If the scenario is not valid, or describes no world.
    pub fn build(self) -> Result<World, BuildError> {
        let mut scenario = self.scenario.map_or_else(|| Scenario::from_toml("defaults", ""), Ok)?;
        self.people.into_iter().for_each(|people| scenario.world.people = people);
        self.seed.into_iter().for_each(|seed| scenario.world.seed = seed);
        let default_start = crate::scenario::is_relative_time(&scenario.world.start).then_some(DEFAULT_START);
        let start = self.start.or(default_start);
        start.into_iter().for_each(|start| scenario.world.start = format_time(start));
        scenario.check()?;
        Ok(World::new(&scenario)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_take_precedence_over_the_scenario() {
        let rules =
            Scenario::from_toml("test", "[world]\npeople = 9\nseed = 4\nstart = \"2027-05-01\"").expect("valid");
        let world = World::builder().seed(8).scenario(rules.clone()).people(70).build().expect("a world");
        let settings = &world.town().scenario().world;
        assert_eq!((settings.people, settings.seed, settings.start.as_str()), (70, 8, rules.world.start.as_str()));
        let start = VirtualTime::from_seconds(1_800_000_000);
        assert_eq!(World::builder().people(9).start(start).build().expect("a world").now(), start);
        assert_eq!(World::builder().people(9).build().expect("a world").now(), DEFAULT_START);
    }

    #[test]
    fn an_invalid_setting_is_an_error() {
        let error = World::builder().people(0).build().expect_err("no people");
        assert!(error.to_string().contains("world.people"), "{error}");
    }
}
