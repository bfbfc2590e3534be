//! What a run shows while it goes: a bar on a terminal for anything bounded, a log line every ten seconds otherwise,
//! and a summary at the end. Reads no clock but for how often; decides nothing.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle as BarStyle};
use populace_sim::{VirtualTime, format_time};
use serde::Serialize;
use std::time::{Duration, Instant};

use crate::config::ProgressStyle;
use crate::pace::{ClockStanding, Length};

/// Time between log lines.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// Time between changes of the bar.
const DRAW_EVERY: Duration = Duration::from_millis(200);

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub struct Standing {
    /// Virtual now.
    pub now: VirtualTime,
    /// Records that this run added to the sink, or is about to.
    pub events: u64,
    /// Share of the run that is done, 0 to 1, where it is bounded.
    pub share: Option<f64>,
    /// How the world stands to the wall clock.
    pub clock: ClockStanding,
}

/// Shows how far a run is.
pub struct Progress {
    style: ProgressStyle,
    bar: Option<ProgressBar>,
    shown: Instant,
    events: u64,
    began: Instant,
}

impl Progress {
    /// In the given style; only a bounded run gets a bar.
    pub fn new(style: ProgressStyle, bounded: Bounded) -> Self {
        let with_bar = style == ProgressStyle::Bar && bounded == Bounded::Yes;
        let bar = with_bar.then(|| {
            let bar = ProgressBar::with_draw_target(Some(10_000), ProgressDrawTarget::stderr());
            let template = BarStyle::with_template("{msg} [{bar:30}] {percent}% eta {eta}");
            bar.set_style(template.unwrap_or_else(|_| BarStyle::default_bar()).progress_chars("=> "));
            bar
        });
        let now = Instant::now();
        Progress { style, bar, shown: now, events: 0, began: now }
    }

    /// Shows it, when it is time to.
    pub fn show(&mut self, standing: impl FnOnce() -> Standing) {
        let every = if self.bar.is_some() { DRAW_EVERY } else { LOG_EVERY };
        let since = self.shown.elapsed();
        if since < every || self.style == ProgressStyle::Silent {
            return;
        }
        let standing = standing();
        let rate = (standing.events.saturating_sub(self.events)) as f64 / since.as_secs_f64();
        (self.shown, self.events) = (Instant::now(), standing.events);
        match &self.bar {
            Some(bar) => draw(bar, &standing, standing.events as f64 / self.began.elapsed().as_secs_f64()),
            None => tell(&standing, rate),
        }
    }

    /// Takes the bar away.
    pub fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// Whether a run has an end that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounded {
    /// It has.
    Yes,
    /// It goes on until it is stopped.
    No,
}

fn tell(standing: &Standing, rate: f64) {
    let virtual_now = format_time(standing.now);
    match standing.clock {
        ClockStanding::Ahead(by) => {
            tracing::warn!(%virtual_now, ahead = %Length(by), "waiting: the world is ahead of the wall clock");
            return;
        }
        ClockStanding::Leapt(by) => {
            tracing::warn!(leap = %Length(by), "the wall clock has leapt ahead, and the world does not follow");
        }
        ClockStanding::Fine => {}
    }
    tracing::info!(%virtual_now, events = standing.events, events_per_second = rate.round() as u64, "running");
}

fn draw(bar: &ProgressBar, standing: &Standing, rate: f64) {
    let date = format_time(standing.now);
    let short = date.get(..16).unwrap_or(&date);
    bar.set_message(match standing.clock {
        ClockStanding::Ahead(by) => format!("{short}  waiting: {} ahead of the wall clock", Length(by)),
        ClockStanding::Fine | ClockStanding::Leapt(_) => {
            format!("{short}  {} events  {rate:.0}/s", standing.events)
        }
    });
    bar.set_position((standing.share.unwrap_or(0.0) * 10_000.0) as u64);
}

/// Why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Virtual time reached the end.
    End,
    /// Virtual time reached the end of the calendar, which no world outlives.
    Calendar,
    /// As many events as were asked for.
    Events,
    /// The wall time that was given is over.
    Duration,
    /// A signal or a request.
    Stopped,
    /// Whoever read standard output went away.
    ReaderGone,
}

/// What a run did.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// The world's id.
    pub world: String,
    /// Why it ended.
    pub ended: Ending,
    /// The world's first instant.
    pub start: String,
    /// Virtual now.
    pub virtual_now: String,
    /// Records that this run added to the sink; what the sink had already is in `repeated` alone.
    pub events: u64,
    /// The same by topic.
    pub events_by_topic: serde_json::Map<String, serde_json::Value>,
    /// Records since the world's birth.
    pub world_events: u64,
    /// The same by topic.
    pub world_events_by_topic: serde_json::Map<String, serde_json::Value>,
    /// Ride requests that nobody could take, since the world's birth.
    pub lost_requests: u64,
    /// Records that an earlier run had left in the sink beyond its checkpoint, met again byte for byte. Not in `events`.
    pub repeated: u64,
    /// Wall time of the run, start-up and stop included.
    pub seconds: f64,
    /// `events` by the seconds that the world ran, those in which it repeated included.
    pub events_per_second: f64,
    /// Checkpoints that this run took.
    pub checkpoints: u64,
    /// Processor time of all threads, in seconds.
    pub cpu_seconds: Option<f64>,
    /// The most memory that was resident, in MiB.
    pub peak_memory_mib: Option<f64>,
}

impl Summary {
    /// For people.
    pub fn to_text(&self) -> String {
        let topics: String = self.events_by_topic.iter().map(|(topic, n)| format!("  {topic}: {n}\n")).collect();
        format!(
            "{} events in {:.1} s ({:.0}/s)\n{topics}world {} is at {} ({} events since {})",
            self.events,
            self.seconds,
            self.events_per_second,
            self.world,
            self.virtual_now,
            self.world_events,
            self.start
        )
    }
}
