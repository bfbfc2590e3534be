//! From a topic's chosen fields to the plan by which its records are written: each field behind a fragment rendered
//! once. Knows the grammar of the choice; what a field's value looks like, each event says itself.

use super::schema::Shape;
use super::text::Fragment;
use crate::engine::WrittenRecord;
use crate::scenario::{TopicChoice, nearest_names};

/// Whether a field is part of the contract or only there when asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Always emitted unless the user chooses fields.
    Contract,
    /// Emitted only when named, because it would leak the label or is seldom wanted.
    Extra,
}

/// A field that an event can write.
#[derive(Debug)]
pub struct FieldSpec<F: 'static> {
    /// Its name on the wire.
    pub name: &'static str,
    /// Which it is.
    pub field: F,
    /// Contract or extra.
    pub standing: Standing,
    /// What its values look like.
    pub shape: Shape,
}

impl<F> FieldSpec<F> {
    /// A field of the wire contract, which records have unless a scenario chooses others.
    pub const fn contract(name: &'static str, field: F, shape: Shape) -> Self {
        FieldSpec { name, field, standing: Standing::Contract, shape }
    }

    /// A field that records have only where a scenario asks for it.
    pub const fn extra(name: &'static str, field: F, shape: Shape) -> Self {
        FieldSpec { name, field, standing: Standing::Extra, shape }
    }
}

/// An event that can be written to the wire field by field.
pub trait Emit: 'static {
    /// Its fields.
    type Field: Copy + PartialEq + std::fmt::Debug + 'static;
    /// Section of the scenario that chooses its fields.
    const SECTION: &'static str;
    /// All of its fields, those of the contract in the contract's order.
    const FIELDS: &'static [FieldSpec<Self::Field>];
    /// Appends the value of a field as JSON.
    fn write(&self, field: Self::Field, out: &mut Vec<u8>);
    /// Which of its entity's events of this kind it is, from 1.
    fn entity_sequence(&self) -> u32;
}

/// What stands before a value: a comma or a brace, the name, a colon.
#[derive(Clone, Debug)]
enum Prefix {
    Short(Fragment),
    Long(Box<[u8]>),
}

impl Prefix {
    fn new(text: Vec<u8>) -> Self {
        Fragment::new(&text).map_or_else(|| Prefix::Long(text.into_boxed_slice()), Prefix::Short)
    }

    #[inline]
    fn append(&self, out: &mut Vec<u8>) {
        match self {
            Prefix::Short(fragment) => fragment.append(out),
            Prefix::Long(text) => out.extend_from_slice(text),
        }
    }
}

/// How one topic's records are written.
#[derive(Clone, Debug)]
pub struct Plan<F> {
    pieces: Vec<(Prefix, F)>,
    names: Vec<String>,
    key: F,
    key_piece: Option<usize>,
}

impl<F: Copy + PartialEq + std::fmt::Debug + 'static> Plan<F> {
    /// The plan for what `choice` asks of events `E`.
    ///
    /// # Errors
    /// Names the field that does not exist, is named twice, or cannot be the key, and the nearest valid names.
    pub fn new<E: Emit<Field = F>>(choice: &TopicChoice) -> Result<Self, PlanError> {
        let chosen = chosen_fields::<E>(choice)?;
        let key = find::<E>(&choice.key, "key")?;
        if matches!(key.shape, Shape::Point | Shape::Object(_)) {
            return Err(PlanError::UnfitKey { section: E::SECTION, field: choice.key.clone() });
        }
        let mut pieces = Vec::new();
        for (i, (name, spec)) in chosen.iter().enumerate() {
            let open = if i == 0 { '{' } else { ',' };
            pieces.push((Prefix::new(format!("{open}\"{name}\":").into_bytes()), spec.field));
        }
        let key_piece = chosen.iter().position(|(_, spec)| spec.field == key.field);
        let names = chosen.into_iter().map(|(name, _)| name).collect();
        Ok(Plan { pieces, names, key: key.field, key_piece })
    }

    /// The emitted fields in order: the name on the wire and which field it is.
    pub fn fields(&self) -> impl Iterator<Item = (&str, F)> {
        self.names.iter().map(String::as_str).zip(self.pieces.iter().map(|p| p.1))
    }

    /// Appends the record of `event` and says where its key lies.
    #[inline]
    pub fn write<E: Emit<Field = F>>(&self, event: &E, out: &mut Vec<u8>) -> WrittenRecord {
        let start = out.len();
        out.reserve(1024);
        let mut key = 0..0;
        for (i, (prefix, field)) in self.pieces.iter().enumerate() {
            prefix.append(out);
            let from = out.len();
            event.write(*field, out);
            if self.key_piece == Some(i) {
                key = from..out.len();
            }
        }
        out.push(b'}');
        let value_len = (out.len() - start) as u32;
        if self.key_piece.is_none() {
            let from = out.len();
            event.write(self.key, out);
            key = from..out.len();
        }
        if out[key.start] == b'"' {
            key = key.start + 1..key.end - 1;
        }
        WrittenRecord {
            value_len,
            key_at: (key.start - start) as u32,
            key_len: key.len() as u16,
            entity_sequence: event.entity_sequence(),
        }
    }
}

