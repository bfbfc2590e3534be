//! Tests of worlds with drifts against their twins without: the rules that change, the times, the people, and the rules
//! that do not change.

use super::*;
use crate::base::{DriftClass, DriftPhase, EntityId, PersonId, Persona, RegionId};
use crate::engine::{Id, Span, Stream};
use crate::outlet::Event;
use crate::testing::{self, of};
use crate::town::Town;
use crate::views::{DriftView, drift_ledger};

mod measured;
mod orders;
mod presets;

fn block(rules: &str) -> String {
    format!("[[drift]]\n{}\n", rules.replace(", ", "\n"))
}

fn who(n: u32) -> Who {
    Who::Person(EntityId::person(PersonId(n)), Persona::ALL[n as usize % 5], RegionId(0))
}

/// Returns the value of the share of missing CVVs for person `n` on a day.
fn value(town: &Town, n: u32, day: f64) -> f64 {
    town.rule(Rule::CvvMissing, town.start() + Span::from_seconds_f64(day * 86_400.0), || who(n))
}

fn with_cvv(blocks: &[&str]) -> Town {
    let key = "key = \"bank.cvv_missing_probability\", ";
    let all: String = blocks.iter().map(|rules| block(&format!("{key}{rules}"))).collect();
    testing::town(&format!("[world]\npeople = 10\n{all}"))
}

const BASE: f64 = 0.05;

#[test]
fn gradual_drift_changes_person_by_person_along_the_logistic() {
    let town = with_cvv(&["kind = \"gradual\", at = \"+50d\", width = \"20d\", to = 0.5"]);
    let people = 4_000;
    let changed = |day: f64| (0..people).filter(|n| value(&town, *n, day) == 0.5).collect::<Vec<_>>();
    let mut last = Vec::new();
    for day in [9.9, 30.0, 40.0, 45.0, 50.0, 55.0, 60.0, 75.0, 90.1] {
        let now = changed(day);
        let expected = 1.0 / (1.0 + libm::exp(-4.0 * (day - 50.0) / 20.0));
        let (share, spread) = (now.len() as f64 / 4_000.0, f64::sqrt(expected * (1.0 - expected) / 4_000.0));
        assert!((share - expected).abs() < 4.0 * spread + 0.001, "day {day}: {share}, not {expected}");
        assert!(last.iter().all(|n| now.contains(n)), "somebody went back by day {day}");
        last = now;
    }
    assert_eq!((changed(9.9).len(), changed(90.1).len()), (0, 4_000));
}

#[test]
fn incremental_drift_moves_the_value_itself() {
    let town = with_cvv(&["kind = \"incremental\", at = \"+50d\", width = \"20d\", to = 0.45"]);
    for day in 0..100 {
        let expected = BASE + 0.4 / (1.0 + libm::exp(-4.0 * (f64::from(day) - 50.0) / 20.0));
        let got = [1, 2, 3].map(|n| value(&town, n, f64::from(day)));
        assert!((got[0] - expected).abs() < 0.4 / 31.0, "day {day}: {} not {expected}", got[0]);
        assert!(got[0] == got[1] && got[1] == got[2], "all alike");
    }
    assert_eq!([value(&town, 0, 9.9), value(&town, 0, 90.1)], [BASE, 0.45]);
}

#[test]
fn recurring_drift_returns_to_the_very_values() {
    let rules = "kind = \"recurring\", at = \"+10d\", period = \"30d\", length = \"10d\", width = \"2d\", factor = 4.0";
    let town = with_cvv(&[rules]);
    for quarter in 24..24 + 4 * 30 {
        let day = f64::from(quarter) / 4.0;
        assert_eq!(value(&town, 1, day), value(&town, 1, day + 30.0 * 7.0), "{day}");
    }
    assert_eq!([5.9, 15.0, 30.0, 45.0, 60.0].map(|day| value(&town, 1, day)), [BASE, 0.2, BASE, 0.2, BASE]);
}

