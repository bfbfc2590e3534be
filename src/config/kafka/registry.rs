//! The schema registry of a plan, from the section `[kafka.registry]`. Errors name the key and its origin, never a
//! secret. Must not depend on: the sink.

use std::path::PathBuf;

use super::login::Missing;
use super::places::Places;
use super::{Registration, RegistryLogin, RegistryPlan, SchemaIdPlace, Secret, SubjectNaming};
use crate::UsageError;
use crate::config::error_collector::ErrorCollector;
use crate::config::options::Surroundings;
use crate::config::settings::RegistrySettings;

const SUBJECTS: [(&str, SubjectNaming); 3] =
    [("topic", SubjectNaming::Topic), ("record", SubjectNaming::Record), ("topic-record", SubjectNaming::TopicRecord)];

const PLACES: [(&str, SchemaIdPlace); 2] = [("prefix", SchemaIdPlace::Prefix), ("header", SchemaIdPlace::Header)];

const URL: &str = "kafka.registry.url";

/// Returns the registry without its login; None if the section names none.
///
/// # Errors
/// All errors in the section.
pub(super) fn forms(settings: &RegistrySettings, places: &Places<'_>) -> Result<Option<RegistryPlan>, UsageError> {
    let mut errors = ErrorCollector::default();
    let url = errors.take(url(&settings.url, places));
    let subject = errors.take(places.one_of(&SUBJECTS, &settings.subject, "kafka.registry.subject"));
    let schema_id = errors.take(places.one_of(&PLACES, &settings.schema_id, "kafka.registry.schema_id"));
    errors.take(of_use(settings, places));
    errors.take(whole(settings, places));
    let (url, (subject, schema_id)) = errors.or(url.zip(subject.zip(schema_id)))?;
    let registration = if settings.auto_register { Registration::Automatic } else { Registration::Manual };
    let ca = (!settings.ca.is_empty()).then(|| PathBuf::from(&settings.ca));
    Ok(url.map(|url| RegistryPlan { url, login: None, ca, subject, registration, schema_id }))
}

/// Returns the registry with its login, whose secrets are resolved. Call [`forms`] first.
///
/// # Errors
/// If a secret is missing, and is not to be passed over.
pub(super) fn with_login(
    plan: Option<RegistryPlan>,
    settings: &RegistrySettings,
    places: &Places<'_>,
    (around, missing): (&Surroundings, Missing),
) -> Result<Option<RegistryPlan>, UsageError> {
    let Some(plan) = plan else { return Ok(None) };
    if settings.username.is_empty() {
        return Ok(Some(plan));
    }
    let mut errors = ErrorCollector::default();
    let mut found = |written: &Secret, key: &str| match written.found(around) {
        Err(_) if missing == Missing::PassOver => Some(Secret::new("")),
        found => errors.take(found.map_err(|error| places.complaint(key, &error.what).help(error.help))),
    };
    let username = found(&settings.username, "kafka.registry.username");
    let password = found(&settings.password, "kafka.registry.password");
    let (username, password) = errors.or(username.zip(password))?;
    let login = RegistryLogin { username: username.reveal().to_owned(), password };
    Ok(Some(RegistryPlan { login: Some(login), ..plan }))
}

/// Parses the address; None if it is empty.
fn url(text: &str, places: &Places<'_>) -> Result<Option<String>, UsageError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let help = "give http:// or https://, a host, and the path of the API, as in http://localhost:8081 or \
                https://registry.example/apis/ccompat/v7";
    let complaint = |what: &str| Err(places.complaint(URL, what).help(help));
    if text.contains('@') {
        // A text with @ may contain a password.
        let error = places.complaint(URL, "an address with @");
        return Err(error.help("give the user and the password in kafka.registry.username and kafka.registry.password"));
    }
    let Some((scheme, rest)) = text.split_once("://") else { return complaint(&format!("{text:?} is no URL")) };
    if !["http", "https"].contains(&scheme) {
        return complaint(&format!("{text:?} is neither http nor https"));
    }
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain = text.bytes().all(|byte| byte.is_ascii_graphic()) && !text.contains(['?', '#', '"', '\\', '<', '>']);
    if host.is_empty() || host.starts_with(':') || !plain || !port_is_valid(host) {
        return complaint(&format!("{text:?} is no address of an API"));
    }
    Ok(Some(text.trim_end_matches('/').to_owned()))
}

fn port_is_valid(host: &str) -> bool {
    match host.rsplit_once(':') {
        // The last part of an IPv6 address.
        Some((_, end)) if end.ends_with(']') => true,
        Some((_, port)) => port.parse::<u16>().is_ok_and(|port| port > 0),
        None => true,
    }
}

/// Checks that no key is stated that the address makes useless.
fn of_use(settings: &RegistrySettings, places: &Places<'_>) -> Result<(), UsageError> {
    let given = [
        ("kafka.registry.username", !settings.username.is_empty()),
        ("kafka.registry.password", !settings.password.is_empty()),
        ("kafka.registry.ca", !settings.ca.is_empty()),
    ];
    let first = given.iter().find(|(_, given)| *given).map(|(key, _)| *key);
    match first.filter(|_| settings.url.trim().is_empty()) {
        Some(key) => Err(places.complaint(key, "no registry is named").help(format!("give `{URL}`, too"))),
        None if !settings.ca.is_empty() && settings.url.trim().starts_with("http:") => {
            let error = places.complaint("kafka.registry.ca", &format!("`{URL}` is an address without TLS"));
            Err(error.help("make it https://, or leave the authorities out"))
        }
        None => Ok(()),
    }
}

/// Checks that user and password are stated together.
fn whole(settings: &RegistrySettings, places: &Places<'_>) -> Result<(), UsageError> {
    match (settings.username.is_empty(), settings.password.is_empty()) {
        (false, true) => Err(places
            .complaint("kafka.registry.username", "a user needs a password")
            .help("give kafka.registry.password, too")),
        (true, false) => Err(places
            .complaint("kafka.registry.password", "a password needs a user")
            .help("give kafka.registry.username, too")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
