//! What a file says of itself. Must not depend on: single file formats.

use populace_sim::Stream;
use populace_wire::{Column, TopicFormat};

/// The rows of a file: their topic and fields, and the world that they come from.
#[derive(Clone, Copy, Debug)]
pub struct Table<'a> {
    /// The stream of the records.
    pub stream: Stream,
    /// The name of their topic.
    pub topic: &'a str,
    /// The namespace of their Avro types.
    pub namespace: &'a str,
    /// Their fields, in order.
    pub columns: &'a [Column],
    /// The format of the records that are given to the writer.
    pub record_format: TopicFormat,
    /// The identity of the world.
    pub world: u128,
    /// The seed of the world.
    pub seed: u64,
    /// The version of the rules that made the records.
    pub rules: u32,
    /// The name of the file, which must be another for each file of a topic: Avro's marker between blocks follows from
    /// it.
    pub file: &'a str,
}

impl Table<'_> {
    /// Returns what a file says of its world, as names and values.
    pub(crate) fn properties(&self) -> [(&'static str, String); 4] {
        [
            ("populace.topic", self.topic.to_owned()),
            ("populace.world_id", format!("{:032x}", self.world)),
            ("populace.seed", self.seed.to_string()),
            ("populace.rules_version", self.rules.to_string()),
        ]
    }
}
