//! Lays out the roads of a city by its key: a jittered grid of arterials, freeways as rings and radials through the hubs,
//! ramps between them, and a few bridges.
//! Must not depend on: traffic.

mod freeways;

use super::figures::RoadFigures;
use super::graph::{Class, Graph, Link};
use super::land::{Point, between, distance};
use super::terrain::Terrain;
use crate::engine::{RngStream, sample};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

/// The approximate number of junctions of a city's arterials.
const JUNCTIONS: f64 = 650.0;

/// The least spacing of arterials, in metres.
const LEAST_SPACING_METRES: f64 = 400.0;

/// The largest offset of a junction from the grid, as a share of the spacing.
const JITTER: f64 = 0.22;

/// The share of the grid's roads that are missing.
const MISSING_SHARE: f64 = 0.06;
/// The share of the grid's cells with a diagonal.
const DIAGONAL_SHARE: f64 = 0.6;

/// The longest bridge of an arterial and of a freeway, in metres of water.
const ARTERIAL_BRIDGE_METRES: f64 = 2_500.0;
const FREEWAY_BRIDGE_METRES: f64 = 3_500.0;

/// A bridge is built where the way around takes this many times as long.
const BRIDGE_DETOUR_RATIO: f64 = 3.0;
/// The most bridges of a city.
const MOST_BRIDGES: usize = 24;

/// The length of roads as a multiple of the straight line between their junctions.
const ARTERIAL_CIRCUITY: f64 = 1.03;
const FREEWAY_CIRCUITY: f64 = 1.01;

/// The seconds of a ramp besides its length.
const RAMP_SECONDS: f64 = 40.0;

/// The speed of arterials as a multiple of the streets around them.
const ARTERIAL_SPEED: f64 = 1.45;
/// The share that the densest part of a city takes off the speed of freeways.
const DENSE_FREEWAYS: f64 = 0.15;

/// The standard deviations of the logarithms of a road's own speed, and of its factor on congestion.
const ARTERIAL_SPREAD: f64 = 0.10;
const FREEWAY_SPREAD: f64 = 0.05;
const JAM_SPREAD: f64 = 0.30;

/// The roads of a city while they are laid out.
pub(super) struct Planner<'a> {
    terrain: &'a Terrain,
    figures: &'a RoadFigures,
    rng: RngStream,
    /// Metres between neighbouring junctions.
    spacing: f64,
    junctions: Vec<Point>,
    /// The number of arterial junctions, the first ones.
    arterials: usize,
    links: Vec<Link>,
    /// Neighbours in the grid with water between.
    parted: Vec<(u16, u16)>,
}

/// Returns the distance between neighbouring junctions of a city, in metres.
pub(super) fn spacing(terrain: &Terrain) -> f64 {
    f64::sqrt(terrain.land.dry_area() / JUNCTIONS).max(LEAST_SPACING_METRES)
}

/// Returns the road network of a city.
pub(super) fn plan(terrain: &Terrain, figures: &RoadFigures, rng: RngStream) -> Graph {
    let mut planner = Planner {
        terrain,
        figures,
        rng,
        spacing: spacing(terrain),
        junctions: Vec::new(),
        arterials: 0,
        links: Vec::new(),
        parted: Vec::new(),
    };
    planner.lay_grid();
    planner.arterials = planner.junctions.len();
    planner.lay_freeways();
    planner.join_parts();
    planner.build_bridges();
    Graph::new(planner.junctions, planner.arterials, planner.links)
}

