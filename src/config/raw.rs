//! The raw configuration: options as texts, the environment, and their resolution in layers. Must not depend on: what a
//! plan needs.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::{Path, PathBuf};

use populace_sim::{Layers, Resolved, VirtualTime};

use super::environment;
use super::error_collector::ErrorCollector;
use super::http::HttpOptions;
use super::kafka::{self, Expired};
use super::plan::{Adoption, Checkpointing, RunMode};
use super::settings::{Settings, advice};
use super::shipped::{SHIPPED, ShippedScenario};
use super::texts::{Unread, name_of, text_of};
use crate::UsageError;
use crate::output::Screen;

/// Options that choose a world's rules and settings.
#[derive(Clone, Default)]
pub struct RuleOptions {
    /// `--scenario`: a file, `-` for standard input, or the name of a shipped scenario.
    pub scenario: Option<PathBuf>,
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--out`, where it is not UTF-8, so that no layer can carry it.
    pub out: Option<PathBuf>,
    /// `--set key=value`, in order.
    pub set: Vec<String>,
    /// Other flags for keys: (flag, key, value).
    pub flags: Vec<(&'static str, &'static str, String)>,
    /// The options of the Kafka sink.
    pub kafka: KafkaOptions,
}

/// Omits the values of keys, which may be secrets.
impl fmt::Debug for RuleOptions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = out.debug_struct("RuleOptions");
        shown.field("scenario", &self.scenario).field("data_dir", &self.data_dir).finish_non_exhaustive()
    }
}

/// Options of the Kafka sink that are no keys of the reference.
#[derive(Clone, Default)]
pub struct KafkaOptions {
    /// `--kafka-property name=value`, in order; a value may be a secret.
    pub properties: Vec<String>,
    /// [`Expired::Allow`] only by `--allow-expired`.
    pub expired: Expired,
}

/// Omits the properties, which may be secrets.
impl fmt::Debug for KafkaOptions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("KafkaOptions").field("expired", &self.expired).finish_non_exhaustive()
    }
}

/// Options of `run` and `backfill` beyond those that are keys.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// Rules and settings.
    pub rules: RuleOptions,
    /// `run` or `backfill`.
    pub mode: RunMode,
    /// `--end`.
    pub end: Option<String>,
    /// `--events`.
    pub events: Option<String>,
    /// `--duration`.
    pub duration: Option<String>,
    /// `--rate`.
    pub rate: Option<String>,
    /// The options of HTTP.
    pub http: HttpOptions,
    /// `--brokers`.
    pub brokers: Option<String>,
    /// `--progress`.
    pub progress: Option<super::ProgressStyle>,
    /// `--json`.
    pub json: bool,
    /// Off only by the hidden `--no-checkpoints`.
    pub checkpoints: Checkpointing,
    /// `--adopt-scenario`.
    pub adoption: Adoption,
}

/// The environment of the process, on which a plan depends beside the options.
#[derive(Clone)]
pub struct Surroundings {
    /// The environment variables that are UTF-8.
    pub environment: Vec<(String, String)>,
    /// The other environment variables.
    pub undecoded: Vec<(OsString, OsString)>,
    /// The wall time.
    pub now: VirtualTime,
    /// Whether standard error is a terminal on which a bar can be drawn.
    pub terminal: bool,
}

/// Omits the environment variables, which may be secrets.
impl fmt::Debug for Surroundings {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = out.debug_struct("Surroundings");
        shown.field("now", &self.now).field("terminal", &self.terminal).finish_non_exhaustive()
    }
}

impl Surroundings {
    /// Those of this process.
    pub fn of_process() -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let (mut environment, mut undecoded) = (Vec::new(), Vec::new());
        for (name, value) in std::env::vars_os() {
            match (name.to_str(), value.to_str()) {
                (Some(name), Some(value)) => environment.push((name.to_owned(), value.to_owned())),
                _ => undecoded.push((name, value)),
            }
        }
        Surroundings {
            environment,
            undecoded,
            now: VirtualTime::from_micros(i64::try_from(since.as_micros()).unwrap_or(i64::MAX)),
            terminal: matches!(Screen::of_process(), Screen::Plain | Screen::Coloured),
        }
    }

    /// Returns the value of a variable; none where it is unset or empty.
    ///
    /// # Errors
    /// Where it is not UTF-8.
    pub(super) fn variable(&self, name: &str) -> Result<Option<&str>, UsageError> {
        if self.undecoded.iter().any(|(known, _)| known == name) {
            return Err(environment::undecoded(OsStr::new(name)));
        }
        let found = self.environment.iter().find(|(known, value)| known == name && !value.is_empty());
        Ok(found.map(|(_, value)| value.as_str()))
    }

    /// Returns the value of a variable as a path; none where it is unset or empty.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        let text = self.environment.iter().map(|(name, value)| (OsStr::new(name), OsStr::new(value)));
        let bytes = self.undecoded.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()));
        let found = text.chain(bytes).find(|(known, value)| *known == name && !value.is_empty());
        found.map(|(_, value)| PathBuf::from(value))
    }
}

/// The variable that names the data directory.
pub(crate) const DATA_DIR: &str = "POPULACE_DATA_DIR";

/// Returns the data directory: the flag, `POPULACE_DATA_DIR`, or `data`.
pub(crate) fn data_dir(flag: Option<&Path>, around: &Surroundings) -> PathBuf {
    flag.map(Path::to_path_buf).or_else(|| around.path(DATA_DIR)).unwrap_or_else(|| PathBuf::from("data"))
}

/// Resolves the scenario file, the environment variables and the flags.
///
/// # Errors
/// Where the file cannot be read, or all errors of all layers at once.
pub(crate) fn resolve(options: &RuleOptions, around: &Surroundings) -> Result<(Resolved, Settings), UsageError> {
    let mut layers = Layers::new();
    if let Some(name) = &options.scenario {
        layers.file(&name_of(name), &scenario_text(name)?);
    }
    layers.environment(environment::keys(&around.environment));
    options.set.iter().for_each(|assignment| layers.set(assignment));
    let flags: Vec<_> = options.flags.iter().map(|(flag, key, value)| (*flag, *key, value.as_str())).collect();
    layers.flags(&flags);
    let mut errors = ErrorCollector::default();
    errors.take(environment::all_decoded(&around.undecoded));
    for one in &options.kafka.properties {
        errors.take(property(&mut layers, one));
    }
    let understood = errors.take(understood(layers, around.now));
    errors.or(understood)
}

/// Adds `--kafka-property name=value` over the other layers.
fn property(layers: &mut Layers, assignment: &str) -> Result<(), UsageError> {
    let flag = "--kafka-property";
    let (name, value) = assignment.split_once('=').ok_or_else(|| {
        // The value is not repeated: it may be a secret.
        UsageError::new(format!("{flag}: missing `=`"))
            .help(format!("write {flag} NAME=VALUE, as in {flag} security.protocol=SASL_SSL"))
    })?;
    layers.flags(&[(flag, &format!("kafka.properties.{}", name.trim()), value)]);
    Ok(())
}

/// Checks one scenario file by itself, without environment and flags.
///
/// # Errors
/// Where it cannot be read, or all errors in it at once.
pub(crate) fn check_file(name: &Path, now: VirtualTime) -> Result<(), UsageError> {
    let mut layers = Layers::new();
    layers.file(&name_of(name), &scenario_text(name)?);
    let (resolved, settings) = understood(layers, now)?;
    let mut errors = ErrorCollector::default();
    errors.take(super::plan::check_settings(&resolved, &settings));
    errors.take(kafka::check(&resolved, &settings));
    errors.or(Some(()))
}

fn understood(layers: Layers, now: VirtualTime) -> Result<(Resolved, Settings), UsageError> {
    let resolved = populace_wire::resolve(layers, now)?;
    let settings = resolved.settings().map_err(|error| UsageError::new(format!("the settings: {error}")))?;
    Ok((resolved, settings))
}

/// Returns the text of a file, or of the shipped scenario of this name where there is no such file; `-` is standard input.
///
/// # Errors
/// Where the file cannot be read, with the nearest shipped scenario, or is not UTF-8.
pub(crate) fn scenario_text(name: &Path) -> Result<String, UsageError> {
    if let (false, Some(shipped)) = (name.exists(), name.to_str().and_then(ShippedScenario::named)) {
        return Ok(shipped.text.to_owned());
    }
    text_of(name).map_err(|unread| match unread {
        Unread::Unfit(error) => error,
        Unread::Io(error) => {
            let advice = advice(&name.to_string_lossy(), &SHIPPED.map(|one| one.name));
            UsageError::new(format!("failed to read scenario {name:?}: {error}"))
                .help(format!("give a TOML file, - for standard input, or a shipped scenario: {advice}"))
        }
    })
}