/// The most fields of a topic, and the longest name: values are under 300 bytes, so that records stay under 64 KiB.
pub const MOST_FIELDS: usize = 100;
const LONGEST_NAME: usize = 64;

/// Whether a field can be called so on the wire.
pub fn is_fit_name(name: &str) -> bool {
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    plain && (1..=LONGEST_NAME).contains(&name.len())
}

type Chosen<E> = Vec<(String, &'static FieldSpec<<E as Emit>::Field>)>;

fn chosen_fields<E: Emit>(choice: &TopicChoice) -> Result<Chosen<E>, PlanError> {
    if choice.fields.is_empty() {
        let contract = E::FIELDS.iter().filter(|f| f.standing == Standing::Contract);
        return Ok(contract.map(|f| (f.name.to_owned(), f)).collect());
    }
    if choice.fields.len() > MOST_FIELDS {
        return Err(PlanError::TooMany { section: E::SECTION, count: choice.fields.len() });
    }
    let mut chosen: Chosen<E> = Vec::new();
    for entry in &choice.fields {
        let (name, wire) = entry.split_once(" as ").unwrap_or((entry, entry));
        let (spec, wire) = (find::<E>(name.trim(), "fields")?, wire.trim());
        if !is_fit_name(wire) {
            return Err(PlanError::UnfitName { section: E::SECTION, name: wire.to_owned() });
        }
        if chosen.iter().any(|(other, _)| other == wire) {
            return Err(PlanError::Twice { section: E::SECTION, field: wire.to_owned() });
        }
        chosen.push((wire.to_owned(), spec));
    }
    Ok(chosen)
}

fn find<E: Emit>(name: &str, part: &'static str) -> Result<&'static FieldSpec<E::Field>, PlanError> {
    let unknown = || PlanError::UnknownField {
        section: E::SECTION,
        part,
        field: name.to_owned(),
        nearest: nearest_names(name, E::FIELDS.iter().map(|f| f.name)).join(", "),
    };
    E::FIELDS.iter().find(|f| f.name == name).ok_or_else(unknown)
}

/// A choice of fields that cannot be met.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the messages say it")]
pub enum PlanError {
    #[error("topics.{section}.{part}: there is no field `{field}`; the nearest are: {nearest}")]
    UnknownField { section: &'static str, part: &'static str, field: String, nearest: String },
    #[error("topics.{section}.fields: `{field}` is there twice; name each field once")]
    Twice { section: &'static str, field: String },
    #[error("topics.{section}.fields: `{name}` is no fit name for a field; use 1 to 64 letters, digits, `_` and `-`")]
    UnfitName { section: &'static str, name: String },
    #[error("topics.{section}.fields: {count} fields are more than 100; name fewer")]
    TooMany { section: &'static str, count: usize },
    #[error("topics.{section}.key: `{field}` is an object and cannot be the record key; choose a plain field")]
    UnfitKey { section: &'static str, field: String },
}
