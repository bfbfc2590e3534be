//! The sink that a start is about: the world's own, unless the plan states another one, and what is found at its place.
//! Decides nothing. Must not depend on: the run loop.

use super::kafka::ReachedCluster;
use crate::UsageError;
use crate::config::{RunPlan, SinkChoice};
use crate::output::stdout_fault;
use crate::run::attachment::{SinkPlace, home_of};
use crate::run::data_dir_check;
use crate::run::decision::{FilesFacts, LastWriter, Refusal, SinkFacts};
use crate::run::error::RunError;
use crate::run::settings;
use crate::run::stored::{StoredWorld, topic_names, world_dir};
use crate::sink::files::{
    Altered, FolderLock, Manifest, Owner, Reached, Writer, reached, read_owner, read_writer, topic_folder_in_use,
};
use crate::sink::kafka::FencedProducer;
use crate::sink::{SinkError, TopicNames};
use populace_sim::Town;
use populace_state::{Presence, Store};
use std::path::Path;

/// The sink of a plan, as it was found.
pub(super) struct FoundSink {
    pub(super) place: SinkPlace,
    pub(super) facts: SinkFacts,
    /// The lock of the folder, where it is this world's already.
    pub(super) lock: Option<FolderLock>,
    pub(super) cluster: Option<ReachedCluster>,
    /// The only producer of a world that is there.
    pub(super) fenced: Option<FencedProducer>,
}

/// Puts the sink of the world into the plan, as far as the plan states no other one.
pub(super) fn take_over_sink(plan: &mut RunPlan, world: &StoredWorld) -> Result<(), RunError> {
    let Some(attachment) = &world.attachment else { return Ok(()) };
    let kind = match &attachment.place {
        SinkPlace::Files { .. } => {
            SinkChoice::Files { out: attachment.place.folder(&plan.data_dir).unwrap_or_default() }
        }
        SinkPlace::Kafka { .. } => SinkChoice::Kafka,
        SinkPlace::Stdout => SinkChoice::Stdout,
        SinkPlace::Null => SinkChoice::Null,
    };
    let same_kind = std::mem::discriminant(&kind) == std::mem::discriminant(&plan.sink);
    let another = plan.stated.contains("sink.kind") && !same_kind;
    if another || plan.stated.contains("files.out") {
        return Ok(());
    }
    plan.sink = kind;
    if let SinkPlace::Kafka { prefix, .. } = &attachment.place {
        if !plan.stated.contains("kafka.topic_prefix") {
            plan.kafka.topic_prefix.clone_from(prefix);
        }
        if let Some(brokers) = settings::brokers(&world.store)?.filter(|_| !plan.stated.contains("kafka.brokers")) {
            plan.kafka.brokers = brokers;
        }
    }
    Ok(())
}

/// Refuses standard output as a sink where it cannot be written.
pub(super) fn check_stdout(plan: &RunPlan) -> Result<(), RunError> {
    match stdout_fault().filter(|_| plan.sink == SinkChoice::Stdout) {
        Some(fault) => {
            let error = UsageError::new(format!("--sink stdout: events go to standard output, and {fault}"));
            Err(error.help("open it for writing, as in `>events.jsonl`, or give --sink null for no events").into())
        }
        None => Ok(()),
    }
}

/// Returns the place that the plan names. The id of a cluster is not known before it is reached.
pub(super) fn planned_place(plan: &RunPlan) -> SinkPlace {
    match &plan.sink {
        SinkChoice::Files { out } => SinkPlace::files(out, &plan.data_dir),
        SinkChoice::Kafka => SinkPlace::Kafka { cluster: String::new(), prefix: plan.kafka.topic_prefix.clone() },
        SinkChoice::Stdout => SinkPlace::Stdout,
        SinkChoice::Null => SinkPlace::Null,
    }
}

