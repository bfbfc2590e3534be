//! The client of Confluent's REST API: the four requests that a start needs. Each call is one attempt. Must not depend
//! on: subjects' names, retries.

use super::answer::{Answer, Refused};
use super::error::{RegistryError, RegistryFault};
use super::subject::as_segment;
use super::wanted::WantedSchema;
use crate::config::{RegistryPlan, Secret};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use populace_wire::TopicFormat;
use serde::Deserialize;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use ureq::Agent;
use ureq::tls::{PemItem, RootCerts, TlsConfig, TlsProvider, parse_pem};

/// The longest time of one attempt.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(10);

/// The largest answer that is read, in bytes.
const ANSWER_BYTES_MAX: u64 = 4 << 20;

const CONTENT_TYPE: &str = "application/vnd.schemaregistry.v1+json";

/// A version of a subject.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Registered {
    /// The id of the schema in this registry.
    pub(super) id: u32,
    /// The number of the version; not every registry gives it for a new one.
    pub(super) version: Option<u64>,
    /// The id of the schema in every registry; older registries have none.
    pub(super) guid: Option<String>,
    /// The text of the schema; not given for a new version.
    pub(super) schema: Option<String>,
}

/// The registry's opinion on a new version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Compatibility {
    Compatible,
    Incompatible {
        /// The reasons, as one text; empty if the registry gives none.
        reasons: String,
    },
}

#[derive(Deserialize)]
struct CompatibilityAnswer {
    is_compatible: bool,
    #[serde(default)]
    messages: Vec<String>,
}

/// A client of one registry.
pub(super) struct Client {
    agent: Agent,
    url: String,
    authorization: Option<Secret>,
}

impl Client {
    /// Returns a client that has not connected yet.
    ///
    /// # Errors
    /// If the certificate authorities cannot be read.
    pub(super) fn new(plan: &RegistryPlan) -> Result<Self, RegistryError> {
        let roots = match &plan.ca {
            Some(path) => authorities(path)?,
            None => RootCerts::PlatformVerifier,
        };
        let tls = TlsConfig::builder().provider(TlsProvider::NativeTls).root_certs(roots).build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .timeout_global(Some(REQUEST_TIMEOUT))
            .http_status_as_error(false)
            // A login must not go to another host.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // Like the brokers, the registry is reached directly.
            .proxy(None)
            .user_agent(concat!("populace/", env!("CARGO_PKG_VERSION")))
            .build();
        let authorization = plan.login.as_ref().map(|login| {
            Secret::new(format!("Basic {}", STANDARD.encode(format!("{}:{}", login.username, login.password.reveal()))))
        });
        Ok(Client { agent: config.into(), url: plan.url.clone(), authorization })
    }

    /// Returns the address.
    pub(super) fn url(&self) -> &str {
        &self.url
    }

    /// Returns the version of a subject that is this schema; None if it has none.
    pub(super) fn find(&self, subject: &str, wanted: &WantedSchema) -> Result<Option<Registered>, RegistryFault> {
        let answer = self.post(&format!("/subjects/{}", as_segment(subject)), wanted)?;
        if answer.is_missing() { Ok(None) } else { self.parsed(answer, subject, wanted).map(Some) }
    }

    /// Returns the latest version of a subject; None if it has none.
    pub(super) fn latest(&self, subject: &str) -> Result<Option<Registered>, RegistryFault> {
        let path = format!("/subjects/{}/versions/latest", as_segment(subject));
        let answer = self.ask(self.authorized(self.agent.get(format!("{}{path}", self.url))).call())?;
        if answer.is_missing() {
            return Ok(None);
        }
        answer.parsed(&self.url).map(Some).map_err(|refused| match refused {
            Refused::Fault(fault) => fault,
            Refused::Schema { status, said } => self.not_a_registry(format!("{status}: {said}")),
        })
    }

    /// Returns whether the registry would take a schema as the next version.
    pub(super) fn compatibility(&self, subject: &str, wanted: &WantedSchema) -> Result<Compatibility, RegistryFault> {
        let path = format!("/compatibility/subjects/{}/versions/latest?verbose=true", as_segment(subject));
        let answer = self.post(&path, wanted)?;
        if answer.is_missing() {
            return Ok(Compatibility::Compatible);
        }
        let CompatibilityAnswer { is_compatible, messages } = self.parsed(answer, subject, wanted)?;
        if is_compatible {
            return Ok(Compatibility::Compatible);
        }
        Ok(Compatibility::Incompatible { reasons: messages.join("; ") })
    }

