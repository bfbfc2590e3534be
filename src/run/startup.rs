//! From a plan to a run that is about to go: reads the facts, has them decided upon, makes or opens the world, attaches
//! the sink, loads the shards, starts the threads.

mod kafka;
mod place;

use self::kafka::{Claimed, ReachedCluster};
use self::place::{
    Opened, announce, asked_place, finish_attaching, first_attachment, left_ahead, sink_facts, take_over_sink,
};
use super::attachment::{Attachment, SinkPlace};
use super::checkpoint::{Checkpointer, Job, Schedule};
use super::commands::{CommandLog, adopt_stopped};
use super::conductor::{Conductor, Limits, Numbers, Replay};
use super::decision::{Decision, Facts, SinkFacts, Standing, Versions, WorldFacts, decide};
use super::fault::RunError;
use super::forking::Origin;
use super::forks::Forks;
use super::ground;
use super::loading::{StoredWorld, crash_probe, scenario_hash, topic_names, world_dir};
use super::mail::{Mail, Mailbox};
use super::meta::Meta;
use super::pool::Pool;
use super::publisher::{Begin, Marked, Publisher};
use super::settings::{self, Clock};
use super::window::Windows;
use crate::board::{Board, ClockShown, Facts as Shown};
use crate::config::{Checkpointing, RunMode, RunPlan, SinkChoice};
use crate::control::{Desk, Outside, serve};
use crate::http;
use crate::live::Live;
use crate::progress::{Bounded, Progress};
use crate::sink::kafka::Contact;
use crate::sink::{FilesSink, LinesSink, NullSink, Positions, Sink};
use crossbeam_channel::{Receiver, bounded, unbounded};
use populace_sim::{RULES_VERSION, Town, VirtualTime, format_time};
use populace_state::{Identity, Presence, Store};
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
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
    replay: Replay,
    claimed: Option<kafka::Claimed>,
}

/// What others see of a run, and by which way.
struct Seen {
    outside: Outside,
    http: Option<http::Serving>,
    desk: Desk,
    live: Arc<Live>,
}

/// What the steps of a start share.
struct Start {
    mail: Receiver<Mail>,
    contact: Arc<Contact>,
}

