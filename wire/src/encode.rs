//! The conversion of events into the bytes of records: a file for each format, and the encoder of one topic.
//! Must not depend on: single topics.

mod avro;
mod binary;
mod encoder;
mod fields;
mod format_encoder;
mod json;
mod key;
mod protobuf;
mod text;
mod topic_encoder;
mod varint;

pub use encoder::Encoder;
pub use json::{JsonCache, JsonEncoder};
pub use text::TimestampText;
pub use topic_encoder::{DELETED, TopicEncoder};
