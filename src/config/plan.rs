//! The plan of a run, complete and checked. Starts nothing. Must not depend on: the run, the command line parser.

use std::path::{Path, PathBuf};
use std::time::Duration;

use populace_sim::{Origin, Resolved, Scenario, Stated, VirtualTime, is_relative_time, parse_span, resolve_time};

use super::error_collector::ErrorCollector;
use super::files::{self, FilesPlan};
use super::http::{self, HttpPlan};
use super::kafka::{self, KafkaPlan};
use super::options::{
    Adoption, Checkpointing, LowMemory, ProgressStyle, RuleOptions, RunMode, RunOptions, Surroundings,
};
use super::raw::{data_dir, resolve};
use super::seam::SeamChoice;
use super::settings::{Settings, SinkSettings, advice};
use crate::UsageError;
use crate::pace::{OnClockStep, Pace, PaceError, UnknownClockStepPolicy};

/// The input of `run` and `backfill`.
#[derive(Clone, Debug)]
pub struct RunPlan {
    /// The rules as stated over the defaults, with an absolute start. For an existing world, call
    /// [`RunPlan::reconcile`], which puts the rules of that world here.
    pub scenario: Scenario,
    /// The stated keys; every other key keeps the value of an existing world.
    pub stated: Stated,
    /// The directory of the world.
    pub data_dir: PathBuf,
    /// The sink. It was stated if `stated.contains("sink.kind")` or `stated.contains("files.out")`.
    pub sink: SinkChoice,
    /// The files sink, if the plan or the world has one.
    pub files: FilesPlan,
    /// The Kafka sink, if the plan or the world has one.
    pub kafka: KafkaPlan,
    /// The HTTP server.
    pub http: HttpPlan,
    /// The number of simulating threads, at least 1.
    pub threads: usize,
    /// The relation between virtual time and wall time.
    pub pace: Pace,
    /// The policy of a world that follows the wall clock when that clock is stepped.
    pub on_clock_step: OnClockStep,
    /// The virtual time at which the run ends, exclusive.
    pub end: Option<StatedTime>,
    /// The number of events of the world, since its creation, at which the run ends.
    pub events: Option<u64>,
    /// The wall time after which the run ends.
    pub duration: Option<Duration>,
    /// The minimum wall time between checkpoints.
    pub checkpoint_every: Duration,
    /// The progress display.
    pub progress: ProgressStyle,
    /// True if the summary is one JSON object.
    pub json: bool,
    /// `run` or `backfill`.
    pub mode: RunMode,
    /// The choice of checkpoints.
    pub checkpoints: Checkpointing,
    /// The policy for stated rules that differ from those of an existing world.
    pub adoption: Adoption,
    /// The policy for a world that needs more memory than there is.
    pub memory: LowMemory,
    /// The wall time of the plan, against which relative times were resolved.
    pub now: VirtualTime,
}

/// A stated time, resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatedTime {
    /// The text of the option.
    pub text: String,
    /// The instant that the text means at the wall time of the plan.
    pub resolved: VirtualTime,
    /// True if the text was relative to now: such a time is resolved once and kept with the world.
    pub relative: bool,
}

/// The destination of events: the kind of a sink, and the folder of a sink that writes into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SinkChoice {
    kind: &'static str,
    out: Option<PathBuf>,
    seam: Option<SeamChoice>,
}

impl SinkChoice {
    /// Returns the files sink that writes into this folder.
    pub fn files(out: impl Into<PathBuf>) -> Self {
        SinkChoice { kind: FILES, out: Some(out.into()), seam: None }
    }

    /// Returns files in this folder and topics of a cluster: each with all records, or divided by a seam.
    pub fn files_and_kafka(out: impl Into<PathBuf>, seam: Option<SeamChoice>) -> Self {
        SinkChoice { kind: FILES_AND_KAFKA, out: Some(out.into()), seam }
    }

    /// Returns the sink of this kind that writes into no folder; None if the name is unknown or needs a folder.
    pub fn named(kind: &str) -> Option<Self> {
        let needs_folder = |kind: &str| [FILES, FILES_AND_KAFKA].contains(&kind);
        let kind = SINK_KINDS.into_iter().find(|known| *known == kind && !needs_folder(kind))?;
        Some(SinkChoice { kind, out: None, seam: None })
    }

    /// Returns the kind, as the option `--sink` names it.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// Returns the folder of files; None for a sink that writes into no folder.
    pub fn out(&self) -> Option<&Path> {
        self.out.as_deref()
    }

