//! A scenario as TOML, and the differences between two scenarios.
//! Must not depend on: the meaning of values.

use std::collections::BTreeSet;

use toml::Value;

use super::keys::{DEFAULT_TOML, KeyKind, KeyTree, LISTS, joined, region_key};
use super::leaf::Leaf;
use super::problem::Origin;
use super::rules::{Scenario, WorldRules};
use super::values::{Placed, Values};

/// A key in which two scenarios differ, with both values as TOML; "" when a table does not have the key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The dotted key, as in `bank.fraud.rate` or `region[0].share`.
    pub key: String,
    /// The value of the scenario whose method was called.
    pub here: String,
    /// The value of the other.
    pub there: String,
}

impl Scenario {
    /// Returns the whole scenario as TOML, in the order of the reference; [`Scenario::from_toml`] reads it back to the bit.
    pub fn to_toml(&self) -> String {
        let values = values_of(self);
        let mut text = String::new();
        let mut section = String::new();
        for path in in_order(values.tree(), keys_of(&values)) {
            let (head, key) = path.rsplit_once('.').expect("every key is in a section");
            if head != section {
                section = head.to_owned();
                text.push_str(if text.is_empty() { "" } else { "\n" });
                text.push_str(&header(&section));
            }
            text.push_str(&format!("{key} = {}\n", shown(&values, path)));
        }
        text
    }

    /// Returns the keys in which `self` (here) and `other` (there) differ, in the order of the reference.
    pub fn differences(&self, other: &Scenario) -> Vec<Difference> {
        let (here, there) = (values_of(self), values_of(other));
        let both = keys_of(&here).into_iter().chain(keys_of(&there)).collect();
        let difference =
            |path: &str| Difference { key: path.to_owned(), here: shown(&here, path), there: shown(&there, path) };
        in_order(here.tree(), both).into_iter().map(difference).filter(|one| one.here != one.there).collect()
    }
}

/// Returns the value of a key as TOML; "" if it is left out.
fn shown(values: &Values, path: &str) -> String {
    values.get(path).map_or(String::new(), |placed| placed.leaf.to_string())
}

/// Returns the values of a scenario by key.
pub(super) fn values_of(scenario: &Scenario) -> Values {
    // TOML's whole numbers end at i64::MAX, seeds do not.
    let seed = Leaf::Whole(scenario.world.seed.into());
    let seedless = Scenario { world: WorldRules { seed: 0, ..scenario.world.clone() }, ..scenario.clone() };
    let whole = Value::try_from(seedless).expect("rules are numbers, texts and lists");
    let mut values = Values::new(KeyTree::of(DEFAULT_TOML));
    flatten("", &whole, &mut values);
    values.insert("world.seed".to_owned(), Placed { leaf: seed, origin: Origin::Value });
    values
}

fn flatten(path: &str, value: &Value, values: &mut Values) {
    match value {
        Value::Table(table) => {
            for (key, inner) in table {
                flatten(&joined(path, key), inner, values);
            }
        }
        Value::Array(items) if LISTS.iter().any(|(list, _)| *list == path) => {
            for (index, inner) in items.iter().enumerate() {
                flatten(&format!("{path}[{index}]"), inner, values);
            }
        }
        Value::String(text) if text.is_empty() && region_key(path) == Some("preset") => {}
        leaf => {
            let kind = values.tree().kind(path).unwrap_or(KeyKind::Text);
            let read = Leaf::from_toml(leaf);
            let leaf = read.clone().fitted(kind).unwrap_or(read);
            values.insert(path.to_owned(), Placed { leaf, origin: Origin::Value });
        }
    }
}

fn keys_of(values: &Values) -> BTreeSet<&str> {
    values.iter().map(|(path, _)| path.as_str()).collect()
}

/// Returns the keys in the order of the reference.
fn in_order<'a>(tree: &KeyTree, keys: BTreeSet<&'a str>) -> Vec<&'a str> {
    let mut keys: Vec<&str> = keys.into_iter().collect();
    keys.sort_by_key(|path| (tree.rank(path), number_in_list(path)));
    keys
}

fn number_in_list(path: &str) -> usize {
    let number = |rest: &str| rest.split(']').next()?.parse().ok();
    path.split_once('[').and_then(|(_, rest)| number(rest)).unwrap_or(0)
}

fn header(section: &str) -> String {
    match section.split_once('[') {
        Some((list, _)) => format!("[[{list}]]\n"),
        None => format!("[{section}]\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::VirtualTime;
    use crate::scenario::Layers;

    #[test]
    fn the_reference_and_the_structs_are_in_step() {
        let tree = KeyTree::of(DEFAULT_TOML);
        let settings =
            |path: &str| ["run.", "sink.", "files.", "kafka."].iter().any(|section| path.starts_with(section));
        let of_file: Vec<&str> = tree.paths().filter(|path| !settings(path)).collect();
        let defaults = Layers::new().resolve(VirtualTime::from_seconds(1_767_225_600)).expect("defaults").scenario;
        let values = values_of(&defaults);
        let mut of_structs: Vec<&str> =
            keys_of(&values).into_iter().filter(|path| region_key(path).is_none()).collect();
        of_structs.sort_by_key(|path| tree.rank(path));
        assert_eq!(of_file, of_structs);
    }
}
