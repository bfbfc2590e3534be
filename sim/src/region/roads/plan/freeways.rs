//! Freeways: rings around the centre, radials through the hubs, and their ramps.
//! Must not depend on: traffic.

use super::{FREEWAY_BRIDGE_METRES, Planner};
use crate::region::roads::graph::Class;
use crate::region::roads::land::{Point, distance};
use std::f64::consts::{PI, TAU};

/// The radii of the rings as shares of the city's radius; the last only around wide cities.
const RINGS: [f64; 4] = [0.09, 0.29, 0.62, 1.0];
/// The least radius of a ring, in metres.
const LEAST_RING_METRES: f64 = 1_200.0;
/// The radius of a wide city, in metres.
const WIDE_CITY_METRES: f64 = 28_000.0;

/// Radials lead through hubs farther out than this share of the city's radius.
const LEAST_HUB_SHARE: f64 = 0.25;
/// The least angle between radials, in radians.
const LEAST_ANGLE: f64 = 0.35;

/// The widest angle between radials, in radians; a wider gap gets another one.
const WIDEST_ANGLE: f64 = 1.00;

/// The length of radials as a multiple of the city's radius.
const RADIAL_LENGTH: f64 = 1.2;

/// A place on a freeway: an existing junction, or a point that may become one.
#[derive(Clone, Copy)]
enum Stop {
    Junction(u16),
    Point(Point),
}

/// The course of a city's freeways in polar coordinates.
struct Course {
    /// The radii of the rings before they are bent.
    rings: Vec<f64>,
    /// The directions of the radials, ascending.
    radials: Vec<f64>,
    radius: f64,
    phases: [f64; 3],
}

impl Course {
    /// Returns the radius of a ring in a direction.
    fn ring(&self, ring: usize, angle: f64) -> f64 {
        let bend = 0.08 * libm::sin(2.0 * angle + self.phases[0]) + 0.05 * libm::sin(3.0 * angle + self.phases[1]);
        self.rings[ring] * (1.0 + bend)
    }

    /// Returns the point of a radial at a distance from the centre.
    fn radial(&self, radial: usize, distance: f64) -> Point {
        polar(self.direction(radial, distance), distance)
    }

    fn direction(&self, radial: usize, distance: f64) -> f64 {
        let wave = TAU * distance / self.radius + self.phases[2] + 2.4 * radial as f64;
        self.radials[radial] + 0.07 * libm::sin(wave)
    }

    /// Returns the crossing of a radial and a ring, as direction and distance.
    fn crossing(&self, radial: usize, ring: usize) -> (f64, f64) {
        let angle = self.direction(radial, self.rings[ring]);
        (angle, self.ring(ring, angle))
    }
}

fn polar(angle: f64, distance: f64) -> Point {
    let (sin, cos) = libm::sincos(angle);
    (distance * cos, distance * sin)
}

