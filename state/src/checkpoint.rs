//! Writes a checkpoint: new versions beside the old ones in small batches, then the head, which alone makes them
//! visible. Must not depend on: the contents of blocks.

use std::collections::BTreeMap;

use crate::block::{BlockId, PackedBlock};
use crate::error::StateError;
use crate::head::{self, Head, Manifest};
use crate::keys::{BlockKey, MAX_BYTES, PART_BYTES, TOMBSTONE};
use crate::keyspace::Batch;
use crate::load::{self, BATCH_KEYS, Contents};
use crate::presence::Marker;
use crate::store::Store;
use crate::versions::{Version, Versions};

/// The number of keys after which the writes so far are flushed: without flushes sled's memory grows with the
/// checkpoint.
const FLUSH_KEYS: usize = 8_192;

/// A checkpoint that is being written. If it is dropped without [`CheckpointWriter::commit`], the world stays as it
/// was.
pub struct CheckpointWriter {
    store: Store,
    number: u64,
    batch: Batch,
    unflushed: usize,
    written: BTreeMap<u64, Change>,
    /// The versions that the previous checkpoint superseded; those from index `removed` on are still to be removed.
    superseded: Vec<(u64, Version)>,
    removed: usize,
    /// The tombstones whose blocks are among `superseded`; the next checkpoint removes them.
    tombstones: Vec<(u64, Version)>,
    /// True once the new head is applied: its outcome is unknown until the flush.
    flipped: bool,
    committed: bool,
}

/// The change that the checkpoint makes to a block.
#[derive(Debug, Clone, Copy)]
enum Change {
    /// This version becomes the visible one.
    Put(Version),
    /// The block is hidden by this tombstone.
    Remove(Version),
}

impl Change {
    fn version(self) -> Version {
        match self {
            Self::Put(version) | Self::Remove(version) => version,
        }
    }

    /// Makes the change; returns the version that was visible before.
    fn apply(self, id: u64, versions: &mut Versions) -> Option<Version> {
        match self {
            Self::Put(version) => versions.set(id, version),
            Self::Remove(_) => versions.remove(id),
        }
    }
}

impl Store {
    /// Begins checkpoint `number`: 0 for the first, and one more than the number of the head for any other.
    ///
    /// # Errors
    /// [`StateError::OutOfOrder`], [`StateError::WriterBusy`], [`StateError::Poisoned`], or [`StateError::DiskFull`] if
    /// the remains of a dropped checkpoint cannot be removed.
    pub fn checkpoint(&self, number: u64) -> Result<CheckpointWriter, StateError> {
        self.check_poison()?;
        self.claim_writer(number)?;
        let mut writer = CheckpointWriter::new(self.clone(), number);
        self.probe("checkpoint.begin");
        writer.clean_up()?;
        Ok(writer)
    }

    fn claim_writer(&self, number: u64) -> Result<(), StateError> {
        let mut view = self.view();
        let expected = view.contents.head.as_ref().map_or(0, |head| head.number + 1);
        if number != expected {
            return Err(StateError::OutOfOrder { asked: number, expected });
        }
        if view.writing {
            return Err(StateError::WriterBusy);
        }
        view.writing = true;
        Ok(())
    }
}

impl CheckpointWriter {
    fn new(store: Store, number: u64) -> Self {
        let mut view = store.view();
        let superseded = std::mem::take(&mut view.contents.superseded);
        let tombstones = std::mem::take(&mut view.contents.tombstones);
        drop(view);
        Self {
            store,
            number,
            batch: Batch::default(),
            unflushed: 0,
            written: BTreeMap::new(),
            superseded,
            removed: 0,
            tombstones,
            flipped: false,
            committed: false,
        }
    }

    /// Removes the writes of a crashed or dropped checkpoint of the same number, so that the two cannot mix.
    fn clean_up(&mut self) -> Result<(), StateError> {
        let beyond = self.store.view().contents.beyond.clone();
        self.store.settle(load::purge(&**self.store.keyspace(), &beyond))?;
        self.store.view().contents.beyond.clear();
        Ok(())
    }

    /// Returns the number of this checkpoint.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Puts the new contents of a block into the checkpoint; blocks that are not put keep their contents.
    ///
    /// # Errors
    /// [`StateError::PutTwice`], [`StateError::TooLarge`], [`StateError::DiskFull`] with nothing written, or another
    /// failure, after which the store is poisoned. In every case drop the writer: the world stays as it was.
    pub fn put(&mut self, id: BlockId, block: PackedBlock) -> Result<(), StateError> {
        let version = self.next_version(id.0, &block)?;
        self.written.insert(id.0, Change::Put(version));
        for (key, part) in version.keys(id.0).zip(block.bytes().chunks(PART_BYTES)) {
            self.batch.insert(key.to_bytes(), part);
        }
        self.remove_superseded();
        self.send_when_full()
    }

