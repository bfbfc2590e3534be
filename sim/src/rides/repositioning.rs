//! What a free driver does while nobody calls: waits, rests, and moves to where riders will be and other drivers are not.
//! Knows the fleet and what the city's people usually want; no rider's own plans.

use super::model::destinations::Destinations;
use super::model::driver::{Driver, Status};
use super::model::errands::RideRhythms;
use super::model::evenings::{Evening, EveningId};
use super::model::fleet::{Fleet, Map};
use crate::base::Place;
use crate::engine::{Draws, Span, VirtualTime};
use crate::region::Region;
use crate::town::{Locality, Town};

/// How many riders a driver thinks of.
const THOUGHTS: usize = 4;

/// How far ahead, in seconds: about the time to get there.
const AHEAD: i64 = 1_200;

/// Metres that are worth the way, and the most that somebody drives unpaid.
const WORTH: f64 = 2_500.0;
const FARTHEST: f64 = 18_000.0;

/// Unpaid ways: metres of street to one as the crow flies, metres a second, and the least seconds.
const DETOUR: f64 = 1.3;
const PACE: f64 = 11.0;
const LEAST_SECONDS: f64 = 300.0;

/// Drivers know what is on: so often they think of a crowd that is about to leave, within so many seconds.
const CROWD: f64 = 0.4;
const CROWD_SECONDS: i64 = 2_400;

/// The wait is over: the driver has arrived, has rested, wants a break, or looks for a better place.
pub(super) fn go_on(
    town: &Town,
    local: &Locality,
    fleet: &mut Fleet,
    slot: usize,
    now: VirtualTime,
    draws: &mut Draws,
) {
    let driver = &mut fleet.drivers[slot];
    match (driver.status, driver.heading.take()) {
        (Status::Idle, Some(arrived)) => {
            driver.place = arrived;
            driver.be_free(now, draws);
        }
        (Status::Idle, None) if driver.wants_break(now) => driver.begin_break(now, draws),
        (Status::Idle, None) => look_around(town, local, fleet, slot, now, draws),
        _ => driver.be_free(now, draws),
    }
}

fn look_around(town: &Town, local: &Locality, fleet: &mut Fleet, slot: usize, now: VirtualTime, draws: &mut Draws) {
    let better = better_place(town, local, fleet, slot, now, draws);
    let driver: &mut Driver = &mut fleet.drivers[slot];
    match better {
        Some((place, metres)) => {
            let seconds = (metres * DETOUR / PACE).max(LEAST_SECONDS);
            driver.set_off(place, now + Span::from_seconds(seconds as i64));
        }
        None => driver.be_free(now, draws),
    }
}

/// Of some riders who may call soon, where the one is to whom this driver would be of most help, far from this and every
/// other free driver; or as far towards them as anybody drives unpaid. With the metres to there.
fn better_place(
    town: &Town,
    local: &Locality,
    fleet: &Fleet,
    slot: usize,
    now: VirtualTime,
    draws: &mut Draws,
) -> Option<(Place, f64)> {
    let map = Map::around(local.region.centre);
    let here = fleet.drivers[slot].place;
    let soon = now + Span::from_seconds(AHEAD);
    let mut best: Option<(f64, Place, f64)> = None;
    for _ in 0..THOUGHTS {
        let there = rider(town, (&local.region, &local.destinations), town.ride_rhythms(), soon, draws);
        let own = map.metres(here, there);
        let help = own.min(fleet.cover(map, there, slot));
        if help >= WORTH && best.is_none_or(|(most, ..)| help > most) {
            best = Some((help, there, own));
        }
    }
    best.map(|(_, there, metres)| (towards(here, there, FARTHEST / metres), metres.min(FARTHEST)))
}

/// The place at this share of the way, or its end.
fn towards(from: Place, to: Place, share: f64) -> Place {
    if share >= 1.0 {
        return to;
    }
    let part = |from: i32, to: i32| from + (f64::from(to - from) * share) as i32;
    Place { lat_e6: part(from.lat_e6, to.lat_e6), lon_e6: part(from.lon_e6, to.lon_e6) }
}

