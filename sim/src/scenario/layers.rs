//! The layers of a scenario: built-in defaults < scenario file < environment < `--set` < flags, merged key by key with
//! the place of each value, so that a fault is reported where it was written. All faults are collected.
//! Must not depend on: files and the command line; their text is passed in.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeOwned, value};

use super::check::Check;
use super::keys::{DEFAULT_TOML, KeyTree, in_list, region_key};
use super::leaf::Leaf;
use super::moment::{TIME_HELP, is_relative_time, resolve_start};
use super::nested::Nested;
use super::problem::{Origin, Problem, ScenarioError};
use super::rules::Scenario;
use super::start::RelativeStart;
use super::text::values_of;
use super::tree::{Reading, key_part};
use super::values::{Placed, Values};
use crate::engine::VirtualTime;

/// A scenario that is built from layers, lowest first.
///
/// ```
/// use populace_sim::{Layers, VirtualTime};
///
/// let mut layers = Layers::new();
/// layers.file("town.toml", "[world]\npeople = 500\n");
/// layers.set("bank.fraud.rate=0.02");
/// let resolved = layers.resolve(VirtualTime::from_seconds(1_767_225_600))?;
/// assert_eq!(resolved.scenario.world.people, 500);
/// assert_eq!(resolved.scenario.bank.fraud.rate, 0.02);
/// # Ok::<(), populace_sim::ScenarioError>(())
/// ```
#[derive(Clone)]
pub struct Layers {
    values: Values,
    problems: Vec<Problem>,
}

/// Without the values, some of which may be secrets.
impl fmt::Debug for Layers {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Layers").field("problems", &self.problems).finish_non_exhaustive()
    }
}

impl Default for Layers {
    fn default() -> Self {
        Self::new()
    }
}

impl Layers {
    /// Returns the built-in defaults alone.
    pub fn new() -> Self {
        let tree = KeyTree::of(DEFAULT_TOML);
        let defaults = Reading::of_defaults(&tree, DEFAULT_TOML);
        let mut layers = Layers { values: Values::new(tree), problems: Vec::new() };
        layers.lay(defaults);
        layers
    }

    /// Returns the valid keys.
    pub fn tree(&self) -> &KeyTree {
        self.values.tree()
    }

    /// Adds a scenario file: its name, for messages, and its text.
    pub fn file(&mut self, name: &str, text: &str) {
        self.lay(Reading::of_file(self.tree(), name, text));
    }

    /// Adds environment variables by name and value; those that do not begin with `POPULACE_` are ignored. The caller
    /// removes the ones that are not keys first.
    pub fn environment<'a>(&mut self, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) {
        for (name, value) in pairs.into_iter().filter(|(name, _)| name.starts_with("POPULACE_")) {
            let place = Origin::Environment(name.to_owned());
            match (self.tree().of_variable(name), name) {
                (Some(path), _) => self.lay(Reading::of_bare(self.tree(), &path, value, &place)),
                (None, "POPULACE_REGION") => self.lay(Reading::of_bare(self.tree(), "region", value, &place)),
                (None, _) => {
                    let problem = Problem::new(name, &place, "no key of this name".to_owned());
                    self.problems.push(problem.help(self.tree().variable_advice(name)));
                }
            }
        }
    }

    /// Adds one `--set key=value`.
    pub fn set(&mut self, assignment: &str) {
        let key = key_part(assignment.split('=').next().unwrap_or_default().trim());
        let place = Origin::Set(key.to_owned());
        match assignment.split_once('=') {
            Some((path, value)) => self.lay(Reading::of_bare(self.tree(), path.trim(), value, &place)),
            None => self.problems.push(
                Problem::new("", &place, format!("{key:?} has no value"))
                    .help("write --set key=value, as in --set bank.fraud.rate=0.02"),
            ),
        }
    }

    /// Adds flags as (flag, key, bare value), all of one layer: together, flags that state regions replace the regions
    /// below.
    pub fn flags(&mut self, flags: &[(&str, &str, &str)]) {
        let mut all = Reading::default();
        for (flag, path, value) in flags {
            let reading = Reading::of_bare(self.tree(), path, value, &Origin::Flag((*flag).to_owned()));
            all.regions |= reading.regions || region_key(path).is_some();
            all.lists.extend(reading.lists);
            all.statements.extend(reading.statements);
            all.problems.extend(reading.problems);
        }
        self.lay(all);
    }

    /// Merges the layers, makes these checks in their order, and resolves the start.
    ///
    /// # Errors
    /// Every fault of every layer at once.
    pub(crate) fn resolve_checked(mut self, start: RelativeStart, checks: &[Check]) -> Result<Resolved, ScenarioError> {
        checks.iter().for_each(|check| check(&self.values, &mut self.problems));
        let stated = stated(&self.values);
        let placed = self.values.get_mut("world.start").expect("the defaults have it");
        let Leaf::Text(text) = &mut placed.leaf else { unreachable!("only texts are let in for world.start") };
        let start_is_relative = is_relative_time(text);
        match start.resolve(text) {
            Ok(resolved) => *text = resolved,
            Err(error) => {
                let problem = Problem::new("world.start", &placed.origin, format!("`world.start`: {error}"));
                self.problems.push(problem.help(TIME_HELP));
            }
        }
        if !self.problems.is_empty() {
            return Err(ScenarioError(self.problems));
        }
        let whole = Nested::of(&self.values);
        let scenario = Scenario::deserialize(&whole).expect("every key has the kind and range that its field wants");
        Ok(Resolved { scenario, stated: Stated { origins: stated, start_is_relative }, whole })
    }

    /// Removes a value.
    pub(crate) fn unset(&mut self, path: &str) {
        self.values.remove(path);
    }

    pub(crate) fn lay(&mut self, reading: Reading) {
        if reading.regions || reading.statements.iter().any(|one| region_key(&one.path).is_some()) {
            self.values.retain(|path| region_key(path).is_none());
        }
        for stated in &reading.lists {
            self.values.retain(|path| in_list(path).is_none_or(|(list, _)| list != *stated));
        }
        for one in reading.statements {
            self.values.insert(one.path, Placed { leaf: one.leaf, origin: one.origin });
        }
        self.problems.extend(reading.problems);
    }
}

