//! The topics as they are in the cluster: made when they are missing, looked at when they are there, and whether they
//! would keep what is about to be sent. Knows no progress and sends no record.

use super::client::{self, Listener};
use super::contact::Contact;
use super::fault::{Fault, told};
use super::progress::PROGRESS_TOPIC;
use super::reader::Reader;
use crate::config::KafkaPlan;
use populace_sim::VirtualTime;
use rdkafka::admin::{AdminClient, AdminOptions, ConfigResource, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::error::RDKafkaErrorCode;
use rdkafka::producer::{BaseProducer, Producer};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// One question to the broker.
const ASK: Duration = Duration::from_secs(5);

/// How long a topic that was made may take to be seen by everybody.
const SETTLING: Duration = Duration::from_secs(30);

/// Segments roll by record time, and virtual time may run through years in an hour: only their size counts.
const SEGMENT_MS: i64 = 10 * 365 * 86_400_000;

/// Segments that a partition with limited bytes should have, and the least (that of brokers from version 4 on) and most
/// bytes (the brokers' own default) of one.
const SEGMENTS: u64 = 8;
const SMALLEST_SEGMENT: u64 = 1 << 20;
const LARGEST_SEGMENT: u64 = 1 << 30;

/// Microseconds of a millisecond.
const MILLI: i64 = 1_000;

/// A topic that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TopicSeen {
    /// Its partitions.
    pub(crate) partitions: u32,
    /// Whether there are records in it.
    pub(crate) has_records: bool,
    /// How it keeps them.
    pub(crate) keeping: Keeping,
}

/// How a topic keeps records.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Keeping {
    /// For how many milliseconds of record time; none is for ever.
    pub(crate) retention_ms: Option<i64>,
    /// How many milliseconds a record may be ahead of the broker's clock.
    pub(crate) ahead_ms: i64,
    /// How many milliseconds it may be behind it.
    pub(crate) behind_ms: i64,
    /// Whether the broker replaces records' times by its own.
    pub(crate) replaces_time: bool,
    /// Whether records of the same key replace each other.
    pub(crate) compacts: bool,
}

impl Keeping {
    /// Of topics that are made as `plan` says.
    pub(crate) fn planned(plan: &KafkaPlan) -> Self {
        Keeping {
            retention_ms: plan.retention_ms.map(|ms| i64::try_from(ms).unwrap_or(i64::MAX)),
            ahead_ms: i64::MAX,
            behind_ms: i64::MAX,
            replaces_time: false,
            compacts: false,
        }
    }

    fn of(config: &ConfigResource) -> Self {
        let text = |name: &str| config.get(name).and_then(|entry| entry.value.as_deref());
        let number = |name: &str| text(name).and_then(|text| text.parse::<i64>().ok());
        Keeping {
            retention_ms: number("retention.ms").filter(|ms| *ms >= 0),
            // Brokers before 3.6 do not have these, and refuse nothing.
            ahead_ms: number("message.timestamp.after.max.ms").unwrap_or(i64::MAX),
            behind_ms: number("message.timestamp.before.max.ms").unwrap_or(i64::MAX),
            replaces_time: text("message.timestamp.type") == Some("LogAppendTime"),
            compacts: text("cleanup.policy").is_some_and(|policy| policy.contains("compact")),
        }
    }
}

/// The times of records about to be sent, against the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outlook {
    /// The first.
    pub(crate) oldest: VirtualTime,
    /// The last, as far as it is known; none when the clock may run ahead without limit.
    pub(crate) newest: Option<VirtualTime>,
    /// Wall now.
    pub(crate) now: VirtualTime,
}

