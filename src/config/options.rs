//! The options of a run as texts, and the environment of the process. Must not depend on: the meaning of options.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;

use populace_sim::VirtualTime;

use super::environment;
use super::kafka::Expired;
use crate::UsageError;
use crate::output::Screen;

/// Options that choose a world's rules and settings.
#[derive(Clone, Default)]
pub struct RuleOptions {
    /// `--scenario`: a file, `-` for standard input, or the name of a shipped scenario.
    pub scenario: Option<PathBuf>,
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
    /// `--out`, if it is not UTF-8, so that no layer can carry it.
    pub out: Option<PathBuf>,
    /// `--set key=value`, in order.
    pub set: Vec<String>,
    /// The other flags for keys: (flag, key, value).
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

/// Options of the Kafka sink that are not keys of the reference.
#[derive(Clone, Default)]
pub struct KafkaOptions {
    /// `--kafka-property name=value`, in order; a value may be a secret.
    pub properties: Vec<String>,
    /// [`Expired::Allow`] only with `--allow-expired`.
    pub expired: Expired,
}

/// Omits the properties, which may be secrets.
impl fmt::Debug for KafkaOptions {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("KafkaOptions").field("expired", &self.expired).finish_non_exhaustive()
    }
}

/// Options of `run` and `backfill` that are not keys.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// The rules and settings.
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
    pub progress: Option<ProgressStyle>,
    /// `--json`.
    pub json: bool,
    /// Off only by the hidden `--no-checkpoints`.
    pub checkpoints: Checkpointing,
    /// `--adopt-scenario`.
    pub adoption: Adoption,
    /// [`LowMemory::Allow`] only with `--allow-low-memory`.
    pub memory: LowMemory,
}

/// The environment of the process, on which a plan depends in addition to the options.
#[derive(Clone)]
pub struct Surroundings {
    /// The environment variables that are UTF-8.
    pub environment: Vec<(String, String)>,
    /// The other environment variables.
    pub undecoded: Vec<(OsString, OsString)>,
    /// The wall time.
    pub now: VirtualTime,
    /// True if standard error is a terminal that can show a bar.
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
    /// Returns the surroundings of this process.
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

    /// Returns the value of a variable; None if it is unset or empty.
    ///
    /// # Errors
    /// If the value is not UTF-8.
    pub(super) fn variable(&self, name: &str) -> Result<Option<&str>, UsageError> {
        if self.undecoded.iter().any(|(known, _)| known == name) {
            return Err(environment::undecoded(OsStr::new(name)));
        }
        let found = self.environment.iter().find(|(known, value)| known == name && !value.is_empty());
        Ok(found.map(|(_, value)| value.as_str()))
    }

    /// Returns the value of a variable as a path; None if it is unset or empty.
    pub(crate) fn path(&self, name: &str) -> Option<PathBuf> {
        let text = self.environment.iter().map(|(name, value)| (OsStr::new(name), OsStr::new(value)));
        let bytes = self.undecoded.iter().map(|(name, value)| (name.as_os_str(), value.as_os_str()));
        let found = text.chain(bytes).find(|(known, value)| *known == name && !value.is_empty());
        found.map(|(_, value)| PathBuf::from(value))
    }
}

/// The options of HTTP, as texts.
#[derive(Clone, Debug, Default)]
pub struct HttpOptions {
    /// `--http`.
    pub address: Option<String>,
    /// `--metrics`.
    pub metrics: Option<String>,
    /// `--http-token-file`.
    pub token_file: Option<PathBuf>,
    /// `--http-name`, in order.
    pub names: Vec<String>,
}

/// The style of the progress display.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProgressStyle {
    /// A bar on a terminal.
    Bar,
    /// Log lines at intervals.
    Log,
    /// No display.
    Silent,
}

/// The command that runs a world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunMode {
    /// `populace run`.
    Run,
    /// `populace backfill`.
    Backfill,
}

/// The policy for stated rules that differ from those of an existing world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Adoption {
    /// Refuse them, each by name.
    Refuse,
    /// The world adopts them from now on.
    Adopt,
}

/// The choice of checkpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checkpointing {
    /// Checkpoints are taken.
    On,
    /// No checkpoints: for measurements with the null sink.
    Off,
}

/// The policy for a world that needs more memory than there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LowMemory {
    /// Refuse to create or load it.
    Refuse,
    /// Continue.
    Allow,
}
