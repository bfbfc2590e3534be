//! From a plan to a run that is about to go: reads the facts, has them decided upon, makes or opens the world, attaches
//! the sink, loads the shards, starts the threads.

mod assembly;
mod kafka;
mod place;

use self::assembly::conductor;
use self::kafka::{Claimed, ReachedCluster, Writer};
use self::place::{
    Opened, announce, asked_place, check_output, finish_attaching, first_attachment, hold, hold_free, left_ahead,
    sink_facts, take_over_sink,
};
use super::attachment::Attachment;
use super::checkpoint::{Checkpointer, Job, compact};
use super::commands::{CommandLog, adopt_stopped};
use super::data_dir_check;
use super::decision::{Decision, Facts, SinkFacts, Standing, Versions, WorldFacts, decide};
use super::error::RunError;
use super::events::{LoopEvent, LoopQueue};
use super::forking::origin_of;
use super::ledger::Remembers;
use super::meta::Meta;
use super::pool::Pool;
use super::publisher::Marked;
use super::run_loop::{Replay, RunLoop};
use super::settings;
use super::stored::{StoredWorld, crash_probe, scenario_hash, world_dir};
use crate::config::{RunPlan, SinkChoice};
use crate::control::Outside;
use crate::http;
use crate::ops::RequestHandler;
use crate::run::EntityWatches;
use crate::sink::files::FolderLock;
use crate::status::Connectivity;
use crate::status::RunStatus;
use crossbeam_channel::{Receiver, bounded, unbounded};
use populace_sim::{RULES_VERSION, STREAMS, Town, VirtualTime, format_time};
use populace_state::{Identity, Presence, Store};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;
use std::time::Instant;

/// A world with its shards, ready to go.
struct Ready {
    town: Arc<Town>,
    store: Store,
    pool: Pool,
    meta: Meta,
    number: u64,
    attachment: Attachment,
    /// The lock of the topic folder, for files.
    hold: Option<FolderLock>,
    replay: Replay,
    claimed: Option<kafka::Claimed>,
}

/// What others see of a run, and by which way.
struct Seen {
    outside: Outside,
    http: Option<http::Serving>,
    desk: RequestHandler,
    live: Arc<EntityWatches>,
}

/// What the steps of a start share.
struct Start {
    mail: Receiver<LoopEvent>,
    contact: Arc<Connectivity>,
}

/// Starts a run.
///
/// # Errors
/// What keeps it from starting.
pub(super) fn start(plan: RunPlan) -> Result<RunLoop, RunError> {
    let began = Instant::now();
    let (post, mail) = unbounded();
    let mailbox = LoopQueue(post);
    let start = Start { mail: mail.clone(), contact: Arc::default() };
    let outside = Outside::start(mailbox.clone(), start.contact.clone())?;
    let mut plan = plan;
    let status = Arc::new(RunStatus::new(start.contact.clone()));
    let live: Arc<EntityWatches> = Arc::default();
    let desk = RequestHandler::new(mailbox.clone(), live.clone(), status);
    // Before the sink is reached, so that whoever looks sees a run that waits.
    let http = http::serve(outside.handle(), &plan.http, &desk, &plan.data_dir)?;
    let ready = match Store::exists(&world_dir(&plan.data_dir)) {
        Presence::Absent | Presence::Unborn => {
            data_dir_check::check(&plan.data_dir, &asked_place(&plan))?;
            start.be_born(&plan)?
        }
        Presence::Foreign => {
            data_dir_check::check(&plan.data_dir, &asked_place(&plan))?;
            start.go_on(&mut plan)?
        }
        Presence::World => start.go_on(&mut plan)?,
    };
    crate::crash::point("startup.loaded");
    let seen = Seen { outside, http, desk, live };
    conductor(&plan, ready, (mailbox, mail, start.contact), seen, began)
}

