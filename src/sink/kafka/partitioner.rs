//! The partition of a key: murmur2 as the Java clients compute it, so that other producers and joins agree. Must not depend
//! on: topics.

const SEED: u32 = 0x9747_b28c;
const M: u32 = 0x5bd1_e995;

/// Returns the partition of `key` among `partitions`, which is at least 1.
#[inline]
pub fn partition_of(key: &[u8], partitions: usize) -> usize {
    if partitions == 1 { 0 } else { (murmur2(key) & 0x7fff_ffff) as usize % partitions }
}

/// Returns the 32-bit MurmurHash 2 by Austin Appleby, with the seed of `org.apache.kafka.common.utils.Utils.murmur2`.
fn murmur2(data: &[u8]) -> u32 {
    let mut hash = SEED ^ data.len() as u32;
    let (words, rest) = data.as_chunks::<4>();
    for word in words {
        let mut k = u32::from_le_bytes(*word).wrapping_mul(M);
        k ^= k >> 24;
        hash = hash.wrapping_mul(M) ^ k.wrapping_mul(M);
    }
    if !rest.is_empty() {
        let tail = rest.iter().rev().fold(0, |tail, byte| tail << 8 | u32::from(*byte));
        hash = (hash ^ tail).wrapping_mul(M);
    }
    hash = (hash ^ hash >> 13).wrapping_mul(M);
    hash ^ hash >> 15
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_hash_of_the_java_clients() {
        let known = [
            ("21", -973_932_308),
            ("foobar", -790_332_482),
            ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
            ("abc", 479_470_107),
        ];
        for (text, hash) in known {
            assert_eq!(murmur2(text.as_bytes()) as i32, hash, "{text}");
        }
    }

    #[test]
    fn every_partition_is_in_range() {
        for n in 1..20 {
            assert!((0..1_000u32).all(|key| partition_of(&key.to_le_bytes(), n) < n));
        }
        assert_eq!(partition_of(b"foobar", 3), (-790_332_482i32 as u32 & 0x7fff_ffff) as usize % 3);
    }
}
