//! The road network of a region with the fastest path between any two places by free-flow time.
//! Must not depend on: traffic, weather and drivers.

use super::access::{Access, CREEK_METRES, Near};
use super::figures::RoadFigures;
use super::graph::{Graph, Link, Way, inward};
use super::land::{Point, between, distance};
use super::pace::Pace;
use super::plan::{plan, spacing};
use super::terrain::Terrain;
use crate::engine::{Purpose, WorldKey};
use crate::region::bounds::Bounds;
use crate::region::geography::Geography;

/// The speed of a short trip over streets and arterials, as a multiple of the city's usual street.
const SHORT_SPEED: f64 = 1.15;

/// The longest trip that may keep to the streets, in spacings of the arterials.
const SHORT_SPACINGS: f64 = 2.0;

/// The roads of a region.
#[derive(Clone, Debug)]
pub(in crate::region) struct Network {
    pub(super) terrain: Terrain,
    pub(super) graph: Graph,
    pub(super) access: Access,
    pace: Pace,
    short_metres: f64,
}

/// The fastest way of a trip: streets to a junction, from there to another one, streets; or streets alone.
#[derive(Clone, Copy, Debug)]
pub(in crate::region) struct Route {
    first: Way,
    junctions: Option<(u16, u16)>,
    last: Option<Way>,
}

impl Network {
    /// Lays out the roads of a region. Takes some milliseconds.
    pub fn new(geography: &Geography, bounds: Bounds, figures: &RoadFigures, key: WorldKey, region: u64) -> Self {
        let mut rng = key.rng(region, Purpose::RoadPlan, 0);
        let terrain = Terrain::new(geography, bounds, &mut rng);
        let graph = plan(&terrain, figures, rng);
        let spacing = spacing(&terrain);
        let pace = Pace::new(figures.street_kmh, spacing);
        Network {
            access: Access::new(&terrain, &graph, spacing, pace, (key, region)),
            graph,
            terrain,
            pace,
            short_metres: SHORT_SPACINGS * spacing,
        }
    }

    pub fn links(&self) -> &[Link] {
        &self.graph.links
    }

    /// Returns the middle of a link.
    pub fn middle(&self, link: usize) -> Point {
        let ends = [self.graph.links[link].a, self.graph.links[link].b].map(|n| self.graph.junctions[n as usize]);
        between(ends[0], ends[1], 0.5)
    }

    /// Returns the points of the junctions, by number.
    pub fn junctions(&self) -> &[Point] {
        &self.graph.junctions
    }

    /// Returns the roads of the same class that lead to the beginning of this direction of a link, each with its direction.
    pub fn upstream(&self, link: usize, forward: bool) -> impl Iterator<Item = (u16, bool)> {
        let links = &self.graph.links;
        let begins = if forward { links[link].a } else { links[link].b };
        let alike =
            move |number: u16| usize::from(number) != link && links[usize::from(number)].class == links[link].class;
        self.graph.ways_out(begins).iter().filter(move |way| alike(way.link)).map(|way| (way.link, !way.forward))
    }

    /// Returns the links that meet `link` at its ends.
    pub fn neighbours(&self, link: usize) -> impl Iterator<Item = u16> {
        let ends = [self.graph.links[link].a, self.graph.links[link].b];
        let out = ends.into_iter().flat_map(|junction| self.graph.ways_out(junction));
        out.map(|way| way.link).filter(move |other| *other as usize != link)
    }

    #[inline]
    fn near(&self, p: Point) -> Near {
        self.access.near(&self.terrain, &self.graph, p)
    }

    /// Returns the fastest way from `a` to `b`.
    pub fn route(&self, a: Point, b: Point) -> Route {
        let (from, to) = (self.near(a), self.near(b));
        let mut best = (u32::MAX, 0, 0);
        for (j, last) in to.legs() {
            let row = self.graph.row(j);
            for (i, first) in from.legs() {
                let whole = first.saturating_add(row.millis[i as usize]).saturating_add(last);
                if whole < best.0 {
                    best = (whole, i, j);
                }
            }
        }
        if let Some(route) = self.short((a, &from), (b, &to), best.0) {
            return route;
        }
        let (_, i, j) = best;
        Route {
            first: from.leg(i, inward(a, self.graph.junctions[i as usize])),
            junctions: Some((i, j)),
            last: Some(to.leg(j, inward(self.graph.junctions[j as usize], b))),
        }
    }

    /// Returns the way over streets alone if the trip is short, on one shore, and takes less than `millis`.
    fn short(&self, (a, from): (Point, &Near), (b, to): (Point, &Near), millis: u32) -> Option<Route> {
        let straight = distance(a, b);
        if straight > self.short_metres {
            return None;
        }
        let metres = straight * self.access.circuity(from, to, straight / 1_000.0);
        let pace = 0.5 * (from.spot.pace as f64 + to.spot.pace as f64);
        let time = libm::round(metres / (self.pace.street * SHORT_SPEED * pace) * 1_000.0) as u32;
        let keeps_to_streets = time < millis && self.terrain.land.water_metres(a, b) <= CREEK_METRES;
        let first = Way::streets(metres, time, from.spot.junctions[0], inward(a, b));
        keeps_to_streets.then_some(Route { first, junctions: None, last: None })
    }

    /// Visits the stretches of a route, in their order.
    #[inline]
    pub fn stretches(&self, route: &Route, mut take: impl FnMut(&Way)) {
        take(&route.first);
        if let Some((from, to)) = route.junctions {
            self.graph.path(from, to).for_each(&mut take);
        }
        if let Some(last) = &route.last {
            take(last);
        }
    }

    /// Returns the links of the fastest path between the junctions nearest to two places: an estimate of a route.
    pub fn rough_links(&self, a: Point, b: Point) -> impl Iterator<Item = u16> {
        let nearest = |p: Point| self.access.spot(&self.terrain, &self.graph, p).junctions[0];
        self.graph.path(nearest(a), nearest(b)).map(|way| way.link)
    }
}

#[cfg(test)]
mod tests;
