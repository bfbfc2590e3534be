//! The topics of a cluster: created if they are missing, described if they exist. Must not depend on: progress, records.

use super::client::{self, Listener};
use super::fault::{Fault, error_text};
use super::progress::PROGRESS_TOPIC;
use super::reader::Reader;
use super::retention::Retention;
use super::topic_config::{Setting, TopicConfig};
use super::topic_name::invalid_reason;
use crate::config::KafkaPlan;
use populace_sim::Stream;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, Producer};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The timeout of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// The time that a new topic may take to become visible.
const VISIBLE_TIMEOUT: Duration = Duration::from_secs(30);

const DESCRIBING: &str = "ask how topics keep records";

/// The error codes of brokers that cannot describe topics, or not to this user. They may still accept records.
const CONFIG_UNAVAILABLE: [RDKafkaErrorCode; 4] = [
    RDKafkaErrorCode::UnsupportedFeature,
    RDKafkaErrorCode::UnsupportedVersion,
    RDKafkaErrorCode::TopicAuthorizationFailed,
    RDKafkaErrorCode::ClusterAuthorizationFailed,
];

/// A topic that exists.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TopicState {
    /// The number of partitions.
    pub(crate) partitions: u32,
    /// True if it has records.
    pub(crate) has_records: bool,
    /// The offset after the last record of each partition, which is at least the number of records ever written into it.
    pub(crate) ends: Vec<i64>,
    /// The retention.
    pub(crate) retention: Retention,
}

/// The client that describes and creates topics.
pub(super) struct Topics {
    plan: KafkaPlan,
    client: BaseProducer<Listener>,
    admin: AdminClient<Listener>,
}

impl Topics {
    pub(super) fn new(plan: &KafkaPlan) -> Result<Self, Fault> {
        let config = client::finished(client::base(plan), plan);
        let client = config.create_with_context(Listener::default()).map_err(|e| Fault::setup(&e))?;
        let admin = config.create_with_context(Listener::default()).map_err(|e| Fault::setup(&e))?;
        Ok(Topics { plan: plan.clone(), client, admin })
    }

    /// Returns the cluster's id when it answers.
    pub(super) fn cluster(&self) -> Result<String, Fault> {
        let answer =
            self.client.client().fetch_metadata(Some(PROGRESS_TOPIC), REQUEST_TIMEOUT.min(self.plan.connect_timeout));
        if answer.is_err() {
            client::collect_reasons(|rest| self.client.poll(rest));
        }
        match (answer, self.client.client().context().authentication_error()) {
            (Ok(_), _) => {
                let id = self.client.client().fetch_cluster_id(REQUEST_TIMEOUT);
                id.ok_or_else(|| Fault::away("reach the cluster", None))
            }
            (Err(_), Some(why)) => Err(Fault::Permanent {
                doing: "sign in",
                why,
                help: "check kafka.username, kafka.password and the sasl and security properties".into(),
            }),
            (Err(e), None) => {
                Err(Fault::away("reach the cluster", self.client.client().context().reason().or(Some(error_text(&e)))))
            }
        }
    }

