//! The records of the open epoch, kept until it is committed, so that they can be sent again after a failed commit.
//! Bytes in order. Must not depend on: a producer.

use super::framing::Framings;
use populace_sim::Stream;
use populace_wire::{Content, Record};

/// The place, time and lengths of one record.
#[derive(Clone, Copy, Debug)]
struct Head {
    stream: Stream,
    partition: i32,
    millis: i64,
    sequence: u32,
    start: usize,
    key: u32,
    value: u32,
    content: Content,
}

/// A record to be sent to a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outgoing<'a> {
    /// The stream.
    pub stream: Stream,
    /// The partition of its topic.
    pub partition: i32,
    /// The timestamp in UTC milliseconds.
    pub millis: i64,
    /// The number of the entity's records so far, including this one.
    pub sequence: u32,
    /// The record key.
    pub key: &'a [u8],
    /// The value; of a record from an [`Epoch`], with its schema id in front.
    pub value: &'a [u8],
    /// The meaning of the value; of a tombstone, which is sent without one, it is empty.
    pub content: Content,
    /// The schema id for a record header; None if the topic has none there.
    pub schema_id: Option<&'a [u8]>,
}

impl<'a> Outgoing<'a> {
    /// Returns a record of the world for a partition.
    pub fn new(record: &Record<'a>, partition: usize) -> Self {
        Outgoing {
            stream: record.stream,
            partition: partition as i32,
            millis: record.time.micros().div_euclid(1_000),
            sequence: record.entity_sequence,
            key: record.key,
            value: record.payload().unwrap_or_default(),
            content: record.content,
            schema_id: None,
        }
    }
}

/// The records of an epoch, as they are sent.
#[derive(Debug, Default)]
pub struct Epoch {
    framings: Framings,
    heads: Vec<Head>,
    bytes: Vec<u8>,
}

impl Epoch {
    /// Returns an empty epoch for topics with these framings.
    pub(super) fn new(framings: Framings) -> Self {
        Epoch { framings, ..Epoch::default() }
    }

    /// Appends a record, whose value is without a schema id.
    #[inline]
    pub fn push(&mut self, record: &Outgoing<'_>) {
        let start = self.bytes.len();
        let prefix: &[u8] = match record.content {
            Content::Value => &self.framings.of(record.stream).prefix,
            Content::Tombstone => &[],
        };
        self.bytes.extend_from_slice(record.key);
        self.bytes.extend_from_slice(prefix);
        self.bytes.extend_from_slice(record.value);
        self.heads.push(Head {
            stream: record.stream,
            partition: record.partition,
            millis: record.millis,
            sequence: record.sequence,
            start,
            key: record.key.len() as u32,
            value: (prefix.len() + record.value.len()) as u32,
            content: record.content,
        });
    }

    /// Returns the number of records.
    pub fn len(&self) -> u64 {
        self.heads.len() as u64
    }

    /// Returns whether the epoch has no records.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Returns the number of bytes of all keys and values.
    pub fn bytes(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Returns the record that was appended last.
    ///
    /// # Panics
    /// If the epoch is empty.
    #[inline]
    pub fn last(&self) -> Outgoing<'_> {
        self.get(self.len() - 1)
    }

    /// Returns the record at `index`, which is below [`Epoch::len`].
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
            content: head.content,
            schema_id: match head.content {
                Content::Value => self.framings.of(head.stream).header.as_deref(),
                Content::Tombstone => None,
            },
        }
    }

    /// Removes all records and keeps the memory.
    pub fn clear(&mut self) {
        self.heads.clear();
        self.bytes.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::super::framing::Framing;
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
            content: Content::Value,
            schema_id: None,
        };
        (0..20).for_each(|n| epoch.push(&outgoing(n)));
        assert!((0..20).all(|n| epoch.get(n as u64) == outgoing(n)));
        assert_eq!((epoch.len(), epoch.bytes()), (20, (0..20).map(|n| 4 * n).sum()));
        epoch.clear();
        assert!(epoch.is_empty());
    }

    #[test]
    fn the_schema_id_is_in_front_or_in_a_header() {
        let mut framings = Framings::default();
        framings.set(Stream::Trips, Framing { prefix: Box::from([0, 1]), header: None });
        framings.set(Stream::Labels, Framing { prefix: Box::default(), header: Some(Box::from([0, 2])) });
        let mut epoch = Epoch::new(framings);
        let sent = [(Stream::Trips, &b"\x00\x01v"[..], None), (Stream::Labels, b"v", Some(&[0, 2][..]))];
        for (stream, value, schema_id) in sent {
            let (key, value_of_it, content) = (b"k", b"v", Content::Value);
            let record = Outgoing {
                stream,
                partition: 0,
                millis: 1,
                sequence: 1,
                key,
                value: value_of_it,
                content,
                schema_id: None,
            };
            epoch.push(&record);
            assert_eq!(epoch.last(), Outgoing { value, schema_id, ..record });
        }
        assert_eq!(epoch.get(0).value, b"\x00\x01v");
        let gone = Outgoing { value: b"", content: Content::Tombstone, ..epoch.get(0) };
        let (mut other, gone) = (Epoch::new(epoch.framings.clone()), Outgoing { schema_id: None, ..gone });
        other.push(&gone);
        assert_eq!(other.last(), gone, "a tombstone has no schema");
    }
}
