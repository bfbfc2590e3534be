//! Compares the spots with those of the plain algorithm: all junctions sorted, and a search that settles every candidate.

use super::*;
use crate::region::PRESETS;
use crate::region::roads::Network;
use crate::region::tests::region;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// Returns the 48 nearest junctions without water between, with the metres of streets to them; if there are none, the
/// nearest with water between.
fn nearest(terrain: &Terrain, graph: &Graph, p: Point) -> Vec<(f64, u16)> {
    let mut all: Vec<(f64, u16)> = graph.streets().map(|n| (distance(p, graph.junctions[n as usize]), n)).collect();
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    all.truncate(48);
    let dry = |of: &&(f64, u16)| terrain.land.water_metres(p, graph.junctions[of.1 as usize]) <= CREEK_METRES;
    let found: Vec<(f64, u16)> = all.iter().filter(dry).copied().collect();
    let found = if found.is_empty() || terrain.land.is_water(p) { all } else { found };
    found.into_iter().map(|(metres, n)| (metres * ACCESS_CIRCUITY, n)).collect()
}

/// Returns the junctions that are not reached faster through another one, nearest first.
fn best_reached_directly(graph: &Graph, legs: &[(u32, u16)]) -> Vec<u16> {
    let mut least = vec![u32::MAX; graph.junctions.len()];
    legs.iter().for_each(|(millis, n)| least[*n as usize] = *millis);
    let mut open: BinaryHeap<Reverse<(u32, u16)>> = legs.iter().map(|leg| Reverse(*leg)).collect();
    while let Some(Reverse((millis, at))) = open.pop() {
        if least[at as usize] < millis {
            continue;
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

/// Returns the junctions of a spot and its pace.
fn plain_spot(access: &Access, terrain: &Terrain, graph: &Graph, middle: Point) -> (Vec<u16>, f32) {
    let nearest = nearest(terrain, graph, middle);
    let own = PACE_SPREAD * access.normal(NEIGHBOURHOOD | nearest[0].1 as u64);
    let pace = (terrain.pace(middle) * libm::exp(own)).min(FASTEST_PACE);
    let legs: Vec<(u32, u16)> =
        nearest.into_iter().map(|(metres, n)| (access.pace.street_millis(pace, metres), n)).collect();
    let mut best = best_reached_directly(graph, &legs);
    best.truncate(NEAR);
    (best, pace as f32)
}

#[test]
fn spots_are_those_of_the_plain_algorithm() {
    for name in PRESETS {
        let region = region(name);
        let Network { terrain, graph, access, .. } = region.network();
        let all = (0..access.rows).flat_map(|row| (0..access.columns).map(move |column| (column, row)));
        for (column, row) in all.step_by(37) {
            let spot = access.spot_at(terrain, graph, column, row);
            let (junctions, pace) = plain_spot(access, terrain, graph, access.middle(terrain, column, row));
            assert_eq!(&spot.junctions[..spot.count as usize], junctions, "{name}: {column}, {row}");
            assert_eq!(spot.pace.to_bits(), pace.to_bits(), "{name}: {column}, {row}");
        }
    }
}