#[test]
fn several_compose_in_the_order_of_the_scenario() {
    let (to, by) = ("kind = \"sudden\", at = \"+10d\", to = 0.2", "kind = \"sudden\", at = \"+5d\", factor = 2.0");
    let days = [4.0, 6.0, 11.0];
    assert_eq!(days.map(|day| value(&with_cvv(&[to, by]), 1, day)), [BASE, 0.1, 0.4]);
    assert_eq!(days.map(|day| value(&with_cvv(&[by, to]), 1, day)), [BASE, 0.1, 0.2]);
    let high = "kind = \"sudden\", at = \"+5d\", factor = 20.0";
    assert_eq!(value(&with_cvv(&[high, high]), 1, 6.0), 1.0, "a probability stays one");
}

#[test]
fn a_share_is_a_share_and_a_persona_a_persona() {
    let town = with_cvv(&["kind = \"sudden\", at = \"+1d\", to = 0.5, share = 0.3"]);
    let count = (0..4_000).filter(|n| value(&town, *n, 2.0) == 0.5).count();
    assert!((1_100..1_300).contains(&count), "{count}");
    let town = with_cvv(&["kind = \"sudden\", at = \"+1d\", to = 0.5, persona = \"parent\""]);
    assert!((0..100).all(|n| (value(&town, n, 2.0) == 0.5) == (n % 5 == Persona::Parent as u32)));
}

#[test]
fn the_mean_over_people_is_the_mean_of_their_values() {
    let town = with_cvv(&[
        "kind = \"gradual\", at = \"+50d\", width = \"20d\", to = 0.5, share = 0.5",
        "kind = \"sudden\", at = \"+40d\", factor = 1.5",
    ]);
    for day in [20.0, 45.0, 50.0, 60.0] {
        let at = town.start() + Span::from_seconds_f64(day * 86_400.0);
        let mean = town.drifts().mean(Rule::CvvMissing, BASE, at, RegionId(0));
        let sum: f64 = (0..8_000).map(|n| value(&town, n, day)).sum();
        assert!((sum / 8_000.0 / mean - 1.0).abs() < 0.03, "day {day}: {} and {mean}", sum / 8_000.0);
    }
}

/// Returns a block for every rule, on day 3.
fn all_rules() -> String {
    let change = |rule: Rule| if rule == Rule::Warmer { "to = 9.0" } else { "factor = 1.3" };
    let one = |rule: Rule| block(&format!("key = {:?}, kind = \"sudden\", at = \"+3d\", {}", rule.key(), change(rule)));
    Rule::all().map(one).collect()
}

/// Returns the events of a world until a day.
fn lived_with_concepts(rules: &str, days: f64) -> Vec<Event> {
    let town = testing::town(rules);
    testing::run(&town, &mut testing::newborn(&town), town.start() + Span::from_seconds_f64(days * 86_400.0))
}

/// Returns the events of a world until a day, without the names of the drifts in force.
fn lived(rules: &str, days: f64) -> Vec<Event> {
    lived_with_concepts(rules, days).into_iter().map(testing::without_concepts).collect()
}

/// Returns the user or customer of an event.
fn owner(event: &Event) -> Option<Id> {
    match event {
        Event::Transaction(made) => Some(made.user_id),
        Event::Interaction(seen) => Some(seen.customer_id),
        _ => None,
    }
}

/// Returns the events of a stream that are of one of `owners`.
fn owned(events: &[Event], stream: Stream, owners: &[Id]) -> Vec<Event> {
    let own = |event: &&Event| owner(event).is_some_and(|id| owners.contains(&id));
    of(events, stream).into_iter().filter(own).cloned().collect()
}

/// Returns the day of January 2026 on which an event happens.
fn day_of(event: &Event) -> i32 {
    event.timestamp().utc_day() - 20_453
}

