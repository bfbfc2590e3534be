//! Tests of every topic: its names, and that the value of each field has the type that its row states.

use super::*;
use crate::field::{FieldClass, FieldType};
use crate::resolve;
use crate::testing::events;
use crate::value::FieldValue;
use populace_sim::{Event, Layers, VirtualTime};
use std::collections::BTreeSet;

#[test]
fn the_defaults_name_the_contract() {
    let scenario = resolve(Layers::new(), VirtualTime::from_seconds(1_767_225_600)).expect("defaults").scenario;
    for stream in Stream::ALL {
        let topic = scenario.topics.of(stream);
        assert_eq!(topic.name, contract_name(stream));
        assert_eq!(scenario.topics.has(stream), !stream.is_optional());
        assert!(field_names(stream).iter().any(|field| field.name == topic.key && field.may_be_key));
        assert!(field_names(stream).iter().any(|field| field.name == time_field(stream)));
        let names: BTreeSet<_> = field_names(stream).iter().map(|field| field.name).collect();
        assert_eq!(names.len(), field_names(stream).len(), "{stream:?}");
    }
}

#[test]
fn contract_fields_come_before_extra_ones() {
    fn classes<E: TopicEvent>() -> Vec<FieldClass> {
        E::FIELDS.iter().map(|field| field.class).collect()
    }
    let all = [
        classes::<Transaction>(),
        classes::<Trip>(),
        classes::<Interaction>(),
        classes::<Label>(),
        classes::<Completion>(),
        classes::<DriftNotice>(),
        classes::<UserRow>(),
        classes::<DriverRow>(),
        classes::<CustomerRow>(),
        classes::<MerchantRow>(),
        classes::<ProductRow>(),
    ];
    for classes in all {
        assert!(classes.is_sorted_by_key(|class| *class == FieldClass::Extra), "{classes:?}");
    }
}

/// Returns whether a value is of a type.
fn is_of(value: &FieldValue, kind: &FieldType) -> bool {
    match (value, kind) {
        (FieldValue::Null, FieldType::OrNull(_)) => true,
        (value, FieldType::OrNull(inner)) => is_of(value, inner),
        (FieldValue::Uuid(_), FieldType::Uuid)
        | (FieldValue::Timestamp(_), FieldType::Timestamp)
        | (FieldValue::NaiveTimestamp(_), FieldType::NaiveTimestamp)
        | (FieldValue::Boolean(_), FieldType::Boolean)
        | (FieldValue::Account(_), FieldType::Account)
        | (FieldValue::Ipv4(_), FieldType::Ipv4)
        | (FieldValue::Text(_), FieldType::Text)
        | (FieldValue::Point(_), FieldType::Point)
        | (FieldValue::Words(_), FieldType::Words) => true,
        (FieldValue::Numbered { prefix, number }, FieldType::Numbered(of)) => prefix == of && *number > 0,
        (FieldValue::Word(word), FieldType::OneOf(words)) => words[word.index()] == word.name(),
        (FieldValue::Integer(value), FieldType::Integer(least, most)) => {
            value >= least && most.is_none_or(|most| *value <= most)
        }
        (FieldValue::Decimal(value), FieldType::Number(least, most)) => {
            let number = value.scaled as f64 / 10_u64.pow(value.decimals) as f64;
            number >= *least && most.is_none_or(|most| number <= most)
        }
        (FieldValue::Number(value), FieldType::Number(least, most)) => {
            value >= least && most.is_none_or(|most| *value <= most)
        }
        (FieldValue::Object(words), FieldType::Object(parts)) => {
            words.len() == parts.len()
                && words.iter().zip(*parts).all(|(word, (_, of))| of[word.index()] == word.name())
        }
        _ => false,
    }
}

fn check<E: TopicEvent>(event: &E) {
    for field in E::FIELDS {
        let value = event.value(field.field);
        assert!(is_of(&value, &field.kind), "{}: {value:?} is not {:?}", field.name, field.kind);
    }
}

#[test]
fn values_are_of_the_type_of_their_field() {
    for event in events() {
        match &event {
            Event::Transaction(event) => check(event),
            Event::Trip(event) => check(event),
            Event::Interaction(event) => check(event),
            Event::Label(event) => check(event),
            Event::Completion(event) => check(event),
            Event::Drift(event) => check(event),
            Event::User(row) => check(row),
            Event::Driver(row) => check(row),
            Event::Customer(row) => check(row),
            Event::Merchant(row) => check(row),
            Event::Product(row) => check(row),
            _ => unreachable!("a new event needs a test"),
        }
    }
}
