//! The replay after a start: running again from the checkpoint what the sink has already, up to the position of the
//! sink. Must not depend on: the kind of the sink.

use super::super::error::RunError;
use super::output::{BACKPRESSURE_WAIT, Replay};
use super::state::RunLoop;
use crate::status::RunPhase;
use crossbeam_channel::RecvTimeoutError;
use populace_sim::{VirtualTime, format_time};
use std::time::Duration;

/// The number of records of a window beyond the last whole record of the sink. Only a line that was cut off, or the
/// last records of another topic, can be left.
const TAIL_RECORDS: f64 = 500.0;

/// The interval at which events are handled while the loop waits for the sink.
pub(super) const SINK_POLL_INTERVAL: Duration = Duration::from_millis(20);

impl RunLoop {
    /// Replays up to the position of the sink, and dates the commands that wait for a start.
    pub(super) fn replay_since_checkpoint(&mut self) -> Result<(), RunError> {
        let Replay::Until(last) = self.output.replay else {
            self.enter(RunPhase::Running);
            return self.resolve_start();
        };
        self.enter(RunPhase::Replaying);
        tracing::info!(from = %format_time(self.simulation.now), to = last.map(format_time), "replaying since checkpoint");
        // If only a tail of zeros is beyond the checkpoint, there is nothing to replay.
        let mut complete = self.is_replay_complete()? && last.is_none_or(|last| self.simulation.now >= last);
        while !complete && !self.shutdown.is_ending() {
            complete = self.replay_window(last)?;
        }
        if complete { self.finish_replay() } else { Ok(()) }
    }

    /// Replays one window, if the publisher has room for it. Returns whether the replay is complete.
    fn replay_window(&mut self, last: Option<VirtualTime>) -> Result<bool, RunError> {
        // Also during a replay: otherwise a run that is killed repeatedly would never reach its end.
        self.checkpoint_if_due()?;
        if self.output.is_full() {
            self.process_events(Some(BACKPRESSURE_WAIT))?;
            return Ok(false);
        }
        self.apply_commands()?;
        let tail = self.simulation.window_end(TAIL_RECORDS);
        let until = last.filter(|last| *last > self.simulation.now).unwrap_or(tail);
        let end = self.simulation.window_end(self.simulation.windows.target());
        self.run_window(end.min(until))?;
        crate::crash::point("replay.window");
        self.process_events(None)?;
        let at_end = self.simulation.now >= until || self.limits.last_instant() == self.simulation.now;
        let complete = at_end && self.is_replay_complete()?;
        self.show_progress();
        Ok(complete)
    }

    fn finish_replay(&mut self) -> Result<(), RunError> {
        self.output.replay = Replay::None;
        tracing::info!(at = %format_time(self.simulation.now), "replay finished");
        self.checkpoint()?;
        crate::crash::point("replay.done");
        self.resolve_start()?;
        self.enter(RunPhase::Running);
        Ok(())
    }

    /// Returns whether the sink has all windows so far, and all its records beyond the checkpoint were replayed.
    fn is_replay_complete(&mut self) -> Result<bool, RunError> {
        let answer = self.output.publisher.barrier()?;
        loop {
            match answer.recv_timeout(SINK_POLL_INTERVAL) {
                Ok(complete) => return Ok(complete),
                Err(RecvTimeoutError::Disconnected) => break,
                // The sink may take long; requests and signals must not wait for it.
                Err(RecvTimeoutError::Timeout) => self.process_events(None)?,
            }
            if self.shutdown.is_ending() {
                break;
            }
        }
        self.process_events(None)?;
        Ok(false)
    }

    /// Dates the commands that were logged while the world was stopped: they act now.
    fn resolve_start(&mut self) -> Result<(), RunError> {
        let log = &mut self.simulation.log;
        if log.waits_for_start() {
            let dated = log.resolve_start(self.simulation.now)?;
            tracing::info!(commands = dated.count, at = %format_time(dated.at), "pending commands take effect");
        }
        Ok(())
    }
}
