//! Tests of the network against exact searches, the published figures of circuity, and the waters.

use super::*;
use crate::base::Place;
use crate::engine::RngStream;
use crate::region::roads::access::ACCESS_CIRCUITY;
use crate::region::roads::graph::Class;
use crate::region::tests::{build, own, region};
use crate::region::{PRESETS, Region};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A trip's free-flow time and lengths, without the time that every trip takes.
#[derive(Clone, Copy, Debug)]
struct Sums {
    straight: f64,
    seconds: f64,
    metres: f64,
    freeway: f64,
}

fn sums(network: &Network, a: Point, b: Point) -> Sums {
    let mut sums = Sums { straight: distance(a, b), seconds: 0.0, metres: 0.0, freeway: 0.0 };
    network.stretches(&network.route(a, b), |way| {
        sums.seconds += way.seconds();
        sums.metres += way.metres as f64;
        sums.freeway += if way.freeway { way.metres as f64 } else { 0.0 };
    });
    sums
}

/// Draws pairs of places: from homes, half of them usual errands and half of them to a home anywhere.
fn pairs(region: &Region, count: usize) -> Vec<(Place, Place)> {
    let mut rng: RngStream = WorldKey::new(5).rng(0, Purpose::Place, 0);
    let pair = |i: usize| {
        let from = region.home(&mut rng);
        let to =
            if i.is_multiple_of(2) { region.errand(&mut rng, from, region.trip_metres) } else { region.home(&mut rng) };
        (from, to)
    };
    (0..count).map(pair).collect()
}

fn all_sums(region: &Region, count: usize) -> Vec<Sums> {
    let flat = |place| region.geography.flat(place);
    pairs(region, count).into_iter().map(|(a, b)| sums(region.network(), flat(a), flat(b))).collect()
}

fn some_regions() -> Vec<Region> {
    let austin = build(own([30.1, -98.0, 30.5, -97.5], "America/Chicago")).unwrap();
    PRESETS.iter().map(|name| region(name)).chain([austin]).collect()
}

/// Returns the exact time: streets to any junction within a wide circle on the same shore, Dijkstra, streets to the
/// place.
fn exact_seconds(network: &Network, a: Point, b: Point) -> f64 {
    const WIDE: usize = 60;
    let wide = |p: Point| {
        let near = network.near(p);
        let mut all: Vec<(f64, u16)> =
            network.graph.streets().map(|n| (distance(p, network.graph.junctions[n as usize]), n)).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        all.retain(|(_, n)| network.terrain.land.water_metres(p, network.graph.junctions[*n as usize]) <= CREEK_METRES);
        all.truncate(WIDE);
        let legs = all
            .into_iter()
            .map(|(metres, n)| (n, network.pace.street_millis(near.spot.pace as f64, metres * ACCESS_CIRCUITY)));
        legs.chain(near.legs()).collect::<Vec<_>>()
    };
    let mut least = vec![u32::MAX; network.graph.junctions.len()];
    let mut open = BinaryHeap::new();
    for (n, millis) in wide(a) {
        open.push(Reverse((millis, n)));
    }
    while let Some(Reverse((millis, at))) = open.pop() {
        if millis < least[at as usize] {
            least[at as usize] = millis;
            network.graph.ways_out(at).iter().for_each(|way| open.push(Reverse((millis + way.millis, way.to))));
        }
    }
    let through = wide(b).into_iter().map(|(n, millis)| least[n as usize].saturating_add(millis)).min().unwrap();
    let (from, to) = (network.near(a), network.near(b));
    network.short((a, &from), (b, &to), through).map_or(through, |route| route.first.millis) as f64 / 1_000.0
}

#[test]
fn junctions_are_some_hundred_connected_dry_and_inside() {
    for region in some_regions() {
        let network = region.network();
        let junctions = &network.graph.junctions;
        assert!((600..1_000).contains(&junctions.len()), "{}: {}", region.name, junctions.len());
        assert!(network.graph.row(0).millis.iter().all(|millis| *millis < 4 * 3_600_000), "{}", region.name);
        for at in junctions {
            assert!(network.terrain.extent.contains(*at) && !network.terrain.land.is_water(*at), "{}", region.name);
            assert!(region.bounds.contains(region.bounds.clamp(region.geography.place(*at))));
        }
    }
}

#[test]
fn the_smallest_and_the_widest_regions_have_roads() {
    let small = build(own([10.0, 20.0, 10.03, 20.03], "UTC")).unwrap();
    let wide = build(own([40.0, 0.0, 50.0, 10.0], "UTC")).unwrap();
    let polar = build(own([88.0, 0.0, 90.0, 10.0], "UTC")).unwrap();
    for (region, least) in [(small, 20), (wide, 600), (polar, 20)] {
        assert!(region.network().graph.junctions.len() >= least, "{}", region.network().graph.junctions.len());
        for sums in all_sums(&region, 200) {
            assert!(sums.seconds > 0.0 && sums.seconds < 200_000.0 && sums.metres >= sums.straight, "{sums:?}");
        }
    }
}

