//! The records of the open epoch, held until it is committed, so that they can be sent again after a failed commit. The
//! windows that they are of are held, not copies of them. Must not depend on: a producer.

use super::framing::{Framing, Framings};
use populace_sim::Stream;
use populace_wire::{Content, Merged, Record};
use std::sync::Arc;

/// The number of bytes of records from which a window is held as it is. Of a smaller one, a clone is: most of the memory of
/// its batches is spare room, and an epoch of a live world has many such windows.
const WHOLE_WINDOW_BYTES: usize = 1 << 20;

/// The place of one record.
#[derive(Clone, Copy, Debug)]
struct Head {
    /// The number of its window among those that are held.
    window: u32,
    /// The place of the record in the window.
    place: u32,
    partition: i32,
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
    /// The value; of a record from an [`Epoch`], with its schema id in front if the topic has it there.
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

/// The records of an epoch.
#[derive(Debug, Default)]
pub struct Epoch {
    framings: Framings,
    heads: Vec<Head>,
    /// The windows of the records, and the current window as the last.
    windows: Vec<Arc<Merged>>,
    bytes: u64,
    /// The last value that was put behind its schema id.
    framed: Vec<u8>,
}

impl Epoch {
    /// Returns an empty epoch for topics with these framings.
    pub(super) fn new(framings: Framings) -> Self {
        Epoch { framings, ..Epoch::default() }
    }

    /// Begins a window, of which all further records are.
    pub fn window(&mut self, window: &Arc<Merged>) {
        if self.heads.is_empty() {
            self.windows.clear();
        }
        let is_small = window.byte_len() < WHOLE_WINDOW_BYTES;
        self.windows.push(if is_small { Arc::new(Merged::clone(window)) } else { window.clone() });
    }

    /// Appends a record of the current window.
    #[inline]
    pub fn push(&mut self, record: &Record<'_>, partition: usize) {
        let outgoing = Outgoing::new(record, partition);
        let prefix = framing_of(&self.framings, &outgoing).map_or(0, |framing| framing.prefix.len());
        self.bytes += (outgoing.key.len() + prefix + outgoing.value.len()) as u64;
        let window = self.windows.len().checked_sub(1).expect("a record is of a window") as u32;
        self.heads.push(Head { window, place: record.place, partition: partition as i32 });
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
        self.bytes
    }

    /// Returns the record that was appended last, as it is sent.
    ///
    /// # Panics
    /// If the epoch is empty.
    #[inline]
    pub fn last(&mut self) -> Outgoing<'_> {
        self.get(self.len() - 1)
    }

    /// Returns the record at `index`, which is below [`Epoch::len`], as it is sent.
    #[inline]
    pub fn get(&mut self, index: u64) -> Outgoing<'_> {
        let head = &self.heads[index as usize];
        let record = self.windows[head.window as usize].get(head.place);
        let plain = Outgoing::new(&record, head.partition as usize);
        let Some(framing) = framing_of(&self.framings, &plain) else { return plain };
        if framing.prefix.is_empty() {
            return Outgoing { schema_id: framing.header.as_deref(), ..plain };
        }
        self.framed.clear();
        self.framed.extend_from_slice(&framing.prefix);
        self.framed.extend_from_slice(record.value);
        Outgoing { value: &self.framed, ..plain }
    }

    /// Removes all records; further ones are of the current window.
    pub fn clear(&mut self) {
        self.heads.clear();
        self.bytes = 0;
        self.windows.drain(..self.windows.len().saturating_sub(1));
    }
}

/// Returns the framing of a record's value; None of a tombstone, which has no schema.
fn framing_of<'a>(framings: &'a Framings, record: &Outgoing<'_>) -> Option<&'a Framing> {
    match record.content {
        Content::Value => Some(framings.of(record.stream)),
        Content::Tombstone => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use populace_sim::{OrderKey, VirtualTime};
    use populace_wire::{Batch, WrittenRecord};

    /// Returns a window of records of these streams, of which those of users are tombstones, with values of this length.
    fn window(streams: &[Stream], length: usize) -> Arc<Merged> {
        let mut batch = Batch::default();
        for (n, stream) in streams.iter().enumerate() {
            let order = OrderKey::new(VirtualTime::from_micros(n as i64 * 1_000 - 7_000), n as u64, 1, 0);
            batch.record(*stream, order, |out| {
                let mut writer = out.writer();
                (0..length).for_each(|_| writer.append(&[n as u8]));
                writer.append(b"k");
                writer.finish();
                let value_len = length as u32;
                let content = if *stream == Stream::Users { Content::Tombstone } else { Content::Value };
                WrittenRecord { value_len, key_at: value_len, key_len: 1, entity_sequence: n as u32, content }
            });
        }
        Arc::new(Merged::new(vec![batch]))
    }

    #[test]
    fn records_come_back_as_they_were_appended() {
        let mut epoch = Epoch::default();
        let windows = [window(&[Stream::Trips; 20], 3), window(&[Stream::Labels; 20], 60_000)];
        for window in &windows {
            epoch.window(window);
            window.iter().filter(|record| record.place % 3 > 0).for_each(|record| epoch.push(&record, 5));
        }
        let records = windows.iter().flat_map(|window| window.iter()).filter(|record| record.place % 3 > 0);
        let same = (0..).zip(records).all(|(n, record)| epoch.get(n) == Outgoing::new(&record, 5));
        assert!(same && epoch.len() == 26 && epoch.bytes() == 13 * (3 + 1 + 60_000 + 1));
    }

    #[test]
    fn a_large_window_is_held_and_a_small_one_is_not() {
        let mut epoch = Epoch::default();
        let (small, large) = (window(&[Stream::Trips; 20], 3), window(&[Stream::Trips; 20], 60_000));
        for window in [&small, &large] {
            epoch.window(window);
            epoch.push(&window.get(0), 0);
        }
        assert_eq!([&small, &large].map(Arc::strong_count), [1, 2]);
        epoch.clear();
        epoch.push(&large.get(1), 0);
        assert_eq!((epoch.len(), epoch.last()), (1, Outgoing::new(&large.get(1), 0)));
        epoch.clear();
        epoch.window(&small);
        assert!(epoch.is_empty() && Arc::strong_count(&large) == 1);
    }

    #[test]
    fn the_schema_id_is_in_front_or_in_a_header() {
        let mut framings = Framings::default();
        framings.set(Stream::Trips, Framing { prefix: Box::from([0, 1]), header: None });
        framings.set(Stream::Labels, Framing { prefix: Box::default(), header: Some(Box::from([0, 2])) });
        framings.set(Stream::Users, Framing { prefix: Box::from([0, 1]), header: Some(Box::from([0, 2])) });
        let mut epoch = Epoch::new(framings);
        let window = window(&[Stream::Trips, Stream::Labels, Stream::Users], 1);
        epoch.window(&window);
        let sent = [(&b"\x00\x01\x00"[..], None), (b"\x01", Some(&[0, 2][..]))];
        for (record, (value, schema_id)) in window.iter().zip(sent) {
            epoch.push(&record, 0);
            assert_eq!(epoch.last(), Outgoing { value, schema_id, ..Outgoing::new(&record, 0) });
        }
        assert_eq!(epoch.bytes(), 6);
        assert_eq!(epoch.get(0).value, b"\x00\x01\x00");
        let gone = window.get(2);
        epoch.push(&gone, 0);
        assert_eq!(epoch.last(), Outgoing { value: b"", schema_id: None, ..Outgoing::new(&gone, 0) });
        assert_eq!(epoch.bytes(), 7);
    }
}
