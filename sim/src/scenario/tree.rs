//! Reads the text of one layer into statements: a key, its value, and the place of both. Unknown keys, wrong kinds and
//! syntax errors become problems; the rest of the layer is still read.
//! Must not depend on: the other layers.

mod sinks;

use toml::de::{DeTable, DeValue};
use toml::{Spanned, Table};

use super::keys::{KeyTree, joined};
use super::leaf::{Leaf, split};
use super::problem::{Origin, Problem};

/// A key with its value and the place where it was stated.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Statement {
    pub(super) path: String,
    pub(super) leaf: Leaf,
    pub(super) origin: Origin,
}

/// The contents of one layer.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    /// The statements, in the order of the text.
    pub(super) statements: Vec<Statement>,
    /// True if it states regions, which then replace those of the layers below.
    pub(super) regions: bool,
    /// The other lists that it states, which then replace those of the layers below.
    pub(super) lists: Vec<&'static str>,
    pub(super) problems: Vec<Problem>,
}

impl Reading {
    /// Reads a whole file.
    pub(super) fn of_file(tree: &KeyTree, name: &str, text: &str) -> Self {
        let line = |at: usize| 1 + text.as_bytes()[..at.min(text.len())].iter().filter(|byte| **byte == b'\n').count();
        let origin = |at: usize| Origin::File { name: name.to_owned(), line: line(at) };
        Self::of_text(tree, text, &origin)
    }

    /// Reads the built-in defaults.
    pub(super) fn of_defaults(tree: &KeyTree, text: &str) -> Self {
        Self::of_text(tree, text, &|_| Origin::Default)
    }

    fn of_text(tree: &KeyTree, text: &str, origin: &dyn Fn(usize) -> Origin) -> Self {
        let mut walk = Walk { tree, origin, found: Reading::default() };
        match DeTable::parse(text) {
            Ok(table) => walk.table("", table.get_ref()),
            Err(error) => {
                let place = origin(error.span().map_or(0, |span| span.start));
                let what = format!("not valid TOML: {}", error.message().lines().collect::<Vec<_>>().join(", "));
                walk.found.problems.push(
                    Problem::new("", &place, what)
                        .help("fix this line: `key = value` under `[section]`, texts in quotes"),
                );
            }
        }
        walk.found
    }

    /// Reads the tables of a list that were passed as values.
    pub(crate) fn of_blocks(tree: &KeyTree, list: &str, blocks: &[Table]) -> Self {
        let mut walk = Walk { tree, origin: &|_| Origin::Value, found: Reading::default() };
        for (index, block) in blocks.iter().enumerate() {
            for (key, value) in block {
                let path = format!("{list}[{index}].{key}");
                match tree.kind(&path) {
                    Some(_) => walk.leaf(&path, Leaf::from_toml(value), &Origin::Value),
                    None => walk.unknown(&path, &Origin::Value),
                }
            }
        }
        walk.found
    }

    /// Reads the bare text of a flag, a variable or `--set` for one key.
    pub(super) fn of_bare(tree: &KeyTree, path: &str, text: &str, place: &Origin) -> Self {
        let origin = |_| place.clone();
        let mut walk = Walk { tree, origin: &origin, found: Reading::default() };
        match tree.kind(path) {
            Some(kind) => walk.leaf(path, Leaf::from_bare(text, kind), place),
            None if path == "region" => walk.bare_regions(text, place),
            None if list_of_tables(path).is_some() => walk.bare_tables(path, text, place),
            None if tree.is_section(path) => walk.section_given(path, place),
            None => walk.unknown(path, place),
        }
        walk.found
    }
}

/// The lists that can only be written as tables, with an example each.
const TABLES: [(&str, &str); 2] = [
    ("campaign", "write [[campaign]] with kind = \"card-testing\" and at = \"+30d\""),
    ("drift", "write [[drift]] with key = \"bank.fraud.rate\", kind = \"sudden\", at = \"+30d\" and to = 0.02"),
];

fn list_of_tables(path: &str) -> Option<(&'static str, &'static str)> {
    TABLES.into_iter().find(|(list, _)| *list == path)
}

struct Walk<'a> {
    tree: &'a KeyTree,
    origin: &'a dyn Fn(usize) -> Origin,
    found: Reading,
}

