//! The remedy for a broker that cannot be reached, from the client library's message about the connection and the
//! settings. Pure. Must not depend on: a connection.

use super::client::FIRST_REQUEST;
use crate::config::KafkaPlan;

/// The protocol of a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Protocol {
    tls: bool,
    login: bool,
}

impl Protocol {
    fn of(plan: &KafkaPlan) -> Self {
        let given = plan.properties.iter().find(|(name, _)| name == "security.protocol");
        let name = given.map_or(String::new(), |(_, value)| value.reveal().to_lowercase());
        Protocol { tls: name.contains("ssl"), login: name.contains("sasl") }
    }

    /// Returns the name of the protocol with TLS and login as given.
    fn name(self) -> &'static str {
        match (self.tls, self.login) {
            (false, false) => "PLAINTEXT",
            (true, false) => "SSL",
            (false, true) => "SASL_PLAINTEXT",
            (true, true) => "SASL_SSL",
        }
    }
}

/// Returns the remedy for a connection that failed for the reason `why`.
pub(super) fn advice(plan: &KafkaPlan, why: &str) -> String {
    let protocol = Protocol::of(plan);
    let said = why.to_lowercase();
    let says = |parts: &[&str]| parts.iter().any(|part| said.contains(part));
    if let Some(help) = of_login(protocol, says).or_else(|| of_tls(protocol, says)) {
        return help;
    }
    if let Some(address) = advertised(plan, why).or_else(|| sent_on_to(why)) {
        return format!(
            "the address {address} is what the broker tells its clients to use: let it advertise one that this machine can \
             resolve and reach (advertised.listeners in the broker's settings), or have that name resolve here; --brokers \
             is reached"
        );
    }
    if !protocol.login && says(&["broken pipe", "connection reset", "disconnected", "require sasl"]) {
        return missing_login(protocol);
    }
    "see that the broker runs and is reachable there (--brokers), and run the same command again; nothing is lost"
        .into()
}

fn missing_login(protocol: Protocol) -> String {
    let with = Protocol { login: true, ..protocol }.name();
    format!(
        "the broker closes the connection, as a listener with a login does: set kafka.properties.security.protocol to {with}, \
         kafka.properties.sasl.mechanism, kafka.username and kafka.password, or give the address of a listener without; if \
         that is not it, see the broker's log"
    )
}

fn of_login(protocol: Protocol, says: impl Fn(&[&str]) -> bool) -> Option<String> {
    let without = Protocol { login: false, ..protocol }.name();
    if says(&["require sasl"]) {
        return Some(missing_login(protocol));
    }
    if says(&["current sasl state", "illegal sasl state"]) {
        return Some(format!(
            "this listener asks for no login: set kafka.properties.security.protocol to {without} and leave out \
             kafka.username, or give the address of a listener with a login"
        ));
    }
    if says(&["unsupported sasl mechanism"]) {
        return Some("set kafka.properties.sasl.mechanism to one that the broker supports".into());
    }
    says(&["authentication fail", "sasl authentication error", "invalid credentials"])
        .then(|| "check kafka.username, kafka.password and kafka.properties.sasl.mechanism".into())
}

/// What a reason says, in lower case, where the listener speaks no TLS.
const NO_TLS: [&str; 5] =
    ["plaintext broker listener", "wrong version number", "packet length too long", "record layer", "tls handshake"];

fn of_tls(protocol: Protocol, says: impl Fn(&[&str]) -> bool) -> Option<String> {
    let name = |tls| Protocol { tls, ..protocol }.name();
    let text = if !protocol.tls && says(&["ssl listener", FIRST_REQUEST]) {
        format!(
            "this looks like a listener with TLS: set kafka.properties.security.protocol to {}, or give the address of a \
             listener without",
            name(true)
        )
    } else if says(&NO_TLS) {
        format!(
            "this looks like a listener without TLS: set kafka.properties.security.protocol to {}, or give the address of a \
             listener with TLS",
            name(false)
        )
    } else if says(&["hostname mismatch", "ip address mismatch"]) {
        "the broker's certificate is for another name: give a name in it with --brokers, and let the broker advertise it \
         (advertised.listeners), or set kafka.properties.ssl.endpoint.identification.algorithm to none"
            .into()
    } else if says(&["certificate verify failed", "could not be verified"]) {
        "name the authority that signed the broker's certificate with kafka.properties.ssl.ca.location".into()
    } else if says(&["client ssl authentication", "certificate required", "bad certificate"]) {
        "the broker asks for a certificate of this client: set kafka.properties.ssl.certificate.location and \
         kafka.properties.ssl.key.location"
            .into()
    } else {
        return None;
    };
    Some(text)
}

