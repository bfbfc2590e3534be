//! The drivers of a shard, and the nearest free one. Must not depend on: the destinations of riders.

use super::driver::{Driver, Status};
use super::map::FlatMap;
use crate::base::{DriverId, Place};
use crate::history::HistoryTable;

/// The drivers of a shard.
#[derive(Debug)]
pub(crate) struct Fleet {
    /// The drivers, in the order of their numbers.
    pub drivers: Vec<Driver>,
    /// The recent acts of the drivers.
    pub history: HistoryTable,
    first: u32,
    /// The free drivers, in the order of their slots: what a search for the nearest reads.
    idle: Vec<IdleDriver>,
}

/// A free driver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct IdleDriver {
    slot: u32,
    place: Place,
}

impl IdleDriver {
    fn of(slot: usize, driver: &Driver) -> Option<Self> {
        (driver.status == Status::Idle).then_some(IdleDriver { slot: slot as u32, place: driver.place })
    }
}

impl Fleet {
    /// Returns the fleet of these drivers, whose ids begin with `first`.
    pub fn new(drivers: Vec<Driver>, first: DriverId, depth: usize) -> Self {
        let history = HistoryTable::new(drivers.len(), depth);
        let idle = drivers.iter().enumerate().filter_map(|(slot, driver)| IdleDriver::of(slot, driver)).collect();
        Fleet { drivers, history, first: first.0, idle }
    }

    /// Takes over the status and the place of a driver. Every change of either must be followed by a call.
    pub(crate) fn refresh(&mut self, slot: usize) {
        let now = IdleDriver::of(slot, &self.drivers[slot]);
        match (self.idle.binary_search_by_key(&(slot as u32), |idle| idle.slot), now) {
            (Ok(at), Some(now)) => self.idle[at] = now,
            (Ok(at), None) => drop(self.idle.remove(at)),
            (Err(at), Some(now)) => self.idle.insert(at, now),
            (Err(_), None) => {}
        }
    }

    /// Returns the id of the driver in this slot.
    pub fn driver_id(&self, slot: usize) -> DriverId {
        DriverId(self.first + slot as u32)
    }

    /// Returns the slot of the free driver nearest to `place` and within `limit_metres`; of two at the same distance,
    /// the first.
    pub fn nearest_idle(&self, place: Place, limit_metres: f64) -> Option<usize> {
        let (slot, _) = self.nearest(FlatMap::around(place), place, None)?;
        (self.drivers[slot].place.metres_to(place) <= limit_metres).then_some(slot)
    }

    /// Metres from `place` to the nearest free driver except the one in slot `except`; infinite if there is none.
    pub(crate) fn metres_to_idle(&self, map: FlatMap, place: Place, except: usize) -> f64 {
        self.nearest(map, place, Some(except))
            .map_or(f64::INFINITY, |(_, square)| f64::sqrt(square) * FlatMap::METRES_PER_UNIT)
    }

    /// Returns the slot of the nearest free driver, and their squared distance on the map.
    ///
    /// # Panics
    /// If a change of that driver was not taken over.
    fn nearest(&self, map: FlatMap, place: Place, except: Option<usize>) -> Option<(usize, f64)> {
        let except = except.map_or(u32::MAX, |slot| slot as u32);
        let (mut nearest, mut least) = (None, f64::INFINITY);
        for idle in self.idle.iter().filter(|idle| idle.slot != except) {
            let square = map.square(idle.place, place);
            if square < least {
                (nearest, least) = (Some(*idle), square);
            }
        }
        let slot = nearest?.slot as usize;
        assert_eq!(nearest, IdleDriver::of(slot, &self.drivers[slot]), "free drivers are kept up to date");
        Some((slot, least))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::Purpose;
    use crate::testing;

    #[test]
    fn the_nearest_free_driver_within_the_limit_is_found() {
        let town = testing::town("[world]\npeople = 200");
        let region = &town.localities()[0].region;
        let drivers: Vec<Driver> =
            (0..4).map(|n| Driver::draw(town.key(), region, town.start(), DriverId(n))).collect();
        let mut fleet = Fleet::new(drivers, DriverId(0), 4);
        for (slot, (status, lat)) in
            [(Status::Busy, 29.70), (Status::Idle, 29.75), (Status::Idle, 29.73), (Status::Off, 29.70)]
                .into_iter()
                .enumerate()
        {
            fleet.drivers[slot].status = status;
            fleet.drivers[slot].place = Place::from_degrees(lat, -95.4);
            fleet.refresh(slot);
        }
        let here = Place::from_degrees(29.70, -95.4);
        assert_eq!(fleet.nearest_idle(here, 20_000.0), Some(2));
        assert_eq!(fleet.nearest_idle(here, 1_000.0), None);
        let map = FlatMap::around(here);
        assert!((map.metres(here, fleet.drivers[1].place) - fleet.metres_to_idle(map, here, 2)).abs() < 1.0);
        assert!((here.metres_to(fleet.drivers[2].place) - fleet.metres_to_idle(map, here, 1)).abs() < 20.0);
        for slot in 0..4 {
            fleet.drivers[slot].status = Status::Busy;
            fleet.refresh(slot);
        }
        assert_eq!(fleet.nearest_idle(here, 20_000.0), None);
        assert_eq!(fleet.metres_to_idle(map, here, 1), f64::INFINITY);
    }

    /// Compares with a look at all drivers.
    #[test]
    fn the_free_drivers_are_those_with_that_status_and_place() {
        let town = testing::town("[world]\npeople = 200");
        let region = &town.localities()[0].region;
        let drivers: Vec<Driver> =
            (0..40).map(|n| Driver::draw(town.key(), region, town.start(), DriverId(n))).collect();
        let mut fleet = Fleet::new(drivers, DriverId(0), 4);
        let rng = &mut town.key().rng(1, Purpose::Ride, 0);
        for _ in 0..2_000 {
            let slot = rng.below(40) as usize;
            let driver = &mut fleet.drivers[slot];
            driver.status = if rng.chance(0.5) { Status::Idle } else { Status::Busy };
            driver.place = region.home(rng);
            fleet.refresh(slot);
            let (place, except) = (region.home(rng), rng.below(40) as usize);
            let map = FlatMap::around(region.centre);
            let all = fleet.drivers.iter().enumerate().filter(|(n, d)| d.status == Status::Idle && *n != except);
            let far = all.map(|(n, d)| (n, map.square(d.place, place)));
            assert_eq!(fleet.nearest(map, place, Some(except)), far.min_by(|a, b| a.1.total_cmp(&b.1)));
        }
    }
}
