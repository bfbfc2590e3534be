//! The schema registry of a cluster: the schemas of the topics are looked up, checked and registered before the first
//! record. Must not depend on: brokers, records.

mod answer;
mod client;
mod error;
mod subject;
mod wanted;

pub use error::RegistryError;
pub(super) use wanted::WantedSchema;

use super::framing::{Framing, Framings, SchemaId};
use super::patience::{Ended, Patience};
use crate::config::{Registration, RegistryPlan};
use crate::sink::{SinkError, SinkRefusal};
use client::{Client, Compatibility, Registered};
use error::RegistryFault;
use subject::{is_same_schema, subject_of};

/// The registry at a start.
pub(super) struct Registry {
    client: Client,
    plan: RegistryPlan,
    subjects: Vec<Subject>,
}

/// The schema of one topic, and the subject that it belongs to.
struct Subject {
    name: String,
    wanted: WantedSchema,
    /// The registered version; None before the check, or if the schema is to be registered.
    found: Option<Registered>,
}

impl Registry {
    /// Returns the registry of a plan for these schemas. Does not connect.
    ///
    /// # Errors
    /// If the certificate authorities cannot be read.
    pub(super) fn new(plan: &RegistryPlan, schemas: Vec<WantedSchema>) -> Result<Self, SinkError> {
        if schemas.is_empty() {
            tracing::warn!(registry = plan.url, "every topic has the format json, so no schema is registered");
        }
        let subjects = schemas.into_iter().map(|wanted| {
            let name = subject_of(plan.subject, &wanted.topic, &wanted.schema.record);
            Subject { name, wanted, found: None }
        });
        Ok(Registry {
            client: Client::new(plan).map_err(SinkRefusal::from)?,
            plan: plan.clone(),
            subjects: subjects.collect(),
        })
    }

    /// Checks every schema, before anything is written: it is registered, or the registry would take it.
    ///
    /// # Errors
    /// If a schema is refused or missing, or the registry does not answer within the connect timeout.
    pub(super) fn check(&mut self, patience: &Patience) -> Result<(), SinkError> {
        let Registry { client, plan, subjects } = self;
        for subject in subjects {
            subject.found = retried(patience, plan, || checked(client, plan, subject))?;
        }
        Ok(())
    }

    /// Registers the schemas that the check did not find, and returns how records name theirs.
    ///
    /// # Errors
    /// If the registry refuses a schema, or does not answer within the connect timeout.
    pub(super) fn register(&self, patience: &Patience) -> Result<Framings, SinkError> {
        let mut framings = Framings::default();
        for subject in &self.subjects {
            let Subject { name, wanted, found } = subject;
            let registered = match found {
                Some(found) => found.clone(),
                None => retried(patience, &self.plan, || self.client.register(name, wanted))?,
            };
            let Registered { id, version, .. } = registered;
            tracing::info!(
                registry = self.plan.url,
                topic = wanted.topic,
                subject = name,
                id,
                version,
                "schema registered"
            );
            let id = SchemaId { id, guid: registered.guid };
            let framing = Framing::new(wanted.schema.format, self.plan.schema_id, id);
            framings.set(wanted.stream, framing);
        }
        Ok(framings)
    }
}

/// Returns the version of a subject that is the wanted schema; None if the registry would take it as a new one.
fn checked(client: &Client, plan: &RegistryPlan, subject: &Subject) -> Result<Option<Registered>, RegistryFault> {
    let (name, wanted) = (subject.name.as_str(), &subject.wanted);
    if let Some(found) = client.find(name, wanted)? {
        return Ok(Some(found));
    }
    let latest = client.latest(name)?;
    // The registry may compare texts, and its owner may have registered the same schema in other words.
    let is_same = |text: &str| is_same_schema(text, &wanted.schema.text, wanted.schema.format);
    if latest.as_ref().is_some_and(|latest| latest.schema.as_deref().is_some_and(is_same)) {
        return Ok(latest);
    }
    match (plan.registration, latest) {
        (Registration::Automatic, None) => Ok(None),
        (Registration::Automatic, Some(_)) => fits(client, subject),
        (Registration::Manual, latest) => Err(unregistered(client, subject, latest.as_ref()).into()),
    }
}

/// Checks that the registry would take a schema as the next version. Returns None, or the version if it took the schema.
fn fits(client: &Client, subject: &Subject) -> Result<Option<Registered>, RegistryFault> {
    let (name, wanted) = (subject.name.as_str(), &subject.wanted);
    match client.compatibility(name, wanted)? {
        Compatibility::Compatible => Ok(None),
        // Some registries give their reasons only to a schema that is to be registered, which they refuse.
        Compatibility::Incompatible { reasons } if reasons.is_empty() => client.register(name, wanted).map(Some),
        Compatibility::Incompatible { reasons } => Err(client.incompatible(name, wanted, &reasons)),
    }
}

/// Returns the error for a subject that lacks the wanted schema.
fn unregistered(client: &Client, subject: &Subject, latest: Option<&Registered>) -> RegistryError {
    let (url, topic) = (client.url().to_owned(), subject.wanted.topic.clone());
    let (subject, format) = (subject.name.clone(), subject.wanted.schema.format.name());
    match latest {
        None => RegistryError::Unregistered { url, subject, topic, format },
        Some(latest) => {
            let version = latest.version.unwrap_or_default();
            RegistryError::OtherSchema { url, subject, topic, version, format }
        }
    }
}

/// Runs a step, and runs it again while the registry is unreachable, until the connect timeout.
fn retried<T>(
    patience: &Patience,
    plan: &RegistryPlan,
    step: impl FnMut() -> Result<T, RegistryFault>,
) -> Result<T, SinkError> {
    let outcome = patience.retry(step, |(doing, why), seconds| {
        tracing::warn!(registry = plan.url, step = doing, why, seconds, "retrying");
    });
    outcome.map_err(|ended| match ended {
        Ended::Stopped => SinkError::GivenUp,
        Ended::Fault(fault) => SinkRefusal::from(fault.into_error(plan)).into(),
    })
}
