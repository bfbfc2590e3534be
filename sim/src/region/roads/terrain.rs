//! The terrain of roads: the inhabited extent of a region, its waters, its zones, and the density of the city.
//! Must not depend on: roads and time.

use super::land::{Extent, Land, Point, distance};
use crate::base::Place;
use crate::engine::{RngStream, sample};
use crate::region::bounds::Bounds;
use crate::region::geography::Geography;

/// The zones along each side of the inhabited extent.
const ZONES_PER_SIDE: usize = 8;

/// The inhabited surroundings of a hub, in standard deviations.
const INHABITED_DEVIATIONS: f64 = 3.0;

/// The share that the densest part of a city takes off the speed of streets.
const DENSE_STREETS: f64 = 0.55;

/// The factor on congestion in the open, and the addition in the densest part.
const OPEN_JAMS: f64 = 0.65;
const DENSE_JAMS: f64 = 0.8;

/// The standard deviations of the logarithms of the pace of a zone's streets, and of its factor on congestion.
const PACE_SPREAD: f64 = 0.17;
const JAM_SPREAD: f64 = 0.38;

/// The factors of one part of the city.
#[derive(Clone, Copy, Debug)]
struct Zone {
    pace: f64,
    jam: f64,
}

/// A part of the city that makes the streets around it dense.
#[derive(Clone, Copy, Debug)]
pub(super) struct Core {
    pub at: Point,
    spread: f64,
    /// 1 for the hub with the most work.
    weight: f64,
}

/// The terrain of a city.
#[derive(Clone, Debug)]
pub(super) struct Terrain {
    pub extent: Extent,
    pub land: Land,
    pub cores: Vec<Core>,
    zones: Vec<Zone>,
}

impl Terrain {
    /// Returns the terrain of a region; `draws` decide the factors of its zones.
    pub fn new(geography: &Geography, bounds: Bounds, rng: &mut RngStream) -> Self {
        let extent = extent(geography, bounds);
        let most = geography.hubs().map(|hub| hub.2).fold(0.0, f64::max).max(1e-9);
        let core = |(at, spread, work): (Point, f64, f64)| Core { at, spread, weight: f64::sqrt(work / most) };
        let mut factor = |spread: f64| libm::exp(spread * sample::normal_fast(rng));
        let mut zone = || Zone { pace: factor(PACE_SPREAD), jam: factor(JAM_SPREAD) };
        Terrain {
            extent,
            zones: (0..ZONES_PER_SIDE * ZONES_PER_SIDE).map(|_| zone()).collect(),
            land: Land::new(extent, &geography.water_outlines()),
            cores: geography.hubs().map(core).collect(),
        }
    }

    /// Returns the density of the city at `p`: 0 in the open, 1 in the middle of the busiest hub.
    pub fn density(&self, p: Point) -> f64 {
        let of = |core: &Core| {
            let away = distance(core.at, p) / (1.4 * core.spread);
            core.weight * libm::exp(-0.5 * away * away)
        };
        self.cores.iter().map(of).fold(0.0, f64::max)
    }

    /// Returns the speed of streets at `p`: about 1 in the open, less where the city is dense.
    pub fn pace(&self, p: Point) -> f64 {
        (1.0 - DENSE_STREETS * self.density(p)) * self.zones[self.zone(p) as usize].pace
    }

    /// Returns the factor on congestion at `p`: about 1.
    pub fn jam(&self, p: Point) -> f64 {
        (OPEN_JAMS + DENSE_JAMS * self.density(p)) * self.zones[self.zone(p) as usize].jam
    }

    /// Returns the zone of `p`.
    pub fn zone(&self, p: Point) -> u8 {
        let (column, row) = self.extent.cell(p, ZONES_PER_SIDE, ZONES_PER_SIDE);
        (row * ZONES_PER_SIDE + column) as u8
    }

    /// Returns the radius of the city: the distance to the middle of its farthest suburb and a little more.
    pub fn radius(&self) -> f64 {
        self.cores.iter().map(|core| distance((0.0, 0.0), core.at) + 0.5 * core.spread).fold(0.0, f64::max)
    }
}

/// Returns the box around the hubs and their surroundings, within the bounds.
fn extent(geography: &Geography, bounds: Bounds) -> Extent {
    let low = geography.flat(Place::from_degrees(bounds.south(), bounds.west()));
    let high = geography.flat(Place::from_degrees(bounds.north(), bounds.east()));
    let mut extent = Extent { low: (0.0, 0.0), high: (0.0, 0.0) };
    for (at, spread, _) in geography.hubs() {
        let reach = INHABITED_DEVIATIONS * spread;
        extent.low = (extent.low.0.min(at.0 - reach), extent.low.1.min(at.1 - reach));
        extent.high = (extent.high.0.max(at.0 + reach), extent.high.1.max(at.1 + reach));
    }
    extent.low = (extent.low.0.max(low.0), extent.low.1.max(low.1));
    extent.high = (extent.high.0.min(high.0), extent.high.1.min(high.1));
    extent
}
