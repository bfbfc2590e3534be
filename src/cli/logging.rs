//! Logs: tracing to stderr, readable on a terminal, JSON otherwise.

use std::env::VarError;

use tracing_subscriber::EnvFilter;

use crate::UsageError;
use crate::output::{Log, Screen};

/// Starts logging with `filter`, else with `POPULACE_LOG`, else with `suiting`, the filter of the command.
///
/// # Errors
/// If the filter is invalid.
pub(super) fn start(filter: Option<&str>, suiting: &str) -> Result<(), UsageError> {
    let variable = match std::env::var("POPULACE_LOG") {
        Ok(text) => Some(text).filter(|text| !text.is_empty()),
        Err(VarError::NotPresent) => None,
        Err(VarError::NotUnicode(_)) if filter.is_some() => None,
        Err(VarError::NotUnicode(_)) => {
            let error = UsageError::new("environment POPULACE_LOG: its value is not UTF-8");
            return Err(error.help("write info, populace=debug or the like, or unset it"));
        }
    };
    let (place, text) = match (filter, &variable) {
        (Some(text), _) => ("--log", text),
        (None, Some(text)) => ("environment POPULACE_LOG", text.as_str()),
        (None, None) => ("default", suiting),
    };
    let filter = EnvFilter::try_new(text).map_err(|error| {
        UsageError::new(format!("{place}: invalid log filter {text:?}: {error}"))
            .help("write error, warn, info, debug or trace, or a filter such as populace=debug")
    })?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(|| Log);
    // A subscriber that is already set (in tests) remains.
    let _ = match Screen::of_process() {
        Screen::None => builder.json().flatten_event(true).with_ansi(false).try_init(),
        Screen::Lines | Screen::Plain => builder.with_target(false).with_ansi(false).try_init(),
        Screen::Coloured => builder.with_target(false).with_ansi(true).try_init(),
    };
    Ok(())
}

/// Logs the failure that ended a run, if the log is JSON. A text log has it as the last text of standard error already.
pub(super) fn log_failure(error: &str) {
    if Screen::of_process() == Screen::None {
        tracing::error!(error, "run failed");
    }
}
