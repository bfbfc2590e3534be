//! The start of a run whose world is there: `Located`, then `Decided`, then `Attached`, then loaded. Must not depend on: the
//! run loop.

use super::RunContext;
use super::attach::{Loaded, LoadedWorld, OwnedSink, announce, finish_attaching};
use super::found_sink::{
    FoundSink, check_stdout, has_left_records_ahead, lock_free_folder, lock_own_folder, planned_place, sink_facts,
    take_over_sink,
};
use super::kafka::{ClaimFrom, Claimed, usable_progress};
use crate::config::RunPlan;
use crate::run::attachment::Attachment;
use crate::run::checkpoint::compact;
use crate::run::commands::{CommandLog, adopt_stopped};
use crate::run::decision::{Decision, Facts, SinkFacts, Standing, Versions, WorldFacts, decide};
use crate::run::error::RunError;
use crate::run::forking::origin_of;
use crate::run::identity::world_name;
use crate::run::pool::Pool;
use crate::run::run_loop::Replay;
use crate::run::settings;
use crate::run::stored::StoredWorld;
use populace_sim::{RULES_VERSION, STREAMS, Scenario, Town, VirtualTime, format_time};
use std::sync::Arc;

/// An opened world, and the sink that was found for it.
struct Located {
    world: StoredWorld,
    town: Arc<Town>,
    rules: Versions,
    /// The scenario that the world is to adopt, where the plan states another one.
    adopted: Option<Scenario>,
    sink: FoundSink,
}

/// A world that may go on, and how.
struct Decided {
    located: Located,
    decision: Decision,
    /// The partitions of each topic.
    partitions: [u32; STREAMS],
}

/// A world that is attached to its sink.
struct Attached {
    world: StoredWorld,
    town: Arc<Town>,
    attachment: Attachment,
    sink: OwnedSink,
    replay: Replay,
}

/// Opens the world of the plan, which takes over what it does not state from the world, and goes on with it.
pub(super) fn resume_world(context: &mut RunContext) -> Result<Loaded, RunError> {
    Located::new(context)?.decide()?.attach(&context.plan)?.load(&context.plan)
}

impl Located {
    fn new(context: &mut RunContext) -> Result<Self, RunError> {
        let world = StoredWorld::open(&context.plan.data_dir)?;
        crate::crash::point("startup.opened");
        let reconciled = context.plan.clone().reconcile(&world.latest)?;
        reconciled.notes.iter().for_each(|note| tracing::info!("{note}"));
        context.plan = reconciled.plan;
        if let Some(origin) = origin_of(world.store.identity()) {
            tracing::info!(origin = origin.world, at = %format_time(origin.at), "this world is a fork");
        }
        let town = world.town()?;
        take_over_sink(&mut context.plan, &world)?;
        check_stdout(&context.plan)?;
        let rules = Versions { world: settings::rules_version(&world.store)?, program: RULES_VERSION };
        let sink = find_sink(context, &world, &town)?;
        Ok(Located { world, town, rules, adopted: reconciled.adopted, sink })
    }

    fn decide(self) -> Result<Decided, RunError> {
        let Located { world, town, rules, sink, .. } = &self;
        let facts = WorldFacts {
            id: world.store.identity().world_id,
            rules: *rules,
            attachment: world.attachment.clone(),
            claim: settings::folder_claim(&world.store)?,
            left_ahead: has_left_records_ahead(world, &sink.place, town)?,
        };
        let decision = decide(&Facts { world: Some(facts), sink: sink.facts.clone() })?;
        // Before the store knows of another sink: the world must not leave its own for topics that do not keep its records.
        let partitions = sink.create_missing_topics()?;
        Ok(Decided { located: self, decision, partitions })
    }
}

