//! Choosing fields changes what is shown, never what happens.

use crate::cases;
use crate::worlds::{Kept, Life, SWITCHED, scenario, with_labels};
use populace_sim::{
    Completion, CustomerRow, DriftNotice, DriverRow, Interaction, Label, MerchantRow, ProductRow, Stream, Transaction,
    Trip, UserRow,
};
use populace_wire::{FieldClass, TopicEvent, time_field};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

fn names<E: TopicEvent>(class: FieldClass) -> Vec<&'static str> {
    E::FIELDS.iter().filter(|f| f.class == class).map(|f| f.name).collect()
}

/// Contract and extra fields of a stream.
fn fields(stream: Stream) -> [Vec<&'static str>; 2] {
    let both = [FieldClass::Contract, FieldClass::Extra];
    match stream {
        Stream::Transactions => both.map(names::<Transaction>),
        Stream::Trips => both.map(names::<Trip>),
        Stream::Interactions => both.map(names::<Interaction>),
        Stream::Labels => both.map(names::<Label>),
        Stream::Completions => both.map(names::<Completion>),
        Stream::Drifts => both.map(names::<DriftNotice>),
        Stream::Users => both.map(names::<UserRow>),
        Stream::Drivers => both.map(names::<DriverRow>),
        Stream::Customers => both.map(names::<CustomerRow>),
        Stream::Merchants => both.map(names::<MerchantRow>),
        Stream::Products => both.map(names::<ProductRow>),
    }
}

/// `toml` with a choice of fields for each topic, the optional ones included; no fields are those of the contract.
fn choosing(toml: &str, choice: impl Fn(Stream) -> Vec<String>) -> String {
    let section = |s: Stream| {
        let enabled = if s.is_optional() { "enabled = true\n" } else { "" };
        format!("[topics.{}]\n{enabled}fields = {:?}\n", s.section(), choice(s))
    };
    Stream::ALL.iter().fold(toml.replace(SWITCHED, ""), |text, s| text + &section(*s))
}

