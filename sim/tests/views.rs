//! Views are the JSON that the daemon answers with: the examples in `views.jsonl` hold their fields, order and values.

use populace_sim::{
    CampaignView, Command, DriverId, Event, FraudKind, OrderKey, PersonId, RegionId, Scenario, Shard, Span, Town,
    VirtualTime, campaigns_in,
};
use serde_json::Value;
use xxhash_rust::xxh3::xxh3_64;

const RULES: &str = "[world]\npeople = 400\nseed = 3\nstart = \"2026-01-01T00:00:00+00:00\"\n[bank.fraud]\nrate = 0.1\n\
    [[region]]\npreset = \"houston\"\n[[region]]\npreset = \"tokyo\"\n";

fn town() -> Town {
    Town::build(&Scenario::from_toml("views", RULES).expect("a scenario")).expect("a town")
}

fn day(town: &Town, days: i64) -> VirtualTime {
    town.start() + Span::from_days(days)
}

/// All shards after 100 days and 19 hours.
fn shards(town: &Town) -> Vec<Shard> {
    let until = day(town, 100) + Span::from_seconds(19 * 3_600);
    let run = |index| {
        let mut shard = Shard::newborn(town, index);
        shard.run_until(town, until, &mut |_: OrderKey, _: Event| ());
        shard
    };
    (0..town.shard_count()).map(run).collect()
}

fn json(view: &impl serde::Serialize) -> Value {
    serde_json::to_value(view).expect("views are plain data")
}

fn text(view: &Value) -> String {
    serde_json::to_string(view).expect("JSON")
}

#[derive(Default)]
struct Examples {
    lines: Vec<String>,
    all: String,
}

impl Examples {
    /// Adds a view to the digest of all, and to the examples as well if it is one.
    fn add(&mut self, view: &Value, is_example: bool) {
        let line = text(view);
        self.all.push_str(&line);
        if is_example {
            self.lines.push(line);
        }
    }
}

/// The name of an example, and the test that a view is one.
type Wanted = (&'static str, fn(&Value) -> bool);

fn people(town: &Town, shards: &[Shard], examples: &mut Examples) {
    let mut wanted: Vec<Wanted> = vec![
        ("cart", |v| v["cart"].as_array().is_some_and(|c| !c.is_empty())),
        ("riding", |v| v["riding"] == true),
        ("under_attack", |v| !v["under_attack"].is_null()),
        ("account_open", |v| v["account_open"] == false),
        ("people_before", |v| v["people_before"].as_u64() > Some(0)),
        ("tokyo", |v| v["region"] == "tokyo"),
        ("any", |_| true),
    ];
    for id in (0..400).map(PersonId) {
        let shard = &shards[town.shard_of_person(id) as usize];
        let (whole, brief) = (json(&shard.person_view(town, id)), json(&shard.person_brief(town, id)));
        let found = wanted.iter().position(|(_, is)| is(&whole));
        if let Some(at) = found {
            wanted.remove(at);
        }
        examples.add(&whole, found.is_some());
        examples.add(&brief, found.is_some());
    }
    assert!(wanted.is_empty(), "no example of {:?}", wanted.iter().map(|(name, _)| name).collect::<Vec<_>>());
}

fn drivers(town: &Town, shards: &[Shard], examples: &mut Examples) {
    for id in (0..town.driver_count()).map(DriverId) {
        let shard = &shards[town.shard_of_driver(id) as usize];
        examples.add(&json(&shard.driver_view(town, id)), id.0 == 1);
        examples.add(&json(&shard.driver_brief(town, id)), id.0 == 1);
    }
}

fn campaigns(town: &Town, examples: &mut Examples) {
    let mut seen = Vec::new();
    for local in town.localities() {
        for campaign in campaigns_in(town, local, town.start(), day(town, 60)) {
            let is_new = !seen.contains(&campaign.kind);
            seen.push(campaign.kind);
            examples.add(&json(&CampaignView::new(town, local, &campaign)), is_new);
        }
    }
    assert!(FraudKind::ALL.iter().all(|kind| seen.contains(kind)), "{seen:?}");
}

fn commands(town: &Town, examples: &mut Examples) {
    let (kind, start, person) = (FraudKind::CardTesting, Some(day(town, 3)), PersonId(399));
    for command in [
        Command::Campaign { number: 4, kind, region: RegionId(1), victims: 9, start },
        Command::Campaign { number: 5, kind: FraudKind::MuleRing, region: RegionId(0), victims: 0, start: None },
        Command::Inject { number: 6, kind, person, count: 7, within_seconds: 60, start },
    ] {
        examples.add(&json(&command.campaign_view(town, day(town, 2)).expect("fraud")), true);
    }
    let genuine = Command::Transaction { number: 7, person, minor: 5, start };
    assert!(genuine.campaign_view(town, day(town, 2)).is_none());
}

#[test]
fn views_have_the_bytes_of_the_examples() {
    let town = town();
    let (shards, mut examples) = (shards(&town), Examples::default());
    people(&town, &shards, &mut examples);
    drivers(&town, &shards, &mut examples);
    campaigns(&town, &mut examples);
    commands(&town, &mut examples);
    let mut found = examples.lines;
    found.push(format!("{:016x} {}", xxh3_64(examples.all.as_bytes()), examples.all.len()));
    let wanted: Vec<&str> = include_str!("views.jsonl").lines().collect();
    for (found, wanted) in found.iter().zip(&wanted) {
        assert_eq!(found, wanted);
    }
    assert_eq!(found.len(), wanted.len());
}
