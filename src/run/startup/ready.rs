//! The run loop of a loaded world: its sink is opened and its threads are started. Decides nothing about the world.
//! Must not depend on: the control socket, HTTP.

use super::attach::{Loaded, LoadedWorld};
use super::context::RunContext;
use crate::config::RunPlan;
use crate::paths::world_dir;
use crate::progress::{Bounded, Progress};
use crate::run::checkpoint::{Checkpointer, Schedule};
use crate::run::commands::CommandLog;
use crate::run::error::RunError;
use crate::run::forking::origin_of;
use crate::run::identity::world_name;
use crate::run::ledger::Remembers;
use crate::run::publisher::{Publisher, PublisherStart};
use crate::run::run_loop::{
    ClockControl, ClockStart, ForkQueue, Limits, Observers, Output, Replay, RunLoop, RunLoopParts, SavedClock,
    SavedState, Saving, SavingStart, Simulation, saved_clock, watch_clock,
};
use crate::run::settings;
use crate::run::window_sizing::WindowSizer;
use crate::sink::{ResumePoint, Sink, SinkKind, SinkStart, kind};
use crate::status::{RunFacts, ShownClock};
use populace_sim::VirtualTime;
use std::time::Instant;

/// A world that is loaded and attached to its sink.
pub struct Ready {
    context: RunContext,
    loaded: Loaded,
}

/// The sources of the parts of a run loop.
struct Assembly {
    context: RunContext,
    world: LoadedWorld,
    resumption: Resumption,
}

/// The settings of a world that apply to this run.
struct Resumption {
    clock: SavedClock,
    end: Option<VirtualTime>,
    /// The total up to which the sink has records that cannot be read back.
    skip_to: u64,
    replay: Replay,
}

impl Ready {
    pub(super) fn new(context: RunContext, loaded: Loaded) -> Self {
        Ready { context, loaded }
    }

    /// Opens the sink, and starts the threads of the run loop.
    ///
    /// # Errors
    /// If the sink cannot be opened, the store fails, or the system provides no thread.
    pub fn start(self) -> Result<RunLoop, RunError> {
        let Loaded { world, sink, replay } = self.loaded;
        let resumption = Resumption::read(&self.context.plan, &world, replay)?;
        let assembly = Assembly { context: self.context, world, resumption };
        let sink = assembly.open_sink(sink)?;
        let output = assembly.start_output(sink)?;
        assembly.show(&output)?;
        assembly.finish(output)
    }
}

impl LoadedWorld {
    fn sink_kind(&self) -> Result<&'static dyn SinkKind, RunError> {
        Ok(kind(self.attachment.place.kind())?)
    }
}

impl Resumption {
    fn read(plan: &RunPlan, world: &LoadedWorld, replay: Replay) -> Result<Self, RunError> {
        let (store, attachment) = (&world.store, &world.attachment);
        let skip_to = if world.sink_kind()?.is_readable() { 0 } else { settings::cut(store, attachment.number)? };
        // A goal was reached inside a window, beyond the checkpoint: commands logged since then act after it.
        let cut_ahead = skip_to > world.meta.digests.total();
        Ok(Resumption {
            end: settings::resolve_end(store, plan.end.as_ref())?,
            clock: saved_clock(store, plan)?,
            replay: if cut_ahead { Replay::Until(None) } else { replay },
            skip_to,
        })
    }
}

impl Assembly {
    fn open_sink(&self, sink: Box<dyn SinkStart>) -> Result<Box<dyn Sink>, RunError> {
        let LoadedWorld { store, meta, .. } = &self.world;
        let (world, produced) = (store.identity().world_id, meta.digests.total());
        Ok(sink.open(ResumePoint { world, attachment: meta.attachment, token: &meta.token, produced })?)
    }

