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

/// Returns the four decimal digits of a number below 10^4 as bytes 0 to 9, the first digit in the lowest byte.
#[inline]
const fn four_digits(number: u32) -> u32 {
    let hundreds = (number * 10_486) >> 20;
    let twos = hundreds | (number - hundreds * 100) << 16;
    let tens = (twos * 103) >> 10 & 0x000f_000f;
    tens | (twos - tens * 10) << 8
}

/// Writes a whole number.
#[inline(never)]
pub fn integer(to: &mut [u8; 20], value: i64) -> usize {
    match value as u64 {
        digit @ 0..10 => {
            to[0] = b'0' + digit as u8;
            1
        }
        number @ 10..10_000 => {
            let digits = four_digits(number as u32);
            let skipped = digits.trailing_zeros() / 8;
            *to.first_chunk_mut().expect("it is shorter") = ((digits | ZEROS as u32) >> (8 * skipped)).to_le_bytes();
            4 - skipped as usize
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
    let size = scaled.unsigned_abs();
    if size >= EIGHT_DIGITS {
        return long_fixed(to, scaled, decimals);
    }
    let digits = eight_digits(size as u32);
    let skipped = (digits.trailing_zeros() / 8).min(7 - decimals);
    to[0] = b'-';
    let at = usize::from(scaled < 0);
    at + write_digits(&mut to[at..], (digits | ZEROS) >> (8 * skipped), 8 - decimals - skipped, decimals)
}

/// Writes a number of more than eight digits.
#[cold]
#[inline(never)]
fn long_fixed(to: &mut [u8; 40], scaled: i64, decimals: u32) -> usize {
    to[0] = b'-';
    let (size, mut at) = (scaled.unsigned_abs(), usize::from(scaled < 0));
    at += integer(to[at..].first_chunk_mut().expect("it is shorter"), (size / EIGHT_DIGITS) as i64);
    let last = eight_digits((size % EIGHT_DIGITS) as u32) | ZEROS;
    at + write_digits(&mut to[at..], last, 8 - decimals, decimals)
}

/// Writes the first `whole` of eight characters, and the `decimals` behind them behind a point.
#[inline(always)]
fn write_digits(to: &mut [u8], characters: u64, whole: u32, decimals: u32) -> usize {
    to[..8].copy_from_slice(&characters.to_le_bytes());
    if decimals == 0 {
        return whole as usize;
    }
    let whole = whole & 7;
    to[whole as usize] = b'.';
    to[whole as usize + 1..whole as usize + 9].copy_from_slice(&(characters >> (8 * whole)).to_le_bytes());
    (whole + 1 + decimals) as usize
}

/// Writes an angle in degrees with `DECIMALS` decimals, 3 or 6; `scaled` is the angle times 10^`DECIMALS`.
#[inline(always)]
pub fn degrees<const DECIMALS: u32>(to: &mut [u8; 40], scaled: i64) -> usize {
    const { assert!(DECIMALS == 3 || DECIMALS == 6) };
    let (size, unit) = (scaled.unsigned_abs(), const { 10_u64.pow(DECIMALS) });
    if size >= 256 * unit {
        return fixed(to, scaled, DECIMALS);
    }
    let (whole, part) = ((size as u32 / unit as u32) as u8, size as u32 % unit as u32);
    to[0] = b'-';
    let mut at = usize::from(scaled < 0);
    to[at..at + 4].copy_from_slice(&OCTETS[whole as usize]);
    at += octet_length(whole) + 1;
    if DECIMALS == 6 {
        to[at..at + 2].copy_from_slice(&PAIRS[(part / 10_000) as usize]);
        to[at + 2..at + 4].copy_from_slice(&PAIRS[(part / 100 % 100) as usize]);
        to[at + 4..at + 6].copy_from_slice(&PAIRS[(part % 100) as usize]);
    } else {
        to[at] = b'0' + (part / 100) as u8;
        to[at + 1..at + 3].copy_from_slice(&PAIRS[(part % 100) as usize]);
    }
    at + DECIMALS as usize
}

/// The two digits of the numbers below 100.
const PAIRS: [[u8; 2]; 100] = {
    let mut table = [[0; 2]; 100];
    let mut n = 0;
    while n < 100 {
        table[n] = [b'0' + n as u8 / 10, b'0' + n as u8 % 10];
        n += 1;
    }
    table
};

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

/// The length of a minute and of an hour, in microseconds.
const MINUTE: i64 = 60_000_000;
const HOUR: i64 = 60 * MINUTE;

/// Writes instants as in the wire contract: RFC 3339, UTC, six fraction digits, numeric offset. Years 0 to 9999.
///
/// It keeps the text of the last instant's minute: records come in the order of time, so that many instants of a window are
/// in the same minute, and most in the same hour.
#[derive(Clone, Copy, Debug)]
pub struct TimestampText {
    /// The beginning of the minute, in microseconds.
    minute: i64,
    /// The characters `YYYY-MM-` and `DDThh:mm`, the first in the lowest byte.
    date: [u64; 2],
}

impl Default for TimestampText {
    fn default() -> Self {
        TimestampText::of_minute(0)
    }
}

impl TimestampText {
    /// Returns the text of the minute of an instant.
    #[cold]
    fn of_minute(micros: i64) -> Self {
        let hour = micros.div_euclid(HOUR);
        let (year, month, day) = civil_date(hour.div_euclid(24) as i32);
        let digits = |number: u32| eight_digits(number) | ZEROS;
        let (year_month, day_hour) =
            (digits(year as u32 * 100 + month), digits(day * 100 + hour.rem_euclid(24) as u32));
        let date = [
            letters(b"    -  -") | characters(year_month, 2, 4) | characters(year_month, 6, 2) << 40,
            letters(b"  T  :00") | characters(day_hour, 4, 2) | characters(day_hour, 6, 2) << 24,
        ];
        TimestampText { minute: hour * HOUR, date }.at_minute(micros.rem_euclid(HOUR) / MINUTE)
    }

    /// Returns the text of another minute of the same hour.
    fn at_minute(self, minute: i64) -> Self {
        let [tens, ones] = PAIRS[minute as usize];
        let characters = u64::from(tens) << 48 | u64::from(ones) << 56;
        let hour = self.minute - self.minute.rem_euclid(HOUR);
        TimestampText {
            minute: hour + minute * MINUTE,
            date: [self.date[0], self.date[1] & u64::MAX >> 16 | characters],
        }
    }

    /// Returns the text of the minute of an instant, that of its hour from this one if it is the same.
    #[inline(never)]
    fn moved_to(self, micros: i64) -> Self {
        let of_hour = micros.wrapping_sub(self.minute - self.minute.rem_euclid(HOUR));
        if (0..HOUR).contains(&of_hour) { self.at_minute(of_hour / MINUTE) } else { TimestampText::of_minute(micros) }
    }

    /// Writes an instant.
    #[inline(never)]
    pub fn write(&mut self, to: &mut [u8; TIMESTAMP_LEN], time: VirtualTime) {
        if !(0..MINUTE).contains(&time.micros().wrapping_sub(self.minute)) {
            *self = self.moved_to(time.micros());
        }
        // Two digits of the second, six of its fraction.
        let clock = eight_digits(time.micros().wrapping_sub(self.minute) as u32) | ZEROS;
        let text = [
            self.date[0],
            self.date[1],
            letters(b":  .    ") | characters(clock, 0, 2) << 8 | characters(clock, 2, 4) << 32,
            letters(b"  +00:00") | characters(clock, 6, 2),
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
        fn the_last_instant_does_not_matter(
            first in -9_000_000_000i64..9_000_000_000, then in -9_000_000_000i64..9_000_000_000, soon in 0i64..90_000_000,
        ) {
            let mut cached = TimestampText::default();
            for micros in [first, first + soon, then, then - soon] {
                let (mut text, mut plain) = ([0; TIMESTAMP_LEN], [0; TIMESTAMP_LEN]);
                cached.write(&mut text, VirtualTime::from_micros(micros));
                TimestampText::of_minute(micros).write(&mut plain, VirtualTime::from_micros(micros));
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
        fn degrees_are_fixed_numbers(scaled in -400_000_000i64..400_000_000, shift in 0u32..20) {
            let scaled = scaled >> shift;
            prop_assert_eq!(written(|to| degrees::<6>(to, scaled)), written(|to| fixed(to, scaled, 6)));
            prop_assert_eq!(written(|to| degrees::<3>(to, scaled)), written(|to| fixed(to, scaled, 3)));
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
