//! Reading from outside: precedence, places, suggestions, every range, and the way back to text.

mod blocks;
mod settings;

use proptest::prelude::*;

use super::*;
use crate::base::FraudKind;
use crate::engine::Stream;
use crate::scenario::{DEFAULT_TOML, KeyKind, KeyTree, Origin, format_time};

/// 2026-01-01T00:00:00Z.
const NOW: VirtualTime = VirtualTime::from_seconds(1_767_225_600);

fn file(text: &str) -> Layers {
    let mut layers = Layers::new();
    layers.file("x.toml", text);
    layers
}

fn defaults() -> Scenario {
    Layers::new().resolve(NOW).unwrap().scenario
}

/// Returns "place: what" of every problem, and the advice.
fn problems(layers: Layers) -> Vec<(String, String)> {
    let error = layers.resolve(NOW).expect_err("refused");
    error.0.into_iter().map(|one| (one.to_string(), one.help.unwrap_or_default())).collect()
}

fn set_problems(assignment: &str) -> Vec<(String, String)> {
    let mut layers = Layers::new();
    layers.set(assignment);
    problems(layers)
}

#[test]
fn a_region_has_the_keys_that_the_tree_knows() {
    let full = crate::RegionRules {
        preset: "x".into(),
        share: 1.0,
        name: Some("n".into()),
        bounds: Some([0.0; 4]),
        timezone: Some("z".into()),
        currency: Some("c".into()),
        climate: Some("c".into()),
        holidays: Some("h".into()),
    };
    let value = serde_json::to_value(full).unwrap();
    let tree = KeyTree::of(DEFAULT_TOML);
    for key in value.as_object().unwrap().keys() {
        assert!(tree.kind(&format!("region[0].{key}")).is_some(), "{key}");
    }
}

#[test]
fn higher_layers_win_key_by_key() {
    let mut layers = file("[bank.fraud]\nrate = 0.1\ncard_testing = 0.1\n[world]\nseed = 5\npeople = 50");
    layers.environment([("POPULACE_BANK_FRAUD_RATE", "0.2"), ("POPULACE_WORLD_SEED", "6"), ("HOME", "/")]);
    layers.set("bank.fraud.rate = 0.3");
    layers.flags(&[("--seed", "world.seed", "7")]);
    let resolved = layers.resolve(NOW).unwrap();
    let scenario = resolved.scenario;
    assert_eq!((scenario.bank.fraud.rate, scenario.bank.fraud.share(FraudKind::CardTesting)), (0.3, 0.1));
    assert_eq!((scenario.world.seed, scenario.world.people), (7, 50));
    assert_eq!(resolved.stated.origin("world.seed"), Some(&Origin::Flag("--seed".into())));
    assert_eq!(resolved.stated.origin("world.people"), Some(&Origin::File { name: "x.toml".into(), line: 6 }));
    assert!(!resolved.stated.contains("shop.products"));
}

#[test]
fn misspelt_keys_are_named_with_their_line_and_the_nearest() {
    let found = problems(file(
        "[bank]\nmerchants = 3\n\n[bank.fraud]\nraet = 0.1\n[bnak]\nx = 1\n[[drfit]]\nkind = \"sudden\"",
    ));
    assert_eq!(found[0].0, "x.toml:5: unknown key `bank.fraud.raet`");
    assert!(found[0].1.starts_with("did you mean `bank.fraud.rate`"), "{}", found[0].1);
    assert_eq!(found[1].0, "x.toml:6: unknown key `bnak`");
    assert!(found[1].1.contains("`bank`"), "{}", found[1].1);
    assert_eq!(found[2].0, "x.toml:8: unknown key `drfit`");
    assert_eq!(found.len(), 3, "and nothing else");
    let region = problems(file("[[region]]\npreset = \"tokyo\"\nshair = 2"));
    assert_eq!(region[0], ("x.toml:3: unknown key `region[0].shair`".into(), "did you mean `share`?".into()));
    assert!(set_problems("fraud_rate=0.1")[0].1.contains("`bank.fraud.rate`"));
}

#[test]
fn misspelt_variables_are_named_with_the_nearest() {
    let mut layers = Layers::new();
    layers.environment([("POPULACE_BANK_FRAUD_RAET", "0.2")]);
    let found = problems(layers);
    assert_eq!(found[0].0, "environment POPULACE_BANK_FRAUD_RAET: no key of this name");
    assert!(found[0].1.contains("`POPULACE_BANK_FRAUD_RATE`"), "{}", found[0].1);
}

#[test]
fn wrong_kinds_are_reported_with_the_expected_and_the_given_kind() {
    let found = problems(file(
        "[world]\npeople = \"many\"\nseed = 1.5\nstart = 5\n[bank]\nfraud = 3\n[topics.trips]\nfields = \"all\"",
    ));
    let expected = [
        "x.toml:2: `world.people` must be a whole number, not the text \"many\"",
        "x.toml:3: `world.seed` must be a whole number, not the number 1.5",
        "x.toml:4: `world.start` must be a text in quotes, not the whole number 5",
        "x.toml:6: `bank.fraud` is a section and takes no value of its own",
        "x.toml:8: `topics.trips.fields` must be a list of texts, not the text \"all\"",
    ];
    assert_eq!(found.iter().map(|(what, _)| what.as_str()).collect::<Vec<_>>(), expected);
    assert_eq!(
        set_problems("bank.fraud.rate=lots")[0].0,
        "--set bank.fraud.rate: `bank.fraud.rate` must be a number, not the text \"lots\""
    );
    assert_eq!(set_problems("bank.fraud.rate")[0].1, "write --set key=value, as in --set bank.fraud.rate=0.02");
}

