//! The Kafka sink of a plan: connection, creation of topics, size of an epoch. Plain values. Must not depend on: the sink.

mod build;
mod login;
mod parse;
mod places;
mod properties;
mod registry;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::Deserialize;

pub(super) use build::check;
pub(crate) use build::{collide, plan};
pub(super) use parse::{shown_brokers, shown_password, shown_properties, shown_username};

/// The Kafka sink of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KafkaPlan {
    /// The bootstrap addresses, each `host:port`, separated by commas.
    pub brokers: String,
    /// The prefix of every topic name, the progress topic included.
    pub topic_prefix: String,
    /// The number of partitions of created topics, at least 1.
    pub partitions: u32,
    /// The replication factor of created topics; None leaves it to the broker.
    pub replication: Option<u32>,
    /// The time for which created topics keep a record, by its virtual time, in milliseconds; None is unlimited.
    pub retention_ms: Option<u64>,
    /// The number of bytes that a partition of created topics keeps; None is unlimited.
    pub retention_bytes: Option<u64>,
    /// The compression of records.
    pub compression: Compression,
    /// The delivery guarantee.
    pub delivery: Delivery,
    /// The maximum time that an epoch stays open.
    pub commit_interval: Duration,
    /// The maximum number of records of an epoch, at least 1.
    pub epoch_records: u64,
    /// The maximum number of bytes of an epoch, at least 1.
    pub epoch_bytes: u64,
    /// The time after which the broker aborts an open transaction.
    pub transaction_timeout: Duration,
    /// The timeout of the first connection.
    pub connect_timeout: Duration,
    /// The choice of record headers.
    pub headers: Headers,
    /// The policy for topics whose retention would delete new records.
    pub expired: Expired,
    /// The schema registry; None writes values without a schema id.
    pub registry: Option<RegistryPlan>,
    /// Properties of librdkafka by name, with secrets resolved, the login among them. They override the other fields; none
    /// of them is a property that populace sets itself.
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
            registry: None,
            properties: Vec::new(),
        }
    }
}

/// The compression of records, in transit and on the broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Compression {
    None,
    Gzip,
    Lz4,
    Snappy,
    Zstd,
}

/// The delivery guarantee.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// Transactions: readers of committed records get each record exactly once, also after crashes.
    ExactlyOnce,
    /// No transactions: records are visible at once, and a crash may duplicate those since the last progress record.
    AtLeastOnce,
}

/// The choice of record headers: world, epoch and entity sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Headers {
    On,
    Off,
}

/// The policy for topics whose retention would delete new records, or that reject records from the future.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Expired {
    /// Refuse to start, with the reason.
    #[default]
    Refuse,
    /// Continue.
    Allow,
}

/// The schema registry of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryPlan {
    /// The address of the API, without a trailing `/` and without credentials.
    pub url: String,
    /// The login; None if the registry asks for none.
    pub login: Option<RegistryLogin>,
    /// The file with the certificate authorities to trust; None for those of the system.
    pub ca: Option<PathBuf>,
    /// The naming of subjects.
    pub subject: SubjectNaming,
    /// The policy for schemas that are not registered.
    pub registration: Registration,
    /// The place of the schema id in a record.
    pub schema_id: SchemaIdPlace,
}

/// The login at a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryLogin {
    /// The user.
    pub username: String,
    /// The password.
    pub password: Secret,
}

/// The naming of subjects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubjectNaming {
    /// `<topic>-value`.
    Topic,
    /// The full name of the record.
    Record,
    /// `<topic>-<record>`.
    TopicRecord,
}

/// The policy for schemas that are not registered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// They are registered before the first record.
    Automatic,
    /// They are refused.
    Manual,
}

/// The place of the schema id in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SchemaIdPlace {
    /// In front of the value.
    Prefix,
    /// In a record header.
    Header,
}

/// A value that may be a secret, and is never printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Secret(String);

impl Secret {
    /// Wraps a text.
    pub fn new(text: impl Into<String>) -> Self {
        Secret(text.into())
    }

    /// Returns the text.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("\"***\"")
    }
}
