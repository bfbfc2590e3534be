//! Every committed record of every partition, by its hash. Must not depend on: the world.

use crate::run::RunError;
use crate::sink::TopicNames;
use crate::sink::kafka::{Cluster, Extent, Partitions, record_hash_on_wire};
use populace_sim::{STREAMS, Stream};
use populace_wire::Digest;

/// What was read of one partition.
pub(super) struct Read {
    /// Offsets of the first record that is kept and after the last.
    pub(super) extent: Extent,
    /// Count and chained hash of its records.
    pub(super) digest: Digest,
    /// Half of each record's hash, and its offset.
    pub(super) records: Vec<(u64, i64)>,
    /// The digest after as many records as were marked.
    pub(super) marked: Digest,
    /// The highest epoch that a record's headers name; 0 without headers.
    pub(super) epoch: u64,
}

impl Read {
    pub(super) fn new(extent: Extent) -> Self {
        let (digest, marked) = Default::default();
        Read { extent, digest, records: Vec::new(), marked, epoch: 0 }
    }

    /// Whether it holds exactly what has this digest.
    pub(super) fn is(&self, expected: &Digest) -> bool {
        self.digest == *expected
    }

    /// Whether the broker deleted all of its records, of which there were some.
    pub(super) fn was_emptied(&self) -> bool {
        self.digest.count == 0 && self.extent.low > 0
    }
}

/// What was read of all partitions.
pub(super) struct Found([Vec<Read>; STREAMS]);

impl Found {
    /// Reads topics that must have as many partitions as `marks` has digests; how the first `count` records of each digest
    /// of `marks` hash is kept apart.
    pub(super) fn read(cluster: &Cluster, topics: &TopicNames, marks: &Partitions) -> Result<Self, RunError> {
        let extents = cluster.extents()?;
        let mut found = Found(Default::default());
        for (stream, topic) in topics.iter() {
            let (extents, marks) = (extents[stream as usize].as_deref(), &marks.0[stream as usize]);
            let extents = there(topic, extents, marks.len())?;
            let read =
                extents.iter().zip(marks).enumerate().map(|(number, (extent, mark))| {
                    read_partition(cluster, (topic, number as i32), *extent, mark.count)
                });
            found.0[stream as usize] = read.collect::<Result<_, _>>()?;
        }
        Ok(found)
    }

    /// The partitions of a stream's topic.
    pub(super) fn of(&self, stream: Stream) -> &[Read] {
        &self.0[stream as usize]
    }

    /// Every partition.
    pub(super) fn all(&self) -> impl Iterator<Item = &Read> {
        self.0.iter().flatten()
    }

    /// Whether the first records of every partition are those of `expected`, as marked.
    pub(super) fn begins_with(&self, expected: &Partitions) -> bool {
        self.0.iter().flatten().map(|read| &read.marked).eq(expected.0.iter().flatten())
    }
}

fn there<'a>(topic: &str, extents: Option<&'a [Extent]>, expected: usize) -> Result<&'a [Extent], RunError> {
    match extents {
        None => Err(RunError::Unequal(format!("{topic}, which this world writes, is not there"))),
        Some(extents) if extents.len() != expected => Err(RunError::Unequal(format!(
            "{topic} has {} partitions, and this world wrote {expected}: it was changed, or deleted and made again",
            extents.len()
        ))),
        Some(extents) => Ok(extents),
    }
}

fn read_partition(
    cluster: &Cluster,
    (topic, number): (&str, i32),
    extent: Extent,
    mark: u64,
) -> Result<Read, RunError> {
    let mut read = Read::new(extent);
    cluster.read_extent(topic, (number, extent), |message| {
        let hash = record_hash_on_wire(message.key, message.millis, message.value);
        read.digest.add(hash);
        read.records.push((hash as u64, message.offset));
        read.epoch = read.epoch.max(message.epoch().unwrap_or_default());
        if read.digest.count == mark {
            read.marked = read.digest;
        }
    })?;
    Ok(read)
}
