//! The time that a visitor stays on a page.
//! Must not depend on: visitors.

use super::parameters::{DWELL_SCALE_SECONDS, DWELL_SHAPE};
use crate::engine::{Curve, RngStream, sample};
use std::sync::LazyLock;

/// Half microseconds per second.
const HALF_MICROS: f64 = 2e6;

/// [`exact`] as a table.
static TABLE: LazyLock<Curve> = LazyLock::new(|| Curve::new(exact));

/// Draws the seconds on a page, exact but for the part of a half microsecond: the whole seconds, the rounded microseconds,
/// and a comparison with whole seconds are those of the exact number.
pub(in crate::shop) fn seconds(rng: &mut RngStream) -> f64 {
    let unit = rng.unit_open();
    TABLE.between_steps(unit, HALF_MICROS).unwrap_or_else(|| exact(unit))
}

/// Returns the seconds that a number in (0, 1] stands for.
#[cold]
fn exact(unit: f64) -> f64 {
    sample::weibull_at(unit, DWELL_SHAPE, DWELL_SCALE_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, Span, WorldKey};

    #[test]
    fn what_is_made_from_the_seconds_is_exact() {
        let rng = &mut WorldKey::new(1).rng(0, Purpose::VisitStep, 0);
        for _ in 0..200_000 {
            let exact = exact(rng.clone().unit_open());
            let drawn = seconds(rng);
            assert_eq!(Span::from_seconds_f64(drawn), Span::from_seconds_f64(exact));
            assert_eq!(drawn as u32, exact as u32);
        }
    }
}
