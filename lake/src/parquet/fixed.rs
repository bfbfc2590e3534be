//! The values of one leaf that take eight bytes each: in a dictionary as long as it is worth it. Must not depend on:
//! levels, pages.

use super::encoding::{Encoding, append_places};
use super::range::Range;
use super::slots::Slots;

/// The most values of a dictionary; the pages behind have values as they are.
const DICTIONARY_COUNT: usize = 1 << 14;

/// The order of values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Integers,
    Numbers,
}

/// The values of a page, and the dictionary of the row group.
#[derive(Debug)]
pub struct FixedValues {
    order: Order,
    slots: Slots,
    dictionary: Vec<u64>,
    /// The values of the page: their places in the dictionary, or as they are.
    places: Vec<u32>,
    plain: Vec<u64>,
    is_open: bool,
    is_first: bool,
    /// Whether row groups have no dictionary, as the first page of one showed.
    is_unique: bool,
    range: Option<[u64; 2]>,
}

impl FixedValues {
    /// Returns no integers.
    pub fn of_integers() -> Self {
        FixedValues::new(Order::Integers, false)
    }

    /// Returns no instants, few of which come twice.
    pub fn of_instants() -> Self {
        FixedValues::new(Order::Integers, true)
    }

    /// Returns no numbers.
    pub fn of_numbers() -> Self {
        FixedValues::new(Order::Numbers, false)
    }

    fn new(order: Order, is_unique: bool) -> Self {
        FixedValues {
            order,
            slots: Slots::default(),
            dictionary: Vec::new(),
            places: Vec::new(),
            plain: Vec::new(),
            is_open: !is_unique,
            is_first: !is_unique,
            is_unique,
            range: None,
        }
    }

    /// Adds a value, as its bits.
    #[inline]
    pub fn push(&mut self, value: u64) {
        if !self.is_open {
            self.plain.push(value);
            return self.widen(value);
        }
        let hash = hash(value);
        let found = self.slots.find(hash, |place| self.dictionary[place as usize] == value);
        let place = found.unwrap_or_else(|| {
            self.widen(value);
            self.dictionary.push(value);
            self.slots.add(hash)
        });
        self.places.push(place);
    }

    #[inline]
    fn widen(&mut self, value: u64) {
        let Some([least, most]) = &mut self.range else {
            self.range = Some([value; 2]);
            return;
        };
        let is_less = |one: u64, other: u64| match self.order {
            Order::Integers => (one as i64) < other as i64,
            Order::Numbers => f64::from_bits(one) < f64::from_bits(other),
        };
        if is_less(value, *least) {
            *least = value;
        }
        if is_less(*most, value) {
            *most = value;
        }
    }

    /// Appends the values of the page and returns their encoding.
    pub fn take_page(&mut self, out: &mut Vec<u8>) -> Encoding {
        if self.is_open && self.places.is_empty() {
            return Encoding::Plain;
        }
        if self.is_open && !(self.is_first && 2 * self.dictionary.len() > self.places.len()) {
            append_places(out, &self.places, self.dictionary.len() - 1);
            self.places.clear();
            self.is_first = false;
            self.is_open = self.dictionary.len() < DICTIONARY_COUNT;
            return Encoding::Dictionary;
        }
        if self.is_open {
            (self.is_open, self.is_unique) = (false, true);
            self.plain.extend(self.places.drain(..).map(|place| self.dictionary[place as usize]));
            self.forget_dictionary();
        }
        self.plain.iter().for_each(|value| out.extend_from_slice(&value.to_le_bytes()));
        self.plain.clear();
        Encoding::Plain
    }

    fn forget_dictionary(&mut self) {
        self.dictionary.clear();
        self.slots = Slots::default();
    }

    /// Returns the dictionary and the number of its values, and begins another row group.
    pub fn take_dictionary(&mut self) -> (Vec<u8>, usize) {
        let (plain, count) =
            (self.dictionary.iter().flat_map(|value| value.to_le_bytes()).collect(), self.dictionary.len());
        self.forget_dictionary();
        (self.is_open, self.is_first) = (!self.is_unique, !self.is_unique);
        (plain, count)
    }

    /// Returns the range of the row group's values.
    pub fn take_range(&mut self) -> Option<Range> {
        self.range.take().map(|range| match self.order {
            Order::Integers => Range::Long(range.map(|value| value as i64)),
            Order::Numbers => Range::Double(range.map(f64::from_bits)),
        })
    }
}

/// Returns a hash whose lowest bits depend on all bits of a value.
#[inline(always)]
fn hash(value: u64) -> u64 {
    let mixed = u128::from(value ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93;
    (mixed >> 64) as u64 ^ mixed as u64
}
