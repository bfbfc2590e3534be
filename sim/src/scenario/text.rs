//! A scenario as TOML, and the differences between two. Knows the order of the reference, not what values mean.

use serde_json::Value;

use crate::engine::VirtualTime;

use super::keys::{KeyTree, LISTS, joined, region_key};
use super::layers::{Layers, Placed, Values};
use super::leaf::Leaf;
use super::problem::{Origin, ScenarioError};
use super::rules::Scenario;
use super::{DEFAULT_TOML, KeyKind};

/// One key in which two scenarios differ, with both values as TOML; "" where a region has not that key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The dotted key, as in `bank.fraud.rate` or `region[0].share`.
    pub key: String,
    /// The value of the scenario that was asked.
    pub here: String,
    /// The value of the other.
    pub there: String,
}

impl Scenario {
    /// The whole scenario as TOML, in the order of the reference; [`Scenario::from_toml`] reads it back to the bit.
    pub fn to_toml(&self) -> String {
        let tree = KeyTree::of(DEFAULT_TOML);
        let values = values_of(self);
        let mut text = String::new();
        let mut section = String::new();
        for path in ordered(&tree, &values) {
            let (head, key) = path.rsplit_once('.').expect("every key is in a section");
            if head != section {
                section = head.to_owned();
                text.push_str(if text.is_empty() { "" } else { "\n" });
                text.push_str(&header(&section));
            }
            text.push_str(&format!("{key} = {}\n", values[path].leaf));
        }
        text
    }

    /// The keys in which `self` (here) and `other` (there) differ, in the order of the reference.
    pub fn differences(&self, other: &Scenario) -> Vec<Difference> {
        let tree = KeyTree::of(DEFAULT_TOML);
        let (here, there) = (values_of(self), values_of(other));
        let mut both = here.clone();
        both.extend(there.clone());
        let shown = |values: &Values, path: &str| values.get(path).map_or(String::new(), |one| one.leaf.to_string());
        let difference =
            |path: &str| Difference { key: path.to_owned(), here: shown(&here, path), there: shown(&there, path) };
        ordered(&tree, &both).map(difference).filter(|one| one.here != one.there).collect()
    }

    /// This scenario with the values that each difference has here, in place of those that it has there.
    ///
    /// # Errors
    /// Where they do not make a valid scenario together.
    pub fn adopting(&self, differences: &[Difference]) -> Result<Scenario, ScenarioError> {
        let mut layers = Layers::new();
        layers.file("the world's scenario", &self.to_toml());
        for Difference { key, here, .. } in differences {
            // A block that is not there here, or has not that key.
            if here.is_empty() { layers.unset(key) } else { layers.set(&format!("{key}={here}")) }
        }
        // The start of a world that is there is absolute.
        Ok(layers.resolve(VirtualTime::from_seconds(0))?.scenario)
    }
}

/// The values of a scenario by key.
pub(super) fn values_of(scenario: &Scenario) -> Values {
    let tree = KeyTree::of(DEFAULT_TOML);
    let whole = serde_json::to_value(scenario).expect("rules are numbers, texts and lists");
    let mut values = Values::new();
    flatten(&tree, "", &whole, &mut values);
    values
}

fn flatten(tree: &KeyTree, path: &str, value: &Value, values: &mut Values) {
    match value {
        Value::Object(table) => {
            for (key, inner) in table {
                flatten(tree, &joined(path, key), inner, values);
            }
        }
        Value::Array(items) if LISTS.iter().any(|(list, _)| *list == path) => {
            for (index, inner) in items.iter().enumerate() {
                flatten(tree, &format!("{path}[{index}]"), inner, values);
            }
        }
        Value::String(text) if text.is_empty() && region_key(path) == Some("preset") => {}
        leaf => {
            let kind = tree.kind(path).unwrap_or(KeyKind::Text);
            let read = Leaf::from_json(leaf);
            let leaf = read.clone().fitted(kind).unwrap_or(read);
            values.insert(path.to_owned(), Placed { leaf, origin: Origin::Value });
        }
    }
}

fn ordered<'a>(tree: &KeyTree, values: &'a Values) -> impl Iterator<Item = &'a str> {
    let mut paths: Vec<&str> = values.keys().map(String::as_str).collect();
    paths.sort_by_key(|path| (tree.rank(path), number_in_list(path)));
    paths.into_iter()
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
