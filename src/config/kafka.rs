//! What a run needs to know of Kafka: how to reach it, how topics are made, how much goes into an epoch. Plain values;
//! connects to nothing.

mod build;
mod login;
mod parse;
mod properties;

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

pub(super) use build::check;
pub(crate) use build::{collide, plan};
pub(super) use parse::{shown_brokers, shown_password, shown_properties, shown_username};

/// The Kafka sink of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KafkaPlan {
    /// Addresses to begin with, `host:port` with commas.
    pub brokers: String,
    /// Put before the name of every topic, that of the progress topic included.
    pub topic_prefix: String,
    /// Partitions of topics that are made, ≥ 1.
    pub partitions: u32,
    /// Replicas of topics that are made; none leaves it to the broker.
    pub replication: Option<u32>,
    /// How long topics that are made keep a record, by its virtual time, in milliseconds; none is for ever.
    pub retention_ms: Option<u64>,
    /// How many bytes a partition of topics that are made keeps; none is all.
    pub retention_bytes: Option<u64>,
    /// How records are compressed.
    pub compression: Compression,
    /// What readers may rely on.
    pub delivery: Delivery,
    /// Longest time that an epoch stays open.
    pub commit_interval: Duration,
    /// Most records of an epoch, ≥ 1.
    pub epoch_records: u64,
    /// Most bytes of an epoch's records, ≥ 1.
    pub epoch_bytes: u64,
    /// After so long the broker gives up a transaction that nobody commits.
    pub transaction_timeout: Duration,
    /// How long to try to reach a broker at the start.
    pub connect_timeout: Duration,
    /// Whether records carry headers.
    pub headers: Headers,
    /// What to do about topics whose retention swallows what is sent.
    pub expired: Expired,
    /// Properties of librdkafka by name, secrets found, the login among them; they come after, and so override, what the
    /// other fields say. None is among them that populace itself decides.
    pub properties: Vec<(String, Secret)>,
}

impl Default for KafkaPlan {
    fn default() -> Self {
        KafkaPlan {
            brokers: "localhost:9092".into(),
            topic_prefix: String::new(),
            partitions: 1,
            replication: None,
            retention_ms: None,
            retention_bytes: None,
            compression: Compression::None,
            delivery: Delivery::ExactlyOnce,
            commit_interval: Duration::from_millis(500),
            epoch_records: 200_000,
            epoch_bytes: 64 << 20,
            transaction_timeout: Duration::from_secs(60),
            connect_timeout: Duration::from_secs(60),
            headers: Headers::Off,
            expired: Expired::Refuse,
            properties: Vec::new(),
        }
    }
}

/// How records are compressed on their way and on the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Compression {
    None,
    Gzip,
    Lz4,
    Snappy,
    Zstd,
}

/// What readers may rely on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Transactions: readers of committed records get each exactly once, through crashes.
    ExactlyOnce,
    /// No transactions: records are there at once, and a crash may repeat those since the last progress.
    AtLeastOnce,
}

/// Whether records carry headers: world, epoch and entity sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Headers {
    On,
    Off,
}

/// What to do about topics whose retention swallows what is sent, or that refuse records from the future.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expired {
    /// Send nothing, say why.
    #[default]
    Refuse,
    /// Go on all the same.
    Allow,
}

/// A value that may be a secret, so that it is printed nowhere.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Secret(String);

impl Secret {
    /// Hides a text.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// The text, for whoever must know it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("\"***\"")
    }
}
