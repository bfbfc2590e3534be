//! The resolution of scenario file, environment and flags in layers. Must not depend on: the fields of a plan.

use std::path::{Path, PathBuf};

use populace_sim::{Layers, Resolved, VirtualTime};

use super::environment;
use super::error_collector::ErrorCollector;
use super::options::{RuleOptions, Surroundings};
use super::settings::{Settings, advice};
use super::shipped::{SHIPPED, ShippedScenario};
use super::texts::{Unread, name_of, text_of};
use crate::UsageError;

/// The variable that names the data directory.
pub(crate) const DATA_DIR: &str = "POPULACE_DATA_DIR";

/// Returns the data directory: the flag, `POPULACE_DATA_DIR`, or `data`.
pub(crate) fn data_dir(flag: Option<&Path>, around: &Surroundings) -> PathBuf {
    flag.map(Path::to_path_buf).or_else(|| around.path(DATA_DIR)).unwrap_or_else(|| PathBuf::from("data"))
}

/// Resolves the scenario file, the environment variables and the flags.
///
/// # Errors
/// If the file cannot be read, or all errors of all layers at once.
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

/// Resolves the layers, and parses the settings.
pub(super) fn understood(layers: Layers, now: VirtualTime) -> Result<(Resolved, Settings), UsageError> {
    let resolved = populace_wire::resolve(layers, now)?;
    let settings = resolved.settings().map_err(|error| UsageError::new(format!("the settings: {error}")))?;
    Ok((resolved, settings))
}

/// Returns the text of a file, or of the shipped scenario of this name if no such file exists; `-` is standard input.
///
/// # Errors
/// If the file cannot be read (with the nearest shipped scenario), or is not UTF-8.
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
