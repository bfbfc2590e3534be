//! The requests of riders: their time, origin and destination, and the driver who takes each. Must not depend on: the
//! times of trips.

use super::model::errands::{City, RideRhythms};
use super::model::fleet::Fleet;
use super::model::parameters::evenings::VENUE_RIDE_SHARE;
use super::model::parameters::requests::{MAX_REQUEST_ATTEMPTS, REQUEST_RETRY_SECONDS, VENUE_RIDE_METRES_MIN};
use super::model::rider::OpenRequest;
use super::model::venue_evenings::{Evening, Outing, next_outing, ride_home};
use super::trips::{Conditions, TakenRequest, start_trip};
use crate::base::Domain;
use crate::drift::Rule;
use crate::engine::{Purpose, RngStream, Span, VirtualTime};
use crate::outlet::Outlet;
use crate::person::{Person, Process, Routine};
use crate::scene::{LiveScene, Scene};
use crate::town::Town;

/// The outcome of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RequestOutcome {
    /// The driver in this slot of the fleet takes it.
    Taken(usize),
    /// No driver can take it yet.
    Open,
    /// No driver could take it.
    Lost,
    /// The person is on a ride already and makes no request.
    Riding,
}

/// Plans the next request after now: by habit, or for a venue before that.
pub(crate) fn plan_ride(scene: &Scene<'_>, rhythms: &RideRhythms, person: &mut Person, rng: &mut RngStream) {
    let next = |person: &mut Person, from, rng: &mut RngStream| next_ride(scene, rhythms, person, from, rng);
    let (at, outing) = scene.arrival(person, Process::Ride, &[Rule::Requests], scene.now, rng, next);
    person.rides.open_request = None;
    person.rides.outing = outing;
    person.plan(Process::Ride, at);
}

/// Redraws the next request where its rate changes before it against that of the town until now, `old`. Returns whether
/// it does; an open request is not changed.
pub(crate) fn adopt_rides(scene: &Scene<'_>, old: &Town, person: &mut Person, rng: &mut RngStream) -> bool {
    let (rules, pending) = (&[Rule::Requests], person.due(Process::Ride));
    let Some(from) = scene.differs_from(old, rules, person, pending).filter(|_| person.rides.open_request.is_none())
    else {
        return false;
    };
    let rhythms = scene.town.ride_rhythms();
    let next = |person: &mut Person, from, rng: &mut RngStream| next_ride(scene, rhythms, person, from, rng);
    let (at, outing) = scene.arrival_anew(person, rules, from, rng, next);
    person.rides.outing = outing;
    person.plan(Process::Ride, at);
    true
}

/// Draws the next request after `from` at the rate of that instant, and the outing that it belongs to.
fn next_ride(
    scene: &Scene<'_>,
    rhythms: &RideRhythms,
    person: &mut Person,
    from: VirtualTime,
    rng: &mut RngStream,
) -> (VirtualTime, Option<Outing>) {
    let profile = &person.profile;
    let per_day = scene.rule_at(Rule::Requests, person, from) * profile.rate(Domain::Rides);
    let routine = Routine {
        rhythm: rhythms.of(profile.persona),
        domain: Domain::Rides,
        shift_minutes: profile.shift_minutes / 2,
        per_day: per_day * (1.0 - VENUE_RIDE_SHARE),
    };
    let next = scene.next_act(person, &routine, from, rng);
    let outing = next_outing(&scene.local.region, scene.town.key(), from..next, per_day, rng);
    outing.map_or((next, None), |(at, outing)| (at, Some(outing)))
}

/// Makes or repeats a request: the destination depends on the hour, and the nearest free driver takes it, some minutes
/// later if none is free.
pub(crate) fn request<O: Outlet>(
    scene: &mut LiveScene<'_, O>,
    person: &mut Person,
    fleet: &mut Fleet,
    conditions: &mut Conditions,
) -> RequestOutcome {
    let act = person.count_act(Process::Ride);
    let rng = &mut scene.rng(Purpose::Ride, act);
    if person.rides.current.is_some() {
        plan_next(scene, person, rng);
        return RequestOutcome::Riding;
    }
    let open = match person.rides.open_request.as_deref() {
        Some(open) => *open,
        None => new_request(scene, person, rng),
    };
    let limit = scene.rule(Rule::PickupLimit, person) * 1_000.0;
    let Some(slot) = fleet.nearest_idle(open.origin, limit) else {
        return retry(scene, person, open, rng);
    };
    plan_next(scene, person, rng);
    let taken = TakenRequest { request: open, driver_id: fleet.driver_id(slot), driver: &mut fleet.drivers[slot] };
    start_trip(scene, person, taken, conditions, rng);
    fleet.refresh(slot);
    RequestOutcome::Taken(slot)
}

/// Plans another attempt for a request that no driver can take, or gives it up.
fn retry(scene: &Scene<'_>, person: &mut Person, open: OpenRequest, rng: &mut RngStream) -> RequestOutcome {
    let attempts = open.attempts + 1;
    if attempts < MAX_REQUEST_ATTEMPTS {
        person.rides.open_request = Some(Box::new(OpenRequest { attempts, ..open }));
        let wait = Span::from_seconds_f64(rng.between(REQUEST_RETRY_SECONDS.0, REQUEST_RETRY_SECONDS.1));
        person.plan(Process::Ride, scene.now + wait);
        return RequestOutcome::Open;
    }
    person.rides.lost += 1;
    plan_next(scene, person, rng);
    RequestOutcome::Lost
}

/// Plans the next request: the ride home from a venue before any other.
fn plan_next(scene: &Scene<'_>, person: &mut Person, rng: &mut RngStream) {
    if let Some(Outing::There(id)) = person.rides.outing
        && let Some((at, home)) = ride_home(&scene.local.region, scene.town.key(), id, scene.now, rng)
    {
        person.rides.open_request = None;
        person.rides.outing = Some(home);
        person.plan(Process::Ride, at);
        return;
    }
    plan_ride(scene, scene.town.ride_rhythms(), person, rng);
}

/// Draws the origin and the destination of a new request.
fn new_request(scene: &Scene<'_>, person: &Person, rng: &mut RngStream) -> OpenRequest {
    let (region, places, home) = (&scene.local.region, &scene.local.destinations, person.profile.home);
    let venue = |id, rng: &mut RngStream| {
        let evening = Evening::of(region, scene.town.key(), id)?;
        let place = places.at_venue(region, evening.venue, rng);
        (place.metres_to(home) >= VENUE_RIDE_METRES_MIN).then_some(place)
    };
    let out = match person.rides.outing {
        Some(Outing::There(id)) => venue(id, rng).map(|venue| (home, venue)),
        Some(Outing::Home(id)) => venue(id, rng).map(|venue| (venue, home)),
        None => None,
    };
    let (origin, destination) = out.unwrap_or_else(|| {
        let profile = &person.profile;
        let local = region.calendar.local(scene.now);
        let errand = scene.town.ride_rhythms().errand(local, region.calendar.kind(local.day), rng);
        errand.adjusted_for(profile.persona).ends(City { region, destinations: places }, home, profile.work, rng)
    });
    OpenRequest { origin, destination, attempts: 0 }
}
