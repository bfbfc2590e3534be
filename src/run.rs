//! The run loop: windows of virtual time, simulated by all shards, merged, published, checkpointed, and how a world
//! begins, goes on and stops. Knows no rule of the town.

mod attachment;
mod checkpoint;
mod checkpointing;
mod commands;
mod data_dir_check;
mod decision;
mod error;
mod events;
mod forking;
mod forks;
mod ledger;
mod meta;
mod pool;
mod publisher;
mod requests;
mod run_loop;
mod settings;
mod startup;
mod stored;
mod summary;
mod timing;
mod usage;
mod window_sizing;

pub use attachment::{Attachment, SinkPlace};
pub use commands::{CommandLog, change_world, give_stopped, logged_commands, order_stopped};
pub(crate) use decision::Refusal;
pub use error::RunError;
pub use events::{LoopEvent, LoopQueue};
pub(crate) use forking::fork_stopped;
pub use ledger::{ClosedDays, closed_days};
pub use pool::{Pool, load_shard};
pub(crate) use settings::{brokers as known_brokers, rules_version as known_rules};
pub use stored::StoredWorld;
pub(crate) use stored::topic_names;
pub(crate) use usage::{cpu_seconds, resident_bytes};
pub use window_sizing::WindowSizer;

use crate::config::RunPlan;
use crate::control::Answer;
use crate::control::{Request, connect};
use crate::output::{print, tell};
use crate::progress::{Ending, Summary};
use crate::sink::SinkError;
use crate::status::Watches;
use populace_sim::Scenario;
use populace_state::{Presence, Store};
use serde::{Deserialize, Serialize};
use std::path::Path;

/// The watches of entities that the run loop answers.
pub type EntityWatches = Watches<Answer>;

/// Carries out a plan: makes the world or goes on with it, until the plan's end or a signal, and prints the summary.
///
/// # Errors
/// What kept it from starting, or stopped it; the same command goes on once that is mended.
pub fn run(plan: RunPlan) -> Result<(), RunError> {
    let (json, goal) = (plan.json, plan.events);
    let conductor = match startup::start(plan) {
        Err(RunError::Sink(SinkError::GivenUp)) => {
            tracing::info!("stopped before the world ran");
            return Ok(());
        }
        other => other?,
    };
    // What the plan says may be overruled by the world that is there.
    let to_stdout = conductor.to_stdout;
    let summary = conductor.conduct()?;
    print_summary(&summary, json, to_stdout)?;
    match goal.filter(|_| summary.ended == Ending::Calendar) {
        Some(goal) => Err(RunError::Answer(format!(
            "the calendar ended before the world had {goal} events: ask for fewer, or make one of more people or an earlier \
             start"
        ))),
        None => Ok(()),
    }
}

/// What a data directory says of its world, running or not.
#[derive(Clone, Debug)]
pub struct Stored {
    /// The scenario that it lives by.
    pub scenario: Scenario,
    /// Where its records go, if it has a sink.
    pub sink: Option<SinkPlace>,
    /// The addresses at which its cluster was reached last.
    pub brokers: Option<String>,
}

/// What the data directory says of its world, running or not; none where there is no world.
///
/// # Errors
/// Where the world is there and cannot be read.
pub fn stored(data_dir: &Path) -> Result<Option<Stored>, RunError> {
    if Store::exists(&stored::world_dir(data_dir)) != Presence::World {
        return Ok(None);
    }
    let running = connect(data_dir).map_err(|e| crate::ops::inspect::socket_error(data_dir, e))?;
    let Some(mut client) = running else {
        let world = StoredWorld::look(data_dir)?;
        let brokers = known_brokers(&world.store)?;
        return Ok(Some(Stored { scenario: world.latest, sink: world.attachment.map(|one| one.place), brokers }));
    };
    let unreadable = |what, why: String| RunError::Answer(format!("the world's {what} cannot be read: {why}"));
    let told = client.ask(&Request::Scenario)?;
    let scenario = Scenario::from_toml("the world's scenario", told.as_str().unwrap_or_default());
    let told = client.ask(&Request::Sink)?;
    let sink: ToldSink = serde_json::from_value(told).map_err(|e| unreadable("sink", e.to_string()))?;
    let scenario = scenario.map_err(|e| unreadable("scenario", e.to_string()))?;
    Ok(Some(Stored { scenario, sink: sink.place, brokers: sink.brokers }))
}

/// What a running world answers when it is asked for its sink.
#[derive(Debug, Serialize, Deserialize)]
struct ToldSink {
    place: Option<SinkPlace>,
    brokers: Option<String>,
}

/// Standard output belongs to the records when they go there.
fn print_summary(summary: &Summary, json: bool, to_stdout: bool) -> Result<(), RunError> {
    let object = serde_json::to_string(summary).expect("a summary is plain data");
    match (json, to_stdout) {
        (true, false) => print(&format!("{object}\n"))?,
        (true, true) => tell(&format!("{object}\n")),
        (false, _) => tell(&format!("{}\n", summary.to_text())),
    }
    Ok(())
}

#[cfg(test)]
mod tests;
