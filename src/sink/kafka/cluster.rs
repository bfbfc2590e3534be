//! A cluster as a start finds it: reached with patience, its topics, whose progress lies in it, and the claim by which
//! a world becomes this process's to write. Decides nothing.

use super::advertised;
use super::advice::advice;
use super::contact::Contact;
use super::fault::{Fault, SIGNING_IN};
use super::keeping::Keeping;
use super::outlet::{EPOCH, Names, Outlet};
use super::progress::{BadProgress, Instance, Partitions, Progress};
use super::reader::{Extent, Reader};
use super::topics::{TopicSeen, Topics};
use crate::config::KafkaPlan;
use crate::crash;
use crate::sink::{SinkError, TopicNames};
use populace_sim::{STREAMS, Stream};
use rdkafka::Message;
use rdkafka::message::{BorrowedHeaders, BorrowedMessage, Headers};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Rests between two tries.
const REST: Duration = Duration::from_millis(250);
const LONGEST_REST: Duration = Duration::from_secs(4);

/// Whose progress a cluster holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ledger {
    /// The world's own, or why it cannot be used.
    pub(crate) ours: Option<Result<Progress, BadProgress>>,
    /// That of other worlds.
    pub(crate) others: Vec<Progress>,
}

/// Topics after those that were missing were made.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Made {
    /// How many partitions each has, by stream.
    pub(crate) counts: [u32; STREAMS],
    /// Whether any was missing.
    pub(crate) any: bool,
}

/// What a start does with a cluster.
pub(crate) struct Cluster {
    plan: KafkaPlan,
    contact: Arc<Contact>,
    topics: TopicNames,
    progress: String,
    id: String,
    asking: Topics,
    reader: Reader,
    stopped: Box<dyn Fn() -> bool>,
}

impl Cluster {
    /// Reaches the cluster, trying again until the plan's connect timeout; `stopped` says whether to stop trying.
    pub(crate) fn reach(
        plan: &KafkaPlan,
        topics: &TopicNames,
        contact: &Arc<Contact>,
        stopped: Box<dyn Fn() -> bool>,
    ) -> Result<Self, SinkError> {
        let topics = topics.with_prefix(&plan.topic_prefix);
        let made = || Ok((Topics::new(plan)?, Reader::new(plan, contact)?));
        let (asking, reader) = made().map_err(|fault| refused(plan, fault))?;
        let mut cluster = Cluster {
            plan: plan.clone(),
            contact: contact.clone(),
            topics,
            progress: Names::progress_topic(&plan.topic_prefix),
            id: String::new(),
            asking,
            reader,
            stopped,
        };
        cluster.id = cluster.patiently(|| cluster.asking.cluster())?;
        cluster.patiently(|| advertised::reach(plan))?;
        Ok(cluster)
    }

    /// The cluster's id, whatever its addresses.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// Names of the topics, with the prefix.
    pub(crate) fn topics(&self) -> &TopicNames {
        &self.topics
    }

    /// Name of the progress topic, with the prefix.
    pub(crate) fn progress_topic(&self) -> &str {
        &self.progress
    }

    /// The topics that are there, by stream.
    pub(crate) fn look(&self) -> Result<[Option<TopicSeen>; STREAMS], SinkError> {
        let mut seen = Stream::ALL.map(|_| None);
        for (stream, name) in self.topics.iter() {
            seen[stream as usize] = self.patiently(|| self.asking.look(name, &self.reader))?;
        }
        Ok(seen)
    }

    /// How topics that are missing would keep records.
    pub(crate) fn planned(&self) -> Keeping {
        Keeping::planned(&self.plan)
    }

    /// How the progress topic keeps records, where it is there and the broker tells.
    pub(crate) fn progress_keeping(&self) -> Result<Option<Keeping>, SinkError> {
        self.patiently(|| match self.asking.partitions(&self.progress)? {
            Some(_) => self.asking.keeping(&self.progress),
            None => Ok(None),
        })
    }

    /// Whether the broker says that it deletes records of a topic by itself.
    pub(crate) fn may_delete(&self, topic: &str) -> Result<bool, SinkError> {
        let keeping = self.patiently(|| self.asking.keeping(topic))?;
        Ok(keeping.is_some_and(|keeping| keeping.may_delete()))
    }

