//! The acts of a free driver without a request: waits, rests, and moves to places where riders are expected and other
//! drivers are not. Must not depend on: the plans of single riders.

use super::model::driver::{Driver, Status};
use super::model::errands::City;
use super::model::fleet::Fleet;
use super::model::map::FlatMap;
use super::model::parameters::repositioning::{
    CANDIDATE_RIDERS, LOOKAHEAD_SECONDS, P_CONSIDER_VENUE, REPOSITIONING_GAIN_METRES_MIN, REPOSITIONING_METRES_MAX,
    REPOSITIONING_SECONDS_MIN, REPOSITIONING_SPEED, VENUE_END_SECONDS,
};
use super::model::parameters::trips::DETOUR;
use super::model::venue_evenings::{Evening, EveningId};
use crate::base::Place;
use crate::engine::{RngStream, Span, VirtualTime};
use crate::region::{DayKind, LocalTime};
use crate::town::{Locality, Town};
use std::cell::OnceCell;

/// Ends a wait: the driver has arrived, has rested, begins a break, or looks for a better place.
pub(super) fn end_wait(
    town: &Town,
    local: &Locality,
    fleet: &mut Fleet,
    slot: usize,
    now: VirtualTime,
    rng: &mut RngStream,
) {
    let driver = &mut fleet.drivers[slot];
    match (driver.status, driver.heading.take()) {
        (Status::Idle, Some(arrived)) => {
            driver.place = arrived;
            driver.be_free(now, rng);
        }
        (Status::Idle, None) if driver.is_break_due(now) => driver.begin_break(now, rng),
        (Status::Idle, None) => return reposition(town, local, fleet, slot, now, rng),
        _ => driver.be_free(now, rng),
    }
    fleet.refresh(slot);
}

fn reposition(town: &Town, local: &Locality, fleet: &mut Fleet, slot: usize, now: VirtualTime, rng: &mut RngStream) {
    let better = better_place(town, local, fleet, slot, now, rng);
    let driver: &mut Driver = &mut fleet.drivers[slot];
    match better {
        Some((place, metres)) => {
            let seconds = (metres * DETOUR / REPOSITIONING_SPEED).max(REPOSITIONING_SECONDS_MIN);
            driver.set_off(place, now + Span::from_seconds(seconds as i64));
        }
        None => driver.be_free(now, rng),
    }
}

/// Draws some riders who are expected soon, and returns the place of the one who is farthest from every free driver, or
/// the farthest place on the way to it that a driver moves without a rider, with the metres to there.
fn better_place(
    town: &Town,
    local: &Locality,
    fleet: &Fleet,
    slot: usize,
    now: VirtualTime,
    rng: &mut RngStream,
) -> Option<(Place, f64)> {
    let map = FlatMap::around(local.region.centre);
    let here = fleet.drivers[slot].place;
    let expected = ExpectedRiders::at(town, local, now + Span::from_seconds(LOOKAHEAD_SECONDS));
    let mut best: Option<(f64, Place, f64)> = None;
    for _ in 0..CANDIDATE_RIDERS {
        let there = expected.draw(rng);
        let own = map.metres(here, there);
        let gain = own.min(fleet.metres_to_idle(map, there, slot));
        if gain >= REPOSITIONING_GAIN_METRES_MIN && best.is_none_or(|(most, ..)| gain > most) {
            best = Some((gain, there, own));
        }
    }
    best.map(|(_, there, metres)| {
        (towards(here, there, REPOSITIONING_METRES_MAX / metres), metres.min(REPOSITIONING_METRES_MAX))
    })
}

/// Returns the place at this share of the way, at most its end.
fn towards(from: Place, to: Place, share: f64) -> Place {
    if share >= 1.0 {
        return to;
    }
    let part = |from: i32, to: i32| from + (f64::from(to - from) * share) as i32;
    Place { lat_e6: part(from.lat_e6, to.lat_e6), lon_e6: part(from.lon_e6, to.lon_e6) }
}

/// The riders who may make a request at an instant.
struct ExpectedRiders<'a> {
    town: &'a Town,
    city: City<'a>,
    soon: VirtualTime,
    local: LocalTime,
    kind: DayKind,
    /// The venue whose visitors are about to leave, if there is one; looked up on first use.
    venue: OnceCell<Option<usize>>,
}

