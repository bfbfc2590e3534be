//! The clocks of a run: their readings, the next step of the pace, and the relation of virtual time to the wall clock.
//! None of it changes a byte of the output. Must not depend on: shards, sinks.

use super::super::error::RunError;
use super::super::settings::{self, ClockBeforeStep, ClockSetting};
use crate::config::{RunMode, RunPlan};
use crate::pace::{
    ClockRelation, ClockStep, ClockWatch, DisplaySpan, OnClockStep, Pace, Pacer, Step, StepResponse, Wall,
};
use crate::status::{RunStatus, ShownClock};
use populace_sim::{Span, VirtualTime, format_time};
use populace_state::Store;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The initial state of the clock of a run.
pub(in crate::run) struct ClockStart {
    /// The instant at which the run began.
    pub(in crate::run) began: Instant,
    pub(in crate::run) pace: Pace,
    pub(in crate::run) watch: ClockWatch,
    pub(in crate::run) setting: ClockSetting,
}

/// The clock of a run.
pub(in crate::run) struct ClockControl {
    began: Instant,
    pace: Pace,
    /// The pacer; `None` until the first step.
    pacer: Option<Pacer>,
    watch: ClockWatch,
    /// The pause and the pace that requests set; saved with the world.
    setting: ClockSetting,
    relation: ClockRelation,
}

/// The position of a world, for a pacer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Position {
    pub(super) now: VirtualTime,
    pub(super) produced: u64,
}

/// A reading of the clocks.
pub(super) struct Reading {
    /// The time to follow.
    pub(super) wall: Wall,
    /// The step of the wall clock that ends the run, if the user chose to refuse steps.
    pub(super) refused: Option<RefusedStep>,
}

/// A step of the wall clock that ends the run.
pub(super) struct RefusedStep {
    pub(super) by: Span,
    /// The reading of the clocks before it.
    pub(super) before: Option<ClockBeforeStep>,
}

impl ClockControl {
    pub(in crate::run) fn new(start: ClockStart) -> Self {
        let ClockStart { began, pace, watch, setting } = start;
        ClockControl { began, pace, pacer: None, watch, setting, relation: ClockRelation::InStep }
    }

    pub(super) fn is_paused(&self) -> bool {
        self.setting.paused
    }

    /// Returns whether the run follows the clock in short windows.
    pub(super) fn is_live(&self) -> bool {
        self.pacer.as_ref().is_some_and(Pacer::is_live)
    }

    pub(super) fn relation(&self) -> ClockRelation {
        self.relation
    }

    /// Returns whether the world waits for the wall clock.
    pub(super) fn is_ahead(&self) -> bool {
        matches!(self.relation, ClockRelation::Ahead(_))
    }

    pub(super) fn setting(&self) -> ClockSetting {
        self.setting
    }

    /// Accepts the present wall clock, whatever its last step.
    pub(super) fn accept_wall_clock(&mut self) {
        self.watch.reset();
    }

    /// Sets the pace and the pause, from `at` on.
    pub(super) fn set(&mut self, setting: ClockSetting, at: Position) -> ShownClock {
        self.setting = setting;
        self.pace = setting.pace.unwrap_or(self.pace);
        self.pacer = Some(Pacer::new(self.pace, wall(self.began), at.now, at.produced));
        ShownClock { paused: setting.paused, pace: self.pace }
    }

    /// Reads the clocks while the world is at `now`, and responds to a step of the wall clock as the user chose.
    pub(super) fn read(&mut self, now: VirtualTime) -> Reading {
        let wall = wall(self.began);
        if self.pace != Pace::CatchUp {
            return Reading { wall, refused: None };
        }
        let before = self.watch.last();
        let step = self.watch.observe(wall, now);
        step.iter().for_each(|step| log_step(*step, now));
        let refused = step.filter(|step| step.response == StepResponse::Refuse).map(|step| RefusedStep {
            by: step.by,
            before: before.map(|reading| ClockBeforeStep { boot: boot(), look: reading }),
        });
        Reading { wall: Wall { now: self.watch.followed(wall), ..wall }, refused }
    }

    /// Returns the next step at `wall`, and shows the relation of virtual time to the wall clock.
    pub(super) fn step(&mut self, wall: Wall, at: Position, status: &RunStatus) -> Step {
        let pacer = self.pacer.get_or_insert_with(|| Pacer::new(self.pace, wall, at.now, at.produced));
        let was_live = pacer.is_live();
        let step = pacer.step(wall, at.now, at.produced);
        let (is_live, ahead) = (pacer.is_live(), pacer.ahead(wall, at.now));
        status.set_live(is_live);
        self.relate(ahead, at.now);
        status.set_clock_relation(self.relation);
        if self.pace == Pace::CatchUp && is_live && !was_live {
            tracing::info!(virtual_now = %format_time(at.now), "caught up with wall clock; running live");
        }
        step
    }