impl Planner<'_> {
    pub(super) fn lay_freeways(&mut self) {
        let course = self.course();
        let centre = course.rings.is_empty().then(|| self.junction((0.0, 0.0)));
        let crossings: Vec<Vec<Stop>> =
            (0..course.radials.len()).map(|radial| self.crossings(&course, radial)).collect();
        for (radial, crossings) in crossings.iter().enumerate() {
            let stops = self.radial_stops(&course, radial, crossings, centre);
            self.lay(&stops);
        }
        for ring in 0..course.rings.len() {
            let stops = self.ring_stops(&course, ring, &crossings);
            self.lay(&stops);
        }
        for junction in self.arterials..self.junctions.len() {
            self.lay_ramps(junction as u16);
        }
    }

    fn course(&mut self) -> Course {
        let radius = self.terrain.radius().max(1_000.0);
        let wide = if radius > WIDE_CITY_METRES { RINGS.len() } else { RINGS.len() - 1 };
        let rings = RINGS[..wide].iter().map(|share| share * radius).filter(|r| *r >= LEAST_RING_METRES).collect();
        let mut phase = || self.rng.between(0.0, TAU);
        let phases = [phase(), phase(), phase()];
        Course { rings, radials: self.radials(radius), radius, phases }
    }

    /// Returns the directions through the hubs, the busiest first, and further ones in wide gaps.
    fn radials(&mut self, radius: f64) -> Vec<f64> {
        let mut radials: Vec<f64> = Vec::new();
        let gap = |a: f64, b: f64| {
            let turn = libm::fabs(a - b);
            turn.min(TAU - turn)
        };
        for core in self.terrain.cores.iter().filter(|core| distance((0.0, 0.0), core.at) > LEAST_HUB_SHARE * radius) {
            let angle = libm::atan2(core.at.1, core.at.0) + self.rng.between(-0.03, 0.03);
            if radials.iter().all(|other| gap(*other, angle) >= LEAST_ANGLE) {
                radials.push(angle);
            }
        }
        if radials.is_empty() {
            radials.push(self.rng.between(-PI, PI));
        }
        loop {
            radials.sort_by(f64::total_cmp);
            let next = |i: usize| radials.get(i + 1).copied().unwrap_or(radials[0] + TAU);
            let widest =
                (0..radials.len()).max_by(|a, b| (next(*a) - radials[*a]).total_cmp(&(next(*b) - radials[*b])));
            let Some(widest) = widest.filter(|i| next(*i) - radials[*i] > WIDEST_ANGLE) else { return radials };
            let middle = (radials[widest] + next(widest)) / 2.0;
            radials.push(if middle > PI { middle - TAU } else { middle });
        }
    }

    /// Returns a radial's junctions with the rings.
    fn crossings(&mut self, course: &Course, radial: usize) -> Vec<Stop> {
        let stop = |ring| {
            let (angle, distance) = course.crossing(radial, ring);
            let at = polar(angle, distance);
            if self.is_open(at) { Stop::Junction(self.junction(at)) } else { Stop::Point(at) }
        };
        (0..course.rings.len()).map(stop).collect()
    }

    fn radial_stops(&self, course: &Course, radial: usize, crossings: &[Stop], centre: Option<u16>) -> Vec<Stop> {
        let mut stops: Vec<Stop> = centre.map(Stop::Junction).into_iter().collect();
        let mut from = 0.0;
        for (ring, crossing) in crossings.iter().enumerate() {
            let to = course.crossing(radial, ring).1;
            if ring > 0 {
                stops.extend(self.inner(from, to).map(|at| Stop::Point(course.radial(radial, at))));
            }
            stops.push(*crossing);
            from = to;
        }
        let end = self.terrain.extent.reach(polar(course.radials[radial], 1.0)).min(RADIAL_LENGTH * course.radius);
        if end > from {
            stops.extend(self.inner(from, end).map(|at| Stop::Point(course.radial(radial, at))));
        }
        stops
    }

    fn ring_stops(&self, course: &Course, ring: usize, crossings: &[Vec<Stop>]) -> Vec<Stop> {
        let mut stops = Vec::new();
        let angle = |radial: usize| course.crossing(radial, ring).0;
        for (radial, of) in crossings.iter().enumerate() {
            stops.push(of[ring]);
            let from = angle(radial);
            let to = if radial + 1 < crossings.len() { angle(radial + 1) } else { angle(0) + TAU };
            let arc = course.rings[ring];
            let inner = self.inner(from * arc, to * arc).map(|at| at / arc);
            stops.extend(inner.map(|angle| Stop::Point(polar(angle, course.ring(ring, angle)))));
        }
        stops.push(crossings[0][ring]);
        stops
    }

    /// Returns evenly spaced values between two, about one spacing apart, without the ends.
    fn inner(&self, from: f64, to: f64) -> impl Iterator<Item = f64> + use<> {
        let pieces = libm::round((to - from) / self.spacing).max(1.0);
        (1..pieces as u32).map(move |i| from + (to - from) * i as f64 / pieces)
    }

    /// Builds a freeway along the stops: junctions where it is dry, bridges that are not too long, else gaps.
    fn lay(&mut self, stops: &[Stop]) {
        let mut last = None;
        for stop in stops {
            let junction = match *stop {
                Stop::Junction(junction) => junction,
                Stop::Point(at) if self.is_open(at) => self.junction(at),
                Stop::Point(_) => continue,
            };
            if let Some(last) = last.replace(junction)
                && self.water(last, junction) <= FREEWAY_BRIDGE_METRES
            {
                self.link(last, junction, Class::Freeway);
            }
        }
    }

    /// Builds ramps to the nearest two arterial junctions on the same shore.
    fn lay_ramps(&mut self, junction: u16) {
        let here = self.junctions[junction as usize];
        let away = |n: u16| distance(here, self.junctions[n as usize]);
        let near = (0..self.arterials as u16).filter(|n| away(*n) < 1.5 * self.spacing);
        let mut near: Vec<u16> = near.filter(|n| self.water(junction, *n) == 0.0).collect();
        near.sort_by(|a, b| away(*a).total_cmp(&away(*b)));
        near.truncate(2);
        near.into_iter().for_each(|arterial| self.link(junction, arterial, Class::Ramp));
    }
}
