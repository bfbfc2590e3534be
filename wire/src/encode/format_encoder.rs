//! The encoder of one of the formats. Must not depend on: single topics.

use super::avro::AvroEncoder;
use super::encoder::Encoder;
use super::json::JsonEncoder;
use super::protobuf::ProtobufEncoder;
use crate::field::{Column, TopicEvent};
use crate::format::TopicFormat;

/// The encoder of the format that a scenario chose for a topic.
#[derive(Clone, Debug)]
pub enum FormatEncoder {
    /// Writes JSON.
    Json(JsonEncoder),
    /// Writes Avro.
    Avro(AvroEncoder),
    /// Writes Protobuf.
    Protobuf(ProtobufEncoder),
}

impl FormatEncoder {
    /// Returns the encoder of records with the columns of the contract of `E`, under their own names and in their order.
    pub fn of_contract<E: TopicEvent>(format: TopicFormat, columns: &[Column]) -> Self {
        match format {
            TopicFormat::Json | TopicFormat::JsonSchema => FormatEncoder::Json(JsonEncoder::of_contract::<E>(columns)),
            TopicFormat::Avro => FormatEncoder::Avro(AvroEncoder::of_contract::<E>(columns)),
            TopicFormat::Protobuf => FormatEncoder::Protobuf(ProtobufEncoder::of_contract::<E>(columns)),
        }
    }

    /// Returns the encoder of records with these columns.
    pub fn new(format: TopicFormat, columns: &[Column]) -> Self {
        match format {
            TopicFormat::Json | TopicFormat::JsonSchema => FormatEncoder::Json(JsonEncoder::new(columns)),
            TopicFormat::Avro => FormatEncoder::Avro(AvroEncoder::new(columns)),
            TopicFormat::Protobuf => FormatEncoder::Protobuf(ProtobufEncoder::new(columns)),
        }
    }
}
