//! The plots of the page beside the table: distributions of the data. Must not depend on: SVG, bands.

use super::chart::{Across, Chart, Mark, Series, Unit};
use super::checks::{BANDS, TOP_RANKS, Visit, band_of, bands, main_trips, purchases_by_merchant, rank_shares, visits};
use super::clock::Wall;
use super::data::{Action, Channel, Data, Kind, Label, Means, Payment, Trip};
use super::heat::{Heat, WEEKDAYS};
use super::months;

/// A plot.
#[derive(Clone, Debug)]
pub(super) enum Plot {
    Chart(Chart),
    Heat(Box<Heat>),
}

/// A section of plots with a common topic.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub title: &'static str,
    pub plots: Vec<Plot>,
}

/// The number of bins to a power of ten.
const BINS: f64 = 10.0;

/// Returns all sections, in the order of the page.
pub(super) fn sections(data: &Data) -> Vec<Section> {
    let visits = visits(data);
    let charts = |title, charts: Vec<Chart>| Section { title, plots: charts.into_iter().map(Plot::Chart).collect() };
    vec![
        Section {
            title: "Hours and weekdays",
            plots: vec![
                Plot::Chart(by_hour(data)),
                Plot::Chart(by_weekday(data)),
                Plot::Heat(Box::new(week_of_purchases(data))),
                Plot::Heat(Box::new(week_of_trips(data))),
            ],
        },
        charts("Amounts", vec![amounts(data), categories(data)]),
        charts("Habits", vec![ranks(data), top_shares(data)]),
        charts("Trips", vec![speeds(data), durations(data)]),
        Section {
            title: "Shop",
            plots: vec![
                Plot::Chart(funnel(&visits)),
                Plot::Chart(depth(&visits)),
                Plot::Chart(dwell(data)),
                Plot::Heat(Box::new(week_of_clicks(data))),
            ],
        },
        charts("Over the months", months::charts(data, &visits)),
    ]
}

fn names(names: impl IntoIterator<Item = impl ToString>) -> Across {
    Across::Names(names.into_iter().map(|name| name.to_string()).collect())
}

/// Returns the shares of the cells in the items; NaN without items.
fn shares(cells: usize, falls: impl Iterator<Item = usize>) -> Vec<f64> {
    let mut counts = vec![0.0; cells];
    falls.for_each(|cell| counts[cell] += 1.0);
    let all: f64 = counts.iter().sum();
    counts.into_iter().map(|count| count / all).collect()
}

/// Returns the shares of each tenth of a power of ten, from a hundredth to a million; empty cells between others are 0.
fn histogram(name: &'static str, values: impl Iterator<Item = f32>) -> Series {
    histogram_of_weights(name, values.map(|value| (f64::from(value), 1.0)))
}

/// Returns the histogram of whole numbers, each spread over the numbers that are rounded to it: few fall into the cells
/// below ten.
fn histogram_of_whole(name: &'static str, values: impl Iterator<Item = u16>) -> Series {
    const PARTS: u16 = 32;
    let mut counts = vec![0.0; usize::from(u16::MAX) + 1];
    values.for_each(|value| counts[usize::from(value)] += 1.0);
    let there = (0..=u16::MAX).zip(counts).filter(|(value, count)| *value > 0 && *count > 0.0);
    let spread = there.flat_map(|(value, count)| {
        let part = move |n| f64::from(value) - 0.5 + (f64::from(n) + 0.5) / f64::from(PARTS);
        (0..PARTS).map(move |n| (part(n), count))
    });
    histogram_of_weights(name, spread)
}

fn histogram_of_weights(name: &'static str, values: impl Iterator<Item = (f64, f64)>) -> Series {
    const CELLS: usize = 80;
    let mut sums = [0.0; CELLS];
    for (value, weight) in values {
        sums[((value.log10() + 2.0) * BINS).clamp(0.0, CELLS as f64 - 1.0) as usize] += weight;
    }
    let all: f64 = sums.iter().sum();
    let there = |sum: &f64| *sum > 0.0;
    let ends = (sums.iter().position(there), sums.iter().rposition(there));
    let (Some(first), Some(last)) = ends else { return Series { name, points: Vec::new() } };
    let at = |bin: usize| ((bin as f64 + 0.5) / BINS - 2.0, sums[bin] / all);
    Series { name, points: (first..=last).map(at).collect() }
}

