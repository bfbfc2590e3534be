//! What to do at start-up: a pure function of facts that were read before. Reads, writes and starts nothing.

use super::attachment::{Attachment, Phase, SinkPlace};
use crate::sink::files::{Folder, Owner, Reached};
use std::path::PathBuf;

/// What was found.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The world, or none in the data directory.
    pub world: Option<WorldFacts>,
    /// The sink that is asked for.
    pub sink: SinkFacts,
}

/// A world that is there.
#[derive(Clone, Debug)]
pub struct WorldFacts {
    /// Its id.
    pub id: u128,
    /// The version of the rules that it lives by, and this program's.
    pub rules: Versions,
    /// Its sink.
    pub attachment: Option<Attachment>,
    /// Whether that sink, where it is not the one asked for, has events beyond the checkpoint.
    pub left_ahead: bool,
}

/// Two versions of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The world's.
    pub world: u32,
    /// This program's.
    pub program: u32,
}

/// The sink that is asked for.
#[derive(Clone, Debug)]
pub enum SinkFacts {
    /// One that keeps nothing that could be read back.
    Unkept(SinkPlace),
    /// Topic files.
    Files(Box<FilesFacts>),
}

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
    /// How far the files go, seen from the checkpoint.
    pub reached: Reached,
    /// Events to expect of the world on an average day.
    pub events_per_day: f64,
}

/// Days without any file, and events expected in them, beyond which what follows them was not written by this world:
/// no town is silent that long, and nobody moves so many days away between two checkpoints.
const SILENCE_DAYS: i64 = 31;
const SILENCE_EVENTS: f64 = 20_000.0;

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Make a new world.
    Birth,
    /// Attach the sink, from the checkpoint on.
    Attach,
    /// Finish attaching the sink, which a crash cut off.
    FinishAttaching,
    /// Go on.
    Resume {
        /// Whether the sink is ahead of the checkpoint (C < K).
        replay: bool,
        /// Whether the sink is found at another place than it was left.
        moved: bool,
    },
}

/// Why not to start.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Topics without their world.
    #[error(
        "{} holds the topics of world {id:032x}, which is not in this data directory: name its --data-dir, or choose \
         another --out",
        out.display()
    )]
    NoWorldForTopics {
        /// The output folder.
        out: PathBuf,
        /// The world that its marker names.
        id: u128,
    },
    /// Topics of another world.
    #[error("{} holds the topics of another world ({id:032x}): choose another --out", out.display())]
    OtherWorld {
        /// The output folder.
        out: PathBuf,
        /// The world that its marker names.
        id: u128,
    },
    /// A marker that is none.
    #[error("{}/.populace does not say whose topics these are: put it back as it was, or choose another --out", out.display())]
    UnknownOwner {
        /// The output folder.
        out: PathBuf,
    },
    /// Files that this world did not write.
    #[error("{} holds {:?}, which this world did not write: choose another --out, or move it away", folder.path.display(), folder.holds)]
    InUse {
        /// The topic folder.
        folder: Folder,
    },
    /// The output folder is something else.
    #[error("--out {} is a file and no folder: choose another --out", out.display())]
    NotAFolder {
        /// What was given.
        out: PathBuf,
    },
    /// A day file that cannot be this world's.
    #[error("{} was not written by this world ({why}): move it away, and run the same command again", file.display())]
    Stranger {
        /// The day file.
        file: PathBuf,
        /// How that is known.
        why: &'static str,
    },
    /// This world's topics are gone.
    #[error("this world writes its topics into {}, and they are not there: put the folder back, or choose another --out, which \
             starts at the last checkpoint", out.display())]
    TopicsGone {
        /// The output folder.
        out: PathBuf,
    },
    /// A sink that the world left.
    #[error("{} holds topics that this world wrote before it went on elsewhere, so records would be missing in them: choose \
             the sink that it was attached to last, or an empty --out", out.display())]
    LeftBehind {
        /// The output folder.
        out: PathBuf,
    },
    /// The checkpoint is ahead of the sink (C > K).
    #[error("{} holds {found} bytes, and this world wrote {expected} before its last checkpoint: put the file back, or choose an \
             empty --out, which starts at the last checkpoint", file.display())]
    SinkBehind {
        /// The day file.
        file: PathBuf,
        /// Bytes that it has.
        found: u64,
        /// Bytes that it had.
        expected: u64,
    },
    /// Other rules, and events to be repeated under the old ones.
    #[error("this world lives by rules {}, this program has rules {}, and the last run was cut off: start the release that \
             it ran under once and stop it, then this one", versions.world, versions.program)]
    OtherRules {
        /// Both versions.
        versions: Versions,
    },
}

