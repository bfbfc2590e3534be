//! One past, two futures: a world that adopts a drift beside its twin that does not. Until the drift begins all is equal;
//! after it, whatever the drift does not reach is: other domains, other people, other shards.

use crate::cases;
use crate::worlds::{Kept, Life};
use populace_sim::{Span, Stream, Town, VirtualTime};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Two regions, so two shards; every record says who it is about and which drifts they live under.
const TOWN: &str = "[world]\npeople = 400\nstart = \"2026-01-01\"\nseed = SEED\n\
    [[region]]\npreset = \"houston\"\n[[region]]\npreset = \"tokyo\"\n\
    [topics.transactions]\nfields = [\"transaction_id\", \"user_id\", \"timestamp\", \"transaction_type\", \"amount\", \
    \"merchant_id\", \"is_fraud\", \"concept\"]\n\
    [topics.trips]\nfields = [\"trip_id\", \"driver_id\", \"rider_id\", \"timestamp\", \"concept\", \"initial_estimated_travel_time_seconds\"]\n\
    [topics.interactions]\nfields = [\"event_id\", \"customer_id\", \"timestamp\", \"event_type\", \"concept\"]\n";
const NO_FRAUD: &str = "[bank.fraud]\nrate = 0.0\n";
const FRAUD: &str = "[bank.fraud]\nrate = 0.03\n";

/// When the worlds part, when the drift begins, and when they are compared, in days.
const FORK: f64 = 2.4;
const BEGIN: f64 = 3.6;
const END: f64 = 7.0;

/// Rules of people's own and of regions, each with a factor that shows.
const BANK: [(&str, f64); 7] = [
    ("bank.purchases_per_day", 2.5),
    ("bank.withdrawals_per_day", 3.0),
    ("bank.transfers_per_day", 3.0),
    ("bank.online_share", 2.0),
    ("bank.amount_scale", 1.7),
    ("bank.cvv_missing_probability", 4.0),
    ("bank.mix.travel", 5.0),
];
const SHOP: [(&str, f64); 5] = [
    ("shop.visits_per_day", 2.5),
    ("shop.review_probability", 3.0),
    ("shop.conversion", 1.8),
    ("shop.mobile_scale", 0.5),
    ("shop.direct_scale", 1.5),
];
const RIDES: [(&str, f64); 3] =
    [("rides.requests_per_day", 4.0), ("rides.fare_scale", 1.5), ("rides.pickup_limit_km", 0.5)];

/// Where a drift goes, one way or another.
#[derive(Clone, Copy, Debug)]
enum Course {
    Sudden,
    Gradual,
    Incremental,
    Blip,
}

/// A block that begins at `BEGIN`: its middle lies two widths later.
fn drift((key, factor): (&str, f64), course: Course, limits: &str) -> String {
    let hours = |days: f64| (days * 24.0).round();
    let (kind, at) = match course {
        Course::Sudden => ("sudden", format!("+{}h", hours(BEGIN))),
        Course::Gradual => ("gradual", format!("+{}h\"\nwidth = \"24h", hours(BEGIN) + 48.0)),
        Course::Incremental => ("incremental", format!("+{}h\"\nwidth = \"12h", hours(BEGIN) + 24.0)),
        Course::Blip => ("blip", format!("+{}h\"\nlength = \"30h", hours(BEGIN))),
    };
    format!("[[drift]]\nkey = {key:?}\nkind = {kind:?}\nat = \"{at}\"\nfactor = {factor}\n{limits}")
}

struct Twins {
    one: Vec<Kept>,
    other: Vec<Kept>,
    begin: VirtualTime,
}

impl Twins {
    /// Both lives, from the instant at which one of them adopts the drift.
    fn lived(seed: u64, rules: &str, drift: &str) -> Self {
        let base = format!("{}{rules}", TOWN.replace("SEED", &seed.to_string()));
        let lives = [None, Some(drift)].map(|drift| {
            let mut life = Life::born(&base);
            life.run(life.at(FORK, 1.0));
            if let Some(drift) = drift {
                adopt(&mut life, &format!("{base}{drift}"));
            }
            life.records(life.at(END, 1.0))
        });
        let [one, other] = lives;
        let start = Town::build(&populace_wire::scenario_from_toml("twins", &base).expect("a scenario"))
            .expect("a town")
            .start();
        Twins { one, other, begin: start + Span::from_seconds_f64((BEGIN * 24.0).round() * 3_600.0) }
    }

    fn of(&self, stream: Stream) -> [Vec<&Kept>; 2] {
        [&self.one, &self.other].map(|all| all.iter().filter(|one| one.stream == stream).collect())
    }

    fn assert_equal_before(&self) {
        let before = |all: &[Kept]| all.iter().filter(|one| one.time < self.begin).cloned().collect::<Vec<_>>();
        assert!(before(&self.one).len() > 100, "there is something to compare");
        assert!(before(&self.one) == before(&self.other), "they differ before the drift begins");
    }

