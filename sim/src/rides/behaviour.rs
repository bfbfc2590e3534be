//! What riders and drivers do: requests by habit, the nearest idle driver, the trip with its truth, its end.
//! Knows the region's roads, weather and traffic by asking it; not how they come about.

use super::model::completion::Completion;
use super::model::driver::{Driver, DriverProcess};
use super::model::errands::RideRhythms;
use super::model::evenings::{Evening, Outing, SHARE, next_outing, way_home};
use super::model::event::Trip;
use super::model::fleet::Fleet;
use super::repositioning;
use crate::base::{Domain, DriverId, EntityId, Money, Place};
use crate::drift::Rule;
use crate::engine::{Draws, Id, IdKind, OrderKey, Purpose, Span, Stream, VirtualTime, sample};
use crate::history::ActKind;
use crate::outlet::Outlet;
use crate::person::{Person, Process, Routine};
use crate::region::{TrafficMemo, TripConditions, Weather, WeatherMemo};
use crate::scene::{LiveScene, Scene};
use crate::town::{Locality, Town};
use serde::{Deserialize, Serialize};

/// What changes in a person's life as a rider.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RiderLife {
    /// The ride in progress.
    pub current: Option<Ride>,
    /// The evening that the next request belongs to, if it belongs to one.
    pub outing: Option<Outing>,
    /// The request that is open: nobody could take it yet.
    pub asking: Option<Asking>,
    /// Requests that nobody could take.
    pub lost: u32,
}

/// A request that nobody could take at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asking {
    /// Where from.
    pub origin: Place,
    /// Where to.
    pub destination: Place,
    /// How often nobody could.
    pub tries: u8,
}

/// A request is looked after so often, so many seconds apart at least and at most; then the rider gives up.
const TRIES: u8 = 4;
const BETWEEN_TRIES: (f64, f64) = (150.0, 300.0);

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
    /// Nobody can take it yet.
    Open,
    /// Nobody could take it.
    Lost,
    /// The person is riding already and asks for nothing.
    Riding,
}

/// Plans the next request after now: by habit, or for an evening before that.
pub(crate) fn plan_ride(scene: &Scene<'_>, rhythms: &RideRhythms, person: &mut Person, draws: &mut Draws) {
    let next = |person: &mut Person, from, draws: &mut Draws| next_ride(scene, rhythms, person, from, draws);
    let (at, outing) = scene.arrival(person, (Process::Ride, &[Rule::Requests]), scene.now, draws, next);
    person.rides.asking = None;
    person.rides.outing = outing;
    person.plan(Process::Ride, at);
}

/// Draws the next request anew where the rate that it was planned by, that of `old`, is another before it. Whether it was;
/// who asks already goes on asking.
pub(crate) fn adopt_rides(scene: &Scene<'_>, old: &Town, person: &mut Person, draws: &mut Draws) -> bool {
    let (rules, pending) = (&[Rule::Requests], person.due(Process::Ride));
    let Some(from) = scene.differs_from(old, rules, person, pending).filter(|_| person.rides.asking.is_none()) else {
        return false;
    };
    let rhythms = scene.town.ride_rhythms();
    let next = |person: &mut Person, from, draws: &mut Draws| next_ride(scene, rhythms, person, from, draws);
    let (at, outing) = scene.arrival_anew(person, rules, from, draws, next);
    person.rides.outing = outing;
    person.plan(Process::Ride, at);
    true
}

/// The next request after `from` at the rate of that instant, and the evening that it is for, if it is for one.
fn next_ride(
    scene: &Scene<'_>,
    rhythms: &RideRhythms,
    person: &mut Person,
    from: VirtualTime,
    draws: &mut Draws,
) -> (VirtualTime, Option<Outing>) {
    let profile = &person.profile;
    let per_day = scene.rule_at(Rule::Requests, person, from) * profile.rate(Domain::Rides);
    let routine = Routine {
        rhythm: rhythms.of(profile.persona),
        domain: Domain::Rides,
        shift_minutes: profile.shift_minutes / 2,
        per_day: per_day * (1.0 - SHARE),
    };
    let next = scene.next_act(person, &routine, from, draws);
    let outing = next_outing(&scene.local.region, scene.town.key(), (from, next), per_day, draws);
    outing.map_or((next, None), |(at, outing)| (at, Some(outing)))
}

