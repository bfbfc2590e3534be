//! The records of the epoch that is open, kept until it is committed, so that they can be sent once more when a commit
//! failed. Bytes in their order; knows no producer.

use populace_sim::Stream;
use populace_wire::Record;

/// Where and what one record is.
#[derive(Clone, Copy, Debug)]
struct Head {
    stream: Stream,
    partition: i32,
    millis: i64,
    sequence: u32,
    start: usize,
    key: u32,
    value: u32,
}

/// A record on its way to a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing<'a> {
    /// The stream.
    pub stream: Stream,
    /// Partition of its topic.
    pub partition: i32,
    /// Timestamp in UTC milliseconds.
    pub millis: i64,
    /// The entity's records so far, this one included.
    pub sequence: u32,
    /// Record key.
    pub key: &'a [u8],
    /// Record value.
    pub value: &'a [u8],
}

impl<'a> Outgoing<'a> {
    /// A record of the world on its way to a partition.
    pub fn new(record: &Record<'a>, partition: usize) -> Self {
        Outgoing {
            stream: record.stream,
            partition: partition as i32,
            millis: record.time.micros().div_euclid(1_000),
            sequence: record.entity_sequence,
            key: record.key,
            value: record.value,
        }
    }
}

/// The records of an epoch.
#[derive(Debug, Default)]
pub struct Epoch {
    heads: Vec<Head>,
    bytes: Vec<u8>,
}

impl Epoch {
    /// Keeps a record.
    #[inline]
    pub fn push(&mut self, record: &Outgoing<'_>) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(record.key);
        self.bytes.extend_from_slice(record.value);
        self.heads.push(Head {
            stream: record.stream,
            partition: record.partition,
            millis: record.millis,
            sequence: record.sequence,
            start,
            key: record.key.len() as u32,
            value: record.value.len() as u32,
        });
    }

    /// Records in it.
    pub fn len(&self) -> u64 {
        self.heads.len() as u64
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Bytes of their keys and values.
    pub fn bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// The record at `index`, below [`Epoch::len`].
    pub fn get(&self, index: u64) -> Outgoing<'_> {
        let head = &self.heads[index as usize];
        let value = head.start + head.key as usize;
        Outgoing {
            stream: head.stream,
            partition: head.partition,
            millis: head.millis,
            sequence: head.sequence,
            key: &self.bytes[head.start..value],
            value: &self.bytes[value..value + head.value as usize],
        }
    }

    /// Forgets them and keeps the memory.
    pub fn clear(&mut self) {
        self.heads.clear();
        self.bytes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_as_they_were_kept() {
        let mut epoch = Epoch::default();
        let record = |n: u8| (vec![n; n as usize], vec![n + 1; 3 * n as usize]);
        let kept: Vec<_> = (0..20).map(record).collect();
        let outgoing = |n: usize| Outgoing {
            stream: Stream::ALL[n % 3],
            partition: n as i32,
            millis: -(n as i64),
            sequence: n as u32,
            key: &kept[n].0,
            value: &kept[n].1,
        };
        (0..20).for_each(|n| epoch.push(&outgoing(n)));
        assert!((0..20).all(|n| epoch.get(n as u64) == outgoing(n)));
        assert_eq!((epoch.len(), epoch.bytes()), (20, (0..20).map(|n| 4 * n).sum()));
        epoch.clear();
        assert!(epoch.is_empty());
    }
}
