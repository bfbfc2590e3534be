//! Tests of fraud in whole worlds: bursts and waves, the findings of velocity rules, and the bank's response.

mod adaptation;
mod shares;

use super::model::campaign::SharedMerchant;
use super::{Campaign, Residents, campaigns_in};
use crate::bank::{Customer, Transaction};
use crate::base::{Channel, EntityId, FraudKind, PersonId, TransactionType};
use crate::command::Command;
use crate::engine::{Id, OrderKey, Span, VirtualTime};
use crate::outlet::Event;
use crate::person::Person;
use crate::shard::Shard;
use crate::testing;
use crate::town::Town;
use std::collections::{BTreeMap, BTreeSet};

/// Rules of a world with bank transactions alone.
const BANK_ALONE: &str = "[shop]\nvisits_per_day = 0.0\n[rides]\nrequests_per_day = 0.0\n";

fn run(town: &Town, shards: &mut [Shard], until: VirtualTime) -> Vec<Transaction> {
    let mut all: Vec<(OrderKey, Transaction)> = Vec::new();
    for shard in shards {
        shard.run_until(town, until, &mut |order: OrderKey, event: Event| {
            if let Event::Transaction(one) = event {
                all.push((order, one));
            }
        });
    }
    all.sort_by_key(|(order, _)| *order);
    all.into_iter().map(|(_, one)| one).collect()
}

fn run_days(rules: &str, days: i64) -> (Town, Vec<Transaction>) {
    let town = testing::town(&format!("{BANK_ALONE}{rules}"));
    let all = run(&town, &mut testing::newborn(&town), testing::day(&town, days));
    (town, all)
}

fn frauds(all: &[Transaction]) -> Vec<&Transaction> {
    all.iter().filter(|one| one.fraud.is_some()).collect()
}

fn kind_of(one: &Transaction) -> Option<FraudKind> {
    one.fraud.map(|mark| mark.kind)
}

#[test]
fn frauds_come_in_bursts_and_every_kind_comes() {
    let (_, all) = run_days("[world]\npeople = 3000\n[bank.fraud]\nrate = 0.03", 60);
    let mut cards = BTreeMap::<Id, Vec<VirtualTime>>::new();
    let frauds = frauds(&all);
    frauds.iter().for_each(|one| cards.entry(one.user_id).or_default().push(one.timestamp));
    let close = |pair: (VirtualTime, VirtualTime)| pair.1.since(pair.0) <= Span::from_days(1);
    let soon = |own: &Vec<VirtualTime>| {
        let near =
            |i: usize| (i > 0 && close((own[i - 1], own[i]))) || (i + 1 < own.len() && close((own[i], own[i + 1])));
        (0..own.len()).filter(|i| near(*i)).count()
    };
    let share = cards.values().map(soon).sum::<usize>() as f64 / frauds.len() as f64;
    assert!(share > 0.60, "{share} have another within a day");
    let days: BTreeSet<(Id, i32)> = frauds.iter().map(|one| (one.user_id, one.timestamp.utc_day())).collect();
    let a_day = frauds.len() as f64 / days.len() as f64;
    assert!((2.0..5.0).contains(&a_day), "{a_day} a day");
    for kind in FraudKind::ALL {
        let count = frauds.iter().filter(|one| kind_of(one) == Some(kind)).count();
        assert!(count > 20, "{kind:?}: {count}");
    }
}

/// Returns the most users whose tests one merchant sees within ten minutes.
fn largest_wave(all: &[Transaction]) -> usize {
    let tests: Vec<_> = frauds(all).into_iter().filter(|one| kind_of(one) == Some(FraudKind::CardTesting)).collect();
    let wave = |first: &&Transaction| {
        let near = |one: &&&Transaction| {
            one.merchant == first.merchant
                && one.timestamp >= first.timestamp
                && one.timestamp.since(first.timestamp) <= Span::from_seconds(600)
        };
        tests.iter().filter(near).map(|one| one.user_id).collect::<BTreeSet<_>>().len()
    };
    tests.iter().map(wave).max().unwrap_or(0)
}

#[test]
fn a_long_list_hits_a_merchant_within_minutes_with_one_shard_and_with_twenty() {
    for (people, shards) in [(5_000, 1), (100_000, 20)] {
        let rules = format!(
            "[world]\npeople = {people}\n[bank.fraud]\nrate = 0.0\n[[campaign]]\nkind = \"card-testing\"\nat = \"+2h\"\nsize = 45\n"
        );
        let town = testing::town(&format!("{BANK_ALONE}{rules}"));
        assert_eq!(town.shard_count(), shards);
        let until = town.start() + Span::from_seconds(4 * 3_600);
        let all = run(&town, &mut testing::newborn(&town), until);
        assert!(largest_wave(&all) >= 30, "{} cards of {people} people", largest_wave(&all));
        let hit: BTreeSet<u32> = frauds(&all)
            .iter()
            .filter_map(|one| town.find_person(&one.user_id.to_string()))
            .map(|(person, _)| town.shard_of_person(person))
            .collect();
        assert!(hit.len() as u32 >= shards.min(10), "{} shards", hit.len());
    }
}

