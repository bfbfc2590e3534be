//! What was meant: the plan of a run, complete and checked, for the run loop to carry out. Starts nothing.

use std::path::{Path, PathBuf};
use std::time::Duration;

use populace_sim::{Origin, Resolved, Scenario, Stated, VirtualTime, is_relative_time, parse_span, resolve_time};

use super::faults::Faults;
use super::http::{self, HttpPlan};
use super::kafka::{self, KafkaPlan};
use super::raw::{RuleOptions, RunOptions, Surroundings, data_dir, resolve};
use super::settings::{Settings, advice};
use crate::UsageError;
use crate::pace::{OnClockStep, Pace, PaceError, UnknownClockStepPolicy};

/// Everything that `run` and `backfill` need to know.
#[derive(Clone, Debug)]
pub struct RunPlan {
    /// The rules as stated over the defaults, with an absolute start. For a world that is already there, call
    /// [`RunPlan::reconcile`], which puts that world's own rules here.
    pub scenario: Scenario,
    /// Which keys were stated; what was left out keeps the value of an existing world.
    pub stated: Stated,
    /// Directory of the world.
    pub data_dir: PathBuf,
    /// Where events go. Stated or not: `stated.contains("sink.kind")`, `stated.contains("files.out")`.
    pub sink: SinkChoice,
    /// How to use Kafka, where the sink is one, or the world is attached to one.
    pub kafka: KafkaPlan,
    /// Where it answers by HTTP.
    pub http: HttpPlan,
    /// Simulating threads, ≥ 1.
    pub threads: usize,
    /// How virtual time follows wall time.
    pub pace: Pace,
    /// What a world that follows the wall clock does when that is stepped.
    pub on_clock_step: OnClockStep,
    /// Virtual time at which the run ends, exclusive.
    pub end: Option<StatedTime>,
    /// Events of this world after which it ends, counted from its birth.
    pub events: Option<u64>,
    /// Wall time after which the run ends.
    pub duration: Option<Duration>,
    /// Least wall time between checkpoints.
    pub checkpoint_every: Duration,
    /// How to show progress.
    pub progress: ProgressStyle,
    /// Whether the summary is one JSON object.
    pub json: bool,
    /// `run` or `backfill`.
    pub mode: RunMode,
    /// Whether checkpoints are taken at all.
    pub checkpoints: Checkpointing,
    /// What to do about rules that differ from those of a world that is there.
    pub adoption: Adoption,
    /// Wall time when the plan was made; relative times were resolved against it.
    pub now: VirtualTime,
}

/// A time as it was stated and as it was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedTime {
    /// The text of the option.
    pub text: String,
    /// The instant that it means at this invocation.
    pub resolved: VirtualTime,
    /// Whether it was relative to now: such a time is resolved once, when the world is born, and kept with it.
    pub relative: bool,
}

/// Where events go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SinkChoice {
    /// `<out>/<topic>/<date>.jsonl`.
    Files {
        /// The folder.
        out: PathBuf,
    },
    /// Standard output.
    Stdout,
    /// Nowhere; counted and digested only.
    Null,
    /// Topics of a Kafka cluster, as [`RunPlan::kafka`] says.
    Kafka,
}

impl SinkChoice {
    /// Its name, as the option `--sink` has it.
    pub fn name(&self) -> &'static str {
        match self {
            SinkChoice::Files { .. } => "files",
            SinkChoice::Stdout => "stdout",
            SinkChoice::Null => "null",
            SinkChoice::Kafka => "kafka",
        }
    }
}

/// How progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressStyle {
    /// A bar on a terminal.
    Bar,
    /// A log line from time to time.
    Log,
    /// Nothing.
    Silent,
}

/// Which of the two commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunMode {
    /// `populace run`.
    Run,
    /// `populace backfill`.
    Backfill,
}

/// What to do about rules that are stated and differ from those of a world that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adoption {
    /// Refuse them by name.
    Refuse,
    /// The world lives by them from here on.
    Adopt,
}

