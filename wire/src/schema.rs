//! The schemas of topics, as records are really emitted. Must not depend on: single topics.

mod avro;
mod json;

pub use avro::{AvroError, avro_schema};
pub use json::json_schema;
