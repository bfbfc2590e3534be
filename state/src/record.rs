//! Records other than blocks (head, identity, commands, settings): sealed, split into parts, joined again. Must not depend
//! on: the meaning of payloads.

use std::path::Path;

use crate::error::StateError;
use crate::format::{self, Flaw, Kind};
use crate::keys::{self, MAX_BYTES, PART_BYTES};
use crate::keyspace::{Batch, Keyspace};

/// Adds a record to the batch, in place of any existing one.
pub(crate) fn replace(
    keyspace: &dyn Keyspace,
    batch: &mut Batch,
    (kind, prefix): (Kind, &[u8]),
    payload: &[u8],
) -> Result<(), StateError> {
    remove(keyspace, batch, prefix)?;
    insert(batch, (kind, prefix), payload)
}

/// Adds a record to the batch; the record must not exist yet.
pub(crate) fn insert(batch: &mut Batch, (kind, prefix): (Kind, &[u8]), payload: &[u8]) -> Result<(), StateError> {
    let sealed = format::seal(kind, payload);
    if sealed.len() > MAX_BYTES {
        let what = format!("a {} record", name(kind));
        return Err(StateError::TooLarge { what, bytes: sealed.len(), limit: MAX_BYTES });
    }
    for (part, bytes) in (0..=u8::MAX).zip(sealed.chunks(PART_BYTES)) {
        batch.insert(keys::part(prefix, part), bytes);
    }
    Ok(())
}

/// Adds the removal of all parts of a record to the batch.
pub(crate) fn remove(keyspace: &dyn Keyspace, batch: &mut Batch, prefix: &[u8]) -> Result<(), StateError> {
    keyspace.scan(prefix, &behind(prefix), &mut |key, _| {
        batch.remove(key.to_vec());
        Ok(())
    })
}

/// Returns the checked payload of a record, or `None` if the record does not exist.
pub(crate) fn read(
    keyspace: &dyn Keyspace,
    dir: &Path,
    (kind, prefix): (Kind, &[u8]),
) -> Result<Option<Vec<u8>>, StateError> {
    let mut sealed = Vec::new();
    keyspace.scan(prefix, &behind(prefix), &mut |_, value| {
        sealed.extend_from_slice(value);
        Ok(())
    })?;
    if sealed.is_empty() {
        return Ok(None);
    }
    let payload = format::unseal(kind, &sealed).map_err(|flaw| refuse(dir, kind, flaw))?;
    Ok(Some(payload.to_vec()))
}

/// Returns the error for a record with this flaw.
pub(crate) fn refuse(dir: &Path, kind: Kind, flaw: Flaw) -> StateError {
    match flaw {
        Flaw::Version(found) => StateError::UnknownFormat {
            what: format!("the {} in {}", name(kind), dir.display()),
            found,
            known: format::VERSION,
        },
        other => StateError::damaged(dir, format!("the {} record: {other}", name(kind))),
    }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Block => "block",
        Kind::Head => "head",
        Kind::Identity => "identity",
        Kind::Command => "command",
        Kind::Setting => "setting",
    }
}

/// Returns the first key after all keys that begin with `prefix`: a last byte of 0xff never occurs in a prefix's tag,
/// and a carry is right wherever else it occurs.
fn behind(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while end.last() == Some(&u8::MAX) {
        end.pop();
    }
    *end.last_mut().expect("a prefix begins with a tag below 0xff") += 1;
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keyspace::Failure;
    use crate::keyspace::memory::MemoryKeyspace;

    fn put(keyspace: &MemoryKeyspace, payload: &[u8]) -> Result<(), StateError> {
        let mut batch = Batch::default();
        replace(keyspace, &mut batch, (Kind::Setting, &keys::setting("x")), payload)?;
        keyspace.apply(&batch).map_err(Failure::error)
    }

    #[test]
    fn a_shorter_record_leaves_no_part_of_a_longer_one() {
        let keyspace = MemoryKeyspace::new();
        for length in [0, 3 * PART_BYTES, PART_BYTES, 10] {
            let payload = vec![7; length];
            put(&keyspace, &payload).unwrap();
            let read = read(&keyspace, Path::new("d"), (Kind::Setting, &keys::setting("x"))).unwrap();
            assert_eq!(read, Some(payload));
            assert!(keyspace.largest_value() <= PART_BYTES);
        }
        assert_eq!(keyspace.keys().len(), 1);
    }

    #[test]
    fn too_large_a_record_is_refused() {
        let refused = put(&MemoryKeyspace::new(), &vec![0; MAX_BYTES]).unwrap_err();
        assert!(matches!(refused, StateError::TooLarge { limit: MAX_BYTES, .. }));
    }

    #[test]
    fn the_end_of_a_prefix_carries() {
        assert_eq!(behind(&[1, 2]), [1, 3]);
        assert_eq!(behind(&[1, 255, 255]), [2]);
    }

    #[test]
    fn a_lost_part_is_damage() {
        let keyspace = MemoryKeyspace::new();
        put(&keyspace, &vec![7; 3 * PART_BYTES]).unwrap();
        keyspace.lose(&keys::part(&keys::setting("x"), 1));
        let error = read(&keyspace, Path::new("d"), (Kind::Setting, &keys::setting("x"))).unwrap_err();
        assert!(error.is_damage(), "{error}");
    }
}