    /// Makes the topics that are missing. How many partitions each has now, by stream, and whether any was made.
    pub(crate) fn make_missing(&self) -> Result<Made, SinkError> {
        let mut made = Made { counts: [0; STREAMS], any: self.make_missing_progress()? };
        for (stream, name) in self.topics.iter() {
            made.counts[stream as usize] = match self.patiently(|| self.asking.partitions(name))? {
                Some(there) => there,
                None => {
                    self.patiently(|| self.asking.make(name))?;
                    made.any = true;
                    tracing::info!(topic = name, partitions = self.plan.partitions, "the topic is made");
                    self.plan.partitions
                }
            };
        }
        crash::point("kafka.topics");
        Ok(made)
    }

    /// Makes the progress topic where it is missing; whether it was.
    pub(crate) fn make_missing_progress(&self) -> Result<bool, SinkError> {
        let is_missing = self.patiently(|| self.asking.partitions(&self.progress))?.is_none();
        if is_missing {
            self.patiently(|| self.asking.make_progress(&self.progress))?;
        }
        Ok(is_missing)
    }

    /// Whose progress lies in the cluster.
    pub(crate) fn ledger(&self, world: &str) -> Result<Ledger, SinkError> {
        if self.patiently(|| self.asking.partitions(&self.progress))?.is_none() {
            return Ok(Ledger::default());
        }
        self.patiently(|| read_ledger(&self.reader, &self.progress, world))
    }

    /// What each partition of each topic holds now; none for a topic that is not there.
    pub(crate) fn extents(&self) -> Result<[Option<Vec<Extent>>; STREAMS], SinkError> {
        let of = |topic: &str| {
            self.patiently(|| {
                let Some(count) = self.asking.partitions(topic)? else { return Ok(None) };
                (0..count).map(|n| self.reader.extent(topic, n as i32)).collect::<Result<_, _>>().map(Some)
            })
        };
        let mut extents = Stream::ALL.map(|_| None);
        for (stream, name) in self.topics.iter() {
            extents[stream as usize] = of(name)?;
        }
        Ok(extents)
    }

