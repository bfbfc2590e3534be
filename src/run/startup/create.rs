//! The start of a run whose world is not there yet: `Located`, then `Decided`, then `Created`, then loaded. Must not depend
//! on: the run loop.

use super::RunContext;
use super::attach::{Loaded, LoadedWorld, OwnedSink, finish_attaching, first_attachment};
use super::found_sink::{FoundSink, check_stdout, lock_free_folder, planned_place, sink_facts};
use super::kafka::{ClaimFrom, ReachedCluster};
use crate::run::attachment::Attachment;
use crate::run::checkpoint::{CheckpointJob, Checkpointer};
use crate::run::data_dir_check;
use crate::run::decision::{Facts, SinkFacts, decide};
use crate::run::error::RunError;
use crate::run::events::{LoopEvent, LoopQueue};
use crate::run::identity::{new_identity, world_name};
use crate::run::ledger::Remembers;
use crate::run::meta::Meta;
use crate::run::pool::Pool;
use crate::run::publisher::SinkMark;
use crate::run::run_loop::Replay;
use crate::run::settings;
use crate::run::stored::{crash_probe, world_dir};
use crossbeam_channel::{bounded, unbounded};
use populace_sim::{RULES_VERSION, STREAMS, Town};
use populace_state::{Identity, Presence, Store};
use std::sync::Arc;

/// The blocks that wait for the store while a new world is saved: bounded, so that it is not twice in memory.
const QUEUED_BLOCKS: usize = 1_024;

/// A world to be created, and the sink that was found for it.
struct Located {
    town: Arc<Town>,
    identity: Identity,
    sink: FoundSink,
}

/// A world that may be created.
struct Decided {
    located: Located,
    /// The partitions of each topic.
    partitions: [u32; STREAMS],
}

/// A world in its store, with its first checkpoint; the sink is not claimed yet.
struct Created {
    town: Arc<Town>,
    store: Store,
    pool: Pool,
    meta: Meta,
    attachment: Attachment,
    sink: OwnedSink,
    cluster: Option<ReachedCluster>,
    partitions: [u32; STREAMS],
}

/// Creates the world of the plan.
pub(super) fn create_world(context: &RunContext) -> Result<Loaded, RunError> {
    Located::new(context)?.decide()?.create(context)?.claim(context)
}

impl Located {
    fn new(context: &RunContext) -> Result<Self, RunError> {
        let plan = &context.plan;
        plan.check_end()?;
        check_stdout(plan)?;
        let town = Town::build(&plan.scenario).map(Arc::new).map_err(|e| RunError::Sim(e.to_string()))?;
        let identity = new_identity(plan);
        let cluster = context.reach_cluster(&town)?;
        let place = cluster.as_ref().map_or_else(|| planned_place(plan), ReachedCluster::place);
        let facts = match &cluster {
            Some(cluster) => {
                let facts = cluster.facts(plan, &world_name(identity.world_id), town.start(), None)?;
                SinkFacts::Kafka(Box::new(facts))
            }
            None => sink_facts(&place, &plan.data_dir, &town, None)?,
        };
        Ok(Located { town, identity, sink: FoundSink { place, facts, lock: None, cluster, fenced: None } })
    }

    /// Decides whether the world may be created, before there is anything of it: a refusal leaves no world behind.
    fn decide(self) -> Result<Decided, RunError> {
        decide(&Facts { world: None, sink: self.sink.facts.clone() })?;
        let partitions = self.sink.create_missing_topics()?;
        Ok(Decided { located: self, partitions })
    }
}

impl Decided {
    fn create(self, context: &RunContext) -> Result<Created, RunError> {
        let (plan, partitions) = (&context.plan, self.partitions);
        let Located { town, identity, sink } = self.located;
        // Before the long work, so that a folder that cannot be written is reported at once.
        data_dir_check::create_dir(&plan.data_dir)?;
        let lock = lock_free_folder(&sink.place, &plan.data_dir)?;
        let store = create_store(plan.data_dir.as_path(), &identity)?;
        let attachment = first_attachment(sink.place, town.start());
        attachment.write(&store)?;
        tracing::info!(people = plan.scenario.world.people, shards = town.shard_count(), "creating world");
        let mut pool = Pool::start(&town, plan.threads)?;
        pool.create_shards()?;
        let meta = Meta { attachment: attachment.number, ..Meta::new(town.start()) };
        save_first_checkpoint(&mut pool, &store, &meta)?;
        let owned = OwnedSink::of(&plan.sink, lock);
        Ok(Created { town, store, pool, meta, attachment, sink: owned, cluster: sink.cluster, partitions })
    }
}

impl Created {
    fn claim(self, context: &RunContext) -> Result<Loaded, RunError> {
        let Created { town, store, pool, meta, mut attachment, mut sink, cluster, partitions } = self;
        let plan = &context.plan;
        if let Some(cluster) = cluster {
            settings::set_brokers(&store, &plan.kafka.brokers)?;
            let fenced = cluster.fence(&world_name(store.identity().world_id))?;
            let from = ClaimFrom { found: None, attachment: &attachment, meta: &meta, rules: RULES_VERSION };
            sink = OwnedSink::Kafka(Box::new(cluster.claim(fenced, partitions, from, plan)?));
        }
        finish_attaching(&mut attachment, &store, &plan.data_dir)?;
        let world = LoadedWorld { town, store, pool, meta, number: 0, attachment };
        Ok(Loaded { world, sink, replay: Replay::None })
    }
}

/// Creates the store of a world, in place of one whose creation was interrupted.
fn create_store(data_dir: &std::path::Path, identity: &Identity) -> Result<Store, RunError> {
    let dir = world_dir(data_dir);
    if Store::exists(&dir) == Presence::Unborn {
        Store::wipe_unborn(&dir)?;
    }
    Ok(Store::create(&dir, identity, crash_probe())?)
}

/// Saves checkpoint 0: the new world, before its first event.
fn save_first_checkpoint(pool: &mut Pool, store: &Store, meta: &Meta) -> Result<(), RunError> {
    let (sender, events) = unbounded();
    let checkpointer = Checkpointer::start(store.clone(), LoopQueue(sender), Remembers::Nothing)?;
    let (blocks_to, blocks) = bounded(QUEUED_BLOCKS);
    let (to, marked) = bounded(1);
    checkpointer.write(CheckpointJob {
        number: 0,
        blocks,
        marked,
        span: tracing::debug_span!("checkpoint", number = 0),
    })?;
    pool.pack(&blocks_to)?;
    drop(blocks_to);
    // The thread takes it, or reports its failure below.
    let _ = to.send(SinkMark { meta: meta.clone(), closed_days: Vec::new(), sync: Box::new(|| Ok(())) });
    match events.recv() {
        Ok(LoopEvent::CheckpointDone(outcome)) => outcome.map(drop),
        _ => Err(RunError::ThreadGone("checkpointing")),
    }
}