/// Whether checkpoints are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checkpointing {
    /// As always.
    On,
    /// Not at all: for measuring with the null sink.
    Off,
}

const SINKS: [&str; 4] = ["files", "kafka", "stdout", "null"];
const EVENTS: std::ops::RangeInclusive<u64> = 1..=1_000_000_000_000_000;

impl RunPlan {
    /// Understands the options.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn new(options: &RunOptions, around: &Surroundings) -> Result<RunPlan, UsageError> {
        let mut faults = Faults::default();
        let events = faults.take(options.events.as_deref().map(events).transpose());
        let duration = faults.take(options.duration.as_deref().map(duration).transpose());
        let rate = faults.take(options.rate.as_deref().map(rate).transpose());
        let end = faults.take(options.end.as_deref().map(|text| end(text, around.now)).transpose());
        let http = faults.take(http::plan(&options.http, around));
        let resolved = faults.take(resolve(&rules(options), around));
        let (resolved, settings) = faults.or(resolved)?;
        faults.take(check_settings(&resolved, &settings));
        let kafka = faults.take(kafka::plan(&resolved, &settings, &options.rules.kafka, around));
        faults.take(bounded(options));
        faults.take(some_threads(&resolved, &settings));
        faults.take(no_contradiction(options, &resolved, &settings));
        let home = data_dir(options.rules.data_dir.as_deref(), around);
        let plan = RunPlan {
            sink: faults.or(sink_of(&settings, options.rules.out.as_deref(), &home).ok())?,
            pace: faults.or(pace(options.mode, rate.flatten(), &settings, &resolved.scenario, around.now).ok())?,
            on_clock_step: faults.or(on_clock_step(&settings.run.on_clock_step, "run.on_clock_step").ok())?,
            data_dir: home,
            kafka: faults.or(kafka)?,
            http: faults.or(http)?,
            threads: threads(settings.run.threads),
            end: end.flatten(),
            events: events.flatten(),
            duration: duration.flatten(),
            checkpoint_every: Duration::from_secs_f64(settings.run.checkpoint_seconds),
            progress: progress(options, around.terminal),
            json: options.json,
            mode: options.mode,
            checkpoints: options.checkpoints,
            adoption: options.adoption,
            now: around.now,
            scenario: resolved.scenario,
            stated: resolved.stated,
        };
        faults.take(plan.end_after_stated_start());
        faults.or(Some(plan))
    }

    /// Whether the command line itself says how fast to go: it then overrides what the world remembers.
    pub fn states_pace(&self) -> bool {
        let by_flag = matches!(self.stated.origin("run.speed"), Some(Origin::Flag(_) | Origin::Set(_)));
        by_flag || self.mode == RunMode::Backfill || matches!(self.pace, Pace::Rate(_))
    }

    /// An end before a start that was stated is wrong whether the world is there or not, if both are of one kind;
    /// a relative start says nothing of a world that is there, nor does a relative end that was resolved at its birth.
    fn end_after_stated_start(&self) -> Result<(), UsageError> {
        let relative_end = self.end.as_ref().is_some_and(|end| end.relative);
        let comparable = self.stated.contains("world.start") && self.stated.start_is_relative() == relative_end;
        if comparable { self.check_end() } else { Ok(()) }
    }

    /// Whether the end comes after the start of `self.scenario`: to be asked when a world is about to be born.
    ///
    /// # Errors
    /// When it does not.
    pub fn check_end(&self) -> Result<(), UsageError> {
        let start = start_of(&self.scenario);
        match &self.end {
            Some(end) if end.resolved <= start => Err(UsageError::new(format!(
                "--end {} is not after the start of the world, {}",
                end.text, self.scenario.world.start
            ))
            .help("give an --end after --start")),
            _ => Ok(()),
        }
    }
}

/// The rules and settings that the options state, `--brokers` among them.
fn rules(options: &RunOptions) -> RuleOptions {
    let mut rules = options.rules.clone();
    rules.flags.extend(options.brokers.clone().map(|brokers| ("--brokers", "kafka.brokers", brokers)));
    rules
}

