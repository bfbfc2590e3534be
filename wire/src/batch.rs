//! Encoded records as shards leave them, and their one order over all shards. Must not depend on: the fields of records,
//! sinks.

use crate::buffer::{KeptTexts, RecordBuffer};
use crate::hash::record_hash;
use populace_sim::{OrderKey, Stream, VirtualTime};

#[derive(Clone, Copy, Debug)]
struct Head {
    order: OrderKey,
    hash: u128,
    start: u32,
    entity_sequence: u32,
    value_len: u16,
    /// The place of the key, in bytes from the start of the value.
    key_at: u16,
    key_len: u16,
    stream: Stream,
    content: Content,
}

/// The meaning of a record's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// The value is the event.
    Value,
    /// The row of the key is gone. The value says so to readers of lines: an object with key, time, and `"deleted": true`. A
    /// sink that has records without a value sends none.
    Tombstone,
}

/// A record as a sink gets it.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// The stream of the record.
    pub stream: Stream,
    /// The virtual time of the record.
    pub time: VirtualTime,
    /// The record key.
    pub key: &'a [u8],
    /// The encoded object, without a newline.
    pub value: &'a [u8],
    /// The meaning of the value.
    pub content: Content,
    /// The position of the record among those of this stream that belong to the same user, driver or customer, from 1,
    /// whatever the key.
    pub entity_sequence: u32,
    /// The hash of key, time and value.
    pub hash: u128,
    /// The place of the record in the order of its window, from 0.
    pub place: u32,
}

impl<'a> Record<'a> {
    /// Returns the value for a sink that has records without a value; None if the row of the key is gone.
    #[inline]
    pub fn payload(&self) -> Option<&'a [u8]> {
        match self.content {
            Content::Value => Some(self.value),
            Content::Tombstone => None,
        }
    }
}

/// The records that some shards left in one window, each shard's in order.
#[derive(Clone, Debug, Default)]
pub struct Batch {
    heads: Vec<Head>,
    /// The number of records of the shards before the current one.
    shard_from: usize,
    buffer: RecordBuffer,
}

impl Batch {
    /// Returns the number of records.
    pub fn len(&self) -> usize {
        self.heads.len()
    }

    /// Returns `true` if the batch holds no records.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Returns the number of bytes of the encoded values.
    pub fn byte_len(&self) -> usize {
        self.buffer.bytes().len()
    }

    /// Begins the records of another shard.
    pub fn begin_shard(&mut self) {
        self.shard_from = self.heads.len();
    }

    /// Removes the records and keeps the memory for the next window.
    pub fn clear(&mut self) {
        self.heads.clear();
        self.shard_from = 0;
        self.buffer.clear();
    }

    /// Exchanges the texts that are kept from record to record with those of a thread that fills many batches.
    pub fn exchange_texts(&mut self, texts: &mut KeptTexts) {
        self.buffer.exchange_texts(texts);
    }

    /// Adds a record: `write` appends the value to the buffer and returns the lengths of value and key and the place of
    /// the key.
    ///
    /// # Panics
    /// If the record does not come after the last one of its shard, or reaches 64 KiB.
    #[inline]
    pub fn record(&mut self, stream: Stream, order: OrderKey, write: impl FnOnce(&mut RecordBuffer) -> WrittenRecord) {
        let start = self.buffer.bytes().len();
        let written = write(&mut self.buffer);
        let of_shard = &self.heads[self.shard_from..];
        assert!(of_shard.last().is_none_or(|h| h.order < order), "records of a shard must be in order");
        let key_at = start + written.key_at as usize;
        let bytes = self.buffer.bytes();
        let key = &bytes[key_at..key_at + written.key_len as usize];
        let value = &bytes[start..start + written.value_len as usize];
        let hash = record_hash(key, order.time, value);
        let start = u32::try_from(start).expect("a window's records stay under 4 GiB");
        let short = |length: u32| u16::try_from(length).expect("plans keep records under 64 KiB");
        self.heads.push(Head {
            order,
            hash,
            start,
            entity_sequence: written.entity_sequence,
            value_len: short(written.value_len),
            key_at: short(written.key_at),
            key_len: written.key_len,
            stream,
            content: written.content,
        });
    }

    fn get(&self, index: u32, place: u32) -> Record<'_> {
        let head = &self.heads[index as usize];
        let (bytes, start) = (self.buffer.bytes(), head.start as usize);
        let key_at = start + head.key_at as usize;
        Record {
            stream: head.stream,
            time: head.order.time,
            key: &bytes[key_at..key_at + head.key_len as usize],
            value: &bytes[start..start + head.value_len as usize],
            content: head.content,
            entity_sequence: head.entity_sequence,
            hash: head.hash,
            place,
        }
    }
}

