//! The metrics of a run: gathers what the board, the process and this interface know. Waits a moment at most.

use super::metric::{Metric, Writer};
use super::shared::{Common, Found};
use crate::board::{Board, Phase};
use crate::run::{cpu_seconds, resident_bytes};
use populace_sim::{RULES_VERSION, STREAMS, Stream, Town};

/// All metrics as text.
pub(super) async fn written(common: &Common) -> String {
    let (board, mut out) = (common.desk.board(), Writer::default());
    let rules = RULES_VERSION.to_string();
    out.many(Metric::Build, [(&[("version", env!("CARGO_PKG_VERSION")), ("rules", rules.as_str())][..], 1.0)]);
    clock(board, common, &mut out);
    if let Some(town) = board.town() {
        events(board, &town, common, &mut out);
        out.one(Metric::People, town.scenario().world.people);
        out.one(Metric::Drivers, town.driver_count());
    }
    found(common.found().await, &mut out);
    sink(board, &mut out);
    checkpoints(board, &mut out);
    process(common, &mut out);
    interface(board, common, &mut out);
    out.finish()
}

fn truth(is: bool) -> f64 {
    f64::from(u8::from(is))
}

fn clock(board: &Board, common: &Common, out: &mut Writer) {
    let phase = board.phase();
    out.one(Metric::Ready, truth(board.hindrance().is_none()));
    let phases = [Phase::Starting, Phase::Repeating, Phase::Running, Phase::Stopping];
    let labels = phases.map(|one| [("phase", one.name())]);
    out.many(Metric::Phase, labels.iter().zip(phases).map(|(label, one)| (&label[..], truth(one == phase))));
    out.one(Metric::Paused, truth(board.clock().paused));
    out.one(Metric::Live, truth(board.is_live()));
    if let Some(now) = board.now() {
        out.one(Metric::VirtualTime, now.micros() as f64 * 1e-6);
    }
    if let Some(lag) = board.lag_seconds() {
        out.one(Metric::Lag, lag);
    }
    out.one(Metric::Ahead, board.ahead().as_seconds_f64());
    out.one(Metric::Leap, board.leap().as_seconds_f64());
    out.one(Metric::Speed, common.rates().speed);
}

fn events(board: &Board, town: &Town, common: &Common, out: &mut Writer) {
    let Some(facts) = board.facts() else { return };
    let topics: Vec<(Stream, [(&str, &str); 1])> =
        town.streams().map(|stream| (stream, [("topic", town.topic_name(stream))])).collect();
    let mut by_topic = |metric, values: [f64; STREAMS]| {
        out.many(metric, topics.iter().map(|(stream, topic)| (&topic[..], values[*stream as usize])));
    };
    by_topic(Metric::Events, facts.published.counts().map(|count| count as f64));
    by_topic(Metric::Rate, common.rates().events);
    out.one(Metric::Repeated, facts.published.known() as f64);
    out.one(Metric::WindowSizer, board.waiting() as f64);
    out.one(Metric::Mail, (facts.mail)() as f64);
    out.one(Metric::Uptime, facts.began.elapsed().as_secs_f64());
}

fn found(found: Found, out: &mut Writer) {
    let Found { campaigns, drifts, visits, trips } = found;
    let all =
        [(Metric::Campaigns, campaigns), (Metric::Drifts, drifts), (Metric::Visits, visits), (Metric::Trips, trips)];
    all.into_iter().for_each(|(metric, count)| {
        count.into_iter().for_each(|count| out.one(metric, count as f64));
    });
}

fn sink(board: &Board, out: &mut Writer) {
    let contact = &board.contact;
    out.histogram(Metric::Commit, &contact.commits.lengths());
    out.histogram(Metric::Epoch, &contact.epochs.lengths());
    out.one(Metric::Faults, contact.retries() as f64);
    out.one(Metric::Away, contact.outage().map_or(0.0, |(since, _)| since.as_secs_f64()));
}

fn checkpoints(board: &Board, out: &mut Writer) {
    let saved = board.saved();
    out.histogram(Metric::Checkpoint, &board.checkpoints.lengths());
    out.one(Metric::CheckpointBytes, saved.bytes as f64);
    if let Some((done, at)) = saved.last {
        out.one(Metric::CheckpointSize, done.bytes as f64);
        out.one(Metric::CheckpointAge, at.elapsed().as_secs_f64());
        out.one(Metric::CheckpointTime, done.time.micros() as f64 * 1e-6);
    }
}

fn process(common: &Common, out: &mut Writer) {
    if let Ok(disk) = rustix::fs::statvfs(&common.data_dir) {
        out.one(Metric::DiskFree, disk.f_bavail as f64 * disk.f_frsize as f64);
        out.one(Metric::DiskSize, disk.f_blocks as f64 * disk.f_frsize as f64);
    }
    if let Some(bytes) = resident_bytes() {
        out.one(Metric::Memory, bytes as f64);
    }
    if let Some(seconds) = cpu_seconds() {
        out.one(Metric::Processor, seconds);
    }
}

fn interface(board: &Board, common: &Common, out: &mut Writer) {
    let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"].map(|class| [("status", class)]);
    let answered = classes.iter().zip(common.answered());
    out.many(Metric::Answers, answered.map(|(class, count)| (&class[..], count as f64)));
    out.one(Metric::Readers, board.tail.watchers() as f64);
    out.one(Metric::Missed, board.tail.all_missed() as f64);
}
