//! The commands that a request goes to: the one place where the command line is connected to the daemon.

use std::path::Path;

use populace_sim::Scenario;

use super::requests::{InjectRequest, InspectRequest, SchemaRequest, VerifyRequest};
use crate::config::RunPlan;

pub(super) fn run(_: RunPlan) -> anyhow::Result<()> {
    anyhow::bail!("this build cannot run a world")
}

pub(super) fn inspect(_: &InspectRequest) -> anyhow::Result<()> {
    anyhow::bail!("this build cannot inspect a world")
}

pub(super) fn inject(_: &InjectRequest) -> anyhow::Result<()> {
    anyhow::bail!("this build cannot inject into a world")
}

pub(super) fn schema(_: &SchemaRequest) -> anyhow::Result<()> {
    anyhow::bail!("this build cannot print schemas")
}

pub(super) fn verify(_: &VerifyRequest) -> anyhow::Result<()> {
    anyhow::bail!("this build cannot verify a sink")
}

/// The scenario that the world in this data directory was born with, if there is a world.
pub(super) fn stored_scenario(_: &Path) -> anyhow::Result<Option<Scenario>> {
    Ok(None)
}