    /// Removes a block from this checkpoint and all later ones, until it is put again. Removing a block that does not
    /// exist is no error.
    ///
    /// # Errors
    /// As [`CheckpointWriter::put`].
    pub fn remove(&mut self, id: BlockId) -> Result<(), StateError> {
        if self.written.contains_key(&id.0) {
            return Err(StateError::PutTwice { block: id.0, checkpoint: self.number });
        }
        if self.store.view().contents.versions.get(id.0).is_none() {
            return Ok(());
        }
        let tombstone = Version { number: self.number, last_part: 0 };
        self.written.insert(id.0, Change::Remove(tombstone));
        for key in tombstone.keys(id.0) {
            self.batch.insert(key.to_bytes(), TOMBSTONE);
        }
        self.remove_superseded();
        self.send_when_full()
    }

    fn next_version(&self, id: u64, block: &PackedBlock) -> Result<Version, StateError> {
        if self.written.contains_key(&id) {
            return Err(StateError::PutTwice { block: id, checkpoint: self.number });
        }
        let parts = block.len().div_ceil(PART_BYTES);
        match u8::try_from(parts - 1) {
            Ok(last_part) => Ok(Version { number: self.number, last_part }),
            Err(_) => Err(StateError::TooLarge { what: format!("block {id}"), bytes: block.len(), limit: MAX_BYTES }),
        }
    }

    /// Adds the removal of one superseded version to the batch, so that room is freed as it is used.
    fn remove_superseded(&mut self) {
        let Some(&(id, version)) = self.superseded.get(self.removed) else {
            return;
        };
        self.removed += 1;
        for key in version.keys(id) {
            self.batch.remove(key.to_bytes());
        }
    }

    fn send_when_full(&mut self) -> Result<(), StateError> {
        if self.batch.len() >= BATCH_KEYS { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), StateError> {
        self.store.apply(&self.batch)?;
        self.unflushed += self.batch.len();
        self.batch = Batch::default();
        self.store.probe("checkpoint.batch");
        if self.unflushed >= FLUSH_KEYS {
            self.store.flush()?;
            self.unflushed = 0;
        }
        Ok(())
    }

    /// Makes the checkpoint the head, with `meta` as the caller's own bytes. The head is on disk when this returns.
    ///
    /// # Errors
    /// As [`CheckpointWriter::put`]. If the outcome of the very last write is unknown, the store is poisoned, and the
    /// next opening shows either this checkpoint or the previous one, whole.
    pub fn commit(mut self, meta: &[u8]) -> Result<(), StateError> {
        self.finish_blocks()?;
        let versions = self.versions_after();
        let head = Head { number: self.number, meta: meta.to_vec() };
        self.flip(&head, &versions)?;
        self.store.probe("checkpoint.durable");
        self.show(head);
        let mut marker = self.store.marker();
        let now = Marker { checkpoint: Some(self.number), ..*marker };
        self.store.mark(&mut marker, now)?;
        drop(marker);
        self.store.probe("checkpoint.done");
        Ok(())
    }

    fn finish_blocks(&mut self) -> Result<(), StateError> {
        while self.removed < self.superseded.len() {
            self.remove_superseded();
            self.send_when_full()?;
        }
        if self.batch.len() > 0 {
            self.send()?;
        }
        self.store.flush()?;
        self.store.probe("checkpoint.flushed");
        Ok(())
    }

    fn versions_after(&self) -> Versions {
        let mut versions = self.store.view().contents.versions.clone();
        for (&id, change) in &self.written {
            change.apply(id, &mut versions);
        }
        versions
    }

    fn flip(&mut self, head: &Head, versions: &Versions) -> Result<(), StateError> {
        let mut batch = Batch::default();
        head::write(&**self.store.keyspace(), &mut batch, head, Manifest::of(versions))?;
        self.store.apply(&batch)?;
        self.flipped = true;
        self.store.probe("checkpoint.head");
        self.store.flush()
    }

    /// Makes the committed checkpoint visible to readers.
    fn show(&mut self, head: Head) {
        let mut view = self.store.view();
        let Contents { versions, superseded, tombstones, .. } = &mut view.contents;
        // The versions that these tombstones hide are removed by now, and the removal is on disk.
        superseded.append(&mut self.tombstones);
        for (&id, &change) in &self.written {
            superseded.extend(change.apply(id, versions).map(|old| (id, old)));
            if let Change::Remove(tombstone) = change {
                tombstones.push((id, tombstone));
            }
        }
        view.contents.head = Some(head);
        drop(view);
        if self.written.values().any(|change| matches!(change, Change::Remove(_))) {
            self.store.measure_again();
        }
        self.committed = true;
    }
}

impl Drop for CheckpointWriter {
    fn drop(&mut self) {
        if self.flipped && !self.committed {
            // It is unknown whether the new head persists: no other checkpoint of this number may follow in this
            // process.
            self.store.poison("a checkpoint was cut off while its head was written");
        }
        let mut view = self.store.view();
        view.writing = false;
        if !self.committed {
            // Removing a version twice does no harm, so all are handed back, also those that are removed already.
            view.contents.superseded.append(&mut self.superseded);
            view.contents.tombstones.append(&mut self.tombstones);
            let keys = self.written.iter().flat_map(|(&id, change)| change.version().keys(id));
            view.contents.beyond.extend(keys.collect::<Vec<BlockKey>>());
        }
    }
}