    /// Registers a schema, or finds it registered.
    pub(super) fn register(&self, subject: &str, wanted: &WantedSchema) -> Result<Registered, RegistryFault> {
        let answer = self.post(&format!("/subjects/{}/versions", as_segment(subject)), wanted)?;
        self.parsed(answer, subject, wanted)
    }

    /// Returns the fault of a schema that does not fit, with the registry's reasons.
    pub(super) fn incompatible(&self, subject: &str, wanted: &WantedSchema, said: &str) -> RegistryFault {
        let (url, subject, topic) = (self.url.clone(), subject.to_owned(), wanted.topic.clone());
        RegistryError::Incompatible { url, subject, topic, said: said.to_owned() }.into()
    }

    fn parsed<T: serde::de::DeserializeOwned>(
        &self,
        answer: Answer,
        subject: &str,
        wanted: &WantedSchema,
    ) -> Result<T, RegistryFault> {
        answer.parsed(&self.url).map_err(|refused| match refused {
            Refused::Fault(fault) => fault,
            Refused::Schema { status: 409, said } => self.incompatible(subject, wanted, &said),
            Refused::Schema { status, said } => {
                let (url, subject, topic) = (self.url.clone(), subject.to_owned(), wanted.topic.clone());
                RegistryError::Rejected { url, subject, topic, status, said }.into()
            }
        })
    }

    fn not_a_registry(&self, why: String) -> RegistryFault {
        RegistryError::NotARegistry { url: self.url.clone(), why }.into()
    }

    /// Sends a schema.
    fn post(&self, path: &str, wanted: &WantedSchema) -> Result<Answer, RegistryFault> {
        let body = json!({ "schemaType": schema_type(wanted.schema.format), "schema": wanted.schema.text }).to_string();
        let request = self.agent.post(format!("{}{path}", self.url)).header("Content-Type", CONTENT_TYPE);
        self.ask(self.authorized(request).send(body))
    }

    fn authorized<B>(&self, request: ureq::RequestBuilder<B>) -> ureq::RequestBuilder<B> {
        let request = request.header("Accept", format!("{CONTENT_TYPE}, application/json"));
        match &self.authorization {
            Some(secret) => request.header("Authorization", secret.reveal()),
            None => request,
        }
    }

    fn ask(&self, outcome: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Answer, RegistryFault> {
        let mut response = outcome.map_err(|error| self.failed(&error))?;
        let body = response.body_mut().with_config().limit(ANSWER_BYTES_MAX).lossy_utf8(true).read_to_string();
        let text = body.map_err(|error| self.failed(&error))?;
        Ok(Answer { status: response.status().as_u16(), text })
    }

    /// Classifies a request without an answer.
    fn failed(&self, error: &ureq::Error) -> RegistryFault {
        match error {
            ureq::Error::Protocol(_) | ureq::Error::BodyExceedsLimit(_) | ureq::Error::LargeResponseHeader(..) => {
                self.not_a_registry(error.to_string())
            }
            ureq::Error::HostNotFound => RegistryFault::Transient("its name cannot be resolved".into()),
            ureq::Error::Timeout(_) => RegistryFault::Transient("it does not answer in time".into()),
            ureq::Error::Io(error) => RegistryFault::Transient(error.to_string()),
            other => RegistryFault::Transient(other.to_string()),
        }
    }
}

/// Returns the name of a format in the API.
fn schema_type(format: TopicFormat) -> &'static str {
    match format {
        TopicFormat::Avro => "AVRO",
        TopicFormat::Protobuf => "PROTOBUF",
        TopicFormat::Json | TopicFormat::JsonSchema => "JSON",
    }
}

/// Reads the certificates of a file.
fn authorities(path: &Path) -> Result<RootCerts, RegistryError> {
    let bad = |why: String| RegistryError::BadAuthorities { path: path.to_owned(), why };
    let bytes = std::fs::read(path).map_err(|error| bad(format!("cannot be read ({error})")))?;
    let mut found = Vec::new();
    for item in parse_pem(&bytes) {
        match item.map_err(|error| bad(format!("is not valid ({error})")))? {
            PemItem::Certificate(certificate) => found.push(certificate),
            _ => continue,
        }
    }
    if found.is_empty() { Err(bad("has no certificate".into())) } else { Ok(RootCerts::Specific(Arc::new(found))) }
}

#[cfg(test)]
mod tests;
