//! The run loop put together: its sink, its threads and what others see of it, from a world that is ready to go. Decides
//! nothing about the world.

use super::kafka::Claimed;
use super::{Ready, Seen, world_name};
use crate::config::{Checkpointing, RunMode, RunPlan, SinkChoice};
use crate::control::serve;
use crate::pace::ClockStanding;
use crate::progress::{Bounded, Progress};
use crate::run::attachment::{Attachment, SinkPlace};
use crate::run::checkpoint::{Checkpointer, Schedule};
use crate::run::commands::CommandLog;
use crate::run::error::RunError;
use crate::run::events::{LoopEvent, LoopQueue};
use crate::run::forking::origin_of;
use crate::run::forks::Forks;
use crate::run::ledger::Remembers;
use crate::run::meta::Meta;
use crate::run::publisher::{Begin, Publisher};
use crate::run::run_loop::{Limits, Numbers, Replay, RunLoop};
use crate::run::settings::{self, Clock};
use crate::run::stored::{topic_names, world_dir};
use crate::run::timing;
use crate::run::window_sizing::WindowSizer;
use crate::sink::files::{FolderLock, Manifest};
use crate::sink::{FilesSink, LinesSink, NullSink, Sink};
use crate::status::Connectivity;
use crate::status::{RunFacts, ShownClock};
use crossbeam_channel::Receiver;
use populace_sim::Town;
use populace_state::Store;
use std::fs::File;
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// Standard output without the buffer of the standard library, which takes a stream that cannot be written for one that
/// takes everything.
fn lines_out() -> Result<File, RunError> {
    let owned = std::io::stdout().as_fd().try_clone_to_owned();
    owned.map(File::from).map_err(|e| RunError::io(Path::new("standard output"), "opened", e))
}

fn open_sink(
    plan: &RunPlan,
    (world, town): (u128, &Town),
    meta: &Meta,
    (claimed, hold): (Option<Claimed>, Option<FolderLock>),
) -> Result<Box<dyn Sink>, RunError> {
    Ok(match (&plan.sink, claimed) {
        (_, Some(claimed)) => Box::new(claimed.open(meta)),
        (SinkChoice::Files { out }, None) => {
            let hold = hold.expect("a folder is locked before it is decided upon");
            let manifest = Manifest::new(out, world, meta.attachment);
            Box::new(FilesSink::open((out, hold), manifest, &topic_names(town), &meta.positions)?)
        }
        (SinkChoice::Stdout, None) => Box::new(LinesSink::new(lines_out()?)),
        (SinkChoice::Null | SinkChoice::Kafka, None) => Box::new(NullSink),
    })
}

/// Only topic files can be moved away by the day.
fn remembers(attachment: &Attachment) -> Remembers {
    match attachment.place {
        SinkPlace::Files { .. } => Remembers::Since(attachment.since.utc_day()),
        SinkPlace::Kafka { .. } | SinkPlace::Stdout | SinkPlace::Null => Remembers::Nothing,
    }
}

/// The run loop of a world that is ready to go.
pub(super) fn conductor(
    plan: &RunPlan,
    ready: Ready,
    (mailbox, mail, contact): (LoopQueue, Receiver<LoopEvent>, Arc<Connectivity>),
    seen: Seen,
    began: Instant,
) -> Result<RunLoop, RunError> {
    let Ready { town, store, pool, meta, number, attachment, hold, replay, claimed } = ready;
    let end = settings::resolve_end(&store, plan.end.as_ref())?;
    let clock = clock(&store, plan)?;
    let unkept = !attachment.place.is_kept();
    let remembers = remembers(&attachment);
    let skip_to = if unkept { settings::cut(&store, attachment.number)? } else { 0 };
    // A goal was reached inside a window, beyond the checkpoint: what was given since acts after it.
    let replay = if skip_to > meta.digests.total() { Replay::Until(None) } else { replay };
    let Seen { outside, http, desk, live } = seen;
    let status = desk.status().clone();
    let begin = Begin {
        digests: meta.digests,
        days: meta.positions.0.map(|position| position.day),
        goal: plan.events,
        skip_to,
        now: meta.time,
        status: status.clone(),
    };
    let sink = open_sink(plan, (store.identity().world_id, &town), &meta, (claimed, hold))?;
    let publisher = Publisher::start(sink, begin, mailbox.clone())?;
    let pace = timing::pace(&store, plan, clock.pace)?;
    status.set_town(&town);
    status.set_clock(ShownClock { paused: clock.paused, pace });
    status.checkpoint_started(number);
    status.set_window(meta.time, 0);
    let letters = mailbox.clone();
    status.set_facts(RunFacts {
        world: world_name(store.identity().world_id),
        fork_of: origin_of(store.identity()),
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
    Ok(RunLoop {
        log: CommandLog::read(&store, &world_dir(&plan.data_dir), meta.commands)?,
        windows: WindowSizer::new(town.events_per_day()),
        schedule: Schedule::new(plan.checkpoint_every, Instant::now()),
        checkpointer: Checkpointer::start(store.clone(), mailbox.clone(), remembers)?,
        limits: Limits { end, goal: plan.events, deadline },
        saving: plan.checkpoints == Checkpointing::On,
        numbers: Numbers::new(&meta, number, began),
        progress: Progress::new(plan.progress, if bounded { Bounded::Yes } else { Bounded::No }),
        pace,
        pacer: None,
        watch: timing::watch(&store, plan)?,
        standing: ClockStanding::Fine,
        refused: None,
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
        hurried: false,
        to_stdout: attachment.place == SinkPlace::Stdout,
        _serving: serving,
        _http: http,
        _outside: outside,
        live,
        status,
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
