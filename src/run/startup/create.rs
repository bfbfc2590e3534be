//! The start of a run whose world does not exist yet: `Located`, then `Decided`, then `Created`, then loaded. Must not
//! depend on: the run loop.

use super::attach::{Loaded, LoadedWorld, finish_attaching, first_attachment};
use super::context::RunContext;
use super::found_sink::FoundSink;
use crate::paths::world_dir;
use crate::run::checkpoint::{CheckpointJob, Checkpointer, block_channel};
use crate::run::data_dir_check;
use crate::run::decision::{Facts, Refusal, decide};
use crate::run::error::RunError;
use crate::run::events::{LoopEvent, LoopQueue};
use crate::run::identity::new_identity;
use crate::run::ledger::Remembers;
use crate::run::memory::{self, WorldAge};
use crate::run::meta::Meta;
use crate::run::pool::Pool;
use crate::run::publisher::SinkMark;
use crate::run::run_loop::Replay;
use crate::run::stored::crash_probe;
use crate::sink::{Attachment, Claim, SinkStart, kind};
use crossbeam_channel::{bounded, unbounded};
use populace_sim::{RULES_VERSION, Town};
use populace_state::{Identity, Presence, Store};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A world to be created, and the sink that was found for it.
struct Located {
    town: Arc<Town>,
    identity: Identity,
    sink: FoundSink,
}

/// A world that may be created.
struct Decided {
    located: Located,
}

/// A world in its store, with its first checkpoint; the sink is not claimed yet.
struct Created {
    town: Arc<Town>,
    store: Store,
    pool: Pool,
    meta: Meta,
    packed_in: Duration,
    attachment: Attachment,
    sink: Box<dyn SinkStart>,
}

/// Creates the world of the plan.
pub(super) fn create_world(context: &RunContext) -> Result<Loaded, RunError> {
    Located::new(context)?.decide()?.create(context)?.claim()
}

impl Located {
    fn new(context: &RunContext) -> Result<Self, RunError> {
        let plan = &context.plan;
        plan.check_end()?;
        memory::check(plan.scenario.world.people, WorldAge::New, plan.memory).map_err(Refusal::from)?;
        kind(plan.sink.kind())?.check(plan)?;
        let town = Town::build(&plan.scenario).map(Arc::new).map_err(|e| RunError::Sim(e.to_string()))?;
        let identity = new_identity(plan);
        let mut start = context.reach_sink(&town)?;
        let facts = start.inspect(identity.world_id, None)?;
        Ok(Located { town, identity, sink: FoundSink { start, facts } })
    }

    /// Decides that the world may be created, before any of it exists: a refusal leaves no world behind.
    fn decide(mut self) -> Result<Decided, RunError> {
        decide(&Facts { world: None, sink: &*self.sink.facts })?;
        self.sink.start.create_missing()?;
        Ok(Decided { located: self })
    }
}

impl Decided {
    fn create(self, context: &RunContext) -> Result<Created, RunError> {
        let plan = &context.plan;
        let Located { town, identity, sink: FoundSink { start: mut sink, .. } } = self.located;
        // Before the long work, so that a folder that cannot be written is reported at once.
        data_dir_check::create_dir(&plan.data_dir)?;
        sink.lock()?;
        let store = create_store(plan.data_dir.as_path(), &identity)?;
        let attachment = first_attachment(sink.place(), town.start());
        attachment.write(&store)?;
        tracing::info!(people = plan.scenario.world.people, shards = town.shard_count(), "creating world");
        let mut pool = Pool::start(&town, plan.threads)?;
        pool.create_shards()?;
        let meta = Meta { attachment: attachment.number, ..Meta::new(town.start()) };
        let packed_in = save_first_checkpoint(&mut pool, &store, &meta)?;
        Ok(Created { town, store, pool, meta, packed_in, attachment, sink })
    }
}

impl Created {
    fn claim(self) -> Result<Loaded, RunError> {
        let Created { town, store, pool, meta, packed_in, attachment, mut sink } = self;
        let (time, commands) = (meta.time, meta.commands);
        let claim = Claim { store: &store, attachment: &attachment, time, commands, rules: RULES_VERSION };
        let attachment = finish_attaching(&mut *sink, &claim)?;
        let world = LoadedWorld { town, store, pool, meta, number: 0, packed_in, attachment };
        Ok(Loaded { world, sink, replay: Replay::None })
    }
}

/// Creates the store of a world, in place of one whose creation was interrupted.
fn create_store(data_dir: &std::path::Path, identity: &Identity) -> Result<Store, RunError> {
    let dir = world_dir(data_dir);
    if Store::exists(&dir) == Presence::Incomplete {
        Store::wipe_incomplete(&dir)?;
    }
    Ok(Store::create(&dir, identity, crash_probe())?)
}

/// Saves checkpoint 0: the new world, before its first event. Returns the time that the simulating threads spent on it.
fn save_first_checkpoint(pool: &mut Pool, store: &Store, meta: &Meta) -> Result<Duration, RunError> {
    let (sender, events) = unbounded();
    let checkpointer = Checkpointer::start(store.clone(), LoopQueue(sender), Remembers::Nothing)?;
    let (blocks_to, blocks) = block_channel();
    let (to, marked) = bounded(1);
    checkpointer.write(CheckpointJob {
        number: 0,
        blocks,
        marked,
        span: tracing::debug_span!("checkpoint", number = 0),
    })?;
    let began = Instant::now();
    pool.pack(&blocks_to)?;
    let packed_in = began.elapsed();
    drop(blocks_to);
    // The thread receives it, or reports its failure below.
    let (sync, committed) = (Box::new(|| Ok(())), Box::new(|| Ok(())));
    let _ = to.send(SinkMark { meta: meta.clone(), closed_days: Vec::new(), sync, committed });
    match events.recv() {
        Ok(LoopEvent::CheckpointDone(outcome)) => outcome.map(|_| packed_in),
        _ => Err(RunError::ThreadGone("checkpointing")),
    }
}
