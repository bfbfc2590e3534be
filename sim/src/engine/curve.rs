//! A smooth function of a uniform number as a table of polynomials: fast, and near enough to the function for a caller that
//! rounds its value. Where it is not near enough it says so, and the caller computes the function.
//! Must not depend on: the functions.

/// Pieces of the table for each halving of the distance to 0 or 1, as a power of two.
const PIECE_BITS: u32 = 5;
/// The table reaches from 1/2 to this number of halvings towards 0 and towards 1.
const HALVINGS: u32 = 9;
const PIECES_PER_SIDE: usize = (HALVINGS as usize) << PIECE_BITS;
/// The coefficients of a polynomial.
const TERMS: usize = 7;
/// The bits of a number below those that tell its piece.
const SHIFT: u32 = f64::MANTISSA_DIGITS - 1 - PIECE_BITS;
/// The upper bits of the least number in the table.
const FIRST: u64 = (0.5 / (1u64 << HALVINGS) as f64).to_bits() >> SHIFT;
/// The distance from a multiple of the step, in steps, that a value must have for its rounding to be certain.
const MARGIN: f64 = 0.01;

/// A smooth function of a number in (0, 1].
#[derive(Debug)]
pub(crate) struct Curve {
    /// The pieces by the distance to 0, below 1/2, and then those by the distance to 1.
    pieces: Vec<Piece>,
}

/// A polynomial of the distance from a centre, in one cache line.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
struct Piece {
    centre: f64,
    terms: [f64; TERMS],
}

impl Curve {
    /// Returns the table of `function`, which must be smooth between 0 and 1, as powers and logarithms are.
    pub fn new(function: impl Fn(f64) -> f64) -> Self {
        let below = (0..PIECES_PER_SIDE).map(|n| Piece::new(n, &function));
        let above = (0..PIECES_PER_SIDE).map(|n| Piece::new(n, |distance| function(1.0 - distance)));
        Curve { pieces: below.chain(above).collect() }
    }

    /// Returns a number between the same two multiples of 1 / `steps` as the value of the function at `unit`, so that both
    /// are alike to all that rounds to these. `None` if that is not certain: near a multiple, and at the ends.
    ///
    /// The polynomials are within 10⁻¹² of the value, relatively, so that it is certain for values below 10⁹ steps.
    #[inline]
    pub fn between_steps(&self, unit: f64, steps: f64) -> Option<f64> {
        let rest = 1.0 - unit;
        let (distance, side) = if unit < 0.5 { (unit, 0) } else { (rest, PIECES_PER_SIDE) };
        let place = (distance.to_bits() >> SHIFT).wrapping_sub(FIRST);
        if place >= PIECES_PER_SIDE as u64 {
            return None;
        }
        let value = self.pieces[place as usize + side].at(distance);
        let scaled = value * steps;
        let into_step = scaled - scaled as i64 as f64;
        (into_step > MARGIN && into_step < 1.0 - MARGIN).then_some(value)
    }
}

impl Piece {
    /// Returns the piece of this number on one side, of a function of the distance from that side: the polynomial that has
    /// the function's values at Chebyshev's points.
    fn new(number: usize, function: impl Fn(f64) -> f64) -> Self {
        let edge = |number: usize| f64::from_bits((number as u64 + FIRST) << SHIFT);
        let (low, high) = (edge(number), edge(number + 1));
        let (centre, half) = ((low + high) / 2.0, (high - low) / 2.0);
        let angle = |n: usize| std::f64::consts::PI * (n as f64 + 0.5) / TERMS as f64;
        let points: [f64; TERMS] = std::array::from_fn(|n| half * libm::cos(angle(n)));
        Piece { centre, terms: interpolate(points, points.map(|point| function(centre + point))) }
    }

    #[inline]
    fn at(&self, distance: f64) -> f64 {
        let off = distance - self.centre;
        self.terms.iter().rev().fold(0.0, |sum, term| sum * off + term)
    }
}

/// Returns the coefficients, the constant first, of the polynomial through these values at these points (Newton's divided
/// differences).
fn interpolate(points: [f64; TERMS], values: [f64; TERMS]) -> [f64; TERMS] {
    let mut differences = values;
    for order in 1..TERMS {
        for n in (order..TERMS).rev() {
            differences[n] = (differences[n] - differences[n - 1]) / (points[n] - points[n - order]);
        }
    }
    let mut terms = [0.0; TERMS];
    for n in (0..TERMS).rev() {
        for order in (1..TERMS).rev() {
            terms[order] = terms[order - 1] - points[n] * terms[order];
        }
        terms[0] = differences[n] - points[n] * terms[0];
    }
    terms
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};

    const STEPS: f64 = 2e6;

    /// A function with a pole at 0 and a root at 1.
    fn function(unit: f64) -> f64 {
        38.0 * libm::pow(-libm::log(unit), 1.0 / 0.78)
    }

    #[test]
    fn numbers_are_between_the_same_steps_as_the_values() {
        let (curve, mut rng) = (Curve::new(function), WorldKey::new(1).rng(0, Purpose::Expectation, 0));
        let mut left = 0;
        for _ in 0..400_000 {
            let unit = rng.unit_open();
            let exact = function(unit);
            match curve.between_steps(unit, STEPS) {
                Some(near) => {
                    assert_eq!((near * STEPS).floor(), (exact * STEPS).floor(), "at {unit}");
                    assert!((near / exact - 1.0).abs() < 1e-12, "{near} for {exact} at {unit}");
                }
                None => left += 1,
            }
        }
        assert!(left < 12_000, "{left} of 400,000 values are left to the caller");
    }

    #[test]
    fn the_edges_of_the_pieces_are_near_and_the_ends_are_left_out() {
        let curve = Curve::new(function);
        for number in 0..PIECES_PER_SIDE as u64 {
            let low = f64::from_bits((number + FIRST) << SHIFT);
            let high = f64::from_bits(((number + 1 + FIRST) << SHIFT) - 1);
            for unit in [low, high, 1.0 - low, 1.0 - high] {
                let near = curve.between_steps(unit, STEPS);
                assert!(near.is_none_or(|near| (near / function(unit) - 1.0).abs() < 1e-12), "at {unit}");
            }
        }
        for unit in [1.0, 0.5, 1.0 - 1e-4, 1e-4, 1.0 / (1u64 << 53) as f64] {
            assert_eq!(curve.between_steps(unit, STEPS), None, "at {unit}");
        }
    }
}
