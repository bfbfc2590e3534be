//! What the page shows beside the table: how the data is distributed. Knows no SVG and no bands.

use super::chart::{Across, Chart, Mark, Series};
use super::checks::{BANDS, TOP_RANKS, Visit, band_of, bands, main_trips, purchases_by_merchant, rank_shares, visits};
use super::clock::Wall;
use super::data::{Channel, Data, Kind, Label, Means, Payment};

const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
/// Bins of amounts to a power of ten.
const BINS: f64 = 10.0;

/// All charts, in the order of the page.
pub(super) fn charts(data: &Data) -> Vec<Chart> {
    let visits = visits(data);
    vec![by_hour(data), by_weekday(data), amounts(data), ranks(data), top_shares(data), speeds(data), funnel(&visits)]
}

fn names(names: impl IntoIterator<Item = impl ToString>) -> Across {
    Across::Names(names.into_iter().map(|name| name.to_string()).collect())
}

/// Shares of the cells in which things fall; nothing where nothing does.
fn shares(cells: usize, falls: impl Iterator<Item = usize>) -> Vec<f64> {
    let mut counts = vec![0.0; cells];
    falls.for_each(|cell| counts[cell] += 1.0);
    let all: f64 = counts.iter().sum();
    counts.into_iter().map(|count| count / all).collect()
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
    Chart { title: "Share of each local hour", across: names(0..24), mark: Mark::Line, series }
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
    Chart { title: "Share of each weekday", across: names(WEEKDAYS), mark: Mark::Bar, series }
}

fn amounts(data: &Data) -> Chart {
    let histogram = |label: Label| {
        let online = |p: &&Payment| p.kind == Kind::Purchase && p.means == Means::Card && p.channel == Channel::Online;
        let chosen = data.payments.iter().filter(online).filter(move |p| p.label == label);
        // From a hundredth to a million.
        let bin = |p: &Payment| ((f64::from(p.amount).log10() + 2.0) * BINS).clamp(0.0, 8.0 * BINS - 1.0) as usize;
        let shares = shares(8 * BINS as usize, chosen.map(bin));
        let points = (0..).zip(shares).map(|(bin, share)| ((f64::from(bin) + 0.5) / BINS - 2.0, share));
        points.filter(|(_, share)| *share > 0.0).collect()
    };
    let series = vec![
        Series { name: "genuine", points: histogram(Label::Genuine) },
        Series { name: "fraud", points: histogram(Label::Fraud) },
    ];
    let title = "Amounts of online card purchases, in dollars' worth: share of each tenth of a power of ten";
    Chart { title, across: Across::Decades, mark: Mark::Line, series }
}

fn ranks(data: &Data) -> Chart {
    let users: Vec<_> = rank_shares(&purchases_by_merchant(data)).into_iter().flatten().collect();
    let mean = |rank: usize| users.iter().map(|own| own[rank]).sum::<f64>() / users.len() as f64;
    let series = vec![Series::of("mean share of purchases", (0..TOP_RANKS).map(mean))];
    let title = "Habits: a user's merchants by rank (users with ≥ 100 purchases)";
    Chart { title, across: names(1..=TOP_RANKS), mark: Mark::Bar, series }
}

fn top_shares(data: &Data) -> Chart {
    let users = rank_shares(&purchases_by_merchant(data)).into_iter().flatten();
    let series = vec![Series::of("users", shares(20, users.map(|own| ((own[0] * 20.0) as usize).min(19))))];
    let across = names((0..20).map(|n| format!("{}%", n * 5)));
    Chart { title: "Habits: users by the share of their first merchant", across, mark: Mark::Bar, series }
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
    let series = vec![
        Series::of("working days", speed(|wall| !wall.day().is_weekend())),
        Series::of("weekends", speed(|wall| wall.day().is_weekend())),
    ];
    let title = "Speed of trips as the crow flies, km/h, by local hour, the same mix of distances at all hours";
    Chart { title, across: names(0..24), mark: Mark::Line, series }
}

fn funnel(visits: &[Visit]) -> Chart {
    let share = |has: fn(&Visit) -> bool| visits.iter().filter(|v| has(v)).count() as f64 / visits.len() as f64;
    let steps = [share(|v| v.views > 0), share(|v| v.views > 1), share(|v| v.carts > 0), share(Visit::buys)];
    let across = names(["look at a product", "look at a second", "put in the cart", "buy"]);
    let title = "Funnel: share of the sessions of humans that";
    Chart { title, across, mark: Mark::Bar, series: vec![Series::of("sessions", steps)] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::realism::controls::{data_of, payment};

    #[test]
    fn shares_of_hours_add_up() {
        let rows = (0..100).map(|n| payment(n % 5, Wall(i64::from(n) * 3_000))).collect();
        let chart = by_hour(&data_of(rows));
        let sum: f64 = chart.series[0].points.iter().map(|(_, share)| share).sum();
        assert!((sum - 1.0).abs() < 1e-9);
        assert!(chart.series[1].points.iter().all(|(_, share)| share.is_nan()), "nothing was bought online");
    }

    #[test]
    fn all_charts_are_drawn_of_any_data() {
        for data in [data_of(Vec::new()), data_of(vec![payment(0, Wall(0))])] {
            let charts = charts(&data);
            assert!(charts.len() == 7 && charts.iter().all(|chart| !chart.to_svg().contains("NaN")));
        }
    }
}