    /// Returns the seam between several sinks; None if there is one sink, or each takes all records.
    pub fn seam(&self) -> Option<SeamChoice> {
        self.seam
    }
}

/// The kinds of sinks, as the option `--sink` names them.
pub(crate) const SINK_KINDS: [&str; 5] = [FILES, "kafka", FILES_AND_KAFKA, "stdout", "null"];
const FILES: &str = "files";

/// The kind of sink that is files and topics together.
pub(crate) const FILES_AND_KAFKA: &str = "files+kafka";

const EVENTS: std::ops::RangeInclusive<u64> = 1..=1_000_000_000_000_000;

impl RunPlan {
    /// Returns the plan for these options.
    ///
    /// # Errors
    /// All usage errors at once.
    pub fn new(options: &RunOptions, around: &Surroundings) -> Result<RunPlan, UsageError> {
        let mut errors = ErrorCollector::default();
        let events = errors.take(options.events.as_deref().map(events).transpose());
        let duration = errors.take(options.duration.as_deref().map(duration).transpose());
        let rate = errors.take(options.rate.as_deref().map(rate).transpose());
        let end = errors.take(options.end.as_deref().map(|text| end(text, around.now)).transpose());
        let http = errors.take(http::plan(&options.http, around));
        let resolved = errors.take(resolve(&rules(options), around));
        let (resolved, settings) = errors.or(resolved)?;
        errors.take(check_settings(&resolved, &settings));
        let files = errors.take(files::plan(&resolved, &settings));
        let kafka = errors.take(kafka::plan(&resolved, &settings, &options.rules.kafka, around));
        errors.take(bounded(options));
        errors.take(some_threads(&resolved, &settings));
        errors.take(no_contradiction(options, &resolved, &settings));
        let home = data_dir(options.rules.data_dir.as_deref(), around);
        let plan = RunPlan {
            sink: errors.or(sink_of(&settings, options.rules.out.as_deref(), &home).ok())?,
            pace: errors.or(pace(options.mode, rate.flatten(), &settings, &resolved.scenario, around.now).ok())?,
            on_clock_step: errors.or(on_clock_step(&settings.run.on_clock_step, "run.on_clock_step").ok())?,
            data_dir: home,
            files: errors.or(files)?,
            kafka: errors.or(kafka)?,
            http: errors.or(http)?,
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
            memory: options.memory,
            now: around.now,
            scenario: resolved.scenario,
            stated: resolved.stated,
        };
        errors.take(plan.end_after_stated_start());
        errors.or(Some(plan))
    }

    /// Returns whether the command line states the pace, which then overrides the saved one.
    pub fn states_pace(&self) -> bool {
        let by_flag = matches!(self.stated.origin("run.speed"), Some(Origin::Flag(_) | Origin::Set(_)));
        by_flag || self.mode == RunMode::Backfill || matches!(self.pace, Pace::Rate(_))
    }

    /// Checks that the end comes after the stated start, if both are absolute or both relative: an existing world has
    /// resolved its relative times already.
    fn end_after_stated_start(&self) -> Result<(), UsageError> {
        let relative_end = self.end.as_ref().is_some_and(|end| end.relative);
        let comparable = self.stated.contains("world.start") && self.stated.start_is_relative() == relative_end;
        if comparable { self.check_end() } else { Ok(()) }
    }

