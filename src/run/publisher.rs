//! The publishing thread: merges each window's batches, chains the digests, and hands the records to the sink, while
//! the next window is being simulated. Knows no shards and no clock but for how long records may wait in a buffer.

use super::error::{RunError, start_thread};
use super::events::{LoopEvent, LoopQueue};
use super::meta::{ClosedDay, Meta};
use crate::sink::{Sink, SinkError};
use crate::status::Sampler;
use crate::status::{PublishedCounts, RunStatus};
use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded, unbounded};
use populace_sim::{Batch, Digest, Digests, Merged, Record, STREAMS, VirtualTime};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

/// How a publisher begins.
pub struct PublisherStart {
    /// Digests of what was published before.
    pub digests: Digests,
    /// UTC day of each stream's last record so far.
    pub days: [Option<i32>; STREAMS],
    /// The world's total at which to stop, exactly.
    pub goal: Option<u64>,
    /// Records up to this total are not handed to the sink, which has them.
    pub skip_to: u64,
    /// The instant from which the first window runs.
    pub now: VirtualTime,
    /// Where records are shown.
    pub status: Arc<RunStatus>,
}

/// One window, simulated.
pub struct SimulatedWindow {
    /// What the shards left in it.
    pub batches: Vec<Batch>,
    /// Its end.
    pub until: VirtualTime,
    /// The commands that had acted before it.
    pub commands: Digest,
}

/// What a checkpoint needs from the publisher.
pub struct SinkMark {
    /// The meta, complete.
    pub meta: Meta,
    /// Days that ended since the last mark.
    pub closed_days: Vec<ClosedDay>,
    /// Makes the sink durable up to the mark.
    pub sync: Box<dyn FnOnce() -> Result<(), SinkError> + Send>,
}

enum PublisherTask {
    Window(SimulatedWindow),
    Mark { meta: Box<Meta>, to: Sender<SinkMark> },
    Barrier(Sender<bool>),
    Flush(Sender<()>),
}

/// The thread, seen from the run loop.
pub struct Publisher {
    orders: Option<Sender<PublisherTask>>,
    recycled: Receiver<Vec<Batch>>,
    thread: Option<JoinHandle<()>>,
    published: Arc<PublishedCounts>,
}

impl Publisher {
    /// Starts the thread; what ends it early comes by mail.
    ///
    /// # Errors
    /// [`RunError::NoThread`].
    pub fn start(sink: Box<dyn Sink>, start: PublisherStart, events: LoopQueue) -> Result<Self, RunError> {
        // Two windows wait at most: more would only fill the memory.
        let (orders, queue) = bounded(2);
        let (recycle, recycled) = unbounded();
        let published: Arc<PublishedCounts> = Arc::default();
        let mut state = PublisherThread::new(sink, start, published.clone());
        state.show();
        let thread = start_thread("populace-publish".into(), move || {
            if let Err(ended) = state.run(&queue, &recycle) {
                events.send(ended);
            }
            // Keeps answering nothing: orders are dropped, and whoever waits for an answer sees that.
            queue.iter().for_each(drop);
        })?;
        Ok(Publisher { orders: Some(orders), recycled, thread: Some(thread), published })
    }

    /// Publishes a window.
    pub fn window(&self, window: SimulatedWindow) -> Result<(), RunError> {
        self.send(PublisherTask::Window(window))
    }

    /// Whether another window would have to wait: the sink is slower than the world, or away.
    pub fn is_full(&self) -> bool {
        self.orders.as_ref().is_some_and(Sender::is_full)
    }

    /// WindowSizer that wait.
    pub fn waiting(&self) -> usize {
        self.orders.as_ref().map_or(0, Sender::len)
    }

    /// Asks for a mark after all windows so far.
    pub fn mark(&self, meta: Meta, to: Sender<SinkMark>) -> Result<(), RunError> {
        self.send(PublisherTask::Mark { meta: Box::new(meta), to })
    }

    /// Asks to be told when all windows so far are with the sink; whether that has met all that lay in it again. Closed
    /// without an answer when the thread has ended, which it tells by mail.
    pub fn barrier(&self) -> Result<Receiver<bool>, RunError> {
        let (to, answer) = bounded(1);
        self.send(PublisherTask::Barrier(to))?;
        Ok(answer)
    }

    /// Asks to be told when the sink has all windows so far, and nothing waits in it any more. Closed without an answer as
    /// [`Publisher::barrier`].
    pub fn flush(&self) -> Result<Receiver<()>, RunError> {
        let (to, answer) = bounded(1);
        self.send(PublisherTask::Flush(to))?;
        Ok(answer)
    }

    /// Batches to be filled again.
    pub fn recycled(&self, into: &mut Vec<Batch>) {
        self.recycled.try_iter().for_each(|mut batches| into.append(&mut batches));
    }

