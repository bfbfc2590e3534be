//! What a scenario may say of each topic: its section, its name in the wire contract, and the fields to choose from,
//! which the domains' events list.

use super::check::{invalid_name, unknown, unknown_name};
use super::problem::Problem;
use super::rules::{TopicChoice, TopicRules};
use super::values::{Placed, Values};
use crate::bank::{Label, Transaction};
use crate::drift::DriftNotice;
use crate::engine::Stream;
use crate::record::{Emit, MOST_FIELDS, Shape, is_fit_name};
use crate::rides::{Completion, Trip};
use crate::shop::Interaction;
use std::collections::BTreeSet;

/// Kafka's limit for the name of a topic, with its prefix.
const LONGEST_TOPIC: usize = 249;
/// Leaves room for the names.
const LONGEST_PREFIX: usize = 100;

/// A field as a scenario sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct FieldName {
    pub(super) name: &'static str,
    pub(super) may_be_key: bool,
}

impl Stream {
    /// The name of its section under `[topics]`, as in `transactions`.
    pub const fn section(self) -> &'static str {
        match self {
            Stream::Transactions => Transaction::SECTION,
            Stream::Trips => Trip::SECTION,
            Stream::Interactions => Interaction::SECTION,
            Stream::Labels => Label::SECTION,
            Stream::Completions => Completion::SECTION,
            Stream::Drifts => DriftNotice::SECTION,
        }
    }

    /// The name of its topic in the wire contract, whatever a scenario calls it.
    pub const fn contract_name(self) -> &'static str {
        match self {
            Stream::Transactions => "transaction_fraud_detection",
            Stream::Trips => "estimated_time_of_arrival",
            Stream::Interactions => "e_commerce_customer_interactions",
            Stream::Labels => "transaction_fraud_labels",
            Stream::Completions => "trip_completions",
            Stream::Drifts => "populace.drift",
        }
    }

    /// The field of the contract that has the instant of a record.
    pub const fn time_field(self) -> &'static str {
        match self {
            Stream::Transactions | Stream::Trips | Stream::Interactions | Stream::Drifts => "timestamp",
            Stream::Labels => "reported_at",
            Stream::Completions => "completed_at",
        }
    }

    pub(super) fn fields(self) -> Vec<FieldName> {
        match self {
            Stream::Transactions => names_of::<Transaction>(),
            Stream::Trips => names_of::<Trip>(),
            Stream::Interactions => names_of::<Interaction>(),
            Stream::Labels => names_of::<Label>(),
            Stream::Completions => names_of::<Completion>(),
            Stream::Drifts => names_of::<DriftNotice>(),
        }
    }
}

impl TopicRules {
    /// What was chosen for `stream`.
    pub fn of(&self, stream: Stream) -> &TopicChoice {
        match stream {
            Stream::Transactions => &self.transactions,
            Stream::Trips => &self.trips,
            Stream::Interactions => &self.interactions,
            Stream::Labels => &self.labels.choice,
            Stream::Completions => &self.completions.choice,
            Stream::Drifts => &self.drifts.choice,
        }
    }

    /// Whether a world by these rules has `stream`.
    pub fn has(&self, stream: Stream) -> bool {
        match stream {
            Stream::Transactions | Stream::Trips | Stream::Interactions => true,
            Stream::Labels => self.labels.enabled,
            Stream::Completions => self.completions.enabled,
            Stream::Drifts => self.drifts.enabled,
        }
    }

    /// The streams that a world by these rules has, in the order of their numbers.
    pub fn streams(&self) -> impl Iterator<Item = Stream> + '_ {
        Stream::ALL.into_iter().filter(|stream| self.has(*stream))
    }
}

fn names_of<E: Emit>() -> Vec<FieldName> {
    let plain = |shape: &Shape| !matches!(shape, Shape::Point | Shape::Object(_));
    E::FIELDS.iter().map(|field| FieldName { name: field.name, may_be_key: plain(&field.shape) }).collect()
}

/// Checks the names, keys and fields of the topics.
pub(crate) fn topics(values: &Values, problems: &mut Vec<Problem>) {
    let mut names = BTreeSet::new();
    let prefix = values.get("kafka.topic_prefix").filter(|placed| !placed.text().is_empty());
    problems.extend(prefix.and_then(|placed| invalid_name("kafka.topic_prefix", placed, LONGEST_PREFIX)));
    let longest = LONGEST_TOPIC - prefix.map_or(0, |placed| placed.text().len().min(LONGEST_PREFIX));
    for stream in Stream::ALL {
        let path = |key: &str| format!("topics.{}.{key}", stream.section());
        let (Some(name), Some(key)) = (values.get(&path("name")), values.get(&path("key"))) else { continue };
        let keys: Vec<&str> = stream.fields().iter().filter(|field| field.may_be_key).map(|field| field.name).collect();
        problems.extend(invalid_name(&path("name"), name, longest));
        problems.extend(unknown_name(&path("key"), key, "key field", &keys));
        problems.extend(
            values.get(&path("fields")).into_iter().flat_map(|fields| bad_fields(stream, &path("fields"), fields)),
        );
        if !names.insert(name.text().to_owned()) {
            let what = format!("`{}`: two topics are named {:?}", path("name"), name.text());
            problems.push(Problem::new(&path("name"), name.origin(), what).help("give each topic a name of its own"));
        }
    }
}

fn bad_fields(stream: Stream, path: &str, placed: &Placed) -> Vec<Problem> {
    let items: Vec<&str> = placed.texts().collect();
    let all: Vec<&str> = stream.fields().iter().map(|field| field.name).collect();
    let mut written = BTreeSet::new();
    let mut found = Vec::new();
    if items.len() > MOST_FIELDS {
        let what = format!("`{path}` names {} fields", items.len());
        found.push(Problem::new(path, placed.origin(), what).help(format!("name at most {MOST_FIELDS}")));
    }
    for choice in items {
        let (field, name) = choice
            .split_once(" as ")
            .map_or((choice.trim(), choice.trim()), |(field, name)| (field.trim(), name.trim()));
        found.extend(unknown(path, placed, field, "field", &all));
        if !is_fit_name(name) {
            let what = format!("`{path}`: {name:?} is no valid name for a field");
            found.push(Problem::new(path, placed.origin(), what).help("1 to 64 letters of a-z A-Z 0-9 _ -"));
        }
        if !written.insert(name) {
            let what = format!("`{path}`: two fields are named {name:?}");
            found.push(Problem::new(path, placed.origin(), what).help("rename one with \"field as name\""));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::VirtualTime;
    use crate::scenario::Layers;

    #[test]
    fn the_defaults_name_the_contract() {
        let resolved = Layers::new().resolve(VirtualTime::from_seconds(1_767_225_600)).expect("defaults");
        for stream in Stream::ALL {
            let topic = resolved.scenario.topics.of(stream);
            assert_eq!(topic.name, stream.contract_name());
            assert_eq!(resolved.scenario.topics.has(stream), !stream.is_optional());
            assert!(stream.fields().iter().any(|field| field.name == topic.key && field.may_be_key));
            assert!(stream.fields().iter().any(|field| field.name == stream.time_field()));
        }
    }
}
