//! The version of each block that the head shows, counted and digested so that a lost block is noticed. Must not depend on:
//! contents of blocks.

use std::collections::BTreeMap;
use std::ops::RangeBounds;

use xxhash_rust::xxh3::xxh3_64;

use crate::keys::BlockKey;

/// A version of a block: the number of the checkpoint that wrote it and its last part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Version {
    pub number: u64,
    pub last_part: u8,
}

impl Version {
    /// Returns the keys of all parts.
    pub(crate) fn keys(self, id: u64) -> impl Iterator<Item = BlockKey> {
        (0..=self.last_part).map(move |part| BlockKey { id, number: self.number, part })
    }

    fn digest(self, id: u64) -> u64 {
        let mut bytes = [0; 17];
        bytes[..8].copy_from_slice(&id.to_le_bytes());
        bytes[8..16].copy_from_slice(&self.number.to_le_bytes());
        bytes[16] = self.last_part;
        xxh3_64(&bytes)
    }
}

/// The visible version of every block. It takes about 40 bytes a block, so some 3 MB for a million people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Versions {
    map: BTreeMap<u64, Version>,
    digest: u64,
}

impl Versions {
    /// Makes `version` the visible one; returns the previous one.
    pub(crate) fn set(&mut self, id: u64, version: Version) -> Option<Version> {
        let old = self.map.insert(id, version);
        self.digest = self.digest.wrapping_add(version.digest(id));
        if let Some(old) = old {
            self.digest = self.digest.wrapping_sub(old.digest(id));
        }
        old
    }

    /// Hides the block; returns the version that was visible.
    pub(crate) fn remove(&mut self, id: u64) -> Option<Version> {
        let old = self.map.remove(&id);
        if let Some(old) = old {
            self.digest = self.digest.wrapping_sub(old.digest(id));
        }
        old
    }

    pub(crate) fn get(&self, id: u64) -> Option<Version> {
        self.map.get(&id).copied()
    }

    pub(crate) fn len(&self) -> u64 {
        self.map.len() as u64
    }

    /// Returns a sum over all (block, version), which does not depend on the order in which they were set.
    pub(crate) fn digest(&self) -> u64 {
        self.digest
    }

    /// Returns the first `limit` blocks of the range.
    pub(crate) fn first(&self, range: impl RangeBounds<u64>, limit: usize) -> Vec<(u64, Version)> {
        self.map.range(range).take(limit).map(|(&id, &version)| (id, version)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_depends_on_what_is_visible_and_not_on_the_way_there() {
        let version = |number| Version { number, last_part: 0 };
        let mut direct = Versions::default();
        direct.set(2, version(5));
        direct.set(1, version(3));
        let mut detour = Versions::default();
        detour.set(1, version(1));
        detour.set(2, version(5));
        assert_ne!(direct.digest(), detour.digest());
        assert_eq!(detour.set(1, version(3)), Some(version(1)));
        assert_eq!(direct, detour);
        detour.set(3, version(5));
        assert_eq!(detour.remove(3), Some(version(5)));
        assert_eq!((detour.remove(3), &direct), (None, &detour));
    }
}