fn walls(data: &Data, chosen: fn(&Payment) -> bool) -> impl Iterator<Item = Wall> {
    data.genuine_purchases().filter(move |p| chosen(p)).map(|p| p.wall)
}

fn by_hour(data: &Data) -> Chart {
    let hours = |walls: &mut dyn Iterator<Item = Wall>| shares(24, walls.map(Wall::hour));
    let series = vec![
        Series::of("pos", hours(&mut walls(data, |p| p.channel == Channel::Pos))),
        Series::of("online", hours(&mut walls(data, |p| p.channel == Channel::Online))),
        Series::of("shop events", hours(&mut data.human_clicks().map(|click| click.wall))),
        Series::of("trips", hours(&mut data.trips.iter().map(|trip| trip.wall))),
    ];
    Chart {
        title: "Share of each hour",
        note: "local time; genuine purchases, trips requested, events of humans",
        across: names(0..24),
        mark: Mark::Line,
        unit: Unit::Share,
        series,
    }
}

fn by_weekday(data: &Data) -> Chart {
    let days = |walls: &mut dyn Iterator<Item = Wall>| shares(7, walls.map(|wall| wall.day().weekday().into()));
    let groceries = data.category("groceries");
    let in_shop = data.genuine_purchases().filter(|p| Some(p.category) == groceries).map(|p| p.wall);
    let series = vec![
        Series::of("groceries", days(&mut { in_shop })),
        Series::of("pos", days(&mut walls(data, |p| p.channel == Channel::Pos))),
        Series::of("online", days(&mut walls(data, |p| p.channel == Channel::Online))),
        Series::of("shop events", days(&mut data.human_clicks().map(|click| click.wall))),
        Series::of("trips", days(&mut data.trips.iter().map(|trip| trip.wall))),
    ];
    Chart {
        title: "Share of each weekday",
        note: "local time",
        across: names(WEEKDAYS),
        mark: Mark::Bar,
        unit: Unit::Share,
        series,
    }
}

fn week(walls: impl Iterator<Item = Wall>) -> [[f64; 24]; 7] {
    let cells = shares(7 * 24, walls.map(|wall| usize::from(wall.day().weekday()) * 24 + wall.hour()));
    std::array::from_fn(|day| std::array::from_fn(|hour| cells[day * 24 + hour]))
}

fn week_of_purchases(data: &Data) -> Heat {
    let cells = week(walls(data, |p| p.channel == Channel::Pos));
    Heat { title: "A week of purchases in shops", note: "share of each hour, local time; genuine, pos", cells }
}

fn week_of_trips(data: &Data) -> Heat {
    let cells = week(data.trips.iter().map(|trip| trip.wall));
    Heat { title: "A week of trips", note: "share of each hour, local time, by the request", cells }
}

fn week_of_clicks(data: &Data) -> Heat {
    let cells = week(data.human_clicks().map(|click| click.wall));
    Heat { title: "A week in the shop", note: "share of each hour, local time; events of humans", cells }
}

fn amounts(data: &Data) -> Chart {
    let of = |name, label: Label| {
        let online = |p: &&Payment| p.kind == Kind::Purchase && p.means == Means::Card && p.channel == Channel::Online;
        histogram(name, data.payments.iter().filter(online).filter(move |p| p.label == label).map(|p| p.amount))
    };
    Chart {
        title: "Amounts of online card purchases",
        note: "in dollars' worth; share of each tenth of a power of ten",
        across: Across::Decades,
        mark: Mark::Line,
        unit: Unit::Share,
        series: vec![of("genuine", Label::Genuine), of("fraud", Label::Fraud)],
    }
}