/// Returns what is found at the place; `world` is the one that is to go on there.
pub(super) fn sink_facts(
    place: &SinkPlace,
    data_dir: &Path,
    town: &Town,
    world: Option<&StoredWorld>,
) -> Result<SinkFacts, RunError> {
    let Some(out) = place.folder(data_dir) else { return Ok(SinkFacts::Unkept(place.clone())) };
    let names = &topic_names(town);
    let positions = world.map(StoredWorld::positions).unwrap_or_default();
    Ok(SinkFacts::Files(Box::new(FilesFacts {
        place: place.clone(),
        is_file: out.exists() && !out.is_dir(),
        owner: read_owner(&out)?,
        in_use: topic_folder_in_use(&out, names)?,
        written_by: last_writer(&out, place, data_dir)?,
        reached: if out.is_dir() { reached(&out, names, &positions)? } else { Reached::default() },
        altered: world.map(|world| altered(world, &out, names)).transpose()?.flatten(),
        events_per_day: town.events_per_day(),
        out,
    })))
}

fn altered(world: &StoredWorld, out: &Path, names: &TopicNames) -> Result<Option<Altered>, SinkError> {
    let Some(attachment) = &world.attachment else { return Ok(None) };
    let manifest = Manifest::new(out, world.store.identity().world_id, attachment.number);
    manifest.altered(names, &world.positions())
}

fn last_writer(out: &Path, place: &SinkPlace, data_dir: &Path) -> Result<Option<LastWriter>, SinkError> {
    let Some(Writer { instance, home }) = read_writer(out)? else { return Ok(None) };
    let own = Writer::of_process(data_dir, home_of(place, data_dir));
    let places = [out.join(&home), instance.data_dir.clone().into()];
    // On this machine, a directory that cannot be found is gone.
    let is_gone = || own.instance.host == instance.host && !places.iter().any(|place| holds_world(place));
    Ok(Some(LastWriter { replaced: own.home == home || is_gone(), instance }))
}

fn holds_world(data_dir: &Path) -> bool {
    Store::exists(&world_dir(data_dir)) == Presence::World
}

/// Locks the folder where it holds the topics of this world. Call it before the folder is inspected, so that no other
/// process changes what the decision is about.
pub(super) fn lock_own_folder(place: &SinkPlace, world: &StoredWorld) -> Result<Option<FolderLock>, RunError> {
    let Some(out) = place.folder(&world.data_dir) else { return Ok(None) };
    match read_owner(&out)? {
        Owner::World(id, _) if id == world.store.identity().world_id => {
            Ok(Some(FolderLock::take(&out, &world.data_dir)?))
        }
        Owner::World(..) | Owner::Nobody | Owner::Unknown => Ok(None),
    }
}

/// Creates and locks the folder that was found free.
pub(super) fn lock_free_folder(place: &SinkPlace, data_dir: &Path) -> Result<Option<FolderLock>, RunError> {
    let Some(out) = place.folder(data_dir) else { return Ok(None) };
    data_dir_check::create_dir(&out)?;
    let lock = FolderLock::take(&out, data_dir)?;
    // Once more under the lock: two processes may start at once.
    match read_owner(&out)? {
        Owner::Nobody => Ok(Some(lock)),
        Owner::World(id, _) => Err(Refusal::OtherWorld { out, id }.into()),
        Owner::Unknown => Err(Refusal::UnknownOwner { out }.into()),
    }
}

/// Returns whether the sink that the world is about to leave has records beyond the checkpoint.
pub(super) fn has_left_records_ahead(world: &StoredWorld, wanted: &SinkPlace, town: &Town) -> Result<bool, RunError> {
    let Some(attachment) = world.attachment.as_ref().filter(|old| old.place != *wanted) else { return Ok(false) };
    let Some(out) = attachment.place.folder(&world.data_dir) else { return Ok(false) };
    let ours = Owner::World(world.store.identity().world_id, attachment.number);
    // A folder that is gone or holds something else by now contradicts nothing.
    Ok(read_owner(&out)? == ours && reached(&out, &topic_names(town), &world.positions())?.beyond)
}
