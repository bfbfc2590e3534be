//! From a plan to a run that is about to go: reads the facts, has them decided upon, makes or opens the world, attaches
//! the sink, loads the shards, starts the threads.

use super::attachment::{Attachment, Phase, SinkPlace};
use super::checkpoint::{Checkpointer, Job, Schedule};
use super::commands::CommandLog;
use super::conductor::{Conductor, Limits, Numbers, Replay};
use super::decision::{Decision, Facts, FilesFacts, SinkFacts, Versions, WorldFacts, decide};
use super::fault::RunError;
use super::ground;
use super::loading::{StoredWorld, crash_probe, scenario_hash, topic_names, world_dir};
use super::mail::{Mail, Mailbox};
use super::meta::Meta;
use super::pool::Pool;
use super::publisher::{Begin, Marked, Publisher};
use super::settings::{self, Clock};
use super::window::Windows;
use crate::config::{Checkpointing, RunMode, RunPlan, SinkChoice};
use crate::control::{Outside, serve};
use crate::live::Live;
use crate::progress::{Bounded, Progress};
use crate::sink::files::{Owner, Reached, reached, read_owner, topic_folder_in_use, write_owner};
use crate::sink::{FilesSink, LinesSink, NullSink, Positions, Sink};
use crossbeam_channel::{Receiver, bounded, unbounded};
use populace_sim::{Digests, RULES_VERSION, Town, VirtualTime};
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
    let ready = match Store::exists(&world_dir(&plan.data_dir)) {
        Presence::Absent | Presence::Unborn => {
            ground::check(&plan.data_dir, &place_of(&plan.sink, &plan.data_dir))?;
            be_born(&plan)?
        }
        Presence::Foreign => {
            ground::check(&plan.data_dir, &place_of(&plan.sink, &plan.data_dir))?;
            go_on(&mut plan)?
        }
        Presence::World => go_on(&mut plan)?,
    };
    crate::crash::point("startup.loaded");
    conductor(&plan, ready, (mailbox, mail), outside, began)
}

fn be_born(plan: &RunPlan) -> Result<Ready, RunError> {
    plan.check_end()?;
    let town = Town::build(&plan.scenario).map(Arc::new).map_err(|e| RunError::Sim(e.to_string()))?;
    let place = place_of(&plan.sink, &plan.data_dir);
    let sink = sink_facts(&place, &plan.data_dir, &town, &Positions::default())?;
    decide(&Facts { world: None, sink })?;
    // Before the long work, so that a folder that cannot be written is told at once.
    let out = place.folder(&plan.data_dir);
    std::iter::once(plan.data_dir.as_path()).chain(out.as_deref()).try_for_each(ground::make)?;
    let dir = world_dir(&plan.data_dir);
    if Store::exists(&dir) == Presence::Unborn {
        Store::wipe_unborn(&dir)?;
    }
    let store = Store::create(&dir, &identity(plan), crash_probe())?;
    let mut attachment = first_attachment(place, town.start());
    attachment.write(&store)?;
    tracing::info!(people = plan.scenario.world.people, shards = town.shard_count(), "a world is being made");
    let mut pool = Pool::start(&town, plan.threads);
    pool.newborn()?;
    let meta = Meta { attachment: attachment.number, ..Meta::new(town.start()) };
    save_newborn(&mut pool, &store, &meta)?;
    finish_attaching(&mut attachment, &store, &plan.data_dir)?;
    Ok(Ready { town, store, pool, meta, number: 0, attachment, replay: Replay::None })
}