#[test]
fn long_lists_come_each_month() {
    for people in [100_000, 5_000] {
        let town = testing::town(&format!("[world]\npeople = {people}"));
        let months = 100_000 / i64::from(people);
        let all = campaigns_in(&town, &town.localities()[0], town.start(), testing::day(&town, 30 * months));
        let long = all.iter().filter(|c| c.kind == FraudKind::CardTesting && c.victims >= 30).count();
        assert!(long >= 1, "{long} of {} campaigns", all.len());
    }
}

/// Returns the instants at which there are more than three of these within a minute.
fn alarms(times: &[VirtualTime]) -> impl Iterator<Item = VirtualTime> {
    let soon = |four: &&[VirtualTime]| four[3].since(four[0]) < Span::from_seconds(60);
    times.windows(4).filter(soon).map(|four| four[3])
}

#[test]
fn the_velocity_rule_fires_on_every_injected_burst_and_hardly_ever_on_customers() {
    let town = testing::town("[world]\npeople = 1200\n[bank.fraud]\nrate = 0.0");
    let mut shards = testing::newborn(&town);
    let noon = testing::day(&town, 40) + Span::from_seconds(43_200);
    let mut all = run(&town, &mut shards, noon);
    let burst = |n: u32| (4 + n % 30, [20, 60, 300, 1_800, 86_400][n as usize % 5]);
    let has_account = |id: &PersonId| {
        let tenancy = town.tenancy_at(*id, noon);
        tenancy.is_open(noon) && tenancy.is_open(noon + Span::from_days(1))
    };
    let victims: Vec<PersonId> = (0..1_200).step_by(4).map(PersonId).filter(has_account).take(200).collect();
    for n in 0..200 {
        let (count, within_seconds) = burst(n);
        let person = victims[n as usize];
        let command = Command::Inject {
            number: 1 + u64::from(n),
            kind: FraudKind::Velocity,
            person,
            count,
            within_seconds,
            start: None,
        };
        shards[0].apply(&town, noon, &command);
    }
    all.extend(run(&town, &mut shards, testing::day(&town, 60)));
    for n in 0..200 {
        let person = victims[n as usize];
        let user = town.tenant_uuid(person, town.tenancy_at(person, noon).generation);
        let own = frauds(&all).into_iter().filter(|one| one.user_id == user).map(|one| one.timestamp);
        let own: Vec<VirtualTime> = own.collect();
        let (count, within) = burst(n);
        assert_eq!(own.len(), count as usize);
        assert!(alarms(&own).next().is_some(), "{count} within {within} s: {own:?}");
        let last = own[own.len() - 1].since(noon);
        assert!(last <= Span::from_seconds(i64::from(within) + 1), "{count} within {within} s take {last:?}");
    }
    let mut genuine = BTreeMap::<Id, Vec<VirtualTime>>::new();
    let own = all.iter().filter(|one| one.fraud.is_none());
    own.for_each(|one| genuine.entry(one.user_id).or_default().push(one.timestamp));
    let fired: BTreeSet<(Id, i32)> =
        genuine.iter().flat_map(|(user, times)| alarms(times).map(|at| (*user, at.utc_day()))).collect();
    assert!(fired.len() <= 7, "{} of 72,000 account-days", fired.len());
}

/// Returns the acts of an injected campaign of `kind` against one person at noon of the tenth day, as seen by the bank.
fn after(kind: FraudKind, count: u32) -> (VirtualTime, Vec<Transaction>) {
    let rules = "[world]\npeople = 40\n[bank]\nrate_shape = 1000.0\npurchases_per_day = 12.0\n[bank.fraud]\nrate = 0.0";
    let town = testing::town(&format!("{}{rules}", BANK_ALONE));
    let mut shards = testing::newborn(&town);
    let (noon, person) = (testing::day(&town, 10) + Span::from_seconds(43_200), PersonId(7));
    let mut all = run(&town, &mut shards, noon);
    shards[0].apply(&town, noon, &Command::Inject { number: 1, kind, person, count, within_seconds: 600, start: None });
    all.extend(run(&town, &mut shards, testing::day(&town, 40)));
    all.retain(|one| one.user_id == town.person_uuid(person));
    (noon, all)
}

#[test]
fn the_bank_sends_new_cards_and_life_goes_on_with_them() {
    let (noon, all) = after(FraudKind::StolenCard, 8);
    let cards = |from: i64, to: i64| -> BTreeSet<Id> {
        let (from, to) = (noon + Span::from_days(from), noon + Span::from_days(to));
        let genuine = all.iter().filter(|one| one.fraud.is_none() && one.timestamp >= from && one.timestamp < to);
        genuine.filter_map(|one| one.card_id).collect()
    };
    let (before, later) = (cards(-10, 0), cards(6, 28));
    assert!(!before.is_empty() && !later.is_empty() && before.is_disjoint(&later), "{before:?} then {later:?}");
    let stolen = frauds(&all).iter().filter_map(|one| one.card_id).collect::<BTreeSet<_>>();
    assert!(stolen.is_subset(&before));
}

