//! Where people live, work and go: hubs of the city, land and water, and metres around the centre.
//! Knows no roads and no time.

use super::Region;
use super::bounds::{Bounds, METRES_PER_DEGREE};
use super::preset::{Hub, Preset};
use crate::base::Place;
use crate::engine::{Draws, sample};
use geo::{BoundingRect, Contains, Coord, LineString, Polygon, Rect};
use rand::distr::Distribution;
use rand_distr::UnitCircle;

/// How often a place is drawn anew before a safe one is taken.
const TRIES: usize = 40;

/// An errand leads at least so far, in metres.
const LEAST_ERRAND: f64 = 300.0;

/// Shape of the distances of errands: between the exponential's 1 and something with a clear mode.
const ERRAND_SHAPE: f64 = 1.3;

/// The hubs and waters of a region, and its flat map around the centre.
#[derive(Clone, Debug)]
pub(super) struct Geography {
    centre: Place,
    metres_per_lon: f64,
    hubs: Vec<Hub>,
    homes: Vec<f64>,
    work: Vec<f64>,
    water: Vec<(Rect<f64>, Polygon<f64>)>,
}

impl Geography {
    pub(super) fn of_preset(preset: &Preset, bounds: Bounds) -> Self {
        let centre = bounds.clamp(Place::from_degrees(preset.centre.0, preset.centre.1));
        Geography::new(centre, preset.hubs.to_vec(), preset.water.iter().map(|outline| polygon(outline)).collect())
    }

    /// A city in the middle of `bounds`, with hubs around its centre and no water.
    pub(super) fn around(bounds: Bounds) -> Self {
        let centre = bounds.centre();
        let half_km = bounds.height_metres().min(bounds.width_metres()) / 2_000.0;
        let reach = (0.5 * half_km).min(12.0);
        let at = |x: f64, y: f64| {
            let place = moved(centre, x * reach * 1_000.0, y * reach * 1_000.0);
            (place.lat(), place.lon())
        };
        let hub = |x, y, spread: f64, homes, work| Hub { at: at(x, y), spread_km: spread * reach, homes, work };
        let hubs = vec![
            hub(0.0, 0.0, 0.3, 20.0, 50.0),
            hub(0.9, 0.3, 0.35, 16.0, 12.0),
            hub(-0.2, 0.95, 0.35, 16.0, 10.0),
            hub(-0.95, -0.2, 0.35, 16.0, 10.0),
            hub(-0.4, -0.9, 0.35, 16.0, 10.0),
            hub(0.6, -0.75, 0.35, 16.0, 8.0),
        ];
        Geography::new(centre, hubs, Vec::new())
    }

    fn new(centre: Place, hubs: Vec<Hub>, water: Vec<(Rect<f64>, Polygon<f64>)>) -> Self {
        let cumulate = |weight: fn(&Hub) -> f64| sample::cumulate(&hubs.iter().map(weight).collect::<Vec<_>>());
        let (homes, work) = (cumulate(|hub| hub.homes), cumulate(|hub| hub.work));
        Geography { centre, metres_per_lon: metres_per_lon(centre.lat()), hubs, homes, work, water }
    }

    pub(super) fn centre(&self) -> Place {
        self.centre
    }

    /// Metres east and north of the centre on a flat map: good to a few per cent within a city.
    #[inline]
    pub(super) fn flat(&self, place: Place) -> (f64, f64) {
        let (lat, lon) = (place.lat_e6 - self.centre.lat_e6, place.lon_e6 - self.centre.lon_e6);
        (lon as f64 * 1e-6 * self.metres_per_lon, lat as f64 * 1e-6 * METRES_PER_DEGREE)
    }

    /// The place at metres east and north of the centre: the inverse of [`Geography::flat`].
    pub(super) fn place(&self, (east, north): (f64, f64)) -> Place {
        Place::from_degrees(
            self.centre.lat() + north / METRES_PER_DEGREE,
            self.centre.lon() + east / self.metres_per_lon,
        )
    }

    /// The hubs on the flat map: where, the spread of homes in metres, the share of the workplaces.
    pub(super) fn hubs(&self) -> impl Iterator<Item = ((f64, f64), f64, f64)> {
        self.hubs
            .iter()
            .map(|hub| (self.flat(Place::from_degrees(hub.at.0, hub.at.1)), hub.spread_km * 1_000.0, hub.work))
    }

    /// The outlines of the waters on the flat map.
    pub(super) fn water_outlines(&self) -> Vec<Vec<(f64, f64)>> {
        let outline = |polygon: &Polygon<f64>| {
            polygon.exterior().coords().map(|c| self.flat(Place::from_degrees(c.y, c.x))).collect()
        };
        self.water.iter().map(|(_, polygon)| outline(polygon)).collect()
    }

    fn is_water(&self, place: Place) -> bool {
        let point = Coord { x: place.lon(), y: place.lat() };
        self.water.iter().any(|(rect, polygon)| rect.contains(&point) && polygon.contains(&point))
    }

