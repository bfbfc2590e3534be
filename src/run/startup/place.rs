//! The sink that a start is about: the world's own, unless another is stated; what is found there; and the attachment,
//! which the store remembers before the sink is touched. Decides nothing.

use super::kafka::ReachedCluster;
use crate::UsageError;
use crate::config::{RunPlan, SinkChoice};
use crate::output::stdout_fault;
use crate::run::attachment::{Attachment, Phase, SinkPlace};
use crate::run::decision::{Decision, FilesFacts, SinkFacts};
use crate::run::fault::RunError;
use crate::run::loading::{StoredWorld, topic_names};
use crate::run::settings;
use crate::sink::Positions;
use crate::sink::files::{Owner, Reached, reached, read_owner, topic_folder_in_use, write_owner};
use crate::sink::kafka::Pen;
use populace_sim::{Digests, Town, VirtualTime};
use populace_state::Store;
use std::path::Path;

/// A place to go on in, and what was found there.
pub(super) struct Opened {
    pub(super) place: SinkPlace,
    pub(super) facts: SinkFacts,
    pub(super) cluster: Option<(ReachedCluster, Pen)>,
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

pub(super) fn sink_facts(
    place: &SinkPlace,
    data_dir: &Path,
    town: &Town,
    positions: &Positions,
) -> Result<SinkFacts, RunError> {
    let Some(out) = place.folder(data_dir) else { return Ok(SinkFacts::Unkept(place.clone())) };
    let names = &topic_names(town);
    Ok(SinkFacts::Files(Box::new(FilesFacts {
        place: place.clone(),
        is_file: out.exists() && !out.is_dir(),
        owner: read_owner(&out)?,
        in_use: topic_folder_in_use(&out, names)?,
        reached: if out.is_dir() { reached(&out, names, positions)? } else { Reached::default() },
        events_per_day: town.events_per_day(),
        out,
    })))
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

pub(super) fn finish_attaching(attachment: &mut Attachment, store: &Store, data_dir: &Path) -> Result<(), RunError> {
    if attachment.phase == Phase::Attached {
        return Ok(());
    }
    if let Some(out) = attachment.place.folder(data_dir) {
        write_owner(&out, store.identity().world_id, attachment.number)?;
    }
    crate::crash::point("birth.attached");
    attachment.phase = Phase::Attached;
    attachment.write(store)
}

pub(super) fn first_attachment(place: SinkPlace, since: VirtualTime) -> Attachment {
    Attachment { number: 1, place, phase: Phase::Announced, base: Digests::default(), since }
}
