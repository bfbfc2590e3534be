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
}

impl Fleet {
    /// Returns the fleet of these drivers, whose ids begin with `first`.
    pub fn new(drivers: Vec<Driver>, first: DriverId, depth: usize) -> Self {
        let history = HistoryTable::new(drivers.len(), depth);
        Fleet { drivers, history, first: first.0 }
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
    fn nearest(&self, map: FlatMap, place: Place, except: Option<usize>) -> Option<(usize, f64)> {
        let idle =
            self.drivers.iter().enumerate().filter(|(slot, d)| d.status == Status::Idle && Some(*slot) != except);
        let far = idle.map(|(slot, d)| (slot, map.square(d.place, place)));
        far.fold(None, |best: Option<(usize, f64)>, one| match best {
            Some(best) if best.1 <= one.1 => Some(best),
            _ => Some(one),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn the_nearest_free_driver_within_the_limit_is_found() {
        let town = testing::town("[world]\npeople = 200");
        let region = &town.localities()[0].region;
        let drivers = (0..4).map(|n| Driver::draw(town.key(), region, town.start(), DriverId(n))).collect();
        let mut fleet = Fleet::new(drivers, DriverId(0), 4);
        for (slot, (status, lat)) in
            [(Status::Busy, 29.70), (Status::Idle, 29.75), (Status::Idle, 29.73), (Status::Off, 29.70)]
                .into_iter()
                .enumerate()
        {
            fleet.drivers[slot].status = status;
            fleet.drivers[slot].place = Place::from_degrees(lat, -95.4);
        }
        let here = Place::from_degrees(29.70, -95.4);
        assert_eq!(fleet.nearest_idle(here, 20_000.0), Some(2));
        assert_eq!(fleet.nearest_idle(here, 1_000.0), None);
        let map = FlatMap::around(here);
        assert!((map.metres(here, fleet.drivers[1].place) - fleet.metres_to_idle(map, here, 2)).abs() < 1.0);
        assert!((here.metres_to(fleet.drivers[2].place) - fleet.metres_to_idle(map, here, 1)).abs() < 20.0);
        fleet.drivers.iter_mut().for_each(|d| d.status = Status::Busy);
        assert_eq!(fleet.nearest_idle(here, 20_000.0), None);
        assert_eq!(fleet.metres_to_idle(map, here, 1), f64::INFINITY);
    }
}
