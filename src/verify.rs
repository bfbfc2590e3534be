//! `populace verify`: the sink against the world. Of topic files, what the last checkpoint covers is counted and digested
//! day by day, and what lies beyond it is compared with a replay; of a cluster, everything is read. Writes nothing but,
//! where that is asked for, a progress record that is gone.

mod beyond;
mod covered;
mod kafka;
mod line;
mod replay;
mod request;

use crate::UsageError;
use crate::config::{KafkaPlan, SinkChoice};
use crate::output::{acknowledge, print};
use crate::run::{RunError, StoredWorld};
use crate::sink::files::{Owner, read_owner};
use crate::sink::{Attachment, kafka as cluster_sink, known_address};
pub use request::{VerifyRequest, VerifyTask};

use kafka::{ClusterReport, How, Rebuilt};
use populace_sim::Town;
use serde::Serialize;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What was checked in one topic.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TopicReport {
    /// The topic.
    pub topic: String,
    /// Records that the checkpoint covers and that were read and found right.
    pub covered: u64,
    /// Records beyond the checkpoint, compared with a replay.
    pub beyond: u64,
    /// Day files read.
    pub files: u64,
    /// Days that were moved away.
    pub moved: Vec<String>,
    /// Days that are there and were not checked: the world remembers days of so long ago by the month or so, and others
    /// of that time were moved away.
    pub unchecked: Vec<String>,
    /// Whether the files end inside a line, as after a crash.
    pub ends_inside_a_line: bool,
    /// Whether digests could be compared: they need the key and a full timestamp among the chosen fields.
    pub digested: bool,
}

/// Answers `populace verify` on standard output.
///
/// # Errors
/// The first fault, with its file and line; or why nothing could be checked.
pub fn verify(request: &VerifyRequest) -> Result<(), RunError> {
    let world = StoredWorld::look(&request.data_dir)?;
    let town = world.town()?;
    if let Some(attachment) = cluster_of(&world, request.sink.as_ref()) {
        return verify_cluster(&world, &town, attachment, request);
    }
    if request.task == VerifyTask::RebuildProgress {
        let error = UsageError::new(
            "--rebuild-progress: this world does not write into a cluster, and keeps no progress there",
        );
        return Err(error.help("leave it out").into());
    }
    let (attachment, out) = files_of(&world, request.sink.as_ref())?;
    let mut reports = match covered::check(&world, &town, &attachment, &out) {
        Err(RunError::Unequal(fault)) => {
            let line = beyond::locate(&world, &town, (&attachment, &out), request.threads)?;
            return Err(RunError::Unequal(line.unwrap_or(fault)));
        }
        other => other?,
    };
    beyond::check(&world, &town, &out, request.threads, &mut reports)?;
    Ok(print(&of_files(&reports, request.json))?)
}

fn verify_cluster(
    world: &StoredWorld,
    town: &Arc<Town>,
    attachment: &Attachment,
    request: &VerifyRequest,
) -> Result<(), RunError> {
    let plan = cluster_plan(world, attachment, request)?;
    let rebuilt = match request.task {
        VerifyTask::Check => None,
        VerifyTask::RebuildProgress => {
            let how = How { plan: &plan, threads: request.threads, now: request.now };
            kafka::rebuild(world, town, attachment, how)?
        }
    };
    let (rebuilt, reports) = match rebuilt {
        Some((rebuilt, reports)) => (Some(rebuilt), reports),
        None => (None, kafka::check(world, town, attachment, (&plan, request.threads))?),
    };
    let text = of_cluster(&reports, rebuilt.as_ref(), request);
    if rebuilt.is_some() {
        acknowledge(&text);
        return Ok(());
    }
    Ok(print(&text)?)
}

/// The attachment, where it is a cluster and no other sink is named.
fn cluster_of<'a>(world: &'a StoredWorld, sink: Option<&SinkChoice>) -> Option<&'a Attachment> {
    let named = sink.is_none_or(|sink| sink.kind() == "kafka");
    world.attachment.as_ref().filter(|one| named && cluster_sink::prefix_of(&one.place).is_some())
}

/// How to reach the cluster: as it was reached last, unless something else is said.
fn cluster_plan(world: &StoredWorld, attachment: &Attachment, request: &VerifyRequest) -> Result<KafkaPlan, RunError> {
    let mut plan = request.kafka.clone();
    if let Some(prefix) = cluster_sink::prefix_of(&attachment.place) {
        prefix.clone_into(&mut plan.topic_prefix);
    }
    if let Some(brokers) = known_address(&world.store)?.filter(|_| !request.stated.contains("kafka.brokers")) {
        plan.brokers = brokers;
    }
    Ok(plan)
}

/// The folder to check, which must be this world's.
fn files_of(world: &StoredWorld, sink: Option<&SinkChoice>) -> Result<(Attachment, PathBuf), RunError> {
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
    match read_owner(&out)? {
        Owner::World(world, number) if (world, number) == (id, attachment.number) => Ok((attachment, out)),
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

fn of_cluster(reports: &[ClusterReport], rebuilt: Option<&Rebuilt>, request: &VerifyRequest) -> String {
    let asked = request.task == VerifyTask::RebuildProgress;
    if request.json {
        let mut answer = serde_json::json!({ "ok": true, "topics": reports });
        if asked {
            answer["rebuilt"] = serde_json::json!(rebuilt);
        }
        return format!("{answer}\n");
    }
    let line = |report: &ClusterReport| {
        let ClusterReport { topic, partitions, records, expired } = report;
        let gone = if *expired > 0 { format!(", {expired} before them deleted by the broker") } else { String::new() };
        let twice = if rebuilt.is_some_and(|one| one.repeated > 0) { "" } else { ", nothing twice" };
        format!("{topic}: {records} records in {partitions} partitions{gone}: nothing missing{twice}\n")
    };
    let mut text: String = reports.iter().map(line).collect();
    match rebuilt {
        Some(one) => text.push_str(&told(one)),
        None if asked => text.push_str("the world's progress is there: it was not written anew\n"),
        None => {}
    }
    text
}

fn told(rebuilt: &Rebuilt) -> String {
    let Rebuilt { progress, time, records, epoch, repeated } = rebuilt;
    let repeats = match repeated {
        0 => String::new(),
        count => format!("; {count} records are there twice or will be, as without transactions they may"),
    };
    format!(
        "{progress}: the world's progress is written anew, {records} records up to {time} (epoch {epoch}){repeats}; \
         `populace run` goes on from there\n"
    )
}

fn of_files(reports: &[TopicReport], json: bool) -> String {
    if json {
        return format!("{}\n", serde_json::json!({ "ok": true, "topics": reports }));
    }
    reports.iter().map(lines_of).collect()
}

fn lines_of(report: &TopicReport) -> String {
    let TopicReport { topic, covered, beyond, files, .. } = report;
    let mut text = format!("{topic}: {covered} records to the checkpoint, {beyond} beyond it, {files} files: right\n");
    if !report.moved.is_empty() {
        text.push_str(&format!("  moved away, not read: {}\n", report.moved.join(", ")));
    }
    if !report.unchecked.is_empty() {
        let days = report.unchecked.join(", ");
        text.push_str(&format!(
            "  not checked, for the days about them, more than ten years back, were moved away: {days}\n"
        ));
    }
    if report.ends_inside_a_line {
        text.push_str("  ends inside a line, as after a crash; the next run completes it\n");
    }
    text
}
