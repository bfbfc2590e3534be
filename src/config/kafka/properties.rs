//! Properties of the Kafka client that a user states: those that populace sets itself are refused with the reason or
//! the key to use, and the client library checks the others. Must not depend on: connections.

use populace_sim::nearest_names;
use rdkafka::ClientConfig;
use rdkafka::error::KafkaError;
use rdkafka::types::RDKafkaConfRes;

/// The reason why a property cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Instead {
    /// The key that sets the property.
    Key(&'static str),
    /// The reason why the property cannot be set at all.
    Never(&'static str),
}

use Instead::{Key, Never};

const READING: Instead = Never("populace reads back its own records alone, without a group of consumers");
const NO_GIVING_UP: Instead = Never("populace tries until a record is there: one that is given up would be a gap");
const REPORTS: Instead = Never("populace learns by it that records have arrived");

/// The properties that populace sets itself.
const RESERVED_PROPERTIES: [(&str, Instead); 38] = [
    ("bootstrap.servers", Key("kafka.brokers")),
    ("metadata.broker.list", Key("kafka.brokers")),
    ("enable.idempotence", Key("kafka.delivery")),
    ("enable.gapless.guarantee", Key("kafka.delivery")),
    ("transaction.timeout.ms", Key("kafka.transaction_timeout_ms")),
    ("compression.codec", Key("kafka.compression")),
    ("compression.type", Key("kafka.compression")),
    ("transactional.id", Never("populace makes it from the world, so that no two processes write the same one")),
    ("acks", Never("every replica must have a record before it counts as sent")),
    ("request.required.acks", Never("every replica must have a record before it counts as sent")),
    ("partitioner", Never("the key of a record decides its partition, as the topics' contract says")),
    ("partitioner_cb", Never("the key of a record decides its partition, as the topics' contract says")),
    ("allow.auto.create.topics", Never("populace makes its topics itself, with the retention that they need")),
    ("isolation.level", Never("populace reads back committed records alone")),
    ("message.timeout.ms", NO_GIVING_UP),
    ("delivery.timeout.ms", NO_GIVING_UP),
    ("retries", NO_GIVING_UP),
    ("message.send.max.retries", NO_GIVING_UP),
    ("queuing.strategy", Never("records keep their order")),
    ("delivery.report.only.error", REPORTS),
    ("dr_cb", REPORTS),
    ("dr_msg_cb", REPORTS),
    ("enabled_events", REPORTS),
    ("background_event_cb", REPORTS),
    ("group.id", READING),
    ("group.instance.id", READING),
    ("group.protocol", READING),
    ("group.protocol.type", READING),
    ("group.remote.assignor", READING),
    ("partition.assignment.strategy", READING),
    ("enable.auto.commit", READING),
    ("auto.commit.enable", READING),
    ("auto.commit.interval.ms", READING),
    ("enable.auto.offset.store", READING),
    ("auto.offset.reset", READING),
    ("offset.store.method", READING),
    ("enable.partition.eof", READING),
    ("plugin.library.paths", Never("populace loads no foreign code")),
];

/// Common properties, from which an error suggests the nearest one.
const COMMON: [&str; 27] = [
    "security.protocol",
    "sasl.mechanism",
    "sasl.username",
    "sasl.password",
    "sasl.oauthbearer.method",
    "sasl.oauthbearer.client.id",
    "sasl.oauthbearer.client.secret",
    "sasl.oauthbearer.scope",
    "sasl.oauthbearer.token.endpoint.url",
    "ssl.ca.location",
    "ssl.ca.pem",
    "ssl.certificate.location",
    "ssl.certificate.pem",
    "ssl.key.location",
    "ssl.key.pem",
    "ssl.key.password",
    "ssl.keystore.location",
    "ssl.keystore.password",
    "ssl.endpoint.identification.algorithm",
    "enable.ssl.certificate.verification",
    "client.id",
    "client.rack",
    "linger.ms",
    "batch.size",
    "compression.level",
    "message.max.bytes",
    "queue.buffering.max.messages",
];

/// An error about a property.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PropertyError {
    pub(super) what: String,
    /// The remedy.
    pub(super) help: String,
}

fn refused(what: impl Into<String>, help: impl Into<String>) -> Result<(), PropertyError> {
    Err(PropertyError { what: what.into(), help: help.into() })
}

/// Checks that the property is not one that populace sets itself.
pub(super) fn check_not_reserved(name: &str) -> Result<(), PropertyError> {
    match RESERVED_PROPERTIES.iter().find(|(taken, _)| *taken == name) {
        None => Ok(()),
        Some((_, Key(key))) => refused("populace sets it from a key of its own", format!("set `{key}`")),
        Some((_, Never(reason))) => refused(format!("it cannot be set: {reason}"), "leave it out"),
    }
}

/// Checks that the client library knows the property.
pub(super) fn known(name: &str) -> Result<(), PropertyError> {
    // The empty text is an invalid value for many properties; the client reports that with another code.
    match asked(name, "") {
        Err((RDKafkaConfRes::RD_KAFKA_CONF_UNKNOWN, _)) => {
            let near = nearest_names(name, COMMON);
            let list = "the CONFIGURATION.md of librdkafka lists every one";
            let help = near.first().map_or(list.to_owned(), |near| format!("did you mean `{near}`? {list}"));
            refused("unknown property of the Kafka client", help)
        }
        _ => Ok(()),
    }
}

/// Checks that the client library accepts the value. The error repeats the value: do not call it for secrets.
pub(super) fn takes(name: &str, value: &str) -> Result<(), String> {
    asked(name, value).map_err(|(_, answer)| answer)
}

fn asked(name: &str, value: &str) -> Result<(), (RDKafkaConfRes, String)> {
    match ClientConfig::new().set(name, value).create_native_config() {
        Err(KafkaError::ClientConfig(result, answer, ..)) => Err((result, answer)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_populace_decides_is_refused_with_the_key_or_the_reason() {
        for (name, _) in RESERVED_PROPERTIES {
            assert!(check_not_reserved(name).is_err(), "{name}");
            assert_eq!(known(name), Ok(()), "{name} is a property");
        }
        assert_eq!(check_not_reserved("bootstrap.servers").unwrap_err().help, "set `kafka.brokers`");
        assert!(check_not_reserved("transactional.id").unwrap_err().what.contains("from the world"));
        assert_eq!(check_not_reserved("linger.ms"), Ok(()));
    }

    #[test]
    fn the_client_library_knows_its_properties() {
        for name in COMMON {
            assert_eq!(known(name), Ok(()), "{name}");
        }
        assert!(known("sasl.mechansim").unwrap_err().help.contains("`sasl.mechanism`"));
        assert_eq!(takes("security.protocol", "SASL_SSL"), Ok(()));
        assert_eq!(takes("sasl.mechanism", "SCRAM-SHA-512"), Ok(()));
        assert!(takes("linger.ms", "-5").is_err() && takes("security.protocol", "telnet").is_err());
    }
}
