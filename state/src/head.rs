//! The head: the record that says which checkpoint is the world now, and how many blocks it must have.
//! The caller's own bytes ride along unread.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::error::StateError;
use crate::format::{Flaw, Kind};
use crate::keys;
use crate::keyspace::{Batch, Keyspace};
use crate::record;
use crate::versions::Versions;

/// The last committed checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Its number: 0 at birth, one more with each checkpoint.
    pub number: u64,
    /// What the caller gave with it: virtual time, digests, positions.
    pub meta: Vec<u8>,
}

#[derive(Debug, Serialize, Deserialize)]
struct HeadRecord {
    number: u64,
    blocks: u64,
    digest: u64,
    meta: Vec<u8>,
}

/// What the head says of its blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Manifest {
    blocks: u64,
    digest: u64,
}

impl Manifest {
    pub(crate) fn of(versions: &Versions) -> Self {
        Self { blocks: versions.len(), digest: versions.digest() }
    }

    /// Compares what the head counted with what is there.
    pub(crate) fn check(self, dir: &Path, number: u64, versions: &Versions) -> Result<(), StateError> {
        let found = Self::of(versions);
        if found == self {
            return Ok(());
        }
        let what = if found.blocks == self.blocks {
            format!("checkpoint {number} does not hold the blocks that were written")
        } else {
            format!("checkpoint {number} has {} blocks, {} are there", self.blocks, found.blocks)
        };
        Err(StateError::damaged(dir, what))
    }
}

/// Puts the head into the batch, in place of the one before.
pub(crate) fn write(
    keyspace: &dyn Keyspace,
    batch: &mut Batch,
    head: &Head,
    manifest: Manifest,
) -> Result<(), StateError> {
    let Manifest { blocks, digest } = manifest;
    let record = HeadRecord { number: head.number, blocks, digest, meta: head.meta.clone() };
    let bytes = postcard::to_allocvec(&record).expect("a head is plain data");
    record::replace(keyspace, batch, (Kind::Head, &keys::head()), &bytes)
}

/// Reads the head, or none before the first checkpoint.
pub(crate) fn read(keyspace: &dyn Keyspace, dir: &Path) -> Result<Option<(Head, Manifest)>, StateError> {
    let Some(bytes) = record::read(keyspace, dir, (Kind::Head, &keys::head()))? else {
        return Ok(None);
    };
    let record: HeadRecord =
        postcard::from_bytes(&bytes).map_err(|_| record::refuse(dir, Kind::Head, Flaw::Contents))?;
    let manifest = Manifest { blocks: record.blocks, digest: record.digest };
    Ok(Some((Head { number: record.number, meta: record.meta }, manifest)))
}
