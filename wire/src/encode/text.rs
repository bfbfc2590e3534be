//! Digits, timestamps and identifiers as text, written at the beginning of a small array: the hot end of the encoder.
//! Each function returns the length of its text. They are not inlined: the compiler would compute the texts of all fields
//! before the loop over the fields, those that are not chosen included. Must not depend on: fields, topics.

use crate::buffer::RecordWriter;
use populace_sim::{TextBuffer, VirtualTime, civil_date};

/// The numbers of eight digits or less end here.
const EIGHT_DIGITS: u64 = 100_000_000;
/// Eight characters `0`.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// Returns the eight decimal digits of a number below 10^8 as bytes 0 to 9, the first digit in the lowest byte.
///
/// All digits are computed at once: four digits in each half of the result, then two in each quarter, then one in each
/// byte. The divisions by 100 and 10 are multiplications that are exact for numbers of that size.
#[inline]
const fn eight_digits(number: u32) -> u64 {
    let number = number as u64;
    let fours = (number / 10_000) | ((number % 10_000) << 32);
    let hundreds = (fours * 10_486) >> 20 & 0x7f_0000_007f;
    let twos = hundreds | (fours - hundreds * 100) << 16;
    let tens = (twos * 103) >> 10 & 0x000f_000f_000f_000f;
    tens | (twos - tens * 10) << 8
}

/// Returns the characters of the eight digits of a number below 10^8.
#[inline]
const fn eight_characters(number: u32) -> [u8; 8] {
    (eight_digits(number) | ZEROS).to_le_bytes()
}

/// Writes a whole number.
#[inline(never)]
pub fn integer(to: &mut [u8; 20], value: i64) -> usize {
    match value as u64 {
        digit @ 0..10 => {
            to[0] = b'0' + digit as u8;
            1
        }
        number if number < EIGHT_DIGITS => {
            let digits = eight_digits(number as u32);
            let skipped = digits.trailing_zeros() / 8;
            *to.first_chunk_mut().expect("it is shorter") = ((digits | ZEROS) >> (8 * skipped)).to_le_bytes();
            8 - skipped as usize
        }
        _ => long_integer(to, value),
    }
}

#[cold]
fn long_integer(to: &mut [u8; 20], value: i64) -> usize {
    let mut digits = itoa::Buffer::new();
    let text = digits.format(value).as_bytes();
    to[..text.len()].copy_from_slice(text);
    text.len()
}

impl TextBuffer for RecordWriter<'_> {
    #[inline(always)]
    fn append(&mut self, text: &[u8]) {
        RecordWriter::append(self, text);
    }

    #[inline(always)]
    fn append_integer(&mut self, value: i64) {
        self.append_with(|to| integer(to, value));
    }
}

/// The most decimals of [`fixed`].
pub const DECIMALS_MAX: u32 = 7;

/// Writes `scaled` / 10^`decimals` with exactly that many decimals (0 to [`DECIMALS_MAX`]), no exponent.
///
/// # Panics
/// If there are more decimals.
#[inline(never)]
pub fn fixed(to: &mut [u8; 40], scaled: i64, decimals: u32) -> usize {
    assert!(decimals <= DECIMALS_MAX, "a number has at most {DECIMALS_MAX} decimals");
    to[0] = b'-';
    let (size, mut at) = (scaled.unsigned_abs(), usize::from(scaled < 0));
    let (digits, mut whole) = if size < EIGHT_DIGITS {
        let digits = eight_digits(size as u32);
        let skipped = (digits.trailing_zeros() / 8).min(7 - decimals);
        ((digits | ZEROS) >> (8 * skipped), (8 - decimals - skipped) as usize)
    } else {
        at += integer(to[at..].first_chunk_mut().expect("it is shorter"), (size / EIGHT_DIGITS) as i64);
        (eight_digits((size % EIGHT_DIGITS) as u32) | ZEROS, (8 - decimals) as usize)
    };
    to[at..at + 8].copy_from_slice(&digits.to_le_bytes());
    at += whole;
    if decimals > 0 {
        whole &= 7;
        to[at] = b'.';
        to[at + 1..at + 9].copy_from_slice(&(digits >> (8 * whole)).to_le_bytes());
        at += 1 + decimals as usize;
    }
    at
}

