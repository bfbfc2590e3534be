//! Tables of who lives there, read by what knows the records alone: the last row of each key is what the world knows of it.

use crate::cases;
use crate::worlds::{Kept, Life, scenario};
use populace_sim::{Event, PersonId, Span, Stream, VirtualTime, World};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

const TABLES: [Stream; 5] = [Stream::Users, Stream::Drivers, Stream::Customers, Stream::Merchants, Stream::Products];

/// The sections that enable some tables, by the bits of `some`.
fn enabled(some: u32) -> String {
    let tables = TABLES.into_iter().enumerate().filter(|(n, _)| some >> n & 1 == 1);
    let section = |stream: Stream| {
        let fields = if stream == Stream::Users { "fields = [\"*\", \"persona\"]\n" } else { "" };
        format!("[topics.{}]\nenabled = true\n{fields}", stream.section())
    };
    tables.map(|(_, stream)| section(stream)).collect()
}

/// The rows that hold, by table and key.
#[derive(Default)]
struct Reader(BTreeMap<(Stream, String), Value>);

impl Reader {
    /// Takes the next record, as a reader of lines does.
    fn take(&mut self, record: &Kept) {
        let row: Value = serde_json::from_str(&record.text).expect("a row is JSON");
        let key = (record.stream, record.key.clone());
        let before = self.0.get(&key).map(|row| row["valid_from"].as_str().map(str::to_owned));
        let from = row["valid_from"].as_str().map(str::to_owned);
        assert!(before.is_none_or(|before| before < from), "{} does not follow", record.text);
        if row["deleted"] == true {
            assert!(self.0.remove(&key).is_some(), "{} was not there", record.text);
        } else {
            self.0.insert(key, row);
        }
    }

    fn of(&self, stream: Stream) -> impl Iterator<Item = &Value> {
        self.0.iter().filter(move |((of, _), _)| *of == stream).map(|(_, row)| row)
    }
}

/// Compares what both have.
fn same(row: &Value, view: &Value, pairs: &[(&str, &str)]) {
    for (column, shown) in pairs {
        assert_eq!(row[*column], view.pointer(shown).cloned().unwrap_or_default(), "{column} of {row} and {view}");
    }
}

/// Compares the rows of people with the views of the shards, which show the same people.
fn assert_people(life: &Life, reader: &Reader) {
    let mut open = 0;
    for number in 0..life.town.scenario().world.people {
        let shard = &life.shards[life.town.shard_of_person(PersonId(number)) as usize];
        let view = serde_json::to_value(shard.person_view(&life.town, PersonId(number))).expect("JSON");
        let id = view["user_id"].as_str().expect("text").to_owned();
        let [user, customer] = [Stream::Users, Stream::Customers].map(|table| reader.0.get(&(table, id.clone())));
        let is_open = view["account_open"] == true;
        assert_eq!([user.is_some(), customer.is_some()], [is_open; 2], "{view}");
        let (Some(user), Some(customer)) = (user, customer) else { continue };
        open += 1;
        same(
            user,
            &view,
            &[
                ("account_id", "/account_id"),
                ("region", "/region"),
                ("currency", "/currency"),
                ("home", "/home"),
                ("work", "/work"),
                ("children_born", "/changes/children"),
                ("device_info", "/devices/0"),
                ("paypal", "/wallet/paypal"),
                ("crypto", "/wallet/crypto"),
                ("persona", "/persona"),
            ],
        );
        assert_eq!(user["devices"], view["devices"].as_array().map_or(0, Vec::len));
        assert_eq!(user["credit_card_id"].is_string(), view["wallet"]["credit_card"] == true);
        same(customer, &view, &[("region", "/region"), ("address", "/home"), ("device_info", "/devices/0")]);
    }
    for table in [Stream::Users, Stream::Customers] {
        assert_eq!(reader.of(table).count(), open, "{table:?}");
    }
}

fn assert_drivers(life: &Life, reader: &Reader) {
    assert_eq!(reader.of(Stream::Drivers).count() as u32, life.town.driver_count());
    for number in 0..life.town.driver_count() {
        let id = populace_sim::DriverId(number);
        let shard = &life.shards[life.town.shard_of_driver(id) as usize];
        let view = serde_json::to_value(shard.driver_view(&life.town, id)).expect("JSON");
        let key = (Stream::Drivers, format!("driver_{}", number + 1));
        same(
            &reader.0[&key],
            &view,
            &[
                ("vehicle_id", "/vehicle_id"),
                ("vehicle_type", "/vehicle_type"),
                ("region", "/region"),
                ("home", "/home"),
                ("driver_rating", "/rating"),
            ],
        );
    }
}

