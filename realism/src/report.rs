//! The whole report as a value: the extent of the data, the checks, and the rows that are not measured. Must not depend
//! on: output other than JSON's shape.

use super::check::{Check, Verdict};
use super::checks::{self, UNMEASURED, Unmeasured};
use super::data::{Channel, Data, Label, Visitor};
use serde::Serialize;

/// The number of people and of days that the bands are made for.
const PEOPLE: usize = 5_000;
const DAYS: u32 = 360;

/// The outcome of all checks.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The data that was checked.
    pub data: Facts,
    /// The limits of the verdicts.
    pub notes: Vec<String>,
    /// The checks, in the order of the acceptance table.
    pub checks: Vec<Check>,
    /// The rows that are not measured.
    pub not_measured: [Unmeasured; 1],
    /// The number of checks by verdict.
    pub summary: Summary,
}

/// The extent of the data that was checked.
#[derive(Clone, Debug, Serialize)]
pub struct Facts {
    /// The origin of the records.
    pub origin: String,
    /// The names of the regions.
    pub regions: Vec<String>,
    /// The first local day: year, month, day.
    pub first_day: Option<(i32, u32, u32)>,
    /// The last local day: year, month, day.
    pub last_day: Option<(i32, u32, u32)>,
    /// The number of users with a transaction.
    pub users: usize,
    /// The number of drivers with a trip.
    pub drivers: usize,
    /// The number of customers with an interaction.
    pub customers: usize,
    /// The number of transactions.
    pub transactions: usize,
    /// The number of trips.
    pub trips: usize,
    /// The number of shop interactions.
    pub interactions: usize,
}

/// The number of checks by verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// The number of checks inside their bands.
    pub inside: usize,
    /// The number of checks outside their bands.
    pub outside: usize,
    /// The number of checks with too few observations.
    pub too_few: usize,
}

impl Report {
    /// Carries out all checks on data of this origin.
    pub fn new(data: &Data, origin: String) -> Self {
        let checks = checks::all(data);
        let count = |verdict| checks.iter().filter(|check| check.verdict == verdict).count();
        let summary = Summary {
            inside: count(Verdict::Inside),
            outside: count(Verdict::Outside),
            too_few: count(Verdict::TooFew),
        };
        Report { data: facts(data, origin), notes: notes(data), not_measured: UNMEASURED, summary, checks }
    }
}

fn facts(data: &Data, origin: String) -> Facts {
    let days = data.days();
    Facts {
        origin,
        regions: data.places.0.iter().map(|place| place.name.clone()).collect(),
        first_day: days.map(|(first, _)| first.year_month_day()),
        last_day: days.map(|(_, last)| last.year_month_day()),
        users: data.users,
        drivers: data.drivers,
        customers: data.customers,
        transactions: data.payments.len(),
        trips: data.trips.len(),
        interactions: data.clicks.len(),
    }
}

fn notes(data: &Data) -> Vec<String> {
    let mut notes = Vec::new();
    let days = data.day_count();
    if days < DAYS || data.users < PEOPLE * 9 / 10 {
        notes.push(format!(
            "the bands are made for a year of {PEOPLE} people or more; this is {days} days of {}: halves, holidays and counts differ",
            data.users
        ));
    }
    if data.payments.iter().any(|payment| payment.channel == Channel::Unknown) {
        notes.push(missing("transactions", "channel", "checks 1, 3, 6 and 8 need it"));
    }
    let frauds = || data.payments.iter().filter(|payment| payment.label == Label::Fraud);
    if frauds().next().is_some() && frauds().all(|payment| payment.pattern.is_none()) {
        notes.push(missing("transactions", "fraud_pattern", "check 4 cannot tell kinds of fraud apart without it"));
    }
    if data.trips.iter().any(|trip| trip.highway_share.is_nan()) {
        notes.push(missing("trips", "highway_share", "check 10 needs it"));
    }
    if data.clicks.iter().any(|click| click.visitor == Visitor::Unknown) {
        notes.push(missing("interactions", "is_bot", "all visitors count as human in checks 8, 11, 12 and 14"));
    }
    for (section, count) in
        [("transactions", data.payments.len()), ("trips", data.trips.len()), ("interactions", data.clicks.len())]
    {
        if count == 0 {
            notes.push(format!("there are no {section}, so their checks cannot be made: a world has them unless topics.{section}.enabled is false"));
        }
    }
    notes
}

/// Returns a note that a record lacks an extra field, with the consequence and the remedy.
fn missing(section: &str, field: &str, meaning: &str) -> String {
    format!("{section} without the extra field {field}: {meaning}; name it in topics.{section}.fields")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Wall;
    use crate::controls::{data_of, payment};

    #[test]
    fn every_row_of_the_table_is_there() {
        let report = Report::new(&data_of(vec![payment(0, Wall(0)); 3]), "nowhere".into());
        let mut numbers: Vec<u8> = report.checks.iter().map(|check| check.number).collect();
        numbers.extend(report.not_measured.iter().map(|one| one.number));
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers, (1..=15).collect::<Vec<u8>>());
        assert_eq!(report.summary, Summary { inside: 0, outside: 0, too_few: report.checks.len() });
    }

    #[test]
    fn what_is_missing_is_noted() {
        let mut row = payment(0, Wall(0));
        row.channel = Channel::Unknown;
        let notes = notes(&data_of(vec![row]));
        assert!(notes[0].contains("1 days of 1") && notes[1].contains("topics.transactions.fields"), "{notes:?}");
    }
}
