//! Whole runs against the wire contract: the records of several worlds go, as text, through a reader that knows the
//! contract and nothing of the simulation.

mod bank;
mod checker;
mod drifts;
mod facts;
mod faults;
mod files;
mod form;
mod late;
mod record;
mod rides;
mod shop;
pub mod worlds;

use checker::Checker;
use facts::{DriftFacts, HOUSTON, LONDON, MUMBAI, NEW_YORK, RegionFacts, SAO_PAULO, TOKYO};
pub use form::Topic;
pub use record::raw;
use worlds::{World, all_extras};

/// Reads `days` of the world that `toml` describes, in windows of `hours`.
fn read(toml: &str, regions: &[RegionFacts], days: i64, hours: i64) -> Checker {
    let extras = toml.contains("entity_sequence");
    let mut world = World::born(toml);
    let mut checker = Checker::new(world.facts(regions, days, extras));
    world.run(days, hours, |topic, key, text| checker.see(topic, Some(key), text));
    checker.finish().assert_none("a world broke the contract");
    checker
}

fn scenario(people: u32, start: &str, rest: &str) -> String {
    format!("[world]\npeople = {people}\nstart = \"{start}\"\n{rest}")
}

#[test]
fn sixty_days_of_houston_keep_the_contract() {
    let checker = read(&scenario(4_000, "2026-01-01", ""), &[HOUSTON], 60, 24);
    // Enough of everything, so that no check was empty.
    let (transactions, frauds) = checker.bank.counts;
    assert!(transactions > 150_000 && frauds > 200, "{transactions} transactions, {frauds} frauds");
    assert!(checker.rides.trips() > 15_000 && checker.rides.short_gaps > 3_000, "{} trips", checker.rides.trips());
    let (orders, reviews) = (checker.shop.orders.len(), checker.shop.reviews);
    assert!(checker.shop.events > 200_000 && orders > 1_000 && reviews > 20, "{orders} orders, {reviews} reviews");
}

#[test]
fn with_all_extras_the_topics_join() {
    let checker = read(&scenario(3_000, "2026-04-20", &all_extras()), &[HOUSTON], 40, 6);
    assert!(checker.bank.campaigns.len() > 20, "{} campaigns", checker.bank.campaigns.len());
    assert!(checker.rides.ridden.len() > 10_000 && checker.shop.orders.len() > 500);
    assert!(checker.late.completed > 10_000, "{} completions", checker.late.completed);
    assert!(checker.late.reported > 150, "{} reports", checker.late.reported);
}

#[test]
fn six_cities_keep_their_own_clocks_money_and_places() {
    let cities = ["houston", "sao-paulo", "new-york", "london", "mumbai", "tokyo"];
    let regions: String = cities.map(|c| format!("[[region]]\npreset = \"{c}\"\n")).concat();
    let facts = [HOUSTON, SAO_PAULO, NEW_YORK, LONDON, MUMBAI, TOKYO];
    let checker = read(&scenario(1_200, "2026-02-10", &(regions + &all_extras())), &facts, 45, 24);
    for (region, city) in cities.iter().enumerate() {
        let trips = checker.rides.ridden.iter().filter(|t| t.region == region).count();
        assert!(trips > 300, "{city} has {trips} trips");
    }
}

#[test]
fn clocks_that_change_are_followed() {
    let regions = "[[region]]\npreset = \"new-york\"\n[[region]]\npreset = \"london\"\n";
    let facts = [NEW_YORK, LONDON];
    // Both spring changes (8 and 29 March), and both autumn ones (25 October and 1 November).
    for (start, days) in [("2026-03-06", 26), ("2026-10-23", 12)] {
        let checker = read(&scenario(1_500, start, &(regions.to_owned() + &all_extras())), &facts, days, 5);
        assert!(checker.rides.trips() > 1_500, "{} trips", checker.rides.trips());
    }
}

/// Around Austin.
const OWN: RegionFacts =
    RegionFacts { bounds: [30.1, -98.0, 30.5, -97.5], zone: chrono_tz::Tz::America__Chicago, currency: "CAD" };

#[test]
fn a_region_of_ones_own_keeps_the_contract() {
    let region = "[[region]]\nname = \"austin\"\nbounds = [30.1, -98.0, 30.5, -97.5]\ntimezone = \"America/Chicago\"\ncurrency = \"CAD\"\n";
    let checker =
        read(&scenario(1_000, "2025-06-15T13:17:11.5Z", &(region.to_owned() + &all_extras())), &[OWN], 45, 24);
    assert!(checker.rides.trips() > 3_000, "{} trips", checker.rides.trips());
}

#[test]
fn tiny_towns_keep_the_contract() {
    for (people, seed) in [(1, 1), (1, 2), (1, 3), (7, 1), (7, 2), (7, 3)] {
        let toml = scenario(people, "2026-01-01", &format!("seed = {seed}\n{}", all_extras()));
        let checker = read(&toml, &[HOUSTON], 200, 24);
        assert!(checker.bank.counts.0 > 20 * people as u64, "{:?}", checker.bank.counts);
    }
}

