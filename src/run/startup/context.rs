//! The context of a start: its plan, its queue, and its observers. Must not depend on: the phases of a start.

use crate::config::RunPlan;
use crate::run::EntityWatches;
use crate::run::error::RunError;
use crate::run::events::{LoopEvent, LoopQueue};
use crate::sink::{SinkStart, StartContext, kind};
use crate::status::{Connectivity, RunStatus};
use crossbeam_channel::Receiver;
use populace_sim::Town;
use std::sync::Arc;
use std::time::Instant;

/// The context of a start.
pub struct RunContext {
    /// The plan.
    pub plan: RunPlan,
    /// The instant at which the process began to start the run.
    pub began: Instant,
    /// The queue of the run loop, for its threads.
    pub queue: LoopQueue,
    /// The receiving end of the queue.
    pub events: Receiver<LoopEvent>,
    /// The status that the run writes.
    pub status: Arc<RunStatus>,
    /// The watches that the run answers.
    pub watches: Arc<EntityWatches>,
}

impl RunContext {
    pub(super) fn connectivity(&self) -> &Arc<Connectivity> {
        &self.status.connectivity
    }

    /// Connects to the sink that the plan names.
    pub(super) fn reach_sink(&self, town: &Town) -> Result<Box<dyn SinkStart>, RunError> {
        let events = self.events.clone();
        // Before the run starts, the only event is a request to stop.
        let stopped = Box::new(move || !events.is_empty());
        let context =
            StartContext { plan: &self.plan, town, connectivity: self.connectivity(), records_from: None, stopped };
        Ok(kind(self.plan.sink.kind())?.reach(context)?)
    }
}