    fn differ(&self) -> bool {
        self.one != self.other
    }

    /// A stream is the same in both but for its tags.
    fn assert_same(&self, stream: Stream) {
        let [one, other] = self.of(stream).map(|all| all.into_iter().map(untagged).collect::<Vec<_>>());
        assert!(one.len() > 20, "there is something to compare");
        let at = one.iter().zip(&other).position(|(a, b)| a != b);
        assert!(one == other, "{stream:?} differs at {:?}", at.map(|at| (&one[at], &other[at])));
    }

    /// The records of each person, by what they say of who it is.
    fn lives(&self, streams: &[Stream]) -> [BTreeMap<String, Vec<&Kept>>; 2] {
        [&self.one, &self.other].map(|all| {
            let mut lives: BTreeMap<String, Vec<&Kept>> = BTreeMap::new();
            for one in all.iter().filter(|one| streams.contains(&one.stream)) {
                lives.entry(whom(one)).or_default().push(one);
            }
            lives
        })
    }

    /// People of whom a record after the beginning says that no drift concerns them; the share of all that it is.
    fn untouched(&self) -> BTreeSet<String> {
        let later = self.other.iter().filter(|one| one.time >= self.begin && one.stream != Stream::Trips);
        let mut tagged = BTreeMap::new();
        for one in later {
            *tagged.entry(whom(one)).or_insert(false) |= !concept(one).is_empty();
        }
        tagged.into_iter().filter(|(_, tagged)| !tagged).map(|(whom, _)| whom).collect()
    }

    /// What these people do at the bank and in the shop is the same, byte for byte.
    fn assert_lives_alike(&self, people: &BTreeSet<String>, streams: &[Stream]) {
        let [one, other] = self.lives(streams);
        for person in people {
            assert!(one.get(person) == other.get(person), "{person}\n{:?}\n{:?}", one.get(person), other.get(person));
        }
    }
}

fn adopt(life: &mut Life, rules: &str) {
    let next = Town::build(&populace_wire::scenario_from_toml("adopted", rules).unwrap_or_else(|e| panic!("{e}")))
        .expect("a town");
    let now = life.now;
    life.shards.iter_mut().for_each(|shard| shard.adopt(&life.town, &next, now, 1));
    life.become_town(next);
}

fn said(one: &Kept, field: &str) -> Value {
    serde_json::from_str::<Value>(&one.text).expect("JSON")[field].clone()
}

fn whom(one: &Kept) -> String {
    let field = match one.stream {
        Stream::Transactions => "user_id",
        Stream::Trips => "rider_id",
        _ => "customer_id",
    };
    said(one, field).as_str().expect("a text").to_owned()
}

fn concept(one: &Kept) -> Vec<Value> {
    said(one, "concept").as_array().expect("a list").clone()
}

/// The record without the names of the drifts that its person lives under.
fn untagged(one: &Kept) -> (VirtualTime, String) {
    let (before, rest) = one.text.split_once("\"concept\":[").expect("the field");
    (one.time, format!("{before}{}", rest.split_once(']').expect("a list").1))
}

const LIVES: [Stream; 2] = [Stream::Transactions, Stream::Interactions];

fn courses() -> impl Strategy<Value = Course> {
    prop_oneof![Just(Course::Sudden), Just(Course::Gradual), Just(Course::Incremental), Just(Course::Blip)]
}

