//! The ledger of finished days in the store: the digest of a stream at the end of each day, by which `verify` checks
//! the days after one that was moved away. Pages of 32 days each; a page older than ten years keeps only its last
//! digest. Must not depend on: files, the records that a digest is over.

use super::error::RunError;
use super::meta::ClosedDay;
use super::pool::block_id;
use populace_sim::Stream;
use populace_state::{BlockId, CheckpointWriter, StateError, Store, pack};
use populace_wire::Digest;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::path::Path;

/// The shard number from which blocks hold pages of the ledger; those of the older format follow them.
const PAGE_SHARDS: u32 = 0xffff_fe00;

/// The number of days of a page.
const DAYS_PER_PAGE: i32 = 32;

/// The age in pages from which a page keeps only its last digest: ten years.
const FULL_PAGES: i32 = 3_653 / DAYS_PER_PAGE + 1;

/// The number of older pages that are checked for shortening: a stream may leave out pages.
const SHORTENED_PAGES: i32 = 36;

/// The version that a page begins with.
const FORMAT: u8 = 1;

/// The finished days that a world keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Remembers {
    /// None: its sink keeps no files that days could be moved away from.
    Nothing,
    /// The days from this UTC day on, on which its sink was attached.
    Since(i32),
}

/// Days with one common digest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedDays {
    /// The UTC days on which the stream had records, ascending; at least one.
    pub days: Vec<i32>,
    /// The stream's digest at the end of the last.
    pub digest: Digest,
}

/// The saved digests of 32 days of a stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Page {
    /// A bit for each day on which the stream had records, the first day lowest.
    days: u32,
    /// The stream's digest at the end of each of these days or, once shortened, of the last alone.
    ends: Vec<Digest>,
}

impl Page {
    fn add(&mut self, day: u32, digest: Digest) {
        let before = (self.days & ((1 << day) - 1)).count_ones() as usize;
        if self.is_short() {
            // Only the last digest is known, and a later one replaces it.
            self.ends = vec![digest];
        } else if self.days & 1 << day == 0 {
            self.ends.insert(before, digest);
        } else {
            self.ends[before] = digest;
        }
        self.days |= 1 << day;
    }

    fn is_short(&self) -> bool {
        self.ends.len() < self.days.count_ones() as usize
    }

    fn shorten(&mut self) {
        self.ends.drain(..self.ends.len() - 1);
    }

    fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        bytes.extend_from_slice(&self.days.to_le_bytes());
        for end in &self.ends {
            bytes.extend_from_slice(&end.count.to_le_bytes());
            bytes.extend_from_slice(&end.chain.to_le_bytes());
        }
        bytes
    }

    /// Returns the page; `None` if the bytes have no known format.
    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (days, ends) = bytes.strip_prefix(&[FORMAT])?.split_first_chunk::<4>()?;
        let (ends, []) = ends.as_chunks::<24>() else { return None };
        let end = |bytes: &[u8; 24]| {
            let (count, chain) = bytes.split_first_chunk::<8>()?;
            Some(Digest { count: u64::from_le_bytes(*count), chain: u128::from_le_bytes(chain.try_into().ok()?) })
        };
        let page = Page { days: u32::from_le_bytes(*days), ends: ends.iter().map(end).collect::<Option<_>>()? };
        let days = page.days.count_ones() as usize;
        (days > 0 && (page.ends.len() == days || page.ends.len() == 1)).then_some(page)
    }

    fn closed(&self, number: i32) -> Vec<ClosedDays> {
        let days: Vec<i32> = (0..DAYS_PER_PAGE)
            .filter(|day| self.days & 1 << day != 0)
            .map(|day| number * DAYS_PER_PAGE + day)
            .collect();
        match self.ends[..] {
            [digest] => vec![ClosedDays { days, digest }],
            _ => days
                .iter()
                .zip(&self.ends)
                .map(|(day, digest)| ClosedDays { days: vec![*day], digest: *digest })
                .collect(),
        }
    }
}

fn page_of(day: i32) -> i32 {
    day.div_euclid(DAYS_PER_PAGE)
}

/// Returns the block of a page.
fn page_id(stream: Stream, page: i32) -> BlockId {
    // Shifted by half the range, so that the order of ids is the order of days.
    block_id(PAGE_SHARDS + stream as u32, page as u32 ^ 0x8000_0000)
}

fn page_number(id: BlockId) -> i32 {
    (id.0 as u32 ^ 0x8000_0000) as i32
}

