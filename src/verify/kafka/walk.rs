//! The comparison of topics with unknown progress: the world is replayed, and each record is searched in its partition
//! until the topics end. Must not depend on: the cluster.

use super::digests::{add, hash_of};
use super::read::{Found, Read};
use crate::config::Delivery;
use crate::run::RunError;
use crate::sink::TopicNames;
use crate::sink::kafka::{Partitions, partition_of};
use crate::verify::replay::Going;
use populace_sim::{STREAMS, Stream, VirtualTime, format_time};
use populace_wire::{Digest, Record};
use std::collections::HashSet;

/// The remedy for records that may be duplicated, or reach further in one partition than in another.
const REPEATS: &str =
    "where it was written with kafka.delivery = at-least-once, set POPULACE_KAFKA_DELIVERY=at-least-once";

/// The state of the topics that a walk determines.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Reached {
    /// The instant after the last record; None if the walk found no record.
    pub(super) time: Option<VirtualTime>,
    /// The counts and digests of the topics, including records that the broker has deleted.
    pub(super) partitions: Partitions,
    /// The commands that had acted before the last record's window.
    pub(super) commands: Digest,
    /// The number of records of each stream that the broker has deleted.
    pub(super) expired: [u64; STREAMS],
    /// The number of records that are in the topics twice, or will be: both may happen without transactions.
    pub(super) repeated: u64,
}

/// A walk through all partitions.
pub(super) struct Walk<'a> {
    topics: &'a TopicNames,
    places: [Vec<Place<'a>>; STREAMS],
    delivery: Delivery,
    /// The instant before which all records must exist.
    checkpoint: VirtualTime,
    reached: Reached,
    has_ended: bool,
}

/// The state of a world at the beginning of a walk.
pub(super) struct Beginning {
    /// The records that the world has written.
    pub(super) partitions: Partitions,
    /// The commands that had acted.
    pub(super) commands: Digest,
    /// The instant of the last checkpoint, before which all records must exist.
    pub(super) checkpoint: VirtualTime,
}

impl<'a> Walk<'a> {
    /// Returns a walk that begins after the records of `from`.
    pub(super) fn new(topics: &'a TopicNames, found: &'a Found, from: Beginning, delivery: Delivery) -> Self {
        let places = Stream::ALL.map(|stream| {
            let pairs = found.of(stream).iter().zip(&from.partitions.0[stream as usize]);
            pairs.map(|(read, written)| Place::new(read, written.count as usize, delivery)).collect()
        });
        let Beginning { partitions, commands, checkpoint } = from;
        let reached = Reached { time: None, partitions, commands, expired: [0; STREAMS], repeated: 0 };
        Walk { topics, places, delivery, checkpoint, reached, has_ended: false }
    }

    /// Returns whether all records were compared.
    pub(super) fn is_done(&self) -> bool {
        self.places.iter().flatten().all(Place::is_done)
    }

    /// Searches for a record, and returns whether to continue. Without a record, it only returns that.
    ///
    /// # Errors
    /// If the record is missing, or another one is in its place; as text.
    pub(super) fn meet(&mut self, record: Option<&Record<'_>>, commands: Digest) -> Result<Going, RunError> {
        let Some(record) = record else {
            return Ok(if self.has_ended && self.is_done() { Going::Enough } else { Going::On });
        };
        if self.has_ended && self.is_done() {
            return Ok(Going::Enough);
        }
        let stream = record.stream;
        let places = &mut self.places[stream as usize];
        let number = partition_of(record.key, places.len());
        let met = places[number].meet(hash_of(record) as u64);
        let (topic, time) = (self.topics.of(stream), record.time);
        let fault = |what: &str| {
            let (key, at) = (String::from_utf8_lossy(record.key), format_time(time));
            RunError::Unequal(format!("{topic} partition {number}{what}; expected was the record of {key} at {at}"))
        };
        match met {
            Met::Other(offset) => Err(fault(&format!(", offset {offset}: a record is missing or differs"))),
            Met::Again(offset) => Err(fault(&format!(", offset {offset}: a record is there twice ({REPEATS})"))),
            Met::Beyond if time < self.checkpoint => {
                let saved = format_time(self.checkpoint);
                Err(fault(&format!(" ends before the last checkpoint, which is at {saved}")))
            }
            Met::Beyond => self
                .end(|| fault(&format!(": a record is missing, though other topics or partitions go on ({REPEATS})"))),
            // The record is beyond the complete part, and will be sent again.
            Met::There if self.has_ended => self.again(),
            Met::There => self.take(record, commands),
            Met::Expired => {
                self.reached.expired[stream as usize] += 1;
                self.take(record, commands)
            }
        }
    }

    fn take(&mut self, record: &Record<'_>, commands: Digest) -> Result<Going, RunError> {
        add(&mut self.reached.partitions, record);
        self.reached.time = Some(record.time.next());
        self.reached.commands = commands;
        Ok(Going::On)
    }

    fn again(&mut self) -> Result<Going, RunError> {
        self.reached.repeated += 1;
        Ok(Going::On)
    }

