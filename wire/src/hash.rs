//! The hashes of records and of chains of records. Must not depend on: what holds the records.

use populace_sim::VirtualTime;
use twox_hash::{XxHash3_64, XxHash3_128};

/// Returns the hash over key, time and value of one record: the XXH3 hash of 128 bits of the value, with the time and the
/// hash of the key as the seed.
#[inline]
pub fn record_hash(key: &[u8], time: VirtualTime, value: &[u8]) -> u128 {
    seeded_hash(XxHash3_64::oneshot(key) ^ time.micros() as u64, value)
}

/// The secret of XXH3, as its specification has it.
const SECRET: [u64; 24] = [
    0xbe4b_a423_396c_feb8,
    0x1cad_21f7_2c81_017c,
    0xdb97_9083_e96d_d4de,
    0x1f67_b3b7_a4a4_4072,
    0x78e5_c0cc_4ee6_79cb,
    0x2172_ffcc_7dd0_5a82,
    0x8e24_43f7_7446_08b8,
    0x4c26_3a81_e690_35e0,
    0xcb00_c391_bb52_283c,
    0xa32e_531b_8b65_d088,
    0x4ef9_0da2_9748_6471,
    0xd8ac_dea9_46ef_1938,
    0x3f34_9ce3_3f76_faa8,
    0x1d4f_0bc7_c7bb_dcf9,
    0x3159_b4cd_4be0_518a,
    0x6473_78d9_c97e_9fc8,
    0xc3eb_d334_83ac_c5ea,
    0xeb63_13fa_ffa0_81c5,
    0x49da_f0b7_51dd_0d17,
    0x9e68_d429_2655_16d3,
    0xfca1_477d_58be_162b,
    0xce31_d07a_d1b8_f88f,
    0x2804_1695_8f3a_cb45,
    0x7e40_4bbb_cafb_d7af,
];

/// The greatest length of the inputs that are hashed without a secret of their own.
const SHORT: usize = 240;

/// Returns the XXH3 hash of 128 bits with a seed. The secret of a seed is made here, in fewer steps than the crate takes.
#[inline]
fn seeded_hash(seed: u64, bytes: &[u8]) -> u128 {
    if bytes.len() <= SHORT {
        return XxHash3_128::oneshot_with_seed(seed, bytes);
    }
    let mut secret = [0; 8 * SECRET.len()];
    for (to, [first, second]) in secret.chunks_exact_mut(16).zip(SECRET.as_chunks().0) {
        to[..8].copy_from_slice(&first.wrapping_add(seed).to_le_bytes());
        to[8..].copy_from_slice(&second.wrapping_sub(seed).to_le_bytes());
    }
    XxHash3_128::oneshot_with_seed_and_secret(seed, &secret, bytes).expect("the secret has its full length")
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
