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

/// The progress of a run.
#[derive(Clone, Copy, Debug)]
pub struct RunProgress {
    /// Virtual now.
    pub now: VirtualTime,
    /// The number of records that this run adds to the sink.
    pub events: u64,
    /// The share of a bounded run that is done, 0 to 1.
    pub share: Option<f64>,
    /// The relation of virtual time to the wall clock.
    pub clock: ClockRelation,
}

/// The progress display of a run.
pub struct Progress {
    style: ProgressStyle,
    bar: Option<ProgressBar>,
    shown: Instant,
    events: u64,
    began: Instant,
}

impl Progress {
    /// Returns a display in this style; only a bounded run has a bar.
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

    /// Shows the progress, if an update is due.
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

/// The kind of run, by its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bounded {
    /// The run ends by itself.
    Yes,
    /// The run continues until it is stopped.
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
    /// The world reached the number of events that the run was limited to.
    Events,
    /// The wall time that the run was limited to is over.
    Duration,
    /// A signal or a request stopped the run.
    Stopped,
    /// The reader of standard output closed it.
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
    /// The number of records that this run added to the sink; replayed ones count in `repeated` alone.
    pub events: u64,
    /// The same by topic.
    pub events_by_topic: serde_json::Map<String, serde_json::Value>,
    /// The number of records since the creation of the world.
    pub world_events: u64,
    /// The same by topic.
    pub world_events_by_topic: serde_json::Map<String, serde_json::Value>,
    /// The number of ride requests without a driver since the creation of the world.
    pub lost_requests: u64,
    /// The number of replayed records: those that an earlier run left in the sink beyond its checkpoint. Not in `events`.
    pub repeated: u64,
    /// The wall time of the run in seconds, including start and stop.
    pub seconds: f64,
    /// The number of `events` per second in which the world ran, including the replay.
    pub events_per_second: f64,
    /// The number of checkpoints that this run took.
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