/// Why a topic would not keep what is about to be sent: what is wrong with the figures, and the setting that mends it.
pub(crate) fn hurdle(keeping: &Keeping, outlook: &Outlook) -> Option<(String, String)> {
    let age = outlook.now.since(outlook.oldest).micros() / MILLI;
    let ahead = outlook.newest.map_or(i64::MAX, |newest| newest.since(outlook.now).micros() / MILLI);
    let set = |setting: &str| setting.to_owned();
    if keeping.replaces_time {
        let why = "replaces the time of each record by the broker's own";
        return Some((why.into(), set("message.timestamp.type=CreateTime")));
    }
    if keeping.compacts {
        return Some(("keeps only the last record of each key".into(), set("cleanup.policy=delete")));
    }
    if let Some(kept) = keeping.retention_ms.filter(|kept| *kept < age) {
        let why =
            format!("deletes records older than {}, and the first one to be sent is {} old", days(kept), days(age));
        return Some((why, set("retention.ms=-1")));
    }
    if keeping.behind_ms < age {
        let why = format!("refuses records older than {}, and the first is {} old", days(keeping.behind_ms), days(age));
        return Some((why, set("message.timestamp.before.max.ms=9223372036854775807")));
    }
    if keeping.ahead_ms < ahead {
        let far = if ahead == i64::MAX { "without limit".to_owned() } else { format!("by {}", days(ahead)) };
        let limit = days(keeping.ahead_ms);
        let why = format!("refuses records more than {limit} ahead of its clock, and virtual time may run ahead {far}");
        return Some((why, set("message.timestamp.after.max.ms=9223372036854775807")));
    }
    None
}

/// For people, and as the broker's settings have it.
fn days(millis: i64) -> String {
    let hours = millis as f64 / 3_600_000.0;
    let readable = if hours < 48.0 { format!("{hours:.1} hours") } else { format!("{:.1} days", hours / 24.0) };
    format!("{readable} ({millis} ms)")
}

/// Asks and changes topics.
pub(super) struct Topics<'a> {
    plan: &'a KafkaPlan,
    contact: &'a Contact,
    client: BaseProducer<Listener>,
    admin: AdminClient<Listener>,
}

impl<'a> Topics<'a> {
    pub(super) fn new(plan: &'a KafkaPlan, contact: &'a Contact) -> Result<Self, Fault> {
        let config = client::finished(client::base(plan), plan);
        let client = config.create_with_context(Listener::default()).map_err(|e| Fault::setup(&e))?;
        let admin = config.create_with_context(Listener::default()).map_err(|e| Fault::setup(&e))?;
        Ok(Topics { plan, contact, client, admin })
    }

    /// The cluster's id, once it answers.
    pub(super) fn cluster(&self) -> Result<String, Fault> {
        let answer = self.client.client().fetch_metadata(Some(PROGRESS_TOPIC), ASK.min(self.plan.connect_timeout));
        // The reasons come as events.
        self.client.poll(Duration::ZERO);
        match (answer, self.client.client().context().turned_away()) {
            (Ok(_), _) => {
                let id = self.client.client().fetch_cluster_id(ASK);
                id.ok_or_else(|| Fault::away("reach the cluster", None))
            }
            (Err(_), Some(why)) => Err(Fault::Lasting {
                doing: "sign in",
                why,
                help: "check kafka.username, kafka.password and the sasl and security properties".into(),
            }),
            (Err(e), None) => {
                Err(Fault::away("reach the cluster", self.client.client().context().reason().or(Some(told(&e)))))
            }
        }
    }

