//! The layout of keys: one ordered keyspace, a tag byte first, numbers big-endian so that bytes sort as numbers do.
//! Must not depend on: values.

/// The most parts of a block or record: part numbers are one byte.
pub(crate) const MAX_PARTS: usize = 256;

/// The largest value, in bytes. sled keeps values beyond about 6 KB in separate files, which slow it down and
/// accumulate.
pub(crate) const PART_BYTES: usize = 5_800;

/// The largest packed block or record, in bytes.
pub(crate) const MAX_BYTES: usize = MAX_PARTS * PART_BYTES;

/// The value of a key that hides the older versions of its block. No other value is empty.
pub(crate) const TOMBSTONE: &[u8] = b"";

const BLOCK: u8 = b'b';
const COMMAND: u8 = b'c';
const HEAD: u8 = b'h';
const IDENTITY: u8 = b'i';
const SETTING: u8 = b's';
const SETTINGS_COUNT: u8 = b'n';

/// The key of a part of a block, parsed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct BlockKey {
    pub id: u64,
    pub number: u64,
    pub part: u8,
}

impl BlockKey {
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        let mut key = Vec::with_capacity(18);
        key.push(BLOCK);
        key.extend_from_slice(&self.id.to_be_bytes());
        key.extend_from_slice(&self.number.to_be_bytes());
        key.push(self.part);
        key
    }

    pub(crate) fn parse(key: &[u8]) -> Option<Self> {
        let rest = key.strip_prefix(&[BLOCK])?;
        let (id, rest) = rest.split_first_chunk::<8>()?;
        let (number, rest) = rest.split_first_chunk::<8>()?;
        let &[part] = rest else { return None };
        Some(Self { id: u64::from_be_bytes(*id), number: u64::from_be_bytes(*number), part })
    }
}

/// Returns the first key of the block and of all later blocks.
pub(crate) fn blocks_from(id: u64) -> Vec<u8> {
    BlockKey { id, number: 0, part: 0 }.to_bytes()
}

/// Returns the first key after all blocks up to and including `id`.
pub(crate) fn blocks_behind(id: u64) -> Vec<u8> {
    id.checked_add(1).map_or_else(|| vec![BLOCK + 1], blocks_from)
}

/// Returns the prefix of the head record.
pub(crate) fn head() -> Vec<u8> {
    vec![HEAD]
}

/// Returns the prefix of the identity record.
pub(crate) fn identity() -> Vec<u8> {
    vec![IDENTITY]
}

/// Returns the prefix of a command's record.
pub(crate) fn command(sequence: u64) -> Vec<u8> {
    let mut key = vec![COMMAND];
    key.extend_from_slice(&sequence.to_be_bytes());
    key
}

/// Returns the sequence number in a key of the command log, or `None` for any other key.
pub(crate) fn command_sequence(key: &[u8]) -> Option<u64> {
    let (sequence, _) = key.strip_prefix(&[COMMAND])?.split_first_chunk::<8>()?;
    Some(u64::from_be_bytes(*sequence))
}

/// Returns the first key of the command log and the first key after it.
pub(crate) fn commands() -> (Vec<u8>, Vec<u8>) {
    (vec![COMMAND], vec![COMMAND + 1])
}

/// Returns the prefix of the record that counts the changes of settings.
pub(crate) fn settings_count() -> Vec<u8> {
    vec![SETTINGS_COUNT]
}

/// Returns the prefix of a setting's record. It begins with the length of the name, so that no name is another's
/// prefix.
pub(crate) fn setting(name: &str) -> Vec<u8> {
    let mut key = vec![SETTING];
    let length = u32::try_from(name.len()).expect("a setting's name is a short word");
    key.extend_from_slice(&length.to_be_bytes());
    key.extend_from_slice(name.as_bytes());
    key
}

/// Returns the key of one part of a record.
pub(crate) fn part(prefix: &[u8], part: u8) -> Vec<u8> {
    let mut key = Vec::with_capacity(prefix.len() + 1);
    key.extend_from_slice(prefix);
    key.push(part);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn key() -> impl Strategy<Value = BlockKey> {
        (any::<u64>(), any::<u64>(), any::<u8>()).prop_map(|(id, number, part)| BlockKey { id, number, part })
    }

    proptest! {
        #[test]
        fn block_keys_come_back_and_sort_like_their_fields(a in key(), b in key()) {
            prop_assert_eq!(BlockKey::parse(&a.to_bytes()), Some(a));
            prop_assert_eq!(a.to_bytes().cmp(&b.to_bytes()), a.cmp(&b));
            prop_assert!(blocks_from(a.id) <= a.to_bytes() && a.to_bytes() < blocks_behind(a.id));
        }
    }

    #[test]
    fn no_other_record_lies_among_the_blocks() {
        for key in [head(), identity(), command(1), settings_count(), setting("pace")] {
            assert!(key >= blocks_behind(u64::MAX), "{key:?}");
        }
        assert!(!setting("ab").starts_with(&setting("a")));
    }
}
