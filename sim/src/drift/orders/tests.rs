use super::*;
use crate::testing;
use serde_json::json;

fn block(value: serde_json::Value) -> Table {
    Table::try_from(value).expect("a table")
}

fn sudden(id: &str, at: &str) -> Table {
    block(json!({"id": id, "key": "bank.amount_scale", "kind": "sudden", "at": at, "to": 2.0}))
}

/// Returns a scenario whose world begins on 2026-01-01, with two drifts; and its tenth day.
fn world() -> (Scenario, VirtualTime) {
    let rules = "[world]\npeople = 10\n[[drift]]\nkey = \"bank.amount_scale\"\nkind = \"sudden\"\nat = \"+5d\"\nto = 1.5\n\
        [[drift]]\nid = \"gone\"\nkey = \"shop.conversion\"\nkind = \"blip\"\nat = \"+2d\"\nlength = \"1d\"\nfactor = 0.5";
    let town = testing::town(rules);
    (town.scenario().clone(), testing::day(&town, 10))
}

fn told<T: std::fmt::Debug>(outcome: Result<T, ScenarioError>) -> (String, String) {
    let problem = outcome.expect_err("refused").0.remove(0);
    (problem.what, problem.help.unwrap_or_default())
}

#[test]
fn relative_instants_count_from_the_order_and_drifts_without_one_begin_at_once() {
    let (rules, at) = world();
    let smooth =
        json!({"key": "bank.mix.travel", "kind": "incremental", "width": "2d", "factor": 3.0, "until": "+40d"});
    let order = rules.start_drifts(&[sudden("later", "+2d"), block(smooth)], Begin::AsStated, at).expect("fine");
    let next = rules.with_order(&order, at).expect("a scenario");
    let ledger = DriftEntry::of(&next).expect("a ledger");
    let days = |instant: VirtualTime| instant.since(at).as_seconds_f64() / 86_400.0;
    let new: Vec<_> = ledger[2..].iter().map(|one| (one.id.as_str(), days(one.begins), days(one.centre))).collect();
    assert_eq!(new, [("later", 2.0, 2.0), ("drift-4", 0.0, 4.0)]);
    assert_eq!(ledger[3].until.map(days), Some(40.0));
    assert_eq!(next.drift[..2], rules.drift[..], "what was there stays");
    assert!(next.check().is_ok());
}

#[test]
fn a_set_is_moved_as_a_whole() {
    let (rules, at) = world();
    let set = [sudden("a", "+30d"), sudden("b", "+33d")];
    for (begin, day) in [(Begin::AtOnce, 0.0), (Begin::At(at + Span::from_days(7)), 7.0)] {
        let order = rules.start_drifts(&set, begin, at).expect("fine");
        let ledger = DriftEntry::of(&rules.with_order(&order, at).expect("a scenario")).expect("a ledger");
        let begins = [2, 3].map(|n: usize| ledger[n].begins.since(at).as_seconds_f64() / 86_400.0);
        assert_eq!(begins, [day, day + 3.0]);
    }
    // An order that waited for a start, and takes effect later than its instants say, begins there.
    let order = rules.start_drifts(&set, Begin::At(at + Span::from_days(1)), at).expect("fine");
    let late = at + Span::from_days(4);
    let ledger = DriftEntry::of(&rules.with_order(&order, late).expect("a scenario")).expect("a ledger");
    assert_eq!(ledger[2].begins, late);
}