/// Returns the names of the drifts in force on an event.
fn concepts(event: &Event) -> Vec<&str> {
    match event {
        Event::Transaction(event) => event.concepts.names().collect(),
        Event::Trip(event) => event.concepts.names().collect(),
        Event::Interaction(event) => event.concepts.names().collect(),
        _ => Vec::new(),
    }
}

#[test]
fn before_it_begins_the_bytes_are_those_of_the_twin_without() {
    let world = "[world]\npeople = 300\nstart = \"2026-01-29T06:00:00Z\"\n[bank.fraud]\nrate = 0.05\n";
    let (with, without) = (format!("{world}{}", all_rules()), world.to_owned());
    assert!(lived(&with, 3.0) == lived(&without, 3.0), "something changed too soon");
    assert!(lived(&with, 5.0) != lived(&without, 5.0), "nothing changed");
    let smooth = "key = \"shop.visits_per_day\", kind = \"incremental\", at = \"+7d\", width = \"2d\", factor = 3.0";
    let with = format!("{world}{}", block(smooth));
    assert!(lived(&with, 3.0) == lived(&without, 3.0), "it begins two widths before its middle");
}

const HONEST: &str = "[world]\npeople = 300\n[bank.fraud]\nrate = 0.0\n";

#[test]
fn a_drift_of_the_bank_leaves_trips_and_visits_alone() {
    let blocks = ["bank.purchases_per_day", "bank.online_share", "bank.mix.groceries", "bank.amount_scale"]
        .map(|key| block(&format!("key = {key:?}, kind = \"sudden\", at = \"+2d\", factor = 2.0")));
    let (with, without) = (lived(&format!("{HONEST}{}", blocks.concat()), 6.0), lived(HONEST, 6.0));
    for stream in [Stream::Trips, Stream::Interactions] {
        assert!(of(&with, stream) == of(&without, stream), "{stream:?}");
    }
    let payments = |events| of(events, Stream::Transactions).len();
    assert!(payments(&with) > payments(&without) * 11 / 10);
}

#[test]
fn a_drift_of_a_share_of_people_changes_no_others() {
    for (key, stream) in [
        ("bank.purchases_per_day", Stream::Transactions),
        ("bank.mix.travel", Stream::Transactions),
        ("shop.visits_per_day", Stream::Interactions),
        ("shop.conversion", Stream::Interactions),
    ] {
        let rules = format!("key = {key:?}, kind = \"sudden\", at = \"+1d\", factor = 3.0, share = 0.5");
        let with = format!("{HONEST}{}", block(&rules));
        let town = testing::town(&with);
        let rule = Rule::of_key(key).expect("a rule");
        let late = testing::day(&town, 2);
        let concerned = |n: u32| town.rule(rule, late, || who(n)) != rule.value(town.scenario());
        let spared: Vec<Id> = (0..300).filter(|n| !concerned(*n)).map(|n| town.person_uuid(PersonId(n))).collect();
        assert!((110..190).contains(&spared.len()), "{} are spared", spared.len());
        let (changed, twin) = (lived(&with, 5.0), lived(HONEST, 5.0));
        assert_eq!(owned(&changed, stream, &spared), owned(&twin, stream, &spared), "{key}");
        assert!(of(&changed, stream) != of(&twin, stream), "{key} changes somebody");
    }
}