impl Decided {
    fn attach(self, plan: &RunPlan) -> Result<Attached, RunError> {
        let Decided { located: Located { world, town, rules, adopted, sink }, decision, partitions } = self;
        let lock = sink.lock.map_or_else(|| lock_free_folder(&sink.place, &plan.data_dir), |lock| Ok(Some(lock)))?;
        let mut attachment = announce(&world, sink.place, &decision)?;
        if let Some(scenario) = adopted {
            Town::build(&scenario).map_err(|e| RunError::Sim(e.to_string()))?;
            // Like any command given while the world did not run, it takes effect where the sink is.
            adopt_stopped(&world.store, scenario.to_toml())?;
        }
        let mut owned = OwnedSink::of(&plan.sink, lock);
        if let (Some(cluster), Some(fenced)) = (sink.cluster, sink.fenced) {
            settings::set_brokers(&world.store, &plan.kafka.brokers)?;
            let found = if let SinkFacts::Kafka(facts) = &sink.facts {
                usable_progress(&facts.progress_by_world)
            } else {
                None
            };
            let from = ClaimFrom { found, attachment: &attachment, meta: &world.meta, rules: rules.program };
            owned = OwnedSink::Kafka(Box::new(cluster.claim(fenced, partitions, from, plan)?));
        }
        finish_attaching(&mut attachment, &world.store, &world.data_dir)?;
        adopt_rules_version(&world, rules)?;
        let replay = replay(&decision, &owned, &sink.facts);
        Ok(Attached { world, town, attachment, sink: owned, replay })
    }
}

impl Attached {
    fn load(self, plan: &RunPlan) -> Result<Loaded, RunError> {
        let Attached { world, town, attachment, sink, replay } = self;
        compact(&world.store);
        let mut pool = Pool::start(&town, plan.threads)?;
        pool.load(&world.store, world.meta.time)?;
        let mut meta = world.meta.clone();
        if attachment.number != meta.attachment {
            (meta.positions, meta.partitions) = Default::default();
        }
        meta.attachment = attachment.number;
        let world = LoadedWorld { town, number: world.number, store: world.store, pool, meta, attachment };
        Ok(Loaded { world, sink, replay })
    }
}

/// Finds what is at the place where the plan wants to go on.
fn find_sink(context: &RunContext, world: &StoredWorld, town: &Town) -> Result<FoundSink, RunError> {
    let plan = &context.plan;
    let Some(cluster) = context.reach_cluster(town)? else {
        let place = planned_place(plan);
        let lock = lock_own_folder(&place, world)?;
        let facts = sink_facts(&place, &plan.data_dir, town, Some(world))?;
        return Ok(FoundSink { place, facts, lock, cluster: None, fenced: None });
    };
    let name = world_name(world.store.identity().world_id);
    let fenced = cluster.fence(&name)?;
    let checkpoint = Standing {
        time: world.meta.time,
        partitions: world.partitions(),
        commands: world.meta.commands,
        logged: CommandLog::read(&world.store, &world.dir, world.meta.commands)?.dated(),
    };
    let facts = cluster.facts(plan, &name, town.start(), Some(checkpoint))?;
    let (place, facts) = (cluster.place(), SinkFacts::Kafka(Box::new(facts)));
    Ok(FoundSink { place, facts, lock: None, cluster: Some(cluster), fenced: Some(fenced) })
}

/// Has the store know that the world goes on by the rules of this release.
fn adopt_rules_version(world: &StoredWorld, rules: Versions) -> Result<(), RunError> {
    if rules.world == rules.program {
        return Ok(());
    }
    let from = format_time(world.meta.time);
    tracing::info!(before = rules.world, now = rules.program, %from, "rules of this release in force");
    settings::set_rules_version(&world.store, rules.program)
}

/// Returns up to where the sink is ahead of the checkpoint, by its progress or by its last record.
fn replay(decision: &Decision, sink: &OwnedSink, facts: &SinkFacts) -> Replay {
    let last = if let SinkFacts::Files(files) = facts { files.reached.last } else { None };
    let reached = if let OwnedSink::Kafka(claimed) = sink { Some(Claimed::reached(claimed)) } else { None };
    match decision {
        Decision::Resume { replay: true, .. } => Replay::Until(reached.or(last.map(VirtualTime::next))),
        _ => Replay::None,
    }
}
