//! The cluster at a start: reached with retries, its topics, the progress of each world, and the claim by which this
//! process takes over a world. Must not depend on: decisions.

use super::advertised;
use super::advice::advice;
use super::fault::{Fault, SIGN_IN};
use super::names::Names;
use super::patience::{Ended, Patience};
use super::producer::{EPOCH, EpochProducer};
use super::progress::{BadProgress, Partitions, Progress};
use super::reader::{Extent, Reader};
use super::retention::Retention;
use super::topics::{TopicState, Topics};
use crate::config::KafkaPlan;
use crate::crash;
use crate::sink::{Claim, Instance, SinkError, TopicNames};
use crate::status::Connectivity;
use populace_sim::{STREAMS, Stream, VirtualTime};
use populace_wire::Digest;
use rdkafka::Message;
use rdkafka::message::{BorrowedHeaders, BorrowedMessage, Headers};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The progress of each world in a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ProgressByWorld {
    /// The progress of this world, or the reason why it cannot be used.
    pub(crate) ours: Option<Result<Progress, BadProgress>>,
    /// The progress of other worlds.
    pub(crate) others: Vec<Progress>,
}

/// The topics after the missing ones were created.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EnsuredTopics {
    /// The number of partitions of each topic, by stream.
    pub(crate) counts: [u32; STREAMS],
    /// True if any topic was created.
    pub(crate) any: bool,
}

/// The operations of a start on a cluster.
pub(crate) struct Cluster {
    plan: KafkaPlan,
    connectivity: Arc<Connectivity>,
    topics: TopicNames,
    progress: String,
    id: String,
    admin: Topics,
    reader: Reader,
    patience: Patience,
}

impl Cluster {
    /// Reaches the cluster, with retries until the plan's connect timeout; `stopped` returns whether to give up.
    pub(crate) fn reach(
        plan: &KafkaPlan,
        topics: &TopicNames,
        connectivity: &Arc<Connectivity>,
        stopped: Box<dyn Fn() -> bool>,
    ) -> Result<Self, SinkError> {
        let topics = topics.with_prefix(&plan.topic_prefix);
        let made = || Ok((Topics::new(plan)?, Reader::new(plan, connectivity)?));
        let (admin, reader) = made().map_err(|fault| refused(plan, fault))?;
        let mut cluster = Cluster {
            plan: plan.clone(),
            connectivity: connectivity.clone(),
            topics,
            progress: Names::progress_topic(&plan.topic_prefix),
            id: String::new(),
            admin,
            reader,
            patience: Patience::new(plan.connect_timeout, stopped),
        };
        cluster.id = cluster.retry_until_connected(|| cluster.admin.cluster())?;
        cluster.retry_until_connected(|| advertised::reach(plan))?;
        Ok(cluster)
    }

    /// Returns the cluster's id, which does not depend on its addresses.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Returns the names of the topics, with the prefix.
    pub(crate) fn topics(&self) -> &TopicNames {
        &self.topics
    }

    /// Returns the name of the progress topic, with the prefix.
    pub(crate) fn progress_topic(&self) -> &str {
        &self.progress
    }

    /// Describes the topics that exist, by stream.
    pub(crate) fn describe_topics(&self) -> Result<[Option<TopicState>; STREAMS], SinkError> {
        let mut seen = Stream::ALL.map(|_| None);
        for (stream, name) in self.topics.iter() {
            seen[stream as usize] = self.retry_until_connected(|| self.admin.describe(name, &self.reader))?;
        }
        Ok(seen)
    }

    /// Returns the retention of topics that are still to be created.
    pub(crate) fn planned(&self) -> Retention {
        Retention::planned(&self.plan)
    }

    /// Returns the retention of the progress topic; None if it does not exist or the broker does not report it.
    pub(crate) fn progress_retention(&self) -> Result<Option<Retention>, SinkError> {
        self.retry_until_connected(|| match self.admin.partitions(&self.progress)? {
            Some(_) => self.admin.retention(&self.progress),
            None => Ok(None),
        })
    }

    /// Returns whether the broker deletes records of a topic by itself.
    pub(crate) fn may_delete(&self, topic: &str) -> Result<bool, SinkError> {
        let retention = self.retry_until_connected(|| self.admin.retention(topic))?;
        Ok(retention.is_some_and(|retention| retention.may_delete()))
    }

    /// Creates the topics that are missing.
    pub(crate) fn create_missing(&self) -> Result<EnsuredTopics, SinkError> {
        let mut made = EnsuredTopics { counts: [0; STREAMS], any: self.create_missing_progress()? };
        for (stream, name) in self.topics.iter() {
            made.counts[stream as usize] = match self.retry_until_connected(|| self.admin.partitions(name))? {
                Some(there) => there,
                None => {
                    self.retry_until_connected(|| self.admin.create(stream, name))?;
                    made.any = true;
                    tracing::info!(topic = name, partitions = self.plan.partitions, "topic created");
                    self.plan.partitions
                }
            };
        }
        crash::point("kafka.topics");
        Ok(made)
    }