/// Decides.
///
/// # Errors
/// Why the run must not start, and what to do about it.
pub fn decide(facts: &Facts) -> Result<Decision, Refusal> {
    match (&facts.world, &facts.sink) {
        (None, SinkFacts::Unkept(_)) => Ok(Decision::Birth),
        (None, SinkFacts::Files(files)) => unclaimed(files, None).map(|()| Decision::Birth),
        (Some(world), sink) => {
            let decision = match sink {
                SinkFacts::Unkept(place) => unkept(world, place),
                SinkFacts::Files(files) => with_files(world, files)?,
            };
            check_rules(world, &decision)
        }
    }
}

fn check_rules(world: &WorldFacts, decision: &Decision) -> Result<Decision, Refusal> {
    let differ = world.rules.world != world.rules.program;
    let ahead = match decision {
        Decision::Resume { replay, .. } => *replay,
        Decision::Attach => world.left_ahead,
        Decision::Birth | Decision::FinishAttaching => false,
    };
    if differ && ahead {
        return Err(Refusal::OtherRules { versions: world.rules });
    }
    Ok(decision.clone())
}

fn unkept(world: &WorldFacts, place: &SinkPlace) -> Decision {
    match &world.attachment {
        Some(attachment) if attachment.place == *place => Decision::Resume { replay: false, moved: false },
        _ => Decision::Attach,
    }
}

fn with_files(world: &WorldFacts, files: &FilesFacts) -> Result<Decision, Refusal> {
    match (files.owner.clone(), &world.attachment) {
        (Owner::World(id, number), Some(attachment)) if id == world.id && number == attachment.number => {
            resume(files, attachment)
        }
        (Owner::World(id, _), _) if id == world.id => Err(Refusal::LeftBehind { out: files.out.clone() }),
        (Owner::Nobody, Some(attachment)) if attachment.place == files.place => match attachment.phase {
            Phase::Attached => Err(Refusal::TopicsGone { out: files.out.clone() }),
            Phase::Announced => unclaimed(files, Some(world)).map(|()| Decision::FinishAttaching),
        },
        _ => unclaimed(files, Some(world)).map(|()| Decision::Attach),
    }
}

