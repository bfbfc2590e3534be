//! The hashes of all committed records of all partitions. Must not depend on: the world.

use crate::run::RunError;
use crate::sink::TopicNames;
use crate::sink::kafka::{Cluster, Extent, Layouts, Partitions, record_hash_on_wire};
use populace_sim::{STREAMS, Stream};
use populace_wire::Digest;

/// The records of one partition.
pub(super) struct Read {
    /// The offsets of the first kept record and after the last.
    pub(super) extent: Extent,
    /// The count and chained hash of the records.
    pub(super) digest: Digest,
    /// The lower half of each record's hash, and its offset.
    pub(super) records: Vec<(u64, i64)>,
    /// The digest of the first records, up to the marked count.
    pub(super) marked: Digest,
    /// The highest epoch in the headers of the records; 0 without headers.
    pub(super) epoch: u64,
}

impl Read {
    pub(super) fn new(extent: Extent) -> Self {
        let (digest, marked) = Default::default();
        Read { extent, digest, records: Vec::new(), marked, epoch: 0 }
    }

    /// Returns whether the partition holds exactly the records of this digest.
    pub(super) fn is(&self, expected: &Digest) -> bool {
        self.digest == *expected
    }

    /// Returns whether the broker deleted all records of a partition that had some.
    pub(super) fn was_emptied(&self) -> bool {
        self.digest.count == 0 && self.extent.low > 0
    }
}

/// The topics to read.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) topics: &'a TopicNames,
    /// The layouts of the values, whose digests are over the values without a schema id.
    pub(super) layouts: Layouts,
}

/// The records of all partitions.
pub(super) struct Found([Vec<Read>; STREAMS]);

impl Found {
    /// Reads topics that must have as many partitions as `marks` has digests. The digest of as many first records as
    /// each mark counts is kept separately.
    pub(super) fn read(from: Source<'_>, marks: &Partitions) -> Result<Self, RunError> {
        let extents = from.cluster.extents()?;
        let mut found = Found(Default::default());
        for (stream, topic) in from.topics.iter() {
            let (extents, marks) = (extents[stream as usize].as_deref(), &marks.0[stream as usize]);
            let extents = there(topic, extents, marks.len())?;
            let read = extents
                .iter()
                .zip(marks)
                .enumerate()
                .map(|(number, (extent, mark))| read_partition(from, (stream, number as i32), *extent, mark.count));
            found.0[stream as usize] = read.collect::<Result<_, _>>()?;
        }
        Ok(found)
    }

    /// Returns the partitions of a stream's topic.
    pub(super) fn of(&self, stream: Stream) -> &[Read] {
        &self.0[stream as usize]
    }

    /// Returns all partitions.
    pub(super) fn all(&self) -> impl Iterator<Item = &Read> {
        self.0.iter().flatten()
    }

    /// Returns whether the marked first records of every partition are those of `expected`.
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
    from: Source<'_>,
    (stream, number): (Stream, i32),
    extent: Extent,
    mark: u64,
) -> Result<Read, RunError> {
    let mut read = Read::new(extent);
    from.cluster.read_extent(from.topics.of(stream), (number, extent), |message| {
        let value = from.layouts.strip(stream, message.value);
        let hash = record_hash_on_wire(message.key, message.millis, value);
        read.digest.add(hash);
        read.records.push((hash as u64, message.offset));
        read.epoch = read.epoch.max(message.epoch().unwrap_or_default());
        if read.digest.count == mark {
            read.marked = read.digest;
        }
    })?;
    Ok(read)
}