    /// Checks that the end comes after the start of `self.scenario`, before a world is created.
    ///
    /// # Errors
    /// If the end is at or before the start.
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

/// Returns the stated rules and settings, `--brokers` among them.
fn rules(options: &RunOptions) -> RuleOptions {
    let mut rules = options.rules.clone();
    rules.flags.extend(options.brokers.clone().map(|brokers| ("--brokers", "kafka.brokers", brokers)));
    rules
}

/// Returns the start of the world in a resolved scenario.
pub(super) fn start_of(scenario: &Scenario) -> VirtualTime {
    let any = VirtualTime::from_seconds(0);
    resolve_time(&scenario.world.start, any).expect("a resolved scenario has an absolute start")
}

/// Checks the settings whose values are names.
pub(super) fn check_settings(resolved: &Resolved, settings: &Settings) -> Result<(), UsageError> {
    let place = |key: &str| resolved.stated.origin(key).unwrap_or(&Origin::Default).to_string();
    let mut errors = ErrorCollector::default();
    errors.take(sink_name(&settings.sink.kind, &place("sink.kind")));
    errors.take(seam_of(settings, &place("sink.seam")));
    errors.take(named_pace(&settings.run.speed, &place("run.speed")));
    errors.take(on_clock_step(&settings.run.on_clock_step, &place("run.on_clock_step")));
    if let (Some(Origin::Flag(flag)), "") = (resolved.stated.origin("run.speed"), settings.run.speed.as_str()) {
        errors.take::<()>(Err(
            UsageError::new(format!("{flag}: a speed is required")).help("leave it out, or give a speed")
        ));
    }
    errors.or(Some(()))
}

/// Refuses a flag for 0 threads. In the reference, 0 means one thread per core; on the command line it is a mistake.
fn some_threads(resolved: &Resolved, settings: &Settings) -> Result<(), UsageError> {
    match resolved.stated.origin("run.threads") {
        Some(Origin::Flag(flag)) if settings.run.threads == 0 => {
            let error = UsageError::new(format!("{flag}: 0 threads is not allowed"));
            Err(error.help("give a whole number from 1 to 1,024, or leave it out for one per core"))
        }
        _ => Ok(()),
    }
}

/// Returns the sink that the settings choose; `out` is its folder if the settings cannot carry it.
///
/// # Errors
/// If the name of the sink is unknown.
pub(crate) fn sink_of(settings: &Settings, out: Option<&Path>, data_dir: &Path) -> Result<SinkChoice, UsageError> {
    let stated = || Some(&settings.files.out).filter(|out| !out.is_empty()).map(PathBuf::from);
    let out = out.map(Path::to_path_buf).or_else(stated).unwrap_or_else(|| data_dir.join("topics"));
    let kind = settings.sink.kind.as_str();
    sink_name(kind, "sink.kind")?;
    let seam = seam_of(settings, "sink.seam")?;
    Ok(match kind {
        FILES_AND_KAFKA => SinkChoice::files_and_kafka(out, seam),
        kind => SinkChoice::named(kind).unwrap_or_else(|| SinkChoice::files(out)),
    })
}

/// Parses the seam between several sinks; None if it is not stated.
fn seam_of(settings: &Settings, place: &str) -> Result<Option<SeamChoice>, UsageError> {
    let SinkSettings { kind, seam } = &settings.sink;
    if seam.is_empty() {
        return Ok(None);
    }
    if kind != FILES_AND_KAFKA {
        let error = UsageError::new(format!("{place}: a seam is between two sinks, and `sink.kind` is {kind:?}"));
        return Err(error.help(format!("leave it out, or give --sink {FILES_AND_KAFKA}")));
    }
    SeamChoice::parse(seam).map(Some).map_err(|error| error.at(place))
}

fn sink_name(name: &str, place: &str) -> Result<(), UsageError> {
    if SINK_KINDS.contains(&name) {
        return Ok(());
    }
    Err(UsageError::new(format!("{place}: unknown sink {name:?}")).help(advice(name, &SINK_KINDS)))
}

/// Parses a pace; None if it depends on the start of the world.
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

/// Parses the policy for steps of the wall clock.
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

/// Returns the default pace. A world that starts now is in the past once it is created.
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
        UsageError::new(format!("--events: invalid number {text:?}"))
            .help("give a whole number from 1 to 1,000,000,000,000,000")
    })
}

fn rate(text: &str) -> Result<f64, UsageError> {
    let number: Option<f64> = text.replace('_', "").parse().ok().filter(|number| Pace::rate(*number).is_ok());
    number.ok_or_else(|| {
        UsageError::new(format!("--rate: invalid rate {text:?}"))
            .help("give events per second, from 0.001 to 100,000,000")
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
    let refuse = |what: &str, help: &str| Err(UsageError::new(what).help(help));
    if speed && options.rate.is_some() {
        refuse("--speed and --rate cannot be used together", "give one: --rate chooses the speed that yields that rate")
    } else if backfill && options.rate.is_some() {
        refuse("--rate cannot be used with backfill, which runs at full speed", "use `populace run --rate`")
    } else if backfill && speed && settings.run.speed != "max" {
        refuse("--speed cannot be used with backfill, which runs at full speed", "use `populace run --speed`")
    } else if backfill && matches!(resolved.stated.origin("run.on_clock_step"), Some(Origin::Flag(_))) {
        refuse(
            "--on-clock-step cannot be used with backfill, which follows no clock",
            "use `populace run --on-clock-step`",
        )
    } else if options.checkpoints == Checkpointing::Off && settings.sink.kind != "null" {
        refuse(
            "--no-checkpoints can only be used with --sink null",
            "leave it out: a world without checkpoints cannot be resumed",
        )
    } else {
        Ok(())
    }
}

#[cfg(test)]
pub(super) mod tests;
