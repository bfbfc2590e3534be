//! Who populace is for the cluster: the properties as stated and the login among them, secrets found. What is wrong is
//! named by key and place, never by value.

use std::collections::BTreeMap;

use super::build::Places;
use super::parse::suggests_secret;
use super::{Secret, properties};
use crate::UsageError;
use crate::config::Surroundings;
use crate::config::faults::Faults;
use crate::config::settings::KafkaSettings;

/// What to do about a secret that is not where it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Missing {
    /// Say so.
    Refuse,
    /// Do without: another sink was asked for.
    PassOver,
}

/// A stated value: its property, its key and what was written.
struct Stated<'a> {
    property: &'a str,
    key: String,
    written: &'a Secret,
}

/// Whether the properties can be stated at all, and the login is whole; looks for no secret.
pub(super) fn check(settings: &KafkaSettings, places: &Places<'_>) -> Result<(), UsageError> {
    let mut faults = Faults::default();
    for name in settings.properties.keys() {
        let key = format!("kafka.properties.{name}");
        let fault = properties::free(name).and_then(|()| properties::known(name));
        faults.take(fault.map_err(|(what, help)| places.complaint(&key, &what).help(help)));
    }
    faults.take(twice(settings, places));
    faults.take(whole(settings, places));
    faults.or(Some(()))
}

/// Every property with its value. Whoever calls has called [`check`].
pub(super) fn properties(
    settings: &KafkaSettings,
    places: &Places<'_>,
    around: &Surroundings,
    missing: Missing,
) -> Result<Vec<(String, Secret)>, UsageError> {
    let mut faults = Faults::default();
    let mut found = BTreeMap::new();
    for Stated { property, key, written } in stated(settings) {
        match written.found(around) {
            Ok(value) => {
                faults.take(taken(property, &key, written, &value, places));
                found.insert(property.to_owned(), value);
            }
            Err((what, help)) if missing == Missing::Refuse => {
                faults.take::<()>(Err(places.complaint(&key, &what).help(help)));
            }
            Err(_) => {}
        }
    }
    faults.take(way(settings, places, &found));
    trust_the_system(&mut found);
    faults.or(Some(found.into_iter().collect()))
}

/// TLS without authorities of one's own takes those of the system: the client carries its own OpenSSL, which does not know
/// where they lie unless it is told to look.
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

/// Whether the client takes the value; its answer is repeated where value and name are no secret.
fn taken(property: &str, key: &str, written: &Secret, value: &Secret, places: &Places<'_>) -> Result<(), UsageError> {
    properties::takes(property, value.reveal()).map_err(|answer| {
        let open = !written.is_elsewhere() && !suggests_secret(property) && !property.starts_with("sasl.user");
        let complaint = places.complaint(key, "Kafka's client does not take this value");
        if open { complaint.help(answer) } else { complaint }
    })
}

fn twice(settings: &KafkaSettings, places: &Places<'_>) -> Result<(), UsageError> {
    let mut faults = Faults::default();
    let login = [
        ("sasl.username", "kafka.username", &settings.username),
        ("sasl.password", "kafka.password", &settings.password),
    ];
    for (property, key, written) in login {
        if !written.is_empty() && settings.properties.contains_key(property) {
            let what = format!("`kafka.properties.{property}` says the same");
            faults.take::<()>(Err(places.complaint(key, &what).help("give one of the two")));
        }
    }
    faults.or(Some(()))
}

/// A user without a password, or a password without a user, is half a login.
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

/// A login needs to know how: a default would send a password unprotected, or in a way that the cluster does not take.
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