#[test]
fn odd_rules_keep_the_contract() {
    let rules = "people_per_driver = 5\n[rides]\nrequests_per_day = 3.0\npickup_limit_km = 4.0\n\
        [rides.traffic]\nheavy_multiplier = 40.0\nincident_scale = 20.0\n[rides.weather]\nbad_scale = 20.0\n\
        [shop]\nvisits_per_day = 6.0\nproducts = 5\nsession_timeout_minutes = 1\nreview_probability = 1.0\n\
        [bank]\nmerchants = 3\npurchases_per_day = 8.0\naccount_age_years_limit = 0.05\n\
        [bank.fraud]\nrate = 0.05\n";
    let checker = read(&scenario(200, "2026-07-01", &(rules.to_owned() + &all_extras())), &[HOUSTON], 60, 24);
    let (trips, reviews) = (checker.rides.trips(), checker.shop.reviews);
    assert!(reviews > 300 && trips > 1_000, "{reviews} reviews, {trips} trips");
}

/// Three drifts of a world that begins on 2026-03-01: a step, a step for some, and a blip.
const DRIFTS: &str = "[[drift]]\nid = \"dearer\"\nkey = \"bank.amount_scale\"\nkind = \"sudden\"\nat = \"+10d\"\nto = 1.5\n\
    [[drift]]\nid = \"online\"\nkey = \"bank.online_share\"\nkind = \"sudden\"\nat = \"+12d\"\nto = 0.6\nshare = 0.3\n\
    [[drift]]\nid = \"jam\"\nkey = \"rides.traffic.heavy_multiplier\"\nkind = \"blip\"\nat = \"+15d\"\nlength = \"5d\"\nfactor = 2.0\n";

fn drift(id: &str, [from, to]: [i64; 2], goes: bool, share: f64) -> DriftFacts {
    // 2026-03-01 at midnight UTC.
    let at = |day: i64| (1_772_323_200 + day * 86_400) * 1_000_000;
    DriftFacts { id: id.to_owned(), instants: [at(from), at(from), at(to)], goes, share }
}

#[test]
fn drifts_are_announced_and_named_by_whom_they_concern() {
    let mut world = World::born(&scenario(1_500, "2026-03-01", &(DRIFTS.to_owned() + &all_extras())));
    let mut facts = world.facts(&[HOUSTON], 25, true);
    facts.drifts = vec![
        drift("dearer", [10, 10], false, 1.0),
        drift("online", [12, 12], false, 0.3),
        drift("jam", [15, 20], true, 1.0),
    ];
    let mut checker = Checker::new(facts);
    world.run(25, 6, |topic, key, text| checker.see(topic, Some(key), text));
    checker.finish().assert_none("a world with drifts broke the contract");
    assert_eq!(checker.drifts.notices, 9);
    assert!(checker.drifts.named > 50_000, "{} events name a drift", checker.drifts.named);
}

/// Topic, key and text of a record.
type Sent = (Topic, String, String);

#[test]
fn a_reader_sees_what_is_wrong() {
    let mut world = World::born(&scenario(300, "2026-01-01", &all_extras()));
    let mut records = Vec::new();
    world.run(20, 24, |topic, key, text| records.push((topic, key.to_owned(), text.to_owned())));
    let faults_of = |change: &dyn Fn(&mut Vec<Sent>)| {
        let mut changed = records.clone();
        change(&mut changed);
        let mut checker = Checker::new(world.facts(&[HOUSTON], 20, true));
        changed.iter().for_each(|(topic, key, text)| checker.see(*topic, Some(key), text));
        checker.finish().report()
    };
    assert_eq!(faults_of(&|_| {}), "");
    let find = |marks: &[&str]| {
        records.iter().position(|r| marks.iter().all(|mark| r.2.contains(mark))).expect("such a record")
    };
    // Of those put into the cart one that is bought later, and the second event of a session that goes on.
    let bought = &records[find(&["\"event_type\":\"purchase\""])];
    let product = format!("\"product_id\":{}", raw(&bought.2, "product_id"));
    let third = &records[find(&["\"session_event_sequence\":3,"])];
    let session = format!("\"session_id\":{}", raw(&third.2, "session_id"));
    let completed = records.iter().position(|record| record.0 == Topic::Completions).expect("a completed trip");
    let trip = format!("\"trip_id\":{}", raw(&records[completed].2, "trip_id"));
    let expected = [
        (find(&["\"origin\":", &trip]), "a trip is completed once, after it was announced"),
        (completed, "every trip is completed"),
        (find(&["\"event_type\":\"add_to_cart\"", &bought.1, &product]), "put into the cart"),
        (find(&["\"session_event_sequence\":2,", &session]), "session_event_sequence has no gap"),
        (find(&["\"driver_id\":\"driver_1\""]), "entity_sequence of a driver has no gap"),
        (find(&["\"transaction_type\":\"payment\",\"payment_method\""]), "entity_sequence of a user has no gap"),
    ];
    for (at, fault) in expected {
        let report = faults_of(&|all| {
            all.remove(at);
        });
        assert!(report.contains(fault), "without {}:\n{report}", records[at].2);
    }
    let twice = faults_of(&|all| all.insert(1, all[0].clone()));
    assert!(twice.contains("is unique"), "{twice}");
    let dearer = faults_of(&|all| {
        let at = all.iter().position(|r| r.2.contains("\"event_type\":\"purchase\"")).unwrap();
        let (from, to) = ("\"price\":", "\"price\":1");
        all[at].2 = all[at].2.replace(from, to);
    });
    assert!(dearer.contains("every order is paid"), "{dearer}");
}
