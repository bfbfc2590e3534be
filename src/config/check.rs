//! The check of a scenario file by itself. Must not depend on: the options of a run.

use std::path::Path;

use populace_sim::{Layers, VirtualTime};

use super::error_collector::ErrorCollector;
use super::plan::check_settings;
use super::raw::{scenario_text, understood};
use super::texts::name_of;
use super::{files, kafka};
use crate::UsageError;

/// Checks one scenario file by itself, without environment and flags.
///
/// # Errors
/// If the file cannot be read, or all errors in it at once.
pub(crate) fn check_file(name: &Path, now: VirtualTime) -> Result<(), UsageError> {
    let mut layers = Layers::new();
    layers.file(&name_of(name), &scenario_text(name)?);
    let (resolved, settings) = understood(layers, now)?;
    let mut errors = ErrorCollector::default();
    errors.take(check_settings(&resolved, &settings));
    errors.take(kafka::check(&resolved, &settings));
    errors.take(files::plan(&resolved, &settings));
    errors.or(Some(()))
}
