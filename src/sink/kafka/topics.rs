//! The topics as they are in the cluster: made when they are missing, looked at when they are there. Knows no progress
//! and sends no record.

use super::client::{self, Listener};
use super::fault::{Fault, told};
use super::keeping::Keeping;
use super::naming::unfit;
use super::progress::PROGRESS_TOPIC;
use super::reader::Reader;
use super::settings::{Setting, Wish};
use crate::config::KafkaPlan;
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, ResourceSpecifier, TopicReplication};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::producer::{BaseProducer, Producer};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// One question to the broker.
const ASK: Duration = Duration::from_secs(5);

/// How long a topic that was made may take to be seen by everybody.
const SETTLING: Duration = Duration::from_secs(30);

const ASKING: &str = "ask how topics keep records";

/// Answers of brokers that cannot tell, or not to this user. They may still take records.
const TELLS_NOBODY: [RDKafkaErrorCode; 4] = [
    RDKafkaErrorCode::UnsupportedFeature,
    RDKafkaErrorCode::UnsupportedVersion,
    RDKafkaErrorCode::TopicAuthorizationFailed,
    RDKafkaErrorCode::ClusterAuthorizationFailed,
];

/// A topic that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TopicSeen {
    /// Its partitions.
    pub(crate) partitions: u32,
    /// Whether there are records in it.
    pub(crate) has_records: bool,
    /// The offset after the last record of each partition: no less than records were ever written into it.
    pub(crate) ends: Vec<i64>,
    /// How it keeps them.
    pub(crate) keeping: Keeping,
}

/// Asks and changes topics.
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

    /// The cluster's id, once it answers.
    pub(super) fn cluster(&self) -> Result<String, Fault> {
        let answer = self.client.client().fetch_metadata(Some(PROGRESS_TOPIC), ASK.min(self.plan.connect_timeout));
        if answer.is_err() {
            client::hear(|rest| self.client.poll(rest));
        }
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
        let metadata = asked.map_err(|e| {
            client::hear(|rest| self.client.poll(rest));
            Fault::asked("ask for topics", &e, self.client.client().context().reason())
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

    /// What there is of a topic.
    pub(super) fn look(&self, name: &str, reader: &Reader) -> Result<Option<TopicSeen>, Fault> {
        let Some(partitions) = self.partitions(name)? else { return Ok(None) };
        let (mut has_records, mut ends) = (false, Vec::new());
        for partition in 0..partitions {
            let extent = reader.extent(name, partition as i32)?;
            has_records |= extent.low < extent.high;
            ends.push(extent.high);
        }
        let untold = || Keeping::planned(&KafkaPlan { retention_ms: None, ..self.plan.clone() });
        let keeping = self.keeping(name)?.unwrap_or_else(untold);
        Ok(Some(TopicSeen { partitions, has_records, ends, keeping }))
    }

    /// How a topic that is there keeps records; none where the broker does not tell.
    pub(super) fn keeping(&self, name: &str) -> Result<Option<Keeping>, Fault> {
        let options = AdminOptions::new().request_timeout(Some(ASK));
        let topic = ResourceSpecifier::Topic(name);
        let asked = self.admin.describe_configs([&topic], &options);
        let answer = wait_for(asked)?.map(|answers| answers.into_iter().next());
        let code = match answer {
            Ok(Some(Ok(config))) => return Ok(Some(Keeping::of(&config))),
            Ok(Some(Err(code))) => code,
            Ok(None) => return Err(Fault::away(ASKING, None)),
            Err(KafkaError::AdminOp(code)) => code,
            Err(error) => return Err(Fault::call(ASKING, &error)),
        };
        if !TELLS_NOBODY.contains(&code) {
            return Err(Fault::call(ASKING, &KafkaError::AdminOp(code)));
        }
        tracing::warn!(
            topic = name,
            "the broker does not tell how this topic keeps records ({code}): see that its retention.ms, \
             message.timestamp.before.max.ms and message.timestamp.after.max.ms fit what is sent, for Kafka goes by the \
             records' own time"
        );
        Ok(None)
    }

    /// Makes a topic for records.
    pub(super) fn make(&self, name: &str) -> Result<(), Fault> {
        self.create(name, self.plan.partitions, &Wish::of_events(&self.plan))
    }

    /// Makes the progress topic, of one partition.
    pub(super) fn make_progress(&self, name: &str) -> Result<(), Fault> {
        self.create(name, 1, &Wish::of_progress())
    }

    fn create(&self, name: &str, partitions: u32, wish: &Wish) -> Result<(), Fault> {
        for settings in wish.forms() {
            match self.ask_for(name, partitions, &settings)? {
                None | Some(RDKafkaErrorCode::TopicAlreadyExists) => return self.wait_until_there(name),
                Some(RDKafkaErrorCode::InvalidConfig) => {}
                Some(RDKafkaErrorCode::InvalidTopic) => return Err(self.no_name(name)),
                Some(code) => return Err(refused(name, code)),
            }
        }
        Err(refused(name, RDKafkaErrorCode::InvalidConfig))
    }

    /// Asks for a topic; the code where the broker refuses it.
    fn ask_for(&self, name: &str, partitions: u32, settings: &[Setting]) -> Result<Option<RDKafkaErrorCode>, Fault> {
        let replication = self.plan.replication.map_or(-1, |replicas| i32::try_from(replicas).unwrap_or(i32::MAX));
        let new = NewTopic::new(name, partitions as i32, TopicReplication::Fixed(replication));
        let new = settings.iter().fold(new, |new, (key, value)| new.set(key, value));
        let options = AdminOptions::new().request_timeout(Some(ASK)).operation_timeout(Some(SETTLING));
        let asked = self.admin.create_topics([&new], &options);
        let answers = wait_for(asked)?.map_err(|e| Fault::call("make topics", &e))?;
        Ok(answers.into_iter().next().and_then(Result::err).map(|(_, code)| code))
    }

    /// Why the broker takes no topic of this name, which it tells by a code alone.
    fn no_name(&self, name: &str) -> Fault {
        let metadata = self.client.client().fetch_metadata(None, ASK);
        let others = metadata.iter().flat_map(|all| all.topics()).map(|topic| topic.name());
        let why = format!("{name:?} is no name for a topic: {}", unfit(name, others));
        Fault::Lasting { doing: "make topics", why, help: "change kafka.topic_prefix or the topic's name".into() }
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

fn refused(name: &str, code: RDKafkaErrorCode) -> Fault {
    let lasting =
        |why: &str, help: &str| Fault::Lasting { doing: "make topics", why: why.to_owned(), help: help.to_owned() };
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
        other => Fault::call("make topics", &KafkaError::AdminOp(other)),
    }
}

/// Waits for an answer of the library in this thread.
fn wait_for<T>(future: impl Future<Output = T>) -> Result<T, Fault> {
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    let runtime = runtime.map_err(|e| Fault::away("wait for an answer", Some(e.to_string())))?;
    Ok(runtime.block_on(future))
}