fn days_of(toml: &str, days: f64) -> Vec<Kept> {
    let mut life = Life::born(toml);
    let end = life.at(days, 1.0);
    life.records(end)
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn extras_come_behind_and_change_no_other_field(toml in scenario(), days in 0.3..2.0f64) {
        let plain = days_of(&choosing(&toml, |_| Vec::new()), days);
        let all = |s: Stream| fields(s).concat().into_iter().map(str::to_owned).collect();
        let rich = days_of(&choosing(&toml, all), days);
        prop_assert_eq!(plain.len(), rich.len());
        prop_assert_eq!(&plain, &days_of(&choosing(&toml, |_| vec!["*".to_owned()]), days));
        let star = |s: Stream| std::iter::once("*").chain(fields(s)[1].iter().copied()).map(str::to_owned).collect();
        prop_assert_eq!(&rich, &days_of(&choosing(&toml, star), days));
        for (plain, rich) in plain.iter().zip(&rich) {
            let begin = &plain.text[..plain.text.len() - 1];
            prop_assert!(rich.text.starts_with(begin), "{} is not the beginning of {}", begin, rich.text);
            prop_assert_eq!((&plain.key, plain.time, plain.sequence), (&rich.key, rich.time, rich.sequence));
            let fields: Value = serde_json::from_str(&rich.text).expect("a record is JSON");
            if fields["deleted"] != true {
                prop_assert_eq!(&fields["entity_sequence"], rich.sequence);
            }
        }
    }

    #[test]
    fn chosen_fields_have_the_values_of_the_contract(toml in scenario(), days in 0.3..1.0f64, pick in any::<u64>()) {
        let plain = days_of(&choosing(&toml, |_| Vec::new()), days);
        let chosen = |s: Stream| {
            let [contract, _] = fields(s);
            let mut some: Vec<String> = (0..).zip(contract).filter(|(i, _)| pick >> i & 1 == 1).map(|(_, f)| f.to_owned()).collect();
            some.reverse();
            some.push(format!("{} as at", time_field(s)));
            some.push("source = 'eu'".to_owned());
            some
        };
        let few = days_of(&choosing(&toml, chosen), days);
        prop_assert_eq!(plain.len(), few.len());
        for (plain, few) in plain.iter().zip(&few) {
            prop_assert_eq!((plain.stream, &plain.key, plain.time), (few.stream, &few.key, few.time));
            let read = |text: &str| serde_json::from_str::<Value>(text).expect("a record is JSON");
            let (whole, mut part) = (read(&plain.text), read(&few.text));
            prop_assert_eq!(part.as_object_mut().and_then(|part| part.remove("source")), Some(Value::from("eu")));
            for (name, value) in part.as_object().expect("a record is an object") {
                let name = if name == "at" { time_field(plain.stream) } else { name };
                prop_assert_eq!(&whole[name], value);
            }
        }
    }

    #[test]
    fn optional_streams_change_no_record_of_the_others(toml in scenario(), days in 0.3..3.0f64) {
        let toml = toml.replace(SWITCHED, "");
        let off = days_of(&toml, days);
        let mut on = days_of(&choosing(&toml, |_| Vec::new()), days);
        prop_assert!(off.iter().all(|record| !record.stream.is_optional()));
        on.retain(|record| !record.stream.is_optional());
        prop_assert_eq!(on, off);
    }

    #[test]
    fn a_disabled_stream_changes_no_record_of_the_others_and_no_state(
        toml in with_labels(), days in 0.3..3.0f64, off in 1..8u32,
    ) {
        // A world has one topic at least.
        let off = if off == 7 && !toml.contains("enabled = true") { 6 } else { off };
        let has = |stream: Stream| stream.is_optional() || off >> stream as u32 & 1 == 0;
        let gone = Stream::ALL.into_iter().filter(|stream| !has(*stream));
        let fewer = gone.fold(toml.clone(), |text, s| format!("{text}[topics.{}]\nenabled = false\n", s.section()));
        let (mut all, mut few) = (Life::born(&toml), Life::born(&fewer));
        let (half, end) = (all.at(days, 0.5), all.at(days, 1.0));
        for until in [half, end] {
            let mut wanted = all.records(until);
            wanted.retain(|record| has(record.stream));
            prop_assert_eq!(wanted, few.records(until));
            prop_assert_eq!(all.blocks(), few.blocks());
        }
        for stream in Stream::ALL {
            let wanted = if has(stream) { all.digests.of(stream) } else { Default::default() };
            prop_assert_eq!(few.digests.of(stream), wanted);
        }
    }

    #[test]
    fn accounts_and_merchant_names_stand_for_their_ids(toml in scenario(), days in 0.3..2.0f64) {
        let chosen = ["user_id", "account_id", "merchant_id", "merchant", "timestamp", "timestamp_naive as naive"];
        let toml = format!("{toml}[topics.transactions]\nkey = \"account_id\"\nfields = {chosen:?}\n");
        let (mut accounts, mut merchants) = (BTreeMap::new(), BTreeMap::new());
        for record in days_of(&toml, days).iter().filter(|r| r.stream == Stream::Transactions) {
            let fields: Value = serde_json::from_str(&record.text).expect("a record is JSON");
            let text = |name: &str| fields[name].as_str().expect("a text").to_owned();
            let account = accounts.entry(text("user_id")).or_insert_with(|| text("account_id"));
            prop_assert_eq!((&*account, &*account), (&text("account_id"), &record.key));
            let merchant = merchants.entry(text("merchant_id")).or_insert_with(|| text("merchant"));
            prop_assert_eq!(&*merchant, &text("merchant"));
            prop_assert_eq!(text("naive") + "+00:00", text("timestamp"));
        }
        let different = accounts.values().collect::<BTreeSet<_>>().len();
        prop_assert_eq!(different, accounts.len(), "nobody shares an account");
    }
}
