//! Tests of decisions about topics of Kafka.

use super::*;
use crate::config::{Expired, KafkaPlan};
use crate::sink::TopicNames;
use crate::sink::kafka::facts::{CheckpointState, KafkaFacts, ProgressByWorld, Retention, TimestampRange, TopicState};
use crate::sink::kafka::{BadProgress, KafkaRefusal, Partitions, Progress};
use populace_sim::{STREAMS, Stream};
use populace_wire::Digest;
use std::path::Path;

const TOPICS: [&str; 3] = ["x.a", "x.b", "x.c"];

fn cluster() -> SinkPlace {
    SinkPlace::new("kafka").with("cluster", "c").with("prefix", "x.")
}

fn time(seconds: i64) -> VirtualTime {
    VirtualTime::from_seconds(seconds)
}

/// Returns the values by stream, for the required streams alone.
fn by_stream<T: Default>(three: [T; 3]) -> [T; STREAMS] {
    let mut all = Stream::ALL.map(|_| T::default());
    all.iter_mut().zip(three).for_each(|(place, one)| *place = one);
    all
}

fn names(names: [&str; 3]) -> TopicNames {
    TopicNames::new(Stream::ALL.into_iter().zip(names.map(String::from)))
}

fn partitions(records: u64) -> Partitions {
    let one = || vec![Digest::default(), Digest { count: records, chain: records.into() }];
    Partitions(by_stream([one(), one(), one()]))
}

/// Returns the progress of attachment 2 at 100 s, with 10 records a topic and 3 commands.
fn progress() -> Progress {
    Progress {
        world: "7".into(),
        instance: Instance::of_process(Path::new("d"), time(0)),
        attachment: 2,
        epoch: 5,
        time: time(100),
        topics: names(TOPICS),
        partitions: partitions(10),
        commands: Digest { count: 3, chain: 0 },
        rules: 1,
    }
}

fn seen(partitions: u32) -> Option<TopicState> {
    let retention = Retention::planned(&KafkaPlan::default());
    Some(TopicState { partitions, has_records: true, ends: vec![100; partitions as usize], retention })
}

/// Returns the topics of this world, with a checkpoint at their ends.
fn ours() -> KafkaFacts {
    KafkaFacts {
        place: cluster(),
        brokers: "b:1".into(),
        topics: names(TOPICS),
        progress: "x.populace.progress".into(),
        progress_by_world: ProgressByWorld { ours: Some(Ok(progress())), others: Vec::new() },
        seen: by_stream([seen(2), seen(2), seen(2)]),
        planned: Retention::planned(&KafkaPlan::default()),
        progress_retention: Some(compacted()),
        timestamps: timestamps(time(100), time(200)),
        expired: Expired::Refuse,
        checkpoint: Some(CheckpointState {
            time: time(100),
            partitions: partitions(10),
            commands: Digest { count: 3, chain: 0 },
            logged: 4,
        }),
    }
}

fn compacted() -> Retention {
    Retention { compacts: true, deletes: false, ..Retention::planned(&KafkaPlan::default()) }
}

fn timestamps(oldest: VirtualTime, now: VirtualTime) -> TimestampRange {
    TimestampRange { oldest, newest: None, now, batch_bytes: 1_000_000 }
}

fn nobodys() -> KafkaFacts {
    KafkaFacts { progress_by_world: ProgressByWorld::default(), seen: by_stream([None, None, None]), ..ours() }
}

fn at(time: VirtualTime, records: u64, commands: u64) -> Option<CheckpointState> {
    let commands = Digest { count: commands, chain: 0 };
    Some(CheckpointState { time, partitions: partitions(records), commands, logged: 4 })
}

fn here(phase: Phase) -> Option<WorldFacts> {
    world(attached(cluster(), phase))
}

#[track_caller]
fn check_topics(world: Option<WorldFacts>, kafka: KafkaFacts, expected: Result<Decision, KafkaRefusal>) {
    check(world, &kafka, expected.map_err(SinkRefusal::from));
}

