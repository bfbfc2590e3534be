//! Tables of who lives there: the rows in the topic files, read by what knows JSON alone, are those that `export tables`
//! gives for any instant, whatever was injected, drifted and forked since.

use crate::crash::daemon::{Chance, World, seed};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;

const TOWN: [&str; 16] = [
    "--start",
    "2026-01-01T09:00:00Z",
    "--people",
    "200",
    "--region",
    "houston,tokyo",
    "--seed",
    "7",
    "--sink",
    "files",
    "--set",
    "bank.fraud.rate=0.1",
    "--set",
    "shop.products=60",
    "--set",
    "bank.merchants=30",
];
const TABLES: [(&str, &str); 5] = [
    ("users", "user_id"),
    ("drivers", "driver_id"),
    ("customers", "customer_id"),
    ("merchants", "merchant_id"),
    ("products", "product_id"),
];

fn rows(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line is JSON")).collect()
}

/// All records of a table's files, in their order.
fn records(world: &World, table: &str) -> Vec<Value> {
    let mut files: Vec<_> = fs::read_dir(world.topics().join(format!("populace.{table}")))
        .expect("the topic has a folder")
        .map(|file| file.expect("it can be listed").path())
        .collect();
    files.sort();
    files.iter().flat_map(|file| rows(&fs::read_to_string(file).expect("it can be read"))).collect()
}

/// The rows that hold at an instant, by key: the last record of each key that is no tombstone.
fn replayed(records: &[Value], key: &str, at: &str) -> BTreeMap<String, Value> {
    let mut last = BTreeMap::new();
    for row in records.iter().filter(|row| row["valid_from"].as_str().is_some_and(|from| from <= at)) {
        let id = row[key].as_str().expect("a key").to_owned();
        if row["deleted"] == true {
            last.remove(&id)
        } else {
            last.insert(id, row.clone())
        };
    }
    last
}

fn exported(world: &World, table: &str, words: &str) -> Vec<Value> {
    let ended = world.export(&format!("tables --tables {table} {words}")).finish();
    ended.failed(0);
    rows(&ended.out)
}

/// Takes the end of a row out of it.
fn without_end(mut row: Value) -> (Value, Value) {
    let end = row.as_object_mut().and_then(|row| row.remove("valid_to")).expect("every row states its end");
    (row, end)
}

fn assert_as_of(world: &World, all: &BTreeMap<&str, Vec<Value>>, at: &str) {
    let out = world.data().join("tables");
    world.export(&format!("tables --at {at} --out {}", out.display())).finish().failed(0);
    for (table, key) in TABLES {
        let mut wanted = replayed(&all[table], key, at);
        let file = fs::read_to_string(out.join(format!("{table}.jsonl"))).expect("a file for each table");
        for row in rows(&file) {
            let (row, end) = without_end(row);
            assert_eq!(end, Value::Null);
            let id = row[key].as_str().expect("a key").to_owned();
            assert_eq!(wanted.remove(&id), Some(row), "{table} {id} at {at}");
        }
        assert!(wanted.is_empty(), "{table} at {at}: {wanted:?}");
    }
}

/// Asserts that the spans of one history give the rows that held at each instant.
fn assert_spans(world: &World, all: &BTreeMap<&str, Vec<Value>>, instants: &[String]) {
    let out = world.data().join("spans");
    world.export(&format!("tables --history --out {}", out.display())).finish().failed(0);
    for (table, key) in TABLES {
        let file = fs::read_to_string(out.join(format!("{table}.jsonl"))).expect("a file for each table");
        let spans: Vec<_> = rows(&file).into_iter().map(without_end).collect();
        for at in instants {
            let held = |row: &Value, end: &Value| {
                row["valid_from"].as_str().is_some_and(|from| from <= at.as_str())
                    && end.as_str().is_none_or(|end| at.as_str() < end)
            };
            let held = spans.iter().filter(|(row, end)| held(row, end));
            let held: Vec<_> = held.map(|(row, _)| (row[key].as_str().expect("a key").to_owned(), row)).collect();
            let wanted = replayed(&all[table], key, at);
            assert_eq!(held.len(), wanted.len(), "{table} at {at}");
            assert!(held.iter().all(|(id, row)| wanted.get(id) == Some(row)), "{table} at {at}");
        }
    }
}

