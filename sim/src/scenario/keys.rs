//! The tree of valid keys, read from `default.toml` itself, so that the reference and the loader cannot differ.
//! Must not depend on: the meaning of values.

use toml::de::{DeTable, DeValue};

use super::problem::{did_you_mean, nearest_names};

/// The commented defaults and reference of every key, as shipped in `scenarios/default.toml`.
pub const DEFAULT_TOML: &str = include_str!("default.toml");

/// The kind of a key's value.
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
    /// True or false.
    Flag,
}

impl KeyKind {
    /// Returns the kind in words, for messages.
    pub fn expected(self) -> &'static str {
        match self {
            KeyKind::Whole => "a whole number",
            KeyKind::Real => "a number",
            KeyKind::Text => "a text in quotes",
            KeyKind::Texts => "a list of texts",
            KeyKind::Reals => "a list of numbers",
            KeyKind::Flag => "true or false",
        }
    }
}

/// Keys of one `[[region]]`; only `preset` or `bounds` with `timezone` is needed.
const REGION_KEYS: [(&str, KeyKind); 8] = [
    ("preset", KeyKind::Text),
    ("share", KeyKind::Real),
    ("name", KeyKind::Text),
    ("bounds", KeyKind::Reals),
    ("timezone", KeyKind::Text),
    ("currency", KeyKind::Text),
    ("climate", KeyKind::Text),
    ("holidays", KeyKind::Text),
];

/// Keys of one `[[campaign]]`; `kind` and `at` are needed.
const CAMPAIGN_KEYS: [(&str, KeyKind); 5] = [
    ("kind", KeyKind::Text),
    ("at", KeyKind::Text),
    ("size", KeyKind::Whole),
    ("intensity", KeyKind::Real),
    ("region", KeyKind::Text),
];

/// Keys of one `[[drift]]`; `key`, `kind`, `at` and one of `to` and `factor` are needed.
const DRIFT_KEYS: [(&str, KeyKind); 13] = [
    ("id", KeyKind::Text),
    ("key", KeyKind::Text),
    ("kind", KeyKind::Text),
    ("at", KeyKind::Text),
    ("until", KeyKind::Text),
    ("width", KeyKind::Text),
    ("period", KeyKind::Text),
    ("length", KeyKind::Text),
    ("to", KeyKind::Real),
    ("factor", KeyKind::Real),
    ("share", KeyKind::Real),
    ("region", KeyKind::Text),
    ("persona", KeyKind::Text),
];

/// The lists of tables: the name and the keys of each.
pub(super) const LISTS: [(&str, &[(&str, KeyKind)]); 3] =
    [("region", &REGION_KEYS), ("campaign", &CAMPAIGN_KEYS), ("drift", &DRIFT_KEYS)];

/// Keys whose values are secrets, which no message may show. All keys of free sections are treated like these.
const SECRETS: [&str; 2] = ["kafka.username", "kafka.password"];

/// Every valid key with its kind, in the order of `default.toml`; regions apart. A section that is empty there is free:
/// any name of letters, digits, dots, dashes and underscores is a key in it, dots included, and holds a text.
#[derive(Clone, Debug)]
pub struct KeyTree {
    leaves: Vec<(String, KeyKind)>,
    free: Vec<String>,
}

impl KeyTree {
    /// Returns the keys of a commented reference file.
    ///
    /// # Panics
    /// If `reference` is not TOML; it is compiled in.
    pub fn of(reference: &str) -> Self {
        let table = DeTable::parse(reference).expect("the built-in defaults are valid TOML");
        let (mut found, mut free) = (Vec::new(), Vec::new());
        collect("", table.get_ref(), &mut found, &mut free);
        found.sort_by_key(|(start, ..)| *start);
        KeyTree { leaves: found.into_iter().map(|(_, path, kind)| (path, kind)).collect(), free }
    }

