//! What reaches the run loop from outside its windows: signals, requests, news of the other threads.

use super::error::RunError;
use crate::control::Asked;
use crate::sink::SinkError;
use crate::status::CompletedCheckpoint;
use crossbeam_channel::Sender;

/// One piece of mail.
pub enum LoopEvent {
    /// A signal asks for a clean stop.
    Stop,
    /// Somebody watches an entity: look at once, though no window may be due.
    Watch,
    /// A request by the control socket.
    Request(Box<Asked>),
    /// The publisher has published as many records as were asked for.
    GoalReached,
    /// Whoever read standard output went away.
    ReaderGone,
    /// The sink stopped waiting for what it writes to, as it was told.
    GivenUp,
    /// The sink failed.
    SinkFailed(RunError),
    /// A checkpoint is committed, or failed.
    Checkpoint(Result<CompletedCheckpoint, RunError>),
    /// A fork is made, or could not be: whoever asked was told.
    Forked,
}

impl From<SinkError> for LoopEvent {
    fn from(error: SinkError) -> Self {
        match error {
            SinkError::ReaderGone => LoopEvent::ReaderGone,
            SinkError::GivenUp => LoopEvent::GivenUp,
            other => LoopEvent::SinkFailed(other.into()),
        }
    }
}

/// Where mail for the run loop is posted.
#[derive(Clone)]
pub struct LoopQueue(pub Sender<LoopEvent>);

impl LoopQueue {
    /// Posts; a run loop that is gone needs no mail.
    pub fn post(&self, mail: LoopEvent) {
        let _ = self.0.send(mail);
    }
}