#[test]
fn the_ledger_lists_the_scheduled_drifts() {
    let blocks = [
        "key = \"bank.fraud.rate\", kind = \"sudden\", at = \"+30d\", to = 0.02",
        "id = \"wave\", key = \"bank.fraud.rate\", kind = \"incremental\", at = \"+50d\", width = \"4d\", factor = 2.0",
        "id = \"phones\", key = \"shop.mobile_scale\", kind = \"gradual\", at = \"+60d\", width = \"10d\", to = 1.5, share = 0.25, persona = \"night-owl\", region = \"houston\"",
        "key = \"rides.traffic.heavy_multiplier\", kind = \"recurring\", at = \"+5d\", period = \"7d\", length = \"2d\", factor = 0.5",
    ]
    .map(block);
    let town = testing::town(&format!("[world]\npeople = 10\n{}", blocks.concat()));
    let views = drift_ledger(&town);
    assert_eq!(views, DriftView::of(town.scenario()).expect("valid"));
    let ledger = town.drift_entries();
    assert_eq!(ledger, DriftEntry::of(town.scenario()).expect("valid"));
    let day = |day: i64| testing::day(&town, day);
    let ids: Vec<&str> = ledger.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["drift-1", "wave", "phones", "drift-4"]);
    let spans: Vec<_> = ledger.iter().map(|one| (one.start, one.centre, one.end)).collect();
    assert_eq!(spans[0], (day(30), day(30), day(30)));
    assert_eq!(spans[1], (day(48), day(50), day(52)));
    assert_eq!((ledger[0].from, ledger[0].to, ledger[1].from, ledger[1].to), (0.004, 0.02, 0.02, 0.04));
    let classes: Vec<DriftClass> = ledger.iter().map(|one| one.class).collect();
    assert_eq!(classes, [DriftClass::Prior, DriftClass::Prior, DriftClass::Virtual, DriftClass::Real]);
    let told = |place: usize| serde_json::to_value(&views[place]).expect("JSON");
    let view = told(2);
    assert_eq!(
        (&view["persona"], &view["region"], &view["share"]),
        (&"night-owl".into(), &"houston".into(), &0.25.into())
    );
    assert_eq!(told(3)["period_seconds"], 604_800.0);
}

#[test]
fn events_name_the_concepts_that_their_person_lives_under() {
    let blocks = [
        "id = \"dear\", key = \"bank.amount_scale\", kind = \"sudden\", at = \"+2d\", factor = 2.0",
        "key = \"shop.conversion\", kind = \"blip\", at = \"+1d\", length = \"2d\", factor = 2.0",
        "id = \"few\", key = \"shop.mobile_scale\", kind = \"sudden\", at = \"+1d\", factor = 2.0, share = 0.2",
    ]
    .map(block);
    let events = lived_with_concepts(&format!("{HONEST}{}", blocks.concat()), 5.0);
    let on = |day: i32| events.iter().filter(move |event| day_of(event) == day);
    let count = |day: i32, names: &[&str]| on(day).filter(|event| concepts(event) == names).count();
    assert!(count(1, &[]) > 100 && count(1, &[]) == on(1).count());
    assert!(count(2, &["drift-2"]) > 100 && count(2, &["drift-2", "few"]) > 20);
    assert!(count(3, &["dear", "drift-2"]) > 100 && count(3, &["drift-2"]) == 0);
    assert!(count(4, &["dear"]) > 100 && count(4, &["dear", "few"]) > 20);
}

#[test]
fn a_rate_of_nothing_can_come_and_go() {
    let rules = "key = \"rides.requests_per_day\", kind = \"blip\", at = \"+2d\", length = \"2d\", to = 2.0";
    let world = format!("{HONEST}[rides]\nrequests_per_day = 0.0\n{}", block(rules));
    let events = lived(&world, 7.0);
    let on = |day: i32| of(&events, Stream::Trips).iter().filter(|event| day_of(event) == day).count();
    let days = [1, 2, 3, 4, 5, 6, 7].map(on);
    assert!(days[2] > 25 && days[3] > 25, "{days:?}");
    assert_eq!([days[0], days[1], days[4], days[5], days[6]], [0; 5]);
}