    /// Creates the progress topic if it is missing. Returns whether it was missing.
    pub(crate) fn create_missing_progress(&self) -> Result<bool, SinkError> {
        let is_missing = self.retry_until_connected(|| self.admin.partitions(&self.progress))?.is_none();
        if is_missing {
            self.retry_until_connected(|| self.admin.create_progress(&self.progress))?;
        }
        Ok(is_missing)
    }

    /// Reads the progress of each world in the cluster.
    pub(crate) fn progress_by_world(&self, world: &str) -> Result<ProgressByWorld, SinkError> {
        if self.retry_until_connected(|| self.admin.partitions(&self.progress))?.is_none() {
            return Ok(ProgressByWorld::default());
        }
        self.retry_until_connected(|| read_progress(&self.reader, &self.progress, world))
    }

    /// Returns the offsets of each partition of each topic; None for a topic that does not exist.
    pub(crate) fn extents(&self) -> Result<[Option<Vec<Extent>>; STREAMS], SinkError> {
        let of = |topic: &str| {
            self.retry_until_connected(|| {
                let Some(count) = self.admin.partitions(topic)? else { return Ok(None) };
                (0..count).map(|n| self.reader.extent(topic, n as i32)).collect::<Result<_, _>>().map(Some)
            })
        };
        let mut extents = Stream::ALL.map(|_| None);
        for (stream, name) in self.topics.iter() {
            extents[stream as usize] = of(name)?;
        }
        Ok(extents)
    }

    /// Passes every committed record of this part of a partition to `visit`, in order.
    pub(crate) fn read_extent(
        &self,
        topic: &str,
        (partition, extent): (i32, Extent),
        mut visit: impl FnMut(SeenRecord<'_>),
    ) -> Result<(), SinkError> {
        let outcome = self.reader.read_extent(topic, partition, extent, |message| visit(SeenRecord::of(message)));
        outcome.map_err(|fault| self.refused(fault))
    }

    /// Fences every earlier producer of the world: with transactions, only this process can write it.
    pub(crate) fn fence(&self, world: &str) -> Result<FencedProducer, SinkError> {
        let names = Names { world: world.to_owned(), topics: self.topics.clone(), progress: self.progress.clone() };
        let producer = self.retry_until_connected(|| {
            let producer = EpochProducer::new(&self.plan, &names, &self.connectivity)?;
            producer.fence().map(|()| producer)
        })?;
        Ok(FencedProducer { producer, names })
    }

    /// Claims the world for this process, until another process claims it.
    pub(crate) fn claim(&self, fenced: &mut FencedProducer, claim: &Progress) -> Result<(), SinkError> {
        crash::point("kafka.claim");
        let mut first = true;
        self.retry_until_connected(|| {
            if !std::mem::take(&mut first) {
                // A producer that failed cannot be used again, and another process may have come in between.
                fenced.producer = EpochProducer::new(&self.plan, &fenced.names, &self.connectivity)?;
                fenced.producer.fence()?;
            }
            fenced.producer.commit(claim)
        })?;
        crash::point("kafka.claimed");
        Ok(())
    }

    /// Writes the progress of a world whose progress record is lost. Progress that another process wrote meanwhile stays:
    /// after a failure the producer cannot be used again, and a new one must not undo a commit of another process.
    pub(crate) fn write_lost_progress(
        &self,
        fenced: &mut FencedProducer,
        progress: &Progress,
    ) -> Result<(), SinkError> {
        let mut first = true;
        let other = self.retry_until_connected(|| {
            if !std::mem::take(&mut first) {
                fenced.producer = EpochProducer::new(&self.plan, &fenced.names, &self.connectivity)?;
                fenced.producer.fence()?;
            }
            match read_progress(&self.reader, &self.progress, &fenced.names.world)?.ours {
                Some(Ok(there)) => Ok((there != *progress).then(|| Box::new(there.instance))),
                Some(Err(BadProgress::Version(_))) => Err(Fault::Permanent {
                    doing: "rebuild the progress",
                    why: "another release wrote it meanwhile".into(),
                    help: "use that release".into(),
                }),
                Some(Err(BadProgress::Foreign(_))) | None => fenced.producer.commit(progress).map(|()| None),
            }
        })?;
        other.map_or(Ok(()), |by| Err(SinkError::Claimed { by }))
    }

    /// Returns how long this start waits for what it needs.
    pub(super) fn patience(&self) -> &Patience {
        &self.patience
    }

    /// Retries a step while its faults are transient, until the connect timeout.
    fn retry_until_connected<T>(&self, step: impl FnMut() -> Result<T, Fault>) -> Result<T, SinkError> {
        let outcome = self.patience.retry(step, |(doing, why), seconds| {
            tracing::warn!(brokers = self.plan.brokers, step = doing, why, seconds, "retrying");
        });
        outcome.map_err(|ended| match ended {
            Ended::Stopped => SinkError::GivenUp,
            Ended::Fault(fault) => self.refused(fault),
        })
    }

    fn refused(&self, fault: Fault) -> SinkError {
        refused(&self.plan, fault)
    }
}

/// A producer whose transactional id is initialised, so that older instances are refused, with the names that it writes to.
pub(crate) struct FencedProducer {
    pub(super) producer: EpochProducer,
    pub(super) names: Names,
}

impl FencedProducer {
    /// Returns the claim of `instance` on a world, with the position of `progress`.
    pub(crate) fn claim_of(instance: &Instance, progress: &Progress) -> Progress {
        Progress { instance: instance.clone(), ..progress.clone() }
    }