#[track_caller]
fn check_refused(world: Option<WorldFacts>, kafka: KafkaFacts, fits: fn(&KafkaRefusal) -> bool) {
    let decided = decide(&Facts { world, sink: &kafka });
    let fits = match &decided {
        Err(Refusal::Sink(refusal)) => refusal.reason().is_some_and(fits),
        _ => false,
    };
    assert!(fits, "{decided:?} of {kafka:?}");
}

#[test]
fn no_world() {
    let empty = seen(1).map(|seen| TopicState { has_records: false, ..seen });
    check_topics(None, nobodys(), Ok(Decision::Create));
    check_topics(None, KafkaFacts { seen: by_stream([empty, None, None]), ..nobodys() }, Ok(Decision::Create));
    let used = KafkaFacts { seen: by_stream([None, seen(1), None]), ..nobodys() };
    check_topics(None, used, Err(KafkaRefusal::TopicInUse { topic: "x.b".into() }));
    let claimed = ProgressByWorld { ours: None, others: vec![progress()] };
    check_refused(
        None,
        KafkaFacts { progress_by_world: claimed, ..nobodys() },
        |refusal| matches!(refusal, KafkaRefusal::OtherWorldsTopic { topic, world, .. } if topic == "x.a" && world == "7"),
    );
    let elsewhere = Progress { topics: names(["y.a", "y.b", "y.c"]), ..progress() };
    let progress_by_world = ProgressByWorld { ours: None, others: vec![elsewhere] };
    check_topics(None, KafkaFacts { progress_by_world, ..nobodys() }, Ok(Decision::Create));
}

#[test]
fn the_topics_it_is_attached_to() {
    let attached = || here(Phase::Attached);
    check_topics(attached(), ours(), Ok(GO_ON));
    for checkpoint in [at(time(50), 4, 1), at(time(50), 10, 3)] {
        check_topics(attached(), KafkaFacts { checkpoint, ..ours() }, Ok(REPLAY));
    }
    for checkpoint in [at(time(101), 10, 3), at(time(100), 11, 3), at(time(100), 10, 4)] {
        let ahead = KafkaFacts { checkpoint, ..ours() };
        check_refused(attached(), ahead, |refusal| matches!(refusal, KafkaRefusal::TopicsBehind { .. }));
    }
    let gone = KafkaFacts { progress_by_world: ProgressByWorld::default(), ..ours() };
    check_refused(attached(), gone, |refusal| matches!(refusal, KafkaRefusal::ProgressGone { .. }));
    let missing = KafkaFacts { seen: by_stream([seen(2), None, seen(2)]), ..ours() };
    check_topics(attached(), missing, Err(KafkaRefusal::TopicGone { topic: "x.b".into() }));
    let grown = KafkaFacts { seen: by_stream([seen(2), seen(2), seen(3)]), ..ours() };
    let refusal = KafkaRefusal::OtherPartitions { topic: "x.c".into(), found: 3, expected: 2 };
    check_topics(attached(), grown, Err(refusal));
}

#[test]
fn topics_that_were_made_again_or_lost_records() {
    let ending = |end| seen(2).map(|seen| TopicState { has_records: false, ends: vec![0, end], ..seen });
    let facts = |end| KafkaFacts { seen: by_stream([seen(2), ending(end), seen(2)]), ..ours() };
    check_topics(here(Phase::Attached), facts(10), Ok(GO_ON));
    let lost = KafkaRefusal::RecordsLost { topic: "x.b".into(), partition: 1, found: 9, expected: 10 };
    check_topics(here(Phase::Attached), facts(9), Err(lost));
}

#[test]
fn an_older_copy_of_the_world_is_told() {
    let known = at(time(50), 4, 1).map(|state| CheckpointState { logged: 2, ..state });
    check_refused(here(Phase::Attached), KafkaFacts { checkpoint: known, ..ours() }, |refusal| {
        matches!(refusal, KafkaRefusal::UnknownCommands { found: 3, known: 2, .. })
    });
}

