//! The loop over the fields of a record in a binary format. The fields of the contract are written without it: the compiler
//! knows them and their order. Must not depend on: single formats, single topics.

use crate::buffer::RecordWriter;
use crate::field::{Source, TopicEvent, contract_field_count};
use crate::value::ValueSerializer;

/// What is the same for all values of a column.
pub trait BinaryColumn {
    /// Returns the serializer that appends a value of the column.
    fn serializer<'a>(&'a self, out: &'a mut RecordWriter<'_>) -> impl ValueSerializer<Output = ()>;
}

/// Which columns a record begins with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// Those of the contract, in their order.
    Contract,
    /// Any.
    Chosen,
}

/// Appends the values of all columns.
#[inline(always)]
pub fn append_fields<E: TopicEvent, C: BinaryColumn>(
    event: &E,
    columns: &[C],
    sources: &[Source<E::Field>],
    beginning: Beginning,
    out: &mut RecordWriter<'_>,
) {
    let first = match beginning {
        Beginning::Contract => {
            append_contract(event, columns, out);
            const { contract_field_count::<E>() }
        }
        Beginning::Chosen => 0,
    };
    for (column, source) in columns.iter().zip(sources).skip(first) {
        // Otherwise the compiler reads and converts every field of the event before the loop, chosen or not.
        let event = std::hint::black_box(event);
        source.serialize(event, column.serializer(out));
    }
}

#[inline(always)]
fn append_contract<E: TopicEvent, C: BinaryColumn>(event: &E, columns: &[C], out: &mut RecordWriter<'_>) {
    let columns = &columns[..const { contract_field_count::<E>() }];
    macro_rules! append {
        ($($index:literal)*) => {$(
            if const { $index < contract_field_count::<E>() } {
                let field = const { E::FIELDS[if $index < E::FIELDS.len() { $index } else { 0 }].field };
                event.serialize(field, columns[$index].serializer(out));
            }
        )*};
    }
    append!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19);
}
