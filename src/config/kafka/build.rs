//! The [`KafkaPlan`] from the section `[kafka]` and its flags. The loader of the scenario checks the ranges of numbers;
//! this module checks names, formats and combinations.

use std::time::Duration;

use populace_sim::{Origin, Resolved, Stream, parse_span};

use super::login::{self, Missing};
use super::places::Places;
use super::registry;
use super::{Compression, Delivery, Expired, Headers, KafkaPlan};
use crate::UsageError;
use crate::config::error_collector::ErrorCollector;
use crate::config::options::{KafkaOptions, Surroundings};
use crate::config::settings::{KafkaSettings, Settings};

const COMPRESSIONS: [(&str, Compression); 5] = [
    ("none", Compression::None),
    ("gzip", Compression::Gzip),
    ("lz4", Compression::Lz4),
    ("snappy", Compression::Snappy),
    ("zstd", Compression::Zstd),
];

const DELIVERIES: [(&str, Delivery); 2] =
    [("exactly-once", Delivery::ExactlyOnce), ("at-least-once", Delivery::AtLeastOnce)];

/// The topic of the progress records, which cannot be a topic of events.
const PROGRESS: &str = "populace.progress";

/// The minimum transaction timeout in commit intervals, so that a slow commit does not count as a dead process.
const COMMIT_INTERVALS_MIN: u64 = 10;

/// Checks the section by itself, without its secrets and the other options.
///
/// # Errors
/// All errors in the section.
pub(in crate::config) fn check(resolved: &Resolved, settings: &Settings) -> Result<(), UsageError> {
    let mut errors = ErrorCollector::default();
    errors.take(forms(&settings.kafka, &Places(resolved)));
    errors.take(login::check(&settings.kafka, &Places(resolved)));
    errors.take(registry::forms(&settings.kafka.registry, &Places(resolved)));
    errors.or(Some(()))
}

/// Returns the plan that the settings and the flags state.
///
/// # Errors
/// All errors in them, missing secrets among them.
pub(crate) fn plan(
    resolved: &Resolved,
    settings: &Settings,
    options: &KafkaOptions,
    around: &Surroundings,
) -> Result<KafkaPlan, UsageError> {
    let places = Places(resolved);
    let mut errors = ErrorCollector::default();
    errors.take(asked_for(resolved, settings, options));
    errors.take(names_apart(resolved, settings));
    let plan = errors.take(forms(&settings.kafka, &places));
    errors.take(login::check(&settings.kafka, &places));
    let registry = errors.take(registry::forms(&settings.kafka.registry, &places));
    let (plan, registry) = errors.or(plan.zip(registry))?;
    let missing = missing(resolved, settings);
    let properties = errors.take(login::properties(&settings.kafka, &places, around, missing));
    let registry = errors.take(registry::with_login(registry, &settings.kafka.registry, &places, (around, missing)));
    let (properties, registry) = errors.or(properties.zip(registry))?;
    Ok(KafkaPlan { properties, registry, expired: options.expired, ..plan })
}

/// Returns the policy for missing secrets: another sink does not need them.
fn missing(resolved: &Resolved, settings: &Settings) -> Missing {
    let other = resolved.stated.contains("sink.kind") && !settings.sink.has_topics();
    if other { Missing::PassOver } else { Missing::Refuse }
}

/// Refuses Kafka flags without `--sink kafka`: they do not choose the sink, and another sink cannot use them.
fn asked_for(resolved: &Resolved, settings: &Settings, options: &KafkaOptions) -> Result<(), UsageError> {
    if settings.sink.has_topics() {
        return Ok(());
    }
    let brokers = matches!(resolved.stated.origin("kafka.brokers"), Some(Origin::Flag(_))).then_some("--brokers");
    let property = (!options.properties.is_empty()).then_some("--kafka-property");
    let allowed = (options.expired == Expired::Allow).then_some("--allow-expired");
    let Some(flag) = brokers.or(property).or(allowed) else { return Ok(()) };
    let sink = &settings.sink.kind;
    Err(match resolved.stated.origin("sink.kind") {
        Some(origin) => UsageError::new(format!("{flag} is for Kafka, but the sink is {sink} ({origin})"))
            .help(format!("give --sink kafka, or leave {flag} out")),
        None => UsageError::new(format!("{flag} does not choose Kafka by itself")).help("add --sink kafka"),
    })
}

/// Checks that the progress topic is not a topic of events and that no two topics collide: Kafka derives metric names
/// from topic names, with `_` for `.`, and rejects a topic whose metric name is taken.
fn names_apart(resolved: &Resolved, settings: &Settings) -> Result<(), UsageError> {
    if !settings.sink.has_topics() {
        return Ok(());
    }
    let mut taken = vec![PROGRESS];
    for stream in Stream::ALL {
        let name = resolved.scenario.topics.of(stream).name.as_str();
        if let Some(other) = taken.iter().find(|other| collide(other, name)) {
            let what = match (name, *other) {
                (PROGRESS, _) => format!("{PROGRESS} is the topic of the progress records"),
                (_, other) => {
                    format!("{name} collides with the topic {other}: Kafka does not distinguish `.` and `_`")
                }
            };
            let complaint = Places(resolved).complaint(&format!("topics.{}.name", stream.section()), &what);
            return Err(complaint.help("choose another name"));
        }
        taken.push(name);
    }
    Ok(())
}

