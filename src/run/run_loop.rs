//! The run loop itself: one window after the other, commands at their instants, and whatever the mail brings. Decides
//! lengths and moments; none of them changes a byte of what is emitted.

use super::checkpoint::{Checkpointer, Schedule};
use super::commands::{CommandLog, change_world};
use super::error::RunError;
use super::events::LoopEvent;
use super::forks::Forks;
use super::meta::Meta;
use super::pool::Pool;
use super::publisher::{Publisher, Window};
use super::settings::Clock;
use super::window_sizing::{TARGET, WindowSizer};
use crate::control::{Answer, Outside, Serving};
use crate::http;
use crate::pace::{ClockStanding, ClockWatch, Pace, Pacer, Step};
use crate::progress::{Ending, Progress, Summary};
use crate::run::EntityWatches;
use crate::status::Connectivity;
use crate::status::{RunPhase, RunStatus};
use crossbeam_channel::{Receiver, RecvTimeoutError};
use populace_sim::{Batch, CALENDAR_END, Digests, Town, VirtualTime, format_time};
use populace_state::Store;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Records to a window of a replay beyond the last whole record of the sink: only a line that was cut off, or another
/// topic's last ones, can be left.
const BEYOND: f64 = 500.0;

/// Between two looks at whether the publisher has room.
const ROOM: Duration = Duration::from_millis(1);

/// Between two looks at the mail while the sink is waited for.
pub(super) const MOMENT: Duration = Duration::from_millis(20);

/// What ends a run.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Limits {
    /// Virtual time, exclusive.
    pub(super) end: Option<VirtualTime>,
    /// Records of the world.
    pub(super) goal: Option<u64>,
    /// Wall time.
    pub(super) deadline: Option<Instant>,
}

impl Limits {
    /// The virtual time at which the run ends, exclusive: as it was asked for, or where the calendar of all worlds ends.
    fn last(&self) -> VirtualTime {
        self.end.map_or(CALENDAR_END, |end| end.min(CALENDAR_END))
    }
}

/// Whether the sink is ahead of the checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Replay {
    /// It is not.
    None,
    /// It is; it has everything before this instant, where that is known.
    Until(Option<VirtualTime>),
}

/// Counts and instants that only the summary and the schedule need.
pub(super) struct Numbers {
    pub(super) began: Instant,
    pub(super) running: Option<Instant>,
    pub(super) first: VirtualTime,
    pub(super) digests: Digests,
    /// Records of the world that were simulated, published or not yet.
    pub(super) produced: u64,
    pub(super) checkpoints: u64,
    /// Bytes of the largest of them.
    pub(super) largest: u64,
    /// Number of the last checkpoint begun.
    pub(super) number: u64,
    /// Instant, and commands that had acted, at the last checkpoint begun.
    pub(super) saved: (VirtualTime, u64),
    /// Whether the checkpoint shortly before the goal was taken.
    pub(super) near_goal: bool,
}

impl Numbers {
    pub(super) fn new(meta: &Meta, number: u64, began: Instant) -> Self {
        Numbers {
            began,
            running: None,
            first: meta.time,
            digests: meta.digests,
            produced: meta.digests.total(),
            checkpoints: 0,
            largest: 0,
            number,
            saved: (meta.time, meta.commands.count),
            near_goal: false,
        }
    }
}

/// A run that is about to go, or going. The fields are dropped in this order: first what listens, then the threads,
/// then the store.
pub(super) struct RunLoop {
    pub(super) _serving: Option<Serving>,
    pub(super) _http: Option<http::Serving>,
    pub(super) _outside: Outside,
    pub(super) mail: Receiver<LoopEvent>,
    pub(super) live: Arc<EntityWatches>,
    /// What the run shows of itself.
    pub(super) status: Arc<RunStatus>,
    pub(super) pool: Pool,
    pub(super) publisher: Publisher,
    pub(super) checkpointer: Checkpointer,
    pub(super) log: CommandLog,
    pub(super) windows: WindowSizer,
    pub(super) schedule: Schedule,
    pub(super) limits: Limits,
    pub(super) saving: bool,
    pub(super) numbers: Numbers,
    pub(super) progress: Progress,
    pub(super) pace: Pace,
    pub(super) pacer: Option<Pacer>,
    /// Finds steps of the wall clock.
    pub(super) watch: ClockWatch,
    /// How the world stands to the wall clock.
    pub(super) standing: ClockStanding,
    /// Why the run ends with a failure once the world is saved.
    pub(super) refused: Option<RunError>,
    /// What was asked of the clock by the control socket.
    pub(super) clock: Clock,
    pub(super) ending: Option<Ending>,
    /// Whether the checkpointing thread is at work.
    pub(super) in_flight: bool,
    pub(super) forks: Forks,
    /// Who waits for the checkpoint that is being written.
    pub(super) waiting: Vec<tokio::sync::oneshot::Sender<Answer>>,
    pub(super) batches: Vec<Batch>,
    pub(super) now: VirtualTime,
    pub(super) attachment: u32,
    pub(super) unkept: bool,
    /// Whether the sink reaches what it writes to.
    pub(super) contact: Arc<Connectivity>,
    /// Whether the sink was told to stop waiting, so that nothing more can be saved.
    pub(super) given_up: bool,
    /// Whether somebody asked for a stop, who does not wait for an outage to end.
    pub(super) hurried: bool,
    /// Whether standard output belongs to the records.
    pub(super) to_stdout: bool,
    pub(super) replay: Replay,
    pub(super) town: Arc<Town>,
    pub(super) store: Store,
}

