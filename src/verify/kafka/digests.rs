//! The digests of a world's partitions, in its progress and in a replay. Must not depend on: the cluster.

use crate::sink::kafka::{Partitions, Progress, partition_of, record_hash_on_wire};
use populace_sim::Stream;
use populace_wire::{Digest, Record};

/// Returns the digests of a topic's partitions in the progress.
pub(super) fn expected(progress: &Progress, stream: Stream) -> &[Digest] {
    &progress.partitions.0[stream as usize]
}

/// Adds a record to the digest of its partition.
pub(super) fn add(partitions: &mut Partitions, record: &Record<'_>) {
    let digests = &mut partitions.0[record.stream as usize];
    let partition = partition_of(record.key, digests.len());
    digests[partition].add(hash_of(record));
}

/// Returns the hash of a record as readers of its topic compute it.
pub(super) fn hash_of(record: &Record<'_>) -> u128 {
    record_hash_on_wire(record.key, record.time.micros().div_euclid(1_000), record.payload().unwrap_or_default())
}
