//! A permanent rejection by the broker, with its remedy: the broker's error code, the topic, the partition and the time
//! of the record, and the command. The settings of a topic are a parameter, to name the violated one. Must not
//! depend on: a connection.

use super::client::Undelivered;
use super::retention::Retention;
use crate::config::KafkaPlan;
use populace_sim::{VirtualTime, format_time};
use rdkafka::error::RDKafkaErrorCode as Code;
use std::time::{SystemTime, UNIX_EPOCH};

/// The bound of a topic without limits, in milliseconds.
const NO_LIMIT: i64 = i64::MAX;

/// A rejection by the broker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Rejection {
    /// The failed step, as a verb.
    doing: &'static str,
    /// The error code of the broker.
    code: Code,
    /// The topic; None if it is unknown.
    topic: Option<String>,
    /// The partition; None if it is unknown.
    partition: Option<i32>,
    /// The timestamp of the record in UTC milliseconds; None if it is unknown.
    millis: Option<i64>,
}

/// Returns whether only a change of the configuration or the cluster ends this error.
pub(super) fn is_permanent(code: Code) -> bool {
    matches!(
        code,
        Code::InvalidTimestamp
            | Code::InvalidRecord
            | Code::MessageSizeTooLarge
            | Code::MessageBatchTooLarge
            | Code::InvalidMessageSize
            | Code::TopicAuthorizationFailed
            | Code::ClusterAuthorizationFailed
            | Code::TransactionalIdAuthorizationFailed
            | Code::UnknownTopic
            | Code::UnknownPartition
            | Code::InvalidTopic
            | Code::PolicyViolation
            | Code::UnsupportedCompressionType
            | Code::UnsupportedForMessageFormat
            | Code::UnsupportedVersion
            | Code::InvalidRequiredAcks
            | Code::SecurityDisabled
    )
}

impl Rejection {
    /// Returns the rejection of this record, or of the topic, if either is known.
    pub(super) fn new(doing: &'static str, code: Code, record: Option<Undelivered>, topic: Option<String>) -> Self {
        Rejection {
            doing,
            code,
            partition: record.as_ref().map(|record| record.partition),
            millis: record.as_ref().and_then(|record| record.millis),
            topic: record.map(|record| record.topic).or(topic),
        }
    }

    /// Returns the rejection for a topic that no longer exists.
    pub(super) fn missing(topic: String) -> Self {
        Rejection { doing: "send records", code: Code::UnknownTopic, topic: Some(topic), partition: None, millis: None }
    }

    /// Returns the failed step, as a verb.
    pub(super) fn doing(&self) -> &'static str {
        self.doing
    }

    /// Returns the topic whose settings explain the rejection of a record time; None for other rejections.
    pub(super) fn bounded_topic(&self) -> Option<&str> {
        let is_dated = matches!(self.code, Code::InvalidTimestamp | Code::InvalidRecord);
        self.topic.as_deref().filter(|_| is_dated)
    }

    /// Returns the reason and the remedy; `retention` is that of the bounded topic, if the broker reports it.
    pub(super) fn explain(&self, plan: &KafkaPlan, retention: Option<&Retention>) -> (String, String) {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let now = i64::try_from(now.as_millis()).unwrap_or(i64::MAX);
        (self.why(), self.help(plan, retention, now))
    }

    fn why(&self) -> String {
        let code = self.code;
        let place = match (&self.topic, self.partition) {
            (Some(topic), Some(partition)) => format!(" for {topic}, partition {partition}"),
            (Some(topic), None) => format!(" for {topic}"),
            (None, _) => String::new(),
        };
        let time = self.millis.map(|millis| VirtualTime::from_micros(millis.saturating_mul(1_000)));
        let time = time.map_or(String::new(), |time| format!(", a record of {}", format_time(time)));
        format!("{code}{place}{time}")
    }

    fn help(&self, plan: &KafkaPlan, retention: Option<&Retention>, now: i64) -> String {
        let topic = self.topic.as_deref().unwrap_or("TOPIC");
        match self.code {
            Code::InvalidTimestamp | Code::InvalidRecord => self.bound(plan, retention, now),
            Code::MessageSizeTooLarge | Code::MessageBatchTooLarge | Code::InvalidMessageSize => format!(
                "its max.message.bytes is less than the batches that are sent: raise it with {}, or send smaller ones with \
                 --kafka-property batch.size=BYTES",
                configured(plan, topic, "max.message.bytes=1048588")
            ),
            Code::TopicAuthorizationFailed => {
                format!("give the right back with {}", granted(plan, &format!("--topic {topic} --operation Describe")))
            }
            Code::TransactionalIdAuthorizationFailed => {
                let ids = "--transactional-id populace- --resource-pattern-type prefixed --operation Describe";
                format!("give the right back with {}", granted(plan, ids))
            }
            Code::ClusterAuthorizationFailed => {
                format!("give the right back with {}", granted(plan, "--cluster --operation IdempotentWrite"))
            }
            Code::UnknownTopic | Code::UnknownPartition | Code::InvalidTopic => format!(
                "{topic} was deleted while this world wrote it, and its records with it: restore it, or give another \
                 kafka.topic_prefix, which starts at the last checkpoint"
            ),
            Code::UnsupportedCompressionType => "choose another kafka.compression".into(),
            _ => "the broker's configuration forbids it: ask its administrator".into(),
        }
    }

    /// Returns the remedy for a violated bound on record times: from the topic's settings, or if they are unknown, from
    /// the side of the clock `now` (UTC milliseconds) that the record is on.
    fn bound(&self, plan: &KafkaPlan, retention: Option<&Retention>, now: i64) -> String {
        let topic = self.topic.as_deref().unwrap_or("TOPIC");
        let (ahead, behind) = (retention.map(|retention| retention.ahead), retention.map(|retention| retention.behind));
        let distance = self.millis.map(|millis| millis.saturating_sub(now));
        let is_ahead = distance.map_or(ahead.is_some_and(|bound| bound.ms < NO_LIMIT), |distance| distance > 0);
        let (side, usual, bound) = if is_ahead {
            ("ahead of", "message.timestamp.after.max.ms", ahead)
        } else {
            ("behind", "message.timestamp.before.max.ms", behind)
        };
        let name = bound.map_or(usual, |bound| bound.setting);
        let limit = bound.map(|bound| bound.ms);
        let limit = limit.filter(|limit| *limit < NO_LIMIT);
        let limit = limit.map_or(String::new(), |limit| format!(", and {name} of the topic is {limit} ms"));
        let by = distance.map_or(String::new(), |distance| format!("{} s ", distance.unsigned_abs() / 1_000));
        let command = configured(plan, topic, &format!("{name}={NO_LIMIT}"));
        format!("the record is {by}{side} the wall clock{limit}: lift that with {command}")
    }
}

