//! Drift over the months: each month against the mean of all. Must not depend on: SVG, bands.

use super::chart::{Across, Chart, Mark, Series, Unit};
use super::checks::{BANDS, Visit, band_of, bands, main_trips};
use super::data::{Channel, Data, Label, Payment, Sky};
use populace_sim::LocalDay;
use std::collections::BTreeSet;

/// The fewest days of data of a month; a month with fewer, at the start or the end of the data, is left out.
const LEAST_DAYS: usize = 10;

const NAMES: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// The months of the data, in order, with the number of days of data of each.
#[derive(Clone, Debug)]
pub(super) struct Months(Vec<(i32, f64)>);

impl Months {
    /// Returns the months of the data.
    pub(super) fn of(data: &Data) -> Self {
        let days: BTreeSet<i32> = match data.days() {
            Some((first, last)) => (first.0..=last.0).collect(),
            None => BTreeSet::new(),
        };
        let mut months: Vec<(i32, usize)> = Vec::new();
        for day in days {
            let month = month(LocalDay(day));
            match months.last_mut() {
                Some((last, count)) if *last == month => *count += 1,
                _ => months.push((month, 1)),
            }
        }
        Months(months.into_iter().filter(|(_, days)| *days >= LEAST_DAYS).map(|(m, days)| (m, days as f64)).collect())
    }

    fn names(&self) -> Across {
        let name = |month: i32| format!("{} {:02}", NAMES[month.rem_euclid(12) as usize], month.div_euclid(12) % 100);
        Across::Names(self.0.iter().map(|(month, _)| name(*month)).collect())
    }

    /// Returns the sums of the values of each month.
    fn sums<const N: usize>(&self, falls: impl Iterator<Item = (LocalDay, [f64; N])>) -> Vec<[f64; N]> {
        let mut sums = vec![[0.0; N]; self.0.len()];
        for (day, weights) in falls {
            let month = month(day);
            if let Ok(at) = self.0.binary_search_by_key(&month, |(month, _)| *month) {
                sums[at].iter_mut().zip(weights).for_each(|(sum, weight)| *sum += weight);
            }
        }
        sums
    }

    /// Returns the mean number per day of each month.
    fn a_day(&self, falls: impl Iterator<Item = LocalDay>) -> Vec<f64> {
        let sums = self.sums(falls.map(|day| (day, [1.0])));
        sums.into_iter().zip(&self.0).map(|([sum], (_, days))| sum / days).collect()
    }

    /// Returns the ratio of the sums of two values for each month.
    fn quotients(&self, falls: impl Iterator<Item = (LocalDay, f64, f64)>) -> Vec<f64> {
        self.sums(falls.map(|(day, a, b)| (day, [a, b]))).into_iter().map(|[a, b]| a / b).collect()
    }
}

/// Returns year and month as one number.
fn month(day: LocalDay) -> i32 {
    let (year, month, _) = day.year_month_day();
    year * 12 + month as i32 - 1
}

/// Returns the values divided by the mean of the finite ones.
fn index(values: Vec<f64>) -> Vec<f64> {
    let known: Vec<f64> = values.iter().copied().filter(|value| value.is_finite()).collect();
    let mean = known.iter().sum::<f64>() / known.len() as f64;
    values.into_iter().map(|value| value / mean).collect()
}

/// Returns the charts over the months.
pub(super) fn charts(data: &Data, visits: &[Visit]) -> Vec<Chart> {
    let months = Months::of(data);
    vec![
        activity(data, &months),
        amounts(data, &months),
        fraud(data, &months),
        speed(data, &months),
        weather(data, &months),
        shop(visits, &months),
    ]
}

fn line(title: &'static str, note: &'static str, months: &Months, unit: Unit, series: Vec<Series>) -> Chart {
    Chart { title, note, across: months.names(), mark: Mark::Line, unit, series }
}

fn activity(data: &Data, months: &Months) -> Chart {
    let series = vec![
        Series::of("transactions", index(months.a_day(data.payments.iter().map(|row| row.wall.day())))),
        Series::of("trips", index(months.a_day(data.trips.iter().map(|row| row.wall.day())))),
        Series::of("shop events", index(months.a_day(data.human_clicks().map(|row| row.wall.day())))),
    ];
    line("Activity", "events a day, 1 = the mean month", months, Unit::Index, series)
}

