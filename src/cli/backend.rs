//! The functions that the commands call, and the scenario and sink of a stored world.

use super::requests::{CampaignsRequest, DriftRequest, ExportRequest, ForkRequest, InjectRequest, InspectRequest};
use super::running::{Running, sources};
use super::{
    campaigns, drift_orders, export as exports, fork as forks, inject as injections, inspect as views,
    schema as schemas,
};
use crate::ops::WorldSources;
use crate::ops::schema::SchemaRequest;
use crate::realism::RealismRequest;
use crate::run::RunError;
use crate::verify::VerifyRequest;
use populace_sim::Scenario;
use std::path::Path;

/// The function that runs a plan to its end.
pub(crate) type Run = fn(crate::config::RunPlan) -> Result<(), crate::run::RunError>;

pub(super) fn inspect(request: &InspectRequest) -> anyhow::Result<()> {
    views::inspect(request)
}

pub(super) fn campaigns(request: &CampaignsRequest) -> anyhow::Result<()> {
    campaigns::campaigns(request)
}

pub(super) fn inject(request: &InjectRequest) -> anyhow::Result<()> {
    injections::inject(request)
}

pub(super) fn fork(request: &ForkRequest) -> anyhow::Result<()> {
    forks::fork(request)
}

pub(super) fn export(request: &ExportRequest) -> anyhow::Result<()> {
    exports::export(request)
}

pub(super) fn drift(request: &DriftRequest) -> anyhow::Result<()> {
    drift_orders::drift(request)
}

pub(super) fn schema(request: &SchemaRequest) -> anyhow::Result<()> {
    schemas::print_schema(request)
}

pub(super) fn verify(request: &VerifyRequest) -> anyhow::Result<()> {
    if Running::connect(&request.data_dir)?.is_some() {
        return Err(RunError::Answer("the world is running; stop it first, then verify".into()).into());
    }
    Ok(crate::verify::verify(request)?)
}

pub(super) fn realism(request: &RealismRequest) -> anyhow::Result<()> {
    crate::realism::realism(request)
}

/// Returns the scenario and the sink of the world in a data directory, if there is one.
pub(super) fn stored(data_dir: &Path) -> anyhow::Result<Option<WorldSources>> {
    sources(data_dir)
}

/// Returns the scenario of the world in a data directory, if there is one.
pub(super) fn stored_scenario(data_dir: &Path) -> anyhow::Result<Option<Scenario>> {
    Ok(stored(data_dir)?.map(|stored| stored.scenario))
}
