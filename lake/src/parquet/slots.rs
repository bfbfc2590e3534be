//! A hash table from values to their place in a dictionary, which keeps the values. Must not depend on: types of
//! values.

/// The number of slots of an empty table.
const FIRST: usize = 256;

/// The places of the values of a dictionary, by the hash of the value.
#[derive(Clone, Debug)]
pub struct Slots {
    /// The place plus one, or zero.
    slots: Vec<u32>,
    /// The hash of each value, by its place.
    hashes: Vec<u64>,
}

impl Default for Slots {
    fn default() -> Self {
        Slots { slots: vec![0; FIRST], hashes: Vec::new() }
    }
}

impl Slots {
    /// Returns the place of the value with this hash, for which `is` returns true.
    #[inline]
    pub fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let place = self.slots[at].checked_sub(1)?;
            if self.hashes[place as usize] == hash && is(place) {
                return Some(place);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds the next value, which is not there yet, and returns its place.
    pub fn add(&mut self, hash: u64) -> u32 {
        if self.slots.len() < 2 * (self.hashes.len() + 1) {
            let len = 2 * self.slots.len();
            self.slots.clear();
            self.slots.resize(len, 0);
            (0..self.hashes.len()).for_each(|place| self.put(self.hashes[place], place as u32));
        }
        let place = self.hashes.len() as u32;
        self.hashes.push(hash);
        self.put(hash, place);
        place
    }

    fn put(&mut self, hash: u64, place: u32) {
        let mask = self.slots.len() - 1;
        let mut at = hash as usize & mask;
        while self.slots[at] != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = place + 1;
    }

    /// Returns the number of values.
    pub fn len(&self) -> usize {
        self.hashes.len()
    }
}
