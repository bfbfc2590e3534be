//! What a reader knows of a world beforehand: its regions with bounds, zone and currency, and a few rules.
//! Written down by hand from the documentation, not taken from the simulation.

use chrono::{DateTime, Datelike, TimeZone, Timelike};
use chrono_tz::Tz;

/// A region as the documentation describes it.
#[derive(Clone, Copy, Debug)]
pub struct RegionFacts {
    /// South, west, north, east.
    pub bounds: [f64; 4],
    pub zone: Tz,
    pub currency: &'static str,
}

pub const HOUSTON: RegionFacts =
    RegionFacts { bounds: [29.52, -95.79, 30.11, -95.01], zone: Tz::America__Chicago, currency: "USD" };
pub const SAO_PAULO: RegionFacts =
    RegionFacts { bounds: [-23.79, -46.83, -23.36, -46.36], zone: Tz::America__Sao_Paulo, currency: "BRL" };
pub const NEW_YORK: RegionFacts =
    RegionFacts { bounds: [40.50, -74.26, 40.92, -73.70], zone: Tz::America__New_York, currency: "USD" };
pub const LONDON: RegionFacts =
    RegionFacts { bounds: [51.29, -0.51, 51.69, 0.33], zone: Tz::Europe__London, currency: "GBP" };
pub const MUMBAI: RegionFacts =
    RegionFacts { bounds: [18.89, 72.77, 19.28, 72.99], zone: Tz::Asia__Kolkata, currency: "USD" };
pub const TOKYO: RegionFacts =
    RegionFacts { bounds: [35.53, 139.56, 35.82, 139.92], zone: Tz::Asia__Tokyo, currency: "JPY" };

/// A drift as its scenario describes it: for all regions and types of life.
#[derive(Clone, Debug)]
pub struct DriftFacts {
    pub id: String,
    /// Microseconds since 1970: when it starts, is half-way, and ends (or, where it comes and goes, has gone).
    pub instants: [i64; 3],
    /// Whether it is over at its end.
    pub goes: bool,
    pub share: f64,
}

impl DriftFacts {
    /// Whether a drift without width changes something at an instant.
    pub fn in_force(&self, micros: i64) -> bool {
        micros >= self.instants[0] && !(self.goes && micros >= self.instants[2])
    }
}

/// A world as its scenario describes it.
#[derive(Clone, Debug)]
pub struct WorldFacts {
    pub regions: Vec<RegionFacts>,
    /// Microseconds since 1970; the end is exclusive.
    pub span: (i64, i64),
    pub merchants: u32,
    pub products: u32,
    pub session_timeout_minutes: i64,
    pub pickup_limit_km: f64,
    pub fraud_rate: f64,
    /// Whether the topics carry all extras behind the fields of the contract.
    pub extras: bool,
    /// In the order of the scenario.
    pub drifts: Vec<DriftFacts>,
}

impl RegionFacts {
    /// Whether a point is inside, or at most `margin` degrees outside.
    pub fn contains(&self, (lat, lon): (f64, f64), margin: f64) -> bool {
        let [south, west, north, east] = self.bounds;
        let margin = margin + 1e-9;
        (south - margin..=north + margin).contains(&lat) && (west - margin..=east + margin).contains(&lon)
    }

    /// Weekday (Monday 0) and hour of the region's clocks.
    pub fn local(&self, micros: i64) -> (i64, i64) {
        let time = DateTime::from_timestamp_micros(micros).expect("a time of our days");
        let local = self.zone.from_utc_datetime(&time.naive_utc());
        (local.weekday().num_days_from_monday() as i64, local.hour() as i64)
    }

    /// Decimals of an amount here.
    pub fn decimals(&self) -> usize {
        if self.currency == "JPY" { 0 } else { 2 }
    }
}

impl WorldFacts {
    /// The region whose merchants `number` belongs to.
    pub fn region_of_merchant(&self, number: u32) -> usize {
        ((number - 1) / self.merchants) as usize
    }

    /// The region whose products `number` belongs to.
    pub fn region_of_product(&self, number: u32) -> usize {
        ((number - 1) / self.products) as usize
    }

    /// The region that a point lies in.
    pub fn region_of_point(&self, point: (f64, f64)) -> Option<usize> {
        self.regions.iter().position(|r| r.contains(point, 0.0))
    }
}

/// Great-circle distance in kilometres by the haversine formula, with the Earth's radius of the contract.
pub fn haversine_km(a: (f64, f64), b: (f64, f64)) -> f64 {
    let (p, q) = (a.0.to_radians(), b.0.to_radians());
    let half = |x: f64| (x / 2.0).sin().powi(2);
    let h = half(q - p) + p.cos() * q.cos() * half((b.1 - a.1).to_radians());
    2.0 * 6371.0 * h.sqrt().min(1.0).asin()
}
