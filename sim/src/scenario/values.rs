//! The merged values of a scenario's layers, each with the place where it was stated: the input of checks.
//! Must not depend on: the meaning of a key.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::KeyTree;
use super::leaf::Leaf;
use super::problem::Origin;

/// A value and the place where it was stated.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    pub(super) leaf: Leaf,
    pub(super) origin: Origin,
}

impl Placed {
    /// Returns the place where the value was stated.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// Returns the text, or "" for a value of another kind.
    pub fn text(&self) -> &str {
        match &self.leaf {
            Leaf::Text(text) => text,
            _ => "",
        }
    }

    /// Returns the number, or 0 for a value of another kind.
    pub fn number(&self) -> f64 {
        self.leaf.number()
    }

    /// Returns whether the value is `true`.
    pub fn is_true(&self) -> bool {
        self.leaf == Leaf::Flag(true)
    }

    /// Returns the texts of a list; empty for a value of another kind.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.items().iter().filter_map(|leaf| match leaf {
            Leaf::Text(text) => Some(text.as_str()),
            _ => None,
        })
    }

    /// Returns the numbers of a list; empty for a value of another kind.
    pub fn numbers(&self) -> Vec<f64> {
        self.items().iter().map(Leaf::number).collect()
    }

    fn items(&self) -> &[Leaf] {
        match &self.leaf {
            Leaf::List(items) => items,
            _ => &[],
        }
    }
}

/// The merged values by dotted key; those of a list's tables as `region[0].share`.
#[derive(Clone)]
pub struct Values {
    tree: KeyTree,
    by_key: BTreeMap<String, Placed>,
}

impl Values {
    /// Returns values without any key stated, for the keys of `tree`.
    pub(super) fn new(tree: KeyTree) -> Self {
        Values { tree, by_key: BTreeMap::new() }
    }

    /// Returns the valid keys.
    pub fn tree(&self) -> &KeyTree {
        &self.tree
    }

    /// Returns the value of a key, or `None` if it is left out.
    pub fn get(&self, key: &str) -> Option<&Placed> {
        self.by_key.get(key)
    }

    /// Returns the number of a key, or 0 if it is left out.
    pub fn number(&self, key: &str) -> f64 {
        self.get(key).map_or(0.0, Placed::number)
    }

    /// Returns the place where a key was stated.
    pub fn origin(&self, key: &str) -> &Origin {
        self.get(key).map_or(&Origin::Value, Placed::origin)
    }

    /// Returns the numbers of the tables of a list that are stated, in order.
    pub fn indices(&self, list: &str) -> BTreeSet<usize> {
        let index = |key: &String| key.strip_prefix(list)?.strip_prefix('[')?.split_once(']')?.0.parse().ok();
        self.by_key.keys().filter_map(index).collect()
    }

    /// Returns the keys and values of one table of a list.
    pub fn table(&self, list: &str, index: usize) -> impl Iterator<Item = (&str, &Placed)> {
        let prefix = format!("{list}[{index}].");
        self.by_key.iter().filter_map(move |(key, placed)| Some((key.strip_prefix(&prefix)?, placed)))
    }

    /// Returns the place of the first value of a table of a list.
    pub fn table_origin(&self, list: &str, index: usize) -> &Origin {
        self.table(list, index).next().map_or(&Origin::Value, |(_, placed)| placed.origin())
    }

    /// Returns the names of the regions, in order.
    pub fn region_names(&self) -> Vec<&str> {
        let name_of = |index: usize| {
            let get = |key: &str| self.get(&format!("region[{index}].{key}")).map(Placed::text);
            let stated = |key: &str| get(key).filter(|name| !name.is_empty());
            stated("name").or(stated("preset")).unwrap_or("custom")
        };
        self.indices("region").into_iter().map(name_of).collect()
    }

    /// Returns the keys and values, by key.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &Placed)> {
        self.by_key.iter()
    }

    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut Placed> {
        self.by_key.get_mut(key)
    }

    pub(super) fn insert(&mut self, key: String, placed: Placed) {
        self.by_key.insert(key, placed);
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.by_key.remove(key);
    }

    /// Keeps only the values of the keys for which `keeps` returns true.
    pub(super) fn retain(&mut self, keeps: impl Fn(&str) -> bool) {
        self.by_key.retain(|key, _| keeps(key));
    }
}
