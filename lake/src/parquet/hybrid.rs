//! Parquet's encoding of small integers: runs of one value, and packed runs of values of as many bits as the largest
//! needs. Must not depend on: columns.

/// The number of values in a packed run: 63 groups of eight, so that the head of the run is one byte.
const RUN: usize = 504;

/// Returns the number of bits that integers up to `most` need, 1 at least.
pub fn width(most: u32) -> u32 {
    (u32::BITS - most.leading_zeros()).max(1)
}

/// Appends integers of a number of bits.
pub fn append(out: &mut Vec<u8>, values: &[u32], width: u32) {
    // The value and the length of a run of one value that was not written yet.
    let (mut same, mut count) = (0, 0);
    for run in values.chunks(RUN) {
        if run.iter().any(|value| *value != run[0]) {
            append_same(out, same, count, width);
            count = 0;
            append_packed(out, run, width);
        } else if count > 0 && run[0] == same {
            count += run.len();
        } else {
            append_same(out, same, count, width);
            (same, count) = (run[0], run.len());
        }
    }
    append_same(out, same, count, width);
}

/// Appends a run of one value, if it is not empty.
fn append_same(out: &mut Vec<u8>, value: u32, count: usize, width: u32) {
    if count > 0 {
        append_varint(out, (count as u64) << 1);
        out.extend_from_slice(&value.to_le_bytes()[..width.div_ceil(8) as usize]);
    }
}

/// Appends a packed run; behind its last value are zeros up to a multiple of eight.
fn append_packed(out: &mut Vec<u8>, values: &[u32], width: u32) {
    append_varint(out, (values.len().div_ceil(8) as u64) << 1 | 1);
    let (mut bits, mut len) = (0_u64, 0);
    let padding = values.len().next_multiple_of(8) - values.len();
    for value in values.iter().copied().chain(std::iter::repeat_n(0, padding)) {
        bits |= u64::from(value) << len;
        len += width;
        while len >= 8 {
            out.push(bits as u8);
            bits >>= 8;
            len -= 8;
        }
    }
}

fn append_varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 1 << 7 {
        out.push(value as u8 | 1 << 7);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads integers as the specification describes it.
    fn read(mut bytes: &[u8], width: u32, count: usize) -> Vec<u32> {
        let mut values = Vec::new();
        while values.len() < count {
            let (mut head, mut place) = (0_u64, 0);
            loop {
                head |= u64::from(bytes[0] & 0x7f) << (7 * place);
                place += 1;
                let is_last = bytes[0] < 0x80;
                bytes = &bytes[1..];
                if is_last {
                    break;
                }
            }
            if head & 1 == 0 {
                let len = width.div_ceil(8) as usize;
                let value = bytes[..len].iter().rev().fold(0, |value, byte| value << 8 | u32::from(*byte));
                values.extend(std::iter::repeat_n(value, (head >> 1) as usize));
                bytes = &bytes[len..];
            } else {
                let len = (head >> 1) as usize * 8;
                let bit = |at: usize| u32::from(bytes[at / 8] >> (at % 8) & 1);
                let value = |n: usize| (0..width as usize).map(|b| bit(n * width as usize + b) << b).sum::<u32>();
                values.extend((0..len).map(value));
                bytes = &bytes[len * width as usize / 8..];
            }
        }
        assert!(bytes.is_empty() && values[count..].iter().all(|value| *value == 0));
        values.truncate(count);
        values
    }

    proptest! {
        #[test]
        fn integers_are_read_back(
            runs in prop::collection::vec((any::<u32>(), 1usize..1200, any::<bool>()), 1..6), width in 1u32..25,
        ) {
            let most = u32::MAX >> (32 - width);
            let run = |(value, len, same): (u32, usize, bool)| (0..len).map(move |n| {
                (if same { value } else { value.wrapping_mul(n as u32 * 2 + 1) }) & most
            });
            let values: Vec<u32> = runs.into_iter().flat_map(run).collect();
            let mut bytes = Vec::new();
            append(&mut bytes, &values, width);
            prop_assert_eq!(read(&bytes, width, values.len()), values);
        }
    }

    #[test]
    fn widths_are_those_of_the_largest() {
        assert_eq!([0, 1, 2, 3, 4, 255, 256].map(width), [1, 1, 2, 2, 3, 8, 9]);
    }
}
