//! The comparison of a compacted partition with a replay: the broker may have deleted any record that a later one of its key
//! replaces, and tombstones. Must not depend on: the cluster.

use super::digests::hash_of;
use super::read::Read;
use crate::run::RunError;
use populace_sim::{VirtualTime, format_time};
use populace_wire::{Content, Record};
use std::collections::BTreeMap;

/// The state of the comparison of a compacted partition.
pub(super) struct CompactedPlace<'a> {
    read: &'a Read,
    /// The index of the next record that is there.
    at: usize,
    /// The number of records of the partition that are still to come.
    left: u64,
    /// The last record of each key, where it is not there, with its time.
    missing: BTreeMap<Vec<u8>, VirtualTime>,
}

impl<'a> CompactedPlace<'a> {
    /// Returns the comparison of a partition into which `written` records were written.
    pub(super) fn new(read: &'a Read, written: u64) -> Self {
        CompactedPlace { read, at: 0, left: written, missing: BTreeMap::new() }
    }

    /// Compares the next record of the replay.
    pub(super) fn meet(&mut self, record: &Record<'_>) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        let next = self.read.records.get(self.at);
        if next.is_some_and(|(hash, _)| *hash == hash_of(record) as u64) {
            self.at += 1;
            self.missing.remove(record.key);
        } else if record.content == Content::Tombstone {
            self.missing.remove(record.key);
        } else {
            self.missing.insert(record.key.to_vec(), record.time);
        }
    }

    /// Ends the comparison.
    ///
    /// # Errors
    /// If a record is there that the world did not write, or the last one of a key is not there; as text.
    pub(super) fn finish(&self, topic: &str, number: usize) -> Result<(), RunError> {
        let place = |what: String| Err(RunError::Unequal(format!("{topic} partition {number}{what}")));
        if let Some((_, offset)) = self.read.records.get(self.at) {
            return place(format!(", offset {offset}: the record is not one that this world wrote here"));
        }
        match self.missing.first_key_value() {
            Some((key, time)) => {
                let (key, time) = (String::from_utf8_lossy(key), format_time(*time));
                place(format!(": the last row of {key} is missing, which is the one of {time}"))
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::kafka::Extent;
    use populace_sim::Stream;

    fn record<'a>(key: &'a [u8], value: &'a [u8]) -> Record<'a> {
        let content = if value.is_empty() { Content::Tombstone } else { Content::Value };
        let time = VirtualTime::from_seconds(1);
        Record { stream: Stream::Users, time, key, value, content, entity_sequence: 1, hash: 0, place: 0 }
    }

    /// Returns the fault of a partition that holds the records at these places of what was written.
    fn fault(written: &[Record<'_>], there: &[usize]) -> Option<String> {
        let mut read = Read::new(Extent { low: 0, high: 9 });
        there.iter().for_each(|n| read.records.push((hash_of(&written[*n]) as u64, *n as i64)));
        let mut place = CompactedPlace::new(&read, written.len() as u64);
        written.iter().for_each(|record| place.meet(record));
        place.finish("t", 0).err().map(|error| error.to_string())
    }

    #[test]
    fn what_a_later_row_replaces_may_be_gone_and_nothing_else() {
        let written =
            [record(b"a", b"1"), record(b"b", b"1"), record(b"a", b"2"), record(b"b", b""), record(b"a", b"3")];
        for there in [&[0, 1, 2, 3, 4][..], &[3, 4], &[4], &[1, 4], &[0, 4]] {
            assert_eq!(fault(&written, there), None, "{there:?}");
        }
        for (there, word) in [(&[0, 1, 2, 3][..], "last row of a"), (&[], "last row of a"), (&[4, 3], "offset 3")] {
            assert!(fault(&written, there).is_some_and(|fault| fault.contains(word)), "{there:?}");
        }
    }
}
