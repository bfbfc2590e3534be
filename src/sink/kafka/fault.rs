//! The faults of a step with Kafka, classified by the sink's response. Must not depend on: the world.

use super::client::{Undelivered, is_consequence};
use super::rejection::{Rejection, is_permanent};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

/// The first step of a client that has credentials, as a verb.
pub(super) const SIGN_IN: &str = "sign in";

/// A failure of a step.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A fault that a retry can end: the broker is unreachable or busy, or the outcome is unknown. The sink recovers.
    Transient {
        /// The failed step, as a verb.
        doing: &'static str,
        /// The reason.
        why: String,
    },
    /// A fault that only the user can end.
    Permanent {
        /// The failed step, as a verb.
        doing: &'static str,
        /// The reason.
        why: String,
        /// The remedy.
        help: String,
    },
    /// The broker rejects the records or their topic until the user changes something.
    Rejected(Box<Rejection>),
    /// The broker rejects the credentials. That may pass if it has just started, or passwords are being changed.
    AuthenticationFailed {
        /// The message of the broker.
        why: String,
    },
    /// The broker refuses this producer: another process of this world began to write, or a transaction exceeded its
    /// timeout. Only the claim distinguishes the two.
    Fenced {
        /// The failed step, as a verb.
        doing: &'static str,
    },
    /// The run ends, and nothing is retried.
    GivenUp,
}

impl Fault {
    /// Returns the fault of a broker that does not answer.
    pub(super) fn away(doing: &'static str, why: Option<String>) -> Self {
        Fault::Transient { doing, why: why.unwrap_or_else(|| "it does not answer".into()) }
    }

    /// Returns the fault of a client that could not be created.
    pub(super) fn setup(error: &KafkaError) -> Self {
        let why = match error {
            KafkaError::ClientConfig(_, description, name, _) if !name.is_empty() => format!("{name}: {description}"),
            KafkaError::ClientConfig(_, description, ..) => description.clone(),
            KafkaError::ClientCreation(why) => why.clone(),
            other => error_text(other),
        };
        let help = "check [kafka.properties] and --kafka-property".to_owned();
        Fault::Permanent { doing: "use the settings", why, help }
    }

    /// Returns the fault of a call that failed.
    pub(super) fn call(doing: &'static str, error: &KafkaError) -> Self {
        use rdkafka::error::RDKafkaErrorCode as Code;
        let why = error_text(error);
        let permanent = |help: &str| Fault::Permanent { doing, why: why.clone(), help: help.to_owned() };
        let code = match error {
            KafkaError::AdminOp(code) => Some(*code),
            other => other.rdkafka_error_code(),
        };
        match code {
            Some(
                Code::TopicAuthorizationFailed | Code::ClusterAuthorizationFailed | Code::GroupAuthorizationFailed,
            ) => permanent("give this user the right to write, describe and create these topics"),
            Some(Code::TransactionalIdAuthorizationFailed) => {
                permanent("give this user the right to use transactional ids that begin with `populace-`")
            }
            Some(Code::InvalidTransactionTimeout) => {
                permanent("lower kafka.transaction_timeout_ms: the broker's transaction.max.timeout.ms is less")
            }
            Some(Code::Fenced | Code::ProducerFenced | Code::InvalidProducerEpoch) => Fault::Fenced { doing },
            Some(Code::PolicyViolation | Code::UnsupportedVersion | Code::UnsupportedForMessageFormat) => {
                permanent("the broker's configuration forbids it: ask its administrator")
            }
            _ => Fault::Transient { doing, why },
        }
    }

    /// Returns the fault of a request that failed; `heard` is the client's reason, which replaces an error that only
    /// reports silence.
    pub(super) fn query(doing: &'static str, error: &KafkaError, heard: Option<String>) -> Self {
        match Fault::call(doing, error) {
            Fault::Transient { why, .. } => {
                Fault::Transient { doing, why: heard.filter(|_| is_silence(error)).unwrap_or(why) }
            }
            other => other,
        }
    }

