//! The Protobuf definition of the records that the Protobuf encoder writes: one message with its nested types, in proto3.
//! Must not depend on: single topics.

use super::described::Described;
use super::error::SchemaError;
use crate::field::FieldType;
use crate::format::TopicFormat;
use crate::names::{are_symbols, is_identifier};
use std::collections::{BTreeMap, BTreeSet};

/// Returns the text of the definition, and the name of the message without its package.
///
/// # Errors
/// If a field has a name that Protobuf does not allow, two have the same name in JSON, or two the same number.
pub fn protobuf_schema(records: Described<'_>) -> Result<(String, String), SchemaError> {
    records.check_names(TopicFormat::Protobuf)?;
    check_numbers(&records)?;
    let name = camel_case(records.topic);
    let mut message = Message::new(&records, &name);
    for column in records.columns {
        message.field(column.name.as_str(), column.kind, column.number);
    }
    let text = format!(
        "syntax = \"proto3\";\n\npackage {};\n\n{}message {name} {{\n{}{}}}\n",
        records.namespace,
        if message.has_instants { "import \"google/protobuf/timestamp.proto\";\n\n" } else { "" },
        message.fields,
        message.types
    );
    Ok((text, name))
}

fn check_numbers(records: &Described<'_>) -> Result<(), SchemaError> {
    let mut by_number = BTreeMap::new();
    for column in records.columns {
        if let Some(other) = by_number.insert(column.number, column.name.clone()) {
            let names = vec![other, column.name.clone()];
            return Err(SchemaError::SameNumber { section: records.stream.section(), number: column.number, names });
        }
    }
    Ok(())
}

fn capitalized(part: &str) -> String {
    let mut letters = part.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

/// Returns the name of a type, as in `DeviceInfo`.
fn camel_case(name: &str) -> String {
    let name: String = name.split(|c: char| !c.is_ascii_alphanumeric()).map(capitalized).collect();
    if is_identifier(&name) { name } else { format!("_{name}") }
}

/// Returns the name of a symbol, as in `DEVICE_INFO`.
fn upper_case(name: &str) -> String {
    let mut upper = String::new();
    for (at, letter) in name.char_indices() {
        let begins_word = letter.is_ascii_uppercase() && name[..at].ends_with(|c: char| c.is_ascii_lowercase());
        upper.extend(begins_word.then_some('_'));
        upper.push(letter.to_ascii_uppercase());
    }
    upper
}

/// The text of a message as it is written. Fields, types and symbols share one space of names.
struct Message {
    fields: String,
    types: String,
    taken: BTreeSet<String>,
    has_instants: bool,
}

impl Message {
    fn new(records: &Described<'_>, name: &str) -> Self {
        let taken = records.columns.iter().map(|column| column.name.clone()).chain([name.to_owned()]).collect();
        Message { fields: String::new(), types: String::new(), taken, has_instants: false }
    }

    fn field(&mut self, name: &str, kind: &FieldType, number: u32) {
        let (label, kind) = match kind {
            FieldType::OrNull(inner) => ("optional ", *inner),
            FieldType::Words => ("repeated ", kind),
            _ => ("", kind),
        };
        let kind = self.kind(name, kind);
        self.fields += &format!("  {label}{kind} {name} = {number};\n");
    }

    /// Returns the name of a type, which is defined if it is a nested one.
    fn kind(&mut self, field: &str, kind: &FieldType) -> String {
        match kind {
            FieldType::Timestamp | FieldType::NaiveTimestamp => {
                self.has_instants = true;
                ".google.protobuf.Timestamp".to_owned()
            }
            FieldType::OneOf(words) => self.words(field, words),
            FieldType::Integer(..) => "int64".to_owned(),
            FieldType::Number(..) => "double".to_owned(),
            FieldType::Boolean => "bool".to_owned(),
            FieldType::Point => self.message(field, &["double lat", "double lon"].map(str::to_owned)),
            FieldType::Object(parts) => {
                let part = |(part, words): &(&str, &[&str])| {
                    format!("{} {part}", self.words(&format!("{field}_{part}"), words))
                };
                let parts: Vec<String> = parts.iter().map(part).collect();
                self.message(field, &parts)
            }
            FieldType::OrNull(inner) => self.kind(field, inner),
            FieldType::Uuid
            | FieldType::Account
            | FieldType::Numbered(_)
            | FieldType::Text
            | FieldType::Ipv4
            | FieldType::Words => "string".to_owned(),
        }
    }

    /// Defines a message with these fields, from number 1.
    fn message(&mut self, field: &str, parts: &[String]) -> String {
        let name = self.type_name(field, &[]);
        let parts: String = (1..).zip(parts).map(|(number, part)| format!("    {part} = {number};\n")).collect();
        self.types += &format!("\n  message {name} {{\n{parts}  }}\n");
        name
    }

    /// Defines an enum of the words, if they can be symbols. Behind each symbol is its word, whose case is lost in it.
    fn words(&mut self, field: &str, words: &[&str]) -> String {
        if !are_symbols(words) {
            return "string".to_owned();
        }
        let name = self.type_name(field, words);
        let symbol = |(number, word): (usize, &&str)| format!("    {} = {number}; // {word}\n", symbol(&name, word));
        let symbols: String = (1..).zip(words).map(symbol).collect();
        self.types += &format!("\n  enum {name} {{\n    {} = 0;\n{symbols}  }}\n", symbol_of_none(&name));
        name
    }

    /// Returns a name for a type, where neither it nor the symbols for `words` are taken, and takes all of them.
    fn type_name(&mut self, field: &str, words: &[&str]) -> String {
        let mut name = camel_case(field);
        loop {
            let mut all: Vec<String> = words.iter().map(|word| symbol(&name, word)).collect();
            all.extend((!words.is_empty()).then(|| symbol_of_none(&name)));
            all.push(name.clone());
            if all.iter().all(|one| !self.taken.contains(one)) {
                self.taken.extend(all);
                return name;
            }
            name += "Type";
        }
    }
}

fn symbol(kind: &str, word: &str) -> String {
    format!("{}_{}", upper_case(kind), word.to_ascii_uppercase())
}

fn symbol_of_none(kind: &str) -> String {
    format!("{}_UNSPECIFIED", upper_case(kind))
}

#[cfg(test)]
mod tests;
