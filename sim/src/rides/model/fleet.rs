//! A shard's drivers, and who of them is nearest. Knows where drivers are; not where riders want to go.

use super::driver::{Driver, Status};
use crate::base::{DriverId, Place};
use crate::history::HistoryTable;

/// The drivers of a shard.
#[derive(Debug)]
pub(crate) struct Fleet {
    /// The drivers, in the order of their numbers.
    pub drivers: Vec<Driver>,
    /// What they did last.
    pub history: HistoryTable,
    first: u32,
}

impl Fleet {
    /// The fleet of these drivers, the first of whom is `first`.
    pub fn new(drivers: Vec<Driver>, first: DriverId, depth: usize) -> Self {
        let history = HistoryTable::new(drivers.len(), depth);
        Fleet { drivers, history, first: first.0 }
    }

    /// Who is in this place of the fleet.
    pub fn driver_id(&self, slot: usize) -> DriverId {
        DriverId(self.first + slot as u32)
    }

    /// The idle driver nearest to `place` and within `limit_metres`; of two as near, the first.
    pub fn nearest_idle(&self, place: Place, limit_metres: f64) -> Option<usize> {
        let (slot, _) = self.nearest(Map::around(place), place, None)?;
        (self.drivers[slot].place.metres_to(place) <= limit_metres).then_some(slot)
    }

    /// Metres from `place` to the nearest idle driver but this one, infinite where there is none.
    pub(crate) fn cover(&self, map: Map, place: Place, but: usize) -> f64 {
        self.nearest(map, place, Some(but)).map_or(f64::INFINITY, |(_, square)| f64::sqrt(square) * Map::METRES)
    }

    /// The nearest idle driver, and the square of how far they are on the map.
    fn nearest(&self, map: Map, place: Place, but: Option<usize>) -> Option<(usize, f64)> {
        let idle = self.drivers.iter().enumerate().filter(|(slot, d)| d.status == Status::Idle && Some(*slot) != but);
        let far = idle.map(|(slot, d)| (slot, map.square(d.place, place)));
        far.fold(None, |best: Option<(usize, f64)>, one| match best {
            Some(best) if best.1 <= one.1 => Some(best),
            _ => Some(one),
        })
    }
}

/// Flat geometry: it orders the places of a city as the sphere does, at a fraction of the cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Map {
    /// Length of a degree of longitude in those of latitude.
    shrink: f64,
}

impl Map {
    /// Metres in a micro-degree of latitude.
    const METRES: f64 = 0.111_195;

    /// The map of the surroundings of `place`.
    pub fn around(place: Place) -> Self {
        Map { shrink: libm::cos(place.lat().to_radians()) }
    }

    /// Metres between two places.
    pub fn metres(self, a: Place, b: Place) -> f64 {
        f64::sqrt(self.square(a, b)) * Map::METRES
    }

    /// The square of how far two places are from each other, in micro-degrees of latitude.
    fn square(self, a: Place, b: Place) -> f64 {
        let lat = f64::from(a.lat_e6 - b.lat_e6);
        let lon = f64::from(a.lon_e6 - b.lon_e6) * self.shrink;
        lat * lat + lon * lon
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn the_nearest_idle_driver_within_the_limit_is_found() {
        let town = testing::town("[world]\npeople = 200");
        let region = &town.localities()[0].region;
        let drivers = (0..4).map(|n| Driver::born(&town, region, DriverId(n))).collect();
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
        let map = Map::around(here);
        assert!((map.metres(here, fleet.drivers[1].place) - fleet.cover(map, here, 2)).abs() < 1.0);
        assert!((here.metres_to(fleet.drivers[2].place) - fleet.cover(map, here, 1)).abs() < 20.0);
        fleet.drivers.iter_mut().for_each(|d| d.status = Status::Busy);
        assert_eq!(fleet.nearest_idle(here, 20_000.0), None);
        assert_eq!(fleet.cover(map, here, 1), f64::INFINITY);
    }
}