#[test]
fn attaching_that_was_cut_off() {
    check_topics(here(Phase::Announced), nobodys(), Ok(Decision::FinishAttaching));
    check_topics(here(Phase::Announced), ours(), Ok(Decision::FinishAttaching));
    let ahead = KafkaFacts { checkpoint: at(time(50), 4, 1), ..ours() };
    check_topics(here(Phase::Announced), ahead, Ok(REPLAY));
}

#[test]
fn topics_that_it_left_or_never_had() {
    let elsewhere = || world(attached(place("a"), Phase::Attached));
    check_topics(elsewhere(), nobodys(), Ok(Decision::Attach));
    check_topics(world(None), nobodys(), Ok(Decision::Attach));
    let left = KafkaRefusal::TopicLeftBehind { topic: "x.a".into() };
    check_topics(elsewhere(), ours(), Err(left.clone()));
    let older = ProgressByWorld { ours: Some(Ok(Progress { attachment: 1, ..progress() })), others: Vec::new() };
    check_topics(here(Phase::Attached), KafkaFacts { progress_by_world: older, ..ours() }, Err(left));
    let newer = ProgressByWorld { ours: Some(Err(BadProgress::Version(9))), others: Vec::new() };
    check_refused(here(Phase::Attached), KafkaFacts { progress_by_world: newer, ..ours() }, |refusal| {
        refusal.to_string().contains("version 9")
    });
}

#[test]
fn topics_that_would_not_keep_what_is_sent() {
    let week = Retention { retention_ms: Some(7 * 86_400_000), ..Retention::planned(&KafkaPlan::default()) };
    let timestamps = timestamps(time(0), time(30 * 86_400));
    let short = seen(2).map(|seen| TopicState { retention: week.clone(), ..seen });
    let short = KafkaFacts { seen: by_stream([seen(2), short, seen(2)]), timestamps, ..ours() };
    check_refused(
        here(Phase::Attached),
        short.clone(),
        |refusal| matches!(refusal, KafkaRefusal::RetentionConflict { topic, setting, .. } if topic == "x.b" && setting == "retention.ms=-1"),
    );
    check_topics(here(Phase::Attached), KafkaFacts { expired: Expired::Allow, ..short }, Ok(GO_ON));
    let planned = KafkaFacts { planned: week, timestamps, ..nobodys() };
    check_refused(None, planned, |refusal| matches!(refusal, KafkaRefusal::PlannedRetentionConflict { .. }));
}

#[test]
fn a_progress_topic_that_would_lose_the_progress() {
    let week = Retention { retention_ms: Some(7 * 86_400_000), ..Retention::planned(&KafkaPlan::default()) };
    let expiring = || KafkaFacts { progress_retention: Some(week.clone()), ..ours() };
    let fits: fn(&KafkaRefusal) -> bool = |refusal| {
        matches!(refusal, KafkaRefusal::RetentionConflict { topic, setting, .. }
            if topic == "x.populace.progress" && setting == "cleanup.policy=compact")
    };
    check_refused(here(Phase::Attached), expiring(), fits);
    check_refused(
        None,
        KafkaFacts { progress_by_world: ProgressByWorld::default(), seen: Default::default(), ..expiring() },
        fits,
    );
    check_topics(here(Phase::Attached), KafkaFacts { expired: Expired::Allow, ..expiring() }, Ok(GO_ON));
    let both = Retention { compacts: true, ..week.clone() };
    check_refused(here(Phase::Attached), KafkaFacts { progress_retention: Some(both), ..ours() }, fits);
    check_topics(here(Phase::Attached), KafkaFacts { progress_retention: None, ..ours() }, Ok(GO_ON));
}

#[test]
fn other_rules_are_taken_over_only_where_nothing_is_to_be_repeated() {
    let versions = Versions { world: 1, program: 2 };
    let other = |phase| here(phase).map(|world| WorldFacts { rules: versions, ..world });
    check_topics(other(Phase::Attached), ours(), Ok(GO_ON));
    let ahead = KafkaFacts { checkpoint: at(time(50), 4, 1), ..ours() };
    check(other(Phase::Attached), &ahead, Err(Refusal::OtherRules { versions }));
}
