//! The grammar of `topics.<x>.fields`: which fields the entries choose, under which names, and all their faults. An entry
//! is `*`, `-name`, `field`, `field as name`, or `name = value`. Must not depend on: formats, single topics.

mod fault;

use crate::constant::Constant;
use crate::field::{FieldClass, FieldSpec, Source};
pub use fault::{ChoiceFault, FIELDS_MAX};
use populace_sim::{did_you_mean, nearest_names};

/// The longest name of a field, in bytes.
const NAME_LEN_MAX: usize = 64;

/// A field as a scenario refers to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldName {
    /// The name of the field.
    pub name: &'static str,
    /// True if the field can be the key of a record.
    pub may_be_key: bool,
    /// The class of the field.
    pub class: FieldClass,
}

impl FieldName {
    /// Returns the name of a field.
    pub fn of<F>(field: &FieldSpec<F>) -> Self {
        FieldName { name: field.name, may_be_key: field.kind.may_be_key(), class: field.class }
    }
}

/// A chosen column: its name on the wire, and its source: the place of a field among all fields of the topic, or a constant.
#[derive(Clone, Debug, PartialEq)]
pub struct ChosenColumn {
    /// The name on the wire.
    pub name: String,
    /// The source of the values.
    pub source: Source<usize>,
    /// True if `*` chose it, under its own name.
    by_all: bool,
}

/// Returns the columns that the entries choose among the fields of a topic; those of the contract if there are none.
///
/// # Errors
/// Every fault, in the order of the entries; never empty.
pub fn choose(entries: &[&str], fields: &[FieldName]) -> Result<Vec<ChosenColumn>, Vec<ChoiceFault>> {
    let mut choice = Choice { entries, fields, columns: Vec::new(), has_all: false };
    let entries = if entries.is_empty() { &["*"][..] } else { entries };
    let mut faults: Vec<_> = entries.iter().filter_map(|entry| choice.add(entry.trim()).err()).collect();
    let columns = choice.columns;
    if faults.is_empty() && columns.is_empty() {
        faults.push(ChoiceFault::NoField);
    }
    if columns.len() > FIELDS_MAX {
        faults.push(ChoiceFault::TooMany { count: columns.len() });
    }
    if faults.is_empty() { Ok(columns) } else { Err(faults) }
}

/// The columns that the entries so far have chosen.
struct Choice<'a> {
    entries: &'a [&'a str],
    fields: &'a [FieldName],
    columns: Vec<ChosenColumn>,
    has_all: bool,
}

impl Choice<'_> {
    fn add(&mut self, entry: &str) -> Result<(), ChoiceFault> {
        if entry == "*" {
            self.add_all()
        } else if let Some((name, literal)) = entry.split_once('=') {
            self.add_constant(name.trim(), literal.trim())
        } else if let Some(name) = entry.strip_prefix('-') {
            self.take_away(name.trim())
        } else {
            match entry.split_once(" as ") {
                Some((field, name)) => self.add_renamed(field.trim(), name.trim()),
                None => self.push(entry.to_owned(), Source::Field(self.field(entry)?)),
            }
        }
    }

    /// Adds the fields of the contract that no entry before has named, in the contract's order.
    fn add_all(&mut self) -> Result<(), ChoiceFault> {
        if std::mem::replace(&mut self.has_all, true) {
            return Err(ChoiceFault::AllTwice);
        }
        for (index, field) in self.fields.iter().enumerate().filter(|(_, f)| f.class == FieldClass::Contract) {
            let source = Source::Field(index);
            if self.columns.iter().all(|column| column.source != source) {
                self.push(field.name.to_owned(), source)?;
                self.columns.last_mut().expect("it was added").by_all = true;
            }
        }
        Ok(())
    }

    fn add_constant(&mut self, name: &str, literal: &str) -> Result<(), ChoiceFault> {
        let invalid = |why| ChoiceFault::Constant { name: name.to_owned(), literal: literal.to_owned(), why };
        let constant = Constant::parse(literal).map_err(invalid)?;
        self.push(name.to_owned(), Source::Constant(constant))
    }

    fn take_away(&mut self, name: &str) -> Result<(), ChoiceFault> {
        let Some(place) = self.columns.iter().position(|column| column.name == name) else {
            return Err(ChoiceFault::NotChosen { name: name.to_owned(), help: self.not_chosen(name) });
        };
        self.columns.remove(place);
        Ok(())
    }

    /// Returns what to do about an entry that takes away what is not chosen.
    fn not_chosen(&self, name: &str) -> String {
        if !self.has_all && self.entries.contains(&"*") {
            return format!("entries act in their order: write \"-{name}\" after \"*\"");
        }
        let nearest = nearest_names(name, self.columns.iter().map(|column| column.name.as_str()));
        did_you_mean(&nearest, "take away what an entry before it has chosen, as in \"*\"")
    }

    /// Renames a field that `*` chose, in its place; adds any other field.
    fn add_renamed(&mut self, field: &str, name: &str) -> Result<(), ChoiceFault> {
        let source = Source::Field(self.field(field)?);
        let Some(place) = self.columns.iter().position(|column| column.by_all && column.source == source) else {
            return self.push(name.to_owned(), source);
        };
        let other = self.columns.iter().position(|column| column.name == name);
        self.check_name(name, other.filter(|other| *other != place))?;
        let column = &mut self.columns[place];
        (column.name, column.by_all) = (name.to_owned(), false);
        Ok(())
    }

    fn push(&mut self, name: String, source: Source<usize>) -> Result<(), ChoiceFault> {
        self.check_name(&name, self.columns.iter().position(|column| column.name == name))?;
        self.columns.push(ChosenColumn { name, source, by_all: false });
        Ok(())
    }

    fn check_name(&self, name: &str, taken: Option<usize>) -> Result<(), ChoiceFault> {
        let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if !plain || !(1..=NAME_LEN_MAX).contains(&name.len()) {
            return Err(ChoiceFault::InvalidName { name: name.to_owned() });
        }
        let twice = |place: usize| ChoiceFault::TwoNamed { name: name.to_owned(), by_all: self.columns[place].by_all };
        taken.map_or(Ok(()), |place| Err(twice(place)))
    }

    fn field(&self, name: &str) -> Result<usize, ChoiceFault> {
        let names: Vec<&str> = self.fields.iter().map(|field| field.name).collect();
        let help =
            || did_you_mean(&nearest_names(name, names.iter().copied()), &format!("there are: {}", names.join(", ")));
        let unknown = || ChoiceFault::Unknown { field: name.to_owned(), help: help() };
        names.iter().position(|known| *known == name).ok_or_else(unknown)
    }
}

#[cfg(test)]
mod tests;