#[test]
fn a_file_that_is_not_toml_is_refused_by_line() {
    let found = problems(file("[world]\npeople = = 5\n"));
    assert!(found[0].0.starts_with("x.toml:2: not valid TOML"), "{}", found[0].0);
}

#[test]
fn whole_numbers_and_toml_dates_are_taken_where_they_fit() {
    let resolved =
        file("[bank]\npurchases_per_day = 2\n[world]\nstart = 2026-03-01\n[run]\nspeed = 60").resolve(NOW).unwrap();
    assert_eq!(resolved.scenario.bank.purchases_per_day, 2.0);
    assert_eq!(resolved.scenario.world.start, "2026-03-01T00:00:00.000000+00:00");
    assert!(!resolved.stated.start_is_relative());
}

#[test]
fn a_relative_start_is_resolved_and_remembered_as_relative() {
    let resolved = file("[world]\nstart = \"-1d\"").resolve(NOW).unwrap();
    assert_eq!(resolved.scenario.world.start, "2025-12-31T00:00:00.000000+00:00");
    assert!(resolved.stated.start_is_relative());
    let default = Layers::new().resolve(NOW).unwrap();
    assert_eq!(default.scenario.world.start, format_time(NOW));
    assert!(!default.stated.start_is_relative(), "it was not stated at all");
}

#[test]
fn numbers_out_of_range_are_named_with_key_place_and_range() {
    let absurd = ["nan", "inf", "-inf", "-2", "1e308", "99999999999999999999999"];
    let tree = KeyTree::of(DEFAULT_TOML);
    let numeric = tree.paths().filter(|path| matches!(tree.kind(path), Some(KeyKind::Whole | KeyKind::Real)));
    // Degrees may be below zero.
    for path in numeric.filter(|path| *path != "rides.weather.warmer_by") {
        for value in absurd {
            let (what, _) = &set_problems(&format!("{path}={value}"))[0];
            assert!(what.starts_with(&format!("--set {path}: `{path}` ")), "{path}={value}: {what}");
        }
    }
}

#[test]
fn values_that_only_just_do_not_fit() {
    let table = [
        ("world.people", "0", "100000001"),
        ("world.people_per_driver", "0", "1000001"),
        ("bank.merchants", "0", "1000001"),
        ("bank.fraud.rate", "-0.001", "0.501"),
        ("bank.fraud.high_value_probability", "-0.1", "1.01"),
        ("bank.rate_shape", "0", "1001"),
        ("bank.account_age_years_limit", "0", "101"),
        ("rides.pickup_limit_km", "0", "1001"),
        ("rides.traffic.heavy_multiplier", "-0.1", "100.1"),
        ("rides.weather.warmer_by", "-50.1", "50.1"),
        ("shop.products", "0", "10000001"),
        ("shop.session_timeout_minutes", "0", "1441"),
        ("shop.popularity_exponent", "-0.1", "3.1"),
        ("shop.visits_per_day", "-0.1", "10001"),
        ("history.person_acts", "0", "33"),
        ("history.driver_acts", "0", "65"),
        ("run.threads", "-1", "1025"),
        ("run.checkpoint_seconds", "0", "86401"),
        ("files.max_file_megabytes", "-1", "1000001"),
        ("files.keep_days", "-1", "1000001"),
        ("files.keep_gigabytes", "-0.1", "1000000001"),
        ("kafka.partitions", "0", "10001"),
        ("kafka.replication", "-1", "101"),
        ("kafka.retention_ms", "-2", "9223372036854775808"),
        ("kafka.retention_bytes", "-2", "9223372036854775808"),
        ("kafka.commit_interval_ms", "0", "90001"),
        ("kafka.epoch_records", "0", "10000001"),
        ("kafka.epoch_megabytes", "0", "1025"),
        ("kafka.transaction_timeout_ms", "9999", "900001"),
    ];
    for (path, low, high) in table {
        for value in [low, high] {
            let found = set_problems(&format!("{path}={value}"));
            assert!(found[0].0.contains("but must be a"), "{path}={value}: {found:?}");
        }
    }
    let mut layers = Layers::new();
    layers.flags(&[("--people", "world.people", "-5")]);
    assert_eq!(
        problems(layers)[0].0,
        "--people: `world.people` is -5, but must be a whole number from 1 to 100,000,000"
    );
}

#[test]
fn all_faults_are_reported_at_once() {
    let mut layers = file("[world]\npeople = 0\n[shop]\nproduct = 5\n");
    layers.set("bank.fraud.rate=2");
    layers.flags(&[("--start", "world.start", "tomorrow")]);
    let found = problems(layers);
    assert_eq!(found.len(), 4, "{found:?}");
}

