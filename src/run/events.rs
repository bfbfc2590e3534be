//! The queue of the run loop: signals, requests, and events of the other threads. Must not depend on: the run loop.

use super::error::RunError;
use super::request::LoopRequest;
use crate::sink::SinkError;
use crate::status::CompletedCheckpoint;
use crossbeam_channel::Sender;

/// An event that the run loop handles between two windows.
pub enum LoopEvent {
    /// A signal asks for a clean stop.
    Stop,
    /// A reader watches an entity, and is answered now even if no window is due.
    Watch,
    /// A request.
    Request(Box<LoopRequest>),
    /// The publisher has published the number of records that the run is limited to.
    GoalReached,
    /// The reader of standard output closed it.
    ReaderGone,
    /// The sink stopped waiting for an unreachable destination, as requested.
    SinkGivenUp,
    /// The sink failed.
    SinkFailed(RunError),
    /// A checkpoint is committed, or failed.
    CheckpointDone(Result<CompletedCheckpoint, RunError>),
    /// A fork is complete, or failed; its request was answered.
    ForkDone,
}

impl From<SinkError> for LoopEvent {
    fn from(error: SinkError) -> Self {
        match error {
            SinkError::ReaderGone => LoopEvent::ReaderGone,
            SinkError::GivenUp => LoopEvent::SinkGivenUp,
            other => LoopEvent::SinkFailed(other.into()),
        }
    }
}

/// The sending end of the queue of a run loop.
#[derive(Clone)]
pub struct LoopQueue(pub Sender<LoopEvent>);

impl LoopQueue {
    /// Sends an event. The event is dropped if the run loop has ended.
    pub fn send(&self, event: LoopEvent) {
        let _ = self.0.send(event);
    }

    /// Returns the number of queued events.
    pub fn len(&self) -> usize {
        self.0.len()
    }
}
