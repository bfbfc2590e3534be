//! Digests of streams: the chained hash over all records. Must not depend on: the fields of records, sinks.

use crate::batch::Record;
use populace_sim::{STREAMS, Stream, VirtualTime};
use serde::{Deserialize, Serialize};
use twox_hash::{XxHash3_64, XxHash3_128};

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
        let mut both = [0; 32];
        both[..16].copy_from_slice(&self.chain.to_le_bytes());
        both[16..].copy_from_slice(&hash.to_le_bytes());
        self.chain = XxHash3_128::oneshot(&both);
        self.count += 1;
    }
}

/// Returns the hash over key, time and value of one record: the XXH3 hash of 128 bits of the value, with the time and the
/// hash of the key as the seed.
#[inline]
pub fn record_hash(key: &[u8], time: VirtualTime, value: &[u8]) -> u128 {
    XxHash3_128::oneshot_with_seed(XxHash3_64::oneshot(key) ^ time.micros() as u64, value)
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
    use proptest::prelude::*;
    use xxhash_rust::xxh3::{xxh3_64, xxh3_128_with_seed};

    proptest! {
        #[test]
        fn hashes_are_those_of_another_implementation(
            key in prop::collection::vec(any::<u8>(), 0..60), time: i64, value in prop::collection::vec(any::<u8>(), 0..1500),
        ) {
            let plain = xxh3_128_with_seed(&value, xxh3_64(&key) ^ time as u64);
            prop_assert_eq!(record_hash(&key, VirtualTime::from_micros(time), &value), plain);
        }
    }

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
