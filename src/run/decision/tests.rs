//! Tests of the table of decisions.

mod kafka;

use super::*;
use crate::sink::files::{
    AlteredDay, FilesExtent, FilesFacts, FilesRefusal, FolderClaim, LastWriter, OccupiedFolder, Owner,
};
use crate::sink::{Instance, Phase, SinkPlace, SinkRefusal, UnreadableFacts};
use populace_sim::VirtualTime;
use populace_wire::Digests;
use std::path::{Path, PathBuf};

const OURS: u128 = 7;

fn place(name: &str) -> SinkPlace {
    SinkPlace::new("files").in_folder(Path::new(name))
}

fn null() -> SinkPlace {
    SinkPlace::new("null")
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
        claim: None,
        written_by: None,
        extent: FilesExtent::default(),
        altered: None,
        events_per_day: 1_000.0,
    }
}

fn folder() -> OccupiedFolder {
    OccupiedFolder { path: "a/t".into(), holds: "x".into() }
}

fn used(owner: Owner) -> FilesFacts {
    FilesFacts { in_use: Some(folder()), ..files(owner) }
}

fn beyond() -> FilesFacts {
    FilesFacts { extent: FilesExtent { beyond: true, ..FilesExtent::default() }, ..used(Owner::World(OURS, 2)) }
}

fn short() -> FilesFacts {
    let extent = FilesExtent { short: Some(("a/f".into(), 3, 9)), ..FilesExtent::default() };
    FilesFacts { extent, ..used(Owner::World(OURS, 2)) }
}

/// Compares with every field of the decision or refusal.
#[track_caller]
fn check<E: Into<Refusal>>(world: Option<WorldFacts>, sink: &dyn SinkFacts, expected: Result<Decision, E>) {
    let facts = Facts { world, sink };
    let expected: Result<Decision, Refusal> = expected.map_err(Into::into);
    assert_eq!(format!("{:?}", decide(&facts)), format!("{expected:?}"), "{facts:?}");
}

#[track_caller]
fn check_files(world: Option<WorldFacts>, files: FilesFacts, expected: Result<Decision, FilesRefusal>) {
    check(world, &files, expected.map_err(SinkRefusal::from));
}

#[track_caller]
fn check_unreadable(world: Option<WorldFacts>, place: SinkPlace, expected: Result<Decision, Refusal>) {
    check(world, &UnreadableFacts { place }, expected);
}

fn out() -> PathBuf {
    "a".into()
}

const GO_ON: Decision = Decision::Resume { replay: false, moved: false };
const REPLAY: Decision = Decision::Resume { replay: true, moved: false };

#[test]
fn no_world() {
    check_unreadable(None, null(), Ok(Decision::Create));
    check_files(None, files(Owner::Unowned), Ok(Decision::Create));
    check_files(None, used(Owner::Unowned), Err(FilesRefusal::InUse { folder: folder() }));
    check_files(None, used(Owner::World(9, 1)), Err(FilesRefusal::NoWorldForTopics { out: out(), id: 9 }));
    check_files(None, files(Owner::Unreadable), Err(FilesRefusal::UnknownOwner { out: out() }));
    let file = FilesFacts { is_file: true, ..files(Owner::Unowned) };
    check_files(None, file, Err(FilesRefusal::NotAFolder { out: out() }));
}

#[test]
fn the_sink_it_is_attached_to() {
    let here = || world(attached(place("a"), Phase::Attached));
    check_files(here(), used(Owner::World(OURS, 2)), Ok(GO_ON));
    check_files(here(), beyond(), Ok(REPLAY));
    let behind = FilesRefusal::SinkBehind { file: "a/f".into(), found: 3, expected: 9 };
    check_files(here(), short(), Err(behind));
    check_files(here(), files(Owner::Unowned), Err(FilesRefusal::TopicsGone { out: out() }));
    check_files(here(), used(Owner::Unowned), Err(FilesRefusal::MarkerGone { out: out() }));
    check_files(here(), used(Owner::World(9, 2)), Err(FilesRefusal::OtherWorld { out: out(), id: 9 }));
    check_files(here(), used(Owner::Unreadable), Err(FilesRefusal::UnknownOwner { out: out() }));
}

fn written_by(id: &str, replaced: bool) -> FilesFacts {
    let mut instance = Instance::of_process("d".as_ref(), VirtualTime::from_micros(0));
    instance.id = id.into();
    FilesFacts { written_by: Some(LastWriter { instance, replaced }), ..used(Owner::World(OURS, 2)) }
}