    /// Returns the kind of a key, or `None` for an unknown key. Keys of regions are written `region[0].share`.
    pub fn kind(&self, path: &str) -> Option<KeyKind> {
        match in_list(path) {
            Some((list, key)) => keys_of(list).iter().find(|(name, _)| *name == key).map(|(_, kind)| *kind),
            None if self.free_name(path).is_some() => Some(KeyKind::Text),
            None => self.leaves.iter().find(|(name, _)| name == path).map(|(_, kind)| *kind),
        }
    }

    /// Returns the name of a key in a free section, well-formed or not: `sasl.mechanism` of
    /// `kafka.properties.sasl.mechanism`.
    pub(super) fn free_name<'a>(&self, path: &'a str) -> Option<&'a str> {
        let name_in = |section: &String| path.strip_prefix(section.as_str())?.strip_prefix('.');
        self.free.iter().find_map(name_in)
    }

    /// Returns the free sections.
    pub(super) fn free_sections(&self) -> impl Iterator<Item = &str> {
        self.free.iter().map(String::as_str)
    }

    /// Returns whether the value of this key may be a secret, which no message shows.
    pub(super) fn is_secret(&self, path: &str) -> bool {
        SECRETS.contains(&path) || self.free_name(path).is_some()
    }

    /// Returns whether `path` is a section, `[bank]` or `[bank.fraud]`.
    pub fn is_section(&self, path: &str) -> bool {
        self.sections().any(|section| section == path)
    }

    /// Returns every key but those of regions, in the order of the reference.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.leaves.iter().map(|(path, _)| path.as_str())
    }

    /// Returns the position of `path` in the reference; regions come after `[world]`, free keys at the end.
    pub(super) fn rank(&self, path: &str) -> usize {
        if self.free_name(path).is_some() {
            return self.leaves.len() + 1;
        }
        match in_list(path) {
            Some(("campaign", _)) => return self.leaves.len() + 2,
            Some(("drift", _)) => return self.leaves.len() + 3,
            _ => {}
        }
        let of = |path: &str| self.paths().position(|known| known == path);
        let after_world = || self.paths().take_while(|known| known.starts_with("world.")).count();
        of(path).map_or_else(after_world, |place| place + usize::from(place >= after_world()))
    }

    /// Returns the key of an environment variable: `POPULACE_BANK_FRAUD_RATE` is `bank.fraud.rate`. In a free section
    /// every underscore of the name is a dot.
    pub fn of_variable(&self, variable: &str) -> Option<String> {
        let known = self.paths().find(|path| variable_of(path) == variable).map(str::to_owned);
        let free = |section: &String| {
            let name = variable.strip_prefix(&variable_of(section))?.strip_prefix('_')?;
            Some(joined(section, &name.to_lowercase().replace('_', ".")))
        };
        known.or_else(|| self.free.iter().find_map(free))
    }

    /// Returns advice for an unknown key.
    pub(super) fn advice(&self, wrong: &str) -> String {
        let known = "`populace scenario show` lists every key";
        match in_list(wrong) {
            Some(("campaign", key)) => did_you_mean(
                &nearest_names(key, CAMPAIGN_KEYS.map(|(name, _)| name)),
                "a campaign has the keys kind, at, size, intensity and region",
            ),
            Some(("drift", key)) => did_you_mean(
                &nearest_names(key, DRIFT_KEYS.map(|(name, _)| name)),
                "a drift has the keys id, key, kind, at, until, width, period, length, to, factor, share, region and persona",
            ),
            Some((_, key)) => did_you_mean(
                &nearest_names(key, REGION_KEYS.map(|(name, _)| name)),
                "a region has the keys preset, share, name, bounds, timezone, currency, climate and holidays",
            ),
            None => did_you_mean(
                &nearest_names(wrong, self.paths().chain(self.sections()).chain(LISTS.map(|(list, _)| list))),
                known,
            ),
        }
    }

    /// Returns advice for an unknown environment variable.
    pub(super) fn variable_advice(&self, wrong: &str) -> String {
        let variables: Vec<String> = self.paths().map(variable_of).chain(["POPULACE_DATA_DIR".to_owned()]).collect();
        let near = nearest_names(wrong, variables.iter().map(String::as_str));
        did_you_mean(
            &near,
            "unset it; variables are POPULACE_ and a key of `populace scenario show`, as in POPULACE_BANK_FRAUD_RATE",
        )
    }

    fn sections(&self) -> impl Iterator<Item = &str> {
        let of_keys = self.paths().flat_map(|path| path.match_indices('.').map(|(dot, _)| &path[..dot]));
        of_keys.chain(self.free_sections())
    }
}