fn pages(stream: Stream, numbers: RangeInclusive<i32>) -> RangeInclusive<BlockId> {
    page_id(stream, *numbers.start())..=page_id(stream, *numbers.end())
}

/// Returns whether a block belongs to the ledger and to no shard.
pub(super) fn holds(id: BlockId) -> bool {
    id >= block_id(PAGE_SHARDS, 0)
}

/// Puts the days that ended since the last checkpoint into the next one, and removes the days that are not kept.
pub(super) fn save(
    store: &Store,
    writer: &mut CheckpointWriter,
    remembers: Remembers,
    ended: &[ClosedDay],
) -> Result<(), StateError> {
    for stream in Stream::ALL {
        let old = store.ids_in(ClosedDay::block_ids(stream));
        let since = match remembers {
            Remembers::Nothing => i32::MAX,
            Remembers::Since(day) => day,
        };
        let mut changed = Changed { store, stream, pages: BTreeMap::new() };
        // An older release kept each day in a separate block.
        for block in store.blocks_in(ClosedDay::block_ids(stream)) {
            let day = serde_json::from_slice::<ClosedDay>(&block?.1).ok().filter(|day| day.day >= since);
            day.into_iter().try_for_each(|day| changed.add(&day))?;
        }
        let new = ended.iter().filter(|day| day.stream == stream && day.day >= since);
        new.into_iter().try_for_each(|day| changed.add(day))?;
        changed.shorten()?;
        for (number, page) in changed.pages {
            writer.put(page_id(stream, number), pack(&page.to_bytes()))?;
        }
        let forgotten = store.ids_in(pages(stream, i32::MIN..=i32::MAX)).into_iter();
        let forgotten = forgotten.take_while(|id| page_number(*id) < page_of(since));
        old.into_iter().chain(forgotten).try_for_each(|id| writer.remove(id))?;
    }
    Ok(())
}

/// The pages of a stream that a checkpoint changes.
struct Changed<'a> {
    store: &'a Store,
    stream: Stream,
    pages: BTreeMap<i32, Page>,
}

impl Changed<'_> {
    fn add(&mut self, day: &ClosedDay) -> Result<(), StateError> {
        let number = page_of(day.day);
        if !self.pages.contains_key(&number) {
            let saved = self.store.read_block(page_id(self.stream, number))?;
            let page = saved.and_then(|bytes| Page::from_bytes(&bytes)).unwrap_or_default();
            self.pages.insert(number, page);
        }
        self.pages.entry(number).or_default().add(day.day.rem_euclid(DAYS_PER_PAGE) as u32, day.digest);
        Ok(())
    }

    /// Shortens the pages that are more than ten years older than the newest.
    fn shorten(&mut self) -> Result<(), StateError> {
        let Some((newest, _)) = self.pages.last_key_value() else { return Ok(()) };
        let last = newest - FULL_PAGES;
        for block in self.store.blocks_in(pages(self.stream, last - SHORTENED_PAGES..=last)) {
            let (id, bytes) = block?;
            if let Some(page) = Page::from_bytes(&bytes).filter(|page| page.ends.len() > 1) {
                self.pages.entry(page_number(id)).or_insert(page);
            }
        }
        self.pages.range_mut(..=last).for_each(|(_, page)| page.shorten());
        Ok(())
    }
}

/// Returns the days of a stream that had ended at the last checkpoint, ascending.
///
/// # Errors
/// If the store fails, or a page has an unknown format.
pub fn closed_days(store: &Store, dir: &Path, stream: Stream) -> Result<Vec<ClosedDays>, RunError> {
    let saved = |why: String| RunError::Saved { what: "the ledger of days", dir: dir.to_path_buf(), why };
    let mut closed = Vec::new();
    for block in store.blocks_in(pages(stream, i32::MIN..=i32::MAX)) {
        let (id, bytes) = block?;
        let page = Page::from_bytes(&bytes).ok_or_else(|| saved("a page of it has another format".into()))?;
        closed.extend(page.closed(page_number(id)));
    }
    // Days of an older release, if no checkpoint has been written since.
    for block in store.blocks_in(ClosedDay::block_ids(stream)) {
        let day: ClosedDay = serde_json::from_slice(&block?.1).map_err(|e| saved(e.to_string()))?;
        closed.push(ClosedDays { days: vec![day.day], digest: day.digest });
    }
    Ok(closed)
}

#[cfg(test)]
mod tests;