impl Start {
    fn be_born(&self, plan: &RunPlan) -> Result<Ready, RunError> {
        plan.check_end()?;
        check_output(plan)?;
        let town = Town::build(&plan.scenario).map(Arc::new).map_err(|e| RunError::Sim(e.to_string()))?;
        let identity = identity(plan);
        let world = world_name(identity.world_id);
        let cluster = self.reach(plan, &town)?;
        let place = cluster.as_ref().map_or_else(|| asked_place(plan), ReachedCluster::place);
        let sink = match &cluster {
            Some(cluster) => SinkFacts::Kafka(Box::new(cluster.facts(plan, &world, town.start(), None)?)),
            None => sink_facts(&place, &plan.data_dir, &town, None)?,
        };
        decide(&Facts { world: None, sink: sink.clone() })?;
        // Before there is a world: topics that would not keep its records leave none behind.
        let counts = make_topics(cluster.as_ref(), &sink)?;
        // Before the long work, so that a folder that cannot be written is told at once.
        data_dir_check::make(&plan.data_dir)?;
        let hold = hold_free(&place, &plan.data_dir)?;
        let dir = world_dir(&plan.data_dir);
        if Store::exists(&dir) == Presence::Unborn {
            Store::wipe_unborn(&dir)?;
        }
        let store = Store::create(&dir, &identity, crash_probe())?;
        let mut attachment = first_attachment(place, town.start());
        attachment.write(&store)?;
        tracing::info!(people = plan.scenario.world.people, shards = town.shard_count(), "a world is being made");
        let mut pool = Pool::start(&town, plan.threads)?;
        pool.newborn()?;
        let meta = Meta { attachment: attachment.number, ..Meta::new(town.start()) };
        save_newborn(&mut pool, &store, &meta)?;
        let claimed = match cluster {
            Some(cluster) => {
                settings::set_brokers(&store, &plan.kafka.brokers)?;
                let fenced = cluster.fence(&world)?;
                Some(cluster.claim(Writer { fenced, counts }, None, (&attachment, &meta, RULES_VERSION), plan)?)
            }
            None => None,
        };
        finish_attaching(&mut attachment, &store, &plan.data_dir)?;
        Ok(Ready { town, store, pool, meta, number: 0, attachment, hold, replay: Replay::None, claimed })
    }

    fn go_on(&self, plan: &mut RunPlan) -> Result<Ready, RunError> {
        let world = StoredWorld::open(&plan.data_dir)?;
        crate::crash::point("startup.opened");
        let reconciled = plan.clone().reconcile(&world.latest)?;
        reconciled.notes.iter().for_each(|note| tracing::info!("{note}"));
        *plan = reconciled.plan;
        let adopted = reconciled.adopted;
        if let Some(origin) = origin_of(world.store.identity()) {
            tracing::info!(world = origin.world, at = %format_time(origin.at), "this world is a fork of another");
        }
        let town = world.town()?;
        take_over_sink(plan, &world)?;
        check_output(plan)?;
        let rules = Versions { world: settings::rules_version(&world.store)?, program: RULES_VERSION };
        let opened = self.open_place(plan, &world, &town)?;
        let facts = WorldFacts {
            id: world.store.identity().world_id,
            rules,
            attachment: world.attachment.clone(),
            claim: settings::folder_claim(&world.store)?,
            left_ahead: left_ahead(&world, &opened.place, &town)?,
        };
        let found = if let SinkFacts::Kafka(facts) = &opened.facts {
            kafka::own(&facts.progress_by_world).cloned()
        } else {
            None
        };
        let last = if let SinkFacts::Files(files) = &opened.facts { files.reached.last } else { None };
        let decision = decide(&Facts { world: Some(facts), sink: opened.facts.clone() })?;
        // Before the store knows of another sink: the world must not leave its own for topics that do not keep its records.
        let counts = make_topics(opened.cluster.as_ref().map(|(cluster, _)| cluster), &opened.facts)?;
        let hold = opened.hold.map_or_else(|| hold_free(&opened.place, &plan.data_dir), |hold| Ok(Some(hold)))?;
        let mut attachment = announce(&world, opened.place, &decision)?;
        if let Some(scenario) = adopted {
            Town::build(&scenario).map_err(|e| RunError::Sim(e.to_string()))?;
            // Like any command given while the world did not run, it takes effect where the sink is.
            adopt_stopped(&world.store, scenario.to_toml())?;
        }
        let claimed = match opened.cluster {
            Some((cluster, fenced)) => {
                settings::set_brokers(&world.store, &plan.kafka.brokers)?;
                let writer = Writer { fenced, counts };
                Some(cluster.claim(writer, found.as_ref(), (&attachment, &world.meta, rules.program), plan)?)
            }
            None => None,
        };
        finish_attaching(&mut attachment, &world.store, &world.data_dir)?;
        if rules.world != rules.program {
            let from = format_time(world.meta.time);
            tracing::info!(before = rules.world, now = rules.program, %from, "this world goes on by the rules of this release");
            settings::set_rules_version(&world.store, rules.program)?;
        }
        compact(&world.store);
        let mut pool = Pool::start(&town, plan.threads)?;
        pool.load(&world.store, world.meta.time)?;
        let until = claimed.as_ref().map(Claimed::reached).or(last.map(VirtualTime::next));
        let replay = match decision {
            Decision::Resume { replay: true, .. } => Replay::Until(until),
            _ => Replay::None,
        };
        let mut meta = world.meta.clone();
        if attachment.number != meta.attachment {
            (meta.positions, meta.partitions) = Default::default();
        }
        meta.attachment = attachment.number;
        Ok(Ready { town, number: world.number, store: world.store, pool, meta, attachment, hold, replay, claimed })
    }

