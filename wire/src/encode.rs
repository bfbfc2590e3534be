//! The conversion of events into the bytes of records: a file for each format, and the encoder of one topic.
//! Must not depend on: single topics.

mod encoder;
mod json;
mod text;
mod topic_encoder;

pub use encoder::Encoder;
pub use json::{JsonCache, JsonEncoder};
pub use topic_encoder::TopicEncoder;
