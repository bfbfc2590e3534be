//! The yardsticks: one thread of nexmark with serde_json into a reused buffer, and the bytes a second that the disk takes.
//! Must not depend on: the cases.

use nexmark::EventGenerator;
use nexmark::config::NexmarkConfig;
use nexmark::event::Event;
use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

/// The number of nexmark events of one measurement: one to two seconds.
const EVENTS: usize = 1_500_000;

/// The bytes that are written to measure the disk, and the length of one write.
const DISK_BYTES: usize = 768 << 20;
const WRITE_BYTES: usize = 1 << 20;

/// Returns the events a second of one thread of nexmark.
pub fn nexmark_rate() -> f64 {
    let mut buffer = Vec::with_capacity(4_096);
    let begun = Instant::now();
    for event in EventGenerator::new(NexmarkConfig::default()).take(EVENTS) {
        buffer.clear();
        write(&event, &mut buffer);
        black_box(&buffer);
    }
    EVENTS as f64 / begun.elapsed().as_secs_f64()
}

fn write(event: &Event, buffer: &mut Vec<u8>) {
    let written = match event {
        Event::Person(person) => serde_json::to_writer(buffer, person),
        Event::Auction(auction) => serde_json::to_writer(buffer, auction),
        Event::Bid(bid) => serde_json::to_writer(buffer, bid),
    };
    written.expect("JSON in memory");
}

/// Returns the bytes a second that the disk of the temporary folder takes: large writes of incompressible bytes, and one
/// sync at the end.
pub fn disk_rate() -> f64 {
    let block: Vec<u8> = (0..WRITE_BYTES as u64).map(|n| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8).collect();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let begun = Instant::now();
    let mut file = File::create(folder.path().join("bytes")).expect("a file");
    for _ in 0..DISK_BYTES / WRITE_BYTES {
        file.write_all(&block).expect("room for the bytes");
    }
    file.sync_all().expect("a sync");
    DISK_BYTES as f64 / begun.elapsed().as_secs_f64()
}