/// A run that failed does not wait for a sink that is away: the publishing thread is joined next.
impl Drop for RunLoop {
    fn drop(&mut self) {
        if self.contact.outage().is_some() {
            self.contact.give_up();
        }
    }
}

impl RunLoop {
    /// Runs until something ends it.
    pub(super) fn conduct(mut self) -> Result<Summary, RunError> {
        self.numbers.running = Some(Instant::now());
        if self.limits.goal.is_some_and(|goal| self.numbers.produced >= goal) {
            let events = self.numbers.produced;
            tracing::info!(events, "the world has as many events as were asked for already: nothing to do");
            self.ending = Some(Ending::Events);
        }
        if self.now >= self.limits.last() && self.replay == Replay::None {
            let (virtual_now, end) = (format_time(self.now), format_time(self.limits.last()));
            tracing::info!(%virtual_now, %end, "the world has reached its end already: nothing to do");
        }
        self.show_rules_to_come()?;
        self.catch_up_with_the_sink()?;
        while self.ending.is_none() {
            self.go_on()?;
        }
        let refused = self.refused.take();
        let summary = self.stop()?;
        refused.map_or(Ok(summary), Err)
    }

    /// Lives again what the sink has already, up to where it ends.
    fn catch_up_with_the_sink(&mut self) -> Result<(), RunError> {
        let Replay::Until(last) = self.replay else {
            self.status.set_phase(RunPhase::Running);
            return self.resolve_start();
        };
        self.status.set_phase(RunPhase::Replaying);
        tracing::info!(from = %format_time(self.now), to = last.map(format_time), "repeating what the sink has already");
        // Where all that lay beyond the checkpoint was a tail of zeros, there is nothing to repeat.
        let mut caught_up = self.sink_is_met()? && last.is_none_or(|last| self.now >= last);
        while !caught_up && self.ending.is_none() {
            // Also on the way, or a run that is killed again and again before it gets there would never get on.
            self.save_if_due()?;
            if self.publisher.is_full() {
                self.read_mail(Some(ROOM))?;
                continue;
            }
            self.apply_commands()?;
            let beyond = self.windows.end(self.now, BEYOND);
            let known = last.filter(|last| *last > self.now).unwrap_or(beyond);
            self.window(self.windows.end(self.now, TARGET).min(known))?;
            crate::crash::point("replay.window");
            self.read_mail(None)?;
            if self.now >= known || self.limits.last() == self.now {
                caught_up = self.sink_is_met()?;
            }
            self.show_progress();
        }
        if caught_up {
            self.replay = Replay::None;
            tracing::info!(at = %format_time(self.now), "the sink is met again; going on from here");
            self.checkpoint()?;
            crate::crash::point("replay.done");
            self.resolve_start()?;
            self.status.set_phase(RunPhase::Running);
        }
        Ok(())
    }

    /// Whether all windows so far are with the sink, and it has met all that lay in it again.
    fn sink_is_met(&mut self) -> Result<bool, RunError> {
        let answer = self.publisher.barrier()?;
        loop {
            match answer.recv_timeout(MOMENT) {
                Ok(met) => return Ok(met),
                Err(RecvTimeoutError::Disconnected) => break,
                // The sink may wait long for what it writes to; whoever asks or stops must not.
                Err(RecvTimeoutError::Timeout) => self.read_mail(None)?,
            }
            if self.ending.is_some() {
                break;
            }
        }
        self.read_mail(None)?;
        Ok(false)
    }

    /// What was given while the world did not run takes effect here.
    fn resolve_start(&mut self) -> Result<(), RunError> {
        if self.log.waits_for_start() {
            let (at, count) = self.log.resolve_start(self.now)?;
            tracing::info!(commands = count, at = %format_time(at), "commands given meanwhile take effect");
        }
        Ok(())
    }

    /// One round: mail, then a window or a rest.
    fn go_on(&mut self) -> Result<(), RunError> {
        self.read_mail(None)?;
        self.look_at_limits();
        if self.ending.is_some() {
            return Ok(());
        }
        let wall = self.look_at_the_clock()?;
        if self.ending.is_some() {
            return Ok(());
        }
        if self.clock.paused {
            return self.read_mail(Some(Duration::from_millis(100)));
        }
        let now = self.now;
        let until = match self.step(wall) {
            Step::Wait(time) => {
                self.save_if_due()?;
                self.show_standing();
                return self.read_mail(Some(time));
            }
            Step::Free => self.windows.end(now, self.target()),
            Step::Until(limit) => self.windows.end(now, self.target()).min(limit),
            Step::Events(events) => self.windows.end(now, events.min(self.target())),
        };
        self.save_if_due()?;
        // A checkpoint takes room, too. Whoever waits here for a sink that is away can neither answer nor be stopped.
        if self.publisher.is_full() {
            return self.read_mail(Some(ROOM));
        }
        self.apply_commands()?;
        self.window(until)?;
        self.show_progress();
        Ok(())
    }

