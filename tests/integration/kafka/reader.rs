//! What a consumer of committed records finds in a topic, whole, by partition and in order. Knows the client library, not
//! the daemon.

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::message::{BorrowedMessage, Headers, Message};
use rdkafka::{Offset, TopicPartitionList};
use std::time::{Duration, Instant};

/// Wall time in which every open transaction should be decided and every record be there.
const PATIENCE: Duration = Duration::from_secs(90);

/// One record as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    pub offset: i64,
    pub key: Vec<u8>,
    pub value: Vec<u8>,
    /// A tombstone: there is no value, which is not an empty one.
    pub is_null: bool,
    /// CreateTime.
    pub millis: i64,
    pub headers: Vec<(String, Vec<u8>)>,
}

impl Received {
    fn of(message: &BorrowedMessage<'_>) -> Self {
        let header =
            |one: rdkafka::message::Header<'_, &[u8]>| (one.key.to_owned(), one.value.unwrap_or_default().to_vec());
        Received {
            offset: message.offset(),
            key: message.key().unwrap_or_default().to_vec(),
            value: message.payload().unwrap_or_default().to_vec(),
            is_null: message.payload().is_none(),
            millis: message.timestamp().to_millis().expect("records have a time"),
            headers: message.headers().map(|all| all.iter().map(header).collect()).unwrap_or_default(),
        }
    }

    /// The value as text, for messages.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.value).into_owned()
    }
}

fn client(address: &str, isolation: &str) -> BaseConsumer {
    ClientConfig::new()
        .set("bootstrap.servers", address)
        .set("isolation.level", isolation)
        .set("enable.auto.commit", "false")
        .set("group.id", "populace-test-reader")
        .set("auto.offset.reset", "error")
        .set("fetch.wait.max.ms", "50")
        .set("reconnect.backoff.max.ms", "500")
        .set("log_level", "0")
        .create()
        .unwrap()
}

/// Number of partitions; none where there is no such topic.
pub fn partitions(address: &str, topic: &str) -> usize {
    let client = client(address, "read_uncommitted");
    let found = client.fetch_metadata(None, PATIENCE).unwrap();
    found.topics().iter().find(|one| one.name() == topic).map_or(0, |one| one.partitions().len())
}

/// Every committed record of a topic, by partition. Waits for transactions that are still open.
pub fn read(address: &str, topic: &str) -> Vec<Vec<Received>> {
    let count = partitions(address, topic);
    assert!(count > 0, "there is no topic {topic}");
    let ends = ends(&client(address, "read_uncommitted"), topic, count);
    read_to(address, topic, &ends)
}

/// The committed records of a topic as far as no open transaction is in the way.
pub fn read_stable(address: &str, topic: &str) -> Vec<Vec<Received>> {
    let ends = ends(&client(address, "read_committed"), topic, partitions(address, topic));
    read_to(address, topic, &ends)
}

/// Waits until the broker has deleted all records of a topic, as its settings now say.
pub fn wait_until_emptied(address: &str, topic: &str) {
    let (began, client, count) = (Instant::now(), client(address, "read_uncommitted"), partitions(address, topic));
    while ends(&client, topic, count).iter().any(|(low, high)| low < high) {
        assert!(began.elapsed() < Duration::from_secs(180), "the broker does not delete what is in {topic}");
        std::thread::sleep(Duration::from_millis(200));
    }
}

/// Watermarks of each partition: for a client of committed records the end is that of the decided ones.
fn ends(client: &BaseConsumer, topic: &str, count: usize) -> Vec<(i64, i64)> {
    (0..count).map(|n| client.fetch_watermarks(topic, partition(n), PATIENCE).unwrap()).collect()
}

fn partition(n: usize) -> i32 {
    i32::try_from(n).unwrap()
}

fn read_to(address: &str, topic: &str, ends: &[(i64, i64)]) -> Vec<Vec<Received>> {
    let client = client(address, "read_committed");
    let mut list = TopicPartitionList::new();
    for n in 0..ends.len() {
        list.add_partition_offset(topic, partition(n), Offset::Beginning).unwrap();
    }
    client.assign(&list).unwrap();
    let mut found = vec![Vec::new(); ends.len()];
    let (mut last, mut fault) = (Instant::now(), String::new());
    loop {
        match client.poll(Duration::from_millis(20)) {
            Some(Ok(message)) => {
                last = Instant::now();
                let n = usize::try_from(message.partition()).unwrap();
                // What came after the end was taken belongs to a later look.
                if message.offset() < ends[n].1 {
                    found[n].push(Received::of(&message));
                }
            }
            Some(Err(error)) => fault = error.to_string(),
            None if is_at(&client, topic, ends) => return found,
            None => {}
        }
        let waited = last.elapsed() > PATIENCE;
        assert!(!waited, "{topic} is not readable to its end {ends:?}: {:?} {fault}", client.position());
    }
}

/// Whether the reader's position has come to the ends, control records included.
fn is_at(client: &BaseConsumer, topic: &str, ends: &[(i64, i64)]) -> bool {
    let position = client.position().unwrap();
    ends.iter().enumerate().all(|(n, (low, high))| {
        let there = position.find_partition(topic, partition(n)).map(|one| one.offset());
        low == high || matches!(there, Some(Offset::Offset(at)) if at >= *high)
    })
}

/// Looks at the ends of topics again and again, to see that something was written.
pub struct Watch {
    client: BaseConsumer,
    topics: Vec<String>,
}

impl Watch {
    pub fn of(address: &str, topics: &[String]) -> Self {
        Watch { client: client(address, "read_uncommitted"), topics: topics.to_vec() }
    }

    /// Offsets in all partitions together; none while the broker or the topics are away.
    pub fn written(&self) -> Option<i64> {
        let found = self.client.fetch_metadata(None, Duration::from_secs(2)).ok()?;
        let mut sum = 0;
        for topic in found.topics().iter().filter(|one| self.topics.iter().any(|name| name == one.name())) {
            for one in topic.partitions() {
                sum += self.client.fetch_watermarks(topic.name(), one.id(), Duration::from_secs(2)).ok()?.1;
            }
        }
        Some(sum)
    }
}
