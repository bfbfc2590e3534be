//! The schemas that a run needs. Plain values.

use populace_sim::Stream;
use populace_wire::TopicSchema;

/// A schema to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::sink::kafka) struct WantedSchema {
    pub(in crate::sink::kafka) stream: Stream,
    /// The name of the topic, with the prefix.
    pub(in crate::sink::kafka) topic: String,
    pub(in crate::sink::kafka) schema: TopicSchema,
}