/// A person asks for a ride: where to follows from the hour; the nearest idle driver takes it, if need be some minutes
/// later.
pub(crate) fn request<O: Outlet>(
    scene: &mut LiveScene<'_, O>,
    person: &mut Person,
    fleet: &mut Fleet,
    conditions: &mut Conditions,
) -> Request {
    let act = person.count_act(Process::Ride);
    let draws = &mut scene.draws(Purpose::Ride, act);
    if person.rides.current.is_some() {
        plan_next(scene, person, draws);
        return Request::Riding;
    }
    let asked = match person.rides.asking {
        Some(asked) => asked,
        None => asking(scene, person, draws),
    };
    let limit = scene.rule(Rule::PickupLimit, person) * 1_000.0;
    let Some(slot) = fleet.nearest_idle(asked.origin, limit) else {
        return look_again(scene, person, asked, draws);
    };
    plan_next(scene, person, draws);
    let ends = (asked.origin, asked.destination);
    drive(scene, person, (fleet.driver_id(slot), &mut fleet.drivers[slot]), conditions, ends, draws);
    Request::Taken(slot)
}

/// Nobody can take the request: the rider waits for somebody to get free, or has waited enough.
fn look_again(scene: &Scene<'_>, person: &mut Person, asked: Asking, draws: &mut Draws) -> Request {
    let tries = asked.tries + 1;
    if tries < TRIES {
        person.rides.asking = Some(Asking { tries, ..asked });
        let wait = Span::from_seconds_f64(draws.between(BETWEEN_TRIES.0, BETWEEN_TRIES.1));
        person.plan(Process::Ride, scene.now + wait);
        return Request::Open;
    }
    person.rides.lost += 1;
    plan_next(scene, person, draws);
    Request::Lost
}

/// Whoever goes out comes home, before anything else.
fn plan_next(scene: &Scene<'_>, person: &mut Person, draws: &mut Draws) {
    if let Some(Outing::There(id)) = person.rides.outing
        && let Some((at, home)) = way_home(&scene.local.region, scene.town.key(), id, scene.now, draws)
    {
        person.rides.asking = None;
        person.rides.outing = Some(home);
        person.plan(Process::Ride, at);
        return;
    }
    plan_ride(scene, scene.town.ride_rhythms(), person, draws);
}

/// What somebody asks for now.
fn asking(scene: &Scene<'_>, person: &Person, draws: &mut Draws) -> Asking {
    let (region, places, home) = (&scene.local.region, &scene.local.destinations, person.profile.home);
    let venue = |id, draws: &mut Draws| {
        let evening = Evening::of(region, scene.town.key(), id)?;
        let place = places.at_venue(region, evening.venue, draws);
        (place.metres_to(home) >= 300.0).then_some(place)
    };
    let out = match person.rides.outing {
        Some(Outing::There(id)) => venue(id, draws).map(|venue| (home, venue)),
        Some(Outing::Home(id)) => venue(id, draws).map(|venue| (venue, home)),
        None => None,
    };
    let (origin, destination) = out.unwrap_or_else(|| {
        let profile = &person.profile;
        let local = region.calendar.local(scene.now);
        let errand = scene.town.ride_rhythms().errand(local, region.calendar.kind(local.day), draws);
        errand.fitting(profile.persona).ends((region, places), (home, profile.work), draws)
    });
    Asking { origin, destination, tries: 0 }
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
    let factor = driver.craft.factor(&region.bounds, [origin, destination], scene.now);
    let times = Times::of(&way, factor, draws);
    let pickup = pickup_seconds(driver.place, origin, &way, factor) + doorstep_seconds(draws);
    let end = scene.now + Span::from_seconds(pickup + times.actual);
    driver.craft.learn(&region.bounds, [origin, destination]);
    driver.take(destination, end, times.actual as u32);
    let fare = fare(scene, &way, &times).times(scene.rule(Rule::FareScale, person));
    let trip = trip(scene, person, driver_id, driver, weather, &way, &times, (origin, destination), end);
    person.rides.current = Some(Ride { fare_minor: fare.minor, destination });
    // The rider pays a moment after the driver is free.
    person.plan(Process::Fare, end + Span::from_micros(700_000));
    scene.emit_trip(Process::Ride, &trip);
    scene.remember(person, ActKind::Trip, times.actual, driver_id.number());
}

/// Spread of what no part explains: small, for the contract lets the parts explain the whole, of a single trip too.
const UNEXPLAINED: f64 = 0.01;

/// The times of a trip, and the parts that explain them.
struct Times {
    initial: i64,
    actual: i64,
    driver_factor: f64,
    incident: i64,
}

