//! The hashes of records and of chains of records. Must not depend on: what holds the records.

use populace_sim::VirtualTime;
use twox_hash::{XxHash3_64, XxHash3_128};

/// Returns the hash over key, time and value of one record: the XXH3 hash of 128 bits of the value, with the time and the
/// hash of the key as the seed.
#[inline]
pub fn record_hash(key: &[u8], time: VirtualTime, value: &[u8]) -> u128 {
    XxHash3_128::oneshot_with_seed(XxHash3_64::oneshot(key) ^ time.micros() as u64, value)
}

/// Returns the hash of a chain after the next record.
#[inline]
pub fn chain_hash(chain: u128, record: u128) -> u128 {
    let mut both = [0; 32];
    both[..16].copy_from_slice(&chain.to_le_bytes());
    both[16..].copy_from_slice(&record.to_le_bytes());
    XxHash3_128::oneshot(&both)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use xxhash_rust::xxh3::{xxh3_64, xxh3_128, xxh3_128_with_seed};

    proptest! {
        #[test]
        fn hashes_are_those_of_another_implementation(
            key in prop::collection::vec(any::<u8>(), 0..60), time: i64, value in prop::collection::vec(any::<u8>(), 0..1500),
        ) {
            let plain = xxh3_128_with_seed(&value, xxh3_64(&key) ^ time as u64);
            prop_assert_eq!(record_hash(&key, VirtualTime::from_micros(time), &value), plain);
        }

        #[test]
        fn chains_are_those_of_another_implementation(chain: u128, record: u128) {
            let both = [chain.to_le_bytes(), record.to_le_bytes()].concat();
            prop_assert_eq!(chain_hash(chain, record), xxh3_128(&both));
        }
    }
}