proptest! {
    #![proptest_config(cases())]

    /// With fraud, whose campaigns follow the volume that is expected, as without.
    #[test]
    fn nothing_differs_before_a_drift_begins(
        seed in 1u64..1_000, place in 0usize..15, course in courses(), share in prop_oneof![Just(1.0), 0.1..0.9f64],
    ) {
        let key = BANK.into_iter().chain(SHOP).chain(RIDES).nth(place).expect("a rule");
        let twins = Twins::lived(seed, FRAUD, &drift(key, course, &format!("share = {share:.3}")));
        twins.assert_equal_before();
        prop_assert!(twins.differ(), "it changes something");
    }

    #[test]
    fn rules_of_the_bank_leave_trips_and_shop_visits_alone(
        seed in 1u64..1_000, place in 0..BANK.len(), course in courses(), fraud in any::<bool>(),
    ) {
        let rules = if fraud { FRAUD } else { NO_FRAUD };
        let twins = Twins::lived(seed, rules, &drift(BANK[place], course, ""));
        twins.assert_same(Stream::Trips);
        twins.assert_same(Stream::Interactions);
    }

    #[test]
    fn rules_of_the_shop_leave_trips_alone_and_rules_of_rides_the_shop(
        seed in 1u64..1_000, place in 0usize..8, course in courses(), fraud in any::<bool>(),
    ) {
        let rules = if fraud { FRAUD } else { NO_FRAUD };
        let (key, alone) = match SHOP.get(place) {
            Some(key) => (*key, Stream::Trips),
            None => (RIDES[place - SHOP.len()], Stream::Interactions),
        };
        Twins::lived(seed, rules, &drift(key, course, "")).assert_same(alone);
    }

    /// Without fraud nothing binds one life to another, whatever the rule. A ride is the exception: whoever asks for one
    /// may get another driver, or none, when others ask for more.
    #[test]
    fn a_drift_for_a_share_of_people_leaves_the_lives_of_others_alone(
        seed in 1u64..1_000, place in 0usize..12, share in 0.2..0.7f64,
    ) {
        let key = BANK.into_iter().chain(SHOP).nth(place).expect("a rule");
        let twins = Twins::lived(seed, NO_FRAUD, &drift(key, Course::Sudden, &format!("share = {share:.3}")));
        let untouched = twins.untouched();
        prop_assert!(untouched.len() > 60, "{}", untouched.len());
        twins.assert_lives_alike(&untouched, &LIVES);
        twins.assert_same(Stream::Trips);
    }

    /// Campaigns follow the volume to be expected of a region, so a drift of it lets them find other victims; whoever is
    /// none in either world lives as before.
    #[test]
    fn with_fraud_only_victims_differ_among_those_whom_a_drift_does_not_concern(
        seed in 1u64..1_000, place in 0usize..12, share in 0.2..0.7f64,
    ) {
        let key = BANK.into_iter().chain(SHOP).nth(place).expect("a rule");
        let twins = Twins::lived(seed, FRAUD, &drift(key, Course::Sudden, &format!("share = {share:.3}")));
        let all = twins.one.iter().chain(&twins.other).filter(|one| one.stream == Stream::Transactions);
        let victims: BTreeSet<String> =
            all.filter(|one| said(one, "is_fraud") == 1).map(whom).collect();
        let untouched: BTreeSet<String> = twins.untouched().difference(&victims).cloned().collect();
        prop_assert!(untouched.len() > 50, "{}", untouched.len());
        twins.assert_lives_alike(&untouched, &LIVES);
    }

    /// Dispatch binds the riders and drivers of one shard, and only them.
    #[test]
    fn a_drift_of_rides_in_one_region_leaves_the_others_alone(
        seed in 1u64..1_000, place in 0..RIDES.len(), course in courses(),
    ) {
        let twins = Twins::lived(seed, FRAUD, &drift(RIDES[place], course, "region = \"tokyo\""));
        prop_assert!(twins.differ(), "it changes something");
        let life = Life::born(&TOWN.replace("SEED", &seed.to_string()));
        let here: BTreeSet<String> = life.town.localities()[0]
            .people
            .clone()
            .flat_map(|n| (0..3).map(move |generation| (populace_sim::PersonId(n), generation)))
            .map(|(person, generation)| life.town.tenant_uuid(person, generation).to_string())
            .collect();
        let of = |all: &[Kept]| all.iter().filter(|one| here.contains(&whom(one))).cloned().collect::<Vec<_>>();
        let (one, other) = (of(&twins.one), of(&twins.other));
        prop_assert!(one.iter().filter(|record| record.stream == Stream::Trips).count() > 10, "some ride there");
        prop_assert!(one == other, "another region's trips, payments or visits differ");
    }
}

/// A rule that is set at the fork, without a drift: more fraud from there on finds victims, and nobody else lives otherwise.
#[test]
fn another_share_of_fraud_from_now_on_changes_victims_alone() {
    let twins = {
        let base = format!("{}{NO_FRAUD}", TOWN.replace("SEED", "5"));
        let [one, other] = [None, Some(base.replace("rate = 0.0", "rate = 0.05"))].map(|rules| {
            let mut life = Life::born(&base);
            life.run(life.at(FORK, 1.0));
            rules.iter().for_each(|rules| adopt(&mut life, rules));
            let end = life.at(END + 4.0, 1.0);
            life.records(end)
        });
        Twins { one, other, begin: VirtualTime::from_seconds(0) }
    };
    let victims: BTreeSet<String> = twins.of(Stream::Transactions)[1]
        .iter()
        .filter(|one| said(one, "is_fraud") == 1)
        .map(|one| whom(one))
        .collect();
    let all: BTreeSet<String> = twins.one.iter().filter(|one| one.stream != Stream::Trips).map(whom).collect();
    let others: BTreeSet<String> = all.difference(&victims).cloned().collect();
    assert!(!victims.is_empty() && others.len() > 200, "{} and {}", victims.len(), others.len());
    twins.assert_lives_alike(&others, &LIVES);
    twins.assert_same(Stream::Trips);
    twins.assert_same(Stream::Interactions);
}
