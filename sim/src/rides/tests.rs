//! Riders and drivers of a whole town: served requests, completions, and requests around venues and airports.

use super::model::parameters::requests::P_REQUEST_SERVED;
use super::model::venue_evenings::{Evening, EveningId};
use super::{Destinations, Trip};
use crate::engine::{OrderKey, Purpose, Span, VirtualTime};
use crate::outlet::Event;
use crate::shard::{Counters, Shard};
use crate::testing;
use crate::town::Town;
use std::sync::OnceLock;

/// A town at the usual density after some weeks.
struct Simulated {
    town: Town,
    trips: Vec<Trip>,
    counters: Counters,
    end: VirtualTime,
}

fn simulated() -> &'static Simulated {
    static SIMULATED: OnceLock<Simulated> = OnceLock::new();
    SIMULATED.get_or_init(|| {
        let town = testing::town("[world]\npeople = 5000\nseed = 3\n[shop]\nvisits_per_day = 0.0");
        let (end, mut trips) = (testing::day(&town, 35), Vec::new());
        let mut shard = Shard::newborn(&town, 0);
        let mut keep = |_: OrderKey, event: Event| {
            if let Event::Trip(trip) = event {
                trips.push(trip);
            }
        };
        shard.run_until(&town, end, &mut keep);
        let counters = shard.counters();
        Simulated { town, trips, counters, end }
    })
}

#[test]
fn few_requests_are_lost() {
    let Simulated { counters, trips, .. } = simulated();
    let lost = counters.lost_requests as f64 / counters.ride_requests as f64;
    assert!(lost > 0.005 && lost < 0.09, "{counters:?}");
    assert_eq!(counters.ride_requests - counters.lost_requests, trips.len() as u64);
}

#[test]
fn every_trip_is_completed_once_and_at_its_end() {
    let rules = "[world]\npeople = 2000\nseed = 3\n[shop]\nvisits_per_day = 0.0\n[topics.completions]\nenabled = true";
    let town = testing::town(rules);
    let (end, mut trips, mut completions) = (testing::day(&town, 12), Vec::new(), Vec::new());
    let mut shard = Shard::newborn(&town, 0);
    let mut keep = |order: OrderKey, event: Event| match event {
        Event::Trip(trip) => trips.push(trip),
        Event::Completion(completion) => completions.push((order.time, completion)),
        _ => {}
    };
    shard.run_until(&town, end, &mut keep);
    let under_way = trips.iter().filter(|trip| trip.completed_at >= end).count();
    trips.retain(|trip| trip.completed_at < end);
    assert!(trips.len() > 2_000 && under_way < 100, "{under_way} of {}", trips.len());
    trips.sort_by_key(|trip| (trip.completed_at, trip.driver));
    assert_eq!(trips.len(), completions.len());
    for (trip, (time, done)) in trips.iter().zip(&completions) {
        assert_eq!(
            (trip.trip_id, trip.driver, trip.entity_sequence),
            (done.trip_id, done.driver, done.entity_sequence)
        );
        assert_eq!((trip.completed_at, trip.completed_at), (done.completed_at, *time));
        assert_eq!(trip.actual_seconds, i64::from(done.actual_seconds));
        assert!(trip.timestamp + Span::from_seconds(trip.actual_seconds) < done.completed_at);
    }
}

#[test]
fn the_share_of_served_requests_is_as_stated() {
    let Simulated { town, trips, .. } = simulated();
    let asked = 5_000.0 * 35.0 * town.scenario().rides.requests_per_day;
    let served = trips.len() as f64 / asked;
    assert!((served - P_REQUEST_SERVED).abs() < 0.06, "{served} of the requests that are expected");
}

#[test]
fn crowds_leave_venues_when_evenings_end() {
    let Simulated { town, trips, end, .. } = simulated();
    let local = &town.localities()[0];
    let region = &local.region;
    let first = EveningId::from(region.calendar.local(town.start()).day).0;
    let rng = &mut town.key().rng(0, Purpose::Expectation, 0);
    let (mut crowds, mut usual) = (0, 0);
    for evening in (first..first + 19).filter_map(|id| Evening::of(region, town.key(), EveningId(id))) {
        let door = local.destinations.at_venue(region, evening.venue, rng);
        let from_there = |from: VirtualTime| {
            let until = from + Span::from_seconds(3_600);
            let near = |trip: &&Trip| trip.timestamp >= from && trip.timestamp < until;
            trips.iter().filter(near).filter(|trip| trip.origin.metres_to(door) < 1_500.0).count()
        };
        if evening.end + Span::from_seconds(3_600) < *end {
            crowds += from_there(evening.end);
            usual += from_there(evening.end + Span::from_days(1));
        }
    }
    assert!(crowds > 50 && crowds > 4 * usual, "{crowds} after evenings, {usual} a day later");
}

#[test]
fn the_airport_is_reached_and_left_at_all_hours() {
    let Simulated { town, trips, .. } = simulated();
    let local = &town.localities()[0];
    let rng = &mut town.key().rng(0, Purpose::Expectation, 1);
    let airport = Destinations::new(&local.region, town.key()).at_airport(&local.region, rng);
    let near = |place: crate::base::Place| place.metres_to(airport) < 1_500.0;
    let there = trips.iter().filter(|trip| near(trip.destination)).count() as f64 / trips.len() as f64;
    let back = trips.iter().filter(|trip| near(trip.origin)).count() as f64 / trips.len() as f64;
    assert!((0.01..0.08).contains(&there) && (0.01..0.08).contains(&back), "{there} to it, {back} from it");
}

#[test]
fn drivers_rest_between_long_stretches() {
    let Simulated { trips, town, .. } = simulated();
    for driver in 1..=town.driver_count() {
        let own: Vec<&Trip> = trips.iter().filter(|trip| trip.driver == driver).collect();
        let mut since = own.first().map(|trip| trip.timestamp);
        for pair in own.windows(2) {
            if pair[1].timestamp.since(pair[0].completed_at) > Span::from_seconds(2 * 3_600) {
                since = Some(pair[1].timestamp);
            }
            let worked = pair[1].timestamp.since(since.expect("there is a first trip"));
            assert!(worked < Span::from_seconds(18 * 3_600), "driver {driver} works for {worked:?}");
        }
    }
}
