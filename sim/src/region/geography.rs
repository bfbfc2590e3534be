//! The geography of a region: hubs, land and water, and a flat map in metres around the centre.
//! Must not depend on: roads and time.

use super::bounds::{Bounds, METRES_PER_DEGREE};
use crate::base::Place;
use crate::engine::{RngStream, sample};
use geo::{BoundingRect, Contains, Coord, LineString, Polygon, Rect};

/// A part of a city around which people live and work.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hub {
    /// Latitude and longitude in degrees.
    pub at: (f64, f64),
    /// The standard deviation of homes around it, in km; workplaces are twice as dense.
    pub spread_km: f64,
    /// The share of the homes, of any scale.
    pub homes: f64,
    /// The share of the workplaces, of any scale.
    pub work: f64,
}

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
    /// Returns the geography of a city with these hubs and waters, which are outlines in degrees of latitude and longitude.
    pub(super) fn of_city(centre: Place, hubs: &[Hub], water: &[&[(f64, f64)]]) -> Self {
        Geography::new(centre, hubs.to_vec(), water.iter().map(|outline| polygon(outline)).collect())
    }

    /// Returns a city in the middle of `bounds` with hubs around its centre and no water.
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

    /// Returns the metres east and north of the centre on a flat map, accurate to a few per cent within a city.
    #[inline]
    pub(super) fn flat(&self, place: Place) -> (f64, f64) {
        let (lat, lon) = (place.lat_e6 - self.centre.lat_e6, place.lon_e6 - self.centre.lon_e6);
        (lon as f64 * 1e-6 * self.metres_per_lon, lat as f64 * 1e-6 * METRES_PER_DEGREE)
    }

    /// Returns the place at metres east and north of the centre: the inverse of [`Geography::flat`].
    pub(super) fn place(&self, (east, north): (f64, f64)) -> Place {
        Place::from_degrees(
            self.centre.lat() + north / METRES_PER_DEGREE,
            self.centre.lon() + east / self.metres_per_lon,
        )
    }

    /// Returns the hubs on the flat map: the point, the spread of homes in metres, the share of the workplaces.
    pub(super) fn hubs(&self) -> impl Iterator<Item = ((f64, f64), f64, f64)> {
        self.hubs
            .iter()
            .map(|hub| (self.flat(Place::from_degrees(hub.at.0, hub.at.1)), hub.spread_km * 1_000.0, hub.work))
    }

    /// Returns the outlines of the waters on the flat map.
    pub(super) fn water_outlines(&self) -> Vec<Vec<(f64, f64)>> {
        let outline = |polygon: &Polygon<f64>| {
            polygon.exterior().coords().map(|c| self.flat(Place::from_degrees(c.y, c.x))).collect()
        };
        self.water.iter().map(|(_, polygon)| outline(polygon)).collect()
    }

    pub(super) fn is_water(&self, place: Place) -> bool {
        let point = Coord { x: place.lon(), y: place.lat() };
        self.water.iter().any(|(rect, polygon)| rect.contains(&point) && polygon.contains(&point))
    }

    /// Returns a home around one of the hubs.
    pub(super) fn home(&self, rng: &mut RngStream) -> Place {
        self.around_hub(rng, &self.homes, 1.0)
    }

    /// Returns a workplace, which is closer to the hubs than a home.
    pub(super) fn work(&self, rng: &mut RngStream) -> Place {
        self.around_hub(rng, &self.work, 2.0)
    }

    /// Returns a place around one of the hubs, weighted by `cumulative`; `density` divides the spread.
    fn around_hub(&self, rng: &mut RngStream, cumulative: &[f64], density: f64) -> Place {
        let hub = &self.hubs[sample::pick(cumulative, rng.unit())];
        let spread = hub.spread_km * 1_000.0 / density;
        let (east, north) = (spread * sample::normal(rng), spread * sample::normal(rng));
        moved(Place::from_degrees(hub.at.0, hub.at.1), east, north)
    }

    /// Returns the hub farthest from `from`.
    pub(super) fn farthest_hub(&self, from: Place) -> Place {
        let places = self.hubs.iter().map(|hub| Place::from_degrees(hub.at.0, hub.at.1));
        places.max_by(|a, b| from.metres_to(*a).total_cmp(&from.metres_to(*b))).unwrap_or(self.centre)
    }
}

/// Returns the metres per degree of longitude, at most as small as at 89.4°, so that it is a valid divisor.
fn metres_per_lon(lat: f64) -> f64 {
    METRES_PER_DEGREE * libm::cos(lat.to_radians()).max(0.01)
}

pub(super) fn moved(from: Place, east: f64, north: f64) -> Place {
    Place::from_degrees(from.lat() + north / METRES_PER_DEGREE, from.lon() + east / metres_per_lon(from.lat()))
}

fn polygon(outline: &[(f64, f64)]) -> (Rect<f64>, Polygon<f64>) {
    let line: LineString<f64> = outline.iter().map(|(lat, lon)| Coord { x: *lon, y: *lat }).collect();
    let polygon = Polygon::new(line, Vec::new());
    (polygon.bounding_rect().expect("an outline has corners"), polygon)
}
