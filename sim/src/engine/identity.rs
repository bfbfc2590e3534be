//! Identifiers that are computed, not stored: a keyed, reversible permutation of (kind, index, act) over the 122 free
//! bits of a version-4 UUID, so that a look-up by identifier needs no table.
//! Must not depend on: the things that are identified.

use super::random::{Purpose, WorldKey, mix};
use serde::{Deserialize, Serialize};

/// The kind of thing that a UUID identifies. The numbers are part of the rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it")]
pub enum IdKind {
    Person = 1,
    Transaction = 2,
    Trip = 3,
    Interaction = 4,
    Session = 5,
    Cart = 6,
    Order = 7,
    Card = 8,
    Campaign = 9,
    Case = 10,
}

const KINDS: [IdKind; 10] = [
    IdKind::Person,
    IdKind::Transaction,
    IdKind::Trip,
    IdKind::Interaction,
    IdKind::Session,
    IdKind::Cart,
    IdKind::Order,
    IdKind::Card,
    IdKind::Campaign,
    IdKind::Case,
];

const HALF: u64 = (1 << 61) - 1;
const INDEX_BITS: u32 = 40;

/// Makes and decodes the identifiers of one world.
#[derive(Clone, Copy, Debug)]
pub struct IdMaker {
    keys: [u64; 4],
}

impl IdMaker {
    /// Returns the maker of a world's identifiers.
    pub fn new(key: WorldKey) -> Self {
        let mut rng = key.rng(0, Purpose::Identity, 0);
        IdMaker { keys: std::array::from_fn(|_| rng.next_u64()) }
    }

    /// Returns the identifier of (kind, index, act): `index` below 2⁴⁰, `act` below 2⁶¹.
    ///
    /// # Panics
    /// If index or act is out of range.
    #[inline]
    pub fn make(&self, kind: IdKind, index: u64, act: u64) -> Id {
        assert!(index < 1 << INDEX_BITS && act <= HALF, "an identifier's index or act is out of range");
        let (mut left, mut right) = (index | (kind as u64) << INDEX_BITS, act);
        for key in self.keys {
            (left, right) = (right, left ^ (mix(right ^ key) & HALF));
        }
        Id::from_halves(left, right)
    }

    /// Returns the account number, below 10⁸, of tenant number `generation` of `person` of `people`: a keyed permutation,
    /// so that no two accounts share a number. When all numbers are taken, a person gets the number of a closed account
    /// of an earlier tenant.
    ///
    /// # Panics
    /// If `person` is not below `people`, or these are more than 10⁸, the most that a world can have.
    #[inline]
    pub fn account(&self, person: u32, people: u32, generation: u16) -> u32 {
        const SIDE: u32 = 10_000;
        assert!(person < people && people <= SIDE * SIDE, "a person's number is out of range");
        // Almost all people are the first tenants of their homes: no division for them.
        let earlier = if generation == 0 { 0 } else { u32::from(generation) % (SIDE * SIDE / people) };
        let person = person + people * earlier;
        let (mut left, mut right) = (person / SIDE, person % SIDE);
        for key in self.keys {
            let round = mix(key.rotate_left(32) ^ u64::from(right)) % u64::from(SIDE);
            let sum = left + round as u32;
            (left, right) = (right, if sum < SIDE { sum } else { sum - SIDE });
        }
        left * SIDE + right
    }

    /// Returns the (kind, index, act) that `id` identifies, or `None` when it is not an identifier of this world.
    pub fn read(&self, id: Id) -> Option<(IdKind, u64, u64)> {
        let (mut left, mut right) = id.halves()?;
        for key in self.keys.iter().rev() {
            (left, right) = (right ^ (mix(left ^ key) & HALF), left);
        }
        let kind = KINDS.into_iter().find(|k| *k as u64 == left >> INDEX_BITS)?;
        Some((kind, left & ((1 << INDEX_BITS) - 1), right))
    }
}

/// A UUID of version 4 and variant 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Id(u128);

impl Id {
    fn from_halves(left: u64, right: u64) -> Self {
        // 48 bits, version, 12 bits, variant, 62 bits: the layout of RFC 9562. The last bit of `left` is in the lower half.
        let upper = ((left >> 13) << 16) | (4 << 12) | ((left >> 1) & 0xfff);
        let lower = (2 << 62) | ((left & 1) << 61) | right;
        Id((upper as u128) << 64 | lower as u128)
    }

    fn halves(self) -> Option<(u64, u64)> {
        if (self.0 >> 76) & 0xf != 4 || (self.0 >> 62) & 3 != 2 {
            return None;
        }
        let bits = (self.0 >> 80) << 74 | ((self.0 >> 64) & 0xfff) << 62 | self.0 & ((1 << 62) - 1);
        Some(((bits >> 61) as u64, bits as u64 & HALF))
    }

