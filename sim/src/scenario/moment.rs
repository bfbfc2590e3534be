//! Instants and spans as users write them: RFC 3339, a date, "now", or relative to now ("-90d").
//! Must not depend on: a clock (now is an argument) and time zones other than the offset in the text.

use chrono::{DateTime, NaiveDate, SecondsFormat};
use serde::{Deserialize, Serialize};

use crate::engine::{Span, VirtualTime};

/// The forms of a time, as advice.
pub(super) const TIME_HELP: &str = "write 2026-01-01T00:00:00Z, a date (2026-01-01, midnight UTC), \"now\", or a time relative to now (-90d, -12h, +30m, -2w)";

/// The first instant of 1971, before which no world begins.
const FIRST: VirtualTime = VirtualTime::from_seconds(31_536_000);

/// The end of every world, 2200-01-01T00:00:00Z: holidays, sales and daylight saving time are known up to there.
pub const CALENDAR_END: VirtualTime = VirtualTime::from_seconds(7_258_118_400);

/// An invalid time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum TimeError {
    /// Neither RFC 3339 nor a date nor relative.
    #[error("{0:?} is not a time")]
    Unreadable(String),
    /// A date and time without `Z` or an offset.
    #[error("{0:?} has no offset from UTC; add Z or +00:00")]
    NoOffset(String),
    /// Before 1971 or after 2199.
    #[error("{0:?} lies outside the years 1971 to 2199")]
    TooFar(String),
    /// Not a number with a unit, or not above zero.
    #[error("{0:?} is not a length of time; write 90s, 5m, 12h, 30d or 2w")]
    NotASpan(String),
}

/// Returns the instant that `text` denotes at `now`: any that a world can reach, [`CALENDAR_END`] included.
///
/// # Errors
/// If the text is not a time, or outside the years 1971 to 2199.
pub fn resolve_time(text: &str, now: VirtualTime) -> Result<VirtualTime, TimeError> {
    let text = text.trim();
    let time = match relative(text) {
        Some(span) => {
            let micros = span.and_then(|span| now.micros().checked_add(span.micros()));
            VirtualTime::from_micros(micros.ok_or_else(|| TimeError::TooFar(text.to_owned()))?)
        }
        None => absolute(text)?,
    };
    if (FIRST..=CALENDAR_END).contains(&time) { Ok(time) } else { Err(TimeError::TooFar(text.to_owned())) }
}

/// Returns the start of a world, which must be before the end of the calendar.
///
/// # Errors
/// As [`resolve_time`].
pub(crate) fn resolve_start(text: &str, now: VirtualTime) -> Result<VirtualTime, TimeError> {
    let time = resolve_time(text, now)?;
    if time < CALENDAR_END { Ok(time) } else { Err(TimeError::TooFar(text.trim().to_owned())) }
}

/// Returns whether `text` denotes another instant at another now.
pub fn is_relative_time(text: &str) -> bool {
    relative(text.trim()).is_some()
}

/// Returns the instant as RFC 3339 in UTC with six digits of a second: `2026-01-01T00:00:00.000000+00:00`.
///
/// # Panics
/// If the instant is outside the range of a calendar (some 260,000 years either way).
pub fn format_time(time: VirtualTime) -> String {
    let date = DateTime::from_timestamp_micros(time.micros()).expect("virtual time is within the calendar's years");
    date.to_rfc3339_opts(SecondsFormat::Micros, false)
}

/// Parses a length of time above zero: a number with ms, s, m, h, d or w; seconds when there is no unit.
///
/// # Errors
/// If the text is not a length of time, or longer than 10,000 weeks.
pub fn parse_span(text: &str) -> Result<Span, TimeError> {
    let text = text.trim();
    let wrong = || TimeError::NotASpan(text.to_owned());
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = unit_micros(if digits.len() == text.len() { "s" } else { &text[digits.len()..] }).ok_or_else(wrong)?;
    let number: f64 = digits.parse().map_err(|_| wrong())?;
    let micros = number * unit as f64;
    let fine = (1.0..=70_000.0 * 86_400.0 * 1e6).contains(&micros);
    if fine { Ok(Span::from_micros(libm::round(micros) as i64)) } else { Err(wrong()) }
}

/// Parses a time relative to now. Returns `None` if the text does not look relative, `Some(None)` if it is out of
/// range.
fn relative(text: &str) -> Option<Option<Span>> {
    if text.eq_ignore_ascii_case("now") {
        return Some(Some(Span::from_micros(0)));
    }
    let sign = match text.as_bytes().first()? {
        b'-' => -1,
        b'+' => 1,
        _ => return None,
    };
    let digits = text[1..].trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = unit_micros(&text[1 + digits.len()..])?;
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let micros = digits.parse::<i64>().ok().and_then(|number| number.checked_mul(sign * unit));
    Some(micros.map(Span::from_micros))
}