    /// Returns the number of partitions of a topic; None if it does not exist.
    pub(super) fn partitions(&self, name: &str) -> Result<Option<u32>, Fault> {
        let asked = self.client.client().fetch_metadata(Some(name), REQUEST_TIMEOUT);
        let metadata = asked.map_err(|e| {
            client::collect_reasons(|rest| self.client.poll(rest));
            Fault::query("ask for topics", &e, self.client.client().context().reason())
        })?;
        let topic = metadata.topics().iter().find(|topic| topic.name() == name);
        match topic.map(|topic| (topic.error().map(RDKafkaErrorCode::from), topic.partitions().len())) {
            None | Some((Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic), _)) => {
                Ok(None)
            }
            Some((Some(error), 0)) => Err(Fault::call("ask for topics", &KafkaError::Global(error))),
            Some((_, 0)) => Ok(None),
            Some((_, count)) => Ok(Some(count as u32)),
        }
    }

    /// Returns the state of a topic; None if it does not exist.
    pub(super) fn describe(&self, name: &str, reader: &Reader) -> Result<Option<TopicState>, Fault> {
        let Some(partitions) = self.partitions(name)? else { return Ok(None) };
        let (mut has_records, mut ends) = (false, Vec::new());
        for partition in 0..partitions {
            let extent = reader.extent(name, partition as i32)?;
            has_records |= extent.low < extent.high;
            ends.push(extent.high);
        }
        let unknown = || Retention::planned(&KafkaPlan { retention_ms: None, ..self.plan.clone() });
        let retention = self.retention(name)?.unwrap_or_else(unknown);
        Ok(Some(TopicState { partitions, has_records, ends, retention }))
    }

    /// Returns the retention of an existing topic; None if the broker does not report it.
    pub(super) fn retention(&self, name: &str) -> Result<Option<Retention>, Fault> {
        let options = AdminOptions::new().request_timeout(Some(REQUEST_TIMEOUT));
        let topic = ResourceSpecifier::Topic(name);
        let asked = self.admin.describe_configs([&topic], &options);
        let answer = block_on(asked)?.map(|answers| answers.into_iter().next());
        let code = match answer {
            Ok(Some(Ok(config))) => return Ok(Some(Retention::of(&config))),
            Ok(Some(Err(code))) => code,
            Ok(None) => return Err(Fault::away(DESCRIBING, None)),
            Err(KafkaError::AdminOp(code)) => code,
            Err(error) => return Err(Fault::call(DESCRIBING, &error)),
        };
        if !CONFIG_UNAVAILABLE.contains(&code) {
            return Err(Fault::call(DESCRIBING, &KafkaError::AdminOp(code)));
        }
        tracing::warn!(
            topic = name,
            %code,
            "topic settings unknown: make sure that retention.ms, message.timestamp.before.max.ms and \
             message.timestamp.after.max.ms fit the records, since Kafka applies them to the records' own time"
        );
        Ok(None)
    }

    /// Creates the topic of a stream.
    pub(super) fn create(&self, stream: Stream, name: &str) -> Result<(), Fault> {
        let config =
            if stream.is_table() { TopicConfig::of_table(&self.plan) } else { TopicConfig::of_events(&self.plan) };
        self.create_with(name, self.plan.partitions, &config)
    }

    /// Creates the progress topic, of one partition.
    pub(super) fn create_progress(&self, name: &str) -> Result<(), Fault> {
        self.create_with(name, 1, &TopicConfig::of_progress())
    }

    fn create_with(&self, name: &str, partitions: u32, config: &TopicConfig) -> Result<(), Fault> {
        for settings in config.variants() {
            match self.request_topic(name, partitions, &settings)? {
                None | Some(RDKafkaErrorCode::TopicAlreadyExists) => return self.wait_until_there(name),
                Some(RDKafkaErrorCode::InvalidConfig) => {}
                Some(RDKafkaErrorCode::InvalidTopic) => return Err(self.invalid_name(name)),
                Some(code) => return Err(refused(name, code)),
            }
        }
        Err(refused(name, RDKafkaErrorCode::InvalidConfig))
    }

    /// Requests a topic. Returns the error code if the broker refuses.
    fn request_topic(
        &self,
        name: &str,
        partitions: u32,
        settings: &[Setting],
    ) -> Result<Option<RDKafkaErrorCode>, Fault> {
        let replication = self.plan.replication.map_or(-1, |replicas| i32::try_from(replicas).unwrap_or(i32::MAX));
        let new = NewTopic::new(name, partitions as i32, TopicReplication::Fixed(replication));
        let new = settings.iter().fold(new, |new, (key, value)| new.set(key, value));
        let options =
            AdminOptions::new().request_timeout(Some(REQUEST_TIMEOUT)).operation_timeout(Some(VISIBLE_TIMEOUT));
        let asked = self.admin.create_topics([&new], &options);
        let answers = block_on(asked)?.map_err(|e| Fault::call("create topics", &e))?;
        Ok(answers.into_iter().next().and_then(Result::err).map(|(_, code)| code))
    }

    /// Returns the fault of a refused topic name with the reason; the broker only reports a code.
    fn invalid_name(&self, name: &str) -> Fault {
        let metadata = self.client.client().fetch_metadata(None, REQUEST_TIMEOUT);
        let others = metadata.iter().flat_map(|all| all.topics()).map(|topic| topic.name());
        let why = format!("{name:?} is no name for a topic: {}", invalid_reason(name, others));
        Fault::Permanent { doing: "create topics", why, help: "change kafka.topic_prefix or the topic's name".into() }
    }

    fn wait_until_there(&self, name: &str) -> Result<(), Fault> {
        let began = Instant::now();
        while self.partitions(name)?.is_none() {
            if began.elapsed() > VISIBLE_TIMEOUT {
                return Err(Fault::away("create topics", Some(format!("{name} was made and cannot be seen"))));
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

fn refused(name: &str, code: RDKafkaErrorCode) -> Fault {
    let lasting =
        |why: &str, help: &str| Fault::Permanent { doing: "create topics", why: why.to_owned(), help: help.to_owned() };
    match code {
        RDKafkaErrorCode::InvalidReplicationFactor => {
            lasting("there are fewer brokers than kafka.replication", "lower it, or leave it out")
        }
        RDKafkaErrorCode::InvalidPartitions => {
            lasting("the number of partitions is not allowed", "change kafka.partitions")
        }
        RDKafkaErrorCode::InvalidConfig => lasting(
            &format!("the broker does not take the settings that {name} needs"),
            "make that topic yourself, or ask the broker's administrator",
        ),
        other => Fault::call("create topics", &KafkaError::AdminOp(other)),
    }
}

/// Waits for a future of the library in this thread.
fn block_on<T>(future: impl Future<Output = T>) -> Result<T, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|e| Fault::away("wait for an answer", Some(e.to_string())))?;
    Ok(runtime.block_on(future))
}
