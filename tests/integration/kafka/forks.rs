//! Two worlds with one past in one broker: the fork has topics of its own, which begin where the two parted.

use super::broker::shared_real;
use super::oracle::{Content, Expected};
use super::reader::{Received, read};
use super::town::{PLACES, Town};
use crate::crash::topics::topics_of;

const PARTED: &str = "2026-01-01T18:20:00Z";
const END: &str = "2026-01-04T00:00:00Z";

const PARTITIONS: usize = 3;

/// The records without their places.
fn plain(content: &Content<Received>) -> Content<Expected> {
    let record = |one: &Received| Expected { key: one.key.clone(), value: one.value.clone(), millis: one.millis };
    let partitions = |all: &Vec<Vec<Received>>| all.iter().map(|one| one.iter().map(record).collect()).collect();
    content.iter().map(|(topic, all)| (topic.clone(), partitions(all))).collect()
}

#[test]
fn twins_live_in_one_broker() {
    let Some(broker) = shared_real("two worlds in one broker") else { return };
    let town = Town::new(broker, &PLACES, PARTITIONS);
    let twin = town.rival(&PLACES);
    town.backfill(PARTED);
    let to = twin.world.data();
    let fork = || town.world.plain("fork").args(&["--json", "--to", to.to_str().unwrap()]);
    let refused = fork().finish();
    assert!(refused.failed(2).contains("--topic-prefix"), "{}", refused.err);
    assert!(!to.join("world").exists());
    fork().args(&["--topic-prefix", "twin-"]).finish().summary();

    let past = plain(&town.content());
    // In turns, so that each finds the other's topics and progress there.
    twin.backfill("2026-01-02T05:00:00Z");
    town.backfill(END);
    let start = twin.start("run").line("--speed max --set kafka.epoch_records=100").windows(60);
    start.crash_at("kafka.committed", 2).finish().assert_crashed_at("kafka.committed");
    twin.backfill(END);
    town.assert_holds(END);
    let verify = twin.world.plain("verify").args(&["--sink", "kafka", "--brokers", broker.address()]);
    verify.finish().failed(0);

    let topic = |name: &str| read(broker.address(), &format!("{}twin-{name}", town.prefix()));
    let found = topics_of(&PLACES).into_iter().map(|name| (name.to_owned(), topic(name))).collect();
    let (whole, found) = (plain(&town.content()), plain(&found));
    for (name, partitions) in &found {
        assert_eq!(partitions.len(), PARTITIONS);
        for (n, records) in partitions.iter().enumerate() {
            let wanted = &whole[name][n][past[name][n].len()..];
            assert!(records == wanted, "{name}, partition {n}: {} records, not {}", records.len(), wanted.len());
        }
    }
    assert!(found.values().flatten().map(Vec::len).sum::<usize>() > 500, "there is something to compare");
}