fn categories(data: &Data) -> Chart {
    let mut amounts = vec![Vec::new(); data.categories.len()];
    data.genuine_purchases().for_each(|p| amounts[usize::from(p.category)].push(p.amount));
    let mut quartiles: Vec<(&str, [f64; 3])> =
        data.categories.iter().zip(amounts).map(|(name, all)| (name.as_str(), thirds(all))).collect();
    quartiles.retain(|(_, [_, median, _])| median.is_finite());
    quartiles.sort_by(|a, b| a.1[1].total_cmp(&b.1[1]));
    let series = |name, n: usize| Series::of(name, quartiles.iter().map(move |(_, all)| all[n]));
    Chart {
        title: "Amounts by category",
        note: "quartiles of genuine purchases, in dollars' worth",
        across: names(quartiles.iter().map(|(name, _)| name.replace("_goods", "").replace("_items", ""))),
        mark: Mark::Bar,
        unit: Unit::Number,
        series: vec![series("lower quartile", 0), series("median", 1), series("upper quartile", 2)],
    }
}

/// Returns the quartiles.
fn thirds(mut values: Vec<f32>) -> [f64; 3] {
    values.sort_by(f32::total_cmp);
    let at = |share: f64| values.get((values.len() as f64 * share) as usize).map_or(f64::NAN, |v| f64::from(*v));
    [at(0.25), at(0.5), at(0.75)]
}

fn ranks(data: &Data) -> Chart {
    let users: Vec<_> = rank_shares(&purchases_by_merchant(data)).into_iter().flatten().collect();
    let mean = |rank: usize| users.iter().map(|own| own[rank]).sum::<f64>() / users.len() as f64;
    Chart {
        title: "A user's merchants by rank",
        note: "mean share of the user's purchases; users with 100 or more",
        across: names(1..=TOP_RANKS),
        mark: Mark::Bar,
        unit: Unit::Share,
        series: vec![Series::of("mean share of purchases", (0..TOP_RANKS).map(mean))],
    }
}

fn top_shares(data: &Data) -> Chart {
    let users = rank_shares(&purchases_by_merchant(data)).into_iter().flatten();
    Chart {
        title: "Users by the share of their first merchant",
        note: "share of the users with 100 purchases or more",
        across: names((0..20).map(|n| format!("{}%", n * 5))),
        mark: Mark::Bar,
        unit: Unit::Share,
        series: vec![Series::of("users", shares(20, users.map(|own| ((own[0] * 20.0) as usize).min(19))))],
    }
}

fn speeds(data: &Data) -> Chart {
    let bands = bands(main_trips(data));
    let speed = |chosen: fn(Wall) -> bool| {
        let mut cells = [[(0.0, 0.0); BANDS]; 24];
        for trip in main_trips(data).filter(|trip| chosen(trip.wall)) {
            let cell = &mut cells[trip.wall.hour()][band_of(trip, &bands)];
            cell.0 += f64::from(trip.kilometres);
            cell.1 += f64::from(trip.seconds) / 3_600.0;
        }
        cells.map(|hour| hour.iter().map(|(km, hours)| km / hours).sum::<f64>() / BANDS as f64)
    };
    Chart {
        title: "Speed of trips over the day",
        note: "km/h as the crow flies, by local hour, the same mix of distances at all hours",
        across: names(0..24),
        mark: Mark::Line,
        unit: Unit::Number,
        series: vec![
            Series::of("working days", speed(|wall| !wall.day().is_weekend())),
            Series::of("weekends", speed(|wall| wall.day().is_weekend())),
        ],
    }
}

fn durations(data: &Data) -> Chart {
    let of = |name, seconds: fn(&Trip) -> f32| histogram(name, data.trips.iter().map(move |trip| seconds(trip) / 60.0));
    Chart {
        title: "How long trips take",
        note: "minutes; share of each tenth of a power of ten",
        across: Across::Decades,
        mark: Mark::Line,
        unit: Unit::Share,
        series: vec![of("actual", |trip| trip.seconds), of("naive estimate", |trip| trip.naive_seconds)],
    }
}