    /// How many partitions a topic has; none when there is no such topic.
    pub(super) fn partitions(&self, name: &str) -> Result<Option<u32>, Fault> {
        let asked = self.client.client().fetch_metadata(Some(name), ASK);
        let metadata = asked.map_err(|e| Fault::away("ask for topics", Some(told(&e))))?;
        let topic = metadata.topics().iter().find(|topic| topic.name() == name);
        match topic.map(|topic| (topic.error().map(RDKafkaErrorCode::from), topic.partitions().len())) {
            None | Some((Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic), _)) => {
                Ok(None)
            }
            Some((Some(error), 0)) => Err(Fault::call("ask for topics", &rdkafka::error::KafkaError::Global(error))),
            Some((_, 0)) => Ok(None),
            Some((_, count)) => Ok(Some(count as u32)),
        }
    }

    /// What there is of a topic.
    pub(super) fn look(&self, name: &str) -> Result<Option<TopicSeen>, Fault> {
        let Some(partitions) = self.partitions(name)? else { return Ok(None) };
        let reader = Reader::new(self.plan, self.contact)?;
        let mut has_records = false;
        for partition in 0..partitions {
            let extent = reader.extent(name, partition as i32)?;
            has_records |= extent.low < extent.high;
        }
        Ok(Some(TopicSeen { partitions, has_records, keeping: self.keeping(name)? }))
    }

    fn keeping(&self, name: &str) -> Result<Keeping, Fault> {
        let options = AdminOptions::new().request_timeout(Some(ASK));
        let topic = ResourceSpecifier::Topic(name);
        let asked = self.admin.describe_configs([&topic], &options);
        let answers = wait_for(asked)?.map_err(|e| Fault::call("ask how topics keep records", &e))?;
        match answers.into_iter().next() {
            Some(Ok(config)) => Ok(Keeping::of(&config)),
            Some(Err(code)) => {
                Err(Fault::call("ask how topics keep records", &rdkafka::error::KafkaError::AdminOp(code)))
            }
            None => Err(Fault::away("ask how topics keep records", None)),
        }
    }

    /// Makes a topic for records.
    pub(super) fn make(&self, name: &str) -> Result<(), Fault> {
        let KafkaPlan { retention_ms, retention_bytes, partitions, .. } = self.plan;
        let limit = |limit: &Option<u64>| limit.map_or("-1".to_owned(), |limit| limit.to_string());
        let segment = retention_bytes.map(|bytes| ("segment.bytes", segment_bytes(bytes).to_string()));
        let fixed = [
            ("retention.ms", limit(retention_ms)),
            ("retention.bytes", limit(retention_bytes)),
            ("segment.ms", SEGMENT_MS.to_string()),
            ("message.timestamp.type", "CreateTime".to_owned()),
            ("cleanup.policy", "delete".to_owned()),
            ("message.timestamp.after.max.ms", i64::MAX.to_string()),
        ];
        let settings: Vec<_> = segment.into_iter().chain(fixed).collect();
        match self.create(name, *partitions, &settings) {
            // Brokers before 3.6 do not know the last one, and refuse nothing.
            Err(Fault::Passing { why, .. }) if why.contains("InvalidConfig") => {
                self.create(name, *partitions, &settings[..settings.len() - 1])
            }
            other => other,
        }
    }

    /// Makes the progress topic: one partition of which the last record of each world stays.
    pub(super) fn make_progress(&self, name: &str) -> Result<(), Fault> {
        let settings = [
            ("cleanup.policy", "compact"),
            // It is read from its beginning at each start.
            ("segment.bytes", "16777216"),
            ("segment.ms", "3600000"),
            ("min.cleanable.dirty.ratio", "0.1"),
        ];
        self.create(name, 1, &settings.map(|(key, value)| (key, value.to_owned())))
    }

    fn create(&self, name: &str, partitions: u32, settings: &[(&str, String)]) -> Result<(), Fault> {
        let replication = self.plan.replication.map_or(-1, |replicas| i32::try_from(replicas).unwrap_or(i32::MAX));
        let new = NewTopic::new(name, partitions as i32, TopicReplication::Fixed(replication));
        let new = settings.iter().fold(new, |new, (key, value)| new.set(key, value));
        let options = AdminOptions::new().request_timeout(Some(ASK)).operation_timeout(Some(SETTLING));
        let asked = self.admin.create_topics([&new], &options);
        let answers = wait_for(asked)?.map_err(|e| Fault::call("make topics", &e))?;
        match answers.into_iter().next() {
            Some(Err((_, code))) if code != RDKafkaErrorCode::TopicAlreadyExists => Err(refused(name, code)),
            _ => self.wait_until_there(name),
        }
    }

    fn wait_until_there(&self, name: &str) -> Result<(), Fault> {
        let began = Instant::now();
        while self.partitions(name)?.is_none() {
            if began.elapsed() > SETTLING {
                return Err(Fault::away("make topics", Some(format!("{name} was made and cannot be seen"))));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

/// The broker deletes whole segments, and never the one that is being written: where bytes are limited, segments are a
/// part of the limit.
fn segment_bytes(retention: u64) -> u64 {
    (retention / SEGMENTS).clamp(SMALLEST_SEGMENT, LARGEST_SEGMENT)
}

fn refused(name: &str, code: RDKafkaErrorCode) -> Fault {
    let lasting =
        |why: &str, help: &str| Fault::Lasting { doing: "make topics", why: why.to_owned(), help: help.to_owned() };
    match code {
        RDKafkaErrorCode::InvalidTopic => {
            lasting(&format!("{name:?} is no name for a topic"), "change kafka.topic_prefix or the topic's name")
        }
        RDKafkaErrorCode::InvalidReplicationFactor => {
            lasting("there are fewer brokers than kafka.replication", "lower it, or leave it out")
        }
        RDKafkaErrorCode::InvalidPartitions => {
            lasting("the number of partitions is not allowed", "change kafka.partitions")
        }
        RDKafkaErrorCode::InvalidConfig => Fault::Passing { doing: "make topics", why: "InvalidConfig".into() },
        other => Fault::call("make topics", &rdkafka::error::KafkaError::AdminOp(other)),
    }
}

/// Waits for an answer of the library in this thread.
fn wait_for<T>(future: impl Future<Output = T>) -> Result<T, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|e| Fault::away("wait for an answer", Some(e.to_string())))?;
    Ok(runtime.block_on(future))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;

    fn outlook(oldest_days: i64, newest_days: Option<i64>) -> Outlook {
        let at = |days: i64| VirtualTime::from_seconds((20_000 + days) * 86_400);
        Outlook { oldest: at(oldest_days), newest: newest_days.map(at), now: at(0) }
    }

    fn keeping() -> Keeping {
        Keeping::planned(&KafkaPlan::default())
    }

    #[test]
    fn topics_as_we_make_them_keep_everything() {
        for newest in [None, Some(0), Some(4_000)] {
            assert_eq!(hurdle(&keeping(), &outlook(-4_000, newest)), None);
        }
    }

    #[test]
    fn segments_are_a_part_of_what_is_kept() {
        assert_eq!([100_000_000, 1, 1 << 50].map(segment_bytes), [12_500_000, 1 << 20, 1 << 30]);
    }

    #[test]
    fn a_short_retention_swallows_what_is_old() {
        let week = Keeping { retention_ms: Some(7 * DAY), ..keeping() };
        assert_eq!(hurdle(&week, &outlook(-6, None)), None);
        let (why, mend) = hurdle(&week, &outlook(-30, None)).expect("a hurdle");
        assert!(why.contains("7.0 days") && why.contains("30.0 days"), "{why}");
        assert_eq!(mend, "retention.ms=-1");
    }

    #[test]
    fn a_limit_ahead_refuses_a_fast_clock() {
        let hour = Keeping { ahead_ms: 3_600_000, ..keeping() };
        assert_eq!(hurdle(&hour, &outlook(-1, Some(0))), None);
        assert!(hurdle(&hour, &outlook(-1, Some(30))).expect("a hurdle").0.contains("30.0 days"));
        assert!(hurdle(&hour, &outlook(-1, None)).expect("a hurdle").0.contains("without limit"));
    }

    #[test]
    fn other_settings_that_spoil_records() {
        let spoilt = [
            Keeping { replaces_time: true, ..keeping() },
            Keeping { compacts: true, ..keeping() },
            Keeping { behind_ms: DAY, ..keeping() },
        ];
        assert!(spoilt.iter().all(|keeping| hurdle(keeping, &outlook(-2, Some(0))).is_some()));
    }
}
