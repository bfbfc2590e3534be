//! The announcements of a world's drifts as they happen, as values: ground truth at its instants. Must not depend on:
//! shards.

use super::entry::DriftEntry;
use super::table::{Block, Drifts, Table};
use crate::base::DriftPhase;
use crate::engine::VirtualTime;

const PHASES: [DriftPhase; 3] = [DriftPhase::Start, DriftPhase::Centre, DriftPhase::End];

/// An announcement.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftNotice {
    /// The drift.
    pub drift: DriftEntry,
    /// The phase that is reached.
    pub phase: DriftPhase,
    /// The instant of the phase, which is the time of the record.
    pub timestamp: VirtualTime,
    /// 1, 2, 3 … over the drift's announcements, those before the world's start counted, and those of drifts before it of
    /// the same name.
    pub entity_sequence: u32,
}

impl Block {
    /// Returns the phases of a visit before the drift is ended: the instant, the phase, and the number of the
    /// announcement.
    fn happenings(&self, visit: i64) -> impl Iterator<Item = (VirtualTime, DriftPhase, i64)> {
        let instants = self.course.phases(visit).into_iter().flatten();
        let all = instants.zip(PHASES).map(move |(at, phase)| (at, phase, 3 * visit + phase as i64 + 1));
        all.filter(|(at, ..)| *at < self.until)
    }

    /// Returns the announcement that it is ended; `None` if it had not begun or is not ended.
    fn stop(&self) -> Option<(VirtualTime, DriftPhase, i64)> {
        let begun = self.until != VirtualTime::NEVER && self.course.rise().begin() < self.until;
        begun.then(|| (self.until, DriftPhase::Stop, self.last_before(self.until) + 1))
    }

    /// Returns the announcements that are possible around `at`.
    fn around(&self, at: VirtualTime) -> impl Iterator<Item = (VirtualTime, DriftPhase, i64)> {
        let last = self.course.visit_by(at);
        (last - 1..=last + 2).flat_map(|visit| self.happenings(visit)).chain(self.stop())
    }

    /// Returns the number of the last announcement before the drift is ended, at `until`; 0 if there is none.
    fn last_before(&self, until: VirtualTime) -> i64 {
        let last = self.course.visit_by(until);
        (last - 1..=last + 1).flat_map(|visit| self.happenings(visit)).map(|(.., number)| number).max().unwrap_or(0)
    }
}

impl Drifts {
    /// Returns the instant of the first announcement after `at`.
    pub fn next_notice(&self, at: VirtualTime) -> VirtualTime {
        let Some(table) = &self.0 else { return VirtualTime::NEVER };
        let instants = table.blocks.iter().flat_map(|block| block.around(at)).map(|(instant, ..)| instant);
        instants.filter(|instant| *instant > at).fold(VirtualTime::NEVER, VirtualTime::min)
    }

    /// Returns the announcements at `at`, of the drifts of `entries`, in their order.
    pub fn notices(&self, at: VirtualTime, entries: &[DriftEntry]) -> Vec<DriftNotice> {
        let Some(table) = &self.0 else { return Vec::new() };
        let mut all = Vec::new();
        for (place, (block, drift)) in table.blocks.iter().zip(entries).enumerate() {
            let now = block.around(at).filter(|(instant, ..)| *instant == at);
            all.extend(now.map(|(timestamp, phase, number)| DriftNotice {
                drift: drift.clone(),
                phase,
                timestamp,
                entity_sequence: (table.announced_before(place) + number) as u32,
            }));
        }
        all
    }
}

impl Table {
    /// Returns the number of announcements of earlier drifts of the same name, which have all been ended.
    fn announced_before(&self, place: usize) -> i64 {
        let earlier = self.blocks[..place].iter().zip(self.names.iter());
        let same = earlier.filter(|(_, name)| **name == self.names[place]).filter_map(|(block, _)| block.stop());
        same.map(|(.., number)| number).sum()
    }
}