#[test]
fn the_tables_of_any_instant_are_the_last_rows_in_the_files() {
    let enabled = TABLES.map(|(table, _)| format!("--set topics.{table}.enabled=true")).join(" ");
    let words: Vec<&str> = TOWN.into_iter().chain(enabled.split(' ')).collect();
    let (world, fork, mut chance) = (World::new(&words), World::new(&words), Chance(seed()));
    for (n, end) in ["2026-01-20", "2026-02-14T12:00:00Z", "2026-03-20"].into_iter().enumerate() {
        world.backfill(end);
        world.plain("inject").line("card-testing").finish().failed(0);
        world.drift(&format!("start --key shop.price_scale --by 1.{} --id dear-{n}", n + 1)).finish().failed(0);
    }
    world.backfill("2026-05-10");
    let all: BTreeMap<&str, Vec<Value>> = TABLES.iter().map(|(table, _)| (*table, records(&world, table))).collect();
    assert!(all["users"].iter().any(|row| row["deleted"] == true), "an account closed");
    assert!(all["products"].len() > 200 && all["drivers"].len() > 20, "rows change");
    let instant = |chance: &mut Chance| {
        let minute = chance.between(540, 186_000);
        let (month, day) = [(1, 31), (2, 59), (3, 90), (4, 120), (5, 151)]
            .into_iter()
            .scan(0, |from, (month, until)| Some((month, std::mem::replace(from, until), until)))
            .find(|(_, _, until)| minute / 1_440 < *until)
            .map(|(month, from, _)| (month, minute / 1_440 - from + 1))
            .expect("an instant of these months");
        format!("2026-{month:02}-{day:02}T{:02}:{:02}:00.000000+00:00", minute / 60 % 24, minute % 60)
    };
    for _ in 0..3 {
        assert_as_of(&world, &all, &instant(&mut chance));
    }
    assert_as_of(&world, &all, "2026-01-01T09:00:00.000000+00:00");
    let history: Vec<_> = exported(&world, "users", "--at 2026-05-09 --history").into_iter().map(without_end).collect();
    let held = history.iter().filter(|(_, end)| end.is_null()).count();
    assert_eq!(held, replayed(&all["users"], "user_id", "2026-05-09").len());
    let known = all["users"].iter().filter(|row| row["deleted"] != true);
    let until = known.filter(|row| row["valid_from"].as_str().is_some_and(|from| from < "2026-05-09"));
    assert_eq!(history.len(), until.count(), "every row has its span");
    let instants: Vec<String> = (0..50).map(|_| instant(&mut chance)).collect();
    assert_spans(&world, &all, &instants);
    let to = fork.data();
    world.plain("fork").args(&["--to", to.to_str().expect("UTF-8")]).finish().failed(0);
    assert_as_of(&fork, &all, &instant(&mut chance));
    world.plain("verify").finish().failed(0);
}

/// Asserts that the tables that an export writes as lines have as many rows in CSV, with the same keys in the same order, and
/// that a compression gives its name to whole files.
fn assert_other_formats(world: &World, words: &str) {
    let out = world.data().join("tables");
    world.export(&format!("{words} --format csv")).finish().failed(0);
    for (table, key) in TABLES {
        let text = |end: &str| fs::read_to_string(out.join(format!("{table}.{end}"))).expect("a file for each table");
        let (csv, lines) = (text("csv"), rows(&text("jsonl")));
        let mut csv = csv.lines();
        let header: Vec<&str> = csv.next().expect("a header").split(',').collect();
        assert_eq!((header[0], header.last()), (key, Some(&"valid_to")), "{table}");
        let keys: Vec<_> = csv.map(|line| line.split(',').next().expect("a key").to_owned()).collect();
        assert_eq!(keys, lines.iter().map(|row| row[key].as_str().expect("a key").to_owned()).collect::<Vec<_>>());
    }
    world.export(&format!("{words} --tables users --format parquet --compression gzip")).finish().failed(0);
    world.export(&format!("{words} --tables users --compression zstd")).finish().failed(0);
    let beginning = |name: &str| fs::read(out.join(name)).expect("a file")[..4].to_vec();
    assert_eq!(beginning("users.parquet"), b"PAR1");
    assert_eq!(beginning("users.jsonl.zst"), [0x28, 0xb5, 0x2f, 0xfd]);
}

#[test]
fn a_world_without_tables_has_them_as_of_any_instant() {
    let (without, with) = (World::new(&TOWN), World::new(&TOWN));
    without.backfill("2026-02-01");
    with.start("backfill").line("--end 2026-02-01 --set topics.users.enabled=true").finish().failed(0);
    let at = "2026-01-22T10:11:12Z";
    let words = format!("--at {at}");
    assert_eq!(exported(&without, "users", &words), exported(&with, "users", &words));
    let out = without.data().join("tables");
    let line = format!("tables --at {at} --out {}", out.display());
    without.export(&line).finish().failed(0);
    for (table, _) in TABLES {
        let file = fs::read_to_string(out.join(format!("{table}.jsonl"))).expect("a file for each table");
        assert_eq!(rows(&file), exported(&without, table, &words), "{table}");
    }
    assert_other_formats(&without, &line);
    let refused = |words: &str, part: &str| {
        let ended = without.export(words).finish();
        ended.failed(2);
        assert!(ended.err.contains(part), "{words}: {}", ended.err);
    };
    refused("tables --at 2027-01-01 --tables users", "--at: 2027-01-01");
    refused("tables --tables usres", "did you mean `users`");
    refused("tables --at -3d", "--out");
    refused("tables --tables users --format parket", "parquet");
}
