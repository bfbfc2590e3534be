//! The loop over the columns of an event, for those who take typed values instead of a record. Must not depend on: what
//! the values become.

use populace_sim::{Event, Stream};
use populace_wire::{Column, Encoders, FieldType, Source, TopicEncoder, TopicEvent, ValueSerializer};

/// Takes the values of events.
pub trait Row {
    /// What takes one value.
    type Value<'a>: ValueSerializer<Output = ()>
    where
        Self: 'a;

    /// Returns what takes the value of column `index`.
    fn value(&mut self, index: usize) -> Self::Value<'_>;
}

/// Passes the values of an event to `row`, in the order of the columns. Of a row of a table that is gone, every value is
/// null but the key, the instant, and constants.
#[inline]
pub fn pass<R: Row>(encoders: &Encoders, event: &Event, row: &mut R) {
    match event {
        Event::Transaction(event) => pass_one(&encoders.transactions, event, row),
        Event::Trip(event) => pass_one(&encoders.trips, event, row),
        Event::Interaction(event) => pass_one(&encoders.interactions, event, row),
        Event::Label(event) => pass_one(&encoders.labels, event, row),
        Event::Completion(event) => pass_one(&encoders.completions, event, row),
        Event::Drift(event) => pass_one(&encoders.drifts, event, row),
        Event::User(event) => pass_one(&encoders.users, event, row),
        Event::Driver(event) => pass_one(&encoders.drivers, event, row),
        Event::Customer(event) => pass_one(&encoders.customers, event, row),
        Event::Merchant(event) => pass_one(&encoders.merchants, event, row),
        Event::Product(event) => pass_one(&encoders.products, event, row),
        _ => unreachable!("every stream has an encoder"),
    }
}

/// Returns whether an event says no more than that the row of its key is gone.
pub fn is_gone(event: &Event) -> bool {
    match event {
        Event::User(row) => row.is_tombstone(),
        Event::Driver(row) => row.is_tombstone(),
        Event::Customer(row) => row.is_tombstone(),
        Event::Merchant(row) => row.is_tombstone(),
        Event::Product(row) => row.is_tombstone(),
        _ => false,
    }
}

/// Returns whether a column of a stream can be null.
pub fn is_nullable(stream: Stream, column: &Column) -> bool {
    stream.is_table() || matches!(column.kind, FieldType::OrNull(_))
}

#[inline(always)]
fn pass_one<E: TopicEvent, R: Row>(encoder: &TopicEncoder<E>, event: &E, row: &mut R) {
    if event.is_tombstone() {
        return pass_gone(encoder, event, row);
    }
    for (index, source) in encoder.sources().iter().enumerate() {
        // Otherwise the compiler reads and converts every field of the event before the loop, chosen or not.
        source.serialize(std::hint::black_box(event), row.value(index));
    }
}

#[cold]
fn pass_gone<E: TopicEvent, R: Row>(encoder: &TopicEncoder<E>, event: &E, row: &mut R) {
    let stays = |name: &str| name == E::FIELDS[0].name || name == E::TIME_FIELD;
    let kept: Vec<E::Field> = E::FIELDS.iter().filter(|spec| stays(spec.name)).map(|spec| spec.field).collect();
    for (index, source) in encoder.sources().iter().enumerate() {
        let value = row.value(index);
        match source {
            Source::Field(field) if !kept.contains(field) => value.null(),
            source => source.serialize(event, value),
        }
    }
}
