//! The publishing thread: merges the batches of each window, chains the digests, and passes the records to the sink while
//! the next window is being simulated. Must not depend on: shards, clocks other than for flushing buffers.

use super::error::{RunError, start_thread};
use super::events::{LoopEvent, LoopQueue};
use super::meta::{ClosedDay, Meta};
use crate::sink::{MarkStep, Sink, SinkError};
use crate::status::Sampler;
use crate::status::{PublishedCounts, RunStatus};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};
use populace_sim::{STREAMS, VirtualTime};
use populace_wire::{Batch, Digest, Digests, Merged, Record};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::JoinHandle;
use std::time::Instant;

/// The initial state of a publisher.
pub struct PublisherStart {
    /// The digests of all records published so far.
    pub digests: Digests,
    /// The UTC day of the last record of each stream.
    pub days: [Option<i32>; STREAMS],
    /// The number of records of the world at which to stop, exactly.
    pub goal: Option<u64>,
    /// The total of records up to which the sink has them, so that they are not passed to it.
    pub skip_to: u64,
    /// The start of the first window.
    pub now: VirtualTime,
    /// The status that shows records.
    pub status: Arc<RunStatus>,
}

/// A simulated window.
pub struct SimulatedWindow {
    /// The records of all shards.
    pub batches: Vec<Batch>,
    /// Its end.
    pub until: VirtualTime,
    /// The number and hash of the commands that had acted before it.
    pub commands: Digest,
    /// The seam between several sinks, if it is where the window starts.
    pub seam: Option<VirtualTime>,
}

impl SimulatedWindow {
    fn records(&self) -> usize {
        self.batches.iter().map(Batch::len).sum()
    }
}

/// The mark of a sink: the data that a checkpoint needs from the publisher.
pub struct SinkMark {
    /// The complete meta.
    pub meta: Meta,
    /// The days that ended since the last mark.
    pub closed_days: Vec<ClosedDay>,
    /// The step that makes everything before the mark durable.
    pub sync: MarkStep,
    /// The step after the checkpoint is committed.
    pub committed: MarkStep,
}

/// The greatest number of waiting windows, and of their records at which another window has to wait: more would only fill
/// the memory.
const WAITING_WINDOWS: usize = 2;
const WAITING_RECORDS: usize = 30_000;

enum PublisherTask {
    Window(SimulatedWindow),
    Mark { meta: Box<Meta>, to: Sender<SinkMark> },
    Barrier(Sender<bool>),
    Finish(Sender<()>),
}

/// The handle of the run loop to the publishing thread.
pub struct Publisher {
    tasks: Option<Sender<PublisherTask>>,
    recycled: Receiver<Vec<Batch>>,
    waiting_records: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
    published: Arc<PublishedCounts>,
}

impl Publisher {
    /// Starts the thread. The reason of an early end is sent as an event.
    ///
    /// # Errors
    /// If the system refuses to start a thread.
    pub fn start(sink: Box<dyn Sink>, start: PublisherStart, events: LoopQueue) -> Result<Self, RunError> {
        let (tasks, queue) = bounded(WAITING_WINDOWS);
        let (recycle, recycled) = unbounded();
        let published: Arc<PublishedCounts> = Arc::default();
        let mut state = PublisherThread::new(sink, start, published.clone());
        let waiting_records = state.waiting_records.clone();
        state.show();
        let thread = start_thread("populace-publish".into(), move || {
            if let Err(ended) = state.run(&queue, &recycle) {
                events.send(ended);
            }
            // Drops further tasks, so that their senders do not wait for an answer.
            queue.iter().for_each(drop);
        })?;
        Ok(Publisher { tasks: Some(tasks), recycled, waiting_records, thread: Some(thread), published })
    }

    /// Publishes a window.
    pub fn window(&self, window: SimulatedWindow) -> Result<(), RunError> {
        self.waiting_records.fetch_add(window.records(), Ordering::Relaxed);
        self.send(PublisherTask::Window(window))
    }

    /// Returns whether another window would have to wait, because the sink is slower than the world, or unreachable.
    pub fn is_full(&self) -> bool {
        let is_full = self.tasks.as_ref().is_some_and(Sender::is_full);
        is_full || self.waiting_records.load(Ordering::Relaxed) > WAITING_RECORDS
    }

