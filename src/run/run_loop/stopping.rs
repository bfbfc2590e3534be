//! The clean end of a run: everything is published and saved, so that nothing is replayed at the next start. Must not
//! depend on: the kind of the sink.

use super::super::error::RunError;
use super::super::events::LoopEvent;
use super::super::settings::{self, Cut};
use super::replay::SINK_POLL_INTERVAL;
use super::state::RunLoop;
use crate::progress::{Ending, Summary};
use crate::sink::SinkError;
use crate::status::RunPhase;
use crossbeam_channel::RecvTimeoutError;
use std::time::Duration;

/// The interval at which events are handled while the loop waits for a checkpoint.
const CHECKPOINT_POLL_INTERVAL: Duration = Duration::from_millis(50);

/// The interval at which events are handled while the loop waits for room in the publisher's queue.
const ROOM_POLL_INTERVAL: Duration = Duration::from_millis(5);

impl RunLoop {
    /// Stops cleanly. Returns the summary of the run.
    pub(super) fn stop(&mut self) -> Result<Summary, RunError> {
        self.observers.progress.finish();
        self.enter(RunPhase::Stopping);
        let ending = self.shutdown.ending.unwrap_or(Ending::Stopped);
        self.save_at_end(ending)?;
        if let Some(undelivered) = SinkError::undelivered(&self.output.connectivity) {
            return Err(undelivered.into());
        }
        if self.output.given_up {
            tracing::warn!(
                "stopped without a last checkpoint: the sink is unreachable; it has everything, nothing is lost"
            );
        }
        // The reader may not have received the last records.
        let reader_gone = self.shutdown.ending == Some(Ending::ReaderGone);
        Ok(self.summary(if reader_gone { Ending::ReaderGone } else { ending }))
    }

    fn save_at_end(&mut self, ending: Ending) -> Result<(), RunError> {
        match ending {
            Ending::Events if !self.output.is_readable => {
                let total = self.output.publisher.published().counts().iter().sum();
                settings::set_cut(&self.store, Cut { attachment: self.saving.attachment, total })
            }
            // The shards are past the last published record.
            Ending::Events => self.finish_checkpoint(),
            // The reader did not receive all that was published.
            Ending::ReaderGone => Ok(()),
            Ending::End | Ending::Calendar | Ending::Duration | Ending::Stopped => self.save_and_wait(),
        }
    }

    /// Waits for the checkpoint that is being written: a full disk is reported once, and perhaps not to the publisher.
    fn finish_checkpoint(&mut self) -> Result<(), RunError> {
        self.saving.checkpointer.finish();
        let failed = self.events.try_iter().find_map(|event| match event {
            LoopEvent::CheckpointDone(Err(error)) | LoopEvent::SinkFailed(error) => Some(error),
            _ => None,
        });
        failed.map_or(Ok(()), Err)
    }

    fn save_and_wait(&mut self) -> Result<(), RunError> {
        self.wait_for_checkpoint()?;
        self.wait_for_room()?;
        if self.output.given_up {
            return Ok(());
        }
        self.checkpoint()?;
        crate::crash::point("stop.checkpoint");
        self.wait_for_checkpoint()?;
        self.wait_for_sink()
    }

    /// Waits until the sink has all records and has finished: without a checkpoint, the last ones may not be delivered yet.
    fn wait_for_sink(&mut self) -> Result<(), RunError> {
        let finished = self.output.publisher.finish()?;
        while finished.recv_timeout(SINK_POLL_INTERVAL) == Err(RecvTimeoutError::Timeout) && !self.output.given_up {
            self.process_events(None)?;
            self.give_up_lost_sink();
        }
        // If the thread ended without an answer, an event gives the reason.
        self.process_events(None)
    }

    /// Waits until the publisher takes tasks, or its sink has been unreachable for too long.
    fn wait_for_room(&mut self) -> Result<(), RunError> {
        while self.output.is_full() && !self.output.given_up {
            self.process_events(Some(ROOM_POLL_INTERVAL))?;
            self.give_up_lost_sink();
        }
        Ok(())
    }

    fn wait_for_checkpoint(&mut self) -> Result<(), RunError> {
        while self.saving.in_flight {
            self.process_events(Some(CHECKPOINT_POLL_INTERVAL))?;
            self.give_up_lost_sink();
            // If the publisher ended before the mark, there will be no checkpoint; an event has given the reason.
            let ended = matches!(self.shutdown.ending, Some(Ending::ReaderGone | Ending::Events));
            if ended || self.output.given_up {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Gives up an unreachable sink, if a user requested the stop.
    fn give_up_lost_sink(&self) {
        if self.shutdown.is_requested {
            self.output.give_up_if_lost();
        }
    }
}
