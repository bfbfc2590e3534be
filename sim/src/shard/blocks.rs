//! A shard as blocks of bytes for the store, and back. A block holds some entities after a magic number and a format
//! version; the pending reports of its people follow, if there are any.
//! Must not depend on: where blocks are stored.

use super::{Counters, Shard};
use crate::engine::VirtualTime;
use crate::error::SimError;
use crate::fraud::{CampaignScheduler, SavedReports};
use crate::history::Act;
use crate::person::Person;
use crate::rides::Driver;
use crate::town::Town;
use serde::{Deserialize, Serialize};

/// People in a block: about 5 KB compressed.
const PEOPLE_PER_BLOCK: usize = 20;
/// Drivers in a block; their histories are longer.
const DRIVERS_PER_BLOCK: usize = 8;

const MAGIC: [u8; 4] = *b"pops";
/// Version of the saved format of entities. A change of the shape of a saved type raises it.
const FORMAT: u16 = 5;
/// The format before it: the same shape, without comebacks for a wish.
const FORMAT_WITHOUT_WISHES: u16 = 4;
/// Version of the saved format of headers.
const HEADER_FORMAT: u16 = 3;

/// Block 0 of a shard: the state that belongs to no single entity.
#[derive(Serialize, Deserialize)]
struct Header {
    people: u32,
    drivers: u32,
    scheduler: CampaignScheduler,
    counters: Counters,
}

/// The header of format 1, whose scheduler kept no requests of commands.
#[derive(Serialize, Deserialize)]
struct HeaderOfFormat1 {
    people: u32,
    drivers: u32,
    desk_due: VirtualTime,
    counters: Counters,
}

impl From<HeaderOfFormat1> for Header {
    fn from(old: HeaderOfFormat1) -> Self {
        Header {
            people: old.people,
            drivers: old.drivers,
            scheduler: CampaignScheduler::new(old.desk_due),
            counters: old.counters,
        }
    }
}

type Saved<T> = Vec<(T, Vec<Act>)>;

impl Shard {
    /// Returns the number of blocks: one header, then people, then drivers.
    pub fn block_count(&self) -> u32 {
        let people = self.people.len().div_ceil(PEOPLE_PER_BLOCK);
        (1 + people + self.fleet.drivers.len().div_ceil(DRIVERS_PER_BLOCK)) as u32
    }

    /// Returns the blocks that changed since [`Shard::mark_clean`].
    pub fn dirty_blocks(&self) -> Vec<u32> {
        (0..self.block_count()).filter(|b| self.dirty[*b as usize]).collect()
    }

    /// Marks all blocks as saved.
    pub fn mark_clean(&mut self) {
        self.dirty.fill(false);
    }

    pub(super) fn mark_header(&mut self) {
        self.dirty[0] = true;
    }

    pub(super) fn mark_person(&mut self, slot: usize) {
        self.dirty[1 + slot / PEOPLE_PER_BLOCK] = true;
    }

    pub(super) fn mark_driver(&mut self, slot: usize) {
        let at = 1 + self.people.len().div_ceil(PEOPLE_PER_BLOCK) + slot / DRIVERS_PER_BLOCK;
        self.dirty[at] = true;
    }

    /// Appends the bytes of a block.
    ///
    /// # Panics
    /// If there is no such block.
    pub fn encode_block(&self, block: u32, out: &mut Vec<u8>) {
        out.extend_from_slice(&MAGIC);
        let format = if block == 0 { HEADER_FORMAT } else { FORMAT };
        out.extend_from_slice(&format.to_le_bytes());
        let people_blocks = self.people.len().div_ceil(PEOPLE_PER_BLOCK);
        match block as usize {
            0 => write(out, &self.header()),
            b if b <= people_blocks => {
                let slots = slots(b - 1, PEOPLE_PER_BLOCK, self.people.len());
                let number = |slot: usize| self.spec.people.start + slot as u32;
                let part = self.reports.saved(number(slots.start)..number(slots.end));
                write(out, &slots.map(|s| (&self.people[s], self.history.of(s))).collect::<Vec<_>>());
                part.iter().for_each(|part| write(out, part));
            }
            b => {
                let slots = slots(b - 1 - people_blocks, DRIVERS_PER_BLOCK, self.fleet.drivers.len());
                assert!(!slots.is_empty(), "a shard has no block {block}");
                write(out, &slots.map(|s| (&self.fleet.drivers[s], self.fleet.history.of(s))).collect::<Vec<_>>());
            }
        }
    }

    fn header(&self) -> Header {
        Header {
            people: self.people.len() as u32,
            drivers: self.fleet.drivers.len() as u32,
            scheduler: self.scheduler.clone(),
            counters: self.counters,
        }
    }

