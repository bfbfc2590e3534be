//! Life in the six cities follows their own clocks and calendars: the busiest hours by the local hour, and what their
//! holidays do. Small towns with many trips, some weeks each; knows only what a reader of the events knows.

use populace_sim::{Calendar, Category, Channel, DayKind, Event, LocalDay, PRESETS, Scenario, Trip, World};
use std::ops::RangeInclusive;

/// A world of one city that has come to its start.
fn city(preset: &str, people: u32, start: &str, rules: &str) -> World {
    let world = format!("[world]\npeople = {people}\npeople_per_driver = 4\nseed = 11\nstart = \"{start}\"");
    let toml = format!("{world}\n[[region]]\npreset = \"{preset}\"\n{rules}");
    World::new(&Scenario::from_toml("city", &toml).expect("a scenario")).expect("a world")
}

fn calendar_of(world: &World) -> Calendar {
    world.town().localities()[0].region.calendar.clone()
}

fn is_purchase(event: &Event, channel: Channel) -> bool {
    matches!(event, Event::Transaction(t) if t.fraud.is_none() && t.channel == channel)
}

/// Counts and sums by local hour.
#[derive(Default)]
struct Day {
    till: [f64; 24],
    visits: [f64; 24],
    trips: [f64; 24],
    slowness: [f64; 24],
}

impl Day {
    fn add(&mut self, calendar: &Calendar, event: &Event) {
        let local = calendar.local(event.timestamp());
        let hour = local.hour() as usize;
        match event {
            Event::Trip(trip) => self.add_trip(calendar, trip),
            Event::Interaction(_) => self.visits[hour] += 1.0,
            Event::Transaction(_) if is_purchase(event, Channel::Pos) => self.till[hour] += 1.0,
            _ => {}
        }
    }

    fn add_trip(&mut self, calendar: &Calendar, trip: &Trip) {
        let local = calendar.local(trip.timestamp);
        if local.weekday() < 5 && !calendar.kind(local.day).rests() {
            self.trips[local.hour() as usize] += 1.0;
            self.slowness[local.hour() as usize] += trip.traffic_factor;
        }
    }

    /// The hour of `hours` in which a trip takes longest.
    fn slowest(&self, hours: std::ops::Range<usize>) -> usize {
        let mean = |h: &usize| self.slowness[*h] / f64::max(self.trips[*h], 1.0);
        hours.max_by(|a, b| mean(a).total_cmp(&mean(b))).expect("hours")
    }
}

fn busiest(hours: &[f64; 24]) -> usize {
    (0..24).max_by(|a, b| hours[*a].total_cmp(&hours[*b])).expect("hours")
}

fn quietest(hours: &[f64; 24]) -> usize {
    (0..24).min_by(|a, b| hours[*a].total_cmp(&hours[*b])).expect("hours")
}

#[test]
fn every_city_is_busy_at_its_own_hours_and_drives_on_its_own_land() {
    for preset in PRESETS {
        let mut world = city(preset, 250, "2026-03-02", "[rides]\nrequests_per_day = 2.0");
        let calendar = calendar_of(&world);
        let (mut day, mut ends) = (Day::default(), Vec::new());
        world.run_until(world.now() + populace_sim::Span::from_days(28), |event| {
            day.add(&calendar, &event);
            if let Event::Trip(trip) = &event {
                ends.extend([trip.origin, trip.destination]);
            }
        });
        let region = &world.town().localities()[0].region;
        assert!(ends.len() > 10_000, "{preset}: {} ends of trips", ends.len());
        let astray = ends.iter().find(|place| !region.bounds.contains(**place) || !region.is_land(**place));
        assert!(astray.is_none(), "{preset}: {astray:?}");
        let inside = |what: &str, hour: usize, hours: RangeInclusive<usize>| {
            assert!(hours.contains(&hour), "{preset}: {what} at {hour} h, not in {hours:?}");
        };
        inside("shops are busiest", busiest(&day.till), 11..=19);
        inside("shops are quietest", quietest(&day.till), 0..=6);
        inside("the Web is busiest", busiest(&day.visits), 11..=22);
        inside("the Web is quietest", quietest(&day.visits), 1..=7);
        inside("the morning's trips are slowest", day.slowest(4..12), 6..=9);
        inside("the evening's trips are slowest", day.slowest(12..24), 16..=19);
        // A clock that is six hours off would be seen.
        assert!(day.till[12..18].iter().sum::<f64>() > 5.0 * day.till[0..6].iter().sum::<f64>(), "{preset}");
    }
}