/// The lengths and places of a record that a writer appended to a batch's buffer, in bytes from its beginning.
#[derive(Clone, Copy, Debug)]
pub struct WrittenRecord {
    /// The length of the value.
    pub value_len: u32,
    /// The place of the key: inside the value, or behind it.
    pub key_at: u32,
    /// The length of the key.
    pub key_len: u16,
    /// The position of the record among those of its entity in this stream, from 1.
    pub entity_sequence: u32,
    /// The meaning of the value.
    pub content: Content,
}

/// The batches of all shards for one window, in their one order. A clone takes no more memory than its records need.
#[derive(Clone, Debug, Default)]
pub struct Merged {
    batches: Vec<Batch>,
    order: Vec<(OrderKey, u32, u32)>,
}

impl Merged {
    /// Merges the batches of one window. The result does not depend on the order of `batches`.
    pub fn new(batches: Vec<Batch>) -> Self {
        let mut order = Vec::with_capacity(batches.iter().map(Batch::len).sum());
        for (b, batch) in (0..).zip(&batches) {
            order.extend((0..).zip(&batch.heads).map(|(i, head)| (head.order, b, i)));
        }
        // The standard stable sort finds the runs, one a shard, and merges them.
        order.sort_by_key(|e| e.0);
        Merged { batches, order }
    }

    /// Returns the number of records.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Returns `true` if there are no records.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Returns the records in order.
    pub fn iter(&self) -> impl Iterator<Item = Record<'_>> {
        (0..self.order.len() as u32).map(|place| self.get(place))
    }

    /// Returns the record at a place in the order.
    ///
    /// # Panics
    /// If there are no more than `place` records.
    #[inline]
    pub fn get(&self, place: u32) -> Record<'_> {
        let (_, batch, index) = self.order[place as usize];
        self.batches[batch as usize].get(index, place)
    }

    /// Returns the number of bytes of the encoded values.
    pub fn byte_len(&self) -> usize {
        self.batches.iter().map(Batch::byte_len).sum()
    }

    /// Returns the batches, emptied, so that their memory is used again.
    pub fn recycle(mut self) -> Vec<Batch> {
        self.batches.iter_mut().for_each(Batch::clear);
        self.batches
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::digest::Digests;
    use proptest::prelude::*;

    fn batch(records: &[(i64, u64)]) -> Batch {
        let mut sorted = records.to_vec();
        sorted.sort();
        sorted.dedup();
        let mut batch = Batch::default();
        for (time, entity) in sorted {
            let order = OrderKey::new(VirtualTime::from_micros(time), entity, 1, 0);
            batch.record(Stream::Trips, order, |out| {
                let text = format!("{entity}@{time}");
                let mut writer = out.writer();
                writer.append(text.as_bytes());
                writer.finish();
                let value_len = text.len() as u32;
                WrittenRecord { value_len, key_at: 0, key_len: 1, entity_sequence: 7, content: Content::Value }
            });
        }
        batch
    }

    fn digest(merged: &Merged) -> Digests {
        let mut digests = Digests::default();
        merged.iter().for_each(|r| digests.add(&r));
        digests
    }

    proptest! {
        #[test]
        fn the_order_of_the_shards_does_not_matter(
            a in prop::collection::vec((0i64..50, 0u64..5), 0..40),
            b in prop::collection::vec((0i64..50, 5u64..9), 0..40),
        ) {
            let one = Merged::new(vec![batch(&a), batch(&b)]);
            let other = Merged::new(vec![batch(&b), batch(&a)]);
            prop_assert_eq!(digest(&one), digest(&other));
            let times: Vec<_> = one.iter().map(|r| r.time).collect();
            prop_assert!(times.is_sorted());
        }
    }

    #[test]
    fn a_record_read_back_has_the_same_hash() {
        let merged = Merged::new(vec![batch(&[(5, 3)])]);
        let record = merged.iter().next().expect("one record");
        assert_eq!((record.key, record.value), (&b"3"[..], &b"3@5"[..]));
        assert_eq!(record.entity_sequence, 7);
        assert_eq!(record_hash(record.key, record.time, record.value), record.hash);
    }

    #[test]
    fn what_is_kept_of_a_record_beside_its_bytes_is_small() {
        assert_eq!(size_of::<Head>(), 48);
    }
}
