//! Compares the file formats in one run: the same records into each, and the decoding of records alone.
//! `cargo bench -p populace-lake`

use populace_lake::{Compression, FileFormat, Table, writer};
use populace_sim::{Scenario, Span, Stream, World};
use populace_wire::{ColumnValue, Encoders, JsonCache, RecordBuffer, contract_name, scenario_from_toml};
use std::hint::black_box;
use std::time::{Duration, Instant};

const RULES: &str = "[world]\npeople = 5000\nstart = \"2026-01-01T00:00:00+00:00\"\n";
const DAYS: i64 = 10;
const ROUNDS: u32 = 3;

/// The records of a stream.
struct Records {
    stream: Stream,
    encoders: Encoders,
    values: Vec<Vec<u8>>,
}

fn main() {
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let json = records("json");
    for format in ["json", "avro", "protobuf"] {
        let records = records(format);
        report(&format!("decode {format}"), &records, 0, || records.iter().map(decode).sum());
    }
    for format in FileFormat::ALL {
        for compression in Compression::ALL {
            let mut bytes = 0;
            let name = format.extension(compression);
            let name = format!("{name} {}", compression.name());
            write(&json[0], format, compression, &mut bytes);
            bytes = 0;
            let took = (0..ROUNDS)
                .map(|_| json.iter().map(|records| write(records, format, compression, &mut bytes)).sum::<Duration>());
            let took = took.min().expect("there are rounds");
            print(&name, &json, bytes / u64::from(ROUNDS), took);
        }
    }
    for format in ["avro", "protobuf"] {
        let (records, mut bytes) = (records(format), 0);
        let write = |records: &Records| write(records, FileFormat::Parquet, Compression::Zstd, &mut bytes);
        let took = records.iter().map(write).sum();
        print(&format!("parquet of {format}"), &records, bytes, took);
    }
}

fn report(name: &str, records: &[Records], bytes: u64, mut run: impl FnMut() -> u64) {
    let took = (0..ROUNDS).map(|_| {
        let began = Instant::now();
        black_box(run());
        began.elapsed()
    });
    print(name, records, bytes, took.min().expect("there are rounds"));
}

fn print(name: &str, records: &[Records], bytes: u64, took: Duration) {
    let rows: usize = records.iter().map(|records| records.values.len()).sum();
    let rate = rows as f64 / took.as_secs_f64() / 1e6;
    println!("{name:20} {rate:6.2} M rows/s  {:6.1} bytes a row", bytes as f64 / rows as f64);
}

fn write(records: &Records, format: FileFormat, compression: Compression, bytes: &mut u64) -> Duration {
    let table = Table {
        stream: records.stream,
        topic: contract_name(records.stream),
        namespace: "populace",
        columns: records.encoders.columns(records.stream),
        record_format: records.encoders.format(records.stream),
        world: 1,
        seed: 1,
        rules: 1,
        file: "bench",
    };
    let began = Instant::now();
    let mut file = writer(format, compression, &table, std::io::sink()).expect("a file");
    records.values.iter().for_each(|value| file.row(value).expect("a row"));
    *bytes += file.finish().expect("the end").bytes;
    began.elapsed()
}

/// Returns something of all values, so that they are read.
fn decode(records: &Records) -> u64 {
    let (decoder, mut sum) = (records.encoders.decoder(records.stream), 0);
    for value in &records.values {
        let visit = |_, value: ColumnValue<'_>| {
            sum += match black_box(value) {
                ColumnValue::Text(text) => text.len() as u64,
                _ => 1,
            }
        };
        decoder.decode(value, visit).expect("a record");
    }
    sum
}

/// Returns the records of a world in a format, by stream.
fn records(format: &str) -> Vec<Records> {
    let topics = ["transactions", "trips", "interactions"].map(|t| format!("[topics.{t}]\nformat = \"{format}\"\n"));
    let scenario = scenario_from_toml("files", &(RULES.to_owned() + &topics.concat())).expect("valid");
    let encoders = Encoders::new(&scenario.topics).expect("known fields");
    let mut world = World::new(&Scenario::from_toml("files", RULES).expect("valid")).expect("a world");
    let mut all: Vec<Records> = [Stream::Transactions, Stream::Trips, Stream::Interactions]
        .map(|stream| Records { stream, encoders: encoders.clone(), values: Vec::new() })
        .into();
    let (mut out, mut cache) = (RecordBuffer::default(), JsonCache::default());
    let until = world.now() + Span::from_days(DAYS);
    world.run_until(until, |event| {
        out.clear();
        let len = encoders.write(&event, &mut cache, &mut out).value_len as usize;
        if let Some(records) = all.iter_mut().find(|records| records.stream == event.stream()) {
            records.values.push(out.bytes()[..len].to_vec());
        }
    });
    all
}
