//! The choice of fields and of the key that a scenario makes for a topic: its grammar, and its faults one at a time.
//! Must not depend on: formats, single topics.

use crate::field::{Column, FieldClass, FieldSpec, TopicEvent};
use crate::format::TopicFormat;
use populace_sim::{TopicChoice, nearest_names};

/// The most fields of a topic: values are under 300 bytes, so that records stay under 64 KiB.
pub const FIELDS_MAX: usize = 100;
/// The longest name of a field, in bytes.
const NAME_LEN_MAX: usize = 64;

/// Returns whether a field can have the name on the wire.
pub fn is_valid_name(name: &str) -> bool {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    plain && (1..=NAME_LEN_MAX).contains(&name.len())
}

/// Returns whether Avro and Protobuf allow the name: a letter or `_`, then letters, digits and `_`.
pub fn is_identifier(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let mut bytes = name.bytes();
    bytes.next().is_some_and(letter) && bytes.all(|byte| letter(byte) || byte.is_ascii_digit())
}

/// Returns the field and the name of an entry: `field`, or `field as name`.
pub fn split_entry(entry: &str) -> (&str, &str) {
    let (field, name) = entry.split_once(" as ").unwrap_or((entry, entry));
    (field.trim(), name.trim())
}

/// The fields of a topic's records and their key.
pub struct ChosenFields<E: TopicEvent> {
    /// Names and types, in order.
    pub columns: Vec<Column>,
    /// The same fields.
    pub fields: Vec<E::Field>,
    /// The field that is the key of a record.
    pub key: &'static FieldSpec<E::Field>,
}

impl<E: TopicEvent> ChosenFields<E> {
    /// Returns the fields that `choice` names; those of the contract if it names none.
    pub fn of(choice: &TopicChoice) -> Result<Self, TopicError> {
        let chosen = chosen_fields::<E>(choice)?;
        let key = find::<E>(&choice.key, "key")?;
        if !key.kind.may_be_key() {
            return Err(TopicError::KeyIsObject { section: E::STREAM.section(), field: choice.key.clone() });
        }
        let fields = chosen.iter().map(|(_, spec)| spec.field).collect();
        let columns = chosen.into_iter().map(|(name, spec)| Column { name, kind: &spec.kind }).collect();
        Ok(ChosenFields { columns, fields, key })
    }
}

type Chosen<E> = Vec<(String, &'static FieldSpec<<E as TopicEvent>::Field>)>;

fn chosen_fields<E: TopicEvent>(choice: &TopicChoice) -> Result<Chosen<E>, TopicError> {
    if choice.fields.is_empty() {
        let contract = E::FIELDS.iter().filter(|f| f.class == FieldClass::Contract);
        return Ok(contract.map(|f| (f.name.to_owned(), f)).collect());
    }
    let section = E::STREAM.section();
    if choice.fields.len() > FIELDS_MAX {
        return Err(TopicError::TooManyFields { section, count: choice.fields.len() });
    }
    let mut chosen: Chosen<E> = Vec::new();
    for entry in &choice.fields {
        let (field, name) = split_entry(entry);
        let spec = find::<E>(field, "fields")?;
        if !is_valid_name(name) {
            return Err(TopicError::InvalidName { section, name: name.to_owned() });
        }
        if chosen.iter().any(|(other, _)| other == name) {
            return Err(TopicError::DuplicateName { section, field: name.to_owned() });
        }
        chosen.push((name.to_owned(), spec));
    }
    Ok(chosen)
}

/// Returns the format of a topic's records.
pub fn format_of(section: &'static str, choice: &TopicChoice) -> Result<TopicFormat, TopicError> {
    TopicFormat::named(&choice.format).ok_or_else(|| TopicError::UnknownFormat {
        section,
        format: choice.format.clone(),
        nearest: nearest_names(&choice.format, TopicFormat::names()).join(", "),
    })
}

fn find<E: TopicEvent>(name: &str, part: &'static str) -> Result<&'static FieldSpec<E::Field>, TopicError> {
    let unknown = || TopicError::UnknownField {
        section: E::STREAM.section(),
        part,
        field: name.to_owned(),
        nearest: nearest_names(name, E::FIELDS.iter().map(|f| f.name)).join(", "),
    };
    E::FIELDS.iter().find(|f| f.name == name).ok_or_else(unknown)
}

/// An invalid choice of fields or of a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum TopicError {
    #[error("topics.{section}.{part}: unknown field `{field}`; the nearest names are: {nearest}")]
    UnknownField { section: &'static str, part: &'static str, field: String, nearest: String },
    #[error("topics.{section}.fields: duplicate field `{field}`; name each field once")]
    DuplicateName { section: &'static str, field: String },
    #[error("topics.{section}.fields: invalid field name `{name}`; use 1 to 64 letters, digits, `_` and `-`")]
    InvalidName { section: &'static str, name: String },
    #[error("topics.{section}.fields: {count} fields; at most {FIELDS_MAX} are allowed")]
    TooManyFields { section: &'static str, count: usize },
    #[error("topics.{section}.key: `{field}` is an object and cannot be the record key; choose a plain field")]
    KeyIsObject { section: &'static str, field: String },
    #[error("topics.{section}.format: unknown format `{format}`; the nearest names are: {nearest}")]
    UnknownFormat { section: &'static str, format: String, nearest: String },
}