    /// Returns the fault of records that could not be sent, by the most informative of these errors: that of the
    /// transaction, that of a record, and that of the call.
    pub(super) fn sending(doing: &'static str, errors: [Option<KafkaError>; 3], at: At) -> Self {
        let causes = errors.iter().flatten().filter(|error| !is_consequence(error));
        let error = causes.clone().find(|error| !is_silence(error)).or(causes.clone().next());
        let Some(error) = error.or(errors.iter().flatten().next()) else { return Fault::away(doing, at.heard) };
        match error.rdkafka_error_code() {
            Some(code) if is_permanent(code) => Rejection::new(doing, code, at.record, at.topic).into(),
            _ if is_consequence(error) => {
                let why = "the broker ended the transaction and did not say why";
                Fault::Transient { doing, why: at.heard.unwrap_or_else(|| why.into()) }
            }
            _ => Fault::query(doing, error, at.heard),
        }
    }

    /// Returns the step and the reason of a transient fault.
    pub(super) fn transient(&self) -> Option<(&'static str, &str)> {
        match self {
            Fault::Transient { doing, why } => Some((doing, why)),
            Fault::Fenced { doing } => {
                Some((doing, "another process of this world, or a pause longer than the transaction timeout"))
            }
            Fault::AuthenticationFailed { why } => Some((SIGN_IN, why)),
            Fault::Permanent { .. } | Fault::Rejected(_) | Fault::GivenUp => None,
        }
    }

    /// Returns the fault of another producer's transaction that stays open.
    pub(super) fn open_transaction(topic: &str) -> Self {
        Fault::Permanent {
            doing: "read",
            why: format!("a transaction on {topic} that is not this world's stays open"),
            help:
                "stop or restart its producer, or abort it with Kafka's own kafka-transactions.sh, then run the same \
                   command again"
                    .into(),
        }
    }
}

impl From<Rejection> for Fault {
    fn from(rejection: Rejection) -> Self {
        Fault::Rejected(Box::new(rejection))
    }
}

/// The place where sending failed, as far as it is known.
#[derive(Debug, Default)]
pub(super) struct At {
    /// The record.
    pub(super) record: Option<Undelivered>,
    /// The topic.
    pub(super) topic: Option<String>,
    /// The last reason that the client reported.
    pub(super) heard: Option<String>,
}

/// Returns whether an error only reports that no answer came.
fn is_silence(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    let silent = [Code::OperationTimedOut, Code::BrokerTransportFailure, Code::AllBrokersDown, Code::MessageTimedOut];
    error.rdkafka_error_code().is_some_and(|code| silent.contains(&code))
}

/// Returns the text of an error without the words that the client library adds.
pub(super) fn error_text(error: &KafkaError) -> String {
    match error {
        KafkaError::Transaction(inner) => inner.string(),
        KafkaError::AdminOp(code) => code.to_string(),
        other => other.rdkafka_error_code().map_or_else(|| other.to_string(), |code| code.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use RDKafkaErrorCode as Code;

    fn of(codes: [Option<Code>; 3]) -> Fault {
        let heard = Some("a:1: Connection refused".to_owned());
        Fault::sending(
            "send records",
            codes.map(|code| code.map(KafkaError::MessageProduction)),
            At { heard, ..At::default() },
        )
    }

    #[test]
    fn what_is_dropped_because_of_another_record_is_no_cause() {
        for dropped in [Code::PurgeQueue, Code::PurgeInflight, Code::InvalidDifferentRecord] {
            let fault = of([Some(Code::InvalidTimestamp), Some(dropped), Some(Code::State)]);
            assert!(matches!(&fault, Fault::Rejected(_)), "{fault:?}");
            let fault = of([None, Some(dropped), None]);
            assert!(
                fault.transient().is_some_and(|(_, why)| !why.contains("Purge") && !why.contains("purge")),
                "{fault:?}"
            );
        }
    }

    #[test]
    fn refusals_last_and_silence_passes() {
        let permanent = [Code::TopicAuthorizationFailed, Code::MessageBatchTooLarge, Code::UnknownTopic];
        assert!(permanent.iter().all(|code| of([None, None, Some(*code)]).transient().is_none()));
        let transient = [Code::NotEnoughReplicas, Code::KafkaStorageError, Code::OutOfOrderSequenceNumber, Code::Retry];
        assert!(transient.iter().all(|code| of([None, Some(*code), None]).transient().is_some()));
        let away = of([None, None, Some(Code::OperationTimedOut)]);
        assert_eq!(away.transient().map(|(_, why)| why), Some("a:1: Connection refused"));
        assert!(matches!(of([Some(Code::Fenced), Some(Code::PurgeQueue), None]), Fault::Fenced { .. }));
    }
}