/// The start of a resolved scenario.
pub(super) fn start_of(scenario: &Scenario) -> VirtualTime {
    let any = VirtualTime::from_seconds(0);
    resolve_time(&scenario.world.start, any).expect("a resolved scenario has an absolute start")
}

/// Checks the settings that are names.
pub(super) fn check_settings(resolved: &Resolved, settings: &Settings) -> Result<(), UsageError> {
    let place = |key: &str| resolved.stated.origin(key).unwrap_or(&Origin::Default).to_string();
    let mut faults = Faults::default();
    faults.take(sink_name(&settings.sink.kind, &place("sink.kind")));
    faults.take(named_pace(&settings.run.speed, &place("run.speed")));
    faults.take(on_clock_step(&settings.run.on_clock_step, &place("run.on_clock_step")));
    if let (Some(Origin::Flag(flag)), "") = (resolved.stated.origin("run.speed"), settings.run.speed.as_str()) {
        faults.take::<()>(Err(
            UsageError::new(format!("{flag}: no speed is given")).help("leave it out, or say how fast")
        ));
    }
    faults.or(Some(()))
}

/// 0 is the reference's way to say "one a core"; whoever asks for no thread on the command line means something else.
fn some_threads(resolved: &Resolved, settings: &Settings) -> Result<(), UsageError> {
    match resolved.stated.origin("run.threads") {
        Some(Origin::Flag(flag)) if settings.run.threads == 0 => {
            let error = UsageError::new(format!("{flag}: a world cannot be run by 0 threads"));
            Err(error.help("give a whole number from 1 to 1,024, or leave it out for one a core"))
        }
        _ => Ok(()),
    }
}

/// The sink that the settings choose; `out` is the folder where they cannot carry it.
///
/// # Errors
/// When there is no sink of that name.
pub(crate) fn sink_of(settings: &Settings, out: Option<&Path>, data_dir: &Path) -> Result<SinkChoice, UsageError> {
    let stated = || Some(&settings.files.out).filter(|out| !out.is_empty()).map(PathBuf::from);
    let out = out.map(Path::to_path_buf).or_else(stated).unwrap_or_else(|| data_dir.join("topics"));
    match settings.sink.kind.as_str() {
        "files" => Ok(SinkChoice::Files { out }),
        "kafka" => Ok(SinkChoice::Kafka),
        "stdout" => Ok(SinkChoice::Stdout),
        "null" => Ok(SinkChoice::Null),
        other => sink_name(other, "sink.kind").map(|()| SinkChoice::Null),
    }
}

fn sink_name(name: &str, place: &str) -> Result<(), UsageError> {
    if SINKS.contains(&name) {
        return Ok(());
    }
    Err(UsageError::new(format!("{place}: unknown sink {name:?}")).help(advice(name, &SINKS)))
}

/// The pace of that name, or none where it is left to the start of the world.
fn named_pace(speed: &str, place: &str) -> Result<Option<Pace>, UsageError> {
    if speed.is_empty() {
        return Ok(None);
    }
    Pace::speed(speed).map(Some).map_err(|error| {
        let complaint = UsageError::new(format!("{place}: {error}"));
        match error {
            PaceError::Unknown(_) => complaint.help(format!("{}, or a factor such as 60", advice(speed, &Pace::NAMES))),
            PaceError::Factor(_) | PaceError::Rate(_) => complaint,
        }
    })
}

/// The answer to a step of the wall clock of that name.
fn on_clock_step(name: &str, place: &str) -> Result<OnClockStep, UsageError> {
    name.parse().map_err(|error: UnknownClockStepPolicy| {
        UsageError::new(format!("{place}: {error}")).help(advice(name, &OnClockStep::NAMES))
    })
}

fn pace(
    mode: RunMode,
    rate: Option<f64>,
    settings: &Settings,
    scenario: &Scenario,
    now: VirtualTime,
) -> Result<Pace, UsageError> {
    if mode == RunMode::Backfill {
        return Ok(Pace::Max);
    }
    let named = named_pace(&settings.run.speed, "run.speed")?;
    Ok(rate.map(Pace::Rate).or(named).unwrap_or(pace_by_start(start_of(scenario), now)))
}