/// Where somebody may ask for a ride at `soon`.
fn rider(
    town: &Town,
    city: (&Region, &Destinations),
    rhythms: &RideRhythms,
    soon: VirtualTime,
    draws: &mut Draws,
) -> Place {
    let (region, places) = city;
    let local = region.calendar.local(soon);
    if draws.chance(CROWD)
        && let Some(evening) = Evening::of(region, town.key(), EveningId::from(local.day))
        && (evening.end.since(soon).micros()).abs() < Span::from_seconds(CROWD_SECONDS).micros()
    {
        return places.at_venue(region, evening.venue, draws);
    }
    rhythms.errand(local, region.calendar.kind(local.day), draws).begins(city, draws)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{DriverId, EntityId};
    use crate::engine::Purpose;
    use crate::testing;

    /// All but the first of these drivers stand there, free.
    fn fleet(town: &Town, there: Place) -> Fleet {
        let region = &town.localities()[0].region;
        let mut drivers: Vec<Driver> = (0..6).map(|n| Driver::born(town, region, DriverId(n))).collect();
        for driver in &mut drivers {
            driver.status = Status::Idle;
            driver.place = there;
            driver.break_due = VirtualTime::NEVER;
        }
        Fleet::new(drivers, DriverId(0), 4)
    }

    fn draws(town: &Town, act: u64) -> Draws {
        town.draws(EntityId::driver(DriverId(0)), Purpose::Waiting, act)
    }

    #[test]
    fn drivers_spread_out_from_where_they_all_stand() {
        let town = testing::town("[world]\npeople = 300");
        let local = &town.localities()[0];
        let noon = town.start() + Span::from_seconds(18 * 3_600);
        let mut moved = 0;
        for act in 0..50 {
            let mut fleet = fleet(&town, local.region.centre);
            go_on(&town, local, &mut fleet, 0, noon, &mut draws(&town, act));
            let (driver, wait) = (&fleet.drivers[0], fleet.drivers[0].due[2].since(noon));
            assert!(driver.status == Status::Idle && wait >= Span::from_seconds(300));
            let Some(to) = driver.heading else { continue };
            moved += 1;
            let metres = local.region.centre.metres_to(to);
            assert!((0.9 * WORTH..1.1 * FARTHEST).contains(&metres), "{metres}");
            let arrival = driver.due[2];
            go_on(&town, local, &mut fleet, 0, arrival, &mut draws(&town, 1_000 + act));
            assert_eq!((fleet.drivers[0].place, fleet.drivers[0].heading), (to, None));
        }
        assert!(moved > 30, "{moved} of 50 moved");
    }

    #[test]
    fn nobody_arrives_elsewhere_within_half_an_hour_of_a_trip() {
        // Who was set down somewhere is looked for there meanwhile.
        let town = testing::town("[world]\npeople = 300");
        let local = &town.localities()[0];
        let now = town.start() + Span::from_seconds(18 * 3_600);
        for act in 0..200 {
            let mut fleet = fleet(&town, local.region.centre);
            let draws = &mut draws(&town, act);
            fleet.drivers[0].be_free(now, draws);
            let waited = fleet.drivers[0].due[2];
            go_on(&town, local, &mut fleet, 0, waited, draws);
            let there = fleet.drivers[0].due[2];
            assert!(there.since(now) >= Span::from_seconds(1_800));
        }
    }

    #[test]
    fn a_break_comes_before_a_better_place_and_ends() {
        let town = testing::town("[world]\npeople = 300");
        let local = &town.localities()[0];
        let mut fleet = fleet(&town, local.region.centre);
        let now = town.start() + Span::from_seconds(18 * 3_600);
        fleet.drivers[0].break_due = now;
        go_on(&town, local, &mut fleet, 0, now, &mut draws(&town, 1));
        assert_eq!(fleet.drivers[0].status, Status::Resting);
        let end = fleet.drivers[0].due[2];
        go_on(&town, local, &mut fleet, 0, end, &mut draws(&town, 2));
        assert_eq!(fleet.drivers[0].status, Status::Idle);
    }
}
