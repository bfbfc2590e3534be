//! The road network as a graph: junctions, ways between them, and fastest paths by free-flow time, computed per
//! destination on first use.
//! Must not depend on: traffic.

use super::land::Point;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::OnceLock;

/// The link of streets outside the network.
pub(in crate::region) const NO_LINK: u16 = u16::MAX;

/// The class of a road.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::region) enum Class {
    Freeway,
    Arterial,
    /// Between a freeway's junction and the arterials around it.
    Ramp,
}

/// A road between two junctions, both ways.
#[derive(Clone, Copy, Debug)]
pub(in crate::region) struct Link {
    pub a: u16,
    pub b: u16,
    pub class: Class,
    pub metres: f32,
    /// Time on the empty road.
    pub millis: u32,
    /// The factor on congestion: 1 is usual.
    pub jam: f32,
}

/// A stretch of a trip: one direction of a link, or streets outside the network.
#[derive(Clone, Copy, Debug)]
pub(in crate::region) struct Way {
    /// The junction that it leads to; of streets outside the network, the nearest junction.
    pub to: u16,
    /// The same road in the opposite direction.
    back: u16,
    /// Its link, or [`NO_LINK`].
    pub link: u16,
    /// True if it runs from the link's `a` to its `b`.
    pub forward: bool,
    pub freeway: bool,
    /// Time on the empty road.
    pub millis: u32,
    pub metres: f32,
    /// 1 straight towards the city's centre, −1 straight away from it.
    pub inward: f32,
    /// The factor on congestion: 1 is usual.
    pub jam: f32,
}

impl Way {
    /// Returns streets outside the network, near a junction.
    pub fn streets(metres: f64, millis: u32, near: u16, inward: f64) -> Self {
        Way {
            to: near,
            back: 0,
            link: NO_LINK,
            forward: true,
            freeway: false,
            millis,
            metres: metres as f32,
            inward: inward as f32,
            jam: 1.0,
        }
    }

    pub fn seconds(&self) -> f64 {
        self.millis as f64 / 1_000.0
    }
}

/// The fastest ways from everywhere to one junction.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// The time from each junction.
    pub millis: Box<[u32]>,
    /// The way to take at each junction; undefined at the destination.
    pub next: Box<[u16]>,
}

/// Junctions and ways. Rows are computed on first use: a cache that changes no result.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    pub junctions: Vec<Point>,
    pub links: Vec<Link>,
    /// The number of junctions on streets, which come first.
    arterials: usize,
    /// The index of the first way out of each junction, and the end.
    first: Vec<u16>,
    ways: Vec<Way>,
    rows: Vec<OnceLock<Row>>,
}

impl Graph {
    /// Returns the graph of these junctions, of which the first `arterials` are on streets, and links.
    ///
    /// # Panics
    /// If there are more than 65,534 ways.
    pub fn new(junctions: Vec<Point>, arterials: usize, links: Vec<Link>) -> Self {
        assert!(links.len() * 2 < NO_LINK as usize, "a network of a city has some thousand links");
        let mut first = vec![0_u16; junctions.len() + 1];
        for end in links.iter().flat_map(|link| [link.a, link.b]) {
            first[end as usize + 1] += 1;
        }
        for n in 0..junctions.len() {
            first[n + 1] += first[n];
        }
        let mut free = first.clone();
        let mut ways = vec![Way::streets(0.0, 0, 0, 0.0); links.len() * 2];
        for (number, link) in links.iter().enumerate() {
            let (there, back) = (take(&mut free, link.a), take(&mut free, link.b));
            ways[there as usize] = way(&junctions, link, number as u16, back, true);
            ways[back as usize] = way(&junctions, link, number as u16, there, false);
        }
        let rows = vec![OnceLock::new(); junctions.len()];
        Graph { junctions, links, arterials, first, ways, rows }
    }

    /// Returns the fastest ways to `to`.
    #[inline]
    pub fn row(&self, to: u16) -> &Row {
        self.rows[to as usize].get_or_init(|| self.search(to))
    }

    /// Returns the ways of the fastest path from `from` to `to`, in their order.
    #[inline]
    pub fn path(&self, from: u16, to: u16) -> impl Iterator<Item = &Way> {
        let row = self.row(to);
        let mut at = from;
        std::iter::from_fn(move || {
            let way = (at != to).then(|| &self.ways[row.next[at as usize] as usize])?;
            at = way.to;
            Some(way)
        })
    }

    /// Returns the junctions that places can be attached to: those on streets, or all if there are none.
    pub fn streets(&self) -> std::ops::Range<u16> {
        let count = if self.arterials > 0 { self.arterials } else { self.junctions.len() };
        0..count as u16
    }

    pub fn ways_out(&self, of: u16) -> &[Way] {
        &self.ways[self.first[of as usize] as usize..self.first[of as usize + 1] as usize]
    }

