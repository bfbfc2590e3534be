//! The login at a cluster and the other stated properties, with secrets resolved. Errors name the key and its origin,
//! never the value.

use std::collections::BTreeMap;

use super::parse::suggests_secret;
use super::places::Places;
use super::{Secret, properties};
use crate::UsageError;
use crate::config::error_collector::ErrorCollector;
use crate::config::options::Surroundings;
use crate::config::settings::KafkaSettings;

/// The policy for missing secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// Report them.
    Refuse,
    /// Ignore them: another sink is used.
    PassOver,
}

/// A stated value, with its property and its key.
struct Stated<'a> {
    property: &'a str,
    key: String,
    written: &'a Secret,
}

/// Checks that the properties are allowed and that the login is complete, without resolving secrets.
pub(super) fn check(settings: &KafkaSettings, places: &Places<'_>) -> Result<(), UsageError> {
    let mut errors = ErrorCollector::default();
    for name in settings.properties.keys() {
        let key = format!("kafka.properties.{name}");
        let fault = properties::check_not_reserved(name).and_then(|()| properties::known(name));
        errors.take(fault.map_err(|error| places.complaint(&key, &error.what).help(error.help)));
    }
    errors.take(twice(settings, places));
    errors.take(whole(settings, places));
    errors.or(Some(()))
}

/// Returns all properties with their values. Call [`check`] first.
pub(super) fn properties(
    settings: &KafkaSettings,
    places: &Places<'_>,
    around: &Surroundings,
    missing: Missing,
) -> Result<Vec<(String, Secret)>, UsageError> {
    let mut errors = ErrorCollector::default();
    let mut found = BTreeMap::new();
    for Stated { property, key, written } in stated(settings) {
        match written.found(around) {
            Ok(value) => {
                errors.take(taken(property, &key, written, &value, places));
                found.insert(property.to_owned(), value);
            }
            Err(error) if missing == Missing::Refuse => {
                errors.take::<()>(Err(places.complaint(&key, &error.what).help(error.help)));
            }
            Err(_) => {}
        }
    }
    errors.take(way(settings, places, &found));
    trust_the_system(&mut found);
    errors.or(Some(found.into_iter().collect()))
}

/// Sets the system's certificate authorities for TLS, unless others are stated: the client contains its own OpenSSL,
/// which searches for them only on request.
fn trust_the_system(found: &mut BTreeMap<String, Secret>) {
    let tls = found.get("security.protocol").is_some_and(|one| one.reveal().to_lowercase().ends_with("ssl"));
    let own = ["ssl.ca.location", "ssl.ca.pem", "ssl_ca"].iter().any(|name| found.contains_key(*name));
    if tls && !own {
        found.insert("ssl.ca.location".to_owned(), Secret::new("probe"));
    }
}

fn stated(settings: &KafkaSettings) -> impl Iterator<Item = Stated<'_>> {
    let login = [
        ("sasl.username", "kafka.username", &settings.username),
        ("sasl.password", "kafka.password", &settings.password),
    ];
    let login = login.into_iter().filter(|(.., written)| !written.is_empty());
    let login = login.map(|(property, key, written)| Stated { property, key: key.to_owned(), written });
    let own = settings.properties.iter();
    login.chain(own.map(|(name, written)| Stated { property: name, key: format!("kafka.properties.{name}"), written }))
}

/// Checks that the client accepts the value; the error repeats the client's message if value and name are not secret.
fn taken(property: &str, key: &str, written: &Secret, value: &Secret, places: &Places<'_>) -> Result<(), UsageError> {
    properties::takes(property, value.reveal()).map_err(|answer| {
        let open = !written.is_elsewhere() && !suggests_secret(property) && !property.starts_with("sasl.user");
        let complaint = places.complaint(key, "invalid value for the Kafka client");
        if open { complaint.help(answer) } else { complaint }
    })
}

fn twice(settings: &KafkaSettings, places: &Places<'_>) -> Result<(), UsageError> {
    let mut errors = ErrorCollector::default();
    let login = [
        ("sasl.username", "kafka.username", &settings.username),
        ("sasl.password", "kafka.password", &settings.password),
    ];
    for (property, key, written) in login {
        if !written.is_empty() && settings.properties.contains_key(property) {
            let what = format!("`kafka.properties.{property}` states the same");
            errors.take::<()>(Err(places.complaint(key, &what).help("give one of the two")));
        }
    }
    errors.or(Some(()))
}

/// Checks that user and password are stated together.
fn whole(settings: &KafkaSettings, places: &Places<'_>) -> Result<(), UsageError> {
    let given: Vec<Stated<'_>> =
        stated(settings).filter(|one| ["sasl.username", "sasl.password"].contains(&one.property)).collect();
    let has = |property: &str| given.iter().any(|one| one.property == property);
    match (given.first(), has("sasl.username"), has("sasl.password")) {
        (Some(one), true, false) => {
            Err(places.complaint(&one.key, "a user needs a password").help("give kafka.password, too"))
        }
        (Some(one), false, true) => {
            Err(places.complaint(&one.key, "a password needs a user").help("give kafka.username, too"))
        }
        _ => Ok(()),
    }
}

/// Checks that protocol and mechanism of a login are stated: a default might send a password unprotected, or in a way
/// that the cluster rejects.
fn way(settings: &KafkaSettings, places: &Places<'_>, found: &BTreeMap<String, Secret>) -> Result<(), UsageError> {
    let Some(login) = stated(settings).find(|one| one.property == "sasl.username") else { return Ok(()) };
    let says = |names: &[&str]| names.iter().any(|name| settings.properties.contains_key(*name));
    let protocol = (!says(&["security.protocol"])).then_some("\"security.protocol\" = \"SASL_SSL\"");
    let mechanism = (!says(&["sasl.mechanism", "sasl.mechanisms"])).then_some("\"sasl.mechanism\" = \"SCRAM-SHA-512\"");
    let unsaid: Vec<&str> = protocol.into_iter().chain(mechanism).collect();
    if !unsaid.is_empty() {
        let help = format!(
            "under [kafka.properties] say how, as in {} (SASL_PLAINTEXT only inside a trusted network; mechanisms: PLAIN, \
             SCRAM-SHA-256, SCRAM-SHA-512), or use --kafka-property",
            unsaid.join(" and ")
        );
        return Err(places.complaint(&login.key, "a user is given, but not how to log in").help(help));
    }
    let open = found.get("security.protocol").is_some_and(|one| !one.reveal().to_lowercase().starts_with("sasl_"));
    if open {
        let what = "a user is given, but `kafka.properties.security.protocol` is one without a login";
        return Err(places
            .complaint(&login.key, what)
            .help("make it SASL_SSL (or SASL_PLAINTEXT), or leave the user out"));
    }
    Ok(())
}