/// The pace when none was stated. A world that begins now is older than that when it is made.
pub(super) fn pace_by_start(start: VirtualTime, now: VirtualTime) -> Pace {
    if start <= now { Pace::CatchUp } else { Pace::REALTIME }
}

pub(crate) fn threads(asked: u32) -> usize {
    match asked {
        0 => std::thread::available_parallelism().map_or(1, usize::from),
        some => some as usize,
    }
}

fn progress(options: &RunOptions, terminal: bool) -> ProgressStyle {
    let bounded = options.end.is_some() || options.events.is_some() || options.duration.is_some();
    let fitting = if terminal && bounded { ProgressStyle::Bar } else { ProgressStyle::Log };
    options.progress.unwrap_or(fitting)
}

fn events(text: &str) -> Result<u64, UsageError> {
    let number: Option<u64> = text.replace('_', "").parse().ok().filter(|number| EVENTS.contains(number));
    number.ok_or_else(|| {
        UsageError::new(format!("--events: {text:?} is no number of events"))
            .help("give a whole number from 1 to 1,000,000,000,000,000")
    })
}

fn rate(text: &str) -> Result<f64, UsageError> {
    let number: Option<f64> = text.replace('_', "").parse().ok().filter(|number| Pace::rate(*number).is_ok());
    number.ok_or_else(|| {
        UsageError::new(format!("--rate: {text:?} is no rate of events"))
            .help("give events a second, from 0.001 to 100,000,000")
    })
}

fn duration(text: &str) -> Result<Duration, UsageError> {
    let span = parse_span(text).map_err(|error| UsageError::new(format!("--duration: {error}")))?;
    Ok(Duration::from_micros(span.micros().unsigned_abs()))
}

fn end(text: &str, now: VirtualTime) -> Result<StatedTime, UsageError> {
    let resolved = resolve_time(text, now).map_err(|error| {
        UsageError::new(format!("--end: {error}"))
            .help("write 2026-03-01, 2026-03-01T12:00:00Z, or a time relative to now such as +30d")
    })?;
    Ok(StatedTime { text: text.to_owned(), resolved, relative: is_relative_time(text) })
}

fn bounded(options: &RunOptions) -> Result<(), UsageError> {
    let ends = options.end.is_some() || options.events.is_some();
    if options.mode == RunMode::Run || ends {
        return Ok(());
    }
    Err(UsageError::new("a backfill needs an end").help("give --end T (or --events N), or use `populace run`"))
}

fn no_contradiction(options: &RunOptions, resolved: &Resolved, settings: &Settings) -> Result<(), UsageError> {
    let speed = matches!(resolved.stated.origin("run.speed"), Some(Origin::Flag(_) | Origin::Set(_)));
    let backfill = options.mode == RunMode::Backfill;
    let complaint = if speed && options.rate.is_some() {
        (
            "--speed and --rate contradict each other",
            "give one: --rate lets the clock run at whatever speed yields that rate",
        )
    } else if backfill && options.rate.is_some() {
        ("a backfill goes as fast as it can, so it takes no --rate", "use `populace run --rate`")
    } else if backfill && speed && settings.run.speed != "max" {
        ("a backfill goes as fast as it can, so it takes no --speed", "use `populace run --speed`")
    } else if backfill && matches!(resolved.stated.origin("run.on_clock_step"), Some(Origin::Flag(_))) {
        ("a backfill follows no clock, so it takes no --on-clock-step", "use `populace run --on-clock-step`")
    } else if options.checkpoints == Checkpointing::Off && settings.sink.kind != "null" {
        (
            "--no-checkpoints is for measuring with --sink null",
            "leave it out: without checkpoints nothing can be resumed",
        )
    } else {
        return Ok(());
    };
    Err(UsageError::new(complaint.0).help(complaint.1))
}

#[cfg(test)]
pub(super) mod tests;