    /// Returns the number of waiting windows.
    pub fn waiting(&self) -> usize {
        self.tasks.as_ref().map_or(0, Sender::len)
    }

    /// Requests a mark after all windows so far.
    pub fn mark(&self, meta: Meta, to: Sender<SinkMark>) -> Result<(), RunError> {
        self.send(PublisherTask::Mark { meta: Box::new(meta), to })
    }

    /// Requests an answer once the sink has all windows so far: whether the replay is complete. The channel is closed
    /// without an answer if the thread has ended; an event gives the reason.
    pub fn barrier(&self) -> Result<Receiver<bool>, RunError> {
        let (to, answer) = bounded(1);
        self.send(PublisherTask::Barrier(to))?;
        Ok(answer)
    }

    /// Requests an answer once the sink has finished with all windows so far, the last ones of the run. The channel is
    /// closed without an answer in the same case as that of [`Publisher::barrier`].
    pub fn finish(&self) -> Result<Receiver<()>, RunError> {
        let (to, answer) = bounded(1);
        self.send(PublisherTask::Finish(to))?;
        Ok(answer)
    }

    /// Moves the batches that may be filled again to `into`.
    pub fn recycled(&self, into: &mut Vec<Batch>) {
        self.recycled.try_iter().for_each(|mut batches| into.append(&mut batches));
    }

    /// Returns the counts of published records.
    pub fn published(&self) -> &Arc<PublishedCounts> {
        &self.published
    }