fn amounts(data: &Data, months: &Months) -> Chart {
    let means = |channel: Channel| {
        let chosen = data.genuine_purchases().filter(move |p| p.channel == channel);
        let logs = chosen.map(|p| (p.wall.day(), f64::from(p.amount.max(0.01)).ln(), 1.0));
        index(months.quotients(logs).into_iter().map(f64::exp).collect())
    };
    let series = vec![Series::of("pos", means(Channel::Pos)), Series::of("online", means(Channel::Online))];
    line("Amounts", "geometric mean of genuine purchases, 1 = the mean month", months, Unit::Index, series)
}

fn fraud(data: &Data, months: &Months) -> Chart {
    let is_fraud = |p: &Payment| f64::from(u8::from(p.label == Label::Fraud));
    let rows = data.payments.iter().map(|p| (p.wall.day(), is_fraud(p), 1.0));
    let series = vec![Series::of("frauds", months.quotients(rows))];
    line("Fraud", "share of all transactions", months, Unit::Share, series)
}

fn speed(data: &Data, months: &Months) -> Chart {
    let bands = bands(main_trips(data));
    let of = |chosen: fn(usize) -> bool| {
        let mut speeds = vec![0.0; months.0.len()];
        for band in 0..BANDS {
            let trips = main_trips(data).filter(|trip| band_of(trip, &bands) == band && chosen(trip.wall.hour()));
            let rows = trips.map(|t| (t.wall.day(), f64::from(t.kilometres), f64::from(t.seconds)));
            let quotients = months.quotients(rows);
            speeds.iter_mut().zip(quotients).for_each(|(sum, speed)| *sum += speed / BANDS as f64);
        }
        index(speeds)
    };
    let rush = |hour: usize| matches!(hour, 7 | 8 | 16..=18);
    let series =
        vec![Series::of("rush hours", of(rush)), Series::of("other hours", of(|h| !matches!(h, 7 | 8 | 16..=18)))];
    line("Speed of trips", "the same mix of distances, 1 = the mean month", months, Unit::Index, series)
}

fn weather(data: &Data, months: &Months) -> Chart {
    let share = |is: fn(Sky) -> bool| {
        let rows = main_trips(data).map(|trip| (trip.wall.day(), f64::from(u8::from(is(trip.sky))), 1.0));
        months.quotients(rows)
    };
    let series = vec![
        Series::of("rain", share(|sky| sky == Sky::LightRain)),
        Series::of("heavy rain, thunderstorm", share(|sky| sky == Sky::HeavyRain)),
        Series::of("fog, snow", share(|sky| sky == Sky::Other)),
    ];
    line("Weather", "share of the trips under such a sky", months, Unit::Share, series)
}

fn shop(visits: &[Visit], months: &Months) -> Chart {
    let share = |does: fn(&Visit) -> bool| {
        let rows = visits.iter().map(|v| (v.day(), f64::from(u8::from(does(v))), 1.0));
        months.quotients(rows)
    };
    let series = vec![Series::of("put in the cart", share(|v| v.carts > 0)), Series::of("buy", share(Visit::buys))];
    line("Shop", "share of the sessions of humans", months, Unit::Share, series)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Wall;
    use crate::controls::{data_of, payment};

    const DAY: i64 = 86_400;

    #[test]
    fn months_that_are_hardly_there_are_left_out() {
        // 1970-01-25 to 1970-03-05: 7 days of January, 5 of March.
        let rows = (24..64).map(|day| payment(0, Wall(day * DAY))).collect();
        let months = Months::of(&data_of(rows));
        assert_eq!(months.0, [(1970 * 12 + 1, 28.0)]);
        let Across::Names(names) = months.names() else { panic!("months have names") };
        assert_eq!(names, ["Feb 70"]);
    }

    #[test]
    fn activity_is_told_against_the_mean_month() {
        // Three a day in February, one a day in January and March.
        let a_day = |day: i64| if (31..59).contains(&day) { 3 } else { 1 };
        let rows = (0..90).flat_map(|day| (0..a_day(day)).map(move |n| payment(n, Wall(day * DAY)))).collect();
        let data = data_of(rows);
        let chart = activity(&data, &Months::of(&data));
        let values: Vec<f64> = chart.series[0].points.iter().map(|(_, value)| *value).collect();
        let expected = [0.6, 1.8, 0.6];
        assert!(values.iter().zip(expected).all(|(value, expected)| (value - expected).abs() < 1e-9), "{values:?}");
    }

    #[test]
    fn nothing_has_no_months() {
        let data = data_of(Vec::new());
        assert!(Months::of(&data).0.is_empty());
        assert!(charts(&data, &[]).iter().all(|chart| !chart.to_svg().contains("NaN")));
    }
}
