//! The tree of valid keys, read from `default.toml` itself, so that the reference and the loader cannot differ.
//! Knows what kind each key is and which names are near; not what the values mean.

use toml::de::{DeTable, DeValue};

use super::problem::{did_you_mean, nearest_names};

/// What kind of value a key has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A whole number.
    Whole,
    /// A number.
    Real,
    /// Text; dates count as text.
    Text,
    /// A list of texts.
    Texts,
    /// A list of numbers.
    Reals,
}

impl KeyKind {
    /// The kind in words, for messages.
    pub fn expected(self) -> &'static str {
        match self {
            KeyKind::Whole => "a whole number",
            KeyKind::Real => "a number",
            KeyKind::Text => "a text in quotes",
            KeyKind::Texts => "a list of texts",
            KeyKind::Reals => "a list of numbers",
        }
    }
}

/// Keys of one `[[region]]`; only `preset` or `bounds` with `timezone` is needed.
const REGION_KEYS: [(&str, KeyKind); 7] = [
    ("preset", KeyKind::Text),
    ("share", KeyKind::Real),
    ("name", KeyKind::Text),
    ("bounds", KeyKind::Reals),
    ("timezone", KeyKind::Text),
    ("currency", KeyKind::Text),
    ("climate", KeyKind::Text),
];

/// Every valid key with its kind, in the order of `default.toml`; regions apart.
#[derive(Clone, Debug)]
pub struct KeyTree {
    leaves: Vec<(String, KeyKind)>,
}

impl KeyTree {
    /// The keys of a commented reference file.
    ///
    /// # Panics
    /// When `reference` is not TOML: it is compiled in.
    pub fn of(reference: &str) -> Self {
        let table = DeTable::parse(reference).expect("the built-in defaults are valid TOML");
        let mut found = Vec::new();
        collect("", table.get_ref(), &mut found);
        found.sort_by_key(|(start, ..)| *start);
        KeyTree { leaves: found.into_iter().map(|(_, path, kind)| (path, kind)).collect() }
    }

    /// The kind of a key, `None` when there is no such key. Regions are asked for as `region[0].share`.
    pub fn kind(&self, path: &str) -> Option<KeyKind> {
        match region_key(path) {
            Some(key) => REGION_KEYS.iter().find(|(name, _)| *name == key).map(|(_, kind)| *kind),
            None => self.leaves.iter().find(|(name, _)| name == path).map(|(_, kind)| *kind),
        }
    }

    /// Whether `path` is a section, `[bank]` or `[bank.fraud]`.
    pub fn is_section(&self, path: &str) -> bool {
        self.sections().any(|section| section == path)
    }

    /// Every key but those of regions, in the order of the reference.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.leaves.iter().map(|(path, _)| path.as_str())
    }

    /// Where `path` stands in the reference; regions stand after `[world]`.
    pub(super) fn rank(&self, path: &str) -> usize {
        let of = |path: &str| self.paths().position(|known| known == path);
        let after_world = || self.paths().take_while(|known| known.starts_with("world.")).count();
        of(path).map_or_else(after_world, |place| place + usize::from(place >= after_world()))
    }

    /// The key that an environment variable means: `POPULACE_BANK_FRAUD_RATE` is `bank.fraud.rate`.
    pub fn of_variable(&self, variable: &str) -> Option<&str> {
        self.paths().find(|path| variable_of(path) == variable)
    }

    /// Advice for a key that does not exist.
    pub(super) fn advice(&self, wrong: &str) -> String {
        let known = "`populace scenario show` lists every key";
        match region_key(wrong) {
            Some(key) => did_you_mean(
                &nearest_names(key, REGION_KEYS.map(|(name, _)| name)),
                "a region has the keys preset, share, name, bounds, timezone, currency and climate",
            ),
            None => did_you_mean(&nearest_names(wrong, self.paths().chain(self.sections()).chain(["region"])), known),
        }
    }

    /// Advice for an environment variable that means nothing.
    pub(super) fn variable_advice(&self, wrong: &str) -> String {
        let variables: Vec<String> = self.paths().map(variable_of).chain(["POPULACE_DATA_DIR".to_owned()]).collect();
        let near = nearest_names(wrong, variables.iter().map(String::as_str));
        did_you_mean(
            &near,
            "unset it; variables are POPULACE_ and a key of `populace scenario show`, as in POPULACE_BANK_FRAUD_RATE",
        )
    }

    fn sections(&self) -> impl Iterator<Item = &str> {
        self.paths().flat_map(|path| path.match_indices('.').map(|(dot, _)| &path[..dot]))
    }
}

/// The environment variable of a key.
fn variable_of(path: &str) -> String {
    format!("POPULACE_{}", path.replace('.', "_").to_uppercase())
}

/// `share` of `region[0].share`.
pub(super) fn region_key(path: &str) -> Option<&str> {
    path.strip_prefix("region[").and_then(|rest| rest.split_once("].")).map(|(_, key)| key)
}

fn collect(prefix: &str, table: &DeTable<'_>, found: &mut Vec<(usize, String, KeyKind)>) {
    for (key, value) in table.iter().filter(|(key, _)| !prefix.is_empty() || key.get_ref() != "region") {
        let path = joined(prefix, key.get_ref());
        let kind = match value.get_ref() {
            DeValue::Table(inner) => {
                collect(&path, inner, found);
                continue;
            }
            DeValue::Integer(_) => KeyKind::Whole,
            DeValue::Float(_) => KeyKind::Real,
            DeValue::Array(_) => KeyKind::Texts,
            _ => KeyKind::Text,
        };
        found.push((value.span().start, path, kind));
    }
}

/// `prefix.key`, or `key` at the top.
pub(super) fn joined(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::DEFAULT_TOML;

    #[test]
    fn variables_mean_one_key_each() {
        let tree = KeyTree::of(DEFAULT_TOML);
        for path in tree.paths() {
            assert_eq!(tree.of_variable(&variable_of(path)), Some(path));
        }
        assert_eq!(tree.of_variable("POPULACE_BANK_FRAUD_RATE"), Some("bank.fraud.rate"));
    }

    #[test]
    fn kinds_come_from_the_reference() {
        let tree = KeyTree::of(DEFAULT_TOML);
        assert_eq!(tree.kind("world.seed"), Some(KeyKind::Whole));
        assert_eq!(tree.kind("topics.trips.fields"), Some(KeyKind::Texts));
        assert_eq!(tree.kind("region[3].bounds"), Some(KeyKind::Reals));
        assert_eq!(tree.kind("bank.fraud"), None);
        assert!(tree.is_section("bank.fraud") && !tree.is_section("bank.fraud.rate"));
        assert_eq!(tree.paths().next(), Some("world.seed"), "the order of the file");
    }
}
