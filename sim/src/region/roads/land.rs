//! The flat map that roads are laid on: its extent around the inhabited part of a region, and a raster of the waters.
//! Must not depend on: roads and time.

/// Metres east and north of the city's centre.
pub(in crate::region) type Point = (f64, f64);

/// Returns the distance between two points of the flat map, in metres.
pub(in crate::region) fn distance(a: Point, b: Point) -> f64 {
    f64::sqrt((b.0 - a.0) * (b.0 - a.0) + (b.1 - a.1) * (b.1 - a.1))
}

/// Returns the point a share of the way from `a` to `b`.
pub(super) fn between(a: Point, b: Point, share: f64) -> Point {
    (a.0 + (b.0 - a.0) * share, a.1 + (b.1 - a.1) * share)
}

/// A box on the flat map, which contains the centre.
#[derive(Clone, Copy, Debug)]
pub(in crate::region) struct Extent {
    pub low: Point,
    pub high: Point,
}

impl Extent {
    pub fn width(&self) -> f64 {
        self.high.0 - self.low.0
    }

    pub fn height(&self) -> f64 {
        self.high.1 - self.low.1
    }

    pub fn contains(&self, p: Point) -> bool {
        p.0 >= self.low.0 && p.0 <= self.high.0 && p.1 >= self.low.1 && p.1 <= self.high.1
    }

    /// Returns the distance from the centre to the edge in the direction (east, north) of length 1.
    pub fn reach(&self, direction: Point) -> f64 {
        let axis = |step: f64, low: f64, high: f64| {
            if step > 1e-9 {
                high / step
            } else if step < -1e-9 {
                low / step
            } else {
                f64::INFINITY
            }
        };
        axis(direction.0, self.low.0, self.high.0).min(axis(direction.1, self.low.1, self.high.1))
    }

    /// Returns the column and row of `p` in a grid of this size; points outside belong to the edge.
    pub fn cell(&self, p: Point, columns: usize, rows: usize) -> (usize, usize) {
        let index = |at: f64, low: f64, size: f64, count: usize| {
            let share = (at - low) / size;
            ((share.max(0.0) * count as f64) as usize).min(count - 1)
        };
        (index(p.0, self.low.0, self.width(), columns), index(p.1, self.low.1, self.height(), rows))
    }
}

/// The side of a cell of the raster in metres, narrower than the rivers on the map.
const CELL_METRES: f64 = 200.0;

/// The water of an extent, as a raster.
#[derive(Clone, Debug)]
pub(super) struct Land {
    extent: Extent,
    columns: usize,
    rows: usize,
    /// By row and column; empty without water.
    water: Vec<bool>,
    /// The number of water cells in the rows below and the columns to the left, with an empty row and column before the
    /// first: four look-ups decide whether a box is dry.
    wet_before: Vec<u32>,
}

impl Land {
    /// Returns the raster of the waters with these outlines.
    pub fn new(extent: Extent, outlines: &[Vec<Point>]) -> Self {
        let count = |metres: f64| ((metres / CELL_METRES) as usize).clamp(1, 2_000);
        let (columns, rows) = (count(extent.width()), count(extent.height()));
        let mut land = Land { extent, columns, rows, water: Vec::new(), wet_before: Vec::new() };
        if !outlines.is_empty() {
            land.water = vec![false; columns * rows];
            outlines.iter().for_each(|outline| land.fill(outline));
            land.wet_before = land.add_up();
        }
        land
    }

    /// Marks the cells whose middle is inside the outline (even-odd rule, row by row).
    fn fill(&mut self, outline: &[Point]) {
        let (wide, high) = (self.extent.width() / self.columns as f64, self.extent.height() / self.rows as f64);
        let mut crossings = Vec::new();
        for row in 0..self.rows {
            let y = self.extent.low.1 + (row as f64 + 0.5) * high;
            crossings.clear();
            for (a, b) in outline.iter().zip(outline.iter().cycle().skip(1)) {
                if (a.1 <= y) != (b.1 <= y) {
                    crossings.push(a.0 + (y - a.1) / (b.1 - a.1) * (b.0 - a.0));
                }
            }
            crossings.sort_by(f64::total_cmp);
            let column = |x: f64| ((x - self.extent.low.0) / wide + 0.5).clamp(0.0, self.columns as f64) as usize;
            for pair in crossings.chunks_exact(2) {
                let (from, to) = (column(pair[0]), column(pair[1]));
                self.water[row * self.columns + from..row * self.columns + to].fill(true);
            }
        }
    }

