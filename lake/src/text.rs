//! Values as text, for files of text. Must not depend on: single file formats.

use populace_sim::VirtualTime;
use populace_wire::TimestampText;

/// The length of a timestamp's text without its offset, in bytes.
const NAIVE_LEN: usize = 26;

/// The decimals of the numbers that topics have, at most, as a power of ten, and where numbers are too large for them.
const UNIT: f64 = 1e7;
const SCALED_MAX: f64 = 1e15;

/// Writes instants as JSON has them.
#[derive(Debug, Default)]
pub struct InstantText {
    text: TimestampText,
}

impl InstantText {
    /// Appends an instant, with its offset.
    #[inline]
    pub fn append(&mut self, out: &mut Vec<u8>, micros: i64) {
        let mut text = [0; 32];
        self.text.write(&mut text, VirtualTime::from_micros(micros));
        out.extend_from_slice(&text);
    }

    /// Appends an instant without an offset.
    #[inline]
    pub fn append_naive(&mut self, out: &mut Vec<u8>, micros: i64) {
        self.append(out, micros);
        out.truncate(out.len() - (32 - NAIVE_LEN));
    }
}

/// Appends an integer.
#[inline]
pub fn append_integer(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Appends the shortest text that is read back as the same number, with one decimal at least, so that readers take the
/// column for one of numbers with decimals.
#[inline]
pub fn append_number(out: &mut Vec<u8>, value: f64) {
    let scaled = (value * UNIT).round();
    if scaled.abs() >= SCALED_MAX || scaled / UNIT != value || scaled == 0.0 {
        out.extend_from_slice(format!("{value:?}").as_bytes());
        return;
    }
    if scaled < 0.0 {
        out.push(b'-');
    }
    let size = scaled.abs() as u64;
    append_integer(out, (size / UNIT as u64) as i64);
    out.push(b'.');
    let mut decimals = size % UNIT as u64;
    let mut unit = UNIT as u64;
    while unit == UNIT as u64 || decimals > 0 {
        unit /= 10;
        out.push(b'0' + (decimals / unit) as u8);
        decimals %= unit;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("ASCII")
    }

    proptest! {
        #[test]
        fn numbers_are_the_shortest_of_the_standard_library(scaled: i64, shift in 0u32..63, decimals in 0i32..9, bits: u64) {
            let few = (scaled >> shift) as f64 / 10f64.powi(decimals);
            for value in [few, f64::from_bits(bits)] {
                let text = format!("{value:?}");
                // Where the standard library writes an exponent, decimals may be there instead.
                let read = written(|out| append_number(out, value));
                prop_assert!(read == text || text.contains('e') && read.parse() == Ok(value), "{} and {}", read, text);
            }
        }
    }

    #[test]
    fn instants_are_those_of_json() {
        let mut instants = InstantText::default();
        let text = written(|out| instants.append(out, 1_709_251_199_999_999));
        assert_eq!(text, "2024-02-29T23:59:59.999999+00:00");
        assert_eq!(written(|out| instants.append_naive(out, 0)), "1970-01-01T00:00:00.000000");
        assert_eq!(written(|out| append_number(out, 0.0)), "0.0");
        assert_eq!(written(|out| append_number(out, -0.0)), "-0.0");
        assert_eq!(written(|out| append_number(out, 12.0)), "12.0");
    }
}
