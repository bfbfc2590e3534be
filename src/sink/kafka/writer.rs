//! The writer of epochs to the topics of a cluster: one transaction each, with the progress after it. The commit is the
//! only commit point. The records of an epoch are kept until then, so that recovery can send them again. Must not
//! depend on: checkpoints, the start of a run.

use super::cluster::FencedProducer;
use super::epoch::{Epoch, Outgoing};
use super::framing::Framings;
use super::partitioner::partition_of;
use super::progress::{Partitions, Progress, record_hash_on_wire};
use super::retry::Retry;
use super::wait::WaitingProducer;
use crate::config::KafkaPlan;
use crate::sink::{Mark, Sink, SinkError};
use crate::status::Connectivity;
use populace_sim::{Stream, VirtualTime};
use populace_wire::{Digest, Merged, Record};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The number of records between two readings of the clock.
const CLOCK_CHECK_RECORDS: u64 = 512;

/// The outcome of a commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Committed,
    NotCommitted,
}

/// The Kafka sink.
pub(super) struct KafkaSink {
    pub(super) plan: KafkaPlan,
    pub(super) connectivity: Arc<Connectivity>,
    pub(super) fenced: FencedProducer,
    /// The last committed or claimed progress.
    pub(super) committed: Progress,
    partitions: Partitions,
    commands: Digest,
    /// The number of records to replay, which the topics hold already.
    left_to_replay: u64,
    replayed: u64,
    epoch: Epoch,
    opened: Option<Instant>,
    pub(super) retry: Retry,
}

impl KafkaSink {
    /// Resumes from a checkpoint at which the topics held `partitions`; they hold `claimed` now.
    pub(super) fn new(
        plan: &KafkaPlan,
        connectivity: &Arc<Connectivity>,
        fenced: FencedProducer,
        (claimed, partitions): (Progress, Partitions),
        framings: Framings,
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
            epoch: Epoch::new(framings),
            opened: None,
            retry: Retry::default(),
        }
    }

    /// Counts a record that the topics hold already, and compares all digests at the last of them.
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

    fn send(&mut self, record: &Record<'_>, partition: usize) -> Result<(), SinkError> {
        self.epoch.push(record, partition);
        self.opened.get_or_insert_with(Instant::now);
        match self.fenced.producer.send(&self.epoch.last(), self.committed.epoch + 1) {
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

    /// Commits the epoch: the topics then hold everything before `at`.
    fn commit(&mut self, at: VirtualTime) -> Result<(), SinkError> {
        let _span =
            tracing::debug_span!("epoch", epoch = self.committed.epoch + 1, records = self.epoch.len()).entered();
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

    /// Sends the records of the epoch again with a new producer, which continues the epoch.
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
}

impl Sink for KafkaSink {
    fn after(&mut self, commands: Digest) {
        self.commands = commands;
    }

    fn window(&mut self, window: &Arc<Merged>) {
        self.epoch.window(window);
    }

    fn record(&mut self, record: &Record<'_>) -> Result<(), SinkError> {
        let digests = &mut self.partitions.0[record.stream as usize];
        let partition = partition_of(record.key, digests.len());
        let outgoing = Outgoing::new(record, partition);
        digests[partition].add(record_hash_on_wire(outgoing.key, outgoing.millis, outgoing.value));
        if self.left_to_replay > 0 {
            return self.check_replayed();
        }
        self.send(record, partition)?;
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
        // Progress at exactly this instant, even without records: a checkpoint must never be ahead of it.
        let is_there = self.committed.time >= at && self.committed.commands.count >= self.commands.count;
        if self.left_to_replay == 0 && !(is_there && self.epoch.is_empty()) {
            self.commit(at)?;
        }
        Ok(Mark::durable(self.partitions.token()))
    }

    fn is_replay_complete(&self) -> bool {
        self.left_to_replay == 0
    }

    fn replayed(&self) -> u64 {
        self.replayed
    }
}
