//! The network against exact searches, the published figures of circuity, and the waters.

use super::*;
use crate::engine::Draws;
use crate::place::Place;
use crate::region::tests::{build, own, region};
use crate::region::{PRESETS, Region};
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A trip's free-flow time and lengths, apart from what every trip takes.
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

/// Random pairs of places: from homes, half of them usual errands and half of them to a home anywhere.
fn pairs(region: &Region, count: usize) -> Vec<(Place, Place)> {
    let mut draws: Draws = WorldKey::new(5).draws(0, Purpose::Place, 0);
    let pair = |i: usize| {
        let from = region.home(&mut draws);
        let to = if i % 2 == 0 { region.errand(&mut draws, from, region.trip_metres) } else { region.home(&mut draws) };
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

/// The exact time: streets to any junction within a wide circle on the same shore, Dijkstra, streets to the place.
fn exact_seconds(network: &Network, a: Point, b: Point) -> f64 {
    const WIDE: usize = 60;
    let wide = |p: Point| {
        let near = network.near(p);
        let speed = network.street * ACCESS_SPEED * near.spot.pace as f64;
        let mut all: Vec<(f64, u16)> =
            network.graph.streets().map(|n| (distance(p, network.graph.junctions[n as usize]), n)).collect();
        all.sort_by(|a, b| a.0.total_cmp(&b.0));
        all.retain(|(_, n)| network.terrain.land.water_metres(p, network.graph.junctions[*n as usize]) == 0.0);
        all.truncate(WIDE);
        let legs = all.into_iter().map(|(metres, n)| (n, (metres * ACCESS_CIRCUITY / speed * 1_000.0) as u32));
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
fn look() {
    for region in some_regions() {
        let network = region.network();
        let graph = &network.graph;
        let count = |class| graph.links.iter().filter(|l| l.class == class).count();
        eprintln!(
            "{}: {} junctions, freeway {} arterial {} ramp {}; extent {:.1}x{:.1} km spacing {:.2}",
            region.name,
            graph.junctions.len(),
            count(Class::Freeway),
            count(Class::Arterial),
            count(Class::Ramp),
            network.terrain.extent.width() / 1e3,
            network.terrain.extent.height() / 1e3,
            network.short_metres / 2e3
        );
        let mut all = all_sums(&region, 6000);
        all.sort_by(|a, b| a.straight.total_cmp(&b.straight));
        for chunk in all.chunks(600) {
            let s = chunk.iter().map(|s| s.straight).sum::<f64>();
            let m = chunk.iter().map(|s| s.metres).sum::<f64>();
            let f = chunk.iter().map(|s| s.freeway).sum::<f64>();
            let t = chunk.iter().map(|s| s.seconds).sum::<f64>();
            let most = chunk.iter().map(|s| s.metres / s.straight).fold(0.0, f64::max);
            let long = chunk.iter().filter(|s| s.freeway / s.metres >= 0.7).count();
            eprintln!(
                "  {:.1} km: circuity {:.3} (most {:.1}), freeway {:.3} ({} >= .7), {:.1} km/h",
                s / 600e3,
                m / s,
                most,
                f / m,
                long,
                m / t * 3.6
            );
        }
        let near: Vec<_> = all
            .iter()
            .filter(|s| s.straight > 4000.0 && s.straight < 6000.0)
            .map(|s| (s.metres / s.straight).ln())
            .collect();
        let mean = near.iter().sum::<f64>() / near.len() as f64;
        eprintln!(
            "  sd ln circuity at 5 km {:.3}",
            (near.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / near.len() as f64).sqrt()
        );
        let begin = std::time::Instant::now();
        let flat: Vec<_> = pairs(&region, 4000)
            .into_iter()
            .map(|(a, b)| (region.geography.flat(a), region.geography.flat(b)))
            .collect();
        for (a, b) in &flat {
            std::hint::black_box(sums(network, *a, *b));
        }
        let first = begin.elapsed();
        let begin = std::time::Instant::now();
        for (a, b) in &flat {
            std::hint::black_box(sums(network, *a, *b));
        }
        eprintln!("  {:?} first, {:?} then", first / 4000, begin.elapsed() / 4000);
        let fresh = self::region_again(&region.name);
        let begin = std::time::Instant::now();
        if let Some(fresh) = fresh {
            fresh.network();
            eprintln!("  laid in {:?}", begin.elapsed());
        }
        let errors: Vec<f64> = pairs(&region, 1000)
            .into_iter()
            .map(|(a, b)| {
                let (a, b) = (region.geography.flat(a), region.geography.flat(b));
                let exact = exact_seconds(network, a, b);
                let mine = sums(network, a, b);
                let e = (mine.seconds - exact) / exact;
                if e > 0.08 {
                    eprintln!(
                        "   {e:.3} straight {:.0} exact {exact:.0} mine {mine:?} {a:.0?} {b:.0?} extent {:?}",
                        distance(a, b),
                        network.terrain.extent
                    );
                    let r = network.route(a, b);
                    eprintln!(
                        "     first {} s {} m, last {:?} {:?}",
                        r.first.seconds(),
                        r.first.metres,
                        r.last.map(|w| w.seconds()),
                        r.last.map(|w| w.metres)
                    );
                }
                e
            })
            .collect();
        eprintln!(
            "  errors mean {:.4} worst {:.4}",
            errors.iter().sum::<f64>() / 1e3,
            errors.iter().fold(0.0, |a: f64, b| a.max(*b))
        );
    }
}
fn region_again(name: &str) -> Option<Region> {
    PRESETS.contains(&name).then(|| region(name))
}