#[test]
fn an_account_that_was_taken_over_is_frozen_for_a_time() {
    let (noon, all) = after(FraudKind::AccountTakeover, 8);
    let own = |from: f64, to: f64| {
        let at = |days: f64| noon + Span::from_seconds_f64(days * 86_400.0);
        let habitual = |one: &&Transaction| one.fraud.is_none() && one.kind == TransactionType::Purchase;
        all.iter().filter(habitual).filter(|one| one.timestamp >= at(from) && one.timestamp < at(to)).count()
    };
    assert!(own(-3.0, 0.0) > 5 && own(8.0, 11.0) > 5);
    let quietest = (0..60).map(|n| own(f64::from(n) / 10.0, f64::from(n) / 10.0 + 1.5)).min();
    assert_eq!(quietest, Some(0), "nothing is bought while it is frozen");
    let (noon, disputed) = after(FraudKind::FriendlyFraud, 3);
    let (before, later): (Vec<_>, Vec<_>) = disputed.iter().partition(|one| one.timestamp < noon);
    let cards = |part: &[&Transaction]| part.iter().filter_map(|one| one.card_id).collect::<BTreeSet<_>>();
    assert!(!before.is_empty() && cards(&later).is_subset(&cards(&before)), "no new cards");
}

#[test]
fn a_ring_shares_devices_addresses_and_a_flat() {
    let ring = "[world]\npeople = 900\n[bank.fraud]\nrate = 0.0\n[[campaign]]\nkind = \"mule-ring\"\nat = \"+1d\"\nsize = 12\n";
    let (_, all) = run_days(ring, 12);
    let rows = frauds(&all);
    let distinct = |of: fn(&Transaction) -> String| rows.iter().map(|one| of(one)).collect::<BTreeSet<_>>().len();
    assert!(distinct(|one| one.user_id.to_string()) >= 9 && rows.len() >= 36, "{}", rows.len());
    assert!(distinct(|one| one.ip_address.to_string()) <= 3 && distinct(|one| format!("{:?}", one.location)) == 1);
    let mut first = BTreeMap::new();
    rows.iter().for_each(|one| _ = first.entry(one.user_id).or_insert(one.kind));
    assert!(first.values().all(|kind| *kind == TransactionType::Deposit), "money comes in first");
    assert!(rows.iter().all(|one| one.channel == Channel::Transfer));
}

#[test]
fn skimmed_cards_are_of_one_merchants_customers_and_sleep() {
    let town = testing::town("[world]\npeople = 3000\n[bank.fraud]\nrate = 0.06");
    let local = &town.localities()[0];
    let entity = |slot: usize| EntityId::person(PersonId(slot as u32));
    let person = |slot: usize| Person::newborn(&town.person_rules(), &local.region, PersonId(slot as u32));
    let people: Vec<Person> = (0..3_000).map(person).collect();
    let residents = Residents { town: &town, local, own: &(0..3_000), people: &people };
    let all = campaigns_in(&town, local, town.start(), testing::day(&town, 60));
    let skimmed: Vec<&Campaign> = all.iter().filter(|c| c.kind == FraudKind::SkimmedMerchant).collect();
    assert!(skimmed.len() > 20);
    let (mut customers, mut count) = (0, 0);
    for campaign in skimmed {
        let SharedMerchant { category, merchant } = campaign.merchant(&town, local);
        for n in 0..campaign.victims {
            let target = campaign.target(&town, local, n);
            assert!(target.start >= campaign.start + Span::from_days(2));
            assert!(target.start <= campaign.start + Span::from_days(62));
            let slot = residents.choose(campaign, target.person.0 as usize);
            let home = people[slot].profile.home;
            let key = town.key().of_entity(entity(slot).code());
            let customer = Customer { key, from: Some(home), moves: 0 };
            let favourites = local.merchants.favourites(&customer, category, campaign.start);
            customers += u32::from(favourites.contains(&merchant));
            count += 1;
        }
    }
    assert!(f64::from(customers) > 0.8 * f64::from(count), "{customers} of {count} are customers");
}

#[test]
fn planned_episodes_survive_saving() {
    let town = testing::town(&format!("{BANK_ALONE}[world]\npeople = 300\n[bank.fraud]\nrate = 0.2"));
    let (half, end) = (testing::day(&town, 6), testing::day(&town, 14));
    let mut unbroken = testing::newborn(&town);
    run(&town, &mut unbroken, half);
    let blocks = (0..unbroken[0].block_count()).map(|block| {
        let mut bytes = Vec::new();
        unbroken[0].encode_block(block, &mut bytes);
        bytes
    });
    let mut again = vec![Shard::load(&town, 0, half, blocks.collect()).expect("it loads")];
    let texts = |all: &[Transaction]| all.iter().map(|one| format!("{one:?}")).collect::<Vec<_>>();
    let (went_on, reopened) = (run(&town, &mut unbroken, end), run(&town, &mut again, end));
    assert!(frauds(&went_on).len() > 100 && texts(&went_on) == texts(&reopened));
}
