//! The run loop: windows of virtual time, simulated by all shards, merged, published, checkpointed, and how a world
//! begins, goes on and stops. Knows no rule of the town.

mod attachment;
mod checkpoint;
mod commands;
mod conductor;
mod decision;
mod fault;
mod ground;
mod loading;
mod mail;
mod meta;
mod pool;
mod publisher;
mod requests;
mod saving;
mod settings;
mod startup;
mod summary;
mod usage;
mod window;

pub use attachment::{Attachment, SinkPlace};
pub use commands::{CommandLog, change_world, give_stopped};
pub use fault::RunError;
pub use loading::StoredWorld;
pub(crate) use loading::topic_names;
pub use mail::{Mail, Mailbox};
pub use meta::ClosedDay;
pub use pool::{Pool, load_shard};
pub(crate) use settings::brokers as known_brokers;
pub use window::Windows;

use crate::config::RunPlan;
use crate::control::{Request, connect};
use crate::progress::Summary;
use crate::sink::SinkError;
use populace_sim::Scenario;
use populace_state::{Presence, Store};
use std::path::Path;

/// Carries out a plan: makes the world or goes on with it, until the plan's end or a signal, and prints the summary.
///
/// # Errors
/// What kept it from starting, or stopped it; the same command goes on once that is mended.
pub fn run(plan: RunPlan) -> Result<(), RunError> {
    let json = plan.json;
    let conductor = match startup::start(plan) {
        Err(RunError::Sink(SinkError::GivenUp)) => {
            tracing::info!("stopped before the world ran");
            return Ok(());
        }
        other => other?,
    };
    // What the plan says may be overruled by the world that is there.
    let to_stdout = conductor.to_stdout;
    print_summary(&conductor.conduct()?, json, to_stdout);
    Ok(())
}

/// The scenario that the world in a data directory lives by, running or not; none where there is no world.
///
/// # Errors
/// Where the world is there and cannot be read.
pub fn stored_scenario(data_dir: &Path) -> Result<Option<Scenario>, RunError> {
    if Store::exists(&loading::world_dir(data_dir)) != Presence::World {
        return Ok(None);
    }
    let running = connect(data_dir).map_err(|e| crate::inspect::socket_error(data_dir, e))?;
    let Some(mut client) = running else { return Ok(Some(StoredWorld::open(data_dir)?.latest)) };
    let answer = client.ask(&Request::Scenario).map_err(RunError::Answer)?;
    let text = answer.as_str().unwrap_or_default();
    let read = Scenario::from_toml("the world's scenario", text);
    read.map(Some).map_err(|e| RunError::Answer(format!("the world's scenario cannot be read: {e}")))
}

/// Standard output belongs to the records when they go there.
fn print_summary(summary: &Summary, json: bool, to_stdout: bool) {
    let object = serde_json::to_string(summary).expect("a summary is plain data");
    match (json, to_stdout) {
        (true, false) => println!("{object}"),
        (true, true) => eprintln!("{object}"),
        (false, _) => eprintln!("{}", summary.to_text()),
    }
}

#[cfg(test)]
mod tests;
