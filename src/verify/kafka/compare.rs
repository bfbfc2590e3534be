//! The comparison of topics with known progress, record by record: the remaining records with a replay, the missing
//! ones with the retention of the broker.

use super::compacted::CompactedPlace;
use super::digests::{expected, hash_of};
use super::read::{Found, Read};
use crate::run::{RunError, StoredWorld};
use crate::sink::kafka::{Cluster, Progress, partition_of};
use crate::verify::replay::{Going, Life, replay};
use populace_sim::{RULES_VERSION, Stream, VirtualTime, format_time};
use populace_wire::Record;

/// Refuses partitions without any of their records, if the broker's retention does not explain that.
pub(super) fn refuse_empty(cluster: &Cluster, progress: &Progress, found: &Found) -> Result<(), RunError> {
    let written = progress.partitions.total();
    if written > 0 && found.all().all(|read| read.digest.count == 0) {
        return Err(RunError::Unequal(format!(
            "the topics hold none of the {written} records that this world wrote ({}): they were deleted, or made again",
            progress.topics.names().collect::<Vec<_>>().join(", ")
        )));
    }
    for (stream, topic) in progress.topics.iter().filter(|(stream, _)| !stream.is_table()) {
        let pairs = found.of(stream).iter().zip(expected(progress, stream)).enumerate();
        for (number, (read, written)) in pairs.filter(|(_, (read, _))| read.digest.count == 0) {
            let gone = written.count > 0 && !(read.was_emptied() && cluster.may_delete(topic)?);
            if gone {
                return Err(RunError::Unequal(format!(
                    "{topic} partition {number} holds none of the {} records that this world wrote: {}",
                    written.count,
                    why_empty(read, written.count)
                )));
            }
        }
    }
    Ok(())
}

fn why_empty(read: &Read, written: u64) -> &'static str {
    if read.extent.high.unsigned_abs() < written {
        "the topic was deleted and made again, or lost them"
    } else {
        "they were deleted, which the topic's retention does not explain"
    }
}

/// Refuses partitions that lack more records at their beginning than the broker can have deleted: offsets are never
/// reused, so that each deleted record raised the offset of the first remaining one. Tables are compacted, and were compared
/// by key.
pub(super) fn refuse_new(progress: &Progress, found: &Found) -> Result<(), RunError> {
    for (stream, topic) in progress.topics.iter().filter(|(stream, _)| !stream.is_table()) {
        for (number, (read, written)) in found.of(stream).iter().zip(expected(progress, stream)).enumerate() {
            let (there, low) = (read.digest.count, read.extent.low);
            if written.count.saturating_sub(there) > low.unsigned_abs() {
                return Err(RunError::Unequal(format!(
                    "{topic} partition {number} holds {there} of the {} records that this world wrote, and begins at \
                     offset {low}: the topic was deleted and made again, or lost records",
                    written.count
                )));
            }
        }
    }
    Ok(())
}

/// The records that a world wrote into topics, and the records that were read.
pub(super) struct Written<'a> {
    /// The instant from which the world wrote into these topics.
    pub(super) since: VirtualTime,
    pub(super) progress: &'a Progress,
    pub(super) found: &'a Found,
}

/// Replays the world from its beginning and compares every remaining record with its place.
pub(super) fn one_by_one(world: &StoredWorld, written: Written<'_>, threads: usize) -> Result<(), RunError> {
    let Written { since, progress, found } = written;
    if world.store.identity().rules_version != RULES_VERSION {
        let why = "the topics differ from what this world wrote; which record it is cannot be told, for older rules \
                   made it";
        return Err(RunError::Unequal(why.into()));
    }
    let mut places = Stream::ALL.map(|stream| {
        let all = found.of(stream).iter().zip(expected(progress, stream));
        all.map(|(read, expected)| Place { read, left: expected.count, expected: expected.count }).collect::<Vec<_>>()
    });
    for (stream, topic) in progress.topics.iter() {
        for (number, place) in places[stream as usize].iter().enumerate() {
            place.holds_no_more(topic, number)?;
        }
    }
    let mut tables = Stream::ALL.map(|stream| {
        let all = found.of(stream).iter().zip(expected(progress, stream)).filter(|_| stream.is_table());
        all.map(|(read, expected)| CompactedPlace::new(read, expected.count)).collect::<Vec<_>>()
    });
    let life = Life::from_birth(world, threads)?;
    replay(life, progress.time, |record| {
        if let Some(record) = record.filter(|record| record.time >= since) {
            let stream = record.stream as usize;
            let number = partition_of(record.key, places[stream].len());
            match tables[stream].get_mut(number) {
                Some(place) => place.meet(record),
                None => places[stream][number].meet(record, progress.topics.of(record.stream), number)?,
            }
        }
        Ok(Going::On)
    })?;
    for (stream, topic) in progress.topics.iter() {
        let mut places = tables[stream as usize].iter().enumerate();
        places.try_for_each(|(number, place)| place.finish(topic, number))?;
    }
    Ok(())
}

/// The state of the comparison of a partition.
struct Place<'a> {
    read: &'a Read,
    /// The number of records of the partition that are still to come, and of all.
    left: u64,
    expected: u64,
}

impl Place<'_> {
    fn holds_no_more(&self, topic: &str, number: usize) -> Result<(), RunError> {
        let there = self.read.digest.count;
        if there <= self.expected {
            return Ok(());
        }
        let expected = self.expected;
        Err(RunError::Unequal(format!(
            "{topic} partition {number} holds {there} records, and this world wrote {expected}: a record is duplicated, \
             or another producer wrote to it"
        )))
    }

    fn meet(&mut self, record: &Record<'_>, topic: &str, number: usize) -> Result<(), RunError> {
        if self.left == 0 {
            return Ok(());
        }
        let there = self.read.records.len() as u64;
        let at = there.checked_sub(self.left);
        self.left -= 1;
        // The record is before the first remaining one: the broker has deleted it.
        let Some(at) = at else { return Ok(()) };
        let (hash, offset) = self.read.records[at as usize];
        if hash == hash_of(record) as u64 {
            return Ok(());
        }
        let again = at > 0 && self.read.records[at as usize - 1].0 == hash;
        let what = if again { "a record is there twice" } else { "a record is missing or differs" };
        let key = String::from_utf8_lossy(record.key);
        let time = format_time(record.time);
        Err(RunError::Unequal(format!(
            "{topic} partition {number}, offset {offset}: {what}; expected was the one of {key} at {time}"
        )))
    }
}
