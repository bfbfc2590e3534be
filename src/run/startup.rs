//! From a plan to a run loop, in phases: what is there is located, the start is decided, the world is created or loaded and
//! attached to its sink, and at last the threads start. Must not depend on: the control socket, HTTP.

mod attach;
mod create;
mod found_sink;
mod ready;
mod resume;

pub use ready::Ready;

use self::found_sink::planned_place;
use super::EntityWatches;
use super::data_dir_check;
use super::error::RunError;
use super::events::{LoopEvent, LoopQueue};
use crate::config::RunPlan;
use crate::paths::world_dir;
use crate::sink::{SinkStart, StartContext, kind};
use crate::status::{Connectivity, RunStatus};
use crossbeam_channel::Receiver;
use populace_sim::Town;
use populace_state::{Presence, Store};
use std::sync::Arc;
use std::time::Instant;

/// What a run is started from.
pub struct RunContext {
    /// The plan.
    pub plan: RunPlan,
    /// When the process began to start the run.
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

/// Creates or loads the world of a plan, and attaches it to its sink.
///
/// # Errors
/// The reason why the run cannot start.
pub fn prepare(mut context: RunContext) -> Result<Ready, RunError> {
    let data_dir = context.plan.data_dir.clone();
    let presence = Store::exists(&world_dir(&data_dir));
    if presence != Presence::World {
        data_dir_check::check(&data_dir, &planned_place(&context.plan)?)?;
    }
    let loaded = match presence {
        Presence::Absent | Presence::Unborn => create::create_world(&context)?,
        Presence::Foreign | Presence::World => resume::resume_world(&mut context)?,
    };
    crate::crash::point("startup.loaded");
    Ok(Ready::new(context, loaded))
}

impl RunContext {
    fn connectivity(&self) -> &Arc<Connectivity> {
        &self.status.connectivity
    }

    /// Reaches the sink that the plan names.
    fn reach_sink(&self, town: &Town) -> Result<Box<dyn SinkStart>, RunError> {
        let events = self.events.clone();
        // Before the run starts, the only event is a request to stop.
        let stopped = Box::new(move || !events.is_empty());
        let context = StartContext { plan: &self.plan, town, connectivity: self.connectivity(), stopped };
        Ok(kind(self.plan.sink.kind())?.reach(context)?)
    }
}
