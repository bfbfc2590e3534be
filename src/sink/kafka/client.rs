//! The settings of librdkafka's clients, and the events that they report while they work. Must not depend on: topics,
//! records.

use crate::config::{Compression, Delivery, KafkaPlan};
use rdkafka::client::ClientContext;
use rdkafka::config::{ClientConfig, RDKafkaLogLevel};
use rdkafka::consumer::ConsumerContext;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{DeliveryResult, Message};
use rdkafka::producer::ProducerContext;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The size of the library's queue per partition: one batch, in KiB and in records, as the library makes them. An idempotent
/// producer has one request per partition in flight; while a record waits behind it for longer than the linger time, the
/// library's thread polls for the answer without a pause, which costs several times the processor time of everything else.
/// The queue therefore has room for hardly more than one batch per partition, up to this number of batches.
const BATCH_KIB: u64 = 1_000;
const BATCH_RECORDS: u64 = 10_000;
const QUEUED_BATCHES_MAX: u64 = 131;

/// The divisor that gives the linger time from the commit interval, and the maximum linger time in milliseconds: a batch
/// that is not full is ready after this time. A commit sends what is left at once, so a long time delays nothing.
const LINGER_DIVISOR: u128 = 2;
const LINGER_MAX_MS: u128 = 250;

/// The same where the queue can be full before any batch is: the records then wait for this time.
const CROWDED_LINGER_DIVISOR: u128 = 10;
const CROWDED_LINGER_MAX_MS: u128 = 50;

/// Returns the settings that every client has.
pub(super) fn base(plan: &KafkaPlan) -> ClientConfig {
    let mut config = ClientConfig::new();
    config
        .set("bootstrap.servers", &plan.brokers)
        .set("client.id", "populace")
        .set("allow.auto.create.topics", "false")
        .set("socket.keepalive.enable", "true")
        // An outage may last hours; when it ends, a long backoff has no use.
        .set("reconnect.backoff.max.ms", "1000")
        .set_log_level(RDKafkaLogLevel::Info);
    config
}

/// Adds the user's own properties, which override the others.
pub(super) fn finished(mut config: ClientConfig, plan: &KafkaPlan) -> ClientConfig {
    for (name, value) in &plan.properties {
        config.set(name, value.reveal());
    }
    config
}

/// Returns the settings of the producer for this number of topics.
pub(super) fn producer(plan: &KafkaPlan, transactional_id: &str, topics: usize) -> ClientConfig {
    let (mut config, batches) = (base(plan), batches(topics, plan.partitions));
    let queued = batches.min(QUEUED_BATCHES_MAX);
    config
        .set("enable.idempotence", "true")
        .set("delivery.report.only.error", "true")
        .set("queue.buffering.max.messages", (BATCH_RECORDS * queued).to_string())
        .set("queue.buffering.max.kbytes", (BATCH_KIB * queued).to_string())
        .set("compression.type", compression(plan.compression));
    if plan.compression == Compression::Zstd {
        // Level 1 costs a fifth less than the default and loses next to nothing on these records.
        config.set("compression.level", "1");
    }
    match plan.delivery {
        Delivery::ExactlyOnce => config
            .set("transactional.id", transactional_id)
            .set(linger_name(plan), linger_ms(plan.commit_interval, batches).to_string())
            .set("transaction.timeout.ms", plan.transaction_timeout.as_millis().to_string()),
        Delivery::AtLeastOnce => config.set(linger_name(plan), "1"),
    };
    finished(config, plan)
}

/// Returns the number of batches that may be open at once: one of each partition of all topics, and the progress.
fn batches(topics: usize, partitions: u32) -> u64 {
    topics as u64 * u64::from(partitions) + 1
}

/// Returns the name under which the user set the linger time, or the default name: the precedence of the two is
/// undocumented.
fn linger_name(plan: &KafkaPlan) -> &'static str {
    let renamed = plan.properties.iter().any(|(name, _)| name == "linger.ms");
    if renamed { "linger.ms" } else { "queue.buffering.max.ms" }
}

fn linger_ms(commit_interval: Duration, batches: u64) -> u128 {
    let (divisor, most) = match batches {
        ..=QUEUED_BATCHES_MAX => (LINGER_DIVISOR, LINGER_MAX_MS),
        _ => (CROWDED_LINGER_DIVISOR, CROWDED_LINGER_MAX_MS),
    };
    (commit_interval.as_millis() / divisor).clamp(1, most)
}