    /// Updates the relation of virtual time to the wall clock, and logs a warning when the world starts to wait.
    fn relate(&mut self, ahead: Span, now: VirtualTime) {
        let none = Span::from_micros(0);
        let withheld = if self.pace == Pace::CatchUp { self.watch.withheld() } else { none };
        let relation = match (ahead > none, withheld > none) {
            (true, _) => ClockRelation::Ahead(ahead),
            (false, true) => ClockRelation::LeapIgnored(withheld),
            (false, false) => ClockRelation::InStep,
        };
        if let ClockRelation::Ahead(ahead) = relation
            && !self.is_ahead()
        {
            tracing::warn!(
                virtual_now = %format_time(now),
                ahead = %DisplaySpan(ahead),
                "ahead of the wall clock; waiting (set the speed to realtime to go on at once)"
            );
        }
        self.relation = relation;
    }
}

/// Returns the pace of a run: the one that was set by request, or the plan's. A world that followed the wall clock continues
/// to follow it if the clock was set back to before the start of the world, which alone would mean a world in the future.
fn pace(store: &Store, plan: &RunPlan, set: Option<Pace>) -> Result<Pace, RunError> {
    let by_start = set.is_none() && !plan.stated.contains("run.speed") && plan.pace == Pace::REALTIME;
    let follows = by_start && settings::follows_clock(store)?;
    let pace = if follows { Pace::CatchUp } else { set.unwrap_or(plan.pace) };
    if plan.mode == RunMode::Run {
        settings::set_follows_clock(store, pace == Pace::CatchUp)?;
    }
    Ok(pace)
}

/// Returns the clock that the world keeps from earlier runs, unless the command line states another one, and its
/// present pace.
pub(in crate::run) fn saved_clock(store: &Store, plan: &RunPlan) -> Result<SavedClock, RunError> {
    let setting = clock_setting(store, plan)?;
    Ok(SavedClock { setting, pace: pace(store, plan, setting.pace)? })
}

/// The clock of a run, from the settings of its world and from its plan.
#[derive(Clone, Copy, Debug)]
pub(in crate::run) struct SavedClock {
    pub(in crate::run) setting: ClockSetting,
    pub(in crate::run) pace: Pace,
}

fn clock_setting(store: &Store, plan: &RunPlan) -> Result<ClockSetting, RunError> {
    let saved = settings::clock(store)?;
    if plan.states_pace() {
        if plan.mode == RunMode::Run && saved != ClockSetting::default() {
            settings::set_clock(store, ClockSetting::default())?;
        }
        return Ok(ClockSetting::default());
    }
    if let Some(pace) = saved.pace {
        tracing::info!(speed = %pace, "keeping the speed that was set in an earlier run");
    }
    if saved.paused {
        tracing::warn!("still paused by an earlier request; resume by request, or give --speed");
    }
    Ok(saved)
}

/// Returns a watch of the wall clock. It starts from the last reading before a step that an earlier run refused, if the
/// plan refuses steps as well and the machine was not booted since.
pub(in crate::run) fn watch_clock(store: &Store, plan: &RunPlan) -> Result<ClockWatch, RunError> {
    let Some(before) = settings::clock_before_step(store)? else {
        return Ok(ClockWatch::new(plan.on_clock_step, None));
    };
    settings::set_clock_before_step(store, None)?;
    let holds = plan.on_clock_step == OnClockStep::Refuse && !before.boot.is_empty() && before.boot == boot();
    Ok(ClockWatch::new(plan.on_clock_step, holds.then_some(before.look)))
}

/// Reads the clocks in a run that began at `began`.
fn wall(began: Instant) -> Wall {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = VirtualTime::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
    Wall { elapsed: began.elapsed(), steady: steady(), now }
}

/// Reads the clock that cannot be set. It continues while the machine sleeps, so that after a sleep the world catches
/// up like one that was stopped.
fn steady() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(now.tv_nsec).unwrap_or_default())
}

/// Returns the id of this boot of the machine; empty if the system gives none.
fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

fn log_step(step: ClockStep, now: VirtualTime) {
    let (by, virtual_now) = (shown(step.by), format_time(now));
    match step.response {
        StepResponse::Follow => tracing::warn!(%virtual_now, "the wall clock was set {by}: following it"),
        StepResponse::KeepGoing => {
            tracing::warn!(%virtual_now, "the wall clock was set {by}: going on from virtual now, ahead of the clock");
        }
        StepResponse::IgnoreLeap => tracing::warn!(
            %virtual_now,
            "the wall clock was set {by}: not following a leap of more than a day, going on at one second per second (set the \
             speed to catch-up, or start with --on-clock-step follow, to catch up)"
        ),
        StepResponse::Refuse => tracing::warn!(%virtual_now, "the wall clock was set {by}: the run ends"),
    }
}

/// Returns the distance and the direction of a step of a clock.
pub(super) fn shown(by: Span) -> String {
    format!("{} {}", if by.micros() < 0 { "back by" } else { "ahead by" }, DisplaySpan(by))
}