#[test]
fn a_copy_that_did_not_write_last() {
    let here = || world(attached(place("a"), Phase::Attached));
    let claimed = |files: FilesFacts| {
        let claim = FolderClaim { instance: "x".into(), over: Some("w".into()) };
        FilesFacts { claim: Some(claim), ..files }
    };
    let refused = |files: &FilesFacts| {
        let by = files.written_by.clone().map(|last| Box::new(last.instance)).unwrap();
        Err(FilesRefusal::OtherCopy { out: out(), by })
    };
    check_files(here(), claimed(written_by("x", false)), Ok(GO_ON));
    check_files(here(), claimed(written_by("w", false)), Ok(GO_ON));
    check_files(here(), claimed(written_by("y", false)), refused(&written_by("y", false)));
    check_files(here(), claimed(written_by("y", true)), Ok(GO_ON));
    // A copy that was made under the previous release; and topics that were written under it.
    check_files(here(), written_by("y", false), refused(&written_by("y", false)));
    check_files(here(), claimed(used(Owner::World(OURS, 2))), Ok(GO_ON));
    // Facts about the topics of other worlds take precedence.
    let other = FilesFacts { owner: Owner::World(9, 2), ..claimed(written_by("y", false)) };
    check_files(here(), other, Err(FilesRefusal::OtherWorld { out: out(), id: 9 }));
}

#[test]
fn a_finished_day_of_another_size() {
    let altered = Some(AlteredDay { file: "a/f".into(), found: 3, expected: 9 });
    let files = FilesFacts { altered, ..used(Owner::World(OURS, 2)) };
    let refused = FilesRefusal::DayAltered { file: "a/f".into(), found: 3, expected: 9 };
    check_files(world(attached(place("a"), Phase::Attached)), files, Err(refused));
}

#[test]
fn attaching_that_was_cut_off() {
    let here = || world(attached(place("a"), Phase::Announced));
    check_files(here(), files(Owner::Unowned), Ok(Decision::FinishAttaching));
    check_files(here(), files(Owner::World(OURS, 2)), Ok(Decision::FinishAttaching));
    check_files(here(), used(Owner::Unowned), Err(FilesRefusal::InUse { folder: folder() }));
}

#[test]
fn another_sink() {
    let here = || world(attached(place("b"), Phase::Attached));
    check_files(here(), files(Owner::Unowned), Ok(Decision::Attach));
    check_files(here(), used(Owner::World(OURS, 1)), Err(FilesRefusal::LeftBehind { out: out() }));
    let moved = Decision::Resume { replay: false, moved: true };
    check_files(here(), used(Owner::World(OURS, 2)), Ok(moved));
    check_unreadable(here(), null(), Ok(Decision::Attach));
    check_unreadable(world(attached(null(), Phase::Attached)), null(), Ok(GO_ON));
    check_unreadable(world(None), SinkPlace::new("stdout"), Ok(Decision::Attach));
}

#[test]
fn other_rules_only_where_nothing_is_to_be_repeated() {
    let versions = Versions { world: 1, program: 2 };
    let here = || world(attached(place("a"), Phase::Attached)).map(|w| WorldFacts { rules: versions, ..w });
    check_files(here(), used(Owner::World(OURS, 2)), Ok(GO_ON));
    check(here(), &beyond(), Err(Refusal::OtherRules { versions }));
}

#[test]
fn other_rules_and_another_sink_only_where_the_old_one_is_not_ahead() {
    let versions = Versions { world: 1, program: 2 };
    let left = |left_ahead| {
        world(attached(place("b"), Phase::Attached)).map(|w| WorldFacts { rules: versions, left_ahead, ..w })
    };
    check_files(left(false), files(Owner::Unowned), Ok(Decision::Attach));
    check(left(true), &files(Owner::Unowned), Err(Refusal::OtherRules { versions }));
    check_unreadable(left(true), null(), Err(Refusal::OtherRules { versions }));
}

#[test]
fn a_file_that_this_world_cannot_have_written_is_found_before_a_replay() {
    let here = || world(attached(place("a"), Phase::Attached));
    let with = |extent: FilesExtent| FilesFacts { extent: FilesExtent { beyond: true, ..extent }, ..beyond() };
    let gap = |days| FilesExtent { gap: Some(("a/f".into(), days)), ..FilesExtent::default() };
    let lonely = FilesRefusal::Stranger { file: "a/f".into(), why: "the days before it have no files" };
    check_files(here(), with(gap(5_000)), Err(lonely));
    check_files(here(), with(gap(20)), Ok(REPLAY));
    let quiet = FilesFacts { events_per_day: 1.0, ..with(gap(5_000)) };
    check_files(here(), quiet, Ok(REPLAY));
    let other = FilesExtent { other: Some("a/g".into()), ..FilesExtent::default() };
    let wrong = FilesRefusal::Stranger { file: "a/g".into(), why: "its records are not of its day" };
    check_files(here(), with(other), Err(wrong));
}