fn resume(files: &FilesFacts, attachment: &Attachment) -> Result<Decision, Refusal> {
    if let Some((file, found, expected)) = files.reached.short.clone() {
        return Err(Refusal::SinkBehind { file, found, expected });
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
fn unclaimed(files: &FilesFacts, world: Option<&WorldFacts>) -> Result<(), Refusal> {
    let out = files.out.clone();
    match (&files.owner, world) {
        (Owner::World(id, _), None) => Err(Refusal::NoWorldForTopics { out, id: *id }),
        (Owner::World(id, _), Some(_)) => Err(Refusal::OtherWorld { out, id: *id }),
        (Owner::Unknown, _) => Err(Refusal::UnknownOwner { out }),
        (Owner::Nobody, _) if files.is_file => Err(Refusal::NotAFolder { out }),
        (Owner::Nobody, _) => files.in_use.clone().map_or(Ok(()), |folder| Err(Refusal::InUse { folder })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use populace_sim::{Digests, VirtualTime};

    const OURS: u128 = 7;

    fn place(name: &str) -> SinkPlace {
        SinkPlace::Files { out: name.into() }
    }

    fn attached(place: SinkPlace, phase: Phase) -> Option<Attachment> {
        Some(Attachment { number: 2, place, phase, base: Digests::default(), since: VirtualTime::from_micros(0) })
    }

    fn world(attachment: Option<Attachment>) -> Option<WorldFacts> {
        Some(WorldFacts { id: OURS, rules: Versions { world: 1, program: 1 }, attachment, left_ahead: false })
    }

    fn files(owner: Owner) -> FilesFacts {
        FilesFacts {
            place: place("a"),
            out: "a".into(),
            is_file: false,
            owner,
            in_use: None,
            reached: Reached::default(),
            events_per_day: 1_000.0,
        }
    }

    fn folder() -> Folder {
        Folder { path: "a/t".into(), holds: "x".into() }
    }

    fn used(owner: Owner) -> FilesFacts {
        FilesFacts { in_use: Some(folder()), ..files(owner) }
    }

    fn beyond() -> FilesFacts {
        FilesFacts { reached: Reached { beyond: true, ..Reached::default() }, ..used(Owner::World(OURS, 2)) }
    }

    fn short() -> FilesFacts {
        let reached = Reached { short: Some(("a/f".into(), 3, 9)), ..Reached::default() };
        FilesFacts { reached, ..used(Owner::World(OURS, 2)) }
    }

    fn check(world: Option<WorldFacts>, sink: SinkFacts, expected: Result<Decision, Refusal>) {
        let facts = Facts { world, sink };
        assert_eq!(decide(&facts), expected, "{facts:?}");
    }

    fn check_files(world: Option<WorldFacts>, files: FilesFacts, expected: Result<Decision, Refusal>) {
        check(world, SinkFacts::Files(Box::new(files)), expected);
    }

    fn out() -> PathBuf {
        "a".into()
    }

    const GO_ON: Decision = Decision::Resume { replay: false, moved: false };
    const REPLAY: Decision = Decision::Resume { replay: true, moved: false };

    #[test]
    fn no_world() {
        check(None, SinkFacts::Unkept(SinkPlace::Null), Ok(Decision::Birth));
        check_files(None, files(Owner::Nobody), Ok(Decision::Birth));
        check_files(None, used(Owner::Nobody), Err(Refusal::InUse { folder: folder() }));
        check_files(None, used(Owner::World(9, 1)), Err(Refusal::NoWorldForTopics { out: out(), id: 9 }));
        check_files(None, files(Owner::Unknown), Err(Refusal::UnknownOwner { out: out() }));
        let file = FilesFacts { is_file: true, ..files(Owner::Nobody) };
        check_files(None, file, Err(Refusal::NotAFolder { out: out() }));
    }

    #[test]
    fn the_sink_it_is_attached_to() {
        let here = || world(attached(place("a"), Phase::Attached));
        check_files(here(), used(Owner::World(OURS, 2)), Ok(GO_ON));
        check_files(here(), beyond(), Ok(REPLAY));
        let behind = Refusal::SinkBehind { file: "a/f".into(), found: 3, expected: 9 };
        check_files(here(), short(), Err(behind));
        check_files(here(), files(Owner::Nobody), Err(Refusal::TopicsGone { out: out() }));
        check_files(here(), used(Owner::Nobody), Err(Refusal::TopicsGone { out: out() }));
        check_files(here(), used(Owner::World(9, 2)), Err(Refusal::OtherWorld { out: out(), id: 9 }));
        check_files(here(), used(Owner::Unknown), Err(Refusal::UnknownOwner { out: out() }));
    }

    #[test]
    fn attaching_that_was_cut_off() {
        let here = || world(attached(place("a"), Phase::Announced));
        check_files(here(), files(Owner::Nobody), Ok(Decision::FinishAttaching));
        check_files(here(), files(Owner::World(OURS, 2)), Ok(Decision::FinishAttaching));
        check_files(here(), used(Owner::Nobody), Err(Refusal::InUse { folder: folder() }));
    }

    #[test]
    fn another_sink() {
        let here = || world(attached(place("b"), Phase::Attached));
        check_files(here(), files(Owner::Nobody), Ok(Decision::Attach));
        check_files(here(), used(Owner::World(OURS, 1)), Err(Refusal::LeftBehind { out: out() }));
        let moved = Decision::Resume { replay: false, moved: true };
        check_files(here(), used(Owner::World(OURS, 2)), Ok(moved));
        check(here(), SinkFacts::Unkept(SinkPlace::Null), Ok(Decision::Attach));
        check(world(attached(SinkPlace::Null, Phase::Attached)), SinkFacts::Unkept(SinkPlace::Null), Ok(GO_ON));
        check(world(None), SinkFacts::Unkept(SinkPlace::Stdout), Ok(Decision::Attach));
    }

    #[test]
    fn other_rules_only_where_nothing_is_to_be_repeated() {
        let versions = Versions { world: 1, program: 2 };
        let here = || world(attached(place("a"), Phase::Attached)).map(|w| WorldFacts { rules: versions, ..w });
        check_files(here(), used(Owner::World(OURS, 2)), Ok(GO_ON));
        check_files(here(), beyond(), Err(Refusal::OtherRules { versions }));
    }

    #[test]
    fn other_rules_and_another_sink_only_where_the_old_one_is_not_ahead() {
        let versions = Versions { world: 1, program: 2 };
        let left = |left_ahead| {
            world(attached(place("b"), Phase::Attached)).map(|w| WorldFacts { rules: versions, left_ahead, ..w })
        };
        check_files(left(false), files(Owner::Nobody), Ok(Decision::Attach));
        check_files(left(true), files(Owner::Nobody), Err(Refusal::OtherRules { versions }));
        check(left(true), SinkFacts::Unkept(SinkPlace::Null), Err(Refusal::OtherRules { versions }));
    }

    #[test]
    fn a_file_that_this_world_cannot_have_written_is_found_before_a_replay() {
        let here = || world(attached(place("a"), Phase::Attached));
        let with = |reached: Reached| FilesFacts { reached: Reached { beyond: true, ..reached }, ..beyond() };
        let gap = |days| Reached { gap: Some(("a/f".into(), days)), ..Reached::default() };
        let lonely = Refusal::Stranger { file: "a/f".into(), why: "the days before it have no files" };
        check_files(here(), with(gap(5_000)), Err(lonely));
        check_files(here(), with(gap(20)), Ok(REPLAY));
        let quiet = FilesFacts { events_per_day: 1.0, ..with(gap(5_000)) };
        check_files(here(), quiet, Ok(REPLAY));
        let other = Reached { other: Some("a/g".into()), ..Reached::default() };
        let wrong = Refusal::Stranger { file: "a/g".into(), why: "its records are not of its day" };
        check_files(here(), with(other), Err(wrong));
    }
}
