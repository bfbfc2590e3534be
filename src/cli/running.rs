//! A world that may be running: the connection to it, and requests whose answers are read as types.

use super::refusals::refusal;
use crate::control::{Client, Request, connect};
use crate::ops::{WorldSources, has_world};
use crate::paths::CONTROL_SOCKET;
use crate::run::{LoggedCommand, RunError, StoredSink};
use populace_sim::{Scenario, Town};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::path::Path;

/// A running world.
pub(super) struct Running(Client);

impl Running {
    /// Connects to the world in a data directory; `None` if it does not run.
    pub(super) fn connect(data_dir: &Path) -> Result<Option<Self>, RunError> {
        let client = connect(data_dir);
        let client = client.map_err(|e| RunError::io(&data_dir.join(CONTROL_SOCKET), "connected to", e))?;
        Ok(client.map(Running))
    }

    /// Sends a request and returns its answer.
    pub(super) fn ask(&mut self, request: &Request) -> anyhow::Result<Value> {
        self.0.ask(request).map_err(|error| refusal(&error))
    }

    /// Sends a request and reads its answer; `what` names it in errors.
    pub(super) fn ask_for<T: DeserializeOwned>(&mut self, request: &Request, what: &str) -> anyhow::Result<T> {
        let answer = self.ask(request)?;
        serde_json::from_value(answer).map_err(|e| unreadable(what, &e).into())
    }

    /// Returns the scenario in force.
    fn scenario(&mut self) -> anyhow::Result<Scenario> {
        let text: String = self.ask_for(&Request::Scenario, "scenario")?;
        Ok(populace_wire::scenario_from_toml("the world's scenario", &text).map_err(|e| unreadable("scenario", &e))?)
    }

    /// Returns the town, built from the scenario.
    pub(super) fn town(&mut self) -> anyhow::Result<Town> {
        Ok(Town::build(&self.scenario()?).map_err(|e| RunError::Sim(e.to_string()))?)
    }

    /// Returns the command log.
    pub(super) fn commands(&mut self) -> anyhow::Result<Vec<LoggedCommand>> {
        self.ask_for(&Request::Commands, "command log")
    }
}

/// Returns the scenario and the sink of the world in a data directory, running or not; `None` if there is no world.
pub(super) fn sources(data_dir: &Path) -> anyhow::Result<Option<WorldSources>> {
    if !has_world(data_dir) {
        return Ok(None);
    }
    let Some(mut running) = Running::connect(data_dir)? else {
        return Ok(Some(WorldSources::of_stopped(data_dir)?));
    };
    let scenario = running.scenario()?;
    let sink: StoredSink = running.ask_for(&Request::Sink, "sink")?;
    Ok(Some(WorldSources::of_running(scenario, sink)))
}

fn unreadable(what: &str, why: &dyn std::fmt::Display) -> RunError {
    RunError::Answer(format!("failed to read the world's {what}: {why}"))
}
