//! The Arrow fields of columns. Must not depend on: values.

use crate::arrow::Field;
use crate::rows::is_nullable;
use populace_sim::Stream;
use populace_wire::{Column, FieldType};

/// Returns the Arrow field of a column.
pub(super) fn field(stream: Stream, column: &Column) -> Field {
    field_of(&column.name, column.kind).nullable(is_nullable(stream, column))
}

fn field_of(name: &str, kind: &FieldType) -> Field {
    match kind {
        FieldType::OrNull(inner) => field_of(name, inner),
        FieldType::Timestamp => Field::new(name, "tsu:UTC"),
        FieldType::NaiveTimestamp => Field::new(name, "tsu:"),
        FieldType::Integer(..) => Field::new(name, "l"),
        FieldType::Number(..) => Field::new(name, "g"),
        FieldType::Boolean => Field::new(name, "b"),
        FieldType::OneOf(_) => Field::of_words(name),
        FieldType::Point => Field::of_struct(name, ["lat", "lon"].map(|part| Field::new(part, "g")).to_vec()),
        FieldType::Object(parts) => {
            Field::of_struct(name, parts.iter().map(|(part, _)| Field::of_words(part)).collect())
        }
        FieldType::Words => Field { children: vec![Field::new("item", "u")], ..Field::new(name, "+l") },
        FieldType::Uuid | FieldType::Account | FieldType::Numbered(_) | FieldType::Text | FieldType::Ipv4 => {
            Field::new(name, "u")
        }
    }
}