    fn send(&self, task: PublisherTask) -> Result<(), RunError> {
        let tasks = self.tasks.as_ref().expect("only dropping the publisher closes the queue");
        tasks.send(task).map_err(|_| RunError::ThreadGone("publishing"))
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.tasks = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The state of the publishing thread.
struct PublisherThread {
    sink: Box<dyn Sink>,
    digests: Digests,
    days: [Option<i32>; STREAMS],
    closed_days: Vec<ClosedDay>,
    goal: u64,
    skip_to: u64,
    total: u64,
    /// The time of the last record in microseconds; the minimum before the first.
    last: i64,
    /// The instant before which the sink has everything.
    now: VirtualTime,
    /// The published windows that the sink may still hold, oldest first.
    held: VecDeque<Arc<Merged>>,
    /// The number of records of the waiting windows.
    waiting_records: Arc<AtomicUsize>,
    flushed: Instant,
    published: Arc<PublishedCounts>,
    status: Arc<RunStatus>,
    sampler: Sampler,
    replayed: [u64; STREAMS],
    /// True if the sink may still have records that are to be replayed. Updated once per window.
    replaying: bool,
}

impl PublisherThread {
    fn new(sink: Box<dyn Sink>, start: PublisherStart, published: Arc<PublishedCounts>) -> Self {
        PublisherThread {
            sink,
            digests: start.digests,
            days: start.days,
            closed_days: Vec::new(),
            goal: start.goal.unwrap_or(u64::MAX),
            skip_to: start.skip_to,
            total: start.digests.total(),
            last: i64::MIN,
            now: start.now,
            held: VecDeque::new(),
            waiting_records: Arc::default(),
            flushed: Instant::now(),
            published,
            status: start.status,
            sampler: Sampler::new(Instant::now()),
            replayed: [0; STREAMS],
            replaying: true,
        }
    }

    /// Handles tasks until the run loop closes the queue. An error is the event that gives the reason of an early end.
    fn run(&mut self, queue: &Receiver<PublisherTask>, recycle: &Sender<Vec<Batch>>) -> Result<(), LoopEvent> {
        let every = self.sink.flush_every();
        loop {
            match queue.recv_timeout(every.saturating_sub(self.flushed.elapsed())) {
                Ok(task) => self.handle(task, recycle)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.sink.flush(self.now).map_err(LoopEvent::from),
            }
            if self.flushed.elapsed() >= every {
                self.sink.flush(self.now)?;
                self.flushed = Instant::now();
            }
        }
    }

    fn handle(&mut self, task: PublisherTask, recycle: &Sender<Vec<Batch>>) -> Result<(), LoopEvent> {
        match task {
            PublisherTask::Window(window) => {
                self.waiting_records.fetch_sub(window.records(), Ordering::Relaxed);
                let SimulatedWindow { batches, until, commands, seam } = window;
                let merged = Arc::new(Merged::new(batches));
                self.sink.after(commands);
                seam.map_or(Ok(()), |at| self.sink.pass_seam(at, &self.digests))?;
                self.sink.window(&merged);
                self.publish(&merged)?;
                self.now = until;
                self.show();
                self.held.push_back(merged);
                self.recycle(recycle);
                crate::crash::point("publish.window");
            }
            PublisherTask::Mark { meta, to } => self.mark(*meta, &to)?,
            PublisherTask::Barrier(to) => {
                let _ = to.send(self.sink.is_replay_complete() && self.total >= self.skip_to);
            }
            PublisherTask::Finish(to) => {
                self.sink.finish(self.now)?;
                let _ = to.send(());
            }
        }
        Ok(())
    }

    /// Returns the batches of the windows that the sink no longer holds.
    fn recycle(&mut self, to: &Sender<Vec<Batch>>) {
        while let Some(window) = self.held.pop_front() {
            match Arc::try_unwrap(window) {
                // The receiver is gone only if the run has ended.
                Ok(window) => drop(to.send(window.recycle())),
                Err(held) => return self.held.push_front(held),
            }
        }
    }

    fn publish(&mut self, merged: &Merged) -> Result<(), LoopEvent> {
        self.replaying = !self.sink.is_replay_complete();
        self.sampler.window(&self.status.tail, merged.len());
        for record in merged.iter() {
            if self.is_done() {
                return Err(self.finish());
            }
            let day = record.time.utc_day();
            let last = &mut self.days[record.stream as usize];
            if *last != Some(day) {
                let ended = last.replace(day);
                let digest = self.digests.of(record.stream);
                self.closed_days.extend(ended.map(|day| ClosedDay { stream: record.stream, day, digest }));
            }
            self.digests.add(&record);
            self.total += 1;
            self.last = record.time.micros();
            self.pass_on(&record)?;
            self.sampler.record(&self.status.tail, &record);
        }
        if self.is_done() { Err(self.finish()) } else { Ok(()) }
    }

    /// Passes a record to the sink, unless the sink has it, and counts the replayed ones.
    fn pass_on(&mut self, record: &Record<'_>) -> Result<(), SinkError> {
        let replayed = &mut self.replayed[record.stream as usize];
        if self.total <= self.skip_to {
            *replayed += 1;
            return Ok(());
        }
        if !self.replaying {
            return self.sink.record(record);
        }
        let before = self.sink.replayed();
        self.sink.record(record)?;
        *replayed += self.sink.replayed() - before;
        Ok(())
    }

    /// Returns whether the goal is reached. A killed run may have left one stream beyond the others and beyond a new
    /// goal: then the others must catch up first, since published records stay.
    fn is_done(&self) -> bool {
        self.total >= self.goal && self.sink.is_replay_complete()
    }

    /// Makes everything durable once the goal is reached. Returns the event that reports it.
    fn finish(&mut self) -> LoopEvent {
        self.show();
        let last = if self.last == i64::MIN { self.now } else { VirtualTime::from_micros(self.last).next() };
        let at = last.max(self.now);
        let synced = self.sink.mark(at).and_then(|mark| (mark.sync)()).and_then(|()| self.sink.finish(at));
        synced.map_or_else(LoopEvent::from, |()| LoopEvent::GoalReached)
    }

    fn mark(&mut self, mut meta: Meta, to: &Sender<SinkMark>) -> Result<(), LoopEvent> {
        self.sink.after(meta.commands);
        let mark = self.sink.mark(meta.time)?;
        meta.digests = self.digests;
        meta.token = mark.token;
        let closed_days = std::mem::take(&mut self.closed_days);
        let _ = to.send(SinkMark { meta, closed_days, sync: mark.sync, committed: mark.committed });
        Ok(())
    }

    fn show(&self) {
        self.published.store(&self.digests, &self.replayed, self.last);
    }
}
