//! A shard's drivers, and who of them is nearest. Knows where drivers are; not where riders want to go.

use super::driver::{Driver, Status};
use crate::entity::DriverId;
use crate::person::HistoryTable;
use crate::place::Place;

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
        // Flat geometry orders the drivers of a city as the sphere does, at a fraction of the cost.
        let shrink = libm::cos(place.lat().to_radians());
        let square = |d: &Driver| {
            let lat = (d.place.lat_e6 - place.lat_e6) as f64;
            let lon = (d.place.lon_e6 - place.lon_e6) as f64 * shrink;
            lat * lat + lon * lon
        };
        let idle = self.drivers.iter().enumerate().filter(|(_, d)| d.status == Status::Idle);
        let nearest =
            idle.map(|(slot, d)| (square(d), slot)).fold(None, |best: Option<(f64, usize)>, one| match best {
                Some(best) if best.0 <= one.0 => Some(best),
                _ => Some(one),
            });
        let (_, slot) = nearest?;
        (self.drivers[slot].place.metres_to(place) <= limit_metres).then_some(slot)
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
        fleet.drivers.iter_mut().for_each(|d| d.status = Status::Busy);
        assert_eq!(fleet.nearest_idle(here, 20_000.0), None);
    }
}
