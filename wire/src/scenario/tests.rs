//! Tests of problems of `[topics]`, each with its place and the nearest names, beside all other problems.

use super::*;
const NOW: VirtualTime = VirtualTime::from_seconds(1_767_225_600);

/// Returns the message of each problem, and its help.
fn problems(layers: Layers) -> Vec<(String, String)> {
    let error = resolve(layers, NOW).expect_err("problems");
    error.0.into_iter().map(|one| (one.to_string(), one.help.unwrap_or_default())).collect()
}

fn set_problems(assignment: &str) -> Vec<(String, String)> {
    let mut layers = Layers::new();
    layers.set(assignment);
    problems(layers)
}

fn file(text: &str) -> Layers {
    let mut layers = Layers::new();
    layers.file("x.toml", text);
    layers
}

#[test]
fn names_suggest_the_nearest() {
    assert_eq!(set_problems("topics.trips.key=drivr_id")[0].1.split('`').nth(1), Some("driver_id"));
    let fields = set_problems("topics.transactions.fields=amuont, user_id as account");
    assert_eq!(fields.len(), 1, "{fields:?}");
    assert_eq!(fields[0].1, "did you mean `amount`?");
    assert!(set_problems("topics.transactions.fields=amount, amount")[0].0.contains("two fields"));
    assert!(set_problems("topics.trips.name=e_commerce_customer_interactions")[0].0.contains("two topics"));
    assert!(set_problems("topics.trips.name=a b")[0].0.contains("no valid name"));
    assert!(set_problems("topics.trips.key=origin")[0].0.contains("unknown key field"));
}

#[test]
fn formats_and_namespaces_are_checked() {
    let found = set_problems("topics.trips.format=jsn-schema");
    assert!(found[0].0.contains("unknown format") && found[0].1.contains("`json-schema`"), "{found:?}");
    assert!(set_problems("topics.trips.namespace=com.2town")[0].0.contains("no valid namespace"));
    assert!(set_problems("topics.trips.namespace=")[0].0.contains("no valid namespace"));
    assert!(resolve(file("[topics.trips]\nformat = \"json-schema\"\nnamespace = \"com.example.town\""), NOW).is_ok());
}

#[test]
fn a_constant_is_no_key() {
    let file = file("[topics.trips]\nkey = \"source\"\nfields = [\"*\", \"source = 'eu'\"]\n");
    let found = problems(file);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].0.starts_with("x.toml:2: `topics.trips.key`: \"source\" is a constant"), "{found:?}");
    assert!(found[0].1.contains("driver_id"), "{found:?}");
    let away = set_problems("topics.trips.fields=*, -weathr");
    assert_eq!(
        away,
        [(
            "--set topics.trips.fields: `topics.trips.fields`: \"-weathr\" takes away a field that is not chosen"
                .to_owned(),
            "did you mean `weather`?".to_owned(),
        )]
    );
}

#[test]
fn a_prefix_leaves_room_for_the_names() {
    let name = "n".repeat(245);
    assert!(problems(file("[kafka]\ntopic_prefix = \"a b\""))[0].0.contains("no valid name"));
    let long = format!("[topics.trips]\nname = \"{name}\"\n");
    assert!(resolve(file(&long), NOW).is_ok());
    let found = problems(file(&format!("{long}[kafka]\ntopic_prefix = \"test.\"")));
    assert!(found[0].0.starts_with("x.toml:2: `topics.trips.name`"), "{found:?}");
}

#[test]
fn problems_of_topics_come_with_all_others() {
    let text = "[bank.fraud]\nrate = 7.0\n[topics.trips]\nfields = [\"trip_ib\"]\n[region.x]\n";
    let found: Vec<String> = problems(file(text)).into_iter().map(|one| one.0).collect();
    assert!(found.iter().any(|one| one.contains("bank.fraud.rate")), "{found:?}");
    assert!(found.iter().any(|one| one.contains("unknown field \"trip_ib\"")), "{found:?}");
}

#[test]
fn scenarios_that_are_read_or_made_by_hand_are_checked_too() {
    let text = "[topics.trips]\nkey = \"no_field\"\n";
    assert!(scenario_from_toml("x", text).expect_err("an unknown key").to_string().starts_with("x:2: "));
    let mut scenario = scenario_from_toml("x", "[world]\nstart = 2026-01-01").expect("valid");
    assert_eq!(check_scenario(&scenario), Ok(()));
    scenario.topics.labels.fields = vec!["case as a b".into()];
    let found = check_scenario(&scenario).expect_err("a name with a space");
    assert_eq!(found.0[0].key, "topics.labels.fields");
}

#[test]
fn what_the_encoders_refuse_is_refused_before() {
    let choices: [&[&str]; 12] = [
        &["trip_ib"],
        &["trip_id", "trip_id"],
        &["trip_id as a b"],
        &["trip_id as "],
        &["origin"],
        &["trip_id as origin"],
        &["*", "-trip_id", "source = 'eu'"],
        &["*", "trip_id"],
        &["*", "*"],
        &["*", "-weathr"],
        &["source = eu"],
        &["trip_id", "-trip_id"],
    ];
    for fields in choices {
        let mut scenario = scenario_from_toml("x", "[world]\nstart = 2026-01-01").expect("valid");
        scenario.topics.trips.fields = fields.iter().map(|field| (*field).to_owned()).collect();
        let encoders = crate::Encoders::new(&scenario.topics);
        assert_eq!(check_scenario(&scenario).is_ok(), encoders.is_ok(), "{fields:?}");
    }
}