    /// Reaches the cluster, where the plan's sink is one.
    fn reach(&self, plan: &RunPlan, town: &Town) -> Result<Option<ReachedCluster>, RunError> {
        if plan.sink != SinkChoice::Kafka {
            return Ok(None);
        }
        let mail = self.mail.clone();
        // Nothing else is posted before the run begins.
        let stopped = Box::new(move || !mail.is_empty());
        ReachedCluster::new(kafka::Surroundings { plan, town, connectivity: &self.contact, stopped }).map(Some)
    }

    /// What is found where the plan wants to go on.
    fn open_place(&self, plan: &RunPlan, world: &StoredWorld, town: &Town) -> Result<Opened, RunError> {
        let Some(cluster) = self.reach(plan, town)? else {
            let place = asked_place(plan);
            let hold = hold(&place, world)?;
            let facts = sink_facts(&place, &plan.data_dir, town, Some(world))?;
            return Ok(Opened { place, facts, hold, cluster: None });
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
        Ok(Opened { place, facts, hold: None, cluster: Some((cluster, fenced)) })
    }
}

/// Makes the topics that are missing, where the sink is a cluster.
fn make_topics(cluster: Option<&ReachedCluster>, sink: &SinkFacts) -> Result<[u32; STREAMS], RunError> {
    match (cluster, sink) {
        (Some(cluster), SinkFacts::Kafka(facts)) => cluster.create_missing(facts),
        _ => Ok([0; STREAMS]),
    }
}

/// A world's name in the cluster.
pub(super) fn world_name(id: u128) -> String {
    format!("{id:032x}")
}

fn identity(plan: &RunPlan) -> Identity {
    let scenario = plan.scenario.to_toml();
    Identity {
        world_id: random_id(),
        seed: plan.scenario.world.seed,
        rules_version: RULES_VERSION,
        scenario_hash: scenario_hash(&scenario),
        scenario,
        note: vec![("populace".into(), env!("CARGO_PKG_VERSION").into())],
    }
}

/// From the system's own randomness; it enters no seed and no emitted value.
pub(super) fn random_id() -> u128 {
    let half = || u128::from(RandomState::new().hash_one(std::time::SystemTime::now()));
    half() << 64 | half()
}

/// Checkpoint 0: the newborn world, before its first event.
fn save_newborn(pool: &mut Pool, store: &Store, meta: &Meta) -> Result<(), RunError> {
    let (post, mail) = unbounded();
    let checkpointer = Checkpointer::start(store.clone(), LoopQueue(post), Remembers::Nothing)?;
    // Bounded, so that a large world is not held twice in memory.
    let (blocks_to, blocks) = bounded(1_024);
    let (to, marked) = bounded(1);
    checkpointer.write(Job { number: 0, blocks, marked })?;
    pool.pack(&blocks_to)?;
    drop(blocks_to);
    let marked = Marked { meta: meta.clone(), ledger: Vec::new(), sync: Box::new(|| Ok(())) };
    let _ = to.send(marked);
    match mail.recv() {
        Ok(LoopEvent::Checkpoint(outcome)) => outcome.map(drop),
        _ => Err(RunError::ThreadGone("checkpointing")),
    }
}
