//! The fields of a topic: their names, types and classes, and the trait that an event implements for its topic.
//! Must not depend on: encoders, single topics.

use crate::constant::Constant;
use crate::field_number::number_of_name;
use crate::value::{FieldValue, ToFieldValue, ValueSerializer};
use populace_sim::Stream;

/// The class of a field: part of the contract, or emitted only on request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldClass {
    /// Emitted unless the scenario chooses fields.
    Contract,
    /// Emitted only if the scenario names it, because it would reveal the label or is seldom needed.
    Extra,
}

/// A field that a topic can have.
#[derive(Debug)]
pub struct FieldSpec<F: 'static> {
    /// The name of the field on the wire.
    pub name: &'static str,
    /// The field itself.
    pub field: F,
    /// The class of the field.
    pub class: FieldClass,
    /// The type of the field's values.
    pub kind: FieldType,
}

impl<F> FieldSpec<F> {
    /// Returns a field of the wire contract, which records have unless a scenario chooses others.
    pub const fn contract(name: &'static str, field: F, kind: FieldType) -> Self {
        FieldSpec { name, field, class: FieldClass::Contract, kind }
    }

    /// Returns a field that records have only if a scenario names it.
    pub const fn extra(name: &'static str, field: F, kind: FieldType) -> Self {
        FieldSpec { name, field, class: FieldClass::Extra, kind }
    }
}

/// The type of a field's values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldType {
    /// A UUID.
    Uuid,
    /// An instant: RFC 3339 in UTC with six digits of a second and a numeric offset.
    Timestamp,
    /// An instant in UTC without an offset.
    NaiveTimestamp,
    /// The number of an account, `ACC-########`.
    Account,
    /// Text of the form prefix and a number from 1.
    Numbered(&'static str),
    /// Any text.
    Text,
    /// An IPv4 address.
    Ipv4,
    /// One of a list of words.
    OneOf(&'static [&'static str]),
    /// An integer from the least, to the greatest if there is one.
    Integer(i64, Option<i64>),
    /// A number from the least, to the greatest if there is one.
    Number(f64, Option<f64>),
    /// True or false.
    Boolean,
    /// A place: `{"lat": number, "lon": number}`.
    Point,
    /// An object of words: the names of its parts, and the words that each can be.
    Object(&'static [(&'static str, &'static [&'static str])]),
    /// A list of words.
    Words,
    /// Null, or a value of the type.
    OrNull(&'static FieldType),
}

impl FieldType {
    /// Returns whether values of the type can be the key of a record.
    pub const fn may_be_key(&self) -> bool {
        !matches!(self, FieldType::Point | FieldType::Object(_))
    }
}

impl Constant {
    /// Returns the type of the value.
    pub const fn kind(&self) -> &'static FieldType {
        match self {
            Constant::Text(_) => &FieldType::Text,
            Constant::Integer(_) => &FieldType::Integer(i64::MIN, None),
            Constant::Number(_) => &FieldType::Number(f64::MIN, None),
            Constant::Boolean(_) => &FieldType::Boolean,
        }
    }
}

/// A field of the records of a topic, as it was chosen.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The name of the field on the wire.
    pub name: String,
    /// The type of the field's values.
    pub kind: &'static FieldType,
    /// The value of the field, if it is the same in every record.
    pub constant: Option<Constant>,
    /// The number of the field in Protobuf, which does not depend on the other columns.
    pub number: u32,
}

impl Column {
    /// Returns the column of a field of events, numbered by its name.
    pub fn of_field(name: &str, kind: &'static FieldType) -> Self {
        Column { name: name.to_owned(), kind, constant: None, number: number_of_name(name) }
    }

    /// Returns the column of a constant.
    pub fn of_constant(name: &str, constant: Constant) -> Self {
        let number = number_of_name(name);
        Column { name: name.to_owned(), kind: constant.kind(), constant: Some(constant), number }
    }
}

/// The source of the values of a column: a field of the event, or a constant.
#[derive(Clone, Debug, PartialEq)]
pub enum Source<F> {
    /// The field.
    Field(F),
    /// The value, which is the same in every record.
    Constant(Constant),
}

impl<F: Copy> Source<F> {
    /// Passes the value of the column in the record of `event` to the serializer's method for its type.
    #[inline(always)]
    pub fn serialize<E: TopicEvent<Field = F>, S: ValueSerializer>(&self, event: &E, to: S) -> S::Output {
        match self {
            Source::Field(field) => event.serialize(*field, to),
            Source::Constant(constant) => constant.serialize(to),
        }
    }
}

/// An event that has a topic: its fields, and their values as typed values.
pub trait TopicEvent: 'static {
    /// The type of the event's fields.
    type Field: Copy + PartialEq + std::fmt::Debug + 'static;
    /// The stream of the topic.
    const STREAM: Stream;
    /// The name of the topic in the wire contract, whatever a scenario calls it.
    const CONTRACT_NAME: &'static str;
    /// The field of the contract that holds the instant of a record.
    const TIME_FIELD: &'static str;
    /// The field that holds the same instant without an offset, if there is one.
    const NAIVE_TIME_FIELD: Option<&'static str> = None;
    /// All fields, those of the contract in the contract's order.
    const FIELDS: &'static [FieldSpec<Self::Field>];
    /// Passes the value of `field` to the serializer's method for its type.
    fn serialize<S: ValueSerializer>(&self, field: Self::Field, to: S) -> S::Output;
    /// Returns the value of `field`.
    fn value(&self, field: Self::Field) -> FieldValue {
        self.serialize(field, ToFieldValue)
    }
    /// Returns the position of the event among those of its entity in this stream, from 1; of a row of a table, a number that
    /// rises with each row.
    fn entity_sequence(&self) -> u32;
    /// Returns whether the event says no more than that the row of its key is gone.
    #[inline]
    fn is_tombstone(&self) -> bool {
        false
    }
}

/// The most fields of the contract of a topic: the encoders have a line for each.
pub(crate) const CONTRACT_FIELDS_MAX: usize = 20;

/// Returns the number of fields of the contract of a topic; they come first among its fields.
pub(crate) const fn contract_field_count<E: TopicEvent>() -> usize {
    let mut count = 0;
    while count < E::FIELDS.len() && matches!(E::FIELDS[count].class, FieldClass::Contract) {
        count += 1;
    }
    assert!(count <= CONTRACT_FIELDS_MAX, "the encoders have a line for each field");
    let mut other = count;
    while other < E::FIELDS.len() {
        assert!(!matches!(E::FIELDS[other].class, FieldClass::Contract), "the fields of the contract come first");
        other += 1;
    }
    count
}
