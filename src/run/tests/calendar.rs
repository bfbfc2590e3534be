//! Tests of worlds that reach the end of the calendar, and of the turn of the century before it.

use super::*;
use populace_sim::{CALENDAR_END, Layers};

fn without_end(data_dir: &Path, start: &str) -> RunPlan {
    let start = format!("world.start={start}");
    RunPlan { end: None, ..planned(data_dir, "2200-01-01", &[&start], Adoption::Refuse) }
}

#[test]
fn a_world_ends_where_its_calendar_does() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let lived = go(without_end(one.path(), "2199-12-29"));
    assert_eq!((lived.ended, lived.virtual_now.as_str()), (Ending::Calendar, "2200-01-01T00:00:00.000000+00:00"));
    assert!(lived.events > 500, "{lived:?}");
    let stated = planned(two.path(), "2200-01-01", &["world.start=2199-12-29"], Adoption::Refuse);
    let asked = go(stated);
    assert_eq!((asked.ended, asked.events), (Ending::End, lived.events));
    same(one.path(), two.path());
    let again = go(without_end(one.path(), "2199-12-29"));
    assert_eq!((again.ended, again.events), (Ending::Calendar, 0));
    let world = StoredWorld::open(one.path()).unwrap();
    assert_eq!(world.meta.time, CALENDAR_END);
    world.town().unwrap();
}

#[test]
fn events_that_the_calendar_leaves_no_time_for_are_a_failure() {
    let dir = tempfile::tempdir().unwrap();
    let plan = RunPlan { events: Some(1_000_000), ..without_end(dir.path(), "2199-12-30") };
    let error = crate::daemon::run(plan).unwrap_err().to_string();
    assert!(error.contains("the calendar ended before the world had 1000000 events"), "{error}");
    assert_eq!(StoredWorld::open(dir.path()).unwrap().meta.time, CALENDAR_END, "what it has is saved");
}

#[test]
fn no_world_begins_where_the_calendar_ends() {
    let resolved = |start: &str| {
        let mut layers = Layers::new();
        layers.file("late.toml", &format!("[world]\nstart = \"{start}\""));
        populace_wire::resolve(layers, time("2026-01-01")).map(drop).map_err(|error| error.to_string())
    };
    assert_eq!(resolved("2199-12-31T23:59:59Z"), Ok(()));
    let refused = resolved("2200-01-01").unwrap_err();
    assert!(refused.contains("late.toml:2") && refused.contains("outside the years 1971 to 2199"), "{refused}");
}

#[test]
fn the_turn_of_the_century_is_lived_alike_in_pieces() {
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let to = |dir: &Path, end: &str| go(planned(dir, end, &["world.start=2099-12-30"], Adoption::Refuse)).events;
    let whole = to(one.path(), "2100-01-04");
    let ends = ["2099-12-31T23:59:59.999999Z", "2100-01-01", "2100-01-01T06:00:00Z", "2100-01-04"];
    assert_eq!(ends.map(|end| to(two.path(), end)).iter().sum::<u64>(), whole);
    assert!(whole > 500);
    same(one.path(), two.path());
}
