//! The metrics of a run, from the status, the process and this interface. Waits for the run loop a second at most.

use super::metric::{Metric, Writer};
use super::shared::{Common, Found};
use crate::run::{cpu_seconds, resident_bytes};
use crate::status::{RunPhase, RunStatus};
use populace_sim::{RULES_VERSION, STREAMS, Stream, Town};

/// Returns all metrics as text.
pub(super) async fn written(common: &Common) -> String {
    let (status, mut out) = (common.handler.status(), Writer::default());
    let rules = RULES_VERSION.to_string();
    out.many(Metric::Build, [(&[("version", env!("CARGO_PKG_VERSION")), ("rules", rules.as_str())][..], 1.0)]);
    clock(status, common, &mut out);
    if let Some(town) = status.town() {
        events(status, &town, common, &mut out);
        out.one(Metric::People, town.scenario().world.people);
        out.one(Metric::Drivers, town.driver_count());
    }
    found(common.found().await, &mut out);
    sink(status, &mut out);
    checkpoints(status, &mut out);
    process(common, &mut out);
    interface(status, common, &mut out);
    out.finish()
}

fn truth(is: bool) -> f64 {
    f64::from(u8::from(is))
}

fn clock(status: &RunStatus, common: &Common, out: &mut Writer) {
    let phase = status.phase();
    out.one(Metric::Ready, truth(status.not_ready_reason().is_none()));
    let phases = [RunPhase::Starting, RunPhase::Replaying, RunPhase::Running, RunPhase::Stopping];
    let labels = phases.map(|one| [("phase", one.name())]);
    out.many(Metric::Phase, labels.iter().zip(phases).map(|(label, one)| (&label[..], truth(one == phase))));
    out.one(Metric::Paused, truth(status.clock().paused));
    out.one(Metric::Live, truth(status.is_live()));
    if let Some(now) = status.virtual_now() {
        out.one(Metric::VirtualTime, now.micros() as f64 * 1e-6);
    }
    if let Some(lag) = status.lag_seconds() {
        out.one(Metric::Lag, lag);
    }
    out.one(Metric::Ahead, status.ahead().as_seconds_f64());
    out.one(Metric::Leap, status.clock_leap().as_seconds_f64());
    out.one(Metric::Speed, common.rates().speed);
}

fn events(status: &RunStatus, town: &Town, common: &Common, out: &mut Writer) {
    let Some(facts) = status.facts() else { return };
    let topics: Vec<(Stream, [(&str, &str); 1])> =
        town.streams().map(|stream| (stream, [("topic", town.topic_name(stream))])).collect();
    let mut by_topic = |metric, values: [f64; STREAMS]| {
        out.many(metric, topics.iter().map(|(stream, topic)| (&topic[..], values[*stream as usize])));
    };
    by_topic(Metric::Events, facts.published.counts().map(|count| count as f64));
    by_topic(Metric::Rate, common.rates().events);
    out.one(Metric::Repeated, facts.published.replayed() as f64);
    out.one(Metric::Windows, status.windows_waiting() as f64);
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

fn sink(status: &RunStatus, out: &mut Writer) {
    let contact = &status.connectivity;
    out.histogram(Metric::Commit, &contact.commits.snapshot());
    out.histogram(Metric::Epoch, &contact.epochs.snapshot());
    out.one(Metric::Faults, contact.retries() as f64);
    out.one(Metric::Away, contact.outage().map_or(0.0, |(since, _)| since.as_secs_f64()));
}

fn checkpoints(status: &RunStatus, out: &mut Writer) {
    let saved = status.checkpoint_totals();
    out.histogram(Metric::Checkpoint, &status.checkpoints.snapshot());
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

fn interface(status: &RunStatus, common: &Common, out: &mut Writer) {
    let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"].map(|class| [("status", class)]);
    let answered = classes.iter().zip(common.answered());
    out.many(Metric::Answers, answered.map(|(class, count)| (&class[..], count as f64)));
    out.one(Metric::Readers, status.tail.readers() as f64);
    out.one(Metric::Missed, status.tail.missed() as f64);
}