/// Starts a run.
///
/// # Errors
/// What keeps it from starting.
pub(super) fn start(plan: RunPlan) -> Result<Conductor, RunError> {
    let began = Instant::now();
    let (post, mail) = unbounded();
    let mailbox = Mailbox(post);
    let outside = Outside::start(mailbox.clone()).map_err(|e| RunError::io(Path::new("signals"), "listened to", e))?;
    let mut plan = plan;
    let start = Start { mail: mail.clone(), contact: Arc::default() };
    let board = Arc::new(Board::new(start.contact.clone()));
    let live: Arc<Live> = Arc::default();
    let desk = Desk::new(mailbox.clone(), live.clone(), board);
    // Before the sink is reached, so that whoever looks sees a run that waits.
    let http = http::serve(outside.handle(), &plan.http, &desk, &plan.data_dir)?;
    let ready = match Store::exists(&world_dir(&plan.data_dir)) {
        Presence::Absent | Presence::Unborn => {
            ground::check(&plan.data_dir, &asked_place(&plan))?;
            start.be_born(&plan)?
        }
        Presence::Foreign => {
            ground::check(&plan.data_dir, &asked_place(&plan))?;
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
        let town = Town::build(&plan.scenario).map(Arc::new).map_err(|e| RunError::Sim(e.to_string()))?;
        let identity = identity(plan);
        let world = world_name(identity.world_id);
        let cluster = self.reach(plan, &town)?;
        let place = cluster.as_ref().map_or_else(|| asked_place(plan), ReachedCluster::place);
        let sink = match &cluster {
            Some(cluster) => SinkFacts::Kafka(Box::new(cluster.facts(plan, &world, town.start(), None)?)),
            None => sink_facts(&place, &plan.data_dir, &town, &Positions::default())?,
        };
        decide(&Facts { world: None, sink })?;
        // Before the long work, so that a folder that cannot be written is told at once.
        let out = place.folder(&plan.data_dir);
        std::iter::once(plan.data_dir.as_path()).chain(out.as_deref()).try_for_each(ground::make)?;
        let dir = world_dir(&plan.data_dir);
        if Store::exists(&dir) == Presence::Unborn {
            Store::wipe_unborn(&dir)?;
        }
        let store = Store::create(&dir, &identity, crash_probe())?;
        let mut attachment = first_attachment(place, town.start());
        attachment.write(&store)?;
        tracing::info!(people = plan.scenario.world.people, shards = town.shard_count(), "a world is being made");
        let mut pool = Pool::start(&town, plan.threads);
        pool.newborn()?;
        let meta = Meta { attachment: attachment.number, ..Meta::new(town.start()) };
        save_newborn(&mut pool, &store, &meta)?;
        let claimed = match cluster {
            Some(cluster) => {
                settings::set_brokers(&store, &plan.kafka.brokers)?;
                let pen = cluster.fence(&world)?;
                Some(cluster.claim(pen, None, (&attachment, &meta, RULES_VERSION), plan)?)
            }
            None => None,
        };
        finish_attaching(&mut attachment, &store, &plan.data_dir)?;
        Ok(Ready { town, store, pool, meta, number: 0, attachment, replay: Replay::None, claimed })
    }

    fn go_on(&self, plan: &mut RunPlan) -> Result<Ready, RunError> {
        let world = StoredWorld::open(&plan.data_dir)?;
        crate::crash::point("startup.opened");
        let reconciled = plan.clone().reconcile(&world.latest)?;
        reconciled.notes.iter().for_each(|note| tracing::info!("{note}"));
        *plan = reconciled.plan;
        let adopted = reconciled.adopted;
        if let Some(origin) = Origin::of(world.store.identity()) {
            tracing::info!(world = origin.world, at = %format_time(origin.at), "this world is a fork of another");
        }
        let town = world.town()?;
        take_over_sink(plan, &world)?;
        let rules = Versions { world: settings::rules_version(&world.store)?, program: RULES_VERSION };
        let opened = self.open_place(plan, &world, &town)?;
        let facts = WorldFacts {
            id: world.store.identity().world_id,
            rules,
            attachment: world.attachment.clone(),
            left_ahead: left_ahead(&world, &opened.place, &town)?,
        };
        let found = if let SinkFacts::Kafka(facts) = &opened.facts { kafka::own(&facts.ledger).cloned() } else { None };
        let last = if let SinkFacts::Files(files) = &opened.facts { files.reached.last } else { None };
        let decision = decide(&Facts { world: Some(facts), sink: opened.facts })?;
        let mut attachment = announce(&world, opened.place, &decision)?;
        if let Some(scenario) = adopted {
            Town::build(&scenario).map_err(|e| RunError::Sim(e.to_string()))?;
            // Like any command given while the world did not run, it takes effect where the sink is.
            adopt_stopped(&world.store, scenario.to_toml())?;
        }
        let claimed = match opened.cluster {
            Some((cluster, pen)) => {
                settings::set_brokers(&world.store, &plan.kafka.brokers)?;
                Some(cluster.claim(pen, found.as_ref(), (&attachment, &world.meta, rules.program), plan)?)
            }
            None => None,
        };
        finish_attaching(&mut attachment, &world.store, &world.data_dir)?;
        if rules.world != rules.program {
            let from = format_time(world.meta.time);
            tracing::info!(before = rules.world, now = rules.program, %from, "this world goes on by the rules of this release");
            settings::set_rules_version(&world.store, rules.program)?;
        }
        let mut pool = Pool::start(&town, plan.threads);
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
        Ok(Ready { town, number: world.number, store: world.store, pool, meta, attachment, replay, claimed })
    }

    /// Reaches the cluster, where the plan's sink is one.
    fn reach(&self, plan: &RunPlan, town: &Town) -> Result<Option<ReachedCluster>, RunError> {
        if plan.sink != SinkChoice::Kafka {
            return Ok(None);
        }
        let mail = self.mail.clone();
        // Nothing else is posted before the run begins.
        let stopped = Box::new(move || !mail.is_empty());
        ReachedCluster::new(kafka::Surroundings { plan, town, contact: &self.contact, stopped }).map(Some)
    }

    /// What is found where the plan wants to go on.
    fn open_place(&self, plan: &RunPlan, world: &StoredWorld, town: &Town) -> Result<Opened, RunError> {
        let Some(cluster) = self.reach(plan, town)? else {
            let place = asked_place(plan);
            let facts = sink_facts(&place, &plan.data_dir, town, &world.positions())?;
            return Ok(Opened { place, facts, cluster: None });
        };
        let name = world_name(world.store.identity().world_id);
        let pen = cluster.fence(&name)?;
        let checkpoint = Standing {
            time: world.meta.time,
            partitions: world.partitions(),
            commands: world.meta.commands,
            logged: CommandLog::read(&world.store, &world.dir, world.meta.commands)?.dated(),
        };
        let facts = cluster.facts(plan, &name, town.start(), Some(checkpoint))?;
        Ok(Opened { place: cluster.place(), facts: SinkFacts::Kafka(Box::new(facts)), cluster: Some((cluster, pen)) })
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
    let checkpointer = Checkpointer::start(store.clone(), Mailbox(post));
    // Bounded, so that a large world is not held twice in memory.
    let (blocks_to, blocks) = bounded(1_024);
    let (to, marked) = bounded(1);
    checkpointer.write(Job { number: 0, blocks, marked })?;
    pool.pack(&blocks_to)?;
    drop(blocks_to);
    let marked = Marked { meta: meta.clone(), ledger: Vec::new(), sync: Box::new(|| Ok(())) };
    let _ = to.send(marked);
    match mail.recv() {
        Ok(Mail::Checkpoint(outcome)) => outcome.map(drop),
        _ => Err(RunError::ThreadGone("checkpointing")),
    }
}

fn open_sink(plan: &RunPlan, town: &Town, meta: &Meta, claimed: Option<Claimed>) -> Result<Box<dyn Sink>, RunError> {
    Ok(match (&plan.sink, claimed) {
        (_, Some(claimed)) => Box::new(claimed.open(&meta.partitions)),
        (SinkChoice::Files { out }, None) => Box::new(FilesSink::open(out, &topic_names(town), &meta.positions)?),
        (SinkChoice::Stdout, None) => Box::new(LinesSink::new(std::io::stdout())),
        (SinkChoice::Null | SinkChoice::Kafka, None) => Box::new(NullSink),
    })
}

fn conductor(
    plan: &RunPlan,
    ready: Ready,
    (mailbox, mail, contact): (Mailbox, Receiver<Mail>, Arc<Contact>),
    seen: Seen,
    began: Instant,
) -> Result<Conductor, RunError> {
    let Ready { town, store, pool, meta, number, attachment, replay, claimed } = ready;
    let end = settings::resolve_end(&store, plan.end.as_ref())?;
    let clock = clock(&store, plan)?;
    let unkept = !attachment.place.is_kept();
    let skip_to = if unkept { settings::cut(&store, attachment.number)? } else { 0 };
    // A goal was reached inside a window, beyond the checkpoint: what was given since acts after it.
    let replay = if skip_to > meta.digests.total() { Replay::Until(None) } else { replay };
    let Seen { outside, http, desk, live } = seen;
    let board = desk.board().clone();
    let begin = Begin {
        digests: meta.digests,
        days: meta.positions.0.map(|position| position.day),
        goal: plan.events,
        skip_to,
        now: meta.time,
        board: board.clone(),
    };
    let publisher = Publisher::start(open_sink(plan, &town, &meta, claimed)?, begin, mailbox.clone());
    let pace = clock.pace.unwrap_or(plan.pace);
    board.set_town(&town);
    board.set_clock(ClockShown { paused: clock.paused, pace });
    board.saving(number);
    board.window(meta.time, 0);
    let letters = mailbox.clone();
    board.begin(Shown {
        world: world_name(store.identity().world_id),
        fork_of: Origin::of(store.identity()),
        published: publisher.published().clone(),
        sink: attachment.place.kind(),
        began,
        mail: Box::new(move || letters.0.len()),
    });
    let serving = serve(outside.handle(), &plan.data_dir, desk);
    let serving = serving.inspect_err(|e| tracing::warn!("the control socket cannot be served: {e}")).ok();
    // What came before, such as the wait for a broker, is no part of the run.
    let deadline = plan.duration.map(|duration| Instant::now() + duration);
    let bounded = end.is_some() || plan.events.is_some() || deadline.is_some();
    Ok(Conductor {
        log: CommandLog::read(&store, &world_dir(&plan.data_dir), meta.commands)?,
        windows: Windows::new(town.events_per_day()),
        schedule: Schedule::new(plan.checkpoint_every, Instant::now()),
        checkpointer: Checkpointer::start(store.clone(), mailbox.clone()),
        limits: Limits { end, goal: plan.events, deadline },
        saving: plan.checkpoints == Checkpointing::On,
        numbers: Numbers::new(&meta, number, began),
        progress: Progress::new(plan.progress, if bounded { Bounded::Yes } else { Bounded::No }),
        pace,
        pacer: None,
        clock,
        ending: None,
        in_flight: false,
        forks: Forks::new(world_dir(&plan.data_dir), mailbox.clone()),
        waiting: Vec::new(),
        batches: Vec::new(),
        now: meta.time,
        attachment: attachment.number,
        unkept,
        contact,
        given_up: false,
        to_stdout: attachment.place == SinkPlace::Stdout,
        _serving: serving,
        _http: http,
        _outside: outside,
        live,
        board,
        mail,
        publisher,
        pool,
        store,
        town,
        replay,
    })
}

/// What was asked of the clock by the control socket, unless the command line says otherwise.
fn clock(store: &Store, plan: &RunPlan) -> Result<Clock, RunError> {
    let saved = settings::clock(store)?;
    if plan.states_pace() {
        if plan.mode == RunMode::Run && saved != Clock::default() {
            settings::set_clock(store, Clock::default())?;
        }
        return Ok(Clock::default());
    }
    if let Some(pace) = saved.pace {
        tracing::info!(speed = %pace, "the speed that was set while it ran last");
    }
    if saved.paused {
        tracing::warn!("the world was paused and is paused still: ask its control socket to resume, or give --speed");
    }
    Ok(saved)
}