impl Walk<'_> {
    fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        let mut entries: Vec<_> = table.iter().collect();
        entries.sort_by_key(|(key, _)| key.span().start);
        for (key, value) in entries {
            let path = joined(prefix, key.get_ref());
            self.entry(&path, &(self.origin)(key.span().start), value);
        }
    }

    fn entry(&mut self, path: &str, place: &Origin, value: &Spanned<DeValue<'_>>) {
        match value.get_ref() {
            _ if path == "region" => self.regions(value.get_ref(), place),
            _ if list_of_tables(path).is_some() => self.tables(path, value.get_ref(), place),
            DeValue::Array(blocks) if path == "sink" => self.sinks(blocks, place),
            // Dots need no quotes in a free section: TOML makes tables of them, which mean the same names.
            DeValue::Table(inner) if self.tree.free_name(path).is_some() => self.table(path, inner),
            leaf if self.tree.kind(path).is_some() => self.leaf(path, Leaf::from_placed(leaf), place),
            DeValue::Table(inner) if self.tree.is_section(path) => self.table(path, inner),
            _ if self.tree.is_section(path) => self.section_given(path, place),
            _ => self.unknown(path, place),
        }
    }

    fn leaf(&mut self, path: &str, leaf: Leaf, place: &Origin) {
        let kind = self.tree.kind(path).expect("the caller looked it up");
        let free = self.tree.free_name(path);
        if free.is_some_and(|name| !well_formed(name)) {
            return self.bad_name(path, place);
        }
        // A speed and the keys of free sections may be written as a bare number.
        let leaf = if path == "run.speed" || free.is_some() { leaf.into_text() } else { leaf };
        let was = if self.tree.is_secret(path) { leaf.describe_unseen().to_owned() } else { leaf.describe() };
        match leaf.fitted(kind) {
            Some(leaf) => self.state(path, leaf, place),
            None => {
                let what = format!("`{path}` must be {}, not {was}", kind.expected());
                self.found.problems.push(Problem::new(path, place, what));
            }
        }
    }

    fn bad_name(&mut self, path: &str, place: &Origin) {
        let what = format!("`{}` is not a valid property name", key_part(path));
        let help = "names are of a-z 0-9 . _ -, as in kafka.properties.sasl.mechanism";
        self.found.problems.push(Problem::new(path, place, what).help(help));
    }

    fn state(&mut self, path: &str, leaf: Leaf, place: &Origin) {
        self.found.statements.push(Statement { path: path.to_owned(), leaf, origin: place.clone() });
    }

    /// Regions are a list of tables, or for short the names of presets.
    fn regions(&mut self, value: &DeValue<'_>, place: &Origin) {
        self.found.regions = true;
        let items = match value {
            DeValue::String(names) => return self.presets(names, place),
            DeValue::Array(items) => items,
            other => return self.bad_regions(&Leaf::from_placed(other), place),
        };
        for (index, item) in items.iter().enumerate() {
            match item.get_ref() {
                DeValue::Table(table) if table.is_empty() => self.empty_region(item),
                DeValue::Table(table) => self.table(&format!("region[{index}]"), table),
                DeValue::String(name) => self.preset(index, name, place),
                other => self.bad_regions(&Leaf::from_placed(other), place),
            }
        }
    }

    /// # Panics
    /// If `path` is no list of tables.
    fn tables(&mut self, path: &str, value: &DeValue<'_>, place: &Origin) {
        let (list, help) = list_of_tables(path).expect("the caller asked");
        self.found.lists.push(list);
        let bad = |was: &DeValue<'_>| {
            let was = Leaf::from_placed(was).describe();
            let what = format!("`{list}` must be a list of [[{list}]] tables, not {was}");
            Problem::new(list, place, what).help(help)
        };
        let DeValue::Array(items) = value else {
            return self.found.problems.push(bad(value));
        };
        for (index, item) in items.iter().enumerate() {
            match item.get_ref() {
                DeValue::Table(table) if !table.is_empty() => self.table(&format!("{list}[{index}]"), table),
                other => self.found.problems.push(bad(other)),
            }
        }
    }

    fn bare_tables(&mut self, path: &str, text: &str, place: &Origin) {
        match DeValue::parse(text) {
            Ok(tables) => self.tables(path, tables.get_ref(), place),
            Err(_) => self.tables(path, &DeValue::String(text.into()), place),
        }
    }

    fn bare_regions(&mut self, text: &str, place: &Origin) {
        match DeValue::parse(text) {
            Ok(list) if text.trim_start().starts_with('[') => self.regions(list.get_ref(), place),
            _ => {
                self.found.regions = true;
                self.presets(text, place);
            }
        }
    }

    fn presets(&mut self, names: &str, place: &Origin) {
        for (index, name) in split(names).enumerate() {
            self.preset(index, &name, place);
        }
    }

    fn preset(&mut self, index: usize, name: &str, place: &Origin) {
        self.state(&format!("region[{index}].preset"), Leaf::Text(name.to_owned()), place);
    }

    fn empty_region(&mut self, item: &Spanned<DeValue<'_>>) {
        let place = (self.origin)(item.span().start);
        self.found.problems.push(
            Problem::new("region", &place, "this `region` is empty".to_owned())
                .help("give it a preset, or bounds and timezone"),
        );
    }

    fn bad_regions(&mut self, was: &Leaf, place: &Origin) {
        let what = format!("`region` must be a list of [[region]] tables or of preset names, not {}", was.describe());
        self.found.problems.push(Problem::new("region", place, what));
    }

    fn section_given(&mut self, path: &str, place: &Origin) {
        let example = self.tree.paths().find(|known| known.starts_with(&format!("{path}."))).unwrap_or(path);
        let what = format!("`{path}` is a section and takes no value of its own");
        self.found.problems.push(Problem::new(path, place, what).help(format!("set its keys, such as `{example}`")));
    }

    fn unknown(&mut self, path: &str, place: &Origin) {
        let problem = Problem::new(path, place, format!("unknown key `{}`", key_part(path)));
        self.found.problems.push(problem.help(self.tree.advice(path)));
    }
}

/// Returns whether this can be the name of a property of Kafka's client.
fn well_formed(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte);
    !name.is_empty() && name.bytes().all(letter)
}

/// Returns the beginning of `text` that can be a key. The rest may be a secret that was joined to it by a wrong sign.
pub(super) fn key_part(text: &str) -> &str {
    let letter = |one: char| one.is_alphanumeric() || "._-[]".contains(one);
    let end = text.find(|one| !letter(one)).unwrap_or(text.len());
    if text.trim_start().starts_with("kafka") { &text[..end] } else { text }
}