    fn add_up(&self) -> Vec<u32> {
        let wide = self.columns + 1;
        let mut sums = vec![0; wide * (self.rows + 1)];
        for row in 0..self.rows {
            let mut of_row = 0;
            for column in 0..self.columns {
                of_row += u32::from(self.water[row * self.columns + column]);
                sums[(row + 1) * wide + column + 1] = sums[row * wide + column + 1] + of_row;
            }
        }
        sums
    }

    /// Returns whether the box with the corners `a` and `b` has no water.
    fn is_dry(&self, a: Point, b: Point) -> bool {
        let [(c, r), (d, s)] = [a, b].map(|p| self.extent.cell(p, self.columns, self.rows));
        let before = |column: usize, row: usize| self.wet_before[row * (self.columns + 1) + column];
        let (left, right, low, high) = (c.min(d), c.max(d) + 1, r.min(s), r.max(s) + 1);
        before(right, high) + before(left, low) == before(left, high) + before(right, low)
    }

    pub fn is_water(&self, p: Point) -> bool {
        if self.water.is_empty() {
            return false;
        }
        let (column, row) = self.extent.cell(p, self.columns, self.rows);
        self.water[row * self.columns + column]
    }

    /// Returns the metres of water on the straight way from `a` to `b`.
    pub fn water_metres(&self, a: Point, b: Point) -> f64 {
        if self.water.is_empty() || self.is_dry(a, b) {
            return 0.0;
        }
        let metres = distance(a, b);
        let samples = (metres / (0.5 * CELL_METRES)) as usize + 1;
        let wet = (0..samples).filter(|i| self.is_water(between(a, b, (*i as f64 + 0.5) / samples as f64))).count();
        metres * wet as f64 / samples as f64
    }

    /// Returns the dry area in square metres.
    pub fn dry_area(&self) -> f64 {
        let area = self.extent.width() * self.extent.height();
        let wet = self.water.iter().filter(|water| **water).count();
        area * (1.0 - wet as f64 / (self.columns * self.rows) as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EXTENT: Extent = Extent { low: (-10_000.0, -10_000.0), high: (10_000.0, 10_000.0) };

    /// Returns a river one kilometre wide, from south to north.
    fn river() -> Land {
        Land::new(EXTENT, &[vec![(1_000.0, -11_000.0), (2_000.0, -11_000.0), (2_000.0, 11_000.0), (1_000.0, 11_000.0)]])
    }

    #[test]
    fn a_box_is_dry_when_all_of_its_cells_are() {
        let land = river();
        let corners = [-9_900.0, -3_000.0, 500.0, 1_500.0, 2_500.0, 9_900.0];
        let pairs = corners.iter().flat_map(|x| corners.map(|y| (*x, y)));
        for (x, y) in pairs {
            let steps = 0..=200;
            let wet = steps.into_iter().any(|i| land.is_water(between((x, -50.0), (y, 70.0), f64::from(i) / 200.0)));
            assert_eq!(land.is_dry((x, -50.0), (y, 70.0)), !wet, "from {x} to {y}");
        }
    }

    #[test]
    fn a_river_is_water_and_its_banks_are_not() {
        let land = river();
        assert!(land.is_water((1_500.0, 0.0)) && !land.is_water((800.0, 0.0)) && !land.is_water((2_200.0, 5_000.0)));
        assert!((land.water_metres((0.0, 0.0), (3_000.0, 0.0)) - 1_000.0).abs() < 150.0);
        assert_eq!(land.water_metres((-5_000.0, 0.0), (0.0, 0.0)), 0.0);
        assert!((land.dry_area() / 380e6 - 1.0).abs() < 0.01, "{}", land.dry_area());
    }

    #[test]
    fn rays_end_at_the_edge_and_cells_are_clamped() {
        assert_eq!(EXTENT.reach((1.0, 0.0)), 10_000.0);
        assert!((EXTENT.reach((0.6, -0.8)) - 12_500.0).abs() < 1e-6);
        assert_eq!(EXTENT.cell((-1e9, 9_999.0), 6, 4), (0, 3));
    }
}
