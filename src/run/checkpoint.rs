//! The checkpointing thread: writes packed blocks to the store while the shards run on, and commits once the sink is
//! durable up to the same instant. Also: when the next checkpoint is due.

use super::error::{RunError, start_thread};
use super::events::{LoopEvent, LoopQueue};
use super::ledger::{self, Remembers};
use super::pool::SavedBlock;
use super::publisher::SinkMark;
use crate::status::CompletedCheckpoint;
use crossbeam_channel::{Receiver, Sender, unbounded};
use populace_state::{Compaction, Store};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The share of a run that checkpoints may take.
const SHARE: f64 = 0.05;

/// One checkpoint to write.
pub struct CheckpointJob {
    /// Its number.
    pub number: u64,
    /// Its blocks, until the channel closes.
    pub blocks: Receiver<Vec<SavedBlock>>,
    /// The mark of the sink, from the publisher; closed without a mark where the sink failed.
    pub marked: Receiver<SinkMark>,
    /// The span of the checkpoint in the log.
    pub span: tracing::Span,
}

/// What the thread does, one after the other.
enum Task {
    Save(CheckpointJob),
    /// Something with what was saved, before anything else is.
    Then(Box<dyn FnOnce(&Store) + Send>),
}

/// The thread, seen from the run loop.
pub struct Checkpointer {
    jobs: Option<Sender<Task>>,
    thread: Option<JoinHandle<()>>,
}

impl Checkpointer {
    /// Starts the thread; outcomes come by mail.
    ///
    /// # Errors
    /// [`RunError::NoThread`].
    pub(super) fn start(store: Store, mail: LoopQueue, remembers: Remembers) -> Result<Self, RunError> {
        let (jobs, queue) = unbounded::<Task>();
        let thread = start_thread("populace-save".into(), move || {
            for task in queue {
                match task {
                    Task::Save(job) => {
                        let outcome = write(&store, job, remembers).transpose();
                        outcome.into_iter().for_each(|outcome| mail.send(LoopEvent::CheckpointDone(outcome)));
                    }
                    Task::Then(work) => work(&store),
                }
            }
        })?;
        Ok(Checkpointer { jobs: Some(jobs), thread: Some(thread) })
    }

    /// Has a checkpoint written.
    pub fn write(&self, job: CheckpointJob) -> Result<(), RunError> {
        self.order(Task::Save(job))
    }

    /// Has something done with the last checkpoint that was ordered, before the next one is written.
    pub fn then(&self, work: impl FnOnce(&Store) + Send + 'static) -> Result<(), RunError> {
        self.order(Task::Then(Box::new(work)))
    }

    /// Waits until all that was ordered is done; nothing can be ordered afterwards.
    pub fn finish(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    fn order(&self, task: Task) -> Result<(), RunError> {
        let jobs = self.jobs.as_ref().expect("only dropping it closes it");
        jobs.send(task).map_err(|_| RunError::ThreadGone("checkpointing"))
    }
}

impl Drop for Checkpointer {
    fn drop(&mut self) {
        self.finish();
    }
}

/// Writes a checkpoint; none when the sink failed meanwhile, which is told elsewhere.
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
    compact(store);
    let took = writing + marked_at.elapsed();
    Ok(Some(CompletedCheckpoint { number: job.number, time: marked.meta.time, blocks, bytes, took }))
}

/// Gives room back that the store holds and does not need. The checkpoint is safe already: a failure is told and, where it
/// is one of the store, ends the run at the next write.
pub(super) fn compact(store: &Store) {
    match store.compact_if_wasteful() {
        Ok(Compaction::NotNeeded) => {}
        Ok(Compaction::Done { before, after }) => {
            tracing::info!(before, after, "the store was compacted: bytes of its files")
        }
        Ok(Compaction::NoRoom { needed }) => {
            tracing::warn!(
                needed,
                "the store is mostly waste, but the disk has no room for a compact copy of it: make room"
            );
        }
        Err(error) => tracing::warn!("the store could not be compacted: {error}"),
    }
}

/// When checkpoints are due.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    least: Duration,
    cost: Duration,
    last: Instant,
}

impl Schedule {
    /// At least `least` apart, the first that long after `now`.
    pub fn new(least: Duration, now: Instant) -> Self {
        Schedule { least, cost: Duration::ZERO, last: now }
    }

    /// A checkpoint began at `now`.
    pub fn began(&mut self, now: Instant) {
        self.last = now;
        self.cost = Duration::ZERO;
    }

    /// It took this much of somebody's time.
    pub fn cost(&mut self, cost: Duration) {
        self.cost += cost;
    }

    /// Whether the next is due at `now`.
    pub fn is_due(&self, now: Instant) -> bool {
        now.duration_since(self.last) >= self.interval()
    }

    fn interval(&self) -> Duration {
        self.least.max(self.cost.div_f64(SHARE))
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
