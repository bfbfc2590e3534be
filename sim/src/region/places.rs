//! Homes, workplaces and destinations of a region.
//! Must not depend on: roads and time.

use super::city::Region;
use super::geography::moved;
use crate::base::Place;
use crate::engine::{RngStream, sample};
use rand::distr::Distribution;
use rand_distr::UnitCircle;

/// The number of draws of a place before a safe one is taken.
const TRIES: usize = 40;

/// The shortest distance of an errand, in metres.
const LEAST_ERRAND_METRES: f64 = 300.0;

/// The gamma shape of the distances of errands, slightly above the exponential's 1.
const ERRAND_SHAPE: f64 = 1.3;

impl Region {
    /// Returns whether `place` is outside the (coarsely drawn) waters.
    pub fn is_land(&self, place: Place) -> bool {
        !self.geography.is_water(place)
    }

    /// Returns a home around one of the city's hubs, on land, inside the bounds.
    pub fn home(&self, rng: &mut RngStream) -> Place {
        self.livable(|| self.geography.home(rng))
    }

    /// Returns a workplace, more central than homes and closer to the hubs, on land, inside the bounds.
    pub fn centre_of_work(&self, rng: &mut RngStream) -> Place {
        self.livable(|| self.geography.work(rng))
    }

    /// Returns the destination of an errand from `from`: `typical_metres` away on average (gamma), in any direction, on
    /// land, inside the bounds, and at least 300 m from `from`.
    pub fn errand(&self, rng: &mut RngStream, from: Place, typical_metres: f64) -> Place {
        for _ in 0..TRIES {
            let metres = LEAST_ERRAND_METRES + typical_metres.max(0.0) * sample::gamma_mean_one(rng, ERRAND_SHAPE);
            // Rejection and plain arithmetic give the same bits on every platform.
            let [east, north]: [f64; 2] = UnitCircle.sample(rng);
            let to = moved(from, metres * east, metres * north);
            if self.is_livable(to) && from.metres_to(to) >= LEAST_ERRAND_METRES {
                return to;
            }
        }
        self.geography.farthest_hub(from)
    }

    fn livable(&self, mut draw: impl FnMut() -> Place) -> Place {
        (0..TRIES).map(|_| draw()).find(|place| self.is_livable(*place)).unwrap_or(self.centre)
    }

    fn is_livable(&self, place: Place) -> bool {
        self.bounds.contains(place) && self.is_land(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};
    use crate::region::PRESETS;
    use crate::region::tests::{build, own, region};

    fn rng() -> RngStream {
        WorldKey::new(2).rng(0, Purpose::Place, 0)
    }

    fn assert_good(region: &Region, place: Place) {
        assert!(region.bounds.contains(place) && region.is_land(place), "{} {place:?}", region.name);
    }

    #[test]
    fn homes_work_and_errands_are_on_land_inside_the_bounds() {
        let custom = build(own([10.0, 20.0, 10.03, 20.03], "UTC")).unwrap();
        for region in PRESETS.iter().map(|name| region(name)).chain([custom]) {
            let mut rng = rng();
            for _ in 0..1_000 {
                let home = region.home(&mut rng);
                let shop = region.errand(&mut rng, home, region.trip_metres);
                let far = region.errand(&mut rng, shop, 1e9);
                let work = region.centre_of_work(&mut rng);
                for place in [home, work, shop, far] {
                    assert_good(&region, place);
                }
                assert!(home.metres_to(shop) >= LEAST_ERRAND_METRES && shop.metres_to(far) >= LEAST_ERRAND_METRES);
            }
        }
    }

    #[test]
    fn hubs_are_on_land() {
        for region in PRESETS.iter().map(|name| region(name)) {
            for (at, ..) in region.geography.hubs() {
                assert_good(&region, region.geography.place(at));
            }
        }
    }

    #[test]
    fn work_is_more_central_than_homes() {
        for region in PRESETS.iter().map(|name| region(name)) {
            let mut rng = rng();
            let mut mean = |place: fn(&Region, &mut RngStream) -> Place| {
                (0..2_000).map(|_| place(&region, &mut rng).metres_to(region.centre)).sum::<f64>() / 2_000.0
            };
            let (homes, work) = (mean(Region::home), mean(Region::centre_of_work));
            assert!(work < 0.95 * homes, "{}: {work:.0} m against {homes:.0} m", region.name);
        }
    }

    #[test]
    fn known_waters_are_water_and_known_land_is_not() {
        let land = |name, lat, lon| region(name).is_land(Place::from_degrees(lat, lon));
        assert!(!land("new-york", 40.66, -74.045), "Upper Bay");
        assert!(!land("new-york", 40.61, -73.84), "Jamaica Bay");
        assert!(!land("mumbai", 19.10, 72.79), "Arabian Sea");
        assert!(!land("tokyo", 35.56, 139.87), "Tokyo Bay");
        assert!(!land("houston", 29.96, -95.14), "Lake Houston");
        assert!(land("new-york", 40.7484, -73.9857), "Empire State Building");
        assert!(land("tokyo", 35.6586, 139.7454), "Tokyo Tower");
    }

    #[test]
    fn errands_are_as_far_as_asked() {
        let houston = region("houston");
        let mut rng = rng();
        let mean = (0..4_000).map(|_| houston.centre.metres_to(houston.errand(&mut rng, houston.centre, 5_000.0)));
        let mean = mean.sum::<f64>() / 4_000.0;
        assert!((mean - 5_300.0).abs() < 300.0, "{mean}");
    }
}
