//! The access of places to the network: the junctions near each spot of the map, computed on first use.
//! Must not depend on: traffic.

mod legs;

use super::graph::{Graph, Way};
use super::land::{Point, distance};
use super::nearby::JunctionGrid;
use super::pace::Pace;
use super::terrain::Terrain;
use crate::engine::{Purpose, WorldKey, sample};
use legs::{Leg, NEAR, best_legs};
use std::sync::OnceLock;

/// The length of streets from a place to a junction, as a multiple of the straight line.
pub(super) const ACCESS_CIRCUITY: f64 = 1.25;

/// The metres of water that streets cross: creeks, and the corner of a cell of the raster.
pub(super) const CREEK_METRES: f64 = 250.0;

/// The number of spots per spacing of the arterials.
const SPOTS_PER_SPACING: f64 = 6.0;

/// The standard deviation of the logarithm of the pace of neighbourhoods: stop signs, schools, parked cars, or wide streets.
const PACE_SPREAD: f64 = 0.16;

/// The fastest pace of a neighbourhood: above it, the way to the next junction would be faster than the arterials.
const FASTEST_PACE: f64 = 1.1;

/// The standard deviation of the logarithm of the detour of short ways: culs-de-sac, creeks and one-way streets between some
/// places, and none between others.
const DETOUR_SPREAD: f64 = 0.70;

/// Acts of draws: of neighbourhoods, which are the junctions that spots are nearest to, and of pairs of spots.
const NEIGHBOURHOOD: u64 = 1 << 32;
const PAIR: u64 = 1 << 56;

/// A spot of the map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// Junctions that are best reached by streets, the nearest first; as many as `count`.
    pub junctions: [u16; NEAR],
    count: u8,
    /// As [`Terrain::pace`], and the neighbourhood's own.
    pub pace: f32,
    number: u32,
}

/// The spots of a network, computed on first use: a cache that changes no result.
#[derive(Clone, Debug)]
pub(super) struct Access {
    /// The key of the world, and the region.
    key: (WorldKey, u64),
    columns: usize,
    rows: usize,
    pace: Pace,
    junctions: JunctionGrid,
    spots: Vec<OnceLock<Spot>>,
}

/// A place and the time from it to the junctions around it.
pub(super) struct Near {
    pub spot: Spot,
    metres: [f64; NEAR],
    millis: [u32; NEAR],
}

impl Near {
    /// Returns the junctions, with the time between the place and each.
    #[inline]
    pub fn legs(&self) -> impl Iterator<Item = (u16, u32)> + '_ {
        let count = self.spot.count as usize;
        self.spot.junctions[..count].iter().copied().zip(self.millis[..count].iter().copied())
    }

    /// Returns the streets between the place and a junction near it.
    pub fn leg(&self, junction: u16, inward: f64) -> Way {
        let i = self.spot.junctions.iter().position(|n| *n == junction).unwrap_or(0);
        Way::streets(self.metres[i], self.millis[i], junction, inward)
    }
}

impl Access {
    /// Returns the place `p` with the junctions around it.
    #[inline]
    pub fn near(&self, terrain: &Terrain, graph: &Graph, p: Point) -> Near {
        let spot = *self.spot(terrain, graph, p);
        let (mut metres, mut millis) = ([0.0; NEAR], [0; NEAR]);
        for i in 0..spot.count as usize {
            metres[i] = ACCESS_CIRCUITY * distance(p, graph.junctions[spot.junctions[i] as usize]);
            millis[i] = self.pace.street_millis(spot.pace as f64, metres[i]);
        }
        Near { spot, metres, millis }
    }

    pub fn new(terrain: &Terrain, graph: &Graph, spacing: f64, pace: Pace, key: (WorldKey, u64)) -> Self {
        let count = |metres: f64| (metres / spacing * SPOTS_PER_SPACING).clamp(1.0, 500.0) as usize;
        let (columns, rows) = (count(terrain.extent.width()), count(terrain.extent.height()));
        let junctions = JunctionGrid::new(terrain.extent, spacing, &graph.junctions, graph.streets().len());
        let spots = vec![OnceLock::new(); columns * rows];
        Access { key, columns, rows, pace, junctions, spots }
    }

    /// Returns the spot that holds `p`, or the nearest one.
    #[inline]
    pub fn spot(&self, terrain: &Terrain, graph: &Graph, p: Point) -> &Spot {
        let (column, row) = terrain.extent.cell(p, self.columns, self.rows);
        self.spots[row * self.columns + column].get_or_init(|| self.spot_at(terrain, graph, column, row))
    }

    /// Returns the point that stands for a spot.
    fn middle(&self, terrain: &Terrain, column: usize, row: usize) -> Point {
        let extent = terrain.extent;
        let at = |x: f64, y: f64| {
            (
                extent.low.0 + extent.width() * (column as f64 + x) / self.columns as f64,
                extent.low.1 + extent.height() * (row as f64 + y) / self.rows as f64,
            )
        };
        // On a shore, the dry part stands for the spot.
        let tries = [0.5, 0.2, 0.8].into_iter().flat_map(|y| [0.5, 0.2, 0.8].map(|x| at(x, y)));
        tries.into_iter().find(|p| !terrain.land.is_water(*p)).unwrap_or(at(0.5, 0.5))
    }

    fn spot_at(&self, terrain: &Terrain, graph: &Graph, column: usize, row: usize) -> Spot {
        let p = self.middle(terrain, column, row);
        let nearby = self.junctions.around(p);
        let is_dry = |n: u16| terrain.land.water_metres(p, graph.junctions[n as usize]) <= CREEK_METRES;
        // Without a junction on this shore, those on others count.
        let on_shore = if terrain.land.is_water(p) { None } else { nearby.nearest(is_dry) };
        let nearest = on_shore.or_else(|| nearby.nearest(|_| true)).expect("a network has junctions");
        let own = PACE_SPREAD * self.normal(NEIGHBOURHOOD | u64::from(nearest.1));
        let pace = (terrain.pace(p) * libm::exp(own)).min(FASTEST_PACE);
        let leg = |(metres, junction): (f64, u16)| Leg {
            millis: self.pace.street_millis(pace, metres * ACCESS_CIRCUITY),
            metres,
            junction,
        };
        let is_allowed = |leg: &Leg| {
            nearby.is_among_nearest((leg.metres, leg.junction)) && (on_shore.is_none() || is_dry(leg.junction))
        };
        let legs = best_legs(graph, leg(nearest), nearby.iter().map(leg), is_allowed);
        Spot {
            junctions: std::array::from_fn(|i| legs[i.min(legs.len() - 1)].junction),
            count: legs.len() as u8,
            pace: pace as f32,
            number: (row * self.columns + column) as u32,
        }
    }

    /// Returns the ratio of the length of streets to the straight distance `km` between two places: larger for short trips,
    /// as published, and constant between two spots.
    pub fn circuity(&self, from: &Near, to: &Near, km: f64) -> f64 {
        let (a, b) = (from.spot.number.min(to.spot.number), from.spot.number.max(to.spot.number));
        let own = DETOUR_SPREAD * self.normal(PAIR | (a as u64) << 28 | b as u64);
        let usual = 0.25 + 0.4 * libm::exp(-km / 2.5);
        1.0 + usual * libm::exp(own - 0.5 * DETOUR_SPREAD * DETOUR_SPREAD)
    }

    fn normal(&self, act: u64) -> f64 {
        sample::normal_fast(&mut self.key.0.rng(self.key.1, Purpose::RoadPlan, act))
    }
}

#[cfg(test)]
mod tests;
