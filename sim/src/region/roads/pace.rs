//! The speed of a region's streets.
//! Must not depend on: the network.

/// The speed of the streets around a place, as a multiple of the city's usual street.
const ACCESS_SPEED: f64 = 1.15;

/// The spacings of the arterials after which the streets around a place are twice as slow.
const FAR_SPACINGS: f64 = 3.0;

/// The speed of a region's streets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Metres per second of a usual street.
    pub street: f64,
    /// The length of streets over which access takes twice its time.
    far_metres: f64,
}

impl Pace {
    /// Returns the pace of a city with this usual speed of streets and spacing of arterials.
    pub fn new(street_kmh: f64, spacing_metres: f64) -> Self {
        Pace { street: street_kmh / 3.6, far_metres: FAR_SPACINGS * spacing_metres }
    }

    /// Returns the time of a length of streets around a place with this pace. They are not through roads, so longer ways
    /// are slower.
    #[inline]
    pub fn street_millis(&self, pace: f64, metres: f64) -> u32 {
        (metres / (self.street * ACCESS_SPEED * pace) * (1.0 + metres / self.far_metres) * 1_000.0) as u32
    }
}
