//! Integers of variable length, seven bits a byte and the lowest first, as Avro and Protobuf write them.
//! Must not depend on: fields, topics.

/// The length of the longest integer, in bytes.
pub const VARINT_LEN_MAX: usize = 10;

/// The number of bits of an integer that takes at most eight bytes.
const EIGHT_BYTES: u32 = 56;

/// Returns the number whose varint is that of a signed integer: those near zero are short.
#[inline(always)]
pub const fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)) as u64
}

/// Writes an integer at the beginning of an array and returns its length.
#[inline(always)]
pub fn varint(to: &mut [u8; VARINT_LEN_MAX], value: u64) -> usize {
    if value < 1 << 7 {
        to[0] = value as u8;
        return 1;
    }
    if value >> EIGHT_BYTES != 0 {
        return long_varint(to, value);
    }
    let groups = spread(value);
    let len = 8 - groups.leading_zeros() as usize / 8;
    let continued = 0x8080_8080_8080_8080 & ((1_u64 << (8 * (len - 1))) - 1);
    *to.first_chunk_mut().expect("it is shorter") = (groups | continued).to_le_bytes();
    len
}

/// Moves each group of seven bits of a number below 2^56 into a byte of its own.
#[inline(always)]
const fn spread(value: u64) -> u64 {
    let halves = (value & 0x0fff_ffff) | (value & 0x00ff_ffff_f000_0000) << 4;
    let quarters = (halves & 0x0000_3fff_0000_3fff) | (halves & 0x0fff_c000_0fff_c000) << 2;
    (quarters & 0x007f_007f_007f_007f) | (quarters & 0x3f80_3f80_3f80_3f80) << 1
}

#[cold]
fn long_varint(to: &mut [u8; VARINT_LEN_MAX], mut value: u64) -> usize {
    let mut len = 0;
    while value >= 1 << 7 {
        to[len] = value as u8 | 1 << 7;
        value >>= 7;
        len += 1;
    }
    to[len] = value as u8;
    len + 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Reads a varint as the specifications describe it.
    fn read(bytes: &[u8]) -> u64 {
        bytes.iter().enumerate().map(|(n, byte)| u64::from(byte & 0x7f) << (7 * n)).sum()
    }

    fn check(value: u64) {
        let (mut fast, mut plain) = ([0; VARINT_LEN_MAX], [0; VARINT_LEN_MAX]);
        let (len, plain_len) = (varint(&mut fast, value), long_varint(&mut plain, value));
        assert_eq!(&fast[..len], &plain[..plain_len]);
        assert_eq!(read(&plain[..plain_len]), value);
        assert!(plain[..plain_len - 1].iter().all(|byte| byte & 0x80 != 0) && plain[plain_len - 1] & 0x80 == 0);
    }

    #[test]
    fn lengths_change_where_seven_bits_end() {
        for bits in 0..64 {
            for value in [(1_u64 << bits) - 1, 1 << bits, (1 << bits) + 1] {
                check(value);
            }
        }
        check(u64::MAX);
    }

    proptest! {
        #[test]
        fn an_integer_is_read_back(value: u64, bits in 0_u32..64) {
            check(value >> bits);
        }

        #[test]
        fn zigzag_keeps_signed_integers_apart(value: i64) {
            let code = zigzag(value);
            prop_assert_eq!((code >> 1) as i64 ^ -((code & 1) as i64), value);
            prop_assert_eq!(code < 128, (-64..64).contains(&value));
        }
    }
}
