//! Digests of streams: the chained hash over all records. Must not depend on: the fields of records, sinks.

use crate::batch::Record;
use crate::hash::chain_hash;
use populace_sim::{STREAMS, Stream};
use serde::{Deserialize, Serialize};

/// The count and the chained hash of a stream from its beginning.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digest {
    /// The number of records so far.
    pub count: u64,
    /// The chained hash of key, time and value of all records.
    pub chain: u128,
}

impl Digest {
    /// Adds the hash of the next record.
    #[inline]
    pub fn add(&mut self, hash: u128) {
        self.chain = chain_hash(self.chain, hash);
        self.count += 1;
    }
}

/// The digests of all streams; those of streams that a world does not have are empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digests(#[serde(with = "crate::by_stream")] pub [Digest; STREAMS]);

impl Digests {
    /// Adds a record.
    #[inline]
    pub fn add(&mut self, record: &Record<'_>) {
        self.0[record.stream as usize].add(record.hash);
    }

    /// Returns the number of records of all streams.
    pub fn total(&self) -> u64 {
        self.0.iter().map(|d| d.count).sum()
    }

    /// Returns the digest of one stream.
    pub fn of(&self, stream: Stream) -> Digest {
        self.0[stream as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_tells_orders_apart() {
        let (mut one, mut other) = (Digest::default(), Digest::default());
        one.add(1);
        one.add(2);
        other.add(2);
        other.add(1);
        assert_eq!(one.count, other.count);
        assert_ne!(one.chain, other.chain);
    }
}
