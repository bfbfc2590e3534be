//! The relation of topic files to a world at a start. Pure: the results follow from facts that were read before.

use super::claim::FolderClaim;
use super::extent::{FilesExtent, OccupiedFolder};
use super::place::value_at;
use super::refusal::FilesRefusal;
use super::{AlteredDay, Owner};
use crate::config::FileShape;
use crate::sink::{Attachment, Instance, Phase, SinkFacts, SinkPlace, SinkRefusal, Standing};
use std::path::PathBuf;

/// The facts about an output folder.
#[derive(Clone, Debug)]
pub(crate) struct FilesFacts {
    /// The folder as the attachment would save it.
    pub(crate) place: SinkPlace,
    /// The folder.
    pub(crate) out: PathBuf,
    /// True if the path is a file instead of a folder.
    pub(crate) is_file: bool,
    /// The owner of the folder.
    pub(crate) owner: Owner,
    /// A topic folder that is not empty; None if all are empty or missing.
    pub(crate) in_use: Option<OccupiedFolder>,
    /// The world's claim to a folder; None if the world wrote files under an earlier release, or never.
    pub(crate) claim: Option<FolderClaim>,
    /// The last process that wrote the folder; None if an earlier release did.
    pub(crate) written_by: Option<LastWriter>,
    /// The extent of the files beyond the checkpoint.
    pub(crate) extent: FilesExtent,
    /// A day that was finished before the checkpoint, and whose file now has another size.
    pub(crate) altered: Option<AlteredDay>,
    /// The expected number of events on an average day.
    pub(crate) events_per_day: f64,
}

/// The last process that wrote a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LastWriter {
    /// The process.
    pub(crate) instance: Instance,
    /// True if its data directory is gone: this one has taken its place, or no world is in it any more.
    pub(crate) replaced: bool,
}

/// The number of days without any file, and of events expected in them, beyond which later files were not written by
/// this world: no town is silent that long, and that many days are not moved away between two checkpoints.
const SILENCE_DAYS: i64 = 31;
const SILENCE_EVENTS: f64 = 20_000.0;

impl SinkFacts for FilesFacts {
    fn check_free(&self) -> Result<(), SinkRefusal> {
        Ok(unclaimed(self, None)?)
    }

    fn standing(&self, id: u128, attachment: Option<&Attachment>) -> Result<Standing, SinkRefusal> {
        Ok(with_files(self, id, attachment)?)
    }
}

fn with_files(files: &FilesFacts, id: u128, attachment: Option<&Attachment>) -> Result<Standing, FilesRefusal> {
    match (files.owner.clone(), attachment) {
        (Owner::World(found, number), Some(attachment)) if found == id && number == attachment.number => {
            refuse_other_copy(files)?;
            refuse_other_shape(files, attachment)?;
            resume(files, attachment)
        }
        (Owner::World(found, _), _) if found == id => Err(FilesRefusal::LeftBehind { out: files.out.clone() }),
        (Owner::Unowned, Some(attachment)) if attachment.place == files.place => match attachment.phase {
            Phase::Attached if files.in_use.is_some() => Err(FilesRefusal::MarkerGone { out: files.out.clone() }),
            Phase::Attached => Err(FilesRefusal::TopicsGone { out: files.out.clone() }),
            Phase::Announced => unclaimed(files, Some(id)).map(|()| Standing::HalfAttached),
        },
        _ => unclaimed(files, Some(id)).map(|()| Standing::Free),
    }
}

/// Refuses a copy of the world that did not write this folder last. If the last writer's data directory was replaced by
/// this one, it was restored or moved: the replay then compares the contents of the folder.
fn refuse_other_copy(files: &FilesFacts) -> Result<(), FilesRefusal> {
    let ours = |last: &LastWriter| files.claim.as_ref().is_some_and(|claim| claim.covers(&last.instance.id));
    match &files.written_by {
        Some(last) if !last.replaced && !ours(last) => {
            Err(FilesRefusal::OtherCopy { out: files.out.clone(), by: Box::new(last.instance.clone()) })
        }
        _ => Ok(()),
    }
}

/// Refuses another shape than that of the files in the folder.
fn refuse_other_shape(files: &FilesFacts, attachment: &Attachment) -> Result<(), FilesRefusal> {
    let values = |key| (value_at(&attachment.place, key), value_at(&files.place, key));
    let other = FileShape::KEYS.into_iter().find(|key| values(key).0 != values(key).1);
    other.map_or(Ok(()), |key| {
        let (there, here) = values(key);
        Err(FilesRefusal::OtherShape { out: files.out.clone(), key, there, here })
    })
}

fn resume(files: &FilesFacts, attachment: &Attachment) -> Result<Standing, FilesRefusal> {
    if let Some((file, found, expected)) = files.extent.short.clone() {
        return Err(FilesRefusal::SinkBehind { file, found, expected });
    }
    if let Some(AlteredDay { file, found, expected }) = files.altered.clone() {
        return Err(FilesRefusal::DayAltered { file, found, expected });
    }
    if let Some((file, why)) = stranger(files) {
        return Err(FilesRefusal::Stranger { file, why });
    }
    match attachment.phase {
        Phase::Announced => Ok(Standing::HalfAttached),
        Phase::Attached => Ok(Standing::Own { ahead: files.extent.beyond, moved: attachment.place != files.place }),
    }
}

/// Returns a file beyond the checkpoint that this world cannot have written. A replay might reach it only after years.
fn stranger(files: &FilesFacts) -> Option<(PathBuf, &'static str)> {
    let extent = &files.extent;
    let other = extent.other.clone().map(|file| (file, "its records are not of its day"));
    let lonely = extent
        .gap
        .clone()
        .filter(|(_, days)| *days > SILENCE_DAYS && *days as f64 * files.events_per_day > SILENCE_EVENTS);
    other.or(lonely.map(|(file, _)| (file, "the days before it have no files")))
}

/// Checks that the folder is free; `world` is the id of the stored world, if any.
fn unclaimed(files: &FilesFacts, world: Option<u128>) -> Result<(), FilesRefusal> {
    let out = files.out.clone();
    match (&files.owner, world) {
        (Owner::World(id, _), None) => Err(FilesRefusal::NoWorldForTopics { out, id: *id }),
        (Owner::World(id, _), Some(_)) => Err(FilesRefusal::OtherWorld { out, id: *id }),
        (Owner::Unreadable, _) => Err(FilesRefusal::UnknownOwner { out }),
        (Owner::Unowned, _) if files.is_file => Err(FilesRefusal::NotAFolder { out }),
        (Owner::Unowned, _) => files.in_use.clone().map_or(Ok(()), |folder| Err(FilesRefusal::InUse { folder })),
    }
}