#[test]
fn a_stopped_drift_ends_and_one_of_the_same_name_replaces_it() {
    let (rules, at) = world();
    let stop = rules.stop_drifts(&["drift-1".to_owned()], at).expect("it is in force");
    let stopped = rules.with_order(&stop, at).expect("a scenario");
    let state = |rules: &Scenario, n: usize, at| DriftEntry::of(rules).expect("a ledger")[n].state(at);
    assert_eq!(state(&rules, 0, at), DriftState::InForce);
    assert_eq!([0, 1].map(|n| state(&stopped, n, at)), [DriftState::Stopped, DriftState::Over]);
    assert_eq!(state(&stopped, 0, VirtualTime::from_micros(at.micros() - 1)), DriftState::InForce);

    let again = rules.start_drifts(&[sudden("drift-1", "+3d")], Begin::AsStated, at).expect("it may be changed");
    let changed = rules.with_order(&again, at).expect("a scenario");
    let (until, begins) = (at + Span::from_days(3), DriftEntry::of(&changed).expect("a ledger")[2].begins);
    assert_eq!((changed.drift[0].until.clone(), begins), (Some(format_time(until)), until));
    assert!(changed.check().is_ok());
    let once_more = changed.start_drifts(&[sudden("drift-1", "now")], Begin::AsStated, at).expect("it may be changed");
    let changed = changed.with_order(&once_more, at).expect("a scenario");
    let untils: Vec<bool> = changed.drift.iter().map(|one| one.until.as_deref() == Some(&format_time(at))).collect();
    assert_eq!(untils, [true, false, true, false], "also one that was still to come");
}

#[test]
fn invalid_orders_are_rejected() {
    let (rules, at) = world();
    let start = |value: serde_json::Value| told(rules.start_drifts(&[block(value)], Begin::AsStated, at));
    let key = "bank.amount_scale";
    for (value, what, help) in [
        (json!({"key": "bank.fraud.raet", "kind": "sudden", "to": 0.1}), "no key", "`bank.fraud.rate`"),
        (json!({"key": key, "kind": "suden", "to": 2.0}), "suden", "`sudden`"),
        (json!({"key": key, "kind": "sudden", "too": 2.0}), "drift[0].too", "`to`"),
        (json!({"key": key, "kind": "sudden", "to": "2"}), "must be a number", ""),
        (json!({"key": key, "kind": "sudden"}), "neither", "to"),
        (json!({"key": key, "kind": "sudden", "to": 2.0, "region": "tokio"}), "tokio", ""),
        (json!({"key": key, "kind": "sudden", "to": 2.0, "at": "2026-01-10T23:59:59Z"}), "in the past", "at once"),
        (json!({"key": key, "kind": "sudden", "to": 2.0, "at": "-1d"}), "in the past", "at once"),
        (json!({"key": key, "kind": "incremental", "width": "2d", "to": 2.0, "at": "+3d"}), "begin", "two widths"),
        (json!({"key": key, "kind": "sudden", "to": 2.0, "at": "soon"}), "not a time", ""),
    ] {
        let (said, advice) = start(value.clone());
        assert!(said.contains(what) && advice.contains(help), "{value}: {said}; {advice}");
    }
    assert!(told(rules.start_drifts(&[], Begin::AtOnce, at)).0.contains("no drift"));
    let twice = [sudden("same", "now"), sudden("same", "now")];
    assert!(told(rules.start_drifts(&twice, Begin::AtOnce, at)).0.contains("two drifts are called"));
    let many: Vec<_> = (0..63).map(|n| sudden(&format!("n{n}"), "now")).collect();
    assert!(told(rules.start_drifts(&many, Begin::AtOnce, at)).0.contains("at most 64"));
    let stop = |id: &str| told(rules.stop_drifts(&[id.to_owned()], at));
    assert!(stop("drift-2").1.contains("`drift-1`"), "{:?}", stop("drift-2"));
    assert!(stop("gone").0.contains("is over"), "{:?}", stop("gone"));
    assert!(told(rules.stop_drifts(&[], at)).0.contains("no drift"));
}

#[test]
fn an_order_is_written_and_read_back() {
    let (rules, at) = world();
    for begin in [Begin::AsStated, Begin::AtOnce, Begin::At(at)] {
        let order = rules.start_drifts(&[sudden("a", "+1d")], begin, at).expect("fine");
        let text = serde_json::to_string(&order).expect("plain data");
        assert_eq!(serde_json::from_str::<DriftOrder>(&text).expect("reads"), order);
    }
}
