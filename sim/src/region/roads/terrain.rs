//! What roads are laid on: the inhabited extent of a region, its waters, its zones, and how dense the city is where.
//! Knows no roads and no time.

use super::land::{Extent, Land, Point, distance};
use crate::base::Place;
use crate::engine::{Draws, sample};
use crate::region::bounds::Bounds;
use crate::region::geography::Geography;

/// Zones along each side of the inhabited extent.
const ZONES_A_SIDE: usize = 8;

/// So many standard deviations around every hub count as inhabited.
const INHABITED: f64 = 3.0;

/// What the densest part of a city takes off the speed of streets.
const DENSE_STREETS: f64 = 0.55;

/// How readily roads jam in the open, and what the densest part adds.
const OPEN_JAMS: f64 = 0.65;
const DENSE_JAMS: f64 = 0.8;

/// Spread of the logarithms of the pace of a zone's streets, and of how readily its roads jam.
const PACE_SPREAD: f64 = 0.17;
const JAM_SPREAD: f64 = 0.38;

/// What sets one part of the city apart from another.
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
    /// 1 for the one with the most work.
    weight: f64,
}

/// The ground of a city.
#[derive(Clone, Debug)]
pub(super) struct Terrain {
    pub extent: Extent,
    pub land: Land,
    pub cores: Vec<Core>,
    zones: Vec<Zone>,
}

impl Terrain {
    /// The ground of a region; `draws` tell its zones apart.
    pub fn new(geography: &Geography, bounds: Bounds, draws: &mut Draws) -> Self {
        let extent = extent(geography, bounds);
        let most = geography.hubs().map(|hub| hub.2).fold(0.0, f64::max).max(1e-9);
        let core = |(at, spread, work): (Point, f64, f64)| Core { at, spread, weight: f64::sqrt(work / most) };
        let mut factor = |spread: f64| libm::exp(spread * sample::normal_fast(draws));
        let mut zone = || Zone { pace: factor(PACE_SPREAD), jam: factor(JAM_SPREAD) };
        Terrain {
            extent,
            zones: (0..ZONES_A_SIDE * ZONES_A_SIDE).map(|_| zone()).collect(),
            land: Land::new(extent, &geography.water_outlines()),
            cores: geography.hubs().map(core).collect(),
        }
    }

    /// How dense the city is at `p`: 0 in the open, 1 in the middle of the busiest hub.
    pub fn density(&self, p: Point) -> f64 {
        let of = |core: &Core| {
            let away = distance(core.at, p) / (1.4 * core.spread);
            core.weight * libm::exp(-0.5 * away * away)
        };
        self.cores.iter().map(of).fold(0.0, f64::max)
    }

    /// Speed of streets at `p`: about 1 in the open, less where the city is dense.
    pub fn pace(&self, p: Point) -> f64 {
        (1.0 - DENSE_STREETS * self.density(p)) * self.zones[self.zone(p) as usize].pace
    }

    /// How readily roads jam at `p`: about 1.
    pub fn jam(&self, p: Point) -> f64 {
        (OPEN_JAMS + DENSE_JAMS * self.density(p)) * self.zones[self.zone(p) as usize].jam
    }

    /// The zone that `p` lies in.
    pub fn zone(&self, p: Point) -> u8 {
        let (column, row) = self.extent.cell(p, ZONES_A_SIDE, ZONES_A_SIDE);
        (row * ZONES_A_SIDE + column) as u8
    }

    /// How far the city reaches from its centre: to the middle of its farthest suburb and a little more.
    pub fn radius(&self) -> f64 {
        self.cores.iter().map(|core| distance((0.0, 0.0), core.at) + 0.5 * core.spread).fold(0.0, f64::max)
    }
}

/// The box around the hubs and their surroundings, within the bounds.
fn extent(geography: &Geography, bounds: Bounds) -> Extent {
    let low = geography.flat(Place::from_degrees(bounds.south(), bounds.west()));
    let high = geography.flat(Place::from_degrees(bounds.north(), bounds.east()));
    let mut extent = Extent { low: (0.0, 0.0), high: (0.0, 0.0) };
    for (at, spread, _) in geography.hubs() {
        let reach = INHABITED * spread;
        extent.low = (extent.low.0.min(at.0 - reach), extent.low.1.min(at.1 - reach));
        extent.high = (extent.high.0.max(at.0 + reach), extent.high.1.max(at.1 + reach));
    }
    extent.low = (extent.low.0.max(low.0), extent.low.1.max(low.1));
    extent.high = (extent.high.0.min(high.0), extent.high.1.min(high.1));
    extent
}