/// Writes the last eight digits of a number, with zeros before it.
#[inline]
pub fn padded(to: &mut [u8; 8], number: u32) -> usize {
    *to = eight_characters(number % EIGHT_DIGITS as u32);
    to.len()
}

/// The bytes of an IPv4 address as text with a dot behind it.
const OCTETS: [[u8; 4]; 256] = {
    let mut table = [[b'.'; 4]; 256];
    let mut n = 0;
    while n < 256 {
        let digits = (eight_digits(n as u32) | ZEROS) >> (8 * (8 - octet_length(n as u8)));
        let mut i = 0;
        while i < octet_length(n as u8) {
            table[n][i] = digits.to_le_bytes()[i];
            i += 1;
        }
        n += 1;
    }
    table
};

const fn octet_length(octet: u8) -> usize {
    1 + (octet > 9) as usize + (octet > 99) as usize
}

/// Writes an IPv4 address, the first byte in the highest place.
#[inline(never)]
pub fn ipv4(to: &mut [u8; 16], address: u32) -> usize {
    let mut at = 0;
    for octet in address.to_be_bytes() {
        to[at..at + 4].copy_from_slice(&OCTETS[octet as usize]);
        at += octet_length(octet) + 1;
    }
    at - 1
}

/// The length of a timestamp's text, in bytes.
pub const TIMESTAMP_LEN: usize = 32;
/// The length of the part before the offset, in bytes.
pub const NAIVE_LEN: usize = 26;

/// The length of an hour, in microseconds.
const HOUR: i64 = 3_600_000_000;

/// Writes instants as in the wire contract: RFC 3339, UTC, six fraction digits, numeric offset. Years 0 to 9999.
///
/// It keeps the text of the last instant's hour: records come in the order of time, so that most instants of a window are in
/// the same hour.
#[derive(Clone, Copy, Debug)]
pub struct TimestampText {
    /// The beginning of the hour, in microseconds.
    hour: i64,
    /// The characters `YYYY-MM-` and `DDThh:`, the first in the lowest byte.
    date: [u64; 2],
}

impl Default for TimestampText {
    fn default() -> Self {
        TimestampText::of_hour(0)
    }
}

impl TimestampText {
    /// Returns the text of the hour of an instant.
    #[cold]
    fn of_hour(micros: i64) -> Self {
        let hour = micros.div_euclid(HOUR);
        let (year, month, day) = civil_date(hour.div_euclid(24) as i32);
        let digits = |number: u32| eight_digits(number) | ZEROS;
        let (year_month, day_hour) =
            (digits(year as u32 * 100 + month), digits(day * 100 + hour.rem_euclid(24) as u32));
        let date = [
            letters(b"    -  -") | characters(year_month, 2, 4) | characters(year_month, 6, 2) << 40,
            letters(b"  T  :  ") | characters(day_hour, 4, 2) | characters(day_hour, 6, 2) << 24,
        ];
        TimestampText { hour: hour * HOUR, date }
    }

    /// Writes an instant.
    #[inline(never)]
    pub fn write(&mut self, to: &mut [u8; TIMESTAMP_LEN], time: VirtualTime) {
        let is_in = |hour: i64| (0..HOUR).contains(&time.micros().wrapping_sub(hour));
        if !is_in(self.hour) {
            *self = TimestampText::of_hour(time.micros());
        }
        let of_hour = time.micros().wrapping_sub(self.hour) as u32;
        let (second, micros) = (of_hour / 1_000_000, of_hour % 1_000_000);
        let clock = eight_digits(second / 60 * 1_000_000 + second % 60 * 10_000 + micros / 100) | ZEROS;
        let last = eight_digits(micros % 100) | ZEROS;
        let text = [
            self.date[0],
            self.date[1] | characters(clock, 0, 2) << 48,
            letters(b":  .    ") | characters(clock, 2, 2) << 8 | characters(clock, 4, 4) << 32,
            letters(b"  +00:00") | characters(last, 6, 2),
        ];
        for (to, word) in to.chunks_exact_mut(8).zip(text) {
            to.copy_from_slice(&word.to_le_bytes());
        }
    }
}

