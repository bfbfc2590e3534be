//! Measures records a second and processor time a record into a real Kafka: a bare producer with the settings of the
//! sink, the real binary into Kafka, and the real binary into nothing, in rounds that alternate. The broker is that of
//! POPULACE_TEST_BROKERS; each run has separate topics, deleted afterwards. Compare columns of one run alone.
//! `cargo bench --bench kafka [-- quick] [lz4] [partitions] [headers]`

use populace_sim::{STREAMS, Shard, Span, Stream, Town};
use populace_wire::{Batch, Encoders, Merged};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, DeliveryResult, Producer, ProducerContext};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

const BINARY: &str = env!("CARGO_BIN_EXE_populace");
const PEOPLE: u32 = 10_000;
const START: &str = "2026-01-01T00:00:00+00:00";

/// The number of topics that a world has unless its scenario says otherwise.
const CONTRACT_TOPICS: usize = 3;

/// The default of `kafka.commit_interval_ms`.
const COMMIT: Duration = Duration::from_millis(500);

/// The number of records between two reads of the clock and of the library's events.
const LOOK_EVERY: usize = 512;

/// The length of one wait for the broker.
const BLINK: Duration = Duration::from_micros(500);
const PATIENCE: Duration = Duration::from_secs(60);

fn main() {
    let Some(brokers) = std::env::var("POPULACE_TEST_BROKERS").ok().filter(|brokers| !brokers.is_empty()) else {
        println!("left out: there is no broker; name one in POPULACE_TEST_BROKERS, as host:port");
        return;
    };
    let says = |word: &str| std::env::args().any(|argument| argument == word);
    let quick = says("quick") || says("--test");
    let (rounds, records) = if quick { (1, 100_000) } else { (5, 500_000) };
    let variant = Variant {
        brokers,
        records,
        lz4: says("lz4"),
        headers: says("headers"),
        partitions: if says("partitions") { 3 } else { 1 },
    };
    run(&variant, rounds);
}

/// The configuration that is measured.
struct Variant {
    brokers: String,
    records: usize,
    lz4: bool,
    headers: bool,
    partitions: usize,
}

/// The figures of one run.
#[derive(Clone, Copy)]
struct Told {
    /// The number of records a second of wall time, from the first record on.
    rate: f64,
    /// Microseconds of processor time a record, without the cost of a start.
    cpu: f64,
}

fn run(variant: &Variant, rounds: usize) {
    let supply = Supply::simulate(variant);
    let cluster = Cluster::reach(variant);
    let (start_into_kafka, start_into_nothing) =
        (cpu_of_start(variant, &cluster, "kafka"), cpu_of_start(variant, &cluster, "null"));
    println!("{:>8} {:>36} {:>36}", "", "records/s", "CPU microseconds a record");
    let columns = ["bare", "kafka", "null", "bare", "kafka", "null"].map(|name| format!("{name:>12}"));
    println!("{:>8}{}", "round", columns.concat());
    let mut all = Vec::new();
    for round in 1..=rounds {
        let bare = cluster.with_topics(&supply, |prefix| produce(variant, &supply, prefix));
        let kafka = cluster.with_prefix(|prefix| backfill(variant, "kafka", prefix, start_into_kafka));
        let null = backfill(variant, "null", "", start_into_nothing);
        show(&round.to_string(), [bare, kafka, null]);
        all.push([bare, kafka, null]);
    }
    conclude(&all);
}

fn show(name: &str, told: [Told; 3]) {
    let rates = told.map(|one| format!("{:>12.0}", one.rate)).concat();
    let cpu = told.map(|one| format!("{:>12.2}", one.cpu)).concat();
    println!("{name:>8}{rates}{cpu}");
}

fn conclude(all: &[[Told; 3]]) {
    let middle = |n: usize| Told { rate: median(all, |r| r[n].rate), cpu: median(all, |r| r[n].cpu) };
    show("median", [middle(0), middle(1), middle(2)]);
    let rate = median(all, |[bare, kafka, _]| kafka.rate / bare.rate);
    let cpu = median(all, |[bare, kafka, null]| kafka.cpu / (bare.cpu + null.cpu));
    println!("records/s, kafka / bare: {rate:.2} (goal 0.8, floor 0.6)");
    println!("CPU a record, kafka / (bare + null): {cpu:.2} (at most 1.25)");
}

