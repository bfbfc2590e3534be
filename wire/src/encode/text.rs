//! Digits, timestamps and fragments of JSON, written straight into a buffer: the hot end of the encoder.
//! Must not depend on: fields, topics.

use populace_sim::{VirtualTime, civil_date};

const PAIRS: &[u8; 200] =
    b"0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899";

#[inline]
fn pair(value: u32) -> [u8; 2] {
    let at = value as usize * 2;
    [PAIRS[at], PAIRS[at + 1]]
}

/// A piece of text that is written often: copied at a fixed size, which takes a few moves, and cut to its length.
#[derive(Clone, Copy, Debug)]
pub struct Fragment {
    bytes: [u8; Fragment::LONGEST],
    len: u8,
}

impl Fragment {
    /// The longest text of a fragment, in bytes.
    pub const LONGEST: usize = 32;

    /// Returns the fragment with `text`, or `None` if the text is too long for one.
    pub fn new(text: &[u8]) -> Option<Self> {
        let mut bytes = [0; Fragment::LONGEST];
        bytes.get_mut(..text.len())?.copy_from_slice(text);
        Some(Fragment { bytes, len: text.len() as u8 })
    }

    /// Appends the fragment.
    #[inline]
    pub fn append(&self, out: &mut Vec<u8>) {
        let end = out.len() + self.len as usize;
        out.extend_from_slice(&self.bytes);
        out.truncate(end);
    }
}

/// Appends a whole number.
#[inline]
pub fn integer(out: &mut Vec<u8>, value: i64) {
    out.extend_from_slice(itoa::Buffer::new().format(value).as_bytes());
}

/// Appends `scaled` / 10^`decimals` with exactly that many decimals (0 to 9), no exponent.
#[inline]
pub fn fixed(out: &mut Vec<u8>, scaled: i64, decimals: u32) {
    let unit = 10u64.pow(decimals);
    if scaled < 0 {
        out.push(b'-');
    }
    let size = scaled.unsigned_abs();
    out.extend_from_slice(itoa::Buffer::new().format(size / unit).as_bytes());
    if decimals > 0 {
        out.push(b'.');
        padded(out, size % unit, decimals as usize);
    }
}

/// Appends the last `width` digits (0 to 9) of a number, with zeros before it.
#[inline]
pub fn padded(out: &mut Vec<u8>, value: u64, width: usize) {
    let value = (value % 1_000_000_000) as u32;
    let mut text = [b'0'; 10];
    for (at, unit) in [(0, 100_000_000), (2, 1_000_000), (4, 10_000), (6, 100), (8, 1)] {
        text[at..at + 2].copy_from_slice(&pair(value / unit % 100));
    }
    out.extend_from_slice(&text[10 - width..]);
}

/// Appends `text` in quotes; the text must need no escaping.
#[inline]
pub fn quoted(out: &mut Vec<u8>, text: &[u8]) {
    out.push(b'"');
    out.extend_from_slice(text);
    out.push(b'"');
}

/// Appends `prefix` and a number in quotes, such as `"driver_7"`.
#[inline]
pub fn numbered(out: &mut Vec<u8>, prefix: &[u8], number: u32) {
    out.push(b'"');
    out.extend_from_slice(prefix);
    integer(out, number as i64);
    out.push(b'"');
}

/// Appends an IPv4 address in quotes.
#[inline]
pub fn ipv4(out: &mut Vec<u8>, address: u32) {
    out.push(b'"');
    for (i, byte) in address.to_be_bytes().into_iter().enumerate() {
        if i > 0 {
            out.push(b'.');
        }
        out.extend_from_slice(itoa::Buffer::new().format(byte).as_bytes());
    }
    out.push(b'"');
}

/// The length of a timestamp's text, in bytes.
pub const TIMESTAMP_LEN: usize = 32;
/// The length of the part before the offset, in bytes.
const NAIVE_LEN: usize = 26;

/// Returns the text of an instant as in the wire contract: RFC 3339, UTC, six fraction digits, numeric offset.
/// Years 0 to 9999.
#[inline]
pub fn timestamp_text(time: VirtualTime) -> [u8; TIMESTAMP_LEN] {
    let (year, month, day) = civil_date(time.utc_day());
    let of_day = time.micros().rem_euclid(86_400_000_000) as u64;
    let (second, micros) = ((of_day / 1_000_000) as u32, (of_day % 1_000_000) as u32);
    let mut out = *b"0000-00-00T00:00:00.000000+00:00";
    for (at, value) in [
        (0, year as u32 / 100),
        (2, year as u32 % 100),
        (5, month),
        (8, day),
        (11, second / 3600),
        (14, second / 60 % 60),
        (17, second % 60),
        (20, micros / 10_000),
        (22, micros / 100 % 100),
        (24, micros % 100),
    ] {
        out[at..at + 2].copy_from_slice(&pair(value));
    }
    out
}

/// Appends an instant in quotes.
#[inline]
pub fn timestamp(out: &mut Vec<u8>, time: VirtualTime) {
    quoted(out, &timestamp_text(time));
}

/// Appends an instant in quotes as text of UTC without an offset.
#[inline]
pub fn naive_timestamp(out: &mut Vec<u8>, time: VirtualTime) {
    quoted(out, &timestamp_text(time)[..NAIVE_LEN]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use proptest::prelude::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("ASCII")
    }

    proptest! {
        #[test]
        fn timestamps_read_back(micros in 0i64..7_000_000_000_000_000) {
            let text = timestamp_text(VirtualTime::from_micros(micros));
            let text = std::str::from_utf8(&text).expect("ASCII");
            let read = DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f%z").expect("a timestamp");
            prop_assert_eq!(read.timestamp_micros(), micros);
        }

        #[test]
        fn fixed_reads_back(scaled in -10_000_000_000i64..10_000_000_000, decimals in 0u32..7) {
            let text = written(|o| fixed(o, scaled, decimals));
            let value: f64 = text.parse().expect("a number");
            prop_assert!((value * libm::pow(10.0, decimals as f64) - scaled as f64).abs() < 1e-3);
            prop_assert_eq!(text.split_once('.').map_or(0, |(_, d)| d.len()), decimals as usize);
        }
    }

    #[test]
    fn fragments() {
        assert_eq!(written(|o| fixed(o, -5, 2)), "-0.05");
        assert_eq!(written(|o| ipv4(o, 0x4b_2a_00_ff)), "\"75.42.0.255\"");
        let naive = written(|o| naive_timestamp(o, VirtualTime::from_micros(1_772_352_942_000_120)));
        assert_eq!(naive, "\"2026-03-01T08:15:42.000120\"");
        assert_eq!(written(|o| padded(o, 4_217, 8)), "00004217");
        assert_eq!(written(|o| numbered(o, b"driver_", 12)), "\"driver_12\"");
    }
}
