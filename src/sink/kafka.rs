//! The Kafka sink: one transaction an epoch, with the progress that it leads to. The commit is the only commit point.
//! What an epoch holds is kept until then, so that a failure of any kind is answered in one way: begin anew, read how
//! far the topics are, and go on from there. Knows no checkpoints.

mod advertised;
mod advice;
mod client;
mod cluster;
mod epoch;
mod fault;
mod missing;
mod partitioner;
mod producer;
mod progress;
mod reader;
mod rejection;
mod retention;
mod retry;
mod topic_config;
mod topic_name;
mod topics;
mod wait;

use super::{Instance, Mark, Positions, Sink, SinkError};
use crate::config::KafkaPlan;
use crate::status::Connectivity;
use cluster::{read_progress, refused};
use epoch::{Epoch, Outgoing};
use fault::Fault;
use missing::MissingTopics;
use populace_sim::{Digest, Record, Stream, VirtualTime, record_hash};
use producer::EpochProducer;
use reader::Reader;
use retry::Retry;
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

pub(crate) use cluster::{Cluster, FencedProducer, FirstClaim, ProgressByWorld};
pub(crate) use partitioner::partition_of;
pub(crate) use progress::BadProgress;
pub use progress::{Partitions, Progress};
pub(crate) use reader::Extent;
pub(crate) use retention::{Retention, TimestampRange, largest_batch, progress_retention_conflict, retention_conflict};
pub(crate) use topics::TopicState;

/// Records between two looks at the clock.
const CLOCK_CHECK_RECORDS: u64 = 512;

/// How long another process may take from fencing this one to its claim.
const CLAIM_GRACE: Duration = Duration::from_secs(2);

/// Between two looks at whether the wait for it was given up.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The hash of a record as a partition's digest takes it: over what any reader of the topic sees.
pub(crate) fn hash_on_the_wire(key: &[u8], millis: i64, value: &[u8]) -> u128 {
    record_hash(key, VirtualTime::from_micros(millis.saturating_mul(1_000)), value)
}

/// Writes to the topics of a cluster.
pub struct KafkaSink {
    plan: KafkaPlan,
    connectivity: Arc<Connectivity>,
    fenced: FencedProducer,
    /// What was committed last, or claimed.
    committed: Progress,
    partitions: Partitions,
    commands: Digest,
    /// Records that the topics have already.
    left_to_replay: u64,
    replayed: u64,
    epoch: Epoch,
    opened: Option<Instant>,
    retry: Retry,
}

impl KafkaSink {
    /// Goes on from a checkpoint at which `partitions` had been written, where the topics have what `claimed` says.
    pub(crate) fn new(
        plan: &KafkaPlan,
        connectivity: &Arc<Connectivity>,
        fenced: FencedProducer,
        claimed: Progress,
        partitions: Partitions,
    ) -> Self {
        KafkaSink {
            plan: plan.clone(),
            connectivity: connectivity.clone(),
            fenced,
            left_to_replay: claimed.partitions.total() - partitions.total(),
            commands: claimed.commands,
            committed: claimed,
            partitions,
            replayed: 0,
            epoch: Epoch::default(),
            opened: None,
            retry: Retry::default(),
        }
    }

    /// A record that the topics have: counted, and at the last of them everything is compared.
    fn check_replayed(&mut self) -> Result<(), SinkError> {
        self.left_to_replay -= 1;
        self.replayed += 1;
        if self.left_to_replay > 0 || self.partitions == self.committed.partitions {
            return Ok(());
        }
        let at = |partitions: &Partitions, stream: Stream| partitions.0[stream as usize].clone();
        let differs = |stream: &Stream| at(&self.partitions, *stream) != at(&self.committed.partitions, *stream);
        let stream = Stream::ALL.into_iter().find(differs).expect("something differs");
        let topic = self.committed.topics.of(stream).to_owned();
        Err(SinkError::OtherRecords { topic })
    }

