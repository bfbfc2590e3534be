//! What the run loop does so that nothing is lived twice: checkpoints when they are due, and the last one at a clean stop.
//! Knows neither windows nor commands.

use super::checkpoint::Job;
use super::error::RunError;
use super::events::LoopEvent;
use super::meta::Meta;
use super::run_loop::{MOMENT, RunLoop};
use super::settings::{self, Cut};
use super::window_sizing::TARGET;
use crate::progress::{Ending, Summary};
use crate::sink::SinkError;
use crate::status::RunPhase;
use crossbeam_channel::{RecvTimeoutError, bounded, unbounded};
use std::time::{Duration, Instant};

/// How long a stop that somebody asked for waits for a sink that is away: the world is as safe without. A run that comes to
/// its own end waits as long as it takes.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// Bytes that a checkpoint is taken to need before this run has written a larger one.
const LEAST_ROOM: u64 = 1 << 20;

impl RunLoop {
    /// A checkpoint when the schedule says so, and one shortly before the goal, so that little is repeated after it.
    pub(super) fn save_if_due(&mut self) -> Result<(), RunError> {
        let left = self.limits.goal.map_or(f64::MAX, |goal| goal.saturating_sub(self.numbers.produced) as f64);
        let near_goal = left < 1.5 * TARGET && !self.numbers.near_goal;
        let possible = self.saving && !self.in_flight && !self.publisher.is_full();
        if possible && (near_goal || self.schedule.is_due(Instant::now())) {
            self.numbers.near_goal |= near_goal;
            self.checkpoint()?;
        }
        Ok(())
    }

    /// Begins a checkpoint of this instant, unless nothing has happened since the last.
    pub(super) fn checkpoint(&mut self) -> Result<(), RunError> {
        let state = (self.now, self.log.done().count);
        if !self.saving || self.in_flight || state == self.numbers.saved {
            return Ok(());
        }
        let began = Instant::now();
        self.schedule.began(began);
        self.numbers.number += 1;
        self.status.checkpoint_started(self.numbers.number);
        let (to, marked) = bounded(1);
        let (blocks_to, blocks) = unbounded();
        self.checkpointer.write(Job { number: self.numbers.number, blocks, marked })?;
        let meta = Meta { attachment: self.attachment, commands: self.log.done(), ..Meta::new(self.now) };
        self.publisher.mark(meta, to)?;
        self.pool.pack(&blocks_to)?;
        crate::crash::point("checkpoint.pack");
        self.schedule.cost(began.elapsed());
        self.numbers.saved = state;
        self.in_flight = true;
        Ok(())
    }

    /// Whether there is room for a checkpoint, as far as that can be known: for one that somebody asks for, since one that
    /// fails ends the run.
    ///
    /// # Errors
    /// [`StateError::DiskFull`](populace_state::StateError::DiskFull), with nothing written.
    pub(super) fn look_for_room(&self) -> Result<(), RunError> {
        Ok(self.store.look_for_room(self.numbers.largest.max(LEAST_ROOM))?)
    }

    /// A clean stop: everything published and saved, so that nothing is repeated at the next start.
    pub(super) fn stop(mut self) -> Result<Summary, RunError> {
        self.progress.finish();
        self.status.set_phase(RunPhase::Stopping);
        let ending = self.ending.unwrap_or(Ending::Stopped);
        match ending {
            Ending::Events if self.unkept => {
                let total = self.publisher.published().counts().iter().sum();
                settings::remember_cut(&self.store, Cut { attachment: self.attachment, total })?;
            }
            // The shards are past what was published.
            Ending::Events => self.finish_checkpoint()?,
            // The reader did not get what was published.
            Ending::ReaderGone => {}
            Ending::End | Ending::Calendar | Ending::Duration | Ending::Stopped => self.save_and_wait()?,
        }
        if let Some(undelivered) = SinkError::undelivered(&self.contact) {
            return Err(undelivered.into());
        }
        if self.given_up {
            tracing::warn!(
                "stopped without a last checkpoint, for the sink is away: it has everything, nothing is lost"
            );
        }
        // The last records may be those that the reader did not get.
        let gone = self.ending == Some(Ending::ReaderGone);
        Ok(self.summary(if gone { Ending::ReaderGone } else { ending }))
    }

    /// Somebody asks for a stop. A run that is about to end by itself ends for its own reason.
    pub(super) fn stop_soon(&mut self) {
        self.hurried = true;
        self.ending.get_or_insert(Ending::Stopped);
    }

    /// Has the checkpoint on its way end: a disk that fails under it tells so once, and perhaps not to the publisher.
    fn finish_checkpoint(&mut self) -> Result<(), RunError> {
        self.checkpointer.finish();
        let failed = self.mail.try_iter().find_map(|mail| match mail {
            LoopEvent::Checkpoint(Err(error)) | LoopEvent::SinkFailed(error) => Some(error),
            _ => None,
        });
        failed.map_or(Ok(()), Err)
    }

    fn save_and_wait(&mut self) -> Result<(), RunError> {
        self.wait_for_checkpoint()?;
        self.wait_for_room()?;
        if self.given_up {
            return Ok(());
        }
        self.checkpoint()?;
        crate::crash::point("stop.checkpoint");
        self.wait_for_checkpoint()?;
        self.wait_for_the_sink()
    }

    /// Without a checkpoint the last records may still be on their way.
    fn wait_for_the_sink(&mut self) -> Result<(), RunError> {
        let flushed = self.publisher.flush()?;
        while flushed.recv_timeout(MOMENT) == Err(RecvTimeoutError::Timeout) && !self.given_up {
            self.read_mail(None)?;
            self.give_up_a_lost_sink();
        }
        // Where the thread ended without an answer, the mail says why.
        self.read_mail(None)
    }

    /// Waits until the publisher takes orders, or its sink has been away for too long.
    fn wait_for_room(&mut self) -> Result<(), RunError> {
        while self.publisher.is_full() && !self.given_up {
            self.read_mail(Some(Duration::from_millis(5)))?;
            self.give_up_a_lost_sink();
        }
        Ok(())
    }

    /// Whoever asked for a stop does not wait for an outage to end.
    fn give_up_a_lost_sink(&mut self) {
        if self.hurried && self.contact.outage().is_some_and(|(since, _)| since > PATIENCE) {
            self.contact.give_up();
        }
    }

    fn wait_for_checkpoint(&mut self) -> Result<(), RunError> {
        while self.in_flight {
            self.read_mail(Some(Duration::from_millis(50)))?;
            self.give_up_a_lost_sink();
            // The publisher ended before the mark: the checkpoint is given up, and it has told why.
            let ended = matches!(self.ending, Some(Ending::ReaderGone | Ending::Events));
            if ended || self.given_up {
                return Ok(());
            }
        }
        Ok(())
    }
}