    /// Restores a shard at `now` from all its blocks, in order.
    ///
    /// # Errors
    /// If a block is missing, damaged, of another version, or does not fit the town.
    pub fn load(town: &Town, index: u32, now: VirtualTime, blocks: Vec<Vec<u8>>) -> Result<Self, SimError> {
        let mut blocks = blocks.into_iter();
        let header = read_header(index, blocks.next())?;
        let spec = town.shard_spec(index);
        if (header.people, header.drivers) != (spec.people.len() as u32, spec.drivers.len() as u32) {
            return Err(fault(index, "its people and drivers are not those of the scenario"));
        }
        let mut parts = Vec::new();
        let people: Saved<Person> = read_all(index, &mut blocks, header.people as usize, |part| parts.push(part))?;
        let drivers: Saved<Driver> = read_all(index, &mut blocks, header.drivers as usize, drop::<SavedReports>)?;
        let (people, acts): (Vec<_>, Vec<_>) = people.into_iter().unzip();
        let (drivers, driver_acts): (Vec<_>, Vec<_>) = drivers.into_iter().unzip();
        let mut shard = Shard::assemble(town, index, people, drivers, header.scheduler);
        shard.counters = header.counters;
        parts.into_iter().for_each(|part| shard.reports.restore(part));
        acts.iter().enumerate().for_each(|(slot, acts)| shard.history.restore(slot, acts));
        driver_acts.iter().enumerate().for_each(|(slot, acts)| shard.fleet.history.restore(slot, acts));
        shard.fill_queue(town, now);
        Ok(shard)
    }
}

fn slots(block: usize, per_block: usize, len: usize) -> std::ops::Range<usize> {
    (block * per_block).min(len)..((block + 1) * per_block).min(len)
}

fn write<T: Serialize>(out: &mut Vec<u8>, value: &T) {
    let taken = std::mem::take(out);
    *out = postcard::to_extend(value, taken).expect("plain data always encodes");
}

fn fault(shard: u32, why: &str) -> SimError {
    SimError::Block { shard, why: why.to_owned() }
}

/// Returns the format of a block, and the bytes after it.
fn open(shard: u32, block: Option<&[u8]>) -> Result<(u16, &[u8]), SimError> {
    let block = block.ok_or_else(|| fault(shard, "a block is missing"))?;
    let too_short = || fault(shard, "a block is too short");
    let (magic, rest) = block.split_first_chunk().ok_or_else(too_short)?;
    let (format, rest) = rest.split_first_chunk().ok_or_else(too_short)?;
    if *magic != MAGIC {
        return Err(fault(shard, "a block has no magic number of populace"));
    }
    Ok((u16::from_le_bytes(*format), rest))
}

fn decode<'de, T: Deserialize<'de>>(shard: u32, bytes: &'de [u8]) -> Result<T, SimError> {
    Ok(decode_first(shard, bytes)?.0)
}

/// Decodes a value, and returns the bytes after it.
fn decode_first<'de, T: Deserialize<'de>>(shard: u32, bytes: &'de [u8]) -> Result<(T, &'de [u8]), SimError> {
    postcard::take_from_bytes(bytes).map_err(|e| fault(shard, &format!("a block cannot be read ({e})")))
}

fn unknown_format(shard: u32, found: u16, known: u16) -> SimError {
    fault(shard, &format!("a block has format {found}, this release reads {known}"))
}

fn read_header(shard: u32, block: Option<Vec<u8>>) -> Result<Header, SimError> {
    match open(shard, block.as_deref())? {
        (HEADER_FORMAT, rest) => decode(shard, rest),
        (1, rest) => decode::<HeaderOfFormat1>(shard, rest).map(Header::from),
        (other, _) => Err(unknown_format(shard, other, HEADER_FORMAT)),
    }
}

/// Decodes a block of entities, and the pending reports that may follow.
fn read<T: for<'de> Deserialize<'de>>(
    shard: u32,
    block: Option<Vec<u8>>,
) -> Result<(T, Option<SavedReports>), SimError> {
    match open(shard, block.as_deref())? {
        (FORMAT | FORMAT_WITHOUT_WISHES, rest) => match decode_first(shard, rest)? {
            (all, []) => Ok((all, None)),
            (all, part) => Ok((all, Some(decode(shard, part)?))),
        },
        (other, _) => Err(unknown_format(shard, other, FORMAT)),
    }
}

