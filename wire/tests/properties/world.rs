//! The events of a library's `World`, encoded one by one, are the records that the daemon's batches hold.

use populace_sim::{Scenario, Shard, Span, Town, World};
use populace_wire::{Batch, Encoders, JsonCache, Merged, RecordBuffer, record_hash};

const RULES: &str = "[world]\npeople = 20000\nstart = \"2026-01-01\"\n[[region]]\npreset = \"houston\"\n\
    [[region]]\npreset = \"tokyo\"\n[topics.trips]\nkey = \"trip_id\"\nfields = [\"driver_id\"]\n";

#[test]
fn encoded_events_of_a_world_are_the_records_of_the_batches() {
    let scenario = Scenario::from_toml("test", RULES).expect("valid");
    let (town, encoders) =
        (Town::build(&scenario).expect("a town"), Encoders::new(&scenario.topics).expect("encoders"));
    let mut shards: Vec<Shard> = (0..town.shard_count()).map(|index| Shard::newborn(&town, index)).collect();
    assert!(shards.len() > 2);
    let run = |shard: &mut Shard| {
        let mut batch = Batch::default();
        shard.run_until(&town, town.start() + Span::from_days(1), &mut encoders.outlet(&mut batch));
        batch
    };
    let merged = Merged::new(shards.iter_mut().map(run).collect());
    let wanted: Vec<_> = merged.iter().collect();

    let (mut world, mut buffer, mut seen) = (World::new(&scenario).expect("a world"), RecordBuffer::default(), 0);
    for hours in [5, 6, 24] {
        world.run_until(town.start() + Span::from_seconds(hours * 3_600), |event| {
            buffer.clear();
            let written = encoders.write(&event, &mut JsonCache::default(), &mut buffer);
            let bytes = buffer.bytes();
            let record = wanted[seen];
            let (value, key) = (written.value_len as usize, written.key_at as usize);
            let key = &bytes[key..key + written.key_len as usize];
            assert_eq!((event.stream(), event.timestamp(), key), (record.stream, record.time, record.key));
            assert_eq!((&bytes[..value], written.entity_sequence), (record.value, record.entity_sequence));
            assert_eq!(record_hash(key, event.timestamp(), &bytes[..value]), record.hash);
            seen += 1;
        });
    }
    assert_eq!(seen, wanted.len());
    assert!(town.streams().all(|stream| wanted.iter().any(|record| record.stream == stream)));
}