impl Planner<'_> {
    fn junction(&mut self, at: Point) -> u16 {
        self.junctions.push(at);
        (self.junctions.len() - 1) as u16
    }

    fn is_open(&self, p: Point) -> bool {
        self.terrain.extent.contains(p) && !self.terrain.land.is_water(p)
    }

    fn water(&self, a: u16, b: u16) -> f64 {
        self.terrain.land.water_metres(self.junctions[a as usize], self.junctions[b as usize])
    }

    fn link(&mut self, a: u16, b: u16, class: Class) {
        let (from, to) = (self.junctions[a as usize], self.junctions[b as usize]);
        let (straight, middle) = (distance(from, to).max(60.0), between(from, to, 0.5));
        let density = self.terrain.density(middle);
        let own = sample::normal_fast(&mut self.rng);
        let street = self.figures.street_kmh / 3.6 * ARTERIAL_SPEED * self.terrain.pace(middle);
        let (metres, seconds) = match class {
            Class::Freeway => {
                let speed = self.figures.freeway_kmh / 3.6 * (1.0 - DENSE_FREEWAYS * density);
                (straight * FREEWAY_CIRCUITY, straight * FREEWAY_CIRCUITY / speed * libm::exp(FREEWAY_SPREAD * own))
            }
            Class::Arterial => {
                (straight * ARTERIAL_CIRCUITY, straight * ARTERIAL_CIRCUITY / street * libm::exp(ARTERIAL_SPREAD * own))
            }
            Class::Ramp => (straight * ARTERIAL_CIRCUITY, straight * ARTERIAL_CIRCUITY / street + RAMP_SECONDS),
        };
        let jam = self.terrain.jam(middle) * libm::exp(JAM_SPREAD * sample::normal_fast(&mut self.rng));
        let millis = libm::round(seconds * 1_000.0).max(1.0) as u32;
        self.links.push(Link { a, b, class, metres: metres as f32, millis, jam: jam as f32 });
    }

    /// Lays a slightly rotated grid with jittered junctions, some roads missing and some cells with a diagonal.
    fn lay_grid(&mut self) {
        let extent = self.terrain.extent;
        let middle = between(extent.low, extent.high, 0.5);
        let half = (0.5 * distance(extent.low, extent.high) / self.spacing) as i32 + 1;
        let (sin, cos) = libm::sincos(self.rng.between(-0.35, 0.35));
        let mut grid = BTreeMap::new();
        for (row, column) in (-half..=half).flat_map(|row| (-half..=half).map(move |column| (row, column))) {
            let mut off = |index: i32| (index as f64 + self.rng.between(-JITTER, JITTER)) * self.spacing;
            let (x, y) = (off(column), off(row));
            let at = (middle.0 + x * cos - y * sin, middle.1 + x * sin + y * cos);
            if self.is_open(at) {
                grid.insert((row, column), self.junction(at));
            }
        }
        for (row, column) in grid.keys().copied().collect::<Vec<_>>() {
            let at = |right: i32, up: i32| grid.get(&(row + up, column + right)).copied();
            let diagonal = if self.rng.chance(0.5) { (at(0, 0), at(1, 1)) } else { (at(1, 0), at(0, 1)) };
            let (right, up) = ((at(0, 0), at(1, 0)), (at(0, 0), at(0, 1)));
            for (ends, share) in [(right, 1.0 - MISSING_SHARE), (up, 1.0 - MISSING_SHARE), (diagonal, DIAGONAL_SHARE)] {
                let there = self.rng.chance(share);
                if let (true, (Some(a), Some(b))) = (there, ends) {
                    self.arterial(a, b);
                }
            }
        }
    }

    fn arterial(&mut self, a: u16, b: u16) {
        let water = self.water(a, b);
        if water == 0.0 {
            self.link(a, b, Class::Arterial);
        } else if water <= ARTERIAL_BRIDGE_METRES {
            self.parted.push((a, b));
        }
    }

    /// Joins unconnected parts by the shortest bridges.
    fn join_parts(&mut self) {
        let mut parts = Parts::new(self.junctions.len());
        self.links.iter().for_each(|link| parts.join(link.a, link.b));
        while let Some((a, b)) = self.nearest_parts(&mut parts) {
            self.link(a, b, Class::Arterial);
            parts.join(a, b);
        }
    }

    /// Returns the nearest junctions of different parts, seen from the smallest part.
    fn nearest_parts(&self, parts: &mut Parts) -> Option<(u16, u16)> {
        let count = self.junctions.len();
        let mut sizes = vec![0_u16; count];
        let labels: Vec<u16> = (0..count as u16).map(|n| parts.root(n)).collect();
        labels.iter().for_each(|label| sizes[*label as usize] += 1);
        let smallest = (0..count).filter(|n| sizes[*n] > 0).min_by_key(|n| sizes[*n])?;
        let (inside, outside): (Vec<u16>, Vec<u16>) =
            (0..count as u16).partition(|n| labels[*n as usize] as usize == smallest);
        let pairs = inside.iter().flat_map(|a| outside.iter().map(move |b| (*a, *b)));
        let metres = |pair: &(u16, u16)| distance(self.junctions[pair.0 as usize], self.junctions[pair.1 as usize]);
        pairs.min_by(|a, b| metres(a).total_cmp(&metres(b)))
    }

    /// Builds bridges where the way around is long.
    fn build_bridges(&mut self) {
        let mut sites: Vec<(u64, u16, u16)> =
            std::mem::take(&mut self.parted).iter().map(|(a, b)| (self.rng.next_u64(), *a, *b)).collect();
        sites.sort_unstable();
        let mut neighbours = vec![Vec::new(); self.junctions.len()];
        for link in &self.links {
            neighbours[link.a as usize].push((link.b, link.millis));
            neighbours[link.b as usize].push((link.a, link.millis));
        }
        let mut built = 0;
        for (_, a, b) in sites {
            if built == MOST_BRIDGES {
                break;
            }
            let straight = distance(self.junctions[a as usize], self.junctions[b as usize]);
            let direct = straight / (self.figures.street_kmh / 3.6) * 1_000.0;
            if takes_longer(&neighbours, a, b, (direct * BRIDGE_DETOUR_RATIO) as u32) {
                self.link(a, b, Class::Arterial);
                let millis = self.links.last().map_or(0, |link| link.millis);
                neighbours[a as usize].push((b, millis));
                neighbours[b as usize].push((a, millis));
                built += 1;
            }
        }
    }
}

/// Returns whether every path from `a` to `b` takes longer than `limit`.
fn takes_longer(neighbours: &[Vec<(u16, u32)>], a: u16, b: u16, limit: u32) -> bool {
    let mut least = vec![limit; neighbours.len()];
    let mut open = BinaryHeap::from([Reverse((0_u32, a))]);
    while let Some(Reverse((millis, at))) = open.pop() {
        if at == b {
            return false;
        }
        for (to, more) in &neighbours[at as usize] {
            if millis + more < least[*to as usize] {
                least[*to as usize] = millis + more;
                open.push(Reverse((millis + more, *to)));
            }
        }
    }
    true
}

/// The connected parts of the junctions (union–find).
struct Parts(Vec<u16>);

impl Parts {
    fn new(count: usize) -> Self {
        Parts((0..count as u16).collect())
    }

    fn root(&mut self, of: u16) -> u16 {
        let mut at = of;
        while self.0[at as usize] != at {
            let above = self.0[at as usize];
            self.0[at as usize] = self.0[above as usize];
            at = above;
        }
        at
    }

    fn join(&mut self, a: u16, b: u16) {
        let (a, b) = (self.root(a), self.root(b));
        self.0[a as usize] = b;
    }
}
