//! `populace fork`: a copy of a world, running or not, as a new world.

use super::refusals::failure;
use super::requests::{ForkRequest, Form};
use super::running::Running;
use crate::control::Request;
use crate::ops::ForkReport;
use crate::ops::fork::stopped;
use crate::output::{acknowledge, tell};
use crate::run::{RunError, StoredWorld};
use std::path::Path;

/// Carries out `populace fork`.
pub(super) fn fork(request: &ForkRequest) -> anyhow::Result<()> {
    let to = std::path::absolute(&request.to).map_err(|e| RunError::io(&request.to, "found", e))?;
    let report = match Running::connect(&request.data_dir)? {
        Some(mut running) => {
            let request = Request::Fork { to: to.clone(), changes: request.changes.clone() };
            running.ask_for(&request, "answer")?
        }
        None => stopped(&StoredWorld::open(&request.data_dir)?, &request.changes, &to).map_err(failure)?,
    };
    show(&report, &to, request.form)
}

fn show(report: &ForkReport, to: &Path, form: Form) -> anyhow::Result<()> {
    report.notes.iter().for_each(|note| tell(&format!("note: {note}\n")));
    if form == Form::Json {
        acknowledge(&(serde_json::to_string(report)? + "\n"));
        return Ok(());
    }
    let (world, to) = (&report.world, to.display());
    let (of, at) = report.fork_of.as_ref().map_or(("", ""), |origin| (&*origin.world, &*origin.at));
    acknowledge(&format!(
        "world {world} in {to} is a fork of world {of} at {at}\n`populace run --data-dir {to}` resumes it from there\n"
    ));
    Ok(())
}
