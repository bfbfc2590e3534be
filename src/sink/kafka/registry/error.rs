//! The faults of a schema registry, each as one sentence with the problem, the place and the remedy. No message contains
//! a secret. Must not depend on: requests.

use super::super::patience::MayPass;
use crate::config::RegistryPlan;
use crate::sink::SinkRefusal;
use std::path::PathBuf;

/// The step during which a registry is unreachable, as a verb.
const REACH: &str = "reach the schema registry";

/// A failure of a schema registry.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RegistryError {
    /// The registry does not answer.
    #[error("the schema registry at {url} is unreachable: {why}; {help}")]
    Unreachable {
        /// The address.
        url: String,
        /// The reason.
        why: String,
        /// The remedy.
        help: &'static str,
    },
    /// The registry refuses the login.
    #[error("the schema registry at {url} denies access with {status}{said}: {help}")]
    Denied {
        /// The address.
        url: String,
        /// The status of the answer.
        status: u16,
        /// The message of the registry, in brackets, or nothing.
        said: String,
        /// The remedy.
        help: &'static str,
    },
    /// The answer is not one of a schema registry.
    #[error(
        "{url} does not answer as a schema registry: {why}; check kafka.registry.url, which names Confluent's API with its \
         path (of Apicurio it ends with /apis/ccompat/v7)"
    )]
    NotARegistry {
        /// The address.
        url: String,
        /// The answer.
        why: String,
    },
    /// The schema does not fit the versions that the subject has.
    #[error(
        "the schema of {topic} does not fit subject {subject} in the schema registry at {url}, which says: {said}; give the \
         topic another name or kafka.topic_prefix, change the subject's compatibility there, or choose fields that fit \
         (topics.*.fields)"
    )]
    Incompatible {
        /// The address.
        url: String,
        /// The subject.
        subject: String,
        /// The topic.
        topic: String,
        /// The message of the registry.
        said: String,
    },
    /// The registry rejects the schema for another reason.
    #[error(
        "the schema registry at {url} rejects the schema of {topic} for subject {subject} with {status}: {said}; compare \
         `populace schema` with what the registry supports"
    )]
    Rejected {
        /// The address.
        url: String,
        /// The subject.
        subject: String,
        /// The topic.
        topic: String,
        /// The status of the answer.
        status: u16,
        /// The message of the registry.
        said: String,
    },
    /// The subject does not exist, and schemas are not registered automatically.
    #[error(
        "subject {subject} has no schema in the schema registry at {url}: register the one that `populace schema --format \
         {format}` prints for {topic}, or set kafka.registry.auto_register = true"
    )]
    Unregistered {
        /// The address.
        url: String,
        /// The subject.
        subject: String,
        /// The topic.
        topic: String,
        /// The name of the format.
        format: &'static str,
    },
    /// The subject has another schema, and schemas are not registered automatically.
    #[error(
        "version {version}, the latest of subject {subject} in the schema registry at {url}, is not the schema of {topic}: \
         register the one that `populace schema --format {format}` prints, choose its fields (topics.*.fields), or set \
         kafka.registry.auto_register = true"
    )]
    OtherSchema {
        /// The address.
        url: String,
        /// The subject.
        subject: String,
        /// The topic.
        topic: String,
        /// The number of the latest version.
        version: u64,
        /// The name of the format.
        format: &'static str,
    },
    /// A topic has no schema in its format.
    #[error("{topic} has no schema: {why}")]
    NoSchema {
        /// The topic.
        topic: String,
        /// The reason.
        why: String,
    },
    /// The certificate authorities cannot be used.
    #[error("kafka.registry.ca: {} {why}: name a file with certificates in PEM", path.display())]
    BadAuthorities {
        /// The file.
        path: PathBuf,
        /// The reason.
        why: String,
    },
}

/// A failure of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RegistryFault {
    /// The registry is unreachable or busy.
    Transient(String),
    /// A fault that only the user can end.
    Permanent(Box<RegistryError>),
}

impl RegistryFault {
    /// Returns the error that reports the fault.
    pub(super) fn into_error(self, plan: &RegistryPlan) -> RegistryError {
        match self {
            RegistryFault::Permanent(error) => *error,
            RegistryFault::Transient(why) => {
                RegistryError::Unreachable { url: plan.url.clone(), help: help_for(&why), why }
            }
        }
    }
}

impl From<RegistryError> for SinkRefusal {
    fn from(error: RegistryError) -> Self {
        SinkRefusal::new(error)
    }
}

impl From<RegistryError> for RegistryFault {
    fn from(error: RegistryError) -> Self {
        RegistryFault::Permanent(Box::new(error))
    }
}

impl MayPass for RegistryFault {
    fn transient(&self) -> Option<(&'static str, &str)> {
        match self {
            RegistryFault::Transient(why) => Some((REACH, why)),
            RegistryFault::Permanent(_) => None,
        }
    }
}

/// Returns the remedy for a registry that cannot be reached for this reason.
fn help_for(why: &str) -> &'static str {
    let said = why.to_lowercase();
    if said.contains("certificate verify failed") || said.contains("unable to get local issuer") {
        "name the authority that signed its certificate with kafka.registry.ca"
    } else if said.contains("wrong version number") || said.contains("record layer") {
        "this looks like an address without TLS: make kafka.registry.url one with http://"
    } else {
        "see that it runs and is reachable there (kafka.registry.url), and run the same command again; nothing is lost"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remedy_follows_the_reason() {
        assert!(help_for("SSL routines: certificate verify failed: self-signed").contains("kafka.registry.ca"));
        assert!(help_for("SSL routines::wrong version number").contains("http://"));
        assert!(help_for("Connection refused").contains("see that it runs"));
    }
}
