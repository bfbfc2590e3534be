//! The comparison of topic files with the world: the part before the last checkpoint by counts and digests of each day,
//! the rest with a replay. Must not depend on: clusters.

mod beyond;
mod covered;
mod folder;
mod line;
mod report;
mod whole;

use super::request::VerifyRequest;
use crate::output::print;
use crate::run::{RunError, StoredWorld};
use crate::sink::Seam;
use crate::sink::files::{FileList, Growing, shape_at};
use beyond::GrowingFiles;
use folder::files_of;
use populace_sim::{Town, VirtualTime};
use std::sync::Arc;

/// Checks all topics, and prints a report.
///
/// # Errors
/// The first fault, with its file and line, or the reason why nothing could be checked.
pub(super) fn verify(
    world: &StoredWorld,
    town: &Arc<Town>,
    request: &VerifyRequest,
    seam: Option<&Seam>,
) -> Result<(), RunError> {
    let files = files_of(world, request.sink.as_ref(), seam)?;
    let shape = shape_at(&files.attachment.place)?;
    if !shape.grows() {
        let until = seam.map_or(VirtualTime::NEVER, |seam| seam.at);
        return whole::verify(world, town, (&files, shape, until), request);
    }
    let mut reports = match covered::check(world, town, &files) {
        Err(RunError::Unequal(fault)) => {
            let line = beyond::locate(world, town, &files, request.threads)?;
            return Err(RunError::Unequal(line.unwrap_or(fault)));
        }
        other => other?,
    };
    let growing = GrowingFiles { out: &files.out, kind: Growing::Lines, takes: &|_| true };
    beyond::check(world, town, growing, request.threads, &mut reports)?;
    let list = FileList::new(&files.out, world.store.identity().world_id, files.attachment.number);
    report::tell_removed(&mut reports, list.read()?.removed);
    Ok(print(&report::render(&reports, request.json))?)
}