fn median(all: &[[Told; 3]], figure: impl Fn(&[Told; 3]) -> f64) -> f64 {
    let mut figures: Vec<f64> = all.iter().map(figure).collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// The stream of a record, and the places of its key and value.
struct Head {
    stream: Stream,
    partition: i32,
    millis: i64,
    sequence: u32,
    key: std::ops::Range<usize>,
    value: std::ops::Range<usize>,
}

/// The records of a world, encoded before the measurement.
struct Supply {
    heads: Vec<Head>,
    bytes: Vec<u8>,
    topics: [String; STREAMS],
}

impl Supply {
    fn simulate(variant: &Variant) -> Self {
        let rules = format!("[world]\npeople = {PEOPLE}\nstart = \"{START}\"");
        let scenario = populace_wire::scenario_from_toml("bench", &rules).expect("a scenario");
        let town = Town::build(&scenario).expect("a town");
        let encoders = Encoders::new(&scenario.topics).expect("known fields");
        let mut shards: Vec<Shard> = (0..town.shard_count()).map(|n| Shard::newborn(&town, n)).collect();
        let topics = Stream::ALL.map(|stream| town.topic_name(stream).to_owned());
        let mut supply = Supply { heads: Vec::new(), bytes: Vec::new(), topics };
        let mut until = town.start();
        while supply.heads.len() < variant.records {
            until = until + Span::from_days(1);
            let batches = shards.iter_mut().map(|shard| {
                let mut batch = Batch::default();
                shard.run_until(&town, until, &mut encoders.outlet(&mut batch));
                batch
            });
            supply.keep(&Merged::new(batches.collect()), variant.partitions);
        }
        supply.heads.truncate(variant.records);
        supply
    }

    fn keep(&mut self, merged: &Merged, partitions: usize) {
        for record in merged.iter() {
            let key = self.append(record.key);
            let value = self.append(record.value);
            // Any even spread is sufficient.
            let partition = record.key.iter().map(|byte| usize::from(*byte)).sum::<usize>() % partitions;
            self.heads.push(Head {
                stream: record.stream,
                partition: partition as i32,
                millis: record.time.micros().div_euclid(1_000),
                sequence: record.entity_sequence,
                key,
                value,
            });
        }
    }

    fn append(&mut self, bytes: &[u8]) -> std::ops::Range<usize> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(bytes);
        start..self.bytes.len()
    }
}

/// Reports records that were not delivered, which would make the figures worthless.
struct Listener;

impl rdkafka::ClientContext for Listener {}

impl ProducerContext for Listener {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        if let Err((error, _)) = result {
            panic!("a record was not delivered: {error}");
        }
    }
}

/// Returns a producer with the settings of the sink, in `src/sink/kafka/client.rs`.
fn producer(variant: &Variant, id: &str) -> BaseProducer<Listener> {
    let batches = CONTRACT_TOPICS * variant.partitions + 1;
    let config = ClientConfig::new()
        .set("bootstrap.servers", &variant.brokers)
        .set("enable.idempotence", "true")
        .set("transactional.id", id)
        .set("delivery.report.only.error", "true")
        .set("queue.buffering.max.messages", (10_000 * batches).to_string())
        .set("queue.buffering.max.kbytes", (1_000 * batches).to_string())
        .set("queue.buffering.max.ms", "250")
        .set("compression.type", if variant.lz4 { "lz4" } else { "none" })
        .clone();
    config.create_with_context(Listener).expect("a producer")
}

/// Sends all records, with one transaction each half second. The commit sends what is left, as in the sink.
fn produce(variant: &Variant, supply: &Supply, prefix: &str) -> Told {
    let topics = supply.topics.clone().map(|name| format!("{prefix}{name}"));
    let producer = producer(variant, prefix);
    producer.init_transactions(PATIENCE).expect("a coordinator");
    let (began, before) = (Instant::now(), cpu_seconds());
    let mut opened = began;
    producer.begin_transaction().expect("a transaction");
    for (n, head) in supply.heads.iter().enumerate() {
        send(variant, &producer, &topics[head.stream as usize], head, supply);
        if n % LOOK_EVERY == 0 {
            producer.poll(Duration::ZERO);
            if opened.elapsed() >= COMMIT {
                commit(&producer);
                producer.begin_transaction().expect("a transaction");
                opened = Instant::now();
            }
        }
    }
    commit(&producer);
    let (seconds, cpu, records) = (began.elapsed().as_secs_f64(), cpu_seconds() - before, supply.heads.len() as f64);
    Told { rate: records / seconds, cpu: cpu * 1e6 / records }
}

fn send(variant: &Variant, producer: &BaseProducer<Listener>, topic: &str, head: &Head, supply: &Supply) {
    let mut record = BaseRecord::to(topic)
        .partition(head.partition)
        .key(&supply.bytes[head.key.clone()])
        .payload(&supply.bytes[head.value.clone()])
        .timestamp(head.millis);
    if variant.headers {
        record = record.headers(headers(head));
    }
    loop {
        match producer.send(record) {
            Ok(()) => return,
            Err((KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull), back)) => record = back,
            Err((error, _)) => panic!("a record could not be sent: {error}"),
        }
        producer.poll(Duration::ZERO);
        sleep(BLINK);
    }
}

