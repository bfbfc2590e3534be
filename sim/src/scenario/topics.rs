//! The section `[topics]`: which streams a world has, and the choice for each, which `populace-wire` interprets.
//! Must not depend on: events.

use super::rules::{TopicChoice, TopicRules};
use crate::engine::Stream;

impl Stream {
    /// Returns the name of its section under `[topics]`, as in `transactions`.
    pub const fn section(self) -> &'static str {
        match self {
            Stream::Transactions => "transactions",
            Stream::Trips => "trips",
            Stream::Interactions => "interactions",
            Stream::Labels => "labels",
            Stream::Completions => "completions",
            Stream::Drifts => "drifts",
        }
    }
}

impl TopicRules {
    /// Returns the choice for `stream`.
    #[inline]
    pub fn of(&self, stream: Stream) -> &TopicChoice {
        match stream {
            Stream::Transactions => &self.transactions,
            Stream::Trips => &self.trips,
            Stream::Interactions => &self.interactions,
            Stream::Labels => &self.labels,
            Stream::Completions => &self.completions,
            Stream::Drifts => &self.drifts,
        }
    }

    /// Returns whether a world by these rules has `stream`.
    #[inline]
    pub fn has(&self, stream: Stream) -> bool {
        self.of(stream).enabled
    }

    /// Returns the streams that a world by these rules has, in the order of their numbers.
    pub fn streams(&self) -> impl Iterator<Item = Stream> + '_ {
        Stream::ALL.into_iter().filter(|stream| self.has(*stream))
    }
}