fn unit_micros(unit: &str) -> Option<i64> {
    let seconds = match unit {
        "ms" => return Some(1_000),
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 604_800,
        _ => return None,
    };
    Some(seconds * 1_000_000)
}

fn absolute(text: &str) -> Result<VirtualTime, TimeError> {
    if let Ok(date) = NaiveDate::parse_from_str(text, "%Y-%m-%d") {
        let midnight = date.and_hms_opt(0, 0, 0).expect("every day has a midnight in UTC");
        return Ok(VirtualTime::from_micros(midnight.and_utc().timestamp_micros()));
    }
    match DateTime::parse_from_rfc3339(text) {
        Ok(time) => Ok(VirtualTime::from_micros(time.timestamp_micros())),
        Err(_) if DateTime::parse_from_rfc3339(&format!("{text}Z")).is_ok() => {
            Err(TimeError::NoOffset(text.to_owned()))
        }
        Err(_) => Err(TimeError::Unreadable(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// 2026-01-01T00:00:00Z.
    const NOW: VirtualTime = VirtualTime::from_seconds(1_767_225_600);

    #[test]
    fn every_way_to_write_a_time() {
        let table = [
            ("2026-01-01", "2026-01-01T00:00:00.000000+00:00"),
            ("2026-01-01T02:00:00+02:00", "2026-01-01T00:00:00.000000+00:00"),
            ("2026-03-01T08:15:42.00012Z", "2026-03-01T08:15:42.000120+00:00"),
            ("2026-03-01 08:15:42Z", "2026-03-01T08:15:42.000000+00:00"),
            ("now", "2026-01-01T00:00:00.000000+00:00"),
            ("-90d", "2025-10-03T00:00:00.000000+00:00"),
            ("-12h", "2025-12-31T12:00:00.000000+00:00"),
            ("+30m", "2026-01-01T00:30:00.000000+00:00"),
            ("-2w", "2025-12-18T00:00:00.000000+00:00"),
            ("-1s", "2025-12-31T23:59:59.000000+00:00"),
        ];
        for (text, expected) in table {
            assert_eq!(resolve_time(text, NOW).map(format_time).as_deref(), Ok(expected), "{text}");
        }
    }

    #[test]
    fn invalid_times_are_rejected() {
        for text in ["", "yesterday", "2026-13-01", "2026-02-30", "90d", "-90", "-90x", "-1.5d", "--5d", "1e308", "-d"]
        {
            assert_eq!(resolve_time(text, NOW), Err(TimeError::Unreadable(text.to_owned())), "{text}");
        }
        assert!(matches!(resolve_time("2026-01-01T00:00:00", NOW), Err(TimeError::NoOffset(_))));
        for text in [
            "1970-12-31",
            "2200-01-01T00:00:00.000001Z",
            "2200-01-02",
            "-99999999999999999999d",
            "+9223372036854775807w",
            "-9000w",
            "0001-01-01",
        ] {
            assert!(matches!(resolve_time(text, NOW), Err(TimeError::TooFar(_))), "{text}");
        }
    }

    #[test]
    fn every_instant_of_a_world_parses_and_a_start_lies_before_the_end() {
        for text in ["1971-01-01", "2099-12-31T23:59:59.999999Z", "2100-01-01", "2199-12-31T23:59:59.999999Z"] {
            assert_eq!(resolve_start(text, NOW), resolve_time(text, NOW), "{text}");
            assert!(resolve_time(text, NOW).is_ok(), "{text}");
        }
        for text in ["2200-01-01", "2199-12-31T23:00:00-01:00"] {
            assert_eq!(resolve_time(text, NOW), Ok(CALENDAR_END), "{text}");
            assert_eq!(resolve_start(text, NOW), Err(TimeError::TooFar(text.to_owned())));
        }
        assert_eq!(resolve_time("+1d", CALENDAR_END), Err(TimeError::TooFar("+1d".to_owned())));
    }

    #[test]
    fn spans_have_units() {
        let table =
            [("60s", 60_000_000), ("60", 60_000_000), ("5m", 300_000_000), ("1.5h", 5_400_000_000), ("250ms", 250_000)];
        for (text, micros) in table {
            assert_eq!(parse_span(text).map(Span::micros), Ok(micros), "{text}");
        }
        for text in ["", "0s", "-5m", "NaN", "inf", "1e308", "5 parsecs", "m"] {
            assert!(parse_span(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_formatted_time_parses_to_itself(micros in 31_536_000_000_000_i64..=7_258_118_400_000_000) {
            let time = VirtualTime::from_micros(micros);
            prop_assert_eq!(resolve_time(&format_time(time), NOW), Ok(time));
        }

        #[test]
        fn no_text_makes_the_parser_panic(text in "[-+0-9a-zT:.Zé ]{0,24}") {
            let _ = resolve_time(&text, NOW);
            let _ = parse_span(&text);
        }
    }
}