/// Returns the address of the broker in a reason; None if it is one of the given addresses. The library names an
/// advertised broker `host:port/ID`, and a given one `host:port/bootstrap`.
fn advertised(plan: &KafkaPlan, why: &str) -> Option<String> {
    why.split([' ', '(']).find_map(|word| {
        let (address, id) = word.trim_end_matches([':', ',', ')']).rsplit_once('/')?;
        let address = address.rsplit_once("://").map_or(address, |(_, address)| address);
        let is_id = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit());
        let is_given = plan.brokers.split(',').any(|given| given.trim() == address);
        (is_id && !is_given && address.contains(':')).then(|| address.to_owned())
    })
}

/// Returns the addresses in a message that already names the advertised listeners; None for other messages.
fn sent_on_to(why: &str) -> Option<String> {
    let (before, _) = why.split_once(" (advertised.listeners)")?;
    before.rsplit(' ').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::client::TLS_HANDSHAKE;
    use super::*;
    use crate::config::Secret;

    fn plan(protocol: &str) -> KafkaPlan {
        let properties = vec![("security.protocol".to_owned(), Secret::new(protocol))];
        KafkaPlan { brokers: "127.0.0.1:9092,b:9093".into(), properties, ..KafkaPlan::default() }
    }

    #[track_caller]
    fn advises(protocol: &str, why: &str, parts: &[&str]) {
        let help = advice(&plan(protocol), why);
        parts.iter().for_each(|part| assert!(help.contains(part), "{part:?} is not in {help:?}"));
    }

    #[test]
    fn an_advertised_address_that_was_not_given_is_named() {
        let why = "kafka.invalid:9092/1: Failed to resolve 'kafka.invalid:9092': Name or service not known";
        advises("plaintext", why, &["kafka.invalid:9092", "advertised.listeners"]);
        let told =
            "b:9093 answers, and sends its clients on to c.invalid:1,d:2 (advertised.listeners), where nobody does: x";
        advises("plaintext", told, &["c.invalid:1,d:2", "advertised.listeners"]);
        advises("sasl_ssl", "sasl_ssl://10.1.1.1:9/22: Connection setup timed out", &["10.1.1.1:9 ", "advertised"]);
        let given = "127.0.0.1:9092/1: Connect to ipv4#127.0.0.1:9092 failed: Connection refused";
        advises("plaintext", given, &["see that the broker runs", "--brokers"]);
        advises("plaintext", "x:1/bootstrap: Failed to resolve 'x:1'", &["see that the broker runs"]);
    }

    #[test]
    fn a_mismatch_names_the_key() {
        let closed = "127.0.0.1:9092/bootstrap: Send failed: Broken pipe";
        advises(
            "plaintext",
            closed,
            &["login", "kafka.properties.security.protocol to SASL_PLAINTEXT", "kafka.username"],
        );
        advises("ssl", "127.0.0.1:9092/1: Disconnected", &["security.protocol to SASL_SSL"]);
        let state = "SASL PLAIN mechanism handshake failed: Broker: Request not valid in current SASL state";
        advises("sasl_plaintext", state, &["no login", "security.protocol to PLAINTEXT"]);
        let hint = "Disconnected: requesting ApiVersion: might be caused by (connecting to a SSL listener?)";
        advises("plaintext", hint, &["with TLS", "security.protocol to SSL"]);
        let at_first = format!("a:1/bootstrap: Disconnected{FIRST_REQUEST}");
        advises("plaintext", &at_first, &["with TLS", "security.protocol to SSL"]);
        advises("sasl_plaintext", hint, &["security.protocol to SASL_SSL"]);
        let plain = "SSL handshake failed: Disconnected: connecting to a PLAINTEXT broker listener?";
        advises("ssl", plain, &["without TLS", "security.protocol to PLAINTEXT"]);
        let closed = format!("ssl://a:1/bootstrap: Disconnected: SSL connection closed by peer{TLS_HANDSHAKE}");
        advises("ssl", &closed, &["without TLS", "security.protocol to PLAINTEXT"]);
        advises("ssl", "error:0A00010B:SSL routines::wrong version number", &["without TLS"]);
        advises("ssl", "SSL handshake failed: certificate verify failed", &["ssl.ca.location"]);
        advises(
            "sasl_ssl",
            "Authentication failed: Invalid username or password",
            &["kafka.username", "kafka.password"],
        );
    }
}
