//! The trips of riders and drivers: the conditions, the times, the fare and the event of each. Must not depend on: the
//! reasons of rides, and the origin of roads, weather and traffic.

use super::model::driver::Driver;
use super::model::event::Trip;
use super::model::parameters::trips::FARE_DELAY_MICROS;
use super::model::rider::{OpenRequest, Ride};
use super::model::trip_times::{TripTimes, doorstep_seconds, fare_dollars, pickup_seconds};
use crate::base::{DriverId, Money, Place};
use crate::drift::Rule;
use crate::engine::{Id, IdKind, RngStream, Span, Stream, VirtualTime};
use crate::history::ActKind;
use crate::outlet::Outlet;
use crate::person::{Person, Process};
use crate::region::{SharedTraffic, TrafficMemo, TripConditions, Weather, WeatherMemo};
use crate::scene::{LiveScene, Scene};
use crate::town::Town;

/// The weather and traffic that a shard has computed for its region: a cache that never changes a result.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    pub weather: WeatherMemo,
    pub traffic: TrafficMemo,
}

impl Conditions {
    /// Returns empty caches of a shard that shares the traffic of its region.
    pub fn sharing(traffic: &SharedTraffic) -> Self {
        Conditions { weather: WeatherMemo::default(), traffic: TrafficMemo::sharing(traffic) }
    }
}

/// A request and the driver who takes it.
pub(super) struct TakenRequest<'a> {
    pub request: OpenRequest,
    pub driver_id: DriverId,
    pub driver: &'a mut Driver,
}

/// Starts a trip: emits it, and plans its end for the rider and the driver.
pub(super) fn start_trip<O: Outlet>(
    scene: &mut LiveScene<'_, O>,
    person: &mut Person,
    taken: TakenRequest<'_>,
    memo: &mut Conditions,
    rng: &mut RngStream,
) {
    let TakenRequest { request: OpenRequest { origin, destination, .. }, driver_id, driver } = taken;
    let region = &scene.local.region;
    let weather = region.weather(&mut memo.weather, scene.now);
    let rules = &scene.town.scenario().rides;
    let conditions = region.trip_conditions(rules, &mut memo.traffic, weather, scene.now, origin, destination);
    let factor = driver.driving_skill.factor(&region.bounds, [origin, destination], scene.now);
    let times = TripTimes::of(&conditions, factor, rng);
    let pickup = pickup_seconds(driver.place, origin, &conditions, factor) + doorstep_seconds(rng);
    let end = scene.now + Span::from_seconds(pickup + times.actual);
    driver.driving_skill.learn(&region.bounds, [origin, destination]);
    driver.take(destination, end, times.actual as u32);
    let dollars = fare_dollars(&conditions, &times);
    let fare = Money::worth(dollars, region.currency).times(scene.rule(Rule::FareScale, person));
    let course = TripCourse { origin, destination, weather, conditions, times, end };
    let trip = scene.town.has(Stream::Trips).then(|| trip(scene, person, driver_id, driver, &course));
    person.rides.current = Some(Box::new(Ride { fare_minor: fare.minor, destination }));
    // The rider pays a moment after the driver is free.
    person.plan(Process::Fare, end + Span::from_micros(FARE_DELAY_MICROS));
    if let Some(trip) = trip {
        scene.emit_trip(Process::Ride, &trip);
    }
    scene.remember(person, ActKind::Trip, times.actual, driver_id.number());
}

/// The ends, conditions and times of a trip.
struct TripCourse {
    origin: Place,
    destination: Place,
    weather: Weather,
    conditions: TripConditions,
    times: TripTimes,
    end: VirtualTime,
}

fn trip(scene: &Scene<'_>, person: &Person, id: DriverId, driver: &Driver, course: &TripCourse) -> Trip {
    let TripCourse { origin, destination, weather, conditions, times, end } = course;
    Trip {
        trip_id: trip_id(scene.town, id, driver),
        driver: id.number(),
        vehicle: id.number() + driver.vehicles_before as u32 * scene.town.driver_count(),
        timestamp: scene.now,
        origin: *origin,
        destination: *destination,
        distance_metres: origin.metres_to(*destination),
        weather: *weather,
        local: scene.local.region.calendar.local(scene.now),
        rating_tenths: driver.rating_tenths(),
        vehicle_type: driver.vehicle_type,
        initial_seconds: times.initial,
        actual_seconds: times.actual,
        traffic_factor: conditions.traffic_factor,
        weather_factor: conditions.weather_factor,
        driver_factor: times.driver_factor,
        incident_seconds: times.incident,
        rider_id: scene.person_uuid(),
        concepts: scene.concepts(person),
        route_metres: conditions.route_metres,
        highway_share: conditions.highway_share,
        completed_at: *end,
        entity_sequence: driver.sequence,
    }
}

/// Returns the id of the driver's last trip, which may be in progress.
pub(super) fn trip_id(town: &Town, id: DriverId, driver: &Driver) -> Id {
    town.ids().make(IdKind::Trip, u64::from(id.0), u64::from(driver.sequence))
}