fn configured(plan: &KafkaPlan, topic: &str, setting: &str) -> String {
    let brokers = &plan.brokers;
    format!(
        "`kafka-configs.sh --bootstrap-server {brokers} --alter --entity-type topics --entity-name {topic} --add-config \
         {setting}`"
    )
}

fn granted(plan: &KafkaPlan, to_what: &str) -> String {
    let (brokers, user) = (&plan.brokers, user(plan));
    let write = if to_what.contains("--cluster") { "" } else { " --operation Write" };
    format!("`kafka-acls.sh --bootstrap-server {brokers} --add --allow-principal User:{user} {to_what}{write}`")
}

/// Returns the user as the broker names this client, as far as the settings show.
fn user(plan: &KafkaPlan) -> String {
    let given = |name: &str| plan.properties.iter().find(|(known, _)| known == name).map(|(_, value)| value.reveal());
    match (given("sasl.username"), given("ssl.certificate.location")) {
        (Some(user), _) => user.to_owned(),
        (None, Some(_)) => "NAME".into(),
        (None, None) => "ANONYMOUS".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::retention::Bound;
    use super::*;
    use rdkafka::error::KafkaError;

    const NOW: i64 = 1_800_000_000_000;

    fn record(code: Code, millis: i64) -> Rejection {
        let error = KafkaError::MessageProduction(code);
        let record = Undelivered { error, topic: "trips".into(), partition: 2, millis: Some(millis) };
        Rejection::new("send records", code, Some(record), None)
    }

    #[test]
    fn the_bound_that_was_broken_is_named() {
        let plan = KafkaPlan { brokers: "a:1".into(), ..KafkaPlan::default() };
        let retention = Retention::planned(&plan);
        let retention = Retention {
            behind: Bound { ms: 3_600_000, ..retention.behind },
            ahead: Bound { ms: 7_000, ..retention.ahead },
            ..retention
        };
        let help = |millis| record(Code::InvalidTimestamp, millis).help(&plan, Some(&retention), NOW);
        let (old, new) = (help(NOW - 7_200_000), help(NOW + 60_000));
        assert!(old.contains("7200 s behind") && old.contains("before.max.ms of the topic is 3600000 ms"), "{old}");
        assert!(old.contains("--add-config message.timestamp.before.max.ms=9223372036854775807`"), "{old}");
        assert!(new.contains("60 s ahead of") && new.contains("after.max.ms of the topic is 7000 ms"), "{new}");
        assert!(!new.contains("before") && !old.contains("after"), "{old} {new}");
        let unknown = record(Code::InvalidTimestamp, NOW - 5_000).help(&plan, None, NOW);
        assert!(unknown.contains("before.max.ms=") && !unknown.contains("of the topic"), "{unknown}");
    }

    #[test]
    fn a_refusal_says_what_the_broker_said_and_where() {
        let why = record(Code::TopicAuthorizationFailed, NOW).why();
        for part in ["TopicAuthorizationFailed", "trips, partition 2", "2027-01-15T08:00:00"] {
            assert!(why.contains(part), "{part}: {why}");
        }
    }

    #[test]
    fn commands_are_those_that_mend_it() {
        let mut plan = KafkaPlan { brokers: "a:1".into(), ..KafkaPlan::default() };
        let help = |plan: &KafkaPlan, code| record(code, NOW).help(plan, None, NOW);
        let denied = help(&plan, Code::TopicAuthorizationFailed);
        let command = "`kafka-acls.sh --bootstrap-server a:1 --add --allow-principal User:ANONYMOUS --topic trips";
        assert!(denied.contains(command) && denied.contains("--operation Write"), "{denied}");
        plan.properties.push(("sasl.username".into(), crate::config::Secret::new("ann")));
        assert!(
            help(&plan, Code::TransactionalIdAuthorizationFailed).contains("User:ann --transactional-id populace-")
        );
        for code in [Code::MessageSizeTooLarge, Code::MessageBatchTooLarge] {
            assert!(help(&plan, code).contains("max.message.bytes=") && help(&plan, code).contains("batch.size"));
        }
        assert!(help(&plan, Code::UnknownTopic).contains("trips was deleted"));
    }
}