    /// Records that a window aims at: less when the goal is near, for what is simulated beyond it is thrown away.
    fn target(&self) -> f64 {
        let left = self.limits.goal.map_or(f64::MAX, |goal| goal.saturating_sub(self.numbers.produced) as f64);
        TARGET.min(left * 1.05 + 50.0)
    }

    fn look_at_limits(&mut self) {
        if self.limits.end.is_some_and(|end| self.now >= end) {
            self.ending = Some(Ending::End);
        } else if self.now >= CALENDAR_END {
            tracing::warn!(end = %format_time(CALENDAR_END), "the calendar of all worlds ends here, and this world with it");
            self.ending = Some(Ending::Calendar);
        }
        if self.limits.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            self.ending = Some(Ending::Duration);
        }
    }

    /// Runs all shards to `until`, or to the end or the next command if that comes first.
    fn window(&mut self, until: VirtualTime) -> Result<(), RunError> {
        // A replay may have to go beyond the end, when the sink does.
        let end = self.limits.last();
        let until = if end > self.now { until.min(end) } else { until };
        let until = self.log.next_instant().map_or(until, |at| until.min(at));
        crate::crash::point("window.start");
        self.publisher.recycled(&mut self.batches);
        let filled = self.pool.run(until, &mut self.batches)?;
        let events: usize = filled.iter().map(Batch::len).sum();
        self.windows.learn(until.since(self.now), events);
        self.numbers.produced += events as u64;
        self.now = until;
        self.contact.delivery.produced(self.numbers.produced.min(self.limits.goal.unwrap_or(u64::MAX)), self.now);
        self.publisher.window(Window { batches: filled, until, commands: self.log.done() })?;
        crate::crash::point("window.end");
        self.status.set_window(self.now, self.publisher.waiting());
        self.publish_views();
        Ok(())
    }

    fn apply_commands(&mut self) -> Result<(), RunError> {
        while let Some(change) = self.log.take_due(self.now) {
            if let Some(town) = change_world(&self.town, &mut self.pool, self.now, &change)? {
                self.windows = WindowSizer::new(town.events_per_day());
                self.town = town;
                self.status.set_town(&self.town);
                self.show_rules_to_come()?;
                tracing::info!(at = %format_time(self.now), "the world lives by other rules, as it was told");
            }
        }
        Ok(())
    }

    /// Shows what the world was told to live by, for whoever asks before that acts: in a world that is paused, it may be long.
    pub(super) fn show_rules_to_come(&self) -> Result<(), RunError> {
        let rules =
            || self.log.to_come(self.town.scenario().clone(), self.log.earliest(self.now)).map_err(RunError::Sim);
        self.status.set_pending_scenario(self.log.changes_rules().then(rules).transpose()?);
        Ok(())
    }

    /// Reads what is there, waiting at most `wait` for the first piece.
    pub(super) fn read_mail(&mut self, wait: Option<Duration>) -> Result<(), RunError> {
        self.status.heartbeat();
        let mut first = wait.and_then(|wait| self.mail.recv_timeout(wait).ok());
        while let Some(mail) = first.take().or_else(|| self.mail.try_recv().ok()) {
            self.open(mail)?;
        }
        Ok(())
    }

    fn open(&mut self, mail: LoopEvent) -> Result<(), RunError> {
        match mail {
            LoopEvent::Stop => {
                tracing::info!("stopping: one more signal stops at once");
                self.stop_soon();
            }
            LoopEvent::Watch => self.publish_views(),
            LoopEvent::Request(asked) => self.answer(*asked)?,
            LoopEvent::GoalReached => self.ending = Some(Ending::Events),
            LoopEvent::ReaderGone => self.ending = Some(Ending::ReaderGone),
            LoopEvent::GivenUp => self.given_up = true,
            LoopEvent::SinkFailed(error) => return Err(error),
            LoopEvent::Checkpoint(outcome) => {
                let done = outcome?;
                self.in_flight = self.forks.is_copying();
                self.numbers.checkpoints += 1;
                self.numbers.largest = self.numbers.largest.max(done.bytes);
                self.schedule.cost(done.took);
                self.status.checkpoint_completed(done);
                let number = done.number;
                tracing::debug!(number, blocks = done.blocks, seconds = done.took.as_secs_f64(), "checkpoint");
                let answer = || Ok(serde_json::json!({ "checkpoint": number, "virtual_now": format_time(done.time) }));
                self.waiting.drain(..).for_each(|waiting| drop(waiting.send(answer())));
                self.next_fork()?;
            }
            LoopEvent::Forked => self.forked()?,
        }
        Ok(())
    }

    fn publish_views(&mut self) {
        if self.live.is_watched() {
            let (live, now) = (self.live.clone(), self.now);
            live.publish(now, |whom| self.view(whom));
        }
    }
}
