//! What riders and drivers do: requests by habit, the nearest idle driver, the trip with its truth, its end.
//! Knows the region's roads, weather and traffic by asking it; not how they come about.

use super::driver::{Driver, DriverProcess, Status};
use super::event::Trip;
use super::fleet::Fleet;
use super::purpose::{Errand, RideRhythms};
use crate::engine::{Draws, IdKind, Purpose, Span, sample};
use crate::entity::{DriverId, EntityId};
use crate::money::Money;
use crate::outlet::Outlet;
use crate::person::{ActKind, Domain, Person, Process, Routine};
use crate::place::Place;
use crate::region::{TrafficMemo, TripConditions, Weather, WeatherMemo};
use crate::scene::{LiveScene, Scene};
use serde::{Deserialize, Serialize};

/// What changes in a person's life as a rider.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RiderLife {
    /// The ride in progress.
    pub current: Option<Ride>,
    /// Requests that nobody could take.
    pub lost: u32,
}

/// A ride in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ride {
    /// The fare in minor units.
    pub fare_minor: i64,
    /// Where it ends.
    pub destination: Place,
}

/// What a shard remembers of its region's sky and streets: pure, recomputed at will.
#[derive(Debug, Default)]
pub(crate) struct Conditions {
    pub weather: WeatherMemo,
    pub traffic: TrafficMemo,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Request {
    /// The driver in this place of the fleet takes it.
    Taken(usize),
    /// Nobody could take it.
    Lost,
    /// The person is riding already and asks for nothing.
    Riding,
}

/// Plans the next request after now.
pub(crate) fn plan_ride(scene: &Scene<'_>, rhythms: &RideRhythms, person: &mut Person, draws: &mut Draws) {
    let routine = Routine {
        rhythm: rhythms.of(person.profile.persona),
        domain: Domain::Rides,
        shift_minutes: person.profile.shift_minutes / 2,
        per_day: scene.town.scenario().rides.requests_per_day * person.profile.rate(Domain::Rides),
    };
    let next = person.next_act(scene, &routine, scene.now, draws);
    person.plan(Process::Ride, next);
}

/// A person asks for a ride: where to follows from the hour; the nearest idle driver takes it.
pub(crate) fn request<O: Outlet>(
    scene: &mut LiveScene<'_, O>,
    person: &mut Person,
    fleet: &mut Fleet,
    conditions: &mut Conditions,
) -> Request {
    let act = person.count_act(Process::Ride);
    let draws = &mut scene.draws(Purpose::Ride, act);
    plan_ride(scene, scene.town.ride_rhythms(), person, draws);
    if person.rides.current.is_some() {
        return Request::Riding;
    }
    let calendar = &scene.local.region.calendar;
    let local = calendar.local(scene.now);
    let (origin, destination) =
        Errand::at(local, calendar.kind(local.day), draws).ends(&scene.local.region, person, draws);
    let limit = scene.town.scenario().rides.pickup_limit_km * 1_000.0;
    let Some(slot) = fleet.nearest_idle(origin, limit) else {
        person.rides.lost += 1;
        return Request::Lost;
    };
    drive(scene, person, (fleet.driver_id(slot), &mut fleet.drivers[slot]), conditions, (origin, destination), draws);
    Request::Taken(slot)
}

/// Lets the driver take the rider: emits the trip, and plans its end for both.
fn drive<O: Outlet>(
    scene: &mut LiveScene<'_, O>,
    person: &mut Person,
    (driver_id, driver): (DriverId, &mut Driver),
    conditions: &mut Conditions,
    (origin, destination): (Place, Place),
    draws: &mut Draws,
) {
    let region = &scene.local.region;
    let weather = region.weather(&mut conditions.weather, scene.now);
    let rules = &scene.town.scenario().rides;
    let way = region.trip_conditions(rules, &mut conditions.traffic, weather, scene.now, origin, destination);
    let times = Times::of(&way, driver, draws);
    let pickup = pickup_seconds(driver.place, origin, &way);
    driver.sequence += 1;
    driver.status = Status::Busy;
    driver.place = destination;
    let end = scene.now + Span::from_seconds(pickup + times.actual);
    driver.due[DriverProcess::Trip as usize] = end;
    let trip = trip(scene, driver_id, driver, weather, &way, &times, (origin, destination), end);
    person.rides.current = Some(Ride { fare_minor: fare(scene, &way, &times).minor, destination });
    // The rider pays a moment after the driver is free.
    person.plan(Process::Fare, end + Span::from_micros(700_000));
    scene.emit_trip(Process::Ride, &trip);
    scene.remember(person, ActKind::Trip, times.actual, driver_id.number());
}

/// The times of a trip, and the parts that explain them.
struct Times {
    initial: i64,
    actual: i64,
    driver_factor: f64,
    incident: i64,
}

impl Times {
    fn of(way: &TripConditions, driver: &Driver, draws: &mut Draws) -> Self {
        let initial = libm::round(way.free_flow_seconds).max(60.0);
        let novice = 0.04 * libm::exp(-(driver.experience as f64) / 300.0);
        let driver_factor = driver.skill as f64 + novice;
        let incident = libm::round(way.incident_seconds).max(0.0);
        let noise = libm::exp(0.025 * sample::normal_fast(draws));
        let actual = initial * way.traffic_factor * way.weather_factor * driver_factor * noise + incident;
        Times {
            initial: initial as i64,
            actual: libm::round(actual).max(60.0) as i64,
            driver_factor,
            incident: incident as i64,
        }
    }
}

/// Seconds until the driver is at the rider: a minute, and the way at the trip's own pace.
fn pickup_seconds(from: Place, to: Place, way: &TripConditions) -> i64 {
    let metres_per_second = (way.route_metres / way.free_flow_seconds).clamp(3.0, 12.0);
    60 + (from.metres_to(to) * 1.3 / metres_per_second * way.traffic_factor) as i64
}

fn fare(scene: &Scene<'_>, way: &TripConditions, times: &Times) -> Money {
    let dollars = 2.5 + 0.95 * way.route_metres / 1_000.0 + 0.22 * times.actual as f64 / 60.0;
    Money::worth(dollars, scene.local.region.currency)
}

#[expect(clippy::too_many_arguments, reason = "a record of many parts, put together in one place")]
fn trip(
    scene: &Scene<'_>,
    id: DriverId,
    driver: &Driver,
    weather: Weather,
    way: &TripConditions,
    times: &Times,
    (origin, destination): (Place, Place),
    end: crate::engine::VirtualTime,
) -> Trip {
    Trip {
        trip_id: scene.town.ids().make(IdKind::Trip, id.0 as u64, driver.sequence as u64),
        driver: id.number(),
        vehicle: id.number() + driver.vehicles_before as u32 * scene.town.driver_count(),
        timestamp: scene.now,
        origin,
        destination,
        distance_metres: origin.metres_to(destination),
        weather,
        local: scene.local.region.calendar.local(scene.now),
        rating_tenths: driver.rating_tenths(),
        vehicle_type: driver.vehicle_type,
        initial_seconds: times.initial,
        actual_seconds: times.actual,
        traffic_factor: way.traffic_factor,
        weather_factor: way.weather_factor,
        driver_factor: times.driver_factor,
        incident_seconds: times.incident,
        rider_id: scene.person_uuid(),
        route_metres: way.route_metres,
        highway_share: way.highway_share,
        completed_at: end,
        entity_sequence: driver.sequence,
    }
}

/// The act of a driver that is due now.
pub(crate) fn act_driver(
    town: &crate::town::Town,
    local: &crate::town::Locality,
    fleet: &mut Fleet,
    slot: usize,
    now: crate::engine::VirtualTime,
) {
    let id = EntityId::driver(fleet.driver_id(slot));
    let driver = &mut fleet.drivers[slot];
    // The trip's end comes first: whoever is free at that instant can end the shift.
    let act = if driver.due[DriverProcess::Trip as usize] == now {
        let number = driver.acts[DriverProcess::Trip as usize];
        driver.finish_trip(&local.region.calendar, now, &mut town.draws(id, Purpose::Trip, number as u64))
    } else {
        let number = driver.acts[DriverProcess::Shift as usize];
        driver.change_shift(&local.region.calendar, now, &mut town.draws(id, Purpose::Shift, number as u64))
    };
    driver.totals.add(act);
    fleet.history.push(slot, act);
}
