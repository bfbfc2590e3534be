//! `populace verify`: the comparison of the sink with the world. Writes only a lost progress record, and only on
//! request. Must not depend on: requests to a running world.

mod files;
mod kafka;
mod replay;
mod request;

use crate::UsageError;
use crate::config::SinkChoice;
use crate::run::{RunError, StoredWorld};
use crate::sink::Attachment;
use crate::sink::kafka::prefix_of;
pub use request::{VerifyRequest, VerifyTask};

/// Runs `populace verify`, with its report on standard output.
///
/// # Errors
/// The first fault, with its file and line or its partition and offset; or the reason why nothing could be checked.
pub fn verify(request: &VerifyRequest) -> Result<(), RunError> {
    let world = StoredWorld::look(&request.data_dir)?;
    let town = world.town()?;
    if let Some(attachment) = cluster_of(&world, request.sink.as_ref()) {
        return kafka::verify(&world, &town, attachment, request);
    }
    if request.task == VerifyTask::RebuildProgress {
        let error = UsageError::new(
            "--rebuild-progress: this world does not write into a cluster, and keeps no progress there",
        );
        return Err(error.help("leave it out").into());
    }
    files::verify(&world, &town, request)
}

/// Returns the attachment; None if it is not a cluster or another sink is named.
fn cluster_of<'a>(world: &'a StoredWorld, sink: Option<&SinkChoice>) -> Option<&'a Attachment> {
    let named = sink.is_none_or(|sink| sink.kind() == "kafka");
    world.attachment.as_ref().filter(|one| named && prefix_of(&one.place).is_some())
}
