//! How a step with Kafka can fail, sorted by what the sink does about it. Knows no world.

use rdkafka::error::KafkaError;

/// A failure.
#[derive(Debug)]
pub(crate) enum Fault {
    /// Something that may pass: the broker is away or busy, or the outcome is unknown. The sink begins anew.
    Passing {
        /// What was tried, as a verb.
        doing: &'static str,
        /// Why it failed.
        why: String,
    },
    /// Something that stays until somebody mends it.
    Lasting {
        /// What was tried, as a verb.
        doing: &'static str,
        /// Why it failed.
        why: String,
        /// What to do.
        help: String,
    },
    /// The broker takes nothing from this producer any more: another process of this world began to write, or a
    /// transaction outlived its timeout. Only the claim tells which.
    Fenced {
        /// What was tried, as a verb.
        doing: &'static str,
    },
    /// The run ends, so nothing is tried any more.
    GivenUp,
}

impl Fault {
    /// The broker does not answer.
    pub(super) fn away(doing: &'static str, why: Option<String>) -> Self {
        Fault::Passing { doing, why: why.unwrap_or_else(|| "it does not answer".into()) }
    }

    /// The client could not be made.
    pub(super) fn setup(error: &KafkaError) -> Self {
        let why = match error {
            KafkaError::ClientConfig(_, description, name, _) if !name.is_empty() => format!("{name}: {description}"),
            KafkaError::ClientConfig(_, description, ..) => description.clone(),
            KafkaError::ClientCreation(why) => why.clone(),
            other => told(other),
        };
        let help = "check [kafka.properties] and --kafka-property".to_owned();
        Fault::Lasting { doing: "use the settings", why, help }
    }

    /// A call failed.
    pub(super) fn call(doing: &'static str, error: &KafkaError) -> Self {
        use rdkafka::error::RDKafkaErrorCode as Code;
        let why = told(error);
        let lasting = |help: &str| Fault::Lasting { doing, why: why.clone(), help: help.to_owned() };
        let code = match error {
            KafkaError::AdminOp(code) => Some(*code),
            other => other.rdkafka_error_code(),
        };
        match code {
            Some(
                Code::TopicAuthorizationFailed | Code::ClusterAuthorizationFailed | Code::GroupAuthorizationFailed,
            ) => lasting("give this user the right to write, describe and create these topics"),
            Some(Code::TransactionalIdAuthorizationFailed) => {
                lasting("give this user the right to use transactional ids that begin with `populace-`")
            }
            Some(Code::InvalidTransactionTimeout) => {
                lasting("lower kafka.transaction_timeout_ms: the broker's transaction.max.timeout.ms is less")
            }
            Some(Code::InvalidTimestamp) => {
                lasting("set message.timestamp.after.max.ms of the topics to 9223372036854775807")
            }
            Some(Code::Fenced | Code::ProducerFenced | Code::InvalidProducerEpoch) => Fault::Fenced { doing },
            Some(Code::MessageSizeTooLarge) => lasting("raise max.message.bytes of the topic"),
            Some(Code::PolicyViolation | Code::UnsupportedVersion | Code::UnsupportedForMessageFormat) => {
                lasting("the broker's configuration forbids it: ask whoever runs it")
            }
            _ => Fault::Passing { doing, why },
        }
    }

    /// What was tried and why it failed, where trying again may help.
    pub(super) fn passing(&self) -> Option<(&'static str, &str)> {
        match self {
            Fault::Passing { doing, why } => Some((doing, why)),
            Fault::Fenced { doing } => {
                Some((doing, "another process of this world, or a pause longer than the transaction timeout"))
            }
            Fault::Lasting { .. } | Fault::GivenUp => None,
        }
    }

    /// Somebody's transaction stays open.
    pub(super) fn undecided(topic: &str) -> Self {
        Fault::Lasting {
            doing: "read",
            why: format!("a transaction on {topic} that is not this world's stays open"),
            help:
                "stop or restart its producer, or abort it with Kafka's own kafka-transactions.sh, then run the same \
                   command again"
                    .into(),
        }
    }
}

/// An error without the words that the client library puts around it.
pub(super) fn told(error: &KafkaError) -> String {
    match error {
        KafkaError::Transaction(inner) => inner.string(),
        KafkaError::AdminOp(code) => code.to_string(),
        other => other.rdkafka_error_code().map_or_else(|| other.to_string(), |code| code.to_string()),
    }
}
