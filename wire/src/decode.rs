//! The conversion of the bytes of records back into typed values, column by column, as the encoders of this crate write
//! them: a file for each format. Nothing is allocated for a record.
//! Must not depend on: encoders, single topics.

mod avro;
mod column_value;
mod cursor;
mod error;
mod instant;
mod json;
mod number;
mod protobuf;
mod record_decoder;
mod time_reader;
mod words;

pub use column_value::{ColumnValue, Degrees, ObjectWords, WordList};
pub use error::DecodeError;
pub use record_decoder::RecordDecoder;
pub use time_reader::TimeReader;

#[cfg(test)]
mod tests;
