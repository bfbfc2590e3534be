//! Between places and the network: the few junctions near each spot of the map, looked up when first asked for.
//! Knows no traffic.

use super::graph::{Graph, Way};
use super::land::{Point, distance};
use super::terrain::Terrain;
use super::{ACCESS_CIRCUITY, ACCESS_SPEED, Network};
use crate::engine::{Purpose, WorldKey, sample};
use std::sync::OnceLock;

/// How many junctions a place is attached to.
const NEAR: usize = 8;

/// Spots along one spacing of the arterials.
const SPOTS: f64 = 6.0;

/// Spread of the logarithm of the pace of neighbourhoods: stop signs, schools, parked cars, or wide streets.
const PACE_SPREAD: f64 = 0.16;

/// No neighbourhood's streets are faster: else the way to the next junction would be faster than the arterials there.
const FASTEST_PACE: f64 = 1.1;

/// Spread of the logarithm of what short ways are longer than straight: culs-de-sac, creeks and one-way streets between
/// some doors, and none between others.
const DETOUR_SPREAD: f64 = 0.70;

/// Acts of draws: of neighbourhoods, which are the junctions that spots are nearest to, and of pairs of spots.
const NEIGHBOURHOOD: u64 = 1 << 32;
const PAIR: u64 = 1 << 56;

/// What is known of a spot of the map.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    /// The nearest junctions on the same shore, the nearest first; the first ones again where there are fewer.
    pub junctions: [u16; NEAR],
    pub zone: u8,
    /// As [`Terrain::pace`], and the neighbourhood's own.
    pub pace: f32,
    number: u32,
}

/// The spots of a network. They are looked at when first asked for: that saves time and changes nothing.
#[derive(Clone, Debug)]
pub(super) struct Access {
    /// The key of the world, and the region.
    key: (WorldKey, u64),
    columns: usize,
    rows: usize,
    spots: Vec<OnceLock<Spot>>,
}

/// A place and the time from it to the junctions around it.
pub(super) struct Near {
    pub spot: Spot,
    metres: [f64; NEAR],
    millis: [u32; NEAR],
}

impl Near {
    /// Junctions, and the time from the place to each, or from each to the place.
    #[inline]
    pub fn legs(&self) -> impl Iterator<Item = (u16, u32)> {
        self.spot.junctions.into_iter().zip(self.millis)
    }
}

impl Access {
    pub fn new(terrain: &Terrain, spacing: f64, key: (WorldKey, u64)) -> Self {
        let count = |metres: f64| (metres / spacing * SPOTS).clamp(1.0, 500.0) as usize;
        let (columns, rows) = (count(terrain.extent.width()), count(terrain.extent.height()));
        Access { key, columns, rows, spots: vec![OnceLock::new(); columns * rows] }
    }

    /// The spot that holds `p`, or the nearest one.
    #[inline]
    pub fn spot(&self, terrain: &Terrain, graph: &Graph, p: Point) -> &Spot {
        let (column, row) = terrain.extent.cell(p, self.columns, self.rows);
        self.spots[row * self.columns + column].get_or_init(|| self.look(terrain, graph, column, row))
    }

    fn look(&self, terrain: &Terrain, graph: &Graph, column: usize, row: usize) -> Spot {
        let extent = terrain.extent;
        let at = |x: f64, y: f64| {
            (
                extent.low.0 + extent.width() * (column as f64 + x) / self.columns as f64,
                extent.low.1 + extent.height() * (row as f64 + y) / self.rows as f64,
            )
        };
        // On a shore the dry part speaks for the spot.
        let tries = [0.5, 0.2, 0.8].into_iter().flat_map(|y| [0.5, 0.2, 0.8].map(|x| at(x, y)));
        let middle = tries.into_iter().find(|p| !terrain.land.is_water(*p)).unwrap_or(at(0.5, 0.5));
        let junctions = nearest(terrain, graph, middle);
        let own = PACE_SPREAD * self.normal(NEIGHBOURHOOD | junctions[0] as u64);
        Spot {
            junctions,
            zone: terrain.zone(middle),
            pace: (terrain.pace(middle) * libm::exp(own)).min(FASTEST_PACE) as f32,
            number: (row * self.columns + column) as u32,
        }
    }

    /// Length of streets over the straight distance `km` between two places: more for short trips, as published, and
    /// always the same between the same spots.
    pub fn circuity(&self, from: &Near, to: &Near, km: f64) -> f64 {
        let (a, b) = (from.spot.number.min(to.spot.number), from.spot.number.max(to.spot.number));
        let own = DETOUR_SPREAD * self.normal(PAIR | (a as u64) << 28 | b as u64);
        let usual = 0.25 + 0.4 * libm::exp(-km / 2.5);
        1.0 + usual * libm::exp(own - 0.5 * DETOUR_SPREAD * DETOUR_SPREAD)
    }

    fn normal(&self, act: u64) -> f64 {
        sample::normal_fast(&mut self.key.0.draws(self.key.1, Purpose::RoadPlan, act))
    }
}

/// The junctions nearest to `p` that no water parts from it; any, where water parts all.
fn nearest(terrain: &Terrain, graph: &Graph, p: Point) -> [u16; NEAR] {
    let mut by_distance: Vec<(f64, u16)> =
        graph.streets().map(|n| (distance(p, graph.junctions[n as usize]), n)).collect();
    let count = by_distance.len().min(8 * NEAR);
    by_distance.select_nth_unstable_by(count - 1, |a, b| a.0.total_cmp(&b.0));
    by_distance.truncate(count);
    by_distance.sort_by(|a, b| a.0.total_cmp(&b.0));
    let dry = |n: &u16| terrain.land.water_metres(p, graph.junctions[*n as usize]) == 0.0;
    let all = || by_distance.iter().map(|(_, n)| *n);
    let found: Vec<u16> = if terrain.land.is_water(p) { Vec::new() } else { all().filter(dry).take(NEAR).collect() };
    let found = if found.is_empty() { all().take(NEAR).collect() } else { found };
    std::array::from_fn(|i| found[i % found.len()])
}

impl Network {
    #[inline]
    pub(super) fn near(&self, p: Point) -> Near {
        let spot = *self.access.spot(&self.terrain, &self.graph, p);
        let speed = self.street * ACCESS_SPEED * spot.pace as f64;
        let metres = spot.junctions.map(|n| ACCESS_CIRCUITY * distance(p, self.graph.junctions[n as usize]));
        Near { spot, metres, millis: metres.map(|metres| (metres / speed * 1_000.0) as u32) }
    }

    /// The streets between a place and a junction near it.
    pub(super) fn leg(&self, near: &Near, junction: u16, inward: f64) -> Way {
        let i = near.spot.junctions.iter().position(|n| *n == junction).unwrap_or(0);
        Way::streets(near.metres[i], near.millis[i], near.spot.zone, inward)
    }
}
