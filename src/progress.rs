//! The progress display of a run: a bar on a terminal for a bounded run, otherwise a log line every ten seconds; and the
//! summary at the end. Decides nothing. Must not depend on: the run loop.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle as BarStyle};
use populace_sim::{VirtualTime, format_time};
use serde::Serialize;
use std::time::{Duration, Instant};

use crate::config::ProgressStyle;
use crate::pace::{ClockRelation, DisplaySpan};

/// The time between two log lines.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// The time between two updates of the bar.
const DRAW_INTERVAL: Duration = Duration::from_millis(200);

/// How far a run is.
#[derive(Clone, Copy, Debug)]
pub struct RunProgress {
    /// Virtual now.
    pub now: VirtualTime,
    /// The number of records that this run adds to the sink.
    pub events: u64,
    /// The share of a bounded run that is done, 0 to 1.
    pub share: Option<f64>,
    /// How the world stands to the wall clock.
    pub clock: ClockRelation,
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
    /// Returns a display in this style; only a bounded run gets a bar.
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

    /// Shows the progress, where that is due.
    pub fn show(&mut self, progress: impl FnOnce() -> RunProgress) {
        let every = if self.bar.is_some() { DRAW_INTERVAL } else { LOG_INTERVAL };
        let since = self.shown.elapsed();
        if since < every || self.style == ProgressStyle::Silent {
            return;
        }
        let progress = progress();
        let rate = (progress.events.saturating_sub(self.events)) as f64 / since.as_secs_f64();
        (self.shown, self.events) = (Instant::now(), progress.events);
        match &self.bar {
            Some(bar) => draw(bar, &progress, progress.events as f64 / self.began.elapsed().as_secs_f64()),
            None => log(&progress, rate),
        }
    }

    /// Removes the bar.
    pub fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// Whether a run has an end that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounded {
    /// It ends by itself.
    Yes,
    /// It runs until it is stopped.
    No,
}

fn log(progress: &RunProgress, rate: f64) {
    let virtual_now = format_time(progress.now);
    match progress.clock {
        ClockRelation::Ahead(by) => {
            tracing::warn!(%virtual_now, ahead = %DisplaySpan(by), "waiting for the wall clock");
            return;
        }
        ClockRelation::LeapIgnored(by) => {
            tracing::warn!(leap = %DisplaySpan(by), "leap of the wall clock ignored");
        }
        ClockRelation::InStep => {}
    }
    tracing::info!(%virtual_now, events = progress.events, events_per_second = rate.round() as u64, "running");
}

fn draw(bar: &ProgressBar, progress: &RunProgress, rate: f64) {
    let date = format_time(progress.now);
    let short = date.get(..16).unwrap_or(&date);
    bar.set_message(match progress.clock {
        ClockRelation::Ahead(by) => format!("{short}  waiting: {} ahead of the wall clock", DisplaySpan(by)),
        ClockRelation::InStep | ClockRelation::LeapIgnored(_) => {
            format!("{short}  {} events  {rate:.0}/s", progress.events)
        }
    });
    bar.set_position((progress.share.unwrap_or(0.0) * 10_000.0) as u64);
}

/// The reason why a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ending {
    /// Virtual time reached the end.
    End,
    /// Virtual time reached the end of the calendar of all worlds.
    Calendar,
    /// The number of events that the run was limited to.
    Events,
    /// The wall time that the run was limited to.
    Duration,
    /// A signal or a request.
    Stopped,
    /// The reader of standard output went away.
    ReaderGone,
}

/// The summary of a run.
#[derive(Clone, Debug, Serialize)]
pub struct Summary {
    /// The world's id.
    pub world: String,
    /// The reason why it ended.
    pub ended: Ending,
    /// The world's first instant.
    pub start: String,
    /// Virtual now.
    pub virtual_now: String,
    /// Records that this run added to the sink; replayed ones count in `repeated` alone.
    pub events: u64,
    /// The same by topic.
    pub events_by_topic: serde_json::Map<String, serde_json::Value>,
    /// Records since the world's birth.
    pub world_events: u64,
    /// The same by topic.
    pub world_events_by_topic: serde_json::Map<String, serde_json::Value>,
    /// Ride requests without a driver, since the world's birth.
    pub lost_requests: u64,
    /// Replayed records, which an earlier run had left in the sink beyond its checkpoint. Not in `events`.
    pub repeated: u64,
    /// Wall time of the run, start-up and stop included.
    pub seconds: f64,
    /// `events` by the seconds that the world ran, the replay included.
    pub events_per_second: f64,
    /// Checkpoints that this run took.
    pub checkpoints: u64,
    /// The CPU time of all threads, in seconds.
    pub cpu_seconds: Option<f64>,
    /// The peak of resident memory, in MiB.
    pub peak_memory_mib: Option<f64>,
}

impl Summary {
    /// Returns the summary as text.
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
