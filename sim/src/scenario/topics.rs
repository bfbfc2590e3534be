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
            Stream::Users => "users",
            Stream::Drivers => "drivers",
            Stream::Customers => "customers",
            Stream::Merchants => "merchants",
            Stream::Products => "products",
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
            Stream::Users => &self.users,
            Stream::Drivers => &self.drivers,
            Stream::Customers => &self.customers,
            Stream::Merchants => &self.merchants,
            Stream::Products => &self.products,
        }
    }

    /// Returns the choice for `stream`, to be changed.
    pub fn of_mut(&mut self, stream: Stream) -> &mut TopicChoice {
        match stream {
            Stream::Transactions => &mut self.transactions,
            Stream::Trips => &mut self.trips,
            Stream::Interactions => &mut self.interactions,
            Stream::Labels => &mut self.labels,
            Stream::Completions => &mut self.completions,
            Stream::Drifts => &mut self.drifts,
            Stream::Users => &mut self.users,
            Stream::Drivers => &mut self.drivers,
            Stream::Customers => &mut self.customers,
            Stream::Merchants => &mut self.merchants,
            Stream::Products => &mut self.products,
        }
    }

    /// Enables the tables that `others` enable, and no others. A world keeps its topics; a look at its past may have tables that
    /// it has not.
    pub fn keep_tables_of(&mut self, others: &TopicRules) {
        for stream in Stream::ALL.into_iter().filter(|stream| stream.is_table()) {
            self.of_mut(stream).enabled = others.has(stream);
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