/// Returns whether Kafka rejects one of these topics if the other exists.
pub(crate) fn collide(one: &str, other: &str) -> bool {
    one.replace('.', "_") == other.replace('.', "_")
}

/// Returns the plan without the properties of the client.
fn forms(settings: &KafkaSettings, places: &Places<'_>) -> Result<KafkaPlan, UsageError> {
    let mut errors = ErrorCollector::default();
    let brokers = errors.take(brokers(&settings.brokers, places));
    let compression = errors.take(places.one_of(&COMPRESSIONS, &settings.compression, "kafka.compression"));
    let delivery = errors.take(places.one_of(&DELIVERIES, &settings.delivery, "kafka.delivery"));
    let retention_ms = errors.take(retention(settings.retention_ms, "kafka.retention_ms", places));
    let retention_bytes = errors.take(retention(settings.retention_bytes, "kafka.retention_bytes", places));
    let connect_timeout = errors.take(connect_timeout(&settings.connect_timeout, places));
    errors.take(timeout_covers_commits(settings, places));
    Ok(KafkaPlan {
        brokers: errors.or(brokers)?,
        topic_prefix: settings.topic_prefix.clone(),
        partitions: settings.partitions,
        replication: (settings.replication > 0).then_some(settings.replication),
        retention_ms: retention_ms.flatten(),
        retention_bytes: retention_bytes.flatten(),
        compression: errors.or(compression)?,
        delivery: errors.or(delivery)?,
        commit_interval: Duration::from_millis(settings.commit_interval_ms),
        epoch_records: settings.epoch_records,
        epoch_bytes: settings.epoch_megabytes << 20,
        transaction_timeout: Duration::from_millis(settings.transaction_timeout_ms),
        connect_timeout: errors.or(connect_timeout)?,
        headers: if settings.headers { Headers::On } else { Headers::Off },
        expired: Expired::Refuse,
        registry: None,
        properties: Vec::new(),
    })
}

/// Parses the broker addresses. The result has no blanks.
fn brokers(text: &str, places: &Places<'_>) -> Result<String, UsageError> {
    let all: Vec<&str> = text.split(',').map(str::trim).collect();
    match all.iter().find(|one| !is_address(one)) {
        None => Ok(all.join(",")),
        Some(wrong) => {
            // A text with @ may contain a password.
            let shown = if wrong.contains('@') { "an address with @".to_owned() } else { format!("{wrong:?}") };
            Err(places
                .complaint("kafka.brokers", &format!("{shown} is not host:port"))
                .help("give host:port, several with commas, as in kafka-1:9092,kafka-2:9092; IPv6 as in [::1]:9092"))
        }
    }
}

fn is_address(text: &str) -> bool {
    let Some((host, port)) = text.rsplit_once(':') else { return false };
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    let in_brackets = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let named = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(&byte));
    let host = in_brackets.map_or(named, |inner| inner.parse::<std::net::Ipv6Addr>().is_ok());
    host && digits && port.parse::<u16>().is_ok_and(|port| port > 0)
}

/// Parses a retention limit; None is unlimited.
fn retention(limit: i64, key: &str, places: &Places<'_>) -> Result<Option<u64>, UsageError> {
    match u64::try_from(limit) {
        Ok(0) => {
            Err(places.complaint(key, "0 would keep nothing").help("give -1 to keep everything, or a number from 1"))
        }
        Ok(limit) => Ok(Some(limit)),
        Err(_) => Ok(None),
    }
}

fn connect_timeout(text: &str, places: &Places<'_>) -> Result<Duration, UsageError> {
    let key = "kafka.connect_timeout";
    let span = parse_span(text).map_err(|error| places.complaint(key, &error.to_string()))?;
    let wait = Duration::from_micros(span.micros().unsigned_abs());
    let fine = (Duration::from_secs(1)..=Duration::from_secs(86_400)).contains(&wait);
    if fine { Ok(wait) } else { Err(places.complaint(key, &format!("{text:?} must be from 1s to 1d"))) }
}

fn timeout_covers_commits(settings: &KafkaSettings, places: &Places<'_>) -> Result<(), UsageError> {
    let (timeout, interval) = (settings.transaction_timeout_ms, settings.commit_interval_ms);
    if timeout >= interval * COMMIT_INTERVALS_MIN {
        return Ok(());
    }
    let (one, other) = ("kafka.transaction_timeout_ms", "kafka.commit_interval_ms");
    let what =
        format!("{timeout} ms of `{one}` are less than {COMMIT_INTERVALS_MIN} times the {interval} ms of `{other}`");
    let help = format!("raise the first to {}, or lower the second", interval * COMMIT_INTERVALS_MIN);
    Err(places.complaint(places.stated(one, other), &what).help(help))
}

#[cfg(test)]
mod tests;
