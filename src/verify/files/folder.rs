//! The folder of a world's topics, with the check that it belongs to this world. Must not depend on: the checks of records.

use crate::config::SinkChoice;
use crate::run::{RunError, StoredWorld};
use crate::sink::files::{Owner, read_owner};
use crate::sink::{Attachment, Seam};
use populace_wire::Digests;
use std::path::{Path, PathBuf};

/// The files of a world's topics, in a folder that belongs to this world.
pub(super) struct TopicFiles {
    pub(super) attachment: Attachment,
    pub(super) out: PathBuf,
    /// The digests of the records up to the last checkpoint, or up to the seam at which the files end before it.
    pub(super) covered: Digests,
}

/// Returns the files to check, after a check that they belong to this world.
pub(super) fn files_of(
    world: &StoredWorld,
    sink: Option<&SinkChoice>,
    seam: Option<&Seam>,
) -> Result<TopicFiles, RunError> {
    let nothing = |what: &str| RunError::Answer(format!("there is nothing to verify: {what}"));
    let attachment = world.attachment.clone().ok_or_else(|| nothing("this world has no sink yet"))?;
    let out = match sink {
        Some(sink) if sink.out().is_some() => sink.out().map(Path::to_path_buf).unwrap_or_default(),
        Some(sink) if sink.kind() == "kafka" => return Err(nothing("this world is not attached to a cluster")),
        Some(_) => return Err(nothing("only files and topics of a cluster can be read back")),
        None => match attachment.place.folder(&world.data_dir) {
            Some(out) => out,
            None => return Err(nothing("this world's sink keeps no records; name --sink files")),
        },
    };
    let id = world.store.identity().world_id;
    let covered = seam.filter(|seam| seam.at <= world.meta.time).map_or(world.meta.digests, |seam| seam.digests);
    match read_owner(&out)? {
        Owner::World(world, number) if (world, number) == (id, attachment.number) => {
            Ok(TopicFiles { attachment, out, covered })
        }
        other => Err(RunError::Unequal(stranger(&out, &other, id))),
    }
}

fn stranger(out: &Path, owner: &Owner, id: u128) -> String {
    let out = out.display();
    match owner {
        Owner::World(world, _) if *world == id => {
            format!(
                "{out} holds topics that this world wrote before it went on elsewhere: name the sink that it has now"
            )
        }
        Owner::World(world, _) => format!("{out} holds the topics of another world ({world:032x})"),
        Owner::Unreadable => format!("{out}/.populace does not say whose topics these are: put it back as it was"),
        Owner::Unowned => format!(
            "{out} holds no file .populace, which says that its topics are this world's: put the folder back, or that file"
        ),
    }
}
