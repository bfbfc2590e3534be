//! The junctions around a point, found by a grid of cells with the junctions in each.
//! Must not depend on: the ways between junctions.

use super::land::{Extent, Point, distance};
use std::cmp::Ordering;

/// The number of junctions around a point that a place there may be attached to.
const WANTED: usize = 48;

/// The cells within which most points have that many junctions: π · 4.2² is 55.
const REACH_CELLS: f64 = 4.2;

/// Junctions by the cells of a grid over an extent.
#[derive(Clone, Debug)]
pub(super) struct JunctionGrid {
    extent: Extent,
    columns: usize,
    rows: usize,
    /// The metres within which most points have enough junctions.
    reach: f64,
    /// The index of the first junction of each cell, and the end.
    first: Vec<u16>,
    junctions: Vec<(Point, u16)>,
}

/// The junctions around a point, in no order, and the metres to each.
#[derive(Clone, Debug)]
pub(super) struct Nearby(Vec<(f64, u16)>);

impl Nearby {
    pub fn iter(&self) -> impl Iterator<Item = (f64, u16)> {
        self.0.iter().copied()
    }

    /// Returns whether a junction is one of the [`WANTED`] nearest ones.
    pub fn is_among_nearest(&self, junction: (f64, u16)) -> bool {
        self.0.len() <= WANTED || self.iter().filter(|one| by_distance(one, &junction).is_lt()).count() < WANTED
    }

    /// Returns the nearest junction that is `allowed`, if one of the [`WANTED`] nearest is. Usually it is the nearest of
    /// all, so that one test is enough.
    pub fn nearest(&self, allowed: impl Fn(u16) -> bool) -> Option<(f64, u16)> {
        let nearest = self.iter().min_by(by_distance)?;
        if allowed(nearest.1) {
            return Some(nearest);
        }
        let next = self.iter().filter(|(_, n)| allowed(*n)).min_by(by_distance);
        next.filter(|junction| self.is_among_nearest(*junction))
    }
}

/// Orders junctions by their distance, then by their number. The bits of numbers that are not negative have their order.
fn by_distance(a: &(f64, u16), b: &(f64, u16)) -> Ordering {
    (a.0.to_bits(), a.1).cmp(&(b.0.to_bits(), b.1))
}

impl JunctionGrid {
    /// Returns the grid of the first `count` of these junctions, with cells of about `cell_metres`.
    pub fn new(extent: Extent, cell_metres: f64, junctions: &[Point], count: usize) -> Self {
        let cells = |metres: f64| (metres / cell_metres).clamp(1.0, 100.0) as usize;
        let (columns, rows) = (cells(extent.width()), cells(extent.height()));
        let cell = |p: Point| {
            let (column, row) = extent.cell(p, columns, rows);
            row * columns + column
        };
        let mut sorted: Vec<(Point, u16)> = junctions[..count].iter().copied().zip(0..).collect();
        sorted.sort_by_key(|(p, number)| (cell(*p), *number));
        let first = |index: usize| sorted.partition_point(|(p, _)| cell(*p) < index) as u16;
        let reach = REACH_CELLS * cell_metres;
        JunctionGrid {
            extent,
            columns,
            rows,
            reach,
            first: (0..=columns * rows).map(first).collect(),
            junctions: sorted,
        }
    }

    /// Returns all junctions within a distance of `p` that holds [`WANTED`] junctions or more, or every junction.
    pub fn around(&self, p: Point) -> Nearby {
        let mut reach = self.reach;
        let mut found = self.within(p, reach);
        while found.len() < WANTED.min(self.junctions.len()) {
            reach *= 1.5;
            found = self.within(p, reach);
        }
        Nearby(found)
    }

    /// Returns the junctions within `metres` of `p`, with the metres to each.
    fn within(&self, p: Point, metres: f64) -> Vec<(f64, u16)> {
        let mut found = Vec::with_capacity(2 * WANTED);
        self.in_box((p.0 - metres, p.1 - metres), (p.0 + metres, p.1 + metres)).for_each(|(at, number)| {
            let away = distance(p, at);
            if away <= metres {
                found.push((away, number));
            }
        });
        found
    }

    /// Returns the junctions of the cells that touch the box, which include all junctions inside of it.
    fn in_box(&self, low: Point, high: Point) -> impl Iterator<Item = (Point, u16)> {
        let [(left, bottom), (right, top)] = [low, high].map(|p| self.extent.cell(p, self.columns, self.rows));
        let of_row = move |row: usize| {
            let cells = [left, right + 1].map(|column| self.first[row * self.columns + column] as usize);
            &self.junctions[cells[0]..cells[1]]
        };
        (bottom..=top).flat_map(of_row).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const EXTENT: Extent = Extent { low: (-5_000.0, -3_000.0), high: (5_000.0, 9_000.0) };

    proptest! {
        #[test]
        fn junctions_found_are_the_nearest_of_all(
            points in prop::collection::vec((-5_000.0..5_000.0, -3_000.0..9_000.0), 1..200),
            p in (-6_000.0..6_000.0, -4_000.0..10_000.0),
            cell in 100.0..20_000.0,
            share in 1_u16..70,
        ) {
            let mut all: Vec<(f64, u16)> = points.iter().zip(0..).map(|(at, n)| (distance(p, *at), n)).collect();
            all.sort_by(|a, b| a.0.total_cmp(&b.0));
            all.truncate(WANTED);
            let nearby = JunctionGrid::new(EXTENT, cell, &points, points.len()).around(p);
            let allowed = |n: u16| n % share == share - 1;
            prop_assert_eq!(nearby.nearest(allowed), all.iter().copied().find(|(_, n)| allowed(*n)));
            let mut found: Vec<(f64, u16)> = nearby.iter().filter(|one| nearby.is_among_nearest(*one)).collect();
            found.sort_by(by_distance);
            prop_assert_eq!(found, all);
        }
    }
}
