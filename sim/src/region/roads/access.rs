//! The access of places to the network: the junctions near each spot of the map, computed on first use.
//! Must not depend on: traffic.

use super::graph::{Graph, Way};
use super::land::{Point, distance};
use super::pace::Pace;
use super::terrain::Terrain;
use crate::engine::{Purpose, WorldKey, sample};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::OnceLock;

/// The number of junctions that a place is attached to.
const NEAR: usize = 8;

/// The number of candidate junctions around a spot.
const CANDIDATES: usize = 48;

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
        let metres = spot.junctions.map(|n| ACCESS_CIRCUITY * distance(p, graph.junctions[n as usize]));
        Near { spot, metres, millis: metres.map(|metres| self.pace.street_millis(spot.pace as f64, metres)) }
    }

    pub fn new(terrain: &Terrain, spacing: f64, pace: Pace, key: (WorldKey, u64)) -> Self {
        let count = |metres: f64| (metres / spacing * SPOTS_PER_SPACING).clamp(1.0, 500.0) as usize;
        let (columns, rows) = (count(terrain.extent.width()), count(terrain.extent.height()));
        Access { key, columns, rows, pace, spots: vec![OnceLock::new(); columns * rows] }
    }

    /// Returns the spot that holds `p`, or the nearest one.
    #[inline]
    pub fn spot(&self, terrain: &Terrain, graph: &Graph, p: Point) -> &Spot {
        let (column, row) = terrain.extent.cell(p, self.columns, self.rows);
        self.spots[row * self.columns + column].get_or_init(|| self.spot_at(terrain, graph, column, row))
    }

    fn spot_at(&self, terrain: &Terrain, graph: &Graph, column: usize, row: usize) -> Spot {
        let extent = terrain.extent;
        let at = |x: f64, y: f64| {
            (
                extent.low.0 + extent.width() * (column as f64 + x) / self.columns as f64,
                extent.low.1 + extent.height() * (row as f64 + y) / self.rows as f64,
            )
        };
        // On a shore, the dry part stands for the spot.
        let tries = [0.5, 0.2, 0.8].into_iter().flat_map(|y| [0.5, 0.2, 0.8].map(|x| at(x, y)));
        let middle = tries.into_iter().find(|p| !terrain.land.is_water(*p)).unwrap_or(at(0.5, 0.5));
        let nearest = nearest(terrain, graph, middle);
        let own = PACE_SPREAD * self.normal(NEIGHBOURHOOD | nearest[0].1 as u64);
        let pace = (terrain.pace(middle) * libm::exp(own)).min(FASTEST_PACE);
        let legs: Vec<(u32, u16)> =
            nearest.into_iter().map(|(metres, n)| (self.pace.street_millis(pace, metres), n)).collect();
        let best = best_reached_directly(graph, &legs);
        Spot {
            junctions: std::array::from_fn(|i| best[i.min(best.len() - 1)]),
            count: best.len().min(NEAR) as u8,
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

/// Returns the junctions nearest to `p` without water between, with the metres of streets to them; if there are none, the
/// nearest with water between.
fn nearest(terrain: &Terrain, graph: &Graph, p: Point) -> Vec<(f64, u16)> {
    let away = |n: u16| distance(p, graph.junctions[n as usize]);
    let mut all: Vec<(f64, u16)> = graph.streets().map(|n| (away(n), n)).collect();
    let count = all.len().min(CANDIDATES);
    all.select_nth_unstable_by(count - 1, |a, b| a.0.total_cmp(&b.0));
    all.truncate(count);
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let dry = |of: &&(f64, u16)| terrain.land.water_metres(p, graph.junctions[of.1 as usize]) <= CREEK_METRES;
    let found: Vec<(f64, u16)> = all.iter().filter(dry).copied().collect();
    let found = if found.is_empty() || terrain.land.is_water(p) { all } else { found };
    found.into_iter().map(|(metres, n)| (metres * ACCESS_CIRCUITY, n)).collect()
}

/// Returns the junctions that are not reached faster through another one, nearest first.
fn best_reached_directly(graph: &Graph, legs: &[(u32, u16)]) -> Vec<u16> {
    let mut least = vec![u32::MAX; graph.junctions.len()];
    legs.iter().for_each(|(millis, n)| least[*n as usize] = *millis);
    let asked = least.clone();
    let mut waiting = legs.len();
    let mut open: BinaryHeap<Reverse<(u32, u16)>> = legs.iter().map(|leg| Reverse(*leg)).collect();
    while let Some(Reverse((millis, at))) = open.pop() {
        if least[at as usize] < millis {
            continue;
        }
        waiting -= usize::from(asked[at as usize] < u32::MAX);
        if waiting == 0 {
            break;
        }
        for way in graph.ways_out(at) {
            let through = millis + way.millis;
            if through < least[way.to as usize] {
                least[way.to as usize] = through;
                open.push(Reverse((through, way.to)));
            }
        }
    }
    let mut best: Vec<(u32, u16)> = legs.iter().filter(|(millis, n)| least[*n as usize] == *millis).copied().collect();
    best.sort_unstable();
    best.into_iter().map(|(_, n)| n).collect()
}
