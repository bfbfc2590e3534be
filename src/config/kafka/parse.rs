//! Secrets, written as a value or as the place of one: parses, resolves and masks them. Must not depend on: the meaning
//! of properties, other than the names that suggest a secret.

use std::collections::BTreeMap;
use std::path::Path;

use serde::{Serialize, Serializer};

use super::{Secret, properties as client};
use crate::config::options::Surroundings;

/// The mask of a secret.
pub(super) const MASK: &str = "***";

/// Parts of the names of properties whose values are secrets.
const SECRET_NAME_PARTS: [&str; 10] = [
    "password",
    "passphrase",
    "secret",
    "key",
    "token",
    "jaas",
    "credential",
    "pem",
    "oauthbearer.config",
    "oauthbearer.extensions",
];

/// Returns whether the value of a property with this name is a secret. A location is a path, not its content.
pub(super) fn suggests_secret(name: &str) -> bool {
    !name.ends_with(".location") && SECRET_NAME_PARTS.iter().any(|part| name.contains(part))
}

/// An error about a secret. Never contains its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::config) struct SecretError {
    pub(in crate::config) what: String,
    /// The remedy.
    pub(in crate::config) help: &'static str,
}

fn error(what: impl Into<String>, help: &'static str) -> SecretError {
    SecretError { what: what.into(), help }
}

impl Secret {
    /// Returns whether the text is empty.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns whether the text is the place of a value (`env:` or `file:`), not the value.
    pub(super) fn is_elsewhere(&self) -> bool {
        ["env:", "file:"].iter().any(|place| self.0.starts_with(place))
    }

    /// Returns the value itself, read from its place if the text is one.
    ///
    /// # Errors
    /// If the value is missing.
    pub(in crate::config) fn found(&self, around: &Surroundings) -> Result<Secret, SecretError> {
        if let Some(name) = self.0.strip_prefix("env:") {
            let value = around.variable(name);
            let value = value.map_err(|_| error(format!("the variable {name} is not UTF-8"), "write it in UTF-8"))?;
            let unset = || error(format!("the variable {name} is not set, or empty"), "set it");
            return value.map(Secret::new).ok_or_else(unset);
        }
        match self.0.strip_prefix("file:") {
            Some(path) => Secret::in_file(Path::new(path)),
            None if self.0 == MASK => Err(error(
                format!("{MASK} is what `populace scenario show` prints instead of a secret"),
                "write where the secret lies, env:NAME or file:PATH, or the secret itself",
            )),
            None => Ok(self.clone()),
        }
    }

    /// Returns the content of a file, without one trailing newline.
    ///
    /// # Errors
    /// If the file cannot be read, is empty or not UTF-8.
    pub(in crate::config) fn in_file(path: &Path) -> Result<Secret, SecretError> {
        read(path)
    }

    fn shown(&self) -> &str {
        if self.is_empty() || self.is_elsewhere() { &self.0 } else { MASK }
    }
}

/// Returns the content of a file, without one trailing newline.
fn read(path: &Path) -> Result<Secret, SecretError> {
    let help = "make the file readable for populace, or name another one";
    let bytes = std::fs::read(path).map_err(|e| error(format!("failed to read the file {path:?}: {e}"), help))?;
    let text = String::from_utf8(bytes).map_err(|_| error(format!("the file {path:?} is not UTF-8"), help))?;
    let text = text.strip_suffix('\n').map_or(text.as_str(), |line| line.strip_suffix('\r').unwrap_or(line));
    match text {
        "" => Err(error(format!("the file {path:?} is empty"), "write the value into it")),
        text => Ok(Secret::new(text)),
    }
}

/// Masks addresses with @, which may contain a password; the plan refuses them.
pub(in crate::config) fn shown_brokers<S: Serializer>(brokers: &str, to: S) -> Result<S::Ok, S::Error> {
    if brokers.contains('@') { MASK.serialize(to) } else { brokers.serialize(to) }
}

pub(in crate::config) fn shown_username<S: Serializer>(name: &Secret, to: S) -> Result<S::Ok, S::Error> {
    name.0.serialize(to)
}

pub(in crate::config) fn shown_password<S: Serializer>(password: &Secret, to: S) -> Result<S::Ok, S::Error> {
    password.shown().serialize(to)
}

pub(in crate::config) fn shown_properties<S: Serializer>(
    properties: &BTreeMap<String, Secret>,
    to: S,
) -> Result<S::Ok, S::Error> {
    // A name that is unknown to the client may be a misspelt name of a secret.
    let secret = |name: &str| suggests_secret(name) || client::known(name).is_err();
    let shown = |name: &str, value| if secret(name) { Secret::shown(value) } else { value.reveal() };
    to.collect_map(properties.iter().map(|(name, value)| (name, shown(name, value))))
}

#[cfg(test)]
mod tests {
    use populace_sim::VirtualTime;

    use super::*;

    fn around() -> Surroundings {
        let environment = [("NAME", " a b\n"), ("EMPTY", "")].map(|(name, value)| (name.to_owned(), value.to_owned()));
        Surroundings {
            environment: environment.to_vec(),
            undecoded: Vec::new(),
            now: VirtualTime::from_seconds(0),
            terminal: false,
        }
    }

    fn found(text: &str) -> Result<String, String> {
        Secret::new(text).found(&around()).map(|secret| secret.reveal().to_owned()).map_err(|error| error.what)
    }

    #[test]
    fn a_secret_lies_in_the_setting_a_variable_or_a_file() {
        assert_eq!(found("plain").as_deref(), Ok("plain"));
        assert_eq!(found("env:NAME").as_deref(), Ok(" a b\n"), "as it is");
        assert!(found("env:EMPTY").is_err() && found("env:MISSING").unwrap_err().contains("MISSING"));
        assert!(found(MASK).is_err(), "nobody's password");
    }

    #[test]
    fn of_a_file_one_newline_at_the_end_is_dropped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("secret");
        let as_file = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            found(&format!("file:{}", path.display()))
        };
        for (bytes, value) in [("a", "a"), ("a\n", "a"), ("a\r\n", "a"), ("a\n\n", "a\n"), (" a ", " a ")] {
            assert_eq!(as_file(bytes.as_bytes()).as_deref(), Ok(value));
        }
        assert!(as_file(b"\n").unwrap_err().contains("is empty"));
        assert!(as_file(b"\xff").unwrap_err().contains("UTF-8"));
        std::fs::remove_file(&path).unwrap();
        assert!(found(&format!("file:{}", path.display())).unwrap_err().contains("failed to read"));
    }

    #[test]
    fn names_that_suggest_a_secret() {
        for name in ["sasl.password", "ssl.key.pem", "ssl_key", "sasl.oauthbearer.client.secret", "sasl.jaas.config"] {
            assert!(suggests_secret(name), "{name}");
        }
        for name in ["sasl.username", "security.protocol", "ssl.key.location", "linger.ms"] {
            assert!(!suggests_secret(name), "{name}");
        }
    }
}
