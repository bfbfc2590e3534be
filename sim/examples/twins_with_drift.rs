//! Runs two worlds with the same seed, one of them with a drift, and compares them: they are equal until the drift
//! begins, and only the streams that the drift concerns differ afterwards.
//! `cargo run --release -p populace-sim --example twins_with_drift`

use populace_sim::prelude::*;
use std::error::Error;

const DRIFT: &str = "[[drift]]\nkey = \"shop.visits_per_day\"\nkind = \"sudden\"\nat = \"+14d\"\nfactor = 0.5\n";

/// The number of events in two weeks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    interactions: u64,
    trips: u64,
}

/// Two weeks before the drift, and two weeks from it on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Run {
    before: Counts,
    after: Counts,
}

fn run(rules: &str, people: u32) -> Result<Run, Box<dyn Error>> {
    let scenario = Scenario::from_toml("twin", rules)?;
    let mut world = World::builder().scenario(scenario).people(people).seed(21).build()?;
    let fortnight = Span::from_days(14);
    Ok(Run { before: count(&mut world, fortnight), after: count(&mut world, fortnight) })
}

fn count(world: &mut World, span: Span) -> Counts {
    let (until, mut counts) = (world.now() + span, Counts::default());
    for event in world.events_until(until) {
        match event {
            Event::Interaction(_) => counts.interactions += 1,
            Event::Trip(_) => counts.trips += 1,
            _ => {}
        }
    }
    counts
}

fn main() -> Result<(), Box<dyn Error>> {
    for (name, rules) in [("without drift", ""), ("with drift", DRIFT)] {
        let Run { before, after } = run(rules, 2_000)?;
        println!("{name}: {before:?}, then {after:?}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drift_of_visits_halves_interactions_and_leaves_trips_alone() {
        let (without, with) = (run("", 1_000).expect("a world"), run(DRIFT, 1_000).expect("a world"));
        assert_eq!(with.before, without.before);
        assert_eq!(with.after.trips, without.after.trips);
        let ratio = with.after.interactions as f64 / without.after.interactions as f64;
        assert!((0.4..0.6).contains(&ratio), "{ratio}");
    }
}
