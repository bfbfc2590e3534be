//! The sink that a start is about: the world's own, unless another is stated; what is found there; and the attachment,
//! which the store remembers before the sink is touched. Decides nothing.

use super::kafka::ReachedCluster;
use crate::UsageError;
use crate::config::{RunPlan, SinkChoice};
use crate::output::stdout_fault;
use crate::run::attachment::{Attachment, Phase, SinkPlace, home_of};
use crate::run::data_dir_check;
use crate::run::decision::{Decision, FilesFacts, LastWriter, Refusal, SinkFacts};
use crate::run::error::RunError;
use crate::run::settings::{self, FolderClaim};
use crate::run::stored::{StoredWorld, topic_names, world_dir};
use crate::sink::files::{
    Altered, FolderLock, Manifest, Owner, Reached, Writer, reached, read_owner, read_writer, topic_folder_in_use,
    write_owner,
};
use crate::sink::kafka::FencedProducer;
use crate::sink::{SinkError, TopicNames};
use populace_sim::{Digests, Town, VirtualTime};
use populace_state::{Presence, Store};
use std::path::Path;

/// A place to go on in, and what was found there.
pub(super) struct Opened {
    pub(super) place: SinkPlace,
    pub(super) facts: SinkFacts,
    /// The lock of the folder, where it is this world's.
    pub(super) hold: Option<FolderLock>,
    pub(super) cluster: Option<(ReachedCluster, FencedProducer)>,
}

/// Puts the sink that the world has into the plan, as far as another is not stated.
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

/// Refuses standard output as a sink where it cannot be written: nobody would get a record.
pub(super) fn check_output(plan: &RunPlan) -> Result<(), RunError> {
    match stdout_fault().filter(|_| plan.sink == SinkChoice::Stdout) {
        Some(fault) => {
            let error = UsageError::new(format!("--sink stdout: events go to standard output, and {fault}"));
            Err(error.help("open it for writing, as in `>events.jsonl`, or give --sink null for no events").into())
        }
        None => Ok(()),
    }
}

/// The place that the plan names; a cluster's id is not known before it is reached.
pub(super) fn asked_place(plan: &RunPlan) -> SinkPlace {
    match &plan.sink {
        SinkChoice::Files { out } => SinkPlace::files(out, &plan.data_dir),
        SinkChoice::Kafka => SinkPlace::Kafka { cluster: String::new(), prefix: plan.kafka.topic_prefix.clone() },
        SinkChoice::Stdout => SinkPlace::Stdout,
        SinkChoice::Null => SinkPlace::Null,
    }
}

/// What is found in the place; `world` is the one that is to go on there.
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
    // On this machine, where a directory that is not there is gone.
    let is_gone = || own.instance.host == instance.host && !places.iter().any(|place| holds_a_world(place));
    Ok(Some(LastWriter { replaced: own.home == home || is_gone(), instance }))
}

fn holds_a_world(data_dir: &Path) -> bool {
    Store::exists(&world_dir(data_dir)) == Presence::World
}

/// Locks the folder, where it holds the topics of this world: before it is looked at, so that no other process changes
/// what is decided upon.
pub(super) fn hold(place: &SinkPlace, world: &StoredWorld) -> Result<Option<FolderLock>, RunError> {
    let Some(out) = place.folder(&world.data_dir) else { return Ok(None) };
    match read_owner(&out)? {
        Owner::World(id, _) if id == world.store.identity().world_id => {
            Ok(Some(FolderLock::take(&out, &world.data_dir)?))
        }
        Owner::World(..) | Owner::Nobody | Owner::Unknown => Ok(None),
    }
}

/// Makes and locks the folder that was found free.
pub(super) fn hold_free(place: &SinkPlace, data_dir: &Path) -> Result<Option<FolderLock>, RunError> {
    let Some(out) = place.folder(data_dir) else { return Ok(None) };
    data_dir_check::make(&out)?;
    let hold = FolderLock::take(&out, data_dir)?;
    // Looked at again under the lock: two may be coming here at once.
    match read_owner(&out)? {
        Owner::Nobody => Ok(Some(hold)),
        Owner::World(id, _) => Err(Refusal::OtherWorld { out, id }.into()),
        Owner::Unknown => Err(Refusal::UnknownOwner { out }.into()),
    }
}

/// Whether the sink that the world is about to leave has events beyond the checkpoint.
pub(super) fn left_ahead(world: &StoredWorld, wanted: &SinkPlace, town: &Town) -> Result<bool, RunError> {
    let Some(attachment) = world.attachment.as_ref().filter(|old| old.place != *wanted) else { return Ok(false) };
    let Some(out) = attachment.place.folder(&world.data_dir) else { return Ok(false) };
    let ours = Owner::World(world.store.identity().world_id, attachment.number);
    // A folder that is gone, or holds something else by now, contradicts nothing.
    Ok(read_owner(&out)? == ours && reached(&out, &topic_names(town), &world.positions())?.beyond)
}

/// Has the store know where the decision wants the world to be attached.
pub(super) fn announce(world: &StoredWorld, place: SinkPlace, decision: &Decision) -> Result<Attachment, RunError> {
    let attachment = match (&world.attachment, decision) {
        (Some(old), Decision::Attach) => next_attachment(world, place, old.number + 1),
        (None, _) => next_attachment(world, place, 1),
        (Some(old), _) => Attachment { place, ..old.clone() },
    };
    if world.attachment.as_ref() != Some(&attachment) {
        tracing::info!(sink = ?attachment.place, "the world is attached to this sink from its last checkpoint on");
        attachment.write(&world.store)?;
    }
    Ok(attachment)
}

fn next_attachment(world: &StoredWorld, place: SinkPlace, number: u32) -> Attachment {
    Attachment { number, place, phase: Phase::Announced, base: world.meta.digests, since: world.meta.time }
}

/// Claims the sink for this process, and has the store know that the world is attached to it.
pub(super) fn finish_attaching(attachment: &mut Attachment, store: &Store, data_dir: &Path) -> Result<(), RunError> {
    claim_folder(attachment, store, data_dir)?;
    if attachment.phase == Phase::Attached {
        return Ok(());
    }
    crate::crash::point("birth.attached");
    attachment.phase = Phase::Attached;
    attachment.write(store)
}

/// Has the store, then the marker of the topic folder, name this process as the one that writes there.
fn claim_folder(attachment: &Attachment, store: &Store, data_dir: &Path) -> Result<(), RunError> {
    let Some(out) = attachment.place.folder(data_dir) else { return Ok(()) };
    let writer = Writer::of_process(data_dir, home_of(&attachment.place, data_dir));
    let last = read_writer(&out)?.map(|last| last.instance);
    let own = settings::folder_claim(store)?;
    if let Some(last) = last.as_ref().filter(|last| own.is_none_or(|own| !own.covers(&last.id))) {
        tracing::warn!(%last, "another copy of this world wrote these topics last, and this one has taken its place");
    }
    let claim = FolderClaim { instance: writer.instance.id.clone(), over: last.map(|last| last.id) };
    settings::set_folder_claim(store, &claim)?;
    crate::crash::point("files.claim");
    Ok(write_owner(&out, store.identity().world_id, attachment.number, &writer)?)
}

pub(super) fn first_attachment(place: SinkPlace, since: VirtualTime) -> Attachment {
    Attachment { number: 1, place, phase: Phase::Announced, base: Digests::default(), since }
}
