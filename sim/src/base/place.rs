//! Places on the globe in whole micro-degrees, and great-circle distances between them.
//! Must not depend on: regions and roads.

use serde::{Deserialize, Serialize};

/// Mean radius of the Earth in metres, as the wire contract fixes it.
pub const EARTH_RADIUS_METRES: f64 = 6_371_000.0;

/// A point in micro-degrees (10⁻⁶ degree, about 0.11 m of latitude).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Latitude in micro-degrees, north positive.
    pub lat_e6: i32,
    /// Longitude in micro-degrees, east positive.
    pub lon_e6: i32,
}

impl Place {
    /// Returns the place at the given degrees, rounded to the micro-degree.
    pub fn from_degrees(lat: f64, lon: f64) -> Self {
        Place { lat_e6: libm::round(lat * 1e6) as i32, lon_e6: libm::round(lon * 1e6) as i32 }
    }

    /// Returns the latitude in degrees.
    pub fn lat(self) -> f64 {
        self.lat_e6 as f64 / 1e6
    }

    /// Returns the longitude in degrees.
    pub fn lon(self) -> f64 {
        self.lon_e6 as f64 / 1e6
    }

    /// Returns the great-circle distance in metres (haversine, computed with `libm` for the same bits everywhere).
    pub fn metres_to(self, other: Place) -> f64 {
        let half = |a: i32, b: i32| libm::sin((b - a) as f64 * 1e-6_f64.to_radians() / 2.0);
        let (lat, lon) = (half(self.lat_e6, other.lat_e6), half(self.lon_e6, other.lon_e6));
        let cosines = libm::cos(self.lat().to_radians()) * libm::cos(other.lat().to_radians());
        let h = lat * lat + cosines * lon * lon;
        2.0 * EARTH_RADIUS_METRES * libm::asin(f64::sqrt(h.min(1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_degree_of_latitude_is_111_km() {
        let metres = Place::from_degrees(0.0, 0.0).metres_to(Place::from_degrees(1.0, 0.0));
        assert!((metres - 111_194.9).abs() < 0.1, "{metres}");
    }

    #[test]
    fn houston_to_its_airport() {
        let metres = Place::from_degrees(29.763, -95.363).metres_to(Place::from_degrees(29.984, -95.341));
        assert!((metres - 24_665.0).abs() < 20.0, "{metres}");
    }
}
