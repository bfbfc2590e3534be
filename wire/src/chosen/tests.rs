//! Tests of the grammar: each form of an entry, each fault, and any list of entries.

use super::*;
use crate::topics::field_names;
use populace_sim::Stream;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn chosen(entries: &[&str]) -> Result<Vec<ChosenColumn>, Vec<ChoiceFault>> {
    choose(entries, &field_names(Stream::Labels))
}

/// Returns the names on the wire, with a constant's value behind it, and the field's name behind a new one.
fn columns(entries: &[&str]) -> Vec<String> {
    let fields = field_names(Stream::Labels);
    let shown = |column: ChosenColumn| match column.source {
        Source::Field(index) if fields[index].name == column.name => column.name,
        Source::Field(index) => format!("{}<{}", column.name, fields[index].name),
        Source::Constant(value) => format!("{}={value:?}", column.name),
    };
    chosen(entries).expect("valid").into_iter().map(shown).collect()
}

/// Returns the message and the help of the only fault.
fn fault(entries: &[&str]) -> (String, String) {
    let faults = chosen(entries).expect_err("a fault");
    assert_eq!(faults.len(), 1, "{faults:?}");
    (faults[0].to_string(), faults[0].help())
}

const CONTRACT: [&str; 6] = ["transaction_id", "user_id", "label", "reported_at", "channel", "case"];

#[test]
fn a_star_is_what_an_empty_list_is() {
    assert_eq!(columns(&["*"]), CONTRACT);
    assert_eq!(chosen(&["*"]), chosen(&[]));
}

#[test]
fn entries_act_in_their_order() {
    assert_eq!(columns(&["*", "entity_sequence"])[5..], ["case", "entity_sequence"]);
    assert_eq!(columns(&["reported_at", "*"])[..3], ["reported_at", "transaction_id", "user_id"]);
    let few = columns(&["*", "-channel", "- case", "label as is_fraud", "n = 3", "source='eu'", "label"]);
    let rest = ["reported_at", "n=Integer(3)", "source=Text(\"eu\")", "label"];
    assert_eq!(few, [&["transaction_id", "user_id", "is_fraud<label"][..], &rest].concat());
    assert_eq!(
        columns(&["*", "label as a", "label as b"])[2..],
        ["a<label", "reported_at", "channel", "case", "b<label"]
    );
    assert_eq!(columns(&["label as a", "label as b", "-a"]), ["b<label"]);
    assert_eq!(columns(&["*", "label as label"]), CONTRACT);
    assert_eq!(columns(&["*", "-case", "case = true"])[5], "case=Boolean(true)");
}

#[test]
fn each_fault_says_what_to_do() {
    for (entries, what, help) in [
        (&["usr_id"][..], "unknown field \"usr_id\"", "did you mean `user_id`"),
        (&["case as a b"], "\"a b\" is no valid name", "letters"),
        (&["case", "case"], "two fields are named \"case\"", "rename one"),
        (&["*", "case"], "two fields are named \"case\"", "\"*\" chose case already"),
        (&["*", "label as case"], "two fields are named \"case\"", "-case"),
        (&["*", "*"], "\"*\" is there twice", "once"),
        (&["* as x"], "unknown field \"*\"", "there are: transaction_id"),
        (&["*", "-chanel"], "\"-chanel\" takes away a field that is not chosen", "did you mean `channel`"),
        (&["-case", "*"], "\"-case\" takes away", "write \"-case\" after \"*\""),
        (&["case", "-case"], "no field is left", "choose a field"),
        (&["case", "source = eu"], "\"source = eu\": a value is", "'populace-eu'"),
        (&["case", "source = 'a\"b'"], "no quotes", "'populace-eu'"),
        (&["case", "a b = 1"], "\"a b\" is no valid name", "letters"),
    ] {
        let (found, advice) = fault(entries);
        assert!(found.contains(what) && advice.contains(help), "{entries:?}: {found}; {advice}");
    }
    let many: Vec<String> = (0..=FIELDS_MAX).map(|n| format!("n{n} = {n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(fault(&many), ("101 fields are chosen".to_owned(), "name at most 100".to_owned()));
    assert_eq!(chosen(&["x", "y"]).expect_err("both").len(), 2, "every fault is told");
}

proptest! {
    #[test]
    fn any_entries_give_distinct_names_or_a_clear_fault(
        entries in prop::collection::vec(prop_oneof![
            4 => "(\\*|-?(case|label|channel|user_id|a)|(case|label|channel)( as (a|b|case|label))?|(a|case) ?= ?('x'|3|0.5|true|x))",
            1 => "\\PC{0,12}",
        ], 0..8),
    ) {
        let entries: Vec<&str> = entries.iter().map(String::as_str).collect();
        match chosen(&entries) {
            Ok(columns) => {
                let names: BTreeSet<&str> = columns.iter().map(|column| column.name.as_str()).collect();
                prop_assert_eq!(names.len(), columns.len());
                prop_assert!((1..=FIELDS_MAX).contains(&columns.len()));
                prop_assert!(names.iter().all(|name| (1..=NAME_LEN_MAX).contains(&name.len()) && name.is_ascii()));
            }
            Err(faults) => prop_assert!(
                !faults.is_empty() && faults.iter().all(|fault| !fault.to_string().is_empty() && !fault.help().is_empty())
            ),
        }
    }
}
