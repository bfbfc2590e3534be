//! Blocks: the bytes of the caller, packed into compressed, checksummed bytes and unpacked again.
//! Pure functions on bytes. Must not depend on: the place where blocks are stored.

use lz4_flex::block as lz4;

use crate::format::{self, Flaw, HEADER, Kind};

/// The id of a block, chosen by the caller; blocks are read back in the order of their ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlockId(pub u64);

/// A block ready to be written: compressed, with magic, version and checksum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackedBlock(Vec<u8>);

impl PackedBlock {
    /// Returns the number of bytes that the block takes on disk, without the overhead of the store.
    #[expect(clippy::len_without_is_empty, reason = "a packed block is never empty")]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The number of bytes of the raw length, which precedes the compressed bytes.
const LENGTH: usize = 4;

/// Packs a block. Pure, so any number of threads may do it at once.
///
/// # Panics
/// If `raw` has 4 GiB or more; the store takes far smaller blocks only.
pub fn pack(raw: &[u8]) -> PackedBlock {
    let length = u32::try_from(raw.len()).expect("a block is far smaller than 4 GiB");
    let start = HEADER + LENGTH;
    let mut bytes = vec![0; start + lz4::get_maximum_output_size(raw.len())];
    bytes[HEADER..start].copy_from_slice(&length.to_le_bytes());
    let packed = lz4::compress_into(raw, &mut bytes[start..]).expect("the buffer has the greatest size possible");
    bytes.truncate(start + packed);
    bytes.shrink_to_fit();
    format::seal_in_place(Kind::Block, &mut bytes);
    PackedBlock(bytes)
}

/// Returns the raw bytes of a packed block, after checking its envelope.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<u8>, Flaw> {
    let payload = format::unseal(Kind::Block, packed)?;
    let (length, data) = payload.split_first_chunk::<LENGTH>().ok_or(Flaw::Short)?;
    let length = u32::from_le_bytes(*length) as usize;
    let raw = lz4::decompress(data, length).map_err(|_| Flaw::Contents)?;
    if raw.len() == length { Ok(raw) } else { Err(Flaw::Contents) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn repetition_is_packed_small() {
        assert!(pack(&[7; 5_400]).len() < 100);
    }

    proptest! {
        #[test]
        fn packing_keeps_every_byte(raw in proptest::collection::vec(any::<u8>(), 0..9_000)) {
            prop_assert_eq!(unpack(pack(&raw).bytes()).unwrap(), raw);
        }

        #[test]
        fn damage_is_noticed(raw in proptest::collection::vec(0..4_u8, 1..500), at in any::<prop::sample::Index>(), flip in 1..=255_u8) {
            let mut bytes = pack(&raw).bytes().to_vec();
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert!(unpack(&bytes).is_err());
        }
    }
}