    /// Runs Dijkstra's algorithm from the destination backwards; roads are equally fast in both directions. The heap holds
    /// one number per entry, the time above the junction: it compares faster than a pair, in the same order.
    fn search(&self, to: u16) -> Row {
        let count = self.junctions.len();
        let entry = |millis: u32, junction: u16| Reverse(u64::from(millis) << 16 | u64::from(junction));
        let mut row = Row { millis: vec![u32::MAX; count].into(), next: vec![0; count].into() };
        row.millis[to as usize] = 0;
        let mut open = BinaryHeap::from([entry(0, to)]);
        while let Some(Reverse(next)) = open.pop() {
            let (millis, at) = ((next >> 16) as u32, next as u16);
            if millis > row.millis[at as usize] {
                continue;
            }
            for way in self.ways_out(at) {
                let through = millis + way.millis;
                if through < row.millis[way.to as usize] {
                    row.millis[way.to as usize] = through;
                    row.next[way.to as usize] = way.back;
                    open.push(entry(through, way.to));
                }
            }
        }
        row
    }
}

fn take(free: &mut [u16], junction: u16) -> u16 {
    free[junction as usize] += 1;
    free[junction as usize] - 1
}

fn way(junctions: &[Point], link: &Link, number: u16, back: u16, forward: bool) -> Way {
    let (from, to) = if forward { (link.a, link.b) } else { (link.b, link.a) };
    Way {
        to,
        back,
        link: number,
        forward,
        freeway: link.class == Class::Freeway,
        millis: link.millis,
        metres: link.metres,
        inward: inward(junctions[from as usize], junctions[to as usize]) as f32,
        jam: link.jam,
    }
}

/// Returns the direction of the way from `a` to `b`: 1 straight towards the centre, −1 straight away from it.
pub(super) fn inward(a: Point, b: Point) -> f64 {
    let length = |x: f64, y: f64| f64::sqrt(x * x + y * y);
    (length(a.0, a.1) - length(b.0, b.1)) / length(b.0 - a.0, b.1 - a.1).max(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Runs Dijkstra's algorithm with pairs in the heap.
    fn plain_search(graph: &Graph, to: u16) -> Row {
        let count = graph.junctions.len();
        let mut row = Row { millis: vec![u32::MAX; count].into(), next: vec![0; count].into() };
        row.millis[to as usize] = 0;
        let mut open = BinaryHeap::from([Reverse((0_u32, to))]);
        while let Some(Reverse((millis, at))) = open.pop() {
            for way in graph.ways_out(at) {
                let through = millis + way.millis;
                if through < row.millis[way.to as usize] {
                    row.millis[way.to as usize] = through;
                    row.next[way.to as usize] = way.back;
                    open.push(Reverse((through, way.to)));
                }
            }
        }
        row
    }

    fn link(a: u16, b: u16, millis: u32) -> Link {
        Link { a, b, class: Class::Arterial, metres: millis as f32, millis, jam: 1.0 }
    }

    #[test]
    fn mornings_lead_inwards() {
        assert!((inward((9_000.0, 0.0), (1_000.0, 0.0)) - 1.0).abs() < 1e-12);
        assert!((inward((0.0, 1_000.0), (0.0, 9_000.0)) + 1.0).abs() < 1e-12);
        assert_eq!(inward((500.0, 500.0), (500.0, 500.0)), 0.0);
    }

    proptest! {
        /// Short times make many ties.
        #[test]
        fn rows_are_those_of_the_plain_algorithm(
            links in prop::collection::vec((0_u16..30, 0_u16..30, 1_u32..6), 1..150),
        ) {
            let links: Vec<Link> = links.iter().filter(|l| l.0 != l.1).map(|l| link(l.0, l.1, l.2)).collect();
            let graph = Graph::new(vec![(0.0, 0.0); 30], 30, links);
            for to in 0..30 {
                let (row, plain) = (graph.search(to), plain_search(&graph, to));
                prop_assert_eq!((row.millis, row.next), (plain.millis, plain.next));
            }
        }

        /// Compares with Bellman–Ford on random connected graphs.
        #[test]
        fn rows_hold_the_least_times_and_paths_take_them(
            chain in prop::collection::vec(1_u32..1_000, 11),
            chords in prop::collection::vec((0_u16..12, 0_u16..12, 1_u32..1_000), 0..20),
        ) {
            let mut links: Vec<Link> = chain.iter().zip(0_u16..).map(|(m, n)| link(n, n + 1, *m)).collect();
            links.extend(chords.iter().filter(|c| c.0 != c.1).map(|c| link(c.0, c.1, c.2)));
            let graph = Graph::new(vec![(0.0, 0.0); 12], 12, links.clone());
            for to in 0..12_u16 {
                let mut least = [u32::MAX / 2; 12];
                least[to as usize] = 0;
                for _ in 0..12 {
                    for link in &links {
                        let (a, b) = (link.a as usize, link.b as usize);
                        least[a] = least[a].min(least[b] + link.millis);
                        least[b] = least[b].min(least[a] + link.millis);
                    }
                }
                prop_assert_eq!(&graph.row(to).millis[..], &least[..]);
                for from in 0..12_u16 {
                    let along: u32 = graph.path(from, to).map(|way| way.millis).sum();
                    prop_assert_eq!(along, least[from as usize]);
                }
            }
        }
    }
}
