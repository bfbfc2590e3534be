//! The run loop and the clocks: reads them, asks the pace what to do, and says where the world stands to the wall clock.
//! None of it changes a byte of what is emitted.

use super::error::RunError;
use super::run_loop::RunLoop;
use super::settings::{self, BeforeStep};
use crate::config::{RunMode, RunPlan};
use crate::pace::{ClockStanding, ClockStep, ClockWatch, Length, OnClockStep, Pace, Pacer, Step, StepAnswer, Wall};
use crate::progress::Ending;
use populace_sim::{Span, VirtualTime, format_time};
use populace_state::Store;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

impl RunLoop {
    /// Reads the clocks, and answers a step of the wall clock as the user chose. Returns the time to follow.
    pub(super) fn look_at_the_clock(&mut self) -> Result<Wall, RunError> {
        let wall = wall(self.numbers.began);
        if self.pace != Pace::CatchUp {
            return Ok(wall);
        }
        let before = self.watch.last();
        if let Some(step) = self.watch.look(wall, self.now) {
            tell(step, self.now);
            if step.answer == StepAnswer::Refuses {
                let before = before.map(|look| BeforeStep { boot: boot(), look });
                settings::set_before_step(&self.store, before.as_ref())?;
                self.refused = Some(RunError::ClockStep { step: shown(step.by) });
                self.ending = Some(Ending::Stopped);
            }
        }
        Ok(Wall { now: self.watch.followed(wall), ..wall })
    }

    /// What the pace asks for at `wall`.
    pub(super) fn step(&mut self, wall: Wall) -> Step {
        let (pace, now, produced) = (self.pace, self.now, self.numbers.produced);
        let pacer = self.pacer.get_or_insert_with(|| Pacer::new(pace, wall, now, produced));
        let was_live = pacer.is_live();
        let step = pacer.step(wall, now, produced);
        let (is_live, ahead) = (pacer.is_live(), pacer.ahead(wall, now));
        self.status.set_live(is_live);
        self.stand(ahead);
        if pace == Pace::CatchUp && is_live && !was_live {
            tracing::info!(virtual_now = %format_time(now), "virtual now has met wall now: live from here");
        }
        step
    }

    /// Takes note of how the world stands to the wall clock, with a warning where it begins to wait.
    fn stand(&mut self, ahead: Span) {
        let none = Span::from_micros(0);
        let withheld = if self.pace == Pace::CatchUp { self.watch.withheld() } else { none };
        let standing = match (ahead > none, withheld > none) {
            (true, _) => ClockStanding::Ahead(ahead),
            (false, true) => ClockStanding::Leapt(withheld),
            (false, false) => ClockStanding::Fine,
        };
        let waited = matches!(self.standing, ClockStanding::Ahead(_));
        if !waited && let ClockStanding::Ahead(ahead) = standing {
            let virtual_now = format_time(self.now);
            tracing::warn!(
                %virtual_now,
                ahead = %Length(ahead),
                "the world is ahead of the wall clock: it waits until the clock gets there; the speed realtime goes on at once"
            );
        }
        self.standing = standing;
        self.status.set_clock_standing(standing);
    }

    /// Shows progress of a world that waits for the wall clock, and so has no windows after which it is shown.
    pub(super) fn show_standing(&mut self) {
        if matches!(self.standing, ClockStanding::Ahead(_)) {
            self.show_progress();
        }
    }
}

/// The pace of a run: `told` over the control socket, or the plan's. A world that followed the wall clock goes on following it
/// where the clock was set back behind the world's start, which alone would mean that the world is one of the future.
pub(super) fn pace(store: &Store, plan: &RunPlan, told: Option<Pace>) -> Result<Pace, RunError> {
    let by_start = told.is_none() && !plan.stated.contains("run.speed") && plan.pace == Pace::REALTIME;
    let follows = by_start && settings::follows(store)?;
    let pace = if follows { Pace::CatchUp } else { told.unwrap_or(plan.pace) };
    if plan.mode == RunMode::Run {
        settings::set_follows(store, pace == Pace::CatchUp)?;
    }
    Ok(pace)
}

/// A watch that knows of a step that was refused by an earlier run while the machine has not been booted since.
pub(super) fn watch(store: &Store, plan: &RunPlan) -> Result<ClockWatch, RunError> {
    let Some(before) = settings::before_step(store)? else { return Ok(ClockWatch::new(plan.on_clock_step, None)) };
    settings::set_before_step(store, None)?;
    let holds = plan.on_clock_step == OnClockStep::Refuse && !before.boot.is_empty() && before.boot == boot();
    Ok(ClockWatch::new(plan.on_clock_step, holds.then_some(before.look)))
}

/// Reads the clocks in a run that began at `began`.
pub(super) fn wall(began: Instant) -> Wall {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let now = VirtualTime::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX));
    Wall { elapsed: began.elapsed(), steady: steady(), now }
}

/// Reads the clock that nobody sets. It goes on while the machine sleeps, so that a laptop that wakes up catches up like a
/// world that was stopped.
fn steady() -> Duration {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    let seconds = u64::try_from(now.tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(now.tv_nsec).unwrap_or_default())
}

/// Returns the name of this boot of the machine; empty where the system does not say.
fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

fn tell(step: ClockStep, now: VirtualTime) {
    let (by, virtual_now) = (shown(step.by), format_time(now));
    match step.answer {
        StepAnswer::Follows => tracing::warn!(%virtual_now, "the wall clock was set {by}: the world follows it"),
        StepAnswer::GoesOn => {
            tracing::warn!(%virtual_now, "the wall clock was set {by}: the world goes on from where it is, ahead of the clock");
        }
        StepAnswer::Withholds => tracing::warn!(
            %virtual_now,
            "the wall clock was set {by}: more than a day is not caught up with unasked, so the world goes on a second a \
             second; set the speed to catch-up, or start with --on-clock-step follow, to catch up"
        ),
        StepAnswer::Refuses => tracing::warn!(%virtual_now, "the wall clock was set {by}: the run ends"),
    }
}

/// How far, and in which direction.
fn shown(by: Span) -> String {
    format!("{} {}", if by.micros() < 0 { "back by" } else { "ahead by" }, Length(by))
}