    /// Hands every committed record of this part of a partition to `visit`, in order.
    pub(crate) fn read_extent(
        &self,
        topic: &str,
        (partition, extent): (i32, Extent),
        mut visit: impl FnMut(Seen<'_>),
    ) -> Result<(), SinkError> {
        let outcome = self.reader.read_extent(topic, partition, extent, |message| visit(Seen::of(message)));
        outcome.map_err(|fault| self.refused(fault))
    }

    /// Becomes the only process that can write the world, as far as transactions go.
    pub(crate) fn fence(&self, world: &str) -> Result<Pen, SinkError> {
        let names = Names { world: world.to_owned(), topics: self.topics.clone(), progress: self.progress.clone() };
        let outlet = self.patiently(|| {
            let outlet = Outlet::new(&self.plan, &names, &self.contact)?;
            outlet.fence().map(|()| outlet)
        })?;
        Ok(Pen { outlet, names })
    }

    /// Writes that the world is this process's from here on. Whoever claims it later is obeyed.
    pub(crate) fn claim(&self, pen: &mut Pen, claim: &Progress) -> Result<(), SinkError> {
        crash::point("kafka.claim");
        let mut first = true;
        self.patiently(|| {
            if !std::mem::take(&mut first) {
                // After a failure the producer is of no more use, and somebody may have come in between.
                pen.outlet = Outlet::new(&self.plan, &pen.names, &self.contact)?;
                pen.outlet.fence()?;
            }
            pen.outlet.commit(claim)
        })?;
        crash::point("kafka.claimed");
        Ok(())
    }

    /// Writes the progress of a world whose own is gone. Progress that another process wrote meanwhile stays: after a failure the producer
    /// is of no more use, and a new one must not undo what another process committed in between.
    pub(crate) fn write_lost_progress(&self, pen: &mut Pen, progress: &Progress) -> Result<(), SinkError> {
        let mut first = true;
        let other = self.patiently(|| {
            if !std::mem::take(&mut first) {
                pen.outlet = Outlet::new(&self.plan, &pen.names, &self.contact)?;
                pen.outlet.fence()?;
            }
            match read_ledger(&self.reader, &self.progress, &pen.names.world)?.ours {
                Some(Ok(there)) => Ok((there != *progress).then(|| Box::new(there.instance))),
                Some(Err(BadProgress::Version(_))) => Err(Fault::Lasting {
                    doing: "write the progress anew",
                    why: "another release wrote it meanwhile".into(),
                    help: "use that release".into(),
                }),
                Some(Err(BadProgress::Foreign(_))) | None => pen.outlet.commit(progress).map(|()| None),
            }
        })?;
        other.map_or(Ok(()), |by| Err(SinkError::Claimed { by }))
    }

    /// Tries again while that may help, telling each time.
    fn patiently<T>(&self, mut step: impl FnMut() -> Result<T, Fault>) -> Result<T, SinkError> {
        let until = Instant::now() + self.plan.connect_timeout;
        let mut rest = REST;
        loop {
            let fault = match step() {
                Ok(value) => return Ok(value),
                Err(fault) => fault,
            };
            let Some((doing, why)) = fault.passing() else { return Err(self.refused(fault)) };
            if Instant::now() + rest > until {
                return Err(self.refused(fault));
            }
            let (brokers, seconds) = (&self.plan.brokers, rest.as_secs_f64());
            tracing::warn!("Kafka at {brokers}: cannot {doing} ({why}): trying again in {seconds} s");
            self.rest(rest)?;
            rest = (rest * 2).min(LONGEST_REST);
        }
    }

    fn rest(&self, rest: Duration) -> Result<(), SinkError> {
        let until = Instant::now() + rest;
        while Instant::now() < until {
            if (self.stopped)() {
                return Err(SinkError::GivenUp);
            }
            sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn refused(&self, fault: Fault) -> SinkError {
        refused(&self.plan, fault)
    }
}

/// A fenced producer with the names that it writes to.
pub(crate) struct Pen {
    pub(super) outlet: Outlet,
    pub(super) names: Names,
}

impl Pen {
    /// The claim of `instance` on a world, from where `progress` is.
    pub(crate) fn claim_of(instance: &Instance, progress: &Progress) -> Progress {
        Progress { instance: instance.clone(), ..progress.clone() }
    }

    /// The claim on a world that is new to the topics.
    pub(crate) fn first_claim(&self, instance: &Instance, counts: [u32; STREAMS], from: First) -> Progress {
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

/// A record as a reader of the topic sees it.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) key: &'a [u8],
    pub(crate) value: &'a [u8],
    /// Its timestamp in UTC milliseconds.
    pub(crate) millis: i64,
    pub(crate) offset: i64,
    headers: Option<&'a BorrowedHeaders>,
}

impl<'a> Seen<'a> {
    fn of(message: &'a BorrowedMessage<'_>) -> Self {
        Seen {
            key: message.key().unwrap_or_default(),
            value: message.payload().unwrap_or_default(),
            millis: message.timestamp().to_millis().unwrap_or_default(),
            offset: message.offset(),
            headers: message.headers(),
        }
    }

    /// The epoch that its headers name, where it has headers.
    pub(crate) fn epoch(&self) -> Option<u64> {
        let header = self.headers?.iter().find(|header| header.key == EPOCH)?;
        std::str::from_utf8(header.value?).ok()?.parse().ok()
    }
}

/// Where a world is when it is attached to topics.
#[derive(Clone, Copy, Debug)]
pub(crate) struct First {
    pub(crate) attachment: u32,
    pub(crate) time: populace_sim::VirtualTime,
    pub(crate) commands: populace_sim::Digest,
    pub(crate) rules: u32,
}

/// A failure as whoever runs the program gets to see it.
pub(super) fn refused(plan: &KafkaPlan, fault: Fault) -> SinkError {
    let brokers = plan.brokers.clone();
    match fault {
        Fault::GivenUp => SinkError::GivenUp,
        Fault::Fenced { .. } | Fault::Passing { .. } | Fault::TurnedAway { .. } => {
            let (doing, why) = fault.passing().map_or(("write", String::new()), |(doing, why)| (doing, why.to_owned()));
            SinkError::Kafka { brokers, doing, help: advice(plan, &why), why }
        }
        Fault::Lasting { doing, why, help } => {
            let help = if doing == SIGNING_IN { advice(plan, &why) } else { help };
            SinkError::Kafka { brokers, doing, why, help }
        }
        Fault::Rejected(rejection) => {
            let (why, help) = rejection.told(plan);
            SinkError::Kafka { brokers, doing: rejection.doing(), why, help }
        }
    }
}

/// The last progress of each world.
pub(super) fn read_ledger(reader: &Reader, topic: &str, world: &str) -> Result<Ledger, Fault> {
    let mut last: BTreeMap<Vec<u8>, Option<Vec<u8>>> = BTreeMap::new();
    reader.read(topic, 0, |message| {
        let key = message.key().unwrap_or_default().to_vec();
        last.insert(key, message.payload().map(<[u8]>::to_vec));
    })?;
    let ours = last.remove(Progress::key_of(world).as_bytes()).flatten();
    let others = last.into_values().flatten().filter_map(|bytes| Progress::from_bytes(&bytes).ok());
    Ok(Ledger { ours: ours.map(|bytes| Progress::from_bytes(&bytes)), others: others.collect() })
}
