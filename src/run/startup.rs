//! The start of a run, from a plan to a run loop, in phases: the world and the sink are located, the start is decided,
//! the world is created or loaded and attached to its sink, and at last the threads start. Must not depend on: the
//! control socket, HTTP.

mod attach;
mod context;
mod create;
mod found_sink;
mod ready;
mod resume;

pub use context::RunContext;
pub use ready::Ready;

use self::found_sink::planned_place;
use super::data_dir_check;
use super::error::RunError;
use crate::paths::world_dir;
use populace_state::{Presence, Store};

/// Creates or loads the world of a plan, and attaches it to its sink.
///
/// # Errors
/// The reason why the run cannot start.
pub fn prepare(mut context: RunContext) -> Result<Ready, RunError> {
    let data_dir = context.plan.data_dir.clone();
    let presence = Store::settled_presence(&world_dir(&data_dir))?;
    if presence != Presence::World {
        data_dir_check::check(&data_dir, &planned_place(&context.plan)?)?;
    }
    let loaded = match presence {
        Presence::Absent | Presence::Incomplete => create::create_world(&context)?,
        Presence::Foreign | Presence::World => resume::resume_world(&mut context)?,
    };
    crate::crash::point("startup.loaded");
    Ok(Ready::new(context, loaded))
}
