//! The sections of a scenario that are settings, not rules: they change the run, but no event.

use std::collections::BTreeMap;

use populace_sim::nearest_names;
use serde::{Deserialize, Serialize};

use super::kafka::{Secret, shown_brokers, shown_password, shown_properties, shown_username};

/// The sections `[run]`, `[sink]`, `[files]` and `[kafka]`. Secrets are masked in output.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// The number of threads, the speed and the checkpoints.
    pub run: RunSettings,
    /// The choice of the sink.
    pub sink: SinkSettings,
    /// The files sink.
    pub files: FileSettings,
    /// The Kafka sink.
    pub kafka: KafkaSettings,
}

/// Section `[run]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunSettings {
    /// The number of simulating threads; 0 is one per core.
    pub threads: u32,
    /// `realtime`, `max`, `catch-up`, a factor, or "" to choose by the start.
    pub speed: String,
    /// `wait`, `follow` or `refuse`.
    pub on_clock_step: String,
    /// The minimum wall time between checkpoints, in seconds.
    pub checkpoint_seconds: f64,
}

/// Section `[sink]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SinkSettings {
    /// `files`, `kafka`, `files+kafka`, `stdout` or `null`.
    pub kind: String,
    /// `live`, an absolute time, or "" if each of several sinks takes all records.
    pub seam: String,
}

impl SinkSettings {
    /// Returns whether the sink, or one of several, writes to topics of a cluster.
    pub(super) fn has_topics(&self) -> bool {
        self.kind.split('+').any(|kind| kind == "kafka")
    }
}

/// Section `[files]` as written; [`super::FilesPlan`] is its parsed form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct FileSettings {
    pub out: String,
    pub format: String,
    pub compression: String,
    pub partition: String,
    pub layout: String,
    pub max_file_megabytes: u64,
    pub keep_days: u64,
    pub keep_gigabytes: f64,
}

/// Section `[kafka]` as written; [`super::KafkaPlan`] is its parsed form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct KafkaSettings {
    #[serde(serialize_with = "shown_brokers")]
    pub brokers: String,
    pub topic_prefix: String,
    pub partitions: u32,
    pub replication: u32,
    pub retention_ms: i64,
    pub retention_bytes: i64,
    pub compression: String,
    pub delivery: String,
    pub commit_interval_ms: u64,
    pub epoch_records: u64,
    pub epoch_megabytes: u64,
    pub transaction_timeout_ms: u64,
    pub connect_timeout: String,
    pub headers: bool,
    #[serde(serialize_with = "shown_username")]
    pub username: Secret,
    #[serde(serialize_with = "shown_password")]
    pub password: Secret,
    pub registry: RegistrySettings,
    #[serde(serialize_with = "shown_properties")]
    pub properties: BTreeMap<String, Secret>,
}

/// Section `[kafka.registry]` as written; [`super::RegistryPlan`] is its parsed form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct RegistrySettings {
    #[serde(serialize_with = "shown_brokers")]
    pub url: String,
    #[serde(serialize_with = "shown_username")]
    pub username: Secret,
    #[serde(serialize_with = "shown_password")]
    pub password: Secret,
    pub ca: String,
    pub subject: String,
    pub auto_register: bool,
    pub schema_id: String,
}

/// Returns "did you mean …?" with the nearest name and the list of names, or the list alone.
pub(crate) fn advice(wrong: &str, names: &[&str]) -> String {
    match nearest_names(wrong, names.iter().copied()).first() {
        Some(near) => format!("did you mean `{near}`? There are: {}", names.join(", ")),
        None => format!("there are: {}", names.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use populace_sim::{DEFAULT_TOML, KeyTree, Layers, VirtualTime};

    use super::*;

    #[test]
    fn the_reference_and_the_settings_are_in_step() {
        let resolved =
            populace_wire::resolve(Layers::new(), VirtualTime::from_seconds(1_767_225_600)).expect("defaults");
        let settings: Settings = resolved.settings().expect("every setting is in the reference");
        let text = toml::to_string(&settings).expect("plain values");
        let ours = KeyTree::of(&text);
        let tree = KeyTree::of(DEFAULT_TOML);
        let of_file = tree
            .paths()
            .filter(|path| ["run.", "sink.", "files.", "kafka."].iter().any(|section| path.starts_with(section)));
        assert_eq!(ours.paths().collect::<Vec<_>>(), of_file.collect::<Vec<_>>());
    }

    #[test]
    fn advice_names_the_nearest_first() {
        assert_eq!(advice("flies", &["files", "null"]), "did you mean `files`? There are: files, null");
    }
}
