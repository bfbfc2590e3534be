//! Opens a keyspace: reads and checks its contents, and finds the keys that a crash left beyond the head.
//! Must not depend on: directories, locks.

use std::path::Path;

use crate::error::StateError;
use crate::format::{Flaw, Kind};
use crate::head::{self, Head};
use crate::identity::Identity;
use crate::keys::{self, BlockKey};
use crate::keyspace::{Batch, Failure, Keyspace};
use crate::presence::Marker;
use crate::record;
use crate::versions::{Version, Versions};

/// The number of keys in one batch.
pub(crate) const BATCH_KEYS: usize = 64;

/// The facts about the stored contents that the store keeps in memory.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    pub head: Option<Head>,
    pub versions: Versions,
    /// The versions that the head no longer shows; the next checkpoint removes them.
    pub superseded: Vec<(u64, Version)>,
    /// The tombstones of blocks whose last version is among `superseded`: each is removed once that version is.
    pub tombstones: Vec<(u64, Version)>,
    /// The keys beyond the head, left by a checkpoint that was not committed; removed before the next one begins.
    pub beyond: Vec<BlockKey>,
    /// The number of commands in the log.
    pub commands: u64,
    /// The number of changes of settings so far.
    pub settings: u64,
}

impl Contents {
    /// Returns the marker that fits these contents.
    pub(crate) fn marker(&self, world_id: u128) -> Marker {
        let checkpoint = self.head.as_ref().map(|head| head.number);
        Marker { world_id, checkpoint, commands: self.commands, settings: self.settings }
    }
}

/// Reads and checks everything except the contents of blocks. Writes nothing, so that a world can be read when the disk
/// is full.
pub(crate) fn load(keyspace: &dyn Keyspace, dir: &Path) -> Result<Contents, StateError> {
    let commands = count_commands(keyspace, dir)?;
    let settings = count_settings(keyspace, dir)?;
    let head = head::read(keyspace, dir)?;
    let found = scan_blocks(keyspace, dir, head.as_ref().map(|(head, _)| head.number))?;
    if let Some((head, manifest)) = &head {
        manifest.check(dir, head.number, &found.versions)?;
    }
    let Found { versions, superseded, tombstones, beyond } = found;
    Ok(Contents { head: head.map(|(head, _)| head), versions, superseded, tombstones, beyond, commands, settings })
}

/// Reads the identity; `None` if the creation of the world was interrupted.
pub(crate) fn identity(keyspace: &dyn Keyspace, dir: &Path) -> Result<Option<Identity>, StateError> {
    let Some(bytes) = record::read(keyspace, dir, (Kind::Identity, &keys::identity()))? else {
        return Ok(None);
    };
    let identity = postcard::from_bytes(&bytes);
    identity.map(Some).map_err(|_| record::refuse(dir, Kind::Identity, Flaw::Contents))
}

/// Removes the keys, and returns once the removal is on disk.
pub(crate) fn purge(keyspace: &dyn Keyspace, doomed: &[BlockKey]) -> Result<(), Failure> {
    if doomed.is_empty() {
        return Ok(());
    }
    for group in doomed.chunks(BATCH_KEYS) {
        let mut batch = Batch::default();
        for key in group {
            batch.remove(key.to_bytes());
        }
        keyspace.apply(&batch)?;
    }
    keyspace.flush()
}

#[derive(Debug, Default)]
struct Found {
    versions: Versions,
    superseded: Vec<(u64, Version)>,
    tombstones: Vec<(u64, Version)>,
    beyond: Vec<BlockKey>,
}

impl Found {
    /// Records the tombstone of a block, whose older version may be removed by now.
    fn add_tombstone(&mut self, id: u64, tombstone: Version) {
        match self.versions.remove(id) {
            Some(old) => {
                self.superseded.push((id, old));
                self.tombstones.push((id, tombstone));
            }
            None => self.superseded.push((id, tombstone)),
        }
    }

    fn add(&mut self, id: u64, version: Version) {
        if let Some(old) = self.versions.set(id, version) {
            self.superseded.push((id, old));
        }
    }
}

fn scan_blocks(keyspace: &dyn Keyspace, dir: &Path, head: Option<u64>) -> Result<Found, StateError> {
    let mut found = Found::default();
    let mut open: Option<(u64, Version)> = None;
    keyspace.scan(&keys::blocks_from(0), &keys::blocks_behind(u64::MAX), &mut |key, value| {
        let key = BlockKey::parse(key).ok_or_else(|| StateError::damaged(dir, "a block has a key of another shape"))?;
        if head.is_none_or(|head| key.number > head) {
            found.beyond.push(key);
            return Ok(());
        }
        if value.is_empty() {
            if let Some((id, version)) = open.take() {
                found.add(id, version);
            }
            found.add_tombstone(key.id, Version { number: key.number, last_part: 0 });
            return Ok(());
        }
        match &mut open {
            Some((id, version)) if (*id, version.number) == (key.id, key.number) => {
                version.last_part = follows(dir, key, version.last_part)?;
            }
            _ if key.part != 0 => return Err(lost_part(dir, key)),
            _ => {
                let next = (key.id, Version { number: key.number, last_part: 0 });
                if let Some((id, version)) = open.replace(next) {
                    found.add(id, version);
                }
            }
        }
        Ok(())
    })?;
    if let Some((id, version)) = open {
        found.add(id, version);
    }
    Ok(found)
}

fn follows(dir: &Path, key: BlockKey, last: u8) -> Result<u8, StateError> {
    if last.checked_add(1) == Some(key.part) { Ok(key.part) } else { Err(lost_part(dir, key)) }
}

fn lost_part(dir: &Path, key: BlockKey) -> StateError {
    StateError::damaged(dir, format!("block {} of checkpoint {} lost a part before {}", key.id, key.number, key.part))
}

fn count_settings(keyspace: &dyn Keyspace, dir: &Path) -> Result<u64, StateError> {
    let count = record::read(keyspace, dir, (Kind::Setting, &keys::settings_count()))?;
    let Some(count) = count else { return Ok(0) };
    let count: Result<[u8; 8], _> = count.try_into();
    count.map(u64::from_le_bytes).map_err(|_| record::refuse(dir, Kind::Setting, Flaw::Contents))
}

fn count_commands(keyspace: &dyn Keyspace, dir: &Path) -> Result<u64, StateError> {
    let (from, to) = keys::commands();
    let mut last = 0;
    keyspace.scan(&from, &to, &mut |key, _| match keys::command_sequence(key) {
        Some(sequence) if sequence == last || sequence == last + 1 => {
            last = sequence;
            Ok(())
        }
        _ => Err(StateError::damaged(dir, format!("command {} is missing from the log", last + 1))),
    })?;
    Ok(last)
}