/// Returns the settings of a reader of whole partitions.
pub(super) fn reader(plan: &KafkaPlan, isolation: Isolation) -> ClientConfig {
    let mut config = base(plan);
    config
        .set("isolation.level", isolation.name())
        // Required by the library, and never joined: partitions are read by number.
        .set("group.id", "populace-reader")
        .set("enable.auto.commit", "false")
        .set("enable.partition.eof", "true")
        .set("auto.offset.reset", "error")
        .set("fetch.wait.max.ms", "50");
    finished(config, plan)
}

/// The time after which a reason no longer explains a current failure.
const REASON_LIFETIME: Duration = Duration::from_secs(120);

/// The suffix for a connection that failed before the broker answered anything, as without TLS at a listener with TLS.
pub(super) const FIRST_REQUEST: &str = ", in answer to the first request";

/// The suffix for a connection that the broker closed during the TLS handshake, as a listener without TLS does.
pub(super) const TLS_HANDSHAKE: &str = ", during the TLS handshake";

/// The number and interval of polls for the reasons of a client that failed.
const REASON_POLLS: u32 = 10;
const REASON_POLL_INTERVAL: Duration = Duration::from_millis(10);

/// Polls a client for its reasons, which it reports one at a time, and only while `poll` is called.
pub(super) fn collect_reasons(mut poll: impl FnMut(Duration)) {
    (0..REASON_POLLS).for_each(|_| poll(REASON_POLL_INTERVAL));
}

/// The choice of records that a reader receives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Isolation {
    Committed,
    Uncommitted,
}

impl Isolation {
    fn name(self) -> &'static str {
        match self {
            Isolation::Committed => "read_committed",
            Isolation::Uncommitted => "read_uncommitted",
        }
    }
}

fn compression(compression: Compression) -> &'static str {
    match compression {
        Compression::None => "none",
        Compression::Gzip => "gzip",
        Compression::Lz4 => "lz4",
        Compression::Snappy => "snappy",
        Compression::Zstd => "zstd",
    }
}

/// A record that was not delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Undelivered {
    /// The error.
    pub(super) error: KafkaError,
    /// The topic.
    pub(super) topic: String,
    /// The partition of the topic.
    pub(super) partition: i32,
    /// The timestamp in UTC milliseconds.
    pub(super) millis: Option<i64>,
}

/// Returns whether an error only reports that another record failed, or the transaction as a whole.
pub(super) fn is_consequence(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    let codes = [
        Code::PurgeQueue,
        Code::PurgeInflight,
        Code::InvalidDifferentRecord,
        // A call during another call, or after the transaction had failed.
        Code::State,
        Code::Conflict,
        Code::PreviousInProgress,
    ];
    error.rdkafka_error_code().is_some_and(|code| codes.contains(&code))
}

/// The reason why a client has no broker.
#[derive(Clone, Debug)]
struct Reason {
    code: RDKafkaErrorCode,
    text: String,
    heard: Instant,
}

impl Reason {
    /// Returns the weight of the reason: that all connections are gone, or one was closed, weighs less than a cause.
    fn weight(&self) -> u8 {
        let hints = ["security.protocol", "SSL", "SASL", FIRST_REQUEST, TLS_HANDSHAKE];
        match self.code {
            RDKafkaErrorCode::AllBrokersDown => 0,
            RDKafkaErrorCode::Authentication | RDKafkaErrorCode::SaslAuthenticationFailed => 3,
            _ if hints.iter().any(|hint| self.text.contains(hint)) => 3,
            _ if self.text.contains("Disconnected") => 1,
            _ => 2,
        }
    }
}

/// The listener to a client's events: calls time out without a reason, which is only reported as an event.
#[derive(Debug, Default)]
pub(super) struct Listener {
    last: Mutex<Option<Reason>>,
    undelivered: Mutex<Option<Undelivered>>,
    excluded_topic: Mutex<Option<String>>,
}