/// Returns `count` characters of eight from character `from` on.
#[inline]
const fn characters(eight: u64, from: u32, count: u32) -> u64 {
    (eight >> (8 * from)) & (u64::MAX >> (64 - 8 * count))
}

/// Returns eight characters, with zero for spaces.
const fn letters(text: &[u8; 8]) -> u64 {
    let (mut letters, mut i) = (0, 0);
    while i < 8 {
        letters |= if text[i] == b' ' { 0 } else { (text[i] as u64) << (8 * i) };
        i += 1;
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use proptest::prelude::*;

    /// Returns the text that `write` writes into an array.
    fn written<const N: usize>(write: impl FnOnce(&mut [u8; N]) -> usize) -> String {
        let mut array = [b'x'; N];
        let length = write(&mut array);
        String::from_utf8(array[..length].to_vec()).expect("ASCII")
    }

    proptest! {
        #[test]
        fn timestamps_read_back(micros in -60_000_000_000_000_000i64..250_000_000_000_000_000) {
            let mut text = [0; TIMESTAMP_LEN];
            TimestampText::default().write(&mut text, VirtualTime::from_micros(micros));
            let text = std::str::from_utf8(&text).expect("ASCII");
            let read = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z").expect("a timestamp");
            prop_assert_eq!(read.timestamp_micros(), micros);
        }

        #[test]
        fn the_last_hour_does_not_matter(first in -9_000_000_000i64..9_000_000_000, then in -9_000_000_000i64..9_000_000_000) {
            let mut cached = TimestampText::default();
            for micros in [first, then] {
                let (mut text, mut plain) = ([0; TIMESTAMP_LEN], [0; TIMESTAMP_LEN]);
                cached.write(&mut text, VirtualTime::from_micros(micros));
                TimestampText::of_hour(micros).write(&mut plain, VirtualTime::from_micros(micros));
                prop_assert_eq!(text, plain);
            }
        }

        #[test]
        fn numbers_are_those_of_the_standard_library(number in 0u32..100_000_000, bits: u64, shift in 0u32..64) {
            prop_assert_eq!(eight_characters(number).to_vec(), format!("{number:08}").into_bytes());
            let value = (bits >> shift) as i64;
            prop_assert_eq!(written(|to| integer(to, value)), value.to_string());
            prop_assert_eq!(written(|to| padded(to, bits as u32)), format!("{:08}", bits as u32 % 100_000_000));
        }

        #[test]
        fn fixed_numbers_are_those_of_the_standard_library(
            bits: i64, shift in 1u32..64, decimals in 0..=DECIMALS_MAX,
        ) {
            let scaled = bits >> shift;
            let (size, unit) = (scaled.unsigned_abs(), 10u64.pow(decimals));
            let sign = if scaled < 0 { "-" } else { "" };
            let decimal = format!(".{:01$}", size % unit, decimals as usize);
            let plain = format!("{sign}{}{}", size / unit, if decimals > 0 { &decimal } else { "" });
            prop_assert_eq!(written(|to| fixed(to, scaled, decimals)), plain);
        }

        #[test]
        fn addresses_are_those_of_the_standard_library(address: u32) {
            prop_assert_eq!(written(|to| ipv4(to, address)), std::net::Ipv4Addr::from_bits(address).to_string());
        }
    }

    #[test]
    fn short_numbers() {
        for number in 0..100_000 {
            assert_eq!(written(|to| integer(to, number)), number.to_string());
        }
        assert_eq!(written(|to| integer(to, i64::MIN)), i64::MIN.to_string());
        assert_eq!(written(|to| fixed(to, -5, 2)), "-0.05");
        assert_eq!(written(|to| fixed(to, 0, 0)), "0");
        assert_eq!(written(|to| fixed(to, i64::MIN, 6)), "-9223372036854.775808");
    }
}