/// Compares the products with the price of each at the noon before, which holds for its day.
fn assert_products(life: &Life, reader: &Reader) {
    let at = VirtualTime::from_micros(life.now.micros() - 1);
    for local in life.town.localities() {
        for number in local.catalogue.numbers() {
            let row = &reader.0[&(Stream::Products, format!("prod_{number}"))];
            let price = local.catalogue.price(number, at);
            let shown =
                row["price"].as_f64().expect("a number") * libm::pow(10.0, f64::from(price.currency.decimals()));
            assert_eq!(shown.round() as i64, price.minor, "{row}");
            assert_eq!(row["is_promoted"], local.catalogue.is_promoted(number, at), "{row}");
            assert_eq!(row["is_sold"], local.catalogue.is_sold(number, at), "{row}");
        }
        for number in local.merchants.numbers() {
            let row = &reader.0[&(Stream::Merchants, format!("merchant_{number}"))];
            assert_eq!(row["merchant_name"], local.merchants.name(number).to_string());
        }
    }
}

/// A town of some years, in which accounts close, cards expire and are replaced, and people move.
const YEARS: &str = "[world]\npeople = 120\nseed = 9\nstart = \"2026-01-01T05:00:00Z\"\n[bank]\nmerchants = 40\n\
    purchases_per_day = 0.3\n[bank.fraud]\nrate = 0.2\n[shop]\nproducts = 150\nvisits_per_day = 0.05\n\
    [rides]\nrequests_per_day = 0.3\n[[region]]\npreset = \"houston\"\n[[region]]\npreset = \"tokyo\"\n";

#[test]
fn the_last_rows_are_what_the_world_knows_at_any_instant() {
    let mut life = Life::born(&(YEARS.to_owned() + &enabled(31)));
    let (mut reader, mut counts, mut gone) = (Reader::default(), BTreeMap::new(), 0);
    let mut rng = life.town.rng(populace_sim::EntityId::command(77), populace_sim::Purpose::Inject, 0);
    let mut now = life.town.start();
    for _ in 0..24 {
        now = now + Span::from_seconds_f64(rng.between(0.5, 80.0) * 86_400.0);
        for record in life.records(now).iter().filter(|record| record.stream.is_table()) {
            reader.take(record);
            *counts.entry(record.stream).or_insert(0) += 1;
            gone += usize::from(record.text.contains("\"deleted\":true"));
        }
        assert_people(&life, &reader);
        assert_drivers(&life, &reader);
        assert_products(&life, &reader);
    }
    assert!(gone > 20, "{gone} rows went");
    assert_eq!(counts[&Stream::Merchants], 80);
    assert!(counts[&Stream::Users] > 450 && counts[&Stream::Customers] > 200, "{counts:?}");
    assert!(counts[&Stream::Drivers] > 10 && counts[&Stream::Products] > 2_000, "{counts:?}");
}

/// Each payment by card is made with the card that the table of users has at that instant.
#[test]
fn payments_are_made_with_the_cards_of_the_table() {
    let toml = YEARS.to_owned() + &enabled(1);
    let scenario = populace_wire::scenario_from_toml("cards", &toml).expect("valid");
    let mut world = World::new(&scenario).expect("a world");
    let (until, mut cards, mut paid, mut seen) =
        (world.now() + Span::from_days(1_500), BTreeMap::new(), 0, BTreeSet::new());
    world.run_until(until, |event| match event {
        Event::User(row) => {
            cards.insert(row.user_id.to_string(), [Some(row.debit_card), row.credit_card]);
        }
        Event::Transaction(made) => {
            if let Some(card) = made.card_id {
                let known = cards[&made.user_id.to_string()];
                assert!(known.contains(&Some(card)), "{made:?} and {known:?}");
                paid += 1;
                seen.insert(card.to_string());
            }
        }
        _ => {}
    });
    assert!(paid > 5_000 && seen.len() > 300, "{paid} with {} cards", seen.len());
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn tables_change_no_record_of_the_others_and_no_state(toml in scenario(), some in 1u32..32, days in 0.3..2.0f64) {
        let off = toml.replace(crate::worlds::SWITCHED, "");
        let (mut off, mut on) = (Life::born(&off), Life::born(&(off + &enabled(some))));
        let end = off.at(days, 1.0);
        let mut records = on.records(end);
        let rows = records.extract_if(.., |record| record.stream.is_table()).count();
        prop_assert!(rows > 0);
        prop_assert_eq!(records, off.records(end));
        prop_assert_eq!(on.blocks(), off.blocks());
    }

    #[test]
    fn a_restored_world_emits_the_same_rows(toml in scenario(), days in 0.0..0.5f64, at_midnight in any::<bool>()) {
        let toml = toml.replace(crate::worlds::SWITCHED, "") + &enabled(31);
        let (mut whole, mut parts) = (Life::born(&toml), Life::born(&toml));
        let some = whole.at(days, 1.0);
        let midnight = VirtualTime::from_seconds(i64::from(some.utc_day() + 1) * 86_400);
        let half = if at_midnight { midnight } else { some };
        let end = half + Span::from_seconds(12 * 3_600);
        let mut records = parts.records(half);
        let blocks = parts.blocks();
        let mut parts = parts.loaded(blocks);
        records.extend(parts.records(end));
        prop_assert_eq!(records, whole.records(end));
    }
}