    fn send(&mut self, record: &Outgoing<'_>) -> Result<(), SinkError> {
        self.epoch.keep(record);
        self.opened.get_or_insert_with(Instant::now);
        match self.fenced.producer.send(record, self.committed.epoch + 1) {
            Ok(()) => Ok(()),
            Err(fault) => {
                self.recover(fault, None)?;
                self.resend()
            }
        }
    }

    fn is_full(&self) -> bool {
        let late = |opened: Instant| opened.elapsed() >= self.plan.commit_interval;
        self.epoch.len() >= self.plan.epoch_records
            || self.epoch.bytes() >= self.plan.epoch_bytes
            || (self.epoch.len().is_multiple_of(CLOCK_CHECK_RECORDS) && self.opened.is_some_and(late))
    }

    /// Ends the epoch: the topics then have everything before `at`.
    fn commit(&mut self, at: VirtualTime) -> Result<(), SinkError> {
        let next = Progress {
            epoch: self.committed.epoch + 1,
            time: at,
            partitions: self.partitions.clone(),
            commands: self.commands,
            ..self.committed.clone()
        };
        let began = Instant::now();
        while let Err(fault) = self.fenced.producer.commit(&next) {
            if self.recover(fault, Some(&next))? == Outcome::Committed {
                break;
            }
            self.resend()?;
        }
        self.connectivity.commits.add(began.elapsed());
        self.connectivity.epochs.add(self.opened.unwrap_or(began).elapsed());
        self.retry.delivered(&self.connectivity);
        self.connectivity.delivery.delivered(next.point());
        self.committed = next;
        self.epoch.clear();
        self.opened = None;
        Ok(())
    }

    /// Sends what the epoch holds once more, with a new producer.
    fn resend(&mut self) -> Result<(), SinkError> {
        let epoch = self.committed.epoch + 1;
        let mut next = 0;
        while next < self.epoch.len() {
            match self.fenced.producer.send(&self.epoch.get(next), epoch) {
                Ok(()) => next += 1,
                Err(fault) => {
                    self.recover(fault, None)?;
                    next = 0;
                }
            }
        }
        Ok(())
    }

    /// A new producer in place of one that failed, and what became of the commit that was tried, if one was. Does not
    /// return before the broker is back, the run ends, or it is clear that going on would be wrong.
    fn recover(&mut self, fault: Fault, tried: Option<&Progress>) -> Result<Outcome, SinkError> {
        let (mut fault, mut missing) = (fault, MissingTopics::default());
        loop {
            let Some(passing) = fault.transient() else { return Err(refused(&self.plan, fault)) };
            self.retry.failed(&self.connectivity, passing);
            let authentication_error = matches!(fault, Fault::AuthenticationFailed { .. });
            if authentication_error && self.retry.failing_for() > self.plan.connect_timeout {
                return Err(refused(&self.plan, fault));
            }
            self.retry.back_off(&self.connectivity);
            if matches!(fault, Fault::Fenced { .. }) {
                self.let_others_claim();
            }
            match self.reconnect() {
                Ok(found) => {
                    let outcome = self.outcome(&found, tried)?;
                    self.connectivity.set_reachable();
                    self.retry.reconnected();
                    tracing::debug!(epoch = found.epoch, ?outcome, "beginning anew from what the topics have");
                    return Ok(outcome);
                }
                Err(RecoverError::Claimed(by)) => return Err(SinkError::Claimed { by }),
                Err(RecoverError::Fault(next)) => fault = next,
            }
            if self.connectivity.is_given_up() {
                return Err(SinkError::GivenUp);
            }
            let producer = &self.fenced.producer;
            missing.check(producer.client(), producer.names()).map_err(|gone| refused(&self.plan, gone))?;
        }
    }

