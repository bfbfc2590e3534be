//! What each partition must hold: the records of the same world in files, divided as a Java producer divides them. Knows
//! the wire contract and the files' layout, nothing of how the daemon sends.

use super::reader::Received;
use crate::crash::daemon::World;
use crate::crash::topics::{EVERY, Files, timestamp, topics_of};
use std::collections::BTreeMap;

/// The key's field in each topic.
const KEYS: [(&str, &str); 6] = [
    (EVERY[0], "user_id"),
    (EVERY[1], "driver_id"),
    (EVERY[2], "customer_id"),
    (EVERY[3], "user_id"),
    (EVERY[4], "driver_id"),
    (EVERY[5], "drift_id"),
];

/// One record as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    pub key: Vec<u8>,
    pub value: Vec<u8>,
    pub millis: i64,
}

/// The topics of a world, by name and partition.
pub type Content<T> = BTreeMap<String, Vec<Vec<T>>>;

/// Lives a world again with the files sink, never stopped.
pub fn expected(born: &[&str], end: &str, partitions: usize) -> Content<Expected> {
    let world = World::new(born);
    world.backfill(end);
    let mut all = divided(&Files::read(&world.topics()), partitions);
    let there = topics_of(born);
    all.retain(|topic, _| there.contains(&topic.as_str()));
    all
}

/// The lines of topic files, in their order, as records in partitions.
pub fn divided(files: &Files, partitions: usize) -> Content<Expected> {
    let topics = KEYS.iter().map(|(topic, field)| {
        let mut found = vec![Vec::new(); partitions];
        let days = files.0.iter().filter(|(name, _)| name.split('/').next() == Some(*topic));
        for line in days.flat_map(|(_, bytes)| bytes.split(|byte| *byte == b'\n')).filter(|line| !line.is_empty()) {
            let one = record(line, field);
            found[partition_of(&one.key, partitions)].push(one);
        }
        ((*topic).to_owned(), found)
    });
    topics.collect()
}

fn record(line: &[u8], field: &str) -> Expected {
    let text = std::str::from_utf8(line).unwrap();
    let (_, rest) = text.split_once(&format!("\"{field}\":\"")).unwrap_or_else(|| panic!("{field} is in {text}"));
    let key = rest.split('"').next().unwrap().as_bytes().to_vec();
    Expected { key, value: line.to_vec(), millis: timestamp(line).timestamp_millis() }
}

/// Where a Java producer puts a key.
fn partition_of(key: &[u8], partitions: usize) -> usize {
    (murmur2(key) & 0x7fff_ffff) as usize % partitions
}

/// The hash that Kafka's Java clients divide keys by, as unsigned.
fn murmur2(data: &[u8]) -> u32 {
    const M: u32 = 0x5bd1_e995;
    let (chunks, tail) = data.as_chunks::<4>();
    let mut h = 0x9747_b28c ^ u32::try_from(data.len()).unwrap();
    for chunk in chunks {
        let k = u32::from_le_bytes(*chunk).wrapping_mul(M);
        h = h.wrapping_mul(M) ^ (k ^ (k >> 24)).wrapping_mul(M);
    }
    if !tail.is_empty() {
        let last = tail.iter().rev().fold(0, |last, byte| last << 8 | u32::from(*byte));
        h = (h ^ last).wrapping_mul(M);
    }
    h = (h ^ (h >> 13)).wrapping_mul(M);
    h ^ (h >> 15)
}

/// That topics hold what they should, byte for byte and in order; says the first difference.
pub fn assert_same(found: &Content<Received>, expected: &Content<Expected>) {
    for (topic, wanted) in expected {
        let there = found.get(topic).unwrap_or_else(|| panic!("{topic} is not there"));
        assert_eq!(there.len(), wanted.len(), "partitions of {topic}");
        for (n, (there, wanted)) in there.iter().zip(wanted).enumerate() {
            let fault = difference(there, wanted);
            assert!(fault.is_none(), "{topic}, partition {n}: {}", fault.unwrap_or_default());
        }
    }
}

/// The first difference of a partition.
fn difference(found: &[Received], wanted: &[Expected]) -> Option<String> {
    let same = |(there, wanted): (&Received, &Expected)| {
        (&there.key, &there.value, there.millis) == (&wanted.key, &wanted.value, wanted.millis)
    };
    let at = found.iter().zip(wanted).take_while(|pair| same(*pair)).count();
    let counts = format!("{} records, expected {}", found.len(), wanted.len());
    match (found.get(at), wanted.get(at)) {
        (None, None) => None,
        (there, should) => Some(format!(
            "record {at} differs ({counts}), offset {:?}\nfound  {}\nwanted {}",
            there.map(|one| one.offset),
            there.map_or("nothing".into(), |one| shown(&one.key, one.millis, &one.value)),
            should.map_or("nothing".into(), |one| shown(&one.key, one.millis, &one.value)),
        )),
    }
}

fn shown(key: &[u8], millis: i64, value: &[u8]) -> String {
    format!("{} at {millis}: {}", String::from_utf8_lossy(key), String::from_utf8_lossy(value))
}

#[test]
fn keys_are_divided_as_java_clients_do() {
    let vectors: [(&str, i32); 6] = [
        ("21", -973_932_308),
        ("foobar", -790_332_482),
        ("a-little-bit-long-string", -985_981_536),
        ("a-little-bit-longer-string", -1_486_304_829),
        ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971),
        ("abc", 479_470_107),
    ];
    for (key, hash) in vectors {
        assert_eq!(murmur2(key.as_bytes()).cast_signed(), hash, "{key}");
    }
    assert_eq!(partition_of(b"21", 1), 0);
}

#[test]
fn a_difference_is_named() {
    let wanted: Vec<Expected> =
        (0..3).map(|n| Expected { key: vec![b'k'], value: vec![b'0' + n], millis: 7 }).collect();
    let received = |one: &Expected| Received {
        offset: 40,
        key: one.key.clone(),
        value: one.value.clone(),
        is_null: false,
        millis: one.millis,
        headers: Vec::new(),
    };
    let all: Vec<Received> = wanted.iter().map(received).collect();
    assert_eq!(difference(&all, &wanted), None);
    assert!(difference(&all[..2], &wanted).unwrap().contains("record 2 differs (2 records, expected 3), offset None"));
    let swapped = [all[0].clone(), all[2].clone(), all[1].clone()];
    assert!(difference(&swapped, &wanted).unwrap().contains("found  k at 7: 2\nwanted k at 7: 1"));
    let twice = [&all[..], &all[2..]].concat();
    assert!(difference(&twice, &wanted).unwrap().contains("wanted nothing"));
    let late = [Received { millis: 8, ..all[0].clone() }];
    assert!(difference(&late, &wanted[..1]).is_some());
}