#[test]
fn weather_comes_to_a_region_and_no_other() {
    let world = "[world]\npeople = 20\n[[region]]\npreset = \"houston\"\n[[region]]\npreset = \"london\"\n";
    let rules = [
        "rides.weather.bad_scale\", kind = \"sudden\", at = \"+20d\", to = 50.0",
        "rides.weather.warmer_by\", kind = \"sudden\", at = \"+20d\", to = 10.0",
    ]
    .map(|rules| block(&format!("key = \"{rules}, region = \"london\"")));
    let (with, without) = (testing::town(&format!("{world}{}", rules.concat())), testing::town(world));
    let sky = |town: &Town, region: usize, hour: i64| {
        let region = &town.localities()[region].region;
        region.weather(&mut crate::region::WeatherMemo::default(), town.start() + Span::from_seconds(hour * 3_600 + 60))
    };
    let same = |region: usize, hours: std::ops::Range<i64>| {
        hours.step_by(7).all(|hour| sky(&with, region, hour) == sky(&without, region, hour))
    };
    assert!(same(0, 0..24 * 40) && same(1, 0..24 * 20) && !same(1, 24 * 20..24 * 40));
    let wet = |town: &Town| (24 * 21..24 * 41).step_by(5).filter(|hour| sky(town, 1, *hour).kind.is_wet()).count();
    assert!(wet(&with) > 2 * wet(&without), "{} and {}", wet(&with), wet(&without));
    let warmth = |town: &Town, hour: i64| i32::from(sky(town, 1, hour).temperature_tenths);
    assert!((24 * 21..24 * 23).all(|hour| (40..=160).contains(&(warmth(&with, hour) - warmth(&without, hour)))));
}

#[test]
fn all_streams_feel_some_rule() {
    let world = "[world]\npeople = 300\n[topics.completions]\nenabled = true\n[topics.labels]\nenabled = true\n[bank.fraud]\nrate = 0.05\n";
    let (with, without) = (lived(&format!("{world}{}", all_rules()), 6.0), lived(world, 6.0));
    let mut every = Stream::ALL.into_iter().filter(|stream| !stream.is_optional());
    assert!(every.all(|stream| of(&with, stream) != of(&without, stream)));
}

/// Returns the drift, the phase, and the day and hour of an announcement.
fn announced(notice: &DriftNotice) -> String {
    let phase = DriftPhase::NAMES[notice.phase as usize];
    format!("{} {phase} {}", notice.drift.id, &crate::scenario::format_time(notice.timestamp)[8..13])
}

#[test]
fn drifts_are_announced_once_a_world_at_their_instants() {
    let blocks = [
        "id = \"step\", key = \"shop.conversion\", kind = \"sudden\", at = \"+2d\", factor = 2.0",
        "id = \"slow\", key = \"bank.online_share\", kind = \"gradual\", at = \"+3d\", width = \"2d\", to = 0.5, share = 0.5",
        "id = \"week\", key = \"rides.fare_scale\", kind = \"recurring\", at = \"+1d\", period = \"4d\", length = \"1d\", to = 2.0",
        "id = \"old\", key = \"rides.fare_scale\", kind = \"sudden\", at = \"2025-12-01\", to = 1.5",
    ]
    .map(block);
    let world = "[world]\npeople = 11000\n[bank.fraud]\nrate = 0.0\n[topics.drifts]\nenabled = true\n";
    let town = testing::town(&format!("{world}{}", blocks.concat()));
    assert!(town.shard_count() > 1);
    let mut shards = testing::newborn(&town);
    let (mut seen, mut others) = (Vec::new(), 0);
    for quarter in 1..=7 * 4 {
        let until = town.start() + Span::from_seconds(quarter * 21_600);
        for event in testing::run(&town, &mut shards, until) {
            if let Event::Drift(notice) = event {
                assert!(notice.drift.persona.is_none() && notice.drift.from.is_finite(), "{notice:?}");
                seen.push(announced(&notice));
            } else {
                others += 1;
            }
        }
    }
    let expected = [
        "week start 02T00",
        "week centre 02T00",
        "step start 03T00",
        "step centre 03T00",
        "step end 03T00",
        "slow start 03T00",
        "week end 03T00",
        "slow centre 04T00",
        "slow end 05T00",
        "week start 06T00",
        "week centre 06T00",
        "week end 07T00",
    ];
    assert_eq!(seen, expected);
    assert!(others > 100_000);
}