    /// What others may see.
    pub fn published(&self) -> &Arc<PublishedCounts> {
        &self.published
    }

    fn send(&self, order: PublisherTask) -> Result<(), RunError> {
        let orders = self.orders.as_ref().expect("only dropping the publisher closes it");
        orders.send(order).map_err(|_| RunError::ThreadGone("publishing"))
    }
}

impl Drop for Publisher {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The thread's own state.
struct PublisherThread {
    sink: Box<dyn Sink>,
    digests: Digests,
    days: [Option<i32>; STREAMS],
    closed_days: Vec<ClosedDay>,
    goal: u64,
    skip_to: u64,
    total: u64,
    /// Microseconds of the last record, or the least number before there is one.
    last: i64,
    /// All before this instant is with the sink.
    now: VirtualTime,
    flushed: Instant,
    published: Arc<PublishedCounts>,
    status: Arc<RunStatus>,
    sampler: Sampler,
    known: [u64; STREAMS],
    /// Whether the sink may still hold records that are replayed. Looked at once a window.
    repeating: bool,
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
            flushed: Instant::now(),
            published,
            status: start.status,
            sampler: Sampler::new(Instant::now()),
            known: [0; STREAMS],
            repeating: true,
        }
    }

    /// Works until the run loop closes the queue; an error is the mail that says why it ended before.
    fn run(&mut self, queue: &Receiver<PublisherTask>, recycle: &Sender<Vec<Batch>>) -> Result<(), LoopEvent> {
        let every = self.sink.flush_every();
        loop {
            match queue.recv_timeout(every.saturating_sub(self.flushed.elapsed())) {
                Ok(order) => self.handle(order, recycle)?,
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.sink.flush(self.now).map_err(LoopEvent::from),
            }
            if self.flushed.elapsed() >= every {
                self.sink.flush(self.now)?;
                self.flushed = Instant::now();
            }
        }
    }

    fn handle(&mut self, order: PublisherTask, recycle: &Sender<Vec<Batch>>) -> Result<(), LoopEvent> {
        match order {
            PublisherTask::Window(SimulatedWindow { batches, until, commands }) => {
                let merged = Merged::new(batches);
                self.sink.after(commands);
                self.publish(&merged)?;
                self.now = until;
                self.show();
                // Where nobody takes them back, the run is over.
                let _ = recycle.send(merged.recycle());
                crate::crash::point("publish.window");
            }
            PublisherTask::Mark { meta, to } => self.mark(*meta, &to)?,
            PublisherTask::Barrier(to) => {
                let _ = to.send(self.sink.caught_up() && self.total >= self.skip_to);
            }
            PublisherTask::Flush(to) => {
                self.sink.flush(self.now)?;
                let _ = to.send(());
            }
        }
        Ok(())
    }

    fn publish(&mut self, merged: &Merged) -> Result<(), LoopEvent> {
        self.repeating = !self.sink.caught_up();
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
            self.hand_over(&record)?;
            self.sampler.record(&self.status.tail, &record);
        }
        if self.is_done() { Err(self.finish()) } else { Ok(()) }
    }

    /// Gives a record to the sink, unless the sink has it, and counts those that it had.
    fn hand_over(&mut self, record: &Record<'_>) -> Result<(), SinkError> {
        let known = &mut self.known[record.stream as usize];
        if self.total <= self.skip_to {
            *known += 1;
            return Ok(());
        }
        if !self.repeating {
            return self.sink.record(record);
        }
        let before = self.sink.known();
        self.sink.record(record)?;
        *known += self.sink.known() - before;
        Ok(())
    }

    /// Whether the goal is reached. A run that was killed may have left one stream further than another, and beyond a
    /// goal that is new: then the others come level first, for what is there stays there.
    fn is_done(&self) -> bool {
        self.total >= self.goal && self.sink.caught_up()
    }

    /// The goal is reached: all of it is made durable.
    fn finish(&mut self) -> LoopEvent {
        self.show();
        let at = if self.last == i64::MIN { self.now } else { VirtualTime::from_micros(self.last).next() };
        let synced = self.sink.mark(at.max(self.now)).and_then(|mark| (mark.sync)());
        synced.map_or_else(LoopEvent::from, |()| LoopEvent::GoalReached)
    }

    fn mark(&mut self, mut meta: Meta, to: &Sender<SinkMark>) -> Result<(), LoopEvent> {
        self.sink.after(meta.commands);
        let mark = self.sink.mark(meta.time)?;
        meta.digests = self.digests;
        meta.token = mark.token;
        let closed_days = std::mem::take(&mut self.closed_days);
        let _ = to.send(SinkMark { meta, closed_days, sync: mark.sync });
        Ok(())
    }

    fn show(&self) {
        self.published.store(&self.digests, &self.known, self.last);
    }
}
