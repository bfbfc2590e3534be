//! The box of a region in degrees, on top of `geo::Rect`.
//! Must not depend on: cities and water.

use super::error::RegionError;
use crate::base::Place;
use geo::{Coord, Rect};

/// Metres per degree of latitude, for the contract's Earth radius.
pub(crate) const METRES_PER_DEGREE: f64 = crate::base::EARTH_RADIUS_METRES * std::f64::consts::PI / 180.0;

/// The least size of a region in either direction, in metres.
const LEAST_METRES: f64 = 3_000.0;

/// A box on the globe: south to north, west to east, edges included. Never empty, never across the antimeridian.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    rect: Rect<f64>,
}

impl Bounds {
    /// Returns the box with the given sides in degrees; `region` is its name for messages.
    ///
    /// # Errors
    /// If a side is not finite or off the globe, if sides are swapped, or if the box is under 3 km either way.
    pub fn new(region: &str, [south, west, north, east]: [f64; 4]) -> Result<Self, RegionError> {
        for (side, value, limit) in
            [("south", south, 90.0), ("west", west, 180.0), ("north", north, 90.0), ("east", east, 180.0)]
        {
            check_side(region, side, value, limit)?;
        }
        check_order(region, ("south", south), ("north", north))?;
        check_order(region, ("west", west), ("east", east))?;
        let bounds = Bounds { rect: Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north }) };
        check_size(region, "from south to north", bounds.height_metres())?;
        check_size(region, "from west to east", bounds.width_metres())?;
        Ok(bounds)
    }

    /// Returns the southern edge in degrees.
    pub fn south(&self) -> f64 {
        self.rect.min().y
    }

    /// Returns the western edge in degrees.
    pub fn west(&self) -> f64 {
        self.rect.min().x
    }

    /// Returns the northern edge in degrees.
    pub fn north(&self) -> f64 {
        self.rect.max().y
    }

    /// Returns the eastern edge in degrees.
    pub fn east(&self) -> f64 {
        self.rect.max().x
    }

    /// Returns the middle of the box.
    pub fn centre(&self) -> Place {
        Place::from_degrees((self.south() + self.north()) / 2.0, (self.west() + self.east()) / 2.0)
    }

    /// Returns the metres from south to north.
    pub fn height_metres(&self) -> f64 {
        self.rect.height() * METRES_PER_DEGREE
    }

    /// Returns the metres from west to east along the middle parallel.
    pub fn width_metres(&self) -> f64 {
        self.rect.width() * METRES_PER_DEGREE * libm::cos((self.south() + self.north()).to_radians() / 2.0)
    }

    /// Returns whether `place` is in the box or on its edge.
    pub fn contains(&self, place: Place) -> bool {
        let (lat, lon) = (place.lat(), place.lon());
        lat >= self.south() && lat <= self.north() && lon >= self.west() && lon <= self.east()
    }

    /// Returns the place of the box nearest to `place`, by degrees.
    pub fn clamp(&self, place: Place) -> Place {
        let within = |value: i32, low: f64, high: f64| {
            value.clamp(libm::ceil(low * 1e6 - 1e-3) as i32, libm::floor(high * 1e6 + 1e-3) as i32)
        };
        Place {
            lat_e6: within(place.lat_e6, self.south(), self.north()),
            lon_e6: within(place.lon_e6, self.west(), self.east()),
        }
    }

    /// Returns the position of `place` in the box as shares of its width and height: 0 is west or south, 1 is east or north.
    pub(crate) fn shares(&self, place: Place) -> (f64, f64) {
        ((place.lon() - self.west()) / self.rect.width(), (place.lat() - self.south()) / self.rect.height())
    }
}

fn check_side(region: &str, side: &'static str, value: f64, limit: f64) -> Result<(), RegionError> {
    let region = region.to_owned();
    if !value.is_finite() {
        return Err(RegionError::BoundNotFinite { region, value });
    }
    if value.abs() > limit {
        return Err(RegionError::BoundOutOfRange { region, side, value, low: -limit, high: limit });
    }
    Ok(())
}

fn check_order(region: &str, lower: (&'static str, f64), upper: (&'static str, f64)) -> Result<(), RegionError> {
    if lower.1 < upper.1 {
        return Ok(());
    }
    let region = region.to_owned();
    Err(RegionError::BoundOrder { region, lower: lower.0, lower_value: lower.1, upper: upper.0, upper_value: upper.1 })
}

fn check_size(region: &str, direction: &'static str, metres: f64) -> Result<(), RegionError> {
    if metres >= LEAST_METRES {
        return Ok(());
    }
    Err(RegionError::TooSmall { region: region.to_owned(), direction, metres, least: LEAST_METRES })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn each_fault_has_an_error_of_its_own() {
        let fault = |sides| Bounds::new("mine", sides).unwrap_err();
        assert!(matches!(fault([30.0, -95.0, 29.0, -94.0]), RegionError::BoundOrder { lower: "south", .. }));
        assert!(matches!(fault([29.0, -94.0, 30.0, -94.0]), RegionError::BoundOrder { lower: "west", .. }));
        assert!(matches!(fault([29.0, -94.0, 91.0, -93.0]), RegionError::BoundOutOfRange { side: "north", .. }));
        assert!(matches!(fault([29.0, -194.0, 30.0, -93.0]), RegionError::BoundOutOfRange { side: "west", .. }));
        assert!(matches!(fault([f64::NAN, -94.0, 30.0, -93.0]), RegionError::BoundNotFinite { .. }));
        assert!(matches!(fault([29.0, -94.0, f64::INFINITY, -93.0]), RegionError::BoundNotFinite { .. }));
        assert!(matches!(fault([29.0, -94.0, 29.001, -93.0]), RegionError::TooSmall { .. }));
    }

    proptest! {
        #[test]
        fn clamped_places_are_inside(
            south in -80.0..80.0, west in -170.0..160.0, size in 0.2..5.0, lat in -90.0..90.0, lon in -180.0..180.0,
        ) {
            let bounds = Bounds::new("mine", [south, west, south + size, west + size]).unwrap();
            let place = Place::from_degrees(lat, lon);
            let inside = bounds.clamp(place);
            let off = |a: f64, low: f64, high: f64| a < low - 2e-9 || a > high + 2e-9;
            prop_assert!(!off(inside.lat(), bounds.south(), bounds.north()));
            prop_assert!(!off(inside.lon(), bounds.west(), bounds.east()));
            prop_assert!(!bounds.contains(place) || inside == place);
        }
    }
}
