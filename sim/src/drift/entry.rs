//! Every drift of a world as scheduled: ground truth that is known before a drift begins.
//! Must not depend on: the effects of a drift in a world.

use super::course::Course;
use super::magnitude::DriftMagnitude;
use super::table::{Block, DriftError, Drifts, Table, region_name};
use crate::base::{DriftClass, DriftKind, DriftState, Persona};
use crate::engine::{Span, VirtualTime};
use crate::scenario::Scenario;

/// A drift of a world.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftEntry {
    /// The name.
    pub id: String,
    /// The dotted key of the rule that changes.
    pub key: String,
    /// The kind of the change.
    pub kind: DriftKind,
    /// The part of the joint distribution that changes.
    pub class: DriftClass,
    /// The region that the drift is limited to.
    pub region: Option<String>,
    /// The persona that the drift is limited to.
    pub persona: Option<Persona>,
    /// The share of these people that the drift concerns.
    pub share: f64,
    /// The last instant before which nothing changes.
    pub begins: VirtualTime,
    /// 12 % of the (first) transition; of a sudden drift, the instant itself.
    pub start: VirtualTime,
    /// The middle of the (first) transition.
    pub centre: VirtualTime,
    /// 88 % of the (first) transition.
    pub end: VirtualTime,
    /// The instant from which on the drift has no effect, when it was stopped.
    pub until: Option<VirtualTime>,
    /// The length of each visit, of a drift that comes and goes.
    pub length: Option<Span>,
    /// The time from one visit to the next.
    pub period: Option<Span>,
    /// The value before, with the changes of earlier drifts.
    pub from: f64,
    /// The value after.
    pub to: f64,
}

impl DriftEntry {
    /// Returns the drifts of the world that a scenario makes; its start must be absolute.
    ///
    /// # Errors
    /// If a drift or the start is invalid.
    pub fn of(rules: &Scenario) -> Result<Vec<DriftEntry>, DriftError> {
        Ok(Drifts::new(rules, rules.start_time()?)?.entries(rules))
    }

    /// Returns the state at an instant.
    pub fn state(&self, at: VirtualTime) -> DriftState {
        let gone = || {
            let once = self.length.filter(|_| self.period.is_none());
            once.is_some_and(|length| at >= self.centre + length + self.centre.since(self.begins))
        };
        match self.until {
            Some(until) if at >= until => DriftState::Stopped,
            _ if at < self.begins => DriftState::Scheduled,
            _ if gone() => DriftState::Over,
            _ => DriftState::InForce,
        }
    }
}

impl Drifts {
    /// Returns every drift, in the order of the scenario, which is the one that these were compiled from.
    pub fn entries(&self, rules: &Scenario) -> Vec<DriftEntry> {
        let Some(table) = &self.0 else { return Vec::new() };
        table.blocks.iter().enumerate().map(|(n, block)| entry(table, n, block, rules)).collect()
    }

    /// Returns the magnitudes of all drifts, which `measure` computes on first use.
    pub fn magnitudes(&self, measure: impl FnOnce() -> Vec<DriftMagnitude>) -> &[DriftMagnitude] {
        self.0.as_ref().map_or(&[], |table| table.magnitudes.get_or_init(measure))
    }

    /// Returns the progress of each drift at `at`, 0 to 1, as a mean over the people that it concerns.
    pub fn shares(&self, at: VirtualTime) -> Vec<f64> {
        let Some(table) = &self.0 else { return Vec::new() };
        let begun = |block: &Block| at >= block.course.rise().begin();
        table.blocks.iter().map(|block| if begun(block) { block.mean_share(at) } else { 0.0 }).collect()
    }
}

fn entry(table: &Table, place: usize, block: &Block, rules: &Scenario) -> DriftEntry {
    let rise = block.course.rise();
    let half = Span::from_micros(rise.width.micros() / 2);
    let (length, period) = match block.course {
        Course::Visits { length, period, .. } => (Some(length), period),
        Course::Together(_) | Course::OneByOne(_) => (None, None),
    };
    let earlier = table.blocks[..place].iter().filter(|one| one.rule == block.rule && meet(one, block));
    let from = earlier.fold(block.rule.value(rules), |value, one| one.moved(value, one.mean_share(rise.begin())));
    DriftEntry {
        id: table.names[place].clone(),
        key: block.rule.key(),
        kind: block.kind,
        class: block.rule.class(),
        region: block.region.map(|region| region_name(&rules.region[usize::from(region.0)]).to_owned()),
        persona: block.persona,
        share: block.share,
        begins: rise.begin(),
        start: rise.centre - half,
        centre: rise.centre,
        end: rise.centre + half,
        until: (block.until != VirtualTime::NEVER).then_some(block.until),
        length,
        period,
        from,
        to: block.moved(from, 1.0),
    }
}

/// Returns whether a person can be concerned by both.
fn meet(one: &Block, other: &Block) -> bool {
    let regions = one.region.is_none() || other.region.is_none() || one.region == other.region;
    regions && (one.persona.is_none() || other.persona.is_none() || one.persona == other.persona)
}
