//! Distances on a flat map. Must not depend on: drivers and riders.

use crate::base::Place;

/// A flat map of a city: it orders places by distance as the sphere does, at a fraction of the cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FlatMap {
    /// Length of a degree of longitude, in degrees of latitude.
    longitude_scale: f64,
}

impl FlatMap {
    /// Metres in a micro-degree of latitude.
    pub(crate) const METRES_PER_UNIT: f64 = 0.111_195;

    /// Returns the map of the surroundings of `place`.
    pub fn around(place: Place) -> Self {
        FlatMap { longitude_scale: libm::cos(place.lat().to_radians()) }
    }

    /// Metres between two places.
    pub fn metres(self, a: Place, b: Place) -> f64 {
        f64::sqrt(self.square(a, b)) * FlatMap::METRES_PER_UNIT
    }

    /// Returns the squared distance of two places, in micro-degrees of latitude.
    pub fn square(self, a: Place, b: Place) -> f64 {
        let lat = f64::from(a.lat_e6 - b.lat_e6);
        let lon = f64::from(a.lon_e6 - b.lon_e6) * self.longitude_scale;
        lat * lat + lon * lon
    }
}