fn funnel(visits: &[Visit]) -> Chart {
    let share = |has: fn(&Visit) -> bool| visits.iter().filter(|v| has(v)).count() as f64 / visits.len() as f64;
    let steps = [share(|v| v.views > 0), share(|v| v.views > 1), share(|v| v.carts > 0), share(Visit::buys)];
    Chart {
        title: "Funnel",
        note: "share of the sessions of humans that …",
        across: names(["look at a product", "look at a second", "put in the cart", "buy"]),
        mark: Mark::Bar,
        unit: Unit::Share,
        series: vec![Series::of("sessions", steps)],
    }
}

fn depth(visits: &[Visit]) -> Chart {
    const MOST: usize = 20;
    let looked = visits.iter().filter(|visit| visit.views > 0).map(|visit| (visit.views as usize).min(MOST) - 1);
    Chart {
        title: "How deep sessions go",
        note: "share of the sessions of humans by products looked at; the last bar is all the rest",
        across: names(1..=MOST),
        mark: Mark::Bar,
        unit: Unit::Share,
        series: vec![Series::of("sessions", shares(MOST, looked))],
    }
}

fn dwell(data: &Data) -> Chart {
    let pages = data.human_clicks().filter(|click| click.action == Action::View);
    Chart {
        title: "Time on pages of products",
        note: "seconds; share of each tenth of a power of ten",
        across: Across::Decades,
        mark: Mark::Line,
        unit: Unit::Share,
        series: vec![histogram_of_whole("pages", pages.map(|click| click.dwell_seconds.max(1)))],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::controls::{data_of, payment};

    fn svgs(data: &Data) -> Vec<String> {
        let svg = |plot: &Plot| match plot {
            Plot::Chart(chart) => chart.to_svg(),
            Plot::Heat(heat) => heat.to_svg(),
        };
        sections(data).iter().flat_map(|section| section.plots.iter().map(svg)).collect()
    }

    #[test]
    fn shares_of_hours_add_up() {
        let rows = (0..100).map(|n| payment(n % 5, Wall(i64::from(n) * 3_000))).collect();
        let data = data_of(rows);
        let chart = by_hour(&data);
        let sum: f64 = chart.series[0].points.iter().map(|(_, share)| share).sum();
        assert!((sum - 1.0).abs() < 1e-9);
        assert!(chart.series[1].points.iter().all(|(_, share)| share.is_nan()), "nothing was bought online");
        let cells: f64 = week_of_purchases(&data).cells.iter().flatten().sum();
        assert!((cells - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_histogram_has_no_holes_and_lies_where_the_values_do() {
        let series = histogram("x", [1.05, 1.05, 110.0, 95.0].into_iter());
        let sum: f64 = series.points.iter().map(|(_, share)| share).sum();
        assert!((sum - 1.0).abs() < 1e-9);
        assert!((series.points[0].0 - 0.05).abs() < 1e-9 && (series.points[0].1 - 0.5).abs() < 1e-9);
        assert!(series.points.windows(2).all(|pair| (pair[1].0 - pair[0].0 - 0.1).abs() < 1e-9));
        assert!(histogram("x", std::iter::empty()).points.is_empty());
    }

    #[test]
    fn whole_numbers_leave_no_holes_between_them() {
        let even = histogram_of_whole("x", (1..=1_000).chain(1..=1_000));
        let sum: f64 = even.points.iter().map(|(_, share)| share).sum();
        assert!((sum - 1.0).abs() < 1e-9);
        // The number of values is proportional to the width of a cell: each has a quarter more than the previous one.
        let below = even.points.iter().filter(|(at, _)| (0.0..2.9).contains(at));
        let shares: Vec<f64> = below.map(|(_, share)| *share).collect();
        assert!(shares.windows(2).all(|pair| (1.05..1.5).contains(&(pair[1] / pair[0]))), "{shares:?}");
    }

    #[test]
    fn all_pictures_are_drawn_of_any_data() {
        for data in [data_of(Vec::new()), data_of(vec![payment(0, Wall(0))])] {
            let svgs = svgs(&data);
            assert!(svgs.len() == 20 && svgs.iter().all(|svg| !svg.contains("NaN") && !svg.contains("inf")));
        }
    }
}
