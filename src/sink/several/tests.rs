//! Tests of the division of records between parts that only remember what they took.

use super::writer::{Division, SeamStore, SeveralSink};
use crate::config::SeamChoice;
use crate::sink::{Mark, Seam, Sink, SinkError, Token};
use crate::status::{Connectivity, Point};
use populace_sim::{Stream, VirtualTime};
use populace_state::{Identity, Store};
use populace_wire::{Digests, Record};
use std::sync::{Arc, Mutex};

/// A part that remembers the instants of its records; the first `held` of them are replayed.
#[derive(Clone, Default)]
struct Memory {
    taken: Arc<Mutex<Vec<i64>>>,
    held: u64,
    token: &'static str,
}

impl Memory {
    fn seen(&self) -> Vec<i64> {
        self.taken.lock().unwrap().clone()
    }
}

impl Sink for Memory {
    fn record(&mut self, record: &Record<'_>) -> Result<(), SinkError> {
        self.taken.lock().unwrap().push(record.time.micros());
        Ok(())
    }

    fn flush(&mut self, _: VirtualTime) -> Result<(), SinkError> {
        Ok(())
    }

    fn mark(&mut self, _: VirtualTime) -> Result<Mark, SinkError> {
        Ok(Mark::durable(Token::with(self.token, &self.seen().len())))
    }

    fn is_replay_complete(&self) -> bool {
        self.seen().len() as u64 >= self.held
    }

    fn replayed(&self) -> u64 {
        self.held.min(self.seen().len() as u64)
    }
}

struct Case {
    files: Memory,
    topics: Memory,
    connectivity: Arc<Connectivity>,
    store: Store,
    _dir: tempfile::TempDir,
}

impl Case {
    fn new(held: [u64; 2]) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::create(&dir.path().join("world"), &identity(), Arc::new(|_| ())).unwrap();
        let of = |held, token| Memory { held, token, ..Memory::default() };
        let (files, topics) = (of(held[0], "positions"), of(held[1], "partitions"));
        Case { files, topics, connectivity: Arc::default(), store, _dir: dir }
    }

    fn sink(&self, division: Division) -> SeveralSink {
        let parts: [Box<dyn Sink>; 2] = [Box::new(self.files.clone()), Box::new(self.topics.clone())];
        let saved = SeamStore { store: self.store.clone(), attachment: 3 };
        SeveralSink::new(parts, division, saved, self.connectivity.clone())
    }

    fn seen(&self) -> [Vec<i64>; 2] {
        [self.files.seen(), self.topics.seen()]
    }
}

fn identity() -> Identity {
    let scenario = String::from("people = 1");
    Identity { world_id: 7, seed: 1, rules_version: 1, scenario, scenario_hash: 2, note: Vec::new() }
}

fn at(micros: i64) -> VirtualTime {
    VirtualTime::from_micros(micros)
}

fn feed(sink: &mut SeveralSink, instants: &[i64]) {
    for micros in instants {
        let record = Record {
            stream: Stream::Trips,
            time: at(*micros),
            key: b"k",
            value: b"v",
            content: populace_wire::Content::Value,
            entity_sequence: 1,
            hash: 9,
            place: 0,
        };
        sink.record(&record).unwrap();
    }
}

#[test]
fn files_take_the_records_before_the_seam_and_topics_those_from_it_on() {
    let case = Case::new([0, 0]);
    let planned = SeamChoice::At(at(5));
    let mut sink = case.sink(Division::Seam { planned, passed: None });
    assert_eq!(sink.coming_seam(), Some(planned));
    feed(&mut sink, &[1, 4]);
    sink.pass_seam(at(5), &Digests::default()).unwrap();
    feed(&mut sink, &[5, 9]);
    assert_eq!((case.seen(), sink.coming_seam()), ([vec![1, 4], vec![5, 9]], None));
    let saved = Seam::read(&case.store, 3).unwrap().expect("it was saved before the record behind it");
    assert_eq!((saved.at, Seam::read(&case.store, 4).unwrap()), (at(5), None));
    let mut resumed = case.sink(Division::Seam { planned, passed: Some(saved.at) });
    feed(&mut resumed, &[4, 5]);
    assert_eq!(case.seen(), [vec![1, 4, 4], vec![5, 9, 5]]);
}

#[test]
fn records_for_the_files_alone_are_not_missing_in_the_topics() {
    let case = Case::new([0, 0]);
    let delivery = &case.connectivity.delivery;
    delivery.open("a:1", 0, Point { records: 0, time: at(0) });
    delivery.produced(3, at(9));
    let mut sink = case.sink(Division::Seam { planned: SeamChoice::Live, passed: Some(at(5)) });
    feed(&mut sink, &[1, 4, 5]);
    sink.flush(at(9)).unwrap();
    assert_eq!(delivery.shortfall().expect("one was not delivered").missing, 1);
}

#[test]
fn a_copied_record_is_replayed_if_each_part_had_it() {
    let case = Case::new([2, 1]);
    let mut sink = case.sink(Division::Copies);
    assert_eq!((sink.coming_seam(), sink.is_replay_complete()), (None, false));
    feed(&mut sink, &[1, 2, 3]);
    assert_eq!((sink.replayed(), sink.is_replay_complete()), (1, true));
    let token = sink.mark(at(4)).unwrap().token;
    assert_eq!((token.get::<u64>("positions").unwrap(), token.get::<u64>("partitions").unwrap()), (3, 3));
}