    /// A place around one of the hubs, which `cumulative` weighs; `density` shrinks the spread.
    fn around_hub(&self, draws: &mut Draws, cumulative: &[f64], density: f64) -> Place {
        let hub = &self.hubs[sample::pick(cumulative, draws.unit())];
        let spread = hub.spread_km * 1_000.0 / density;
        let (east, north) = (spread * sample::normal(draws), spread * sample::normal(draws));
        moved(Place::from_degrees(hub.at.0, hub.at.1), east, north)
    }

    /// The hub that lies farthest from `from`.
    fn farthest_hub(&self, from: Place) -> Place {
        let places = self.hubs.iter().map(|hub| Place::from_degrees(hub.at.0, hub.at.1));
        places.max_by(|a, b| from.metres_to(*a).total_cmp(&from.metres_to(*b))).unwrap_or(self.centre)
    }
}

impl Region {
    /// Whether `place` is not in one of the (coarsely drawn) waters.
    pub fn is_land(&self, place: Place) -> bool {
        !self.geography.is_water(place)
    }

    /// A home: around one of the city's hubs, on land, inside the bounds.
    pub fn home(&self, draws: &mut Draws) -> Place {
        self.livable(|| self.geography.around_hub(draws, &self.geography.homes, 1.0))
    }

    /// A workplace: more central than homes and closer to the hubs; on land, inside the bounds.
    pub fn centre_of_work(&self, draws: &mut Draws) -> Place {
        self.livable(|| self.geography.around_hub(draws, &self.geography.work, 2.0))
    }

    /// Where an errand from `from` leads: `typical_metres` away on average (gamma), in any direction, on land, inside
    /// the bounds, and at least 300 m from `from`.
    pub fn errand(&self, draws: &mut Draws, from: Place, typical_metres: f64) -> Place {
        for _ in 0..TRIES {
            let metres = LEAST_ERRAND + typical_metres.max(0.0) * sample::gamma_mean_one(draws, ERRAND_SHAPE);
            // By rejection and plain arithmetic, the same on every platform.
            let [east, north]: [f64; 2] = UnitCircle.sample(draws);
            let to = moved(from, metres * east, metres * north);
            if self.is_livable(to) && from.metres_to(to) >= LEAST_ERRAND {
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

/// Metres in a degree of longitude; near the poles as much as at 89.4°, so that nothing divides by zero.
fn metres_per_lon(lat: f64) -> f64 {
    METRES_PER_DEGREE * libm::cos(lat.to_radians()).max(0.01)
}

fn moved(from: Place, east: f64, north: f64) -> Place {
    Place::from_degrees(from.lat() + north / METRES_PER_DEGREE, from.lon() + east / metres_per_lon(from.lat()))
}

fn polygon(outline: &[(f64, f64)]) -> (Rect<f64>, Polygon<f64>) {
    let line: LineString<f64> = outline.iter().map(|(lat, lon)| Coord { x: *lon, y: *lat }).collect();
    let polygon = Polygon::new(line, Vec::new());
    (polygon.bounding_rect().expect("an outline has corners"), polygon)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};
    use crate::region::PRESETS;
    use crate::region::tests::{build, own, region};

    fn draws() -> Draws {
        WorldKey::new(2).draws(0, Purpose::Place, 0)
    }

    fn assert_good(region: &Region, place: Place) {
        assert!(region.bounds.contains(place) && region.is_land(place), "{} {place:?}", region.name);
    }

    #[test]
    fn homes_work_and_errands_are_on_land_inside_the_bounds() {
        let custom = build(own([10.0, 20.0, 10.03, 20.03], "UTC")).unwrap();
        for region in PRESETS.iter().map(|name| region(name)).chain([custom]) {
            let mut draws = draws();
            for _ in 0..1_000 {
                let home = region.home(&mut draws);
                let shop = region.errand(&mut draws, home, region.trip_metres);
                let far = region.errand(&mut draws, shop, 1e9);
                let work = region.centre_of_work(&mut draws);
                for place in [home, work, shop, far] {
                    assert_good(&region, place);
                }
                assert!(home.metres_to(shop) >= LEAST_ERRAND && shop.metres_to(far) >= LEAST_ERRAND);
            }
        }
    }

    #[test]
    fn hubs_are_on_land() {
        for region in PRESETS.iter().map(|name| region(name)) {
            for hub in &region.geography.hubs {
                assert_good(&region, Place::from_degrees(hub.at.0, hub.at.1));
            }
        }
    }

    #[test]
    fn work_is_more_central_than_homes() {
        for region in PRESETS.iter().map(|name| region(name)) {
            let mut draws = draws();
            let mut mean = |place: fn(&Region, &mut Draws) -> Place| {
                (0..2_000).map(|_| place(&region, &mut draws).metres_to(region.centre)).sum::<f64>() / 2_000.0
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
        let mut draws = draws();
        let mean = (0..4_000).map(|_| houston.centre.metres_to(houston.errand(&mut draws, houston.centre, 5_000.0)));
        let mean = mean.sum::<f64>() / 4_000.0;
        assert!((mean - 5_300.0).abs() < 300.0, "{mean}");
    }
}