impl Times {
    fn of(way: &TripConditions, driver_factor: f64, draws: &mut Draws) -> Self {
        let initial = libm::round(way.free_flow_seconds).max(60.0);
        let incident = libm::round(way.incident_seconds).max(0.0);
        let noise = libm::exp(UNEXPLAINED * sample::normal_fast(draws));
        let actual = initial * way.traffic_factor * way.weather_factor * driver_factor * noise + incident;
        Times {
            initial: initial as i64,
            actual: libm::round(actual).max(60.0) as i64,
            driver_factor,
            incident: incident as i64,
        }
    }
}

/// Seconds until the driver is at the rider, under the trip's traffic and at the driver's own pace: 6 m/s around the corner,
/// faster from farther away, as on the larger roads.
fn pickup_seconds(from: Place, to: Place, way: &TripConditions, driver_factor: f64) -> i64 {
    let metres = from.metres_to(to);
    let metres_per_second = (6.0 + 0.7 * metres / 1_000.0).min(14.0);
    let hindered = way.traffic_factor * way.weather_factor * driver_factor;
    (metres * 1.3 / metres_per_second * hindered) as i64
}

/// Seconds at both doors: half a minute to get in and out, and a wait for the rider of a minute on average, of which
/// drivers have enough after five.
fn doorstep_seconds(draws: &mut Draws) -> i64 {
    30 + (60.0 * sample::exponential(draws)).min(300.0) as i64
}

fn fare(scene: &Scene<'_>, way: &TripConditions, times: &Times) -> Money {
    let dollars = 2.5 + 0.95 * way.route_metres / 1_000.0 + 0.22 * times.actual as f64 / 60.0;
    Money::worth(dollars, scene.local.region.currency)
}

#[expect(clippy::too_many_arguments, reason = "a record of many parts, put together in one place")]
fn trip(
    scene: &Scene<'_>,
    person: &Person,
    id: DriverId,
    driver: &Driver,
    weather: Weather,
    way: &TripConditions,
    times: &Times,
    (origin, destination): (Place, Place),
    end: VirtualTime,
) -> Trip {
    Trip {
        trip_id: trip_id(scene.town, id, driver),
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
        concepts: scene.concepts(person),
        route_metres: way.route_metres,
        highway_share: way.highway_share,
        completed_at: end,
        entity_sequence: driver.sequence,
    }
}

/// The id of the driver's last trip, which may be in progress.
fn trip_id(town: &Town, id: DriverId, driver: &Driver) -> Id {
    town.ids().make(IdKind::Trip, u64::from(id.0), u64::from(driver.sequence))
}

/// Lets the end of the driver's trip leave the world, if the world has that stream.
fn complete<O: Outlet>(town: &Town, id: DriverId, driver: &Driver, now: VirtualTime, out: &mut O) {
    if !town.has(Stream::Completions) {
        return;
    }
    let event = Completion {
        trip_id: trip_id(town, id, driver),
        driver: id.number(),
        completed_at: now,
        actual_seconds: driver.travel_seconds,
        entity_sequence: driver.sequence,
    };
    let order = OrderKey::new(now, EntityId::driver(id).code(), DriverProcess::Trip as u8, driver.sequence);
    out.completion(town.plans(), order, &event);
}

/// The act of a driver that is due now.
pub(crate) fn act_driver<O: Outlet>(
    (town, local): (&Town, &Locality),
    fleet: &mut Fleet,
    slot: usize,
    now: VirtualTime,
    out: &mut O,
) {
    let driver_id = fleet.driver_id(slot);
    let id = EntityId::driver(driver_id);
    let driver = &mut fleet.drivers[slot];
    let calendar = &local.region.calendar;
    let number = |driver: &Driver, process: DriverProcess| u64::from(driver.acts[process as usize]);
    // The trip's end comes first: whoever is free at that instant can end the shift.
    let act = if driver.due[DriverProcess::Trip as usize] == now {
        complete(town, driver_id, driver, now, out);
        let draws = &mut town.draws(id, Purpose::Trip, number(driver, DriverProcess::Trip));
        driver.finish_trip(calendar, now, draws)
    } else if driver.due[DriverProcess::Shift as usize] == now {
        let draws = &mut town.draws(id, Purpose::Shift, number(driver, DriverProcess::Shift));
        driver.change_shift(calendar, now, draws)
    } else {
        let draws = &mut town.draws(id, Purpose::Waiting, number(driver, DriverProcess::Wait));
        driver.acts[DriverProcess::Wait as usize] += 1;
        return repositioning::go_on(town, local, fleet, slot, now, draws);
    };
    driver.totals.add(act);
    fleet.history.push(slot, act);
}