impl Listener {
    /// Returns the last error, as text.
    pub(super) fn reason(&self) -> Option<String> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|last| last.text.clone())
    }

    /// Returns the last error if it is a failed authentication.
    pub(super) fn authentication_error(&self) -> Option<String> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let denied = |code: RDKafkaErrorCode| {
            matches!(code, RDKafkaErrorCode::Authentication | RDKafkaErrorCode::SaslAuthenticationFailed)
        };
        last.as_ref().filter(|last| denied(last.code)).map(|last| last.text.clone())
    }

    /// Saves a reason, unless a heavier one was received recently.
    fn record_reason(&self, code: RDKafkaErrorCode, text: &str) {
        let new = Reason { code, text: shortened(text) + stage(text), heard: Instant::now() };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.as_ref().is_none_or(|last| last.weight() <= new.weight() || last.heard.elapsed() > REASON_LIFETIME) {
            *last = Some(new);
        }
    }

    /// Returns a record that was not delivered: the first one that failed for a reason of its own, if any. Records that
    /// are dropped because of it may be reported before it.
    pub(super) fn undelivered(&self) -> Option<Undelivered> {
        self.undelivered.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the topic that the broker did not admit to a transaction.
    pub(super) fn excluded_topic(&self) -> Option<String> {
        self.excluded_topic.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl ClientContext for Listener {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        // Topics that were not attempted because another one was refused are reported in the same way.
        if facility == "ADDPARTS" && !message.contains("not attempted") {
            *self.excluded_topic.lock().unwrap_or_else(PoisonError::into_inner) = quoted(message);
        }
        // The library does not report a connection that the broker closed as an error.
        if facility == "FAIL" {
            let text = message.split_once("]: ").map_or(message, |(_, text)| text);
            self.record_reason(RDKafkaErrorCode::BrokerTransportFailure, text);
        }
        match level {
            RDKafkaLogLevel::Emerg | RDKafkaLogLevel::Alert | RDKafkaLogLevel::Critical => {
                tracing::warn!(target: "librdkafka", "{facility}: {message}");
            }
            // Each of these is also reported as an error, which is logged once, with its meaning.
            _ => tracing::debug!(target: "librdkafka", "{facility}: {message}"),
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.record_reason(error.rdkafka_error_code().unwrap_or(RDKafkaErrorCode::Unknown), reason);
    }
}

impl ConsumerContext for Listener {}

impl ProducerContext for Listener {
    type DeliveryOpaque = ();

    fn delivery(&self, result: &DeliveryResult<'_>, (): ()) {
        let Err((error, message)) = result else { return };
        let mut kept = self.undelivered.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.as_ref().is_none_or(|kept| is_consequence(&kept.error) && !is_consequence(error)) {
            *kept = Some(Undelivered {
                error: error.clone(),
                topic: message.topic().to_owned(),
                partition: message.partition(),
                millis: message.timestamp().to_millis(),
            });
        }
    }
}

/// Returns the first part of a text that is between double quotes.
fn quoted(text: &str) -> Option<String> {
    text.split('"').nth(1).map(str::to_owned)
}

/// Returns the suffix for the stage at which a connection failed, if that stage is a hint at the reason.
fn stage(reason: &str) -> &'static str {
    if reason.contains("in state APIVERSION_QUERY") && !reason.contains("SSL") {
        FIRST_REQUEST
    } else if reason.contains("in state SSL_HANDSHAKE") && reason.contains("Disconnected") {
        TLS_HANDSHAKE
    } else {
        ""
    }
}

/// Removes the suffix that the library appends: "(after 0ms in state CONNECT, 4 identical error(s) suppressed)".
fn shortened(reason: &str) -> String {
    reason.split(" (after ").next().unwrap_or(reason).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    #[test]
    fn the_users_properties_win_over_ours() {
        let mut plan = KafkaPlan::default();
        plan.properties.push(("queue.buffering.max.ms".into(), Secret::new("77")));
        let config = producer(&plan, "populace-7-0", 3);
        assert_eq!(config.get("queue.buffering.max.ms"), Some("77"));
        assert_eq!(config.get("transactional.id"), Some("populace-7-0"));
        plan.delivery = Delivery::AtLeastOnce;
        assert_eq!(producer(&plan, "x", 3).get("transactional.id"), None);
    }

    #[test]
    fn what_waits_follows_the_partitions_and_the_commit_interval() {
        let mut plan = KafkaPlan::default();
        let config = producer(&plan, "x", 3);
        assert_eq!(config.get("queue.buffering.max.kbytes"), Some("4000"));
        assert_eq!(config.get("queue.buffering.max.ms"), Some("250"));
        (plan.partitions, plan.commit_interval) = (10_000, Duration::from_millis(20));
        let config = producer(&plan, "x", 3);
        assert_eq!(config.get("queue.buffering.max.kbytes"), Some("131000"));
        assert_eq!(config.get("queue.buffering.max.ms"), Some("2"));
    }

    #[test]
    fn the_users_linger_counts_under_either_name() {
        for name in ["linger.ms", "queue.buffering.max.ms"] {
            let properties = vec![(name.to_owned(), Secret::new("77"))];
            let config = producer(&KafkaPlan { properties, ..KafkaPlan::default() }, "x", 3);
            let set = ["linger.ms", "queue.buffering.max.ms"].map(|name| config.get(name));
            assert_eq!(set.into_iter().flatten().collect::<Vec<_>>(), ["77"]);
        }
    }

    #[test]
    fn the_topic_that_is_left_out_of_a_transaction_is_heard_of() {
        let listener = Listener::default();
        let said = "[thrd:a:1/1]: a:1/1: Failed to add partition \"trips\" [0] to transaction: Broker: no";
        listener.log(RDKafkaLogLevel::Error, "FAIL", "\"other\"");
        assert_eq!(listener.excluded_topic(), None);
        listener.log(RDKafkaLogLevel::Error, "ADDPARTS", said);
        let other = "a:1/1: Failed to add partition \"clicks\" [0] to transaction: Broker: Operation not attempted";
        listener.log(RDKafkaLogLevel::Error, "ADDPARTS", other);
        assert_eq!(listener.excluded_topic().as_deref(), Some("trips"));
    }

    #[test]
    fn a_reason_is_kept_without_its_times() {
        let listener = Listener::default();
        listener.error(KafkaError::Global(RDKafkaErrorCode::Authentication), "a: no (after 3ms in state AUTH_REQ)");
        listener.error(KafkaError::Global(RDKafkaErrorCode::AllBrokersDown), "1/1 brokers are down");
        assert_eq!(listener.reason().as_deref(), Some("a: no"));
        assert_eq!(listener.authentication_error().as_deref(), Some("a: no"));
    }

    #[test]
    fn a_connection_that_is_closed_before_any_answer_is_told_apart() {
        let listener = Listener::default();
        let closed = |state| format!("[thrd:a:1/bootstrap]: a:1/bootstrap: Disconnected (after 1ms in state {state})");
        listener.log(RDKafkaLogLevel::Info, "FAIL", &closed("APIVERSION_QUERY"));
        listener.log(RDKafkaLogLevel::Info, "FAIL", &closed("UP"));
        assert_eq!(listener.reason(), Some(format!("a:1/bootstrap: Disconnected{FIRST_REQUEST}")));
    }

    #[test]
    fn a_connection_that_is_closed_during_the_tls_handshake_is_told_apart() {
        let listener = Listener::default();
        let closed = "[thrd:ssl://a:1/bootstrap]: ssl://a:1/bootstrap: Disconnected: SSL connection closed by peer \
                      (after 41ms in state SSL_HANDSHAKE)";
        listener.log(RDKafkaLogLevel::Error, "FAIL", closed);
        let kept = format!("ssl://a:1/bootstrap: Disconnected: SSL connection closed by peer{TLS_HANDSHAKE}");
        assert_eq!(listener.reason(), Some(kept));
    }

    #[test]
    fn a_connection_that_the_broker_closes_is_a_reason_and_says_less_than_others() {
        let listener = Listener::default();
        listener.error(KafkaError::Global(RDKafkaErrorCode::AllBrokersDown), "1/1 brokers are down");
        let closed = "[thrd:a:1/bootstrap]: a:1/bootstrap: Disconnected (after 1ms in state UP)";
        listener.log(RDKafkaLogLevel::Info, "FAIL", closed);
        assert_eq!(listener.reason().as_deref(), Some("a:1/bootstrap: Disconnected"));
        listener.error(KafkaError::Global(RDKafkaErrorCode::Resolve), "b:1/1: Failed to resolve 'b:1'");
        listener.log(RDKafkaLogLevel::Info, "FAIL", closed);
        assert_eq!(listener.reason().as_deref(), Some("b:1/1: Failed to resolve 'b:1'"));
    }
}