#[test]
fn invalid_combinations_are_rejected() {
    let zeroes = "[bank.fraud]\ncard_testing = 0\naccount_takeover = 0\nstolen_card = 0\nvelocity = 0\nskimmed_merchant = 0\n\
        mule_ring = 0\nbust_out = 0\nfriendly_fraud = 0\npush_payment = 0";
    assert!(problems(file(zeroes))[0].0.contains("all zero"));
    let dead = "[bank]\npurchases_per_day = 0\nwithdrawals_per_day = 0\ntransfers_per_day = 0\n[rides]\nrequests_per_day = 0\n[shop]\nvisits_per_day = 0";
    assert!(problems(file(dead))[0].0.contains("nothing would happen"));
    let silent = "[labels]\nalert = 0\ncomplaint = 0\nchargeback = 0";
    assert!(problems(file(silent))[0].0.contains("all channels"));
    assert!(problems(file("region = \"tokyo, london\"\n[world]\npeople = 1"))[0].0.contains("no inhabitant"));
}

#[test]
fn a_world_has_one_topic_at_least() {
    let off = ["transactions", "trips", "interactions"].map(|topic| format!("[topics.{topic}]\nenabled = false\n"));
    let found = problems(file(&off.concat()));
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0.starts_with("x.toml:2: every topic is disabled"), "{found:?}");
    assert!(Scenario::from_toml("x", &format!("{}[topics.labels]\nenabled = true\n", off.concat())).is_ok());
    let few = Scenario::from_toml("x", &off[1]).expect("two topics are left");
    assert_eq!(few.topics.streams().collect::<Vec<_>>(), [Stream::Transactions, Stream::Interactions]);
    assert!(!Scenario::is_adoptable("topics.trips.enabled"), "a world keeps the topics that it began with");
}

#[test]
fn names_suggest_the_nearest() {
    assert_eq!(set_problems("region=huston")[0].1, "did you mean `houston`?");
    assert!(set_problems("region=houston,houston")[0].0.contains("twice"));
    assert!(problems(file("region = []"))[0].0.contains("at least one region"));
}

#[test]
fn a_scenario_made_by_hand_is_checked_too() {
    let mut scenario = defaults();
    assert_eq!(scenario.check(), Ok(()));
    scenario.bank.fraud.rate = f64::NAN;
    scenario.shop.products = 0;
    scenario.world.start = "soon".into();
    let keys: Vec<String> = scenario.check().unwrap_err().0.into_iter().map(|one| one.key).collect();
    assert_eq!(keys, ["bank.fraud.rate", "shop.products", "world.start"]);
}

#[test]
fn differences_name_each_key_with_both_values() {
    let (here, mut there) = (defaults(), defaults());
    assert_eq!(here.differences(&there), []);
    there.bank.fraud.rate = 0.02;
    there.region[0].share = 2.0;
    there.world.seed = 9;
    let found: Vec<String> =
        here.differences(&there).into_iter().map(|one| format!("{} {} {}", one.key, one.here, one.there)).collect();
    assert_eq!(found, ["world.seed 1 9", "region[0].share 1.0 2.0", "bank.fraud.rate 0.004 0.02"]);
}

#[test]
fn a_relative_start_stays_where_there_is_no_now() {
    let start = |text: &str| Scenario::from_toml("x", text).map(|scenario| scenario.world.start);
    assert_eq!(start("[world]\nstart = \"-5d\"").as_deref(), Ok("-5d"));
    assert_eq!(start("[world]\nstart = 2026-01-01").as_deref(), Ok("2026-01-01T00:00:00.000000+00:00"));
    assert!(start("[world]\nstart = \"soon\"").is_err());
}

proptest! {
    #[test]
    fn a_scenario_survives_a_round_trip(seed: u64, people in 10_u32..100_000_000, rate in 0.0..0.5_f64, shares in prop::collection::vec(0.5..2.0_f64, 1..=6)) {
        let mut scenario = defaults();
        scenario.world.seed = seed;
        scenario.world.people = people;
        scenario.bank.fraud.rate = rate;
        scenario.topics.trips.name = "trips.\"of\".all".replace('"', "_");
        scenario.topics.trips.fields = vec!["trip_id".into(), "origin as from".into()];
        let presets = ["houston", "sao-paulo", "new-york", "london", "mumbai", "tokyo"];
        scenario.region = presets.iter().zip(&shares).map(|(preset, share)| crate::RegionRules { preset: (*preset).into(), share: *share, ..Default::default() }).collect();
        prop_assert_eq!(Scenario::from_toml("world", &scenario.to_toml()), Ok(scenario));
    }

    #[test]
    fn no_text_makes_the_loader_panic(text in "(\\[[a-z.]{0,12}\\]|[a-z_]{1,9} ?= ?[-0-9a-z.\"'\\[\\]{}]{0,9}|\\[\\[region\\]\\]|\n){0,12}") {
        let _ = file(&text).resolve(NOW);
        let mut layers = Layers::new();
        layers.set(&text);
        let _ = layers.resolve(NOW);
    }
}
