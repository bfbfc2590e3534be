//! The commands that a request goes to: the one place where the command line is connected to the daemon.

use std::path::Path;

use populace_sim::Scenario;

use super::requests::{
    CasesRequest, DriftRequest, ForkRequest, InjectRequest, InspectRequest, RealismRequest, SchemaRequest,
    VerifyRequest,
};
use crate::config::RunPlan;
use crate::run::Stored;

pub(super) fn run(plan: RunPlan) -> anyhow::Result<()> {
    Ok(crate::daemon::run(plan)?)
}

pub(super) fn inspect(request: &InspectRequest) -> anyhow::Result<()> {
    Ok(crate::ops::inspect::inspect(request)?)
}

pub(super) fn cases(request: &CasesRequest) -> anyhow::Result<()> {
    Ok(crate::ops::campaigns::cases(request)?)
}

pub(super) fn inject(request: &InjectRequest) -> anyhow::Result<()> {
    Ok(crate::ops::inject::inject(request)?)
}

pub(super) fn fork(request: &ForkRequest) -> anyhow::Result<()> {
    Ok(crate::ops::fork::fork(request)?)
}

pub(super) fn drift(request: &DriftRequest) -> anyhow::Result<()> {
    Ok(crate::ops::drifts::drift(request)?)
}

pub(super) fn schema(request: &SchemaRequest) -> anyhow::Result<()> {
    crate::ops::schema::schema(request)
}

pub(super) fn verify(request: &VerifyRequest) -> anyhow::Result<()> {
    Ok(crate::verify::verify(request)?)
}

pub(super) fn realism(request: &RealismRequest) -> anyhow::Result<()> {
    crate::realism::realism(request)
}

/// What this data directory says of its world, if there is one.
pub(super) fn stored(data_dir: &Path) -> anyhow::Result<Option<Stored>> {
    Ok(crate::run::stored(data_dir)?)
}

/// The scenario that the world in this data directory was born with, if there is a world.
pub(super) fn stored_scenario(data_dir: &Path) -> anyhow::Result<Option<Scenario>> {
    Ok(stored(data_dir)?.map(|stored| stored.scenario))
}