impl<'a> ExpectedRiders<'a> {
    fn at(town: &'a Town, Locality { region, destinations, .. }: &'a Locality, soon: VirtualTime) -> Self {
        let local = region.calendar.local(soon);
        let kind = region.calendar.kind(local.day);
        ExpectedRiders { town, city: City { region, destinations }, soon, local, kind, venue: OnceCell::new() }
    }

    /// Draws the place of a rider.
    fn draw(&self, rng: &mut RngStream) -> Place {
        let City { region, destinations } = self.city;
        if rng.chance(P_CONSIDER_VENUE)
            && let Some(venue) = *self.venue.get_or_init(|| self.emptying_venue())
        {
            return destinations.at_venue(region, venue, rng);
        }
        self.town.ride_rhythms().errand(self.local, self.kind, rng).origin(self.city, rng)
    }

    fn emptying_venue(&self) -> Option<usize> {
        let evening = Evening::of(self.city.region, self.town.key(), EveningId::from(self.local.day))?;
        let apart = evening.end.since(self.soon).micros().abs();
        (apart < Span::from_seconds(VENUE_END_SECONDS).micros()).then_some(evening.venue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{DriverId, EntityId};
    use crate::engine::Purpose;
    use crate::testing;

    /// Returns a fleet of six free drivers at one place.
    fn fleet(town: &Town, there: Place) -> Fleet {
        let region = &town.localities()[0].region;
        let mut drivers: Vec<Driver> =
            (0..6).map(|n| Driver::draw(town.key(), region, town.start(), DriverId(n))).collect();
        for driver in &mut drivers {
            driver.status = Status::Idle;
            driver.place = there;
            driver.break_due = VirtualTime::NEVER;
        }
        Fleet::new(drivers, DriverId(0), 4)
    }

    fn rng(town: &Town, act: u64) -> RngStream {
        town.rng(EntityId::driver(DriverId(0)), Purpose::Waiting, act)
    }

    #[test]
    fn drivers_at_one_place_spread_out() {
        let town = testing::town("[world]\npeople = 300");
        let local = &town.localities()[0];
        let noon = town.start() + Span::from_seconds(18 * 3_600);
        let mut moved = 0;
        for act in 0..50 {
            let mut fleet = fleet(&town, local.region.centre);
            end_wait(&town, local, &mut fleet, 0, noon, &mut rng(&town, act));
            let (driver, wait) = (&fleet.drivers[0], fleet.drivers[0].due[2].since(noon));
            assert!(driver.status == Status::Idle && wait >= Span::from_seconds(300));
            let Some(to) = driver.heading else { continue };
            moved += 1;
            let metres = local.region.centre.metres_to(to);
            assert!(
                (0.9 * REPOSITIONING_GAIN_METRES_MIN..1.1 * REPOSITIONING_METRES_MAX).contains(&metres),
                "{metres}"
            );
            let arrival = driver.due[2];
            end_wait(&town, local, &mut fleet, 0, arrival, &mut rng(&town, 1_000 + act));
            assert_eq!((fleet.drivers[0].place, fleet.drivers[0].heading), (to, None));
        }
        assert!(moved > 30, "{moved} of 50 moved");
    }

    #[test]
    fn no_driver_arrives_elsewhere_within_half_an_hour_of_a_trip() {
        // A driver is expected near the end of their last trip for that time.
        let town = testing::town("[world]\npeople = 300");
        let local = &town.localities()[0];
        let now = town.start() + Span::from_seconds(18 * 3_600);
        for act in 0..200 {
            let mut fleet = fleet(&town, local.region.centre);
            let rng = &mut rng(&town, act);
            fleet.drivers[0].be_free(now, rng);
            let waited = fleet.drivers[0].due[2];
            end_wait(&town, local, &mut fleet, 0, waited, rng);
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
        end_wait(&town, local, &mut fleet, 0, now, &mut rng(&town, 1));
        assert_eq!(fleet.drivers[0].status, Status::Resting);
        let end = fleet.drivers[0].due[2];
        end_wait(&town, local, &mut fleet, 0, end, &mut rng(&town, 2));
        assert_eq!(fleet.drivers[0].status, Status::Idle);
    }
}
