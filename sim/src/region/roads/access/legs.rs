//! The legs from a spot to the junctions that are best reached by streets.
//! Must not depend on: the map and its waters.

use crate::region::roads::graph::{Graph, Row};

/// The number of junctions that a place is attached to.
pub(super) const NEAR: usize = 8;

/// The streets from a spot to a junction near it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Leg {
    pub millis: u32,
    /// The straight distance.
    pub metres: f64,
    pub junction: u16,
}

impl Leg {
    /// Returns whether the other leg's junction is reached faster through this one's, from which `row` has the times.
    fn beats(self, row: &Row, other: Leg) -> bool {
        self.millis.saturating_add(row.millis[other.junction as usize]) < other.millis
    }
}

/// Returns the first [`NEAR`] legs, by time, to junctions that are not reached faster through another one. Those that are
/// not `allowed` do not count; `first`, the fastest that is allowed, is among the candidates.
///
/// A leg that is beaten is beaten by one of the best, which is faster, so that each is compared with the best so far alone.
/// Most are beaten by the first.
pub(super) fn best_legs(
    graph: &Graph,
    first: Leg,
    candidates: impl Iterator<Item = Leg>,
    allowed: impl Fn(&Leg) -> bool,
) -> Vec<Leg> {
    let row = graph.row(first.junction);
    let mut legs = Vec::with_capacity(2 * NEAR);
    candidates.filter(|leg| !first.beats(row, *leg)).for_each(|leg| legs.push(leg));
    legs.sort_unstable_by_key(|leg| (leg.millis, leg.junction));
    let mut best: Vec<Leg> = Vec::with_capacity(NEAR);
    for leg in legs {
        let is_beaten = |best: &[Leg]| best.iter().any(|one| one.beats(graph.row(one.junction), leg));
        if best.len() < NEAR && !is_beaten(&best) && allowed(&leg) {
            best.push(leg);
        }
    }
    best
}