    fn start_output(&self, sink: Box<dyn Sink>) -> Result<Output, RunError> {
        let (context, meta, kind) = (&self.context, &self.world.meta, self.world.sink_kind()?);
        let start = PublisherStart {
            digests: meta.digests,
            days: kind.current_days(&meta.token)?.unwrap_or_default(),
            goal: context.plan.events,
            skip_to: self.resumption.skip_to,
            now: meta.time,
            status: context.status.clone(),
        };
        let seam = sink.coming_seam();
        Ok(Output {
            seam,
            publisher: Publisher::start(sink, start, context.queue.clone())?,
            connectivity: context.status.connectivity.clone(),
            replay: self.resumption.replay,
            is_readable: kind.is_readable(),
            is_stdout: kind.uses_stdout(),
            given_up: false,
        })
    }

    /// Shows the world in the status: from here on requests are answered.
    fn show(&self, output: &Output) -> Result<(), RunError> {
        let sink = self.world.sink_kind()?.name();
        let (world, status, clock) = (&self.world, &self.context.status, self.resumption.clock);
        status.set_town(&world.town);
        status.set_clock(ShownClock { paused: clock.setting.paused, pace: clock.pace });
        status.checkpoint_started(world.number);
        status.set_window(world.meta.time, 0);
        let queue = self.context.queue.clone();
        status.set_facts(RunFacts {
            world: world_name(world.store.identity().world_id),
            fork_of: origin_of(world.store.identity()),
            published: output.publisher.published().clone(),
            sink,
            began: self.context.began,
            mail: Box::new(move || queue.len()),
        });
        Ok(())
    }

    fn finish(self, output: Output) -> Result<RunLoop, RunError> {
        let (limits, clock, saving) = (self.limits(), self.clock()?, self.saving()?);
        let bounded = if limits.is_bounded() { Bounded::Yes } else { Bounded::No };
        let log =
            CommandLog::read(&self.world.store, &world_dir(&self.context.plan.data_dir), self.world.meta.commands)?;
        let Assembly { context, world, .. } = self;
        let observers = Observers {
            progress: Progress::new(context.plan.progress, bounded),
            status: context.status,
            watches: context.watches,
        };
        let simulation = Simulation {
            log,
            windows: WindowSizer::of_town(&world.town),
            town: world.town,
            pool: world.pool,
            batches: Vec::new(),
            now: world.meta.time,
            produced: world.meta.digests.total(),
        };
        let (began, digests, events, store) = (context.began, world.meta.digests, context.events, world.store);
        let parts =
            RunLoopParts { events, observers, simulation, output, saving, clock, limits, began, digests, store };
        Ok(RunLoop::new(parts))
    }

    fn limits(&self) -> Limits {
        let plan = &self.context.plan;
        // The time before, such as the wait for a broker, does not count.
        let deadline = plan.duration.map(|duration| Instant::now() + duration);
        Limits { end: self.resumption.end, goal: plan.events, deadline }
    }

    fn clock(&self) -> Result<ClockControl, RunError> {
        let SavedClock { setting, pace } = self.resumption.clock;
        let watch = watch_clock(&self.world.store, &self.context.plan)?;
        Ok(ClockControl::new(ClockStart { began: self.context.began, pace, watch, setting }))
    }

    /// Returns the finished days that the world keeps: only those whose files can be moved away.
    fn remembers(&self) -> Result<Remembers, RunError> {
        let days = self.world.sink_kind()?.current_days(&self.world.meta.token)?;
        Ok(days.map_or(Remembers::Nothing, |_| Remembers::Since(self.world.attachment.since.utc_day())))
    }

    fn saving(&self) -> Result<Saving, RunError> {
        let LoadedWorld { store, meta, number, packed_in, attachment, .. } = &self.world;
        let (plan, queue) = (&self.context.plan, &self.context.queue);
        let mut schedule = Schedule::new(plan.checkpoint_every, Instant::now());
        schedule.cost(*packed_in);
        Ok(Saving::new(SavingStart {
            mode: plan.checkpoints,
            checkpointer: Checkpointer::start(store.clone(), queue.clone(), self.remembers()?)?,
            schedule,
            forks: ForkQueue::new(world_dir(&plan.data_dir), queue.clone()),
            attachment: attachment.number,
            number: *number,
            saved: SavedState { time: meta.time, commands: meta.commands.count },
        }))
    }
}
