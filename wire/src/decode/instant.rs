//! Instants as JSON has them: `YYYY-MM-DDThh:mm:ss.ffffff`, and an offset of zero behind it or none.
//! Must not depend on: columns, topics.

use populace_sim::VirtualTime;

/// The length of the text without an offset, in bytes.
pub const NAIVE_LEN: usize = 26;
/// The offset of a timestamp.
pub const OFFSET: &[u8] = b"+00:00";

/// Returns the instant of a text, if it is one: the digits, the separators and the day of the month are checked.
pub fn instant(text: &[u8; NAIVE_LEN]) -> Option<VirtualTime> {
    let separators = [(4, b'-'), (7, b'-'), (10, b'T'), (13, b':'), (16, b':'), (19, b'.')];
    if separators.iter().any(|(at, separator)| text[*at] != *separator) {
        return None;
    }
    let (year, month, day) = (digits(&text[..4])?, digits(&text[5..7])?, digits(&text[8..10])?);
    let (hour, minute, second) = (digits(&text[11..13])?, digits(&text[14..16])?, digits(&text[17..19])?);
    let fraction = digits(&text[20..26])?;
    let is_valid = (1..=12).contains(&month) && (1..=days_of_month(year, month)).contains(&day);
    if !is_valid || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = (day_number(year, month, day) * 24 + i64::from(hour)) * 3_600 + i64::from(minute * 60 + second);
    Some(VirtualTime::from_micros(seconds * 1_000_000 + i64::from(fraction)))
}

/// Returns the number of a few decimal digits.
#[inline(always)]
fn digits(text: &[u8]) -> Option<u32> {
    let mut number = 0;
    for character in text {
        let digit = character.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        number = number * 10 + u32::from(digit);
    }
    Some(number)
}

const fn days_of_month(year: u32, month: u32) -> u32 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 => 28 + is_leap as u32,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Returns the number of a day from 1970-01-01. Years begin with March here, so that a leap day is the last of its
/// year.
const fn day_number(year: u32, month: u32, day: u32) -> i64 {
    let year = year as i64 - (month <= 2) as i64;
    let (era, month) = (year.div_euclid(400), (month as i64 + 9) % 12);
    let year_of_era = year - era * 400;
    let day_of_year = (153 * month + 2) / 5 + day as i64 - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Option<i64> {
        instant(text.as_bytes().first_chunk().expect("long enough")).map(VirtualTime::micros)
    }

    proptest! {
        #[test]
        fn an_instant_is_read_back(micros in -62_000_000_000_000_000i64..250_000_000_000_000_000) {
            prop_assert_eq!(read(&crate::testing::rfc3339(micros)), Some(micros));
        }
    }

    #[test]
    fn texts_that_are_no_instants_are_refused() {
        assert_eq!(read("2024-02-29T23:59:59.999999"), Some(1_709_251_199_999_999));
        for wrong in [
            "2023-02-29T00:00:00.000000",
            "2024-13-01T00:00:00.000000",
            "2024-00-01T00:00:00.000000",
            "2024-01-00T00:00:00.000000",
            "2024-04-31T00:00:00.000000",
            "2024-01-01T24:00:00.000000",
            "2024-01-01T00:60:00.000000",
            "2024-01-01T00:00:60.000000",
            "2024-01-01 00:00:00.000000",
            "2024-01-01T00:00:00,000000",
            "2024-01-01T00:00:00.00000x",
            "1900-02-29T00:00:00.000000",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