    /// Whoever fenced this process claims the world a moment later: looking sooner would find the own claim and fence them.
    fn let_others_claim(&self) {
        let until = Instant::now() + CLAIM_GRACE;
        while Instant::now() < until && !self.connectivity.is_given_up() {
            sleep(POLL_INTERVAL);
        }
    }

    /// The claim is read before anybody is fenced: two instances would otherwise fence each other for ever. And after
    /// it, for only then is it known that nobody came in between.
    fn reconnect(&mut self) -> Result<Progress, RecoverError> {
        self.own_progress()?;
        let producer = EpochProducer::new(&self.plan, &self.fenced.names, &self.connectivity)?;
        producer.fence()?;
        let progress = self.own_progress()?;
        self.fenced.producer = producer;
        Ok(progress)
    }

    fn own_progress(&self) -> Result<Progress, RecoverError> {
        let names = &self.fenced.names;
        let reader = Reader::new(&self.plan, &self.connectivity)?;
        let ledger = read_progress(&reader, &names.progress, &names.world)?;
        match ledger.ours {
            Some(Ok(progress)) if progress.instance.id == self.committed.instance.id => Ok(progress),
            Some(Ok(progress)) => Err(RecoverError::Claimed(Box::new(progress.instance))),
            Some(Err(_)) | None => Err(RecoverError::Fault(Fault::Permanent {
                doing: "read this world's progress",
                why: format!("it is gone from {}", names.progress),
                help:
                    "see who deleted it, then run `populace verify --rebuild-progress`, which compares the topics with \
                       the world and writes it anew; or give another kafka.topic_prefix, which starts at the last \
                       checkpoint"
                        .into(),
            })),
        }
    }

    fn outcome(&self, found: &Progress, tried: Option<&Progress>) -> Result<Outcome, SinkError> {
        if Some(found) == tried {
            Ok(Outcome::Committed)
        } else if *found == self.committed {
            Ok(Outcome::NotCommitted)
        } else {
            let (found, known) = (found.epoch, self.committed.epoch);
            Err(SinkError::Unexplained { progress: self.fenced.names.progress.clone(), found, known })
        }
    }
}

/// What became of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Committed,
    NotCommitted,
}

/// Why beginning anew failed.
enum RecoverError {
    Claimed(Box<Instance>),
    Fault(Fault),
}

impl From<Fault> for RecoverError {
    fn from(fault: Fault) -> Self {
        RecoverError::Fault(fault)
    }
}

impl Sink for KafkaSink {
    fn after(&mut self, commands: Digest) {
        self.commands = commands;
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), SinkError> {
        let digests = &mut self.partitions.0[record.stream as usize];
        let partition = partition_of(record.key, digests.len());
        let outgoing = Outgoing::new(record, partition);
        digests[partition].add(hash_on_the_wire(outgoing.key, outgoing.millis, outgoing.value));
        if self.left_to_replay > 0 {
            return self.check_replayed();
        }
        self.send(&outgoing)?;
        if self.is_full() { self.commit(record.time.next()) } else { Ok(()) }
    }

    fn flush(&mut self, at: VirtualTime) -> Result<(), SinkError> {
        self.fenced.producer.poll();
        if self.epoch.is_empty() { Ok(()) } else { self.commit(at) }
    }

    fn flush_every(&self) -> Duration {
        self.plan.commit_interval
    }

    fn mark(&mut self, at: VirtualTime) -> Result<Mark, SinkError> {
        // Progress at exactly this instant, even when nothing happened: the checkpoint must never be ahead of it.
        let is_there = self.committed.time >= at && self.committed.commands.count >= self.commands.count;
        if self.left_to_replay == 0 && !(is_there && self.epoch.is_empty()) {
            self.commit(at)?;
        }
        let partitions = self.partitions.clone();
        Ok(Mark { positions: Positions::default(), partitions, sync: Box::new(|| Ok(())) })
    }

    fn caught_up(&self) -> bool {
        self.left_to_replay == 0
    }

    fn known(&self) -> u64 {
        self.replayed
    }
}