fn read_all<T: for<'de> Deserialize<'de>>(
    shard: u32,
    blocks: &mut impl Iterator<Item = Vec<u8>>,
    count: usize,
    mut keep: impl FnMut(SavedReports),
) -> Result<Saved<T>, SimError> {
    let mut all = Vec::with_capacity(count);
    while all.len() < count {
        let (more, part): (Saved<T>, _) = read(shard, blocks.next())?;
        if more.is_empty() {
            return Err(fault(shard, "a block is empty"));
        }
        all.extend(more);
        part.into_iter().for_each(&mut keep);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::PersonId;
    use crate::command::Command;
    use crate::outlet::Event;
    use crate::testing;

    fn saved(shard: &Shard) -> Vec<Vec<u8>> {
        let encode = |block| {
            let mut bytes = Vec::new();
            shard.encode_block(block, &mut bytes);
            bytes
        };
        (0..shard.block_count()).map(encode).collect()
    }

    #[test]
    fn a_restored_shard_goes_on_with_the_same_events() {
        let town = testing::town("[world]\npeople = 300");
        let (half, end) = (testing::day(&town, 5), testing::day(&town, 10));
        let mut unbroken = testing::newborn(&town);
        let mut parts = testing::run(&town, &mut unbroken, half);
        let mut again = vec![Shard::load(&town, 0, half, saved(&unbroken[0])).expect("it loads")];
        assert_eq!(saved(&again[0]), saved(&unbroken[0]));
        parts.extend(testing::run(&town, &mut again, end));
        let whole = testing::run(&town, &mut testing::newborn(&town), end);
        assert!(parts == whole);
        assert!(whole.len() > 5_000);
    }

    #[test]
    fn a_header_of_the_format_before_is_read() {
        let town = testing::town("[world]\npeople = 100");
        let shard = testing::newborn(&town).remove(0);
        let (mut old, mut blocks) = (MAGIC.to_vec(), saved(&shard));
        old.extend_from_slice(&1u16.to_le_bytes());
        let Header { people, drivers, scheduler, counters } = shard.header();
        write(&mut old, &HeaderOfFormat1 { people, drivers, desk_due: scheduler.due, counters });
        let now = std::mem::replace(&mut blocks[0], old);
        let loaded = Shard::load(&town, 0, town.start(), blocks).expect("it loads");
        assert_eq!(saved(&loaded)[0], now);
    }

    #[test]
    fn entities_of_the_format_before_are_read() {
        let town = testing::town("[world]\npeople = 100");
        let shard = testing::newborn(&town).remove(0);
        let (now, mut old) = (saved(&shard), saved(&shard));
        old[1..].iter_mut().for_each(|block| block[4] = FORMAT_WITHOUT_WISHES as u8);
        let loaded = Shard::load(&town, 0, town.start(), old).expect("it loads");
        assert_eq!(saved(&loaded), now, "and it is written in the format of now");
    }

    #[test]
    fn a_requested_purchase_is_saved_until_it_is_made() {
        let town = testing::town("[world]\npeople = 100");
        let (noon, end) = (town.start() + crate::engine::Span::from_seconds(43_200), testing::day(&town, 1));
        let mut asked = testing::newborn(&town);
        testing::run(&town, &mut asked, noon);
        asked[0].mark_clean();
        let command = Command::Transaction { number: 1, person: PersonId(7), minor: 4_250, start: None };
        asked[0].apply(&town, noon, &command);
        assert_eq!((asked[0].next_due(), asked[0].dirty_blocks()), (noon, vec![0]));
        let mut loaded = vec![Shard::load(&town, 0, noon, saved(&asked[0])).expect("it loads")];
        let (went_on, reopened) = (testing::run(&town, &mut asked, end), testing::run(&town, &mut loaded, end));
        let asked_for = |event: &Event| matches!(event, Event::Transaction(made) if made.amount.minor == 4_250);
        assert!(asked_for(&went_on[0]), "it comes first: {:?}", went_on[0]);
        assert_eq!(went_on, reopened);
        assert_eq!(saved(&asked[0]), saved(&loaded[0]));
    }

    #[test]
    fn only_changed_blocks_are_dirty() {
        let town = testing::town("[world]\npeople = 300");
        let mut shard = testing::newborn(&town).remove(0);
        assert_eq!(shard.dirty_blocks().len() as u32, shard.block_count());
        shard.mark_clean();
        let next = shard.next_due().next();
        testing::run(&town, std::slice::from_mut(&mut shard), next);
        assert!((1..=3).contains(&shard.dirty_blocks().len()), "{:?}", shard.dirty_blocks());
    }

    #[test]
    fn invalid_blocks_are_errors() {
        let town = testing::town("[world]\npeople = 100");
        let shard = testing::newborn(&town).remove(0);
        let refused = |change: &dyn Fn(&mut Vec<Vec<u8>>)| {
            let mut blocks = saved(&shard);
            change(&mut blocks);
            Shard::load(&town, 0, town.start(), blocks).expect_err("it must be refused").to_string()
        };
        assert!(refused(&|b| drop(b.pop())).contains("missing"));
        assert!(refused(&|b| b[1].truncate(3)).contains("too short"));
        assert!(refused(&|b| b[1][0] = b'x').contains("no magic number"));
        assert!(refused(&|b| b[1][4] = 9).contains("format 9"));
        assert!(refused(&|b| b[1].truncate(40)).contains("cannot be read"));
        let other = testing::town("[world]\npeople = 101");
        assert!(
            Shard::load(&other, 0, town.start(), saved(&shard))
                .expect_err("other people")
                .to_string()
                .contains("not those of the scenario")
        );
    }
}
