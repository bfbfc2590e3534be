//! Reads blocks at the head: one by its id, or many in order, each checked and unpacked.
//! Must not depend on: writing.

use std::collections::BTreeMap;
use std::ops::{Bound, RangeBounds, RangeInclusive};

use crate::block::{self, BlockId};
use crate::error::StateError;
use crate::format::{self, Flaw};
use crate::keys::{self, BlockKey};
use crate::store::Store;
use crate::versions::Version;

/// The number of blocks that an iterator reads at once: about 350 KB packed.
const CHUNK: usize = 64;

impl Store {
    /// Returns the raw bytes of a block at the head, or `None` if the world has no such block.
    ///
    /// # Errors
    /// [`StateError::DamagedBlock`] if it differs from the bytes that were written.
    pub fn read_block(&self, id: BlockId) -> Result<Option<Vec<u8>>, StateError> {
        let mut version = self.visible(id.0);
        while let Some(seen) = version {
            match self.packed(id.0, seen)? {
                Some(packed) => return unpack(id.0, seen, &packed).map(Some),
                None => version = self.newer(id.0, seen)?,
            }
        }
        Ok(None)
    }

    /// Passes every block at the head to `visit`, in order of their ids.
    ///
    /// # Errors
    /// [`StateError::DamagedBlock`], or the error that `visit` returns, which ends the reading.
    pub fn for_each_block<E: From<StateError>>(
        &self,
        mut visit: impl FnMut(BlockId, Vec<u8>) -> Result<(), E>,
    ) -> Result<(), E> {
        for block in self.blocks_in(..) {
            let (id, raw) = block?;
            visit(id, raw)?;
        }
        Ok(())
    }

    /// Returns the blocks of a range of ids at the head, in order. Several threads may each read a range. A checkpoint
    /// that is committed meanwhile is visible in the blocks that are read afterwards.
    pub fn blocks_in(&self, range: impl RangeBounds<BlockId>) -> Blocks<'_> {
        let first = match range.start_bound() {
            Bound::Included(id) => Some(id.0),
            Bound::Excluded(id) => id.0.checked_add(1),
            Bound::Unbounded => Some(0),
        };
        let last = match range.end_bound() {
            Bound::Included(id) => Some(id.0),
            Bound::Excluded(id) => id.0.checked_sub(1),
            Bound::Unbounded => Some(u64::MAX),
        };
        let rest = first.zip(last).filter(|(first, last)| first <= last).map(|(first, last)| first..=last);
        Blocks { store: self, rest, ready: Vec::new().into_iter() }
    }

    /// Returns the ids of a range that have a block at the head, in order.
    pub fn ids_in(&self, range: RangeInclusive<BlockId>) -> Vec<BlockId> {
        let found = self.view().contents.versions.first(range.start().0..=range.end().0, usize::MAX);
        found.into_iter().map(|(id, _)| BlockId(id)).collect()
    }

    /// Returns the number of blocks at the head.
    pub fn block_count(&self) -> u64 {
        self.view().contents.versions.len()
    }

    /// Divides all ids into at most `parts` ranges that hold about as many blocks each, for loading in parallel.
    ///
    /// # Panics
    /// If `parts` is 0.
    pub fn ranges(&self, parts: usize) -> Vec<RangeInclusive<BlockId>> {
        let ids = self.view().contents.versions.first(.., usize::MAX);
        let size = ids.len().div_ceil(parts).max(1);
        ids.chunks(size).map(|ids| BlockId(ids[0].0)..=BlockId(ids[ids.len() - 1].0)).collect()
    }

    fn visible(&self, id: u64) -> Option<Version> {
        self.view().contents.versions.get(id)
    }

    /// Returns the version to read instead of one that is gone, because two checkpoints may have been committed
    /// meanwhile.
    fn newer(&self, id: u64, seen: Version) -> Result<Option<Version>, StateError> {
        let now = self.visible(id);
        if now == Some(seen) { Err(damaged(id, seen, "a part of it is gone")) } else { Ok(now) }
    }

    /// Returns the packed bytes of a version, or `None` if a part is missing.
    fn packed(&self, id: u64, version: Version) -> Result<Option<Vec<u8>>, StateError> {
        let mut packed = Vec::new();
        for key in version.keys(id) {
            match self.keyspace().get(&key.to_bytes())? {
                Some(part) => packed.extend_from_slice(&part),
                None => return Ok(None),
            }
        }
        Ok(Some(packed))
    }

    /// Returns the packed bytes of the wanted versions, with one walk over the keys.
    fn packed_run(&self, wanted: &[(u64, Version)]) -> Result<BTreeMap<u64, Vec<u8>>, StateError> {
        let mut found = BTreeMap::<u64, Vec<u8>>::new();
        let [(first, _), .., (last, _)] = wanted else {
            return Ok(found);
        };
        let mut wanted = wanted.iter().peekable();
        self.keyspace().scan(&keys::blocks_from(*first), &keys::blocks_behind(*last), &mut |key, value| {
            let Some(key) = BlockKey::parse(key) else {
                return Ok(());
            };
            while wanted.next_if(|(id, _)| *id < key.id).is_some() {}
            if wanted.peek().is_some_and(|(id, version)| (*id, version.number) == (key.id, key.number)) {
                found.entry(key.id).or_default().extend_from_slice(value);
            }
            Ok(())
        })?;
        Ok(found)
    }
}

fn unpack(id: u64, version: Version, packed: &[u8]) -> Result<Vec<u8>, StateError> {
    block::unpack(packed).map_err(|flaw| match flaw {
        Flaw::Version(found) => {
            let what = format!("block {id} of checkpoint {}", version.number);
            StateError::UnknownFormat { what, found, known: format::VERSION }
        }
        other => damaged(id, version, &other.to_string()),
    })
}

fn damaged(block: u64, version: Version, why: &str) -> StateError {
    StateError::DamagedBlock { block, checkpoint: version.number, why: why.into() }
}

/// Blocks at the head in order of their ids, each checked and unpacked; see [`Store::blocks_in`].
pub struct Blocks<'a> {
    store: &'a Store,
    rest: Option<RangeInclusive<u64>>,
    ready: std::vec::IntoIter<(u64, Version, Option<Vec<u8>>)>,
}

impl Blocks<'_> {
    fn refill(&mut self) -> Result<(), StateError> {
        let Some(rest) = self.rest.take() else {
            return Ok(());
        };
        let end = *rest.end();
        let wanted = self.store.view().contents.versions.first(rest, CHUNK);
        if let [.., (last, _)] = wanted[..] {
            self.rest = last.checked_add(1).filter(|next| *next <= end).map(|next| next..=end);
        }
        let mut found = self.store.packed_run(&wanted)?;
        let ready: Vec<_> = wanted.into_iter().map(|(id, version)| (id, version, found.remove(&id))).collect();
        self.ready = ready.into_iter();
        Ok(())
    }

    fn take_next(&mut self) -> Result<Option<(BlockId, Vec<u8>)>, StateError> {
        loop {
            if self.ready.as_slice().is_empty() {
                self.refill()?;
            }
            let Some((id, version, packed)) = self.ready.next() else {
                return Ok(None);
            };
            let raw = match packed {
                Some(packed) => Some(unpack(id, version, &packed)?),
                None => self.store.read_block(BlockId(id))?,
            };
            // `None`: a checkpoint removed the block meanwhile.
            if let Some(raw) = raw {
                return Ok(Some((BlockId(id), raw)));
            }
        }
    }
}

impl Iterator for Blocks<'_> {
    type Item = Result<(BlockId, Vec<u8>), StateError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.take_next().transpose()
    }
}