fn first_attachment(place: SinkPlace, since: VirtualTime) -> Attachment {
    Attachment { number: 1, place, phase: Phase::Announced, base: Digests::default(), since }
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
fn random_id() -> u128 {
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

fn go_on(plan: &mut RunPlan) -> Result<Ready, RunError> {
    let world = StoredWorld::open(&plan.data_dir)?;
    crate::crash::point("startup.opened");
    let reconciled = plan.clone().reconcile(&world.scenario)?;
    reconciled.notes.iter().for_each(|note| tracing::info!("{note}"));
    *plan = reconciled.plan;
    let town = world.town()?;
    let place = wanted_place(plan, &world);
    plan.sink = choice_of(&place, &plan.data_dir);
    let rules = Versions { world: settings::rules_version(&world.store)?, program: RULES_VERSION };
    let sink = sink_facts(&place, &plan.data_dir, &town, &world.positions())?;
    let last = if let SinkFacts::Files(files) = &sink { files.reached.last } else { None };
    let facts = WorldFacts {
        id: world.store.identity().world_id,
        rules,
        attachment: world.attachment.clone(),
        left_ahead: left_ahead(&world, &place, &town)?,
    };
    let decision = decide(&Facts { world: Some(facts), sink })?;
    let attachment = attach(&world, place, &decision)?;
    if rules.world != rules.program {
        settings::set_rules_version(&world.store, rules.program)?;
    }
    let mut pool = Pool::start(&town, plan.threads);
    pool.load(&world.store, world.meta.time)?;
    let replay = match decision {
        Decision::Resume { replay: true, .. } => Replay::Until(last),
        _ => Replay::None,
    };
    let mut meta = world.meta.clone();
    (meta.positions, meta.attachment) = (world_positions(&world, &attachment), attachment.number);
    Ok(Ready { town, number: world.number, store: world.store, pool, meta, attachment, replay })
}

fn world_positions(world: &StoredWorld, attachment: &Attachment) -> Positions {
    if attachment.number == world.meta.attachment { world.meta.positions } else { Positions::default() }
}

/// The sink that the world has, unless another is stated.
fn wanted_place(plan: &RunPlan, world: &StoredWorld) -> SinkPlace {
    let stated = |key| plan.stated.contains(key);
    let asked = place_of(&plan.sink, &plan.data_dir);
    let Some(attachment) = &world.attachment else { return asked };
    let same_kind = std::mem::discriminant(&attachment.place) == std::mem::discriminant(&asked);
    let keep = !stated("files.out") && (same_kind || !stated("sink.kind"));
    if keep { attachment.place.clone() } else { asked }
}

fn place_of(choice: &SinkChoice, data_dir: &Path) -> SinkPlace {
    match choice {
        SinkChoice::Files { out } => SinkPlace::files(out, data_dir),
        SinkChoice::Stdout => SinkPlace::Stdout,
        SinkChoice::Null | SinkChoice::Kafka => SinkPlace::Null,
    }
}

fn choice_of(place: &SinkPlace, data_dir: &Path) -> SinkChoice {
    match (place, place.folder(data_dir)) {
        (SinkPlace::Stdout, _) => SinkChoice::Stdout,
        (_, Some(out)) => SinkChoice::Files { out },
        (_, None) => SinkChoice::Null,
    }
}

fn sink_facts(place: &SinkPlace, data_dir: &Path, town: &Town, positions: &Positions) -> Result<SinkFacts, RunError> {
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
fn left_ahead(world: &StoredWorld, wanted: &SinkPlace, town: &Town) -> Result<bool, RunError> {
    let Some(attachment) = world.attachment.as_ref().filter(|old| old.place != *wanted) else { return Ok(false) };
    let Some(out) = attachment.place.folder(&world.data_dir) else { return Ok(false) };
    let ours = Owner::World(world.store.identity().world_id, attachment.number);
    // A folder that is gone, or holds something else by now, contradicts nothing.
    Ok(read_owner(&out)? == ours && reached(&out, &topic_names(town), &world.positions())?.beyond)
}

/// Brings the attachment to where the decision wants it.
fn attach(world: &StoredWorld, place: SinkPlace, decision: &Decision) -> Result<Attachment, RunError> {
    let mut attachment = match (&world.attachment, decision) {
        (Some(old), Decision::Attach) => next_attachment(world, place, old.number + 1),
        (None, _) => next_attachment(world, place, 1),
        (Some(old), _) => Attachment { place, ..old.clone() },
    };
    if world.attachment.as_ref() != Some(&attachment) {
        tracing::info!(sink = ?attachment.place, "the world is attached to this sink from its last checkpoint on");
        attachment.write(&world.store)?;
    }
    finish_attaching(&mut attachment, &world.store, &world.data_dir)?;
    Ok(attachment)
}

fn next_attachment(world: &StoredWorld, place: SinkPlace, number: u32) -> Attachment {
    Attachment { number, place, phase: Phase::Announced, base: world.meta.digests, since: world.meta.time }
}

fn finish_attaching(attachment: &mut Attachment, store: &Store, data_dir: &Path) -> Result<(), RunError> {
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

fn open_sink(plan: &RunPlan, town: &Town, positions: &Positions) -> Result<Box<dyn Sink>, RunError> {
    Ok(match &plan.sink {
        SinkChoice::Files { out } => Box::new(FilesSink::open(out, &topic_names(town), positions)?),
        SinkChoice::Stdout => Box::new(LinesSink::new(std::io::stdout())),
        SinkChoice::Null | SinkChoice::Kafka => Box::new(NullSink),
    })
}

fn conductor(
    plan: &RunPlan,
    ready: Ready,
    (mailbox, mail): (Mailbox, Receiver<Mail>),
    outside: Outside,
    began: Instant,
) -> Result<Conductor, RunError> {
    let Ready { town, store, pool, meta, number, attachment, replay } = ready;
    let end = settings::resolve_end(&store, plan.end.as_ref())?;
    let clock = clock(&store, plan)?;
    let unkept = attachment.place.folder(&plan.data_dir).is_none();
    let skip_to = if unkept { settings::cut(&store, attachment.number)? } else { 0 };
    // A goal was reached inside a window, beyond the checkpoint: what was given since acts after it.
    let replay = if skip_to > meta.digests.total() { Replay::Until(None) } else { replay };
    let begin = Begin {
        digests: meta.digests,
        days: meta.positions.0.map(|position| position.day),
        goal: plan.events,
        skip_to,
    };
    let publisher = Publisher::start(open_sink(plan, &town, &meta.positions)?, begin, mailbox.clone());
    let live = Arc::new(Live::default());
    let serving = serve(outside.handle(), &plan.data_dir, mailbox.clone(), live.clone(), town.clone());
    let serving = serving.inspect_err(|e| tracing::warn!("the control socket cannot be served: {e}")).ok();
    let deadline = plan.duration.map(|duration| began + duration);
    let bounded = end.is_some() || plan.events.is_some() || deadline.is_some();
    Ok(Conductor {
        log: CommandLog::read(&store, &world_dir(&plan.data_dir), meta.commands)?,
        windows: Windows::new(town.events_per_day()),
        schedule: Schedule::new(plan.checkpoint_every, Instant::now()),
        checkpointer: Checkpointer::start(store.clone(), mailbox),
        limits: Limits { end, goal: plan.events, deadline },
        saving: plan.checkpoints == Checkpointing::On,
        numbers: Numbers::new(&meta, number, began),
        progress: Progress::new(plan.progress, if bounded { Bounded::Yes } else { Bounded::No }),
        pace: clock.pace.unwrap_or(plan.pace),
        pacer: None,
        clock,
        ending: None,
        in_flight: false,
        waiting: Vec::new(),
        batches: Vec::new(),
        now: meta.time,
        attachment: attachment.number,
        unkept,
        to_stdout: attachment.place == SinkPlace::Stdout,
        _serving: serving,
        _outside: outside,
        live,
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