fn headers(head: &Head) -> OwnedHeaders {
    OwnedHeaders::new_with_capacity(3)
        .insert(Header { key: "world", value: Some("0123456789abcdef0123456789abcdef") })
        .insert(Header { key: "epoch", value: Some("1") })
        .insert(Header { key: "entity_sequence", value: Some(&head.sequence.to_string()) })
}

fn commit(producer: &BaseProducer<Listener>) {
    producer.commit_transaction(PATIENCE).expect("a commit");
}

/// Runs the real binary with the same world and returns its figures.
fn backfill(variant: &Variant, sink: &str, prefix: &str, start: f64) -> Told {
    let summary = summary(variant, sink, prefix, &["--end", "2036-01-01", "--events", &variant.records.to_string()]);
    let number = |key: &str| summary[key].as_f64().expect("a number");
    let records = number("events");
    assert_eq!(records, variant.records as f64);
    Told { rate: number("events_per_second"), cpu: (number("cpu_seconds") - start) * 1e6 / records }
}

/// Returns the seconds of processor time that it takes to create a world and reach the sink, without any record.
fn cpu_of_start(variant: &Variant, cluster: &Cluster, sink: &str) -> f64 {
    let end = ["--end", "2026-01-01T00:00:00.000001Z"];
    cluster.with_prefix(|prefix| summary(variant, sink, prefix, &end)["cpu_seconds"].as_f64().expect("a number"))
}

fn summary(variant: &Variant, sink: &str, prefix: &str, until: &[&str]) -> serde_json::Value {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut command = Command::new(BINARY);
    command.args(["backfill", "--start", START, "--people", &PEOPLE.to_string()]);
    command.args(until).args(["--json", "--progress", "none", "--sink", sink]);
    command.arg("--data-dir").arg(folder.path().join("data"));
    if sink == "kafka" {
        command.args(["--brokers", &variant.brokers, "--set", &format!("kafka.topic_prefix={prefix}")]);
        command.args(["--set", &format!("kafka.partitions={}", variant.partitions)]);
        command.args(["--set", &format!("kafka.headers={}", variant.headers)]);
        command.args(["--set", &format!("kafka.compression={}", if variant.lz4 { "lz4" } else { "none" })]);
    }
    let output = command.output().expect("the binary runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("a summary")
}

/// Returns the seconds of processor time of this process so far.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("a Linux");
    let (_, fields) = stat.rsplit_once(')').expect("a name in brackets");
    let ticks = |n: usize| fields.split_ascii_whitespace().nth(n).and_then(|field| field.parse::<f64>().ok());
    (ticks(11).expect("user time") + ticks(12).expect("system time")) / 100.0
}

/// A client that creates and deletes topics.
struct Cluster {
    admin: AdminClient<DefaultClientContext>,
    partitions: i32,
}

impl Cluster {
    fn reach(variant: &Variant) -> Self {
        let admin = ClientConfig::new().set("bootstrap.servers", &variant.brokers).create().expect("a client");
        Cluster { admin, partitions: variant.partitions as i32 }
    }

    /// Calls `run` with a prefix for the topics that it creates, and deletes them afterwards.
    fn with_prefix<T>(&self, run: impl FnOnce(&str) -> T) -> T {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("a clock");
        let prefix = format!("bench{}.", now.as_micros());
        let told = run(&prefix);
        let metadata = self.admin.inner().fetch_metadata(None, PATIENCE).expect("a broker");
        let names = metadata.topics().iter().map(|topic| topic.name()).filter(|name| name.starts_with(&prefix));
        let names: Vec<&str> = names.collect();
        if !names.is_empty() {
            wait(self.admin.delete_topics(&names, &AdminOptions::new())).expect("an answer");
        }
        told
    }

    /// Creates topics for all streams, calls `run` with their prefix, and deletes them afterwards.
    fn with_topics<T>(&self, supply: &Supply, run: impl FnOnce(&str) -> T) -> T {
        self.with_prefix(|prefix| {
            let names = supply.topics.clone().map(|name| format!("{prefix}{name}"));
            let topics = names.each_ref().map(|name| {
                NewTopic::new(name, self.partitions, TopicReplication::Fixed(-1))
                    .set("retention.ms", "-1")
                    .set("message.timestamp.after.max.ms", "9223372036854775807")
            });
            let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
            let made = wait(self.admin.create_topics(&topics, &options)).expect("an answer");
            assert!(made.iter().all(Result::is_ok), "{made:?}");
            run(prefix)
        })
    }
}

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(future)
}