#[test]
fn bridges_are_few_and_arterials_stay_dry_otherwise() {
    for region in some_regions() {
        let network = region.network();
        let wet = |class: fn(Class) -> bool| {
            let ends = |link: &Link| [link.a, link.b].map(|n| network.graph.junctions[n as usize]);
            let is_wet = |link: &&Link| {
                let [a, b] = ends(link);
                class(link.class) && network.terrain.land.water_metres(a, b) > 0.0
            };
            network.links().iter().filter(is_wet).count()
        };
        let (arterial, freeway) = (wet(|class| class != Class::Freeway), wet(|class| class == Class::Freeway));
        // The bridges that shorten ways, and those without which parts would be islands.
        assert!(arterial <= 24 + 12 && freeway <= 40, "{}: {arterial} and {freeway}", region.name);
    }
}

#[test]
fn routes_are_as_fast_as_exact_ones() {
    for region in some_regions() {
        let network = region.network();
        let error = |(a, b): &(Place, Place)| {
            let (a, b) = (region.geography.flat(*a), region.geography.flat(*b));
            sums(network, a, b).seconds / exact_seconds(network, a, b) - 1.0
        };
        let errors: Vec<f64> = pairs(&region, 1_000).iter().map(error).collect();
        let (mean, worst) = (errors.iter().sum::<f64>() / 1_000.0, errors.iter().copied().fold(0.0, f64::max));
        assert!(errors.iter().all(|e| *e > -1e-3), "{}: the exact way is the fastest", region.name);
        assert!(mean <= 0.03 && worst <= 0.15, "{}: mean {mean:.4}, worst {worst:.3}", region.name);
    }
}

/// Returns the mean circuity and the mean freeway share of trips between two straight distances in km.
fn by_distance(all: &[Sums], km: std::ops::Range<f64>) -> (f64, f64) {
    let of = || all.iter().filter(|sums| km.contains(&(sums.straight / 1_000.0)));
    let count = of().count() as f64;
    assert!(count >= 100.0, "{count} trips");
    (of().map(|s| s.metres / s.straight).sum::<f64>() / count, of().map(|s| s.freeway / s.metres).sum::<f64>() / count)
}

#[test]
fn circuity_falls_and_the_freeways_share_rises_with_distance() {
    for region in some_regions() {
        let all = all_sums(&region, 4_000);
        let (short, usual, long) =
            (by_distance(&all, 0.3..2.0), by_distance(&all, 4.0..9.0), by_distance(&all, 14.0..99.0));
        // New York's rivers make detours that no published mean has.
        let most = if region.name == "new-york" { 1.75 } else { 1.60 };
        assert!(
            (1.30..most).contains(&short.0) && (1.15..=1.55).contains(&usual.0),
            "{}: {short:?} {usual:?}",
            region.name
        );
        assert!(
            short.0 > usual.0 - 0.06 && short.0 > long.0 && usual.0 > long.0 - 0.02 && long.0 >= 1.15,
            "{}: {short:?} {usual:?} {long:?}",
            region.name
        );
        assert!(
            short.1 < 0.1 && short.1 < usual.1 && usual.1 < long.1,
            "{}: {short:?} {usual:?} {long:?}",
            region.name
        );
        let mostly_freeway = all.iter().filter(|sums| sums.freeway >= 0.7 * sums.metres).count();
        assert!(mostly_freeway >= 200, "{}: {mostly_freeway}", region.name);
        assert!(all.iter().all(|sums| sums.metres >= sums.straight * 0.999), "{}", region.name);
    }
}

#[test]
fn the_order_of_questions_changes_nothing() {
    let (first, second) = (region("mumbai"), region("mumbai"));
    let ways = pairs(&first, 100);
    let ask = |region: &Region, (a, b): &(Place, Place)| {
        let sums = sums(region.network(), region.geography.flat(*a), region.geography.flat(*b));
        (sums.seconds, sums.metres, sums.freeway)
    };
    let forwards: Vec<_> = ways.iter().map(|way| ask(&first, way)).collect();
    let mut backwards: Vec<_> = ways.iter().rev().map(|way| ask(&second, way)).collect();
    backwards.reverse();
    assert_eq!(forwards, backwards);
}

#[test]
fn another_key_lays_other_roads() {
    let houston = region("houston");
    let other = Network::new(&houston.geography, houston.bounds, houston.roads, WorldKey::new(77), 0);
    assert_ne!(houston.network().graph.junctions, other.graph.junctions);
}