/// Returns the environment variable of a key.
fn variable_of(path: &str) -> String {
    format!("POPULACE_{}", path.replace('.', "_").to_uppercase())
}

/// Returns `region` and `share` for `region[0].share`.
pub(super) fn in_list(path: &str) -> Option<(&str, &str)> {
    let (list, rest) = path.split_once('[')?;
    let (_, key) = rest.split_once("].")?;
    LISTS.iter().any(|(known, _)| *known == list).then_some((list, key))
}

/// Returns `share` for `region[0].share`.
pub(super) fn region_key(path: &str) -> Option<&str> {
    in_list(path).filter(|(list, _)| *list == "region").map(|(_, key)| key)
}

fn keys_of(list: &str) -> &'static [(&'static str, KeyKind)] {
    LISTS.iter().find(|(known, _)| *known == list).map_or(&[], |(_, keys)| keys)
}

fn collect(prefix: &str, table: &DeTable<'_>, found: &mut Vec<(usize, String, KeyKind)>, free: &mut Vec<String>) {
    for (key, value) in table.iter().filter(|(key, _)| !prefix.is_empty() || key.get_ref() != "region") {
        let path = joined(prefix, key.get_ref());
        let kind = match value.get_ref() {
            DeValue::Table(inner) if inner.is_empty() => {
                free.push(path);
                continue;
            }
            DeValue::Table(inner) => {
                collect(&path, inner, found, free);
                continue;
            }
            DeValue::Integer(_) => KeyKind::Whole,
            DeValue::Float(_) => KeyKind::Real,
            DeValue::Array(_) => KeyKind::Texts,
            DeValue::Boolean(_) => KeyKind::Flag,
            _ => KeyKind::Text,
        };
        found.push((value.span().start, path, kind));
    }
}

/// Returns `prefix.key`, or `key` at the top.
pub(super) fn joined(prefix: &str, key: &str) -> String {
    if prefix.is_empty() { key.to_owned() } else { format!("{prefix}.{key}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_mean_one_key_each() {
        let tree = KeyTree::of(DEFAULT_TOML);
        for path in tree.paths() {
            assert_eq!(tree.of_variable(&variable_of(path)).as_deref(), Some(path));
        }
        assert_eq!(tree.of_variable("POPULACE_BANK_FRAUD_RATE").as_deref(), Some("bank.fraud.rate"));
        let property = tree.of_variable("POPULACE_KAFKA_PROPERTIES_SASL_MECHANISM");
        assert_eq!(property.as_deref(), Some("kafka.properties.sasl.mechanism"));
        assert_eq!(tree.of_variable("POPULACE_KAFKA_PROPERTIES"), None);
    }

    #[test]
    fn an_empty_section_of_the_reference_is_free() {
        let tree = KeyTree::of("[a]\nb = true\n[a.free]\n");
        assert_eq!(tree.kind("a.b"), Some(KeyKind::Flag));
        assert_eq!(tree.kind("a.free.any.name"), Some(KeyKind::Text));
        assert_eq!((tree.kind("a.free"), tree.kind("a.freed")), (None, None));
        assert!(tree.is_section("a.free") && tree.is_secret("a.free.x") && !tree.is_secret("a.b"));
        assert_eq!(tree.paths().collect::<Vec<_>>(), ["a.b"]);
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
