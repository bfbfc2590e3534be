//! The fields and the key that a scenario chose for a topic, with their types; its faults one at a time.
//! Must not depend on: formats, single topics.

use crate::chosen::{ChoiceFault, ChosenColumn, FieldName, choose};
use crate::field::{Column, FieldSpec, Source, TopicEvent};
use crate::field_number::number_of_place;
use crate::format::TopicFormat;
use populace_sim::{TopicChoice, nearest_names};
use std::collections::BTreeSet;

/// The fields of a topic's records and their key.
pub struct ChosenFields<E: TopicEvent> {
    /// Names and types, in order.
    pub columns: Vec<Column>,
    /// The sources of their values.
    pub sources: Vec<Source<E::Field>>,
    /// The field that is the key of a record.
    pub key: &'static FieldSpec<E::Field>,
}

impl<E: TopicEvent> ChosenFields<E> {
    /// Returns the fields that `choice` names; those of the contract if it names none.
    pub fn of(choice: &TopicChoice) -> Result<Self, TopicError> {
        let key = find::<E>(&choice.key, "key")?;
        if !key.kind.may_be_key() {
            return Err(TopicError::KeyIsObject { section: E::STREAM.section(), field: choice.key.clone() });
        }
        let mut numbered = BTreeSet::new();
        let column = |chosen| column::<E>(chosen, &mut numbered);
        let (columns, sources) = chosen::<E>(choice)?.into_iter().map(column).unzip();
        Ok(ChosenFields { columns, sources, key })
    }
}

fn chosen<E: TopicEvent>(choice: &TopicChoice) -> Result<Vec<ChosenColumn>, TopicError> {
    let entries: Vec<&str> = choice.fields.iter().map(String::as_str).collect();
    let names: Vec<FieldName> = E::FIELDS.iter().map(FieldName::of).collect();
    choose(&entries, &names).map_err(|mut faults| {
        let fault = faults.swap_remove(0);
        TopicError::Fields { section: E::STREAM.section(), help: fault.help(), fault }
    })
}

/// Returns the column that was chosen, and the source of its values. A field that is chosen a second time, and so is among
/// those that are `numbered`, keeps the number that its name gives it.
fn column<E: TopicEvent>(chosen: ChosenColumn, numbered: &mut BTreeSet<usize>) -> (Column, Source<E::Field>) {
    match chosen.source {
        Source::Field(index) => {
            let spec = &E::FIELDS[index];
            let column = Column::of_field(&chosen.name, &spec.kind);
            let number = if numbered.insert(index) { number_of_place(index) } else { column.number };
            (Column { number, ..column }, Source::Field(spec.field))
        }
        Source::Constant(constant) => (Column::of_constant(&chosen.name, constant.clone()), Source::Constant(constant)),
    }
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
    #[error("topics.{section}.fields: {fault}; {help}")]
    Fields { section: &'static str, fault: ChoiceFault, help: String },
    #[error("topics.{section}.key: `{field}` is an object and cannot be the record key; choose a plain field")]
    KeyIsObject { section: &'static str, field: String },
    #[error("topics.{section}.format: unknown format `{format}`; the nearest names are: {nearest}")]
    UnknownFormat { section: &'static str, format: String, nearest: String },
}
