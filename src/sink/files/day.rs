//! The conversion between UTC days and the names of files. Pure.

use chrono::{Datelike, NaiveDate};

/// The number of days from 0001-01-01 to 1970-01-01, as chrono counts them.
const EPOCH: i32 = 719_163;

/// Returns the file name of a UTC day, in days since the Unix epoch: `2026-03-01.jsonl`.
pub fn file_of_day(day: i32) -> String {
    format!("{}.jsonl", date_of_day(day))
}

/// Returns the date of a UTC day, in days since the Unix epoch: `2026-03-01`.
pub(super) fn date_of_day(day: i32) -> String {
    match NaiveDate::from_num_days_from_ce_opt(day.saturating_add(EPOCH)) {
        Some(date) => date.format("%Y-%m-%d").to_string(),
        None => format!("day{day}"),
    }
}

/// Returns the UTC day of a date, in days since the Unix epoch; None if it is not one as [`date_of_day`] writes it.
pub(super) fn day_of_date(text: &str) -> Option<i32> {
    let date: NaiveDate = text.parse().ok()?;
    let day = date.num_days_from_ce() - EPOCH;
    (date_of_day(day) == text).then_some(day)
}

/// Returns the UTC day of a file by its name, in days since the Unix epoch; None if it is not a day file.
pub fn day_of_file(name: &str) -> Option<i32> {
    day_of_date(name.strip_suffix(".jsonl")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_days_agree() {
        assert_eq!(file_of_day(0), "1970-01-01.jsonl");
        assert_eq!(file_of_day(20_454), "2026-01-01.jsonl");
        for day in [-1, 0, 59, 20_512] {
            assert_eq!(day_of_file(&file_of_day(day)), Some(day));
        }
    }

    #[test]
    fn other_names_are_no_days() {
        for name in ["2026-01-01.jsonl.gz", "2026-1-1.jsonl", "2026-02-30.jsonl", ".jsonl", "x"] {
            assert_eq!(day_of_file(name), None, "{name}");
        }
    }
}