/// Grocery purchases at the till by day from the start on, and the calendar.
fn groceries(preset: &str, start: &str, days: i64) -> (Vec<f64>, Calendar, i32) {
    let rules = "[bank]\npurchases_per_day = 4.0\n[rides]\nrequests_per_day = 0.0\n[shop]\nvisits_per_day = 0.0";
    let mut world = city(preset, 500, start, rules);
    let calendar = calendar_of(&world);
    let first = calendar.local(world.now()).day.0;
    let mut counts = vec![0.0; days as usize + 2];
    world.run_until(world.now() + populace_sim::Span::from_days(days), |event| {
        let bought = matches!(&event, Event::Transaction(t) if t.category == Category::Groceries);
        if bought && is_purchase(&event, Channel::Pos) {
            counts[(calendar.local(event.timestamp()).day.0 - first) as usize] += 1.0;
        }
    });
    (counts, calendar, first)
}

/// A day against the median of the 29 around it.
fn against_neighbours(counts: &[f64], at: usize) -> f64 {
    let mut around = counts[at - 14..=at + 14].to_vec();
    around.sort_by(f64::total_cmp);
    counts[at] / around[14]
}

#[test]
fn food_for_a_feast_is_bought_on_its_eve_and_hardly_any_on_the_day() {
    // Thanksgiving and 25 December are feasts where they are kept, Diwali where that is.
    let feasts = [
        ("houston", "2026-11-01", [(11, 25), (12, 23)], (12, 25)),
        ("sao-paulo", "2026-11-20", [(12, 23), (12, 23)], (12, 25)),
        ("mumbai", "2026-10-10", [(11, 7), (11, 7)], (11, 8)),
    ];
    for (preset, start, eves, day) in feasts {
        let (counts, _, first) = groceries(preset, start, 85);
        let at = |(month, date): (u32, u32)| (LocalDay::of(2026, month, date).expect("a date").0 - first) as usize;
        for eve in eves {
            let ratio = against_neighbours(&counts, at(eve));
            assert!((1.3..2.0).contains(&ratio), "{preset} {eve:?}: {ratio}");
        }
        let ratio = against_neighbours(&counts, at(day));
        assert!((0.1..0.9).contains(&ratio), "{preset} {day:?}: {ratio}");
    }
}

#[test]
fn a_year_has_as_many_purchases_as_asked_whatever_is_celebrated() {
    for preset in ["houston", "mumbai", "tokyo"] {
        let rules = "[bank]\npurchases_per_day = 1.0\nrate_shape = 100.0\n[bank.fraud]\nrate = 0.0\n\
            [rides]\nrequests_per_day = 0.0\n[shop]\nvisits_per_day = 0.0";
        let mut world = city(preset, 300, "2026-01-01", rules);
        let mut purchases = 0;
        world.run_until(world.now() + populace_sim::Span::from_days(365), |event| {
            purchases += u32::from(is_purchase(&event, Channel::Pos) || is_purchase(&event, Channel::Online));
        });
        // Subscriptions are online payments, too: about two a person and month.
        let expected = 300.0 * (365.0 + 12.0 * 2.2);
        let ratio = f64::from(purchases) / expected;
        assert!((0.97..1.03).contains(&ratio), "{preset}: {ratio}");
    }
}

#[test]
fn every_city_keeps_its_own_holidays() {
    let kept: Vec<Vec<DayKind>> = PRESETS
        .iter()
        .map(|preset| {
            let calendar = calendar_of(&city(preset, 1, "2026-01-01", ""));
            let first = LocalDay::of(2026, 1, 1).expect("a date").0;
            (first..first + 365).map(|day| calendar.kind(LocalDay(day))).collect()
        })
        .collect();
    assert_eq!(kept[0], kept[2], "Houston and New York are in one country");
    for a in [0, 1, 3, 4, 5] {
        for b in [0, 1, 3, 4, 5].into_iter().filter(|b| *b > a) {
            assert_ne!(kept[a], kept[b], "{} and {}", PRESETS[a], PRESETS[b]);
        }
    }
}