    /// Parses the usual text form, in upper or lower case.
    pub fn parse(text: &str) -> Option<Id> {
        let dashes = text.bytes().enumerate().all(|(i, b)| (b == b'-') == matches!(i, 8 | 13 | 18 | 23));
        if text.len() != 36 || !dashes {
            return None;
        }
        let digit = |value: u128, b: u8| Some(value << 4 | (b as char).to_digit(16)? as u128);
        text.bytes().filter(|b| *b != b'-').try_fold(0, digit).map(Id)
    }

    /// Returns the 36 characters of the usual text form, in lower case.
    #[inline]
    pub fn text(self) -> [u8; 36] {
        let mut text = [0; 36];
        self.write_text(&mut text);
        text
    }

    /// Writes the 36 characters of the usual text form, in lower case.
    #[inline(never)]
    pub fn write_text(self, to: &mut [u8; 36]) {
        // From memory, because the compiler would take bytes in registers apart one by one.
        let digits = hex_digits(std::hint::black_box(&self.0.to_be_bytes()));
        *to = [b'-'; 36];
        to[..8].copy_from_slice(&digits[..8]);
        to[9..13].copy_from_slice(&digits[8..12]);
        to[14..18].copy_from_slice(&digits[12..16]);
        to[19..23].copy_from_slice(&digits[16..20]);
        to[24..].copy_from_slice(&digits[20..]);
    }
}

impl std::fmt::Display for Id {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(std::str::from_utf8(&self.text()).expect("hexadecimal digits are ASCII"))
    }
}

/// Returns the hexadecimal digits of bytes. Lanes of 16 and of 8 bits without branches are what the compiler makes vector
/// instructions of.
#[inline(always)]
fn hex_digits(bytes: &[u8; 16]) -> [u8; 32] {
    let mut digits = [0; 32];
    for (pair, byte) in digits.chunks_exact_mut(2).zip(bytes) {
        let nibbles = (u16::from(*byte) >> 4 | u16::from(*byte) << 8) & 0x0f0f;
        pair.copy_from_slice(&nibbles.to_le_bytes());
    }
    digits.map(|nibble| nibble + b'0' + if nibble as i8 > 9 { b'a' - b'0' - 10 } else { 0 })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn an_identifier_decodes_to_its_parts(seed: u64, kind in 0usize..KINDS.len(), index in 0u64..1 << 40, act in 0u64..1 << 61) {
            let ids = IdMaker::new(WorldKey::new(seed));
            let id = ids.make(KINDS[kind], index, act);
            prop_assert_eq!(ids.read(id), Some((KINDS[kind], index, act)));
            prop_assert_eq!(Id::parse(&id.to_string()), Some(id));
        }

        #[test]
        fn digits_are_those_of_the_standard_library(bytes: [u8; 16]) {
            let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            prop_assert_eq!(hex_digits(&bytes).to_vec(), digits.into_bytes());
        }
    }

    #[test]
    fn account_numbers_are_unique_and_neighbours_are_far_apart() {
        let ids = IdMaker::new(WorldKey::new(3));
        let some = || (0..300_000).chain(99_900_000..100_000_000);
        const ALL: u32 = 100_000_000;
        let account = |n| ids.account(n, ALL, 0);
        let accounts: std::collections::BTreeSet<u32> = some().map(account).collect();
        assert_eq!(accounts.len(), some().count());
        assert!(accounts.iter().all(|account| *account < 100_000_000));
        let near = (0..10_000).filter(|n| account(*n).abs_diff(account(n + 1)) < 1_000_000).count();
        assert!(near < 400, "{near} of 10,000 neighbours are near");
        assert_ne!(account(1), IdMaker::new(WorldKey::new(4)).account(1, ALL, 0));
        let of_few = |generation| (0..1_000).map(move |n| (n, generation));
        let some: std::collections::BTreeSet<u32> =
            (0..5).flat_map(of_few).map(|(n, generation)| ids.account(n, 1_000, generation)).collect();
        assert_eq!(some.len(), 5_000, "generations have accounts of their own");
        assert!((0..9).all(|generation| ids.account(7, 60_000_000, generation) == ids.account(7, 60_000_000, 0)));
    }

    #[test]
    fn identifiers_have_the_shape_of_version_4() {
        let ids = IdMaker::new(WorldKey::new(1));
        for act in 0..500 {
            let text = ids.make(IdKind::Trip, 3, act).to_string();
            assert_eq!((text.len(), &text[14..15]), (36, "4"));
            assert!("89ab".contains(&text[19..20]), "{text}");
        }
    }

    #[test]
    fn other_texts_are_not_identifiers() {
        for text in ["", "x", "00000000-0000-0000-0000-00000000000", "0000000000000000000000000000000000-0"] {
            assert_eq!(Id::parse(text), None);
        }
        let foreign = Id::parse("00000000-0000-1000-8000-000000000000").expect("a well-formed text");
        assert_eq!(IdMaker::new(WorldKey::new(1)).read(foreign), None);
    }
}
