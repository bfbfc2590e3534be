//! The sink of a start: the world's own, unless the plan states another one, and its facts about the world. Decides
//! nothing. Must not depend on: the run loop, any one sink.

use crate::config::RunPlan;
use crate::run::commands::CommandLog;
use crate::run::error::RunError;
use crate::run::stored::StoredWorld;
use crate::sink::{LeftSink, SinkFacts, SinkPlace, SinkStart, SinkWorld, TopicNames, kind};
use populace_sim::Town;

/// The sink of a plan, and its facts.
pub(super) struct FoundSink {
    pub(super) start: Box<dyn SinkStart>,
    pub(super) facts: Box<dyn SinkFacts>,
}

/// Puts the sink of the world into the plan, unless the plan states another one.
pub(super) fn take_over_sink(plan: &mut RunPlan, world: &StoredWorld) -> Result<(), RunError> {
    let Some(attachment) = &world.attachment else { return Ok(()) };
    let states_another = plan.stated.contains("sink.kind") && plan.sink.kind() != attachment.place.kind();
    if !states_another {
        kind(attachment.place.kind())?.keep_fixed(&attachment.place, plan)?;
    }
    if states_another || plan.stated.contains("files.out") {
        return Ok(());
    }
    Ok(kind(attachment.place.kind())?.adopt(&attachment.place, &world.store, plan)?)
}

/// Returns the place of the planned sink. The id of a cluster is not known before it is connected.
pub(super) fn planned_place(plan: &RunPlan) -> Result<SinkPlace, RunError> {
    Ok(kind(plan.sink.kind())?.place(plan))
}

/// Reads the facts of the sink about a stored world.
pub(super) fn inspect(sink: &mut dyn SinkStart, world: &StoredWorld) -> Result<Box<dyn SinkFacts>, RunError> {
    let known = SinkWorld {
        store: &world.store,
        attachment: world.attachment.as_ref(),
        time: world.meta.time,
        token: world.token(),
        commands: world.meta.commands,
        logged: CommandLog::read(&world.store, &world.dir, world.meta.commands)?.dated(),
        records_from: None,
    };
    Ok(sink.inspect(world.store.identity().world_id, Some(&known))?)
}

/// Returns whether the world would leave a sink that has records beyond the checkpoint.
pub(super) fn has_left_records_ahead(world: &StoredWorld, wanted: &SinkPlace, town: &Town) -> Result<bool, RunError> {
    let Some(attachment) = world.attachment.as_ref().filter(|old| old.place != *wanted) else { return Ok(false) };
    let left = LeftSink {
        world: world.store.identity().world_id,
        attachment,
        data_dir: &world.data_dir,
        names: &TopicNames::of_town(town),
        token: &world.token(),
    };
    Ok(kind(attachment.place.kind())?.is_ahead(&left)?)
}