    /// Ends the complete part of the topics. With transactions, no record may follow; without, a killed process may
    /// have written further in one partition than in another.
    fn end(&mut self, fault: impl FnOnce() -> RunError) -> Result<Going, RunError> {
        if self.delivery == Delivery::ExactlyOnce && !self.is_done() {
            return Err(fault());
        }
        self.has_ended = true;
        Ok(Going::On)
    }

    /// Returns the state of the topics, after the walk.
    pub(super) fn reached(mut self) -> Reached {
        self.reached.repeated += self.places.iter().flatten().map(|place| place.repeated).sum::<u64>();
        self.reached
    }
}

/// The result of the search for a record.
enum Met {
    There,
    /// The broker has deleted it.
    Expired,
    /// The partition ends before it.
    Beyond,
    /// Another record is in its place, at this offset.
    Other(i64),
    /// A record that was found before is in its place, at this offset.
    Again(i64),
}

/// The state of the walk through a partition.
struct Place<'a> {
    read: &'a Read,
    /// The index of the next record.
    at: usize,
    /// The number of deleted records before the first remaining one.
    deleted: u64,
    /// The hashes of the records found so far, which may be repeated; None with transactions.
    known: Option<HashSet<u64>>,
    repeated: u64,
}

impl<'a> Place<'a> {
    fn new(read: &'a Read, at: usize, delivery: Delivery) -> Self {
        let known = || read.records[..at].iter().map(|(hash, _)| *hash).collect();
        let known = (delivery == Delivery::AtLeastOnce).then(known);
        Place { read, at, deleted: 0, known, repeated: 0 }
    }

    fn is_done(&self) -> bool {
        self.at == self.read.records.len()
    }

    fn meet(&mut self, hash: u64) -> Met {
        self.pass_repeated(hash);
        match self.read.records.get(self.at) {
            Some((there, _)) if *there == hash => {
                self.at += 1;
                self.known.as_mut().map(|known| known.insert(hash));
                Met::There
            }
            Some(_) if self.at == 0 && self.deleted < self.read.extent.low.unsigned_abs() => {
                self.deleted += 1;
                Met::Expired
            }
            Some((there, offset)) if self.read.records[..self.at].iter().any(|(met, _)| met == there) => {
                Met::Again(*offset)
            }
            Some((_, offset)) => Met::Other(*offset),
            None => Met::Beyond,
        }
    }

    /// Skips records that were found before and are repeated ahead of the wanted one.
    fn pass_repeated(&mut self, wanted: u64) {
        let Some(known) = &self.known else { return };
        let rest = self.read.records[self.at..].iter();
        let repeated = rest.take_while(|(hash, _)| *hash != wanted && known.contains(hash)).count();
        self.at += repeated;
        self.repeated += repeated as u64;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::kafka::Extent;

    fn read(low: i64, hashes: &[u64]) -> Read {
        let mut read = Read::new(Extent { low, high: low + hashes.len() as i64 });
        for (n, hash) in hashes.iter().enumerate() {
            read.digest.add(u128::from(*hash));
            read.records.push((*hash, low + n as i64));
        }
        read
    }

    /// Returns the result for each record, as a letter, and the number of repeated records.
    fn walked(read: &Read, delivery: Delivery, hashes: &[u64]) -> (String, u64) {
        let mut place = Place::new(read, 0, delivery);
        let met = hashes.iter().map(|hash| match place.meet(*hash) {
            Met::There => 't',
            Met::Expired => 'e',
            Met::Beyond => 'b',
            Met::Other(_) => 'o',
            Met::Again(_) => 'a',
        });
        (met.collect(), place.repeated)
    }

    #[test]
    fn records_are_there_in_their_order_or_something_else_is() {
        let walk = |hashes| walked(&read(0, hashes), Delivery::ExactlyOnce, &[1, 2, 3, 4]).0;
        assert_eq!(walk(&[1, 2, 3, 4]), "tttt");
        assert_eq!(walk(&[1, 2]), "ttbb");
        assert_eq!(&walk(&[1, 3, 4])[..2], "to");
        assert_eq!(&walk(&[1, 2, 2, 3])[..3], "tta");
        assert_eq!(&walk(&[2, 3])[..1], "o");
    }

    #[test]
    fn as_many_are_deleted_at_the_beginning_as_offsets_say() {
        let walk = |low| walked(&read(low, &[3, 4]), Delivery::ExactlyOnce, &[1, 2, 3, 4]).0;
        assert_eq!(walk(2), "eett");
        assert_eq!(walk(9), "eett");
        assert_eq!(&walk(1)[..2], "eo");
    }

    #[test]
    fn without_transactions_stretches_come_again() {
        let walk = |hashes| walked(&read(0, hashes), Delivery::AtLeastOnce, &[1, 2, 3, 4]);
        assert_eq!(walk(&[1, 2, 1, 2, 3, 4]), ("tttt".into(), 2));
        assert_eq!(walk(&[1, 2, 3, 2, 3]), ("tttb".into(), 2));
        assert_eq!(&walk(&[1, 2, 9, 3]).0[..3], "tto");
    }
}