    /// Returns the claim on a world that is new to the topics.
    pub(super) fn first_claim(&self, instance: &Instance, counts: [u32; STREAMS], from: FirstClaim) -> Progress {
        Progress {
            world: self.names.world.clone(),
            instance: instance.clone(),
            attachment: from.attachment,
            epoch: 0,
            time: from.time,
            topics: self.names.topics.clone(),
            partitions: Partitions::empty(counts),
            commands: from.commands,
            rules: from.rules,
        }
    }
}

/// A record as a reader of the topic receives it.
#[derive(Clone, Copy)]
pub(crate) struct SeenRecord<'a> {
    pub(crate) key: &'a [u8],
    pub(crate) value: &'a [u8],
    /// The timestamp in UTC milliseconds.
    pub(crate) millis: i64,
    pub(crate) offset: i64,
    headers: Option<&'a BorrowedHeaders>,
}

impl<'a> SeenRecord<'a> {
    fn of(message: &'a BorrowedMessage<'_>) -> Self {
        SeenRecord {
            key: message.key().unwrap_or_default(),
            value: message.payload().unwrap_or_default(),
            millis: message.timestamp().to_millis().unwrap_or_default(),
            offset: message.offset(),
            headers: message.headers(),
        }
    }

    /// Returns the epoch in the headers; None without headers.
    pub(crate) fn epoch(&self) -> Option<u64> {
        let header = self.headers?.iter().find(|header| header.key == EPOCH)?;
        std::str::from_utf8(header.value?).ok()?.parse().ok()
    }
}

/// The position of a world when it is attached to topics.
#[derive(Clone, Copy, Debug)]
pub(super) struct FirstClaim {
    attachment: u32,
    time: VirtualTime,
    commands: Digest,
    rules: u32,
}

impl FirstClaim {
    /// Returns the world's part of a claim.
    pub(super) fn of(claim: &Claim<'_>) -> Self {
        let Claim { time, commands, rules, .. } = *claim;
        FirstClaim { attachment: claim.attachment.number, time, commands, rules }
    }
}

/// Returns the error that reports a fault.
pub(super) fn refused(plan: &KafkaPlan, fault: Fault) -> SinkError {
    let brokers = plan.brokers.clone();
    match fault {
        Fault::GivenUp => SinkError::GivenUp,
        Fault::Fenced { .. } | Fault::Transient { .. } | Fault::AuthenticationFailed { .. } => {
            let (doing, why) =
                fault.transient().map_or(("write", String::new()), |(doing, why)| (doing, why.to_owned()));
            SinkError::Kafka { brokers, doing, help: advice(plan, &why), why }
        }
        Fault::Permanent { doing, why, help } => {
            let help = if doing == SIGN_IN { advice(plan, &why) } else { help };
            SinkError::Kafka { brokers, doing, why, help }
        }
        Fault::Rejected(rejection) => {
            let topic = rejection.bounded_topic();
            let retention = topic.and_then(|topic| Topics::new(plan).ok()?.retention(topic).ok()?);
            let (why, help) = rejection.explain(plan, retention.as_ref());
            SinkError::Kafka { brokers, doing: rejection.doing(), why, help }
        }
    }
}

/// Reads the last progress of each world.
pub(super) fn read_progress(reader: &Reader, topic: &str, world: &str) -> Result<ProgressByWorld, Fault> {
    let mut last: BTreeMap<Vec<u8>, Option<Vec<u8>>> = BTreeMap::new();
    reader.read(topic, 0, |message| {
        let key = message.key().unwrap_or_default().to_vec();
        last.insert(key, message.payload().map(<[u8]>::to_vec));
    })?;
    let ours = last.remove(Progress::key_of(world).as_bytes()).flatten();
    let others = last.into_values().flatten().filter_map(|bytes| Progress::from_bytes(&bytes).ok());
    Ok(ProgressByWorld { ours: ours.map(|bytes| Progress::from_bytes(&bytes)), others: others.collect() })
}