/// A resolved scenario.
#[derive(Clone)]
pub struct Resolved {
    /// The rules, complete and checked, with an absolute start.
    pub scenario: Scenario,
    /// The keys that were stated above the defaults, with their places.
    pub stated: Stated,
    whole: Nested,
}

/// Without the settings, some of which may be secrets.
impl fmt::Debug for Resolved {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = out.debug_struct("Resolved");
        shown.field("scenario", &self.scenario).field("stated", &self.stated).finish_non_exhaustive()
    }
}

impl Resolved {
    /// Returns the settings, which are the sections without rules, as a type of the caller's.
    ///
    /// # Errors
    /// If `T` needs a key that `default.toml` does not have.
    pub fn settings<T: DeserializeOwned>(&self) -> Result<T, value::Error> {
        T::deserialize(&self.whole)
    }
}

/// The keys that were stated above the defaults. Regions count as one key, `region`, so do campaigns and drifts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stated {
    origins: BTreeMap<String, Origin>,
    start_is_relative: bool,
}

impl Stated {
    /// Returns the place where `key` was stated, or `None` when it was left out.
    pub fn origin(&self, key: &str) -> Option<&Origin> {
        self.origins.get(in_list(key).map_or(key, |(list, _)| list))
    }

    /// Returns whether `key` was stated.
    pub fn contains(&self, key: &str) -> bool {
        self.origin(key).is_some()
    }

    /// Returns whether the start was stated relative to now: it is then ignored for an existing world.
    pub fn start_is_relative(&self) -> bool {
        self.start_is_relative && self.contains("world.start")
    }
}

fn stated(values: &Values) -> BTreeMap<String, Origin> {
    let above = values.iter().filter(|(_, placed)| placed.origin != Origin::Default);
    let name = |path: &String| in_list(path).map_or(path.as_str(), |(list, _)| list).to_owned();
    above.map(|(path, placed)| (name(path), placed.origin.clone())).collect()
}

impl Scenario {
    /// Makes these checks of a scenario that was made by hand.
    ///
    /// # Errors
    /// Every fault at once.
    pub(crate) fn checked(&self, checks: &[Check]) -> Result<(), ScenarioError> {
        let (values, mut problems) = (values_of(self), Vec::new());
        checks.iter().for_each(|check| check(&values, &mut problems));
        if let Err(error) = resolve_start(&self.world.start, VirtualTime::from_seconds(0)) {
            problems.push(Problem::new("world.start", &Origin::Value, format!("`world.start`: {error}")));
        }
        if problems.is_empty() { Ok(()) } else { Err(ScenarioError(problems)) }
    }
}
