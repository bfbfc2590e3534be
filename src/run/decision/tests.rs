//! The table of decisions.

mod kafka;

use super::*;
use crate::run::attachment::Phase;
use crate::sink::Instance;
use crate::sink::files::{Altered, Folder, Owner, Reached};
use populace_sim::{Digests, VirtualTime};
use std::path::PathBuf;

const OURS: u128 = 7;

fn place(name: &str) -> SinkPlace {
    SinkPlace::Files { out: name.into() }
}

fn attached(place: SinkPlace, phase: Phase) -> Option<Attachment> {
    Some(Attachment { number: 2, place, phase, base: Digests::default(), since: VirtualTime::from_micros(0) })
}

fn world(attachment: Option<Attachment>) -> Option<WorldFacts> {
    Some(WorldFacts { id: OURS, rules: Versions { world: 1, program: 1 }, attachment, claim: None, left_ahead: false })
}

fn files(owner: Owner) -> FilesFacts {
    FilesFacts {
        place: place("a"),
        out: "a".into(),
        is_file: false,
        owner,
        in_use: None,
        written_by: None,
        reached: Reached::default(),
        altered: None,
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
    check_files(here(), used(Owner::Nobody), Err(Refusal::MarkerGone { out: out() }));
    check_files(here(), used(Owner::World(9, 2)), Err(Refusal::OtherWorld { out: out(), id: 9 }));
    check_files(here(), used(Owner::Unknown), Err(Refusal::UnknownOwner { out: out() }));
}

fn written_by(id: &str, replaced: bool) -> FilesFacts {
    let mut instance = Instance::of_process("d".as_ref(), VirtualTime::from_micros(0));
    instance.id = id.into();
    FilesFacts { written_by: Some(LastWriter { instance, replaced }), ..used(Owner::World(OURS, 2)) }
}

#[test]
fn a_copy_that_did_not_write_last() {
    let here = |claim: Option<FolderClaim>| {
        world(attached(place("a"), Phase::Attached)).map(|world| WorldFacts { claim, ..world })
    };
    let claim = || Some(FolderClaim { instance: "x".into(), over: Some("w".into()) });
    let refused = |files: &FilesFacts| {
        let by = files.written_by.clone().map(|last| Box::new(last.instance)).unwrap();
        Err(Refusal::OtherCopy { out: out(), by })
    };
    check_files(here(claim()), written_by("x", false), Ok(GO_ON));
    check_files(here(claim()), written_by("w", false), Ok(GO_ON));
    check_files(here(claim()), written_by("y", false), refused(&written_by("y", false)));
    check_files(here(claim()), written_by("y", true), Ok(GO_ON));
    // A copy that was made under the release before; and topics that were written under it.
    check_files(here(None), written_by("y", false), refused(&written_by("y", false)));
    check_files(here(claim()), used(Owner::World(OURS, 2)), Ok(GO_ON));
    // What is said of other worlds' topics comes first.
    let other = FilesFacts { owner: Owner::World(9, 2), ..written_by("y", false) };
    check_files(here(claim()), other, Err(Refusal::OtherWorld { out: out(), id: 9 }));
}

#[test]
fn a_finished_day_of_another_size() {
    let altered = Some(Altered { file: "a/f".into(), found: 3, expected: 9 });
    let files = FilesFacts { altered, ..used(Owner::World(OURS, 2)) };
    let refused = Refusal::DayAltered { file: "a/f".into(), found: 3, expected: 9 };
    check_files(world(attached(place("a"), Phase::Attached)), files, Err(refused));
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
