//! The checkpointing thread: writes packed blocks to the store while the shards continue, and commits once the sink is
//! durable up to the same instant; and the schedule of checkpoints. Must not depend on: the run loop.

use super::error::{RunError, start_thread};
use super::events::{LoopEvent, LoopQueue};
use super::ledger::{self, Remembers};
use super::pool::SavedBlock;
use super::publisher::SinkMark;
use crate::status::CompletedCheckpoint;
use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use populace_state::{Compaction, Store};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The maximum share of the time of a run that checkpoints take.
const TIME_SHARE_MAX: f64 = 0.05;

/// The maximum number of messages of packed blocks that wait for the store, about 10 MiB: the simulating threads wait
/// rather than hold a large world in memory twice. A world of 25,000 people does not reach it.
const WAITING_MESSAGES: usize = 64;

/// Returns the channel by which the packed blocks of a checkpoint reach the thread.
pub(super) fn block_channel() -> (Sender<Vec<SavedBlock>>, Receiver<Vec<SavedBlock>>) {
    bounded(WAITING_MESSAGES)
}

/// A checkpoint to be written.
pub struct CheckpointJob {
    /// Its number.
    pub number: u64,
    /// Its blocks, until the channel closes.
    pub blocks: Receiver<Vec<SavedBlock>>,
    /// The mark of the sink, from the publisher; closed without a mark if the sink failed.
    pub marked: Receiver<SinkMark>,
    /// The span of the checkpoint in the log.
    pub span: tracing::Span,
}

/// A task of the thread.
enum CheckpointTask {
    Save(CheckpointJob),
    /// A function that runs after the last checkpoint, before the next one is written.
    Then(Box<dyn FnOnce(&Store) + Send>),
}

/// The handle of the run loop to the checkpointing thread.
pub struct Checkpointer {
    jobs: Option<Sender<CheckpointTask>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread. Outcomes are sent as events.
    ///
    /// # Errors
    /// If the system refuses to start a thread.
    pub(super) fn start(store: Store, events: LoopQueue, remembers: Remembers) -> Result<Self, RunError> {
        let (jobs, queue) = unbounded::<CheckpointTask>();
        let thread = start_thread("populace-save".into(), move || {
            for task in queue {
                match task {
                    CheckpointTask::Save(job) => {
                        let outcome = write(&store, job, remembers).transpose();
                        outcome.into_iter().for_each(|outcome| events.send(LoopEvent::CheckpointDone(outcome)));
                    }
                    CheckpointTask::Then(work) => work(&store),
                }
            }
        })?;
        Ok(Checkpointer { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Queues a checkpoint.
    pub fn write(&self, job: CheckpointJob) -> Result<(), RunError> {
        self.send(CheckpointTask::Save(job))
    }

    /// Queues a function that runs after the last queued checkpoint, before the next one is written.
    pub fn then(&self, work: impl FnOnce(&Store) + Send + 'static) -> Result<(), RunError> {
        self.send(CheckpointTask::Then(Box::new(work)))
    }

    /// Waits until all tasks are done. No task can be queued afterwards.
    pub fn finish(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    fn send(&self, task: CheckpointTask) -> Result<(), RunError> {
        let jobs = self.jobs.as_ref().expect("only dropping the checkpointer closes the queue");
        jobs.send(task).map_err(|_| RunError::ThreadGone("checkpointing"))
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.finish();
    }
}

/// Writes a checkpoint. Returns `None` if the sink failed meanwhile, which the publisher reports.
fn write(store: &Store, job: CheckpointJob, remembers: Remembers) -> Result<Option<CompletedCheckpoint>, RunError> {
    let _entered = job.span.entered();
    let began = Instant::now();
    let mut writer = store.checkpoint(job.number)?;
    let (mut blocks, mut bytes) = (0, 0);
    for (id, block) in job.blocks.iter().flatten() {
        bytes += block.len() as u64;
        writer.put(id, block)?;
        blocks += 1;
    }
    let writing = began.elapsed();
    let Ok(marked) = job.marked.recv() else { return Ok(None) };
    let marked_at = Instant::now();
    ledger::save(store, &mut writer, remembers, &marked.closed_days)?;
    (marked.sync)()?;
    writer.commit(&marked.meta.to_bytes())?;
    (marked.committed)()?;
    compact(store);
    let took = writing + marked_at.elapsed();
    Ok(Some(CompletedCheckpoint { number: job.number, time: marked.meta.time, blocks, bytes, took }))
}

/// Frees space that the store does not need. The checkpoint is safe already: a failure is logged, and one of the store
/// ends the run at the next write.
pub(super) fn compact(store: &Store) {
    match store.compact_if_wasteful() {
        Ok(Compaction::NotNeeded) => {}
        Ok(Compaction::Done { before, after }) => {
            tracing::info!(bytes_before = before, bytes_after = after, "store compacted")
        }
        Ok(Compaction::NoSpace { needed }) => {
            tracing::warn!(bytes_needed = needed, "no room on the disk to compact the store; free some");
        }
        Err(error) => tracing::warn!(%error, "failed to compact the store"),
    }
}

/// The schedule of checkpoints.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    least: Duration,
    cost: Duration,
    last: Instant,
}

impl Schedule {
    /// Returns a schedule of checkpoints at least `least` apart, the first that long after `now`.
    pub fn new(least: Duration, now: Instant) -> Self {
        Schedule { least, cost: Duration::ZERO, last: now }
    }

    /// Records that a checkpoint started at `now`.
    pub fn began(&mut self, now: Instant) {
        self.last = now;
        self.cost = Duration::ZERO;
    }

    /// Adds the time that a thread spent on the checkpoint.
    pub fn cost(&mut self, cost: Duration) {
        self.cost += cost;
    }

    /// Returns whether the next checkpoint is due at `now`.
    pub fn is_due(&self, now: Instant) -> bool {
        now.duration_since(self.last) >= self.interval()
    }

    fn interval(&self) -> Duration {
        self.least.max(self.cost.div_f64(TIME_SHARE_MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn costly_checkpoints_are_rare() {
        let start = Instant::now();
        let mut schedule = Schedule::new(Duration::from_secs(5), start);
        assert!(!schedule.is_due(start + Duration::from_secs(4)));
        assert!(schedule.is_due(start + Duration::from_secs(5)));
        schedule.began(start);
        schedule.cost(Duration::from_secs(1));
        assert!(!schedule.is_due(start + Duration::from_secs(19)));
        assert!(schedule.is_due(start + Duration::from_secs(21)));
    }
}
