//! The decision for topic files. Pure; knows folders and files by what was found of them.

use super::{Decision, Refusal, WorldFacts};
use crate::run::attachment::{Attachment, Phase, SinkPlace};
use crate::sink::Instance;
use crate::sink::files::{Altered, Folder, Owner, Reached};
use std::path::PathBuf;

/// What lies in an output folder.
#[derive(Clone, Debug)]
pub struct FilesFacts {
    /// The folder as the attachment would have it.
    pub place: SinkPlace,
    /// The folder.
    pub out: PathBuf,
    /// Whether it is a file instead.
    pub is_file: bool,
    /// Whose it is.
    pub owner: Owner,
    /// A topic folder that holds something.
    pub in_use: Option<Folder>,
    /// The process that wrote it last; none where an earlier release did.
    pub written_by: Option<LastWriter>,
    /// How far the files go, seen from the checkpoint.
    pub reached: Reached,
    /// A day that was finished before the checkpoint, and whose file has another size by now.
    pub altered: Option<Altered>,
    /// Events to expect of the world on an average day.
    pub events_per_day: f64,
}

/// The process that wrote a folder last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastWriter {
    /// The process.
    pub instance: Instance,
    /// Whether its data directory is no more: this one has taken its place, or there is no world in it.
    pub replaced: bool,
}

/// Days without any file, and events expected in them, beyond which what follows them was not written by this world:
/// no town is silent that long, and nobody moves so many days away between two checkpoints.
const SILENCE_DAYS: i64 = 31;
const SILENCE_EVENTS: f64 = 20_000.0;

/// For a world that is there.
pub(super) fn with_files(world: &WorldFacts, files: &FilesFacts) -> Result<Decision, Refusal> {
    match (files.owner.clone(), &world.attachment) {
        (Owner::World(id, number), Some(attachment)) if id == world.id && number == attachment.number => {
            refuse_other_copy(world, files)?;
            resume(files, attachment)
        }
        (Owner::World(id, _), _) if id == world.id => Err(Refusal::LeftBehind { out: files.out.clone() }),
        (Owner::Nobody, Some(attachment)) if attachment.place == files.place => match attachment.phase {
            Phase::Attached if files.in_use.is_some() => Err(Refusal::MarkerGone { out: files.out.clone() }),
            Phase::Attached => Err(Refusal::TopicsGone { out: files.out.clone() }),
            Phase::Announced => unclaimed(files, Some(world)).map(|()| Decision::FinishAttaching),
        },
        _ => unclaimed(files, Some(world)).map(|()| Decision::Attach),
    }
}

/// Refuses a copy of the world that did not write this folder last. A data directory in whose place this one is was
/// restored or moved: what is in the folder is then compared with the replay.
fn refuse_other_copy(world: &WorldFacts, files: &FilesFacts) -> Result<(), Refusal> {
    let ours = |last: &LastWriter| world.claim.as_ref().is_some_and(|claim| claim.covers(&last.instance.id));
    match &files.written_by {
        Some(last) if !last.replaced && !ours(last) => {
            Err(Refusal::OtherCopy { out: files.out.clone(), by: Box::new(last.instance.clone()) })
        }
        _ => Ok(()),
    }
}

fn resume(files: &FilesFacts, attachment: &Attachment) -> Result<Decision, Refusal> {
    if let Some((file, found, expected)) = files.reached.short.clone() {
        return Err(Refusal::SinkBehind { file, found, expected });
    }
    if let Some(Altered { file, found, expected }) = files.altered.clone() {
        return Err(Refusal::DayAltered { file, found, expected });
    }
    if let Some((file, why)) = stranger(files) {
        return Err(Refusal::Stranger { file, why });
    }
    match attachment.phase {
        Phase::Announced => Ok(Decision::FinishAttaching),
        Phase::Attached => {
            Ok(Decision::Resume { replay: files.reached.beyond, moved: attachment.place != files.place })
        }
    }
}

/// A file beyond the checkpoint that only a replay of years would otherwise find out.
fn stranger(files: &FilesFacts) -> Option<(PathBuf, &'static str)> {
    let reached = &files.reached;
    let other = reached.other.clone().map(|file| (file, "its records are not of its day"));
    let lonely = reached
        .gap
        .clone()
        .filter(|(_, days)| *days > SILENCE_DAYS && *days as f64 * files.events_per_day > SILENCE_EVENTS);
    other.or(lonely.map(|(file, _)| (file, "the days before it have no files")))
}

/// Whether the folder is free to be attached.
pub(super) fn unclaimed(files: &FilesFacts, world: Option<&WorldFacts>) -> Result<(), Refusal> {
    let out = files.out.clone();
    match (&files.owner, world) {
        (Owner::World(id, _), None) => Err(Refusal::NoWorldForTopics { out, id: *id }),
        (Owner::World(id, _), Some(_)) => Err(Refusal::OtherWorld { out, id: *id }),
        (Owner::Unknown, _) => Err(Refusal::UnknownOwner { out }),
        (Owner::Nobody, _) if files.is_file => Err(Refusal::NotAFolder { out }),
        (Owner::Nobody, _) => files.in_use.clone().map_or(Ok(()), |folder| Err(Refusal::InUse { folder })),
    }
}
