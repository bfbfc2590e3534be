//! The head: the record of the last committed checkpoint, with the number and the digest of its blocks.
//! Must not depend on: the meaning of the caller's bytes, which the head carries.

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
    /// The number of the checkpoint: 0 for the first, one more with each further one.
    pub number: u64,
    /// The bytes that the caller passed with it: virtual time, digests, positions.
    pub meta: Vec<u8>,
}

#[derive(Debug, Serialize, Deserialize)]
struct HeadRecord {
    number: u64,
    blocks: u64,
    digest: u64,
    meta: Vec<u8>,
}

/// The count and the digest of the blocks, as stored in the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Manifest {
    blocks: u64,
    digest: u64,
}

impl Manifest {
    pub(crate) fn of(versions: &Versions) -> Self {
        Self { blocks: versions.len(), digest: versions.digest() }
    }

    /// Compares the stored count and digest with those of `versions`.
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

/// Adds the head to the batch, in place of the previous one.
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

/// Reads the head; `None` before the first checkpoint.
pub(crate) fn read(keyspace: &dyn Keyspace, dir: &Path) -> Result<Option<(Head, Manifest)>, StateError> {
    let Some(bytes) = record::read(keyspace, dir, (Kind::Head, &keys::head()))? else {
        return Ok(None);
    };
    let record: HeadRecord =
        postcard::from_bytes(&bytes).map_err(|_| record::refuse(dir, Kind::Head, Flaw::Contents))?;
    let manifest = Manifest { blocks: record.blocks, digest: record.digest };
    Ok(Some((Head { number: record.number, meta: record.meta }, manifest)))
}
