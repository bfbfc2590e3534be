//! The start of a run whose world exists: `Located`, then `Decided`, then `Attached`, then loaded. Must not depend on:
//! the run loop.

use super::attach::{Loaded, LoadedWorld, announce, finish_attaching};
use super::context::RunContext;
use super::found_sink::{FoundSink, has_left_records_ahead, inspect, take_over_sink};
use crate::config::RunPlan;
use crate::run::checkpoint::compact;
use crate::run::commands::adopt_stopped;
use crate::run::decision::{Decision, Facts, Refusal, Versions, WorldFacts, decide};
use crate::run::error::RunError;
use crate::run::forking::origin_of;
use crate::run::memory::{self, WorldAge};
use crate::run::pool::Pool;
use crate::run::run_loop::Replay;
use crate::run::settings;
use crate::run::stored::StoredWorld;
use crate::sink::{Attachment, Claim, SinkStart, Token, kind};
use populace_sim::{RULES_VERSION, Scenario, Town, format_time};
use std::sync::Arc;
use std::time::Duration;

/// An opened world, and the sink that was found for it.
struct Located {
    world: StoredWorld,
    town: Arc<Town>,
    rules: Versions,
    /// The scenario that the world is to adopt, if the plan states another one.
    adopted: Option<Scenario>,
    sink: FoundSink,
}

/// A world that may continue, and the decision.
struct Decided {
    located: Located,
    decision: Decision,
}

/// A world that is attached to its sink.
struct Attached {
    world: StoredWorld,
    town: Arc<Town>,
    attachment: Attachment,
    sink: Box<dyn SinkStart>,
    replay: Replay,
}

/// Opens and continues the world of the plan. The plan takes what it does not state from the world.
pub(super) fn resume_world(context: &mut RunContext) -> Result<Loaded, RunError> {
    Located::new(context)?.decide()?.attach()?.load(&context.plan)
}

impl Located {
    fn new(context: &mut RunContext) -> Result<Self, RunError> {
        let world = StoredWorld::open(&context.plan.data_dir)?;
        memory::check(world.scenario.world.people, WorldAge::Existing, context.plan.memory).map_err(Refusal::from)?;
        crate::crash::point("startup.opened");
        let reconciled = context.plan.clone().reconcile(&world.latest)?;
        reconciled.notes.iter().for_each(|note| tracing::info!("{note}"));
        context.plan = reconciled.plan;
        if let Some(origin) = origin_of(world.store.identity()) {
            tracing::info!(origin = origin.world, at = %format_time(origin.at), "this world is a fork");
        }
        let town = world.town()?;
        take_over_sink(&mut context.plan, &world)?;
        kind(context.plan.sink.kind())?.check(&context.plan)?;
        let rules = Versions { world: settings::rules_version(&world.store)?, program: RULES_VERSION };
        let mut start = context.reach_sink(&town)?;
        let facts = inspect(&mut *start, &world)?;
        let sink = FoundSink { start, facts };
        Ok(Located { world, town, rules, adopted: reconciled.adopted, sink })
    }

    fn decide(mut self) -> Result<Decided, RunError> {
        let Located { world, town, rules, sink, .. } = &mut self;
        let facts = WorldFacts {
            id: world.store.identity().world_id,
            rules: *rules,
            attachment: world.attachment.clone(),
            left_ahead: has_left_records_ahead(world, &sink.start.place(), town)?,
        };
        let decision = decide(&Facts { world: Some(facts), sink: &*sink.facts })?;
        // Before the store records another sink: the world must not leave its own for topics that do not keep its records.
        sink.start.create_missing()?;
        Ok(Decided { located: self, decision })
    }
}

impl Decided {
    fn attach(self) -> Result<Attached, RunError> {
        let Decided { located: Located { world, town, rules, adopted, sink }, decision } = self;
        let mut sink = sink.start;
        sink.lock()?;
        let attachment = announce(&world, sink.place(), &decision)?;
        if let Some(scenario) = adopted {
            Town::build(&scenario).map_err(|e| RunError::Sim(e.to_string()))?;
            // Like any command logged while the world was stopped, it takes effect at the position of the sink.
            adopt_stopped(&world.store, scenario.to_toml())?;
        }
        let (time, commands) = (world.meta.time, world.meta.commands);
        let claim = Claim { store: &world.store, attachment: &attachment, time, commands, rules: rules.program };
        let attachment = finish_attaching(&mut *sink, &claim)?;
        adopt_rules_version(&world, rules)?;
        let replay = replay(&decision, &*sink);
        Ok(Attached { world, town, attachment, sink, replay })
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
            meta.token = Token::default();
        }
        meta.attachment = attachment.number;
        let world = LoadedWorld {
            town,
            number: world.number,
            packed_in: Duration::ZERO,
            store: world.store,
            pool,
            meta,
            attachment,
        };
        Ok(Loaded { world, sink, replay })
    }
}

/// Records in the store that the world continues by the rules of this release.
fn adopt_rules_version(world: &StoredWorld, rules: Versions) -> Result<(), RunError> {
    if rules.world == rules.program {
        return Ok(());
    }
    let from = format_time(world.meta.time);
    tracing::info!(before = rules.world, now = rules.program, %from, "rules of this release in force");
    settings::set_rules_version(&world.store, rules.program)
}

/// Returns the replay up to the position of the sink.
fn replay(decision: &Decision, sink: &dyn SinkStart) -> Replay {
    match decision {
        Decision::Resume { replay: true, .. } => Replay::Until(sink.reached()),
        _ => Replay::None,
    }
}
