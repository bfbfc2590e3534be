//! `populace verify`: the comparison of the sink with the world. Writes only a lost progress record, and only on
//! request. Must not depend on: requests to a running world.

mod files;
mod kafka;
mod replay;
mod request;

use crate::UsageError;
use crate::config::SeamChoice;
use crate::output::print;
use crate::run::{RunError, StoredWorld};
use crate::sink::{Attachment, Seam, division_of};
use populace_sim::{VirtualTime, format_time};
pub use request::{VerifyRequest, VerifyTask};

/// Runs `populace verify`, with its report on standard output.
///
/// # Errors
/// The first fault, with its file and line or its partition and offset; or the reason why nothing could be checked.
pub fn verify(request: &VerifyRequest) -> Result<(), RunError> {
    let world = StoredWorld::look(&request.data_dir)?;
    let town = world.town()?;
    let seam = Parts::seam_of(&world)?;
    let parts = Parts::of(&world, request, seam.as_ref());
    if request.task == VerifyTask::RebuildProgress && parts.topics.is_none() {
        let error = UsageError::new(
            "--rebuild-progress: this world does not write into a cluster, and keeps no progress there",
        );
        return Err(error.help("leave it out").into());
    }
    if parts.files {
        files::verify(&world, &town, request, seam.as_ref())?;
    }
    parts.topics.map_or(Ok(()), |topics| kafka::verify(&world, &town, &topics, request))?;
    match seam {
        Some(seam) if !request.json => Ok(print(&seam_line(&seam))?),
        _ => Ok(()),
    }
}

fn seam_line(seam: &Seam) -> String {
    let (at, records) = (format_time(seam.at), seam.digests.total());
    format!("seam at {at}: the files end with the {records} records before it, and the topics go on from there\n")
}

/// The sinks to check.
struct Parts {
    /// The attachment of the topics of a cluster; None if there are none, or only another sink is named.
    topics: Option<Attachment>,
    /// True if files are to be checked, or refused with a reason.
    files: bool,
}

impl Parts {
    fn of(world: &StoredWorld, request: &VerifyRequest, seam: Option<&Seam>) -> Self {
        let is_named =
            |kind: &str| request.sink.as_ref().is_none_or(|sink| sink.kind().split('+').any(|one| one == kind));
        let part = |kind: &str| world.attachment.as_ref().filter(|_| is_named(kind))?.of_part(kind);
        let topics = part("kafka").map(|topics| match (seam, world.attachment.as_ref().and_then(planned_seam)) {
            (Some(seam), _) => seam.beginning(topics),
            // The topics begin at a seam that is still to come.
            (None, Some(_)) => Attachment { since: VirtualTime::NEVER, ..topics },
            (None, None) => topics,
        });
        let with_files = request.task == VerifyTask::Check && part("files").is_some();
        Parts { files: topics.is_none() || with_files, topics }
    }

    /// Returns the seam between the sinks of a world; None if there is none, or it is still to come.
    fn seam_of(world: &StoredWorld) -> Result<Option<Seam>, RunError> {
        let number = world.attachment.as_ref().filter(|whole| planned_seam(whole).is_some()).map(|whole| whole.number);
        Ok(number.map(|number| Seam::read(&world.store, number)).transpose()?.flatten())
    }
}

fn planned_seam(attachment: &Attachment) -> Option<SeamChoice> {
    division_of(&attachment.place)
}
