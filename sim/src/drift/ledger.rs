//! The ledger: every drift of a world as ground truth, known before it begins. Knows what is scheduled; not what it does.

use super::course::Course;
use super::magnitude::DriftMagnitude;
use super::table::{Block, Drifts, Table, region_name};
use crate::engine::{Span, VirtualTime};
use crate::error::SimError;
use crate::person::Persona;
use crate::scenario::{DriftKind, Scenario, format_time};
use serde_json::{Value, json};

pub use crate::base::{DriftClass, DriftState};

/// One drift of a world.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftEntry {
    /// Its name.
    pub id: String,
    /// The rule that changes.
    pub key: String,
    /// How.
    pub kind: DriftKind,
    /// What it moves.
    pub class: DriftClass,
    /// The region that it is limited to.
    pub region: Option<String>,
    /// The type of life that it is limited to.
    pub persona: Option<Persona>,
    /// Share of these people whom it concerns.
    pub share: f64,
    /// The last instant before which it changes nothing.
    pub begins: VirtualTime,
    /// 12 % of the (first) transition; of a sudden one, the instant itself.
    pub start: VirtualTime,
    /// The middle of the (first) transition.
    pub centre: VirtualTime,
    /// 88 % of the (first) transition.
    pub end: VirtualTime,
    /// From when on it is as if it were not there, where it was ended.
    pub until: Option<VirtualTime>,
    /// How long each visit lasts, where it comes and goes.
    pub length: Option<Span>,
    /// From one visit to the next.
    pub period: Option<Span>,
    /// The value before, with what earlier blocks have made of it.
    pub from: f64,
    /// The value after.
    pub to: f64,
    /// What comes of it in this world, measured.
    pub magnitude: DriftMagnitude,
}

impl DriftEntry {
    /// The ledger of the world that a scenario makes; its start must be absolute.
    ///
    /// # Errors
    /// What no check of a scenario lets through.
    pub fn of(rules: &Scenario) -> Result<Vec<DriftEntry>, SimError> {
        let start = crate::town::start_of(rules)?;
        Ok(Drifts::new(rules, start)?.ledger(rules))
    }

    /// What is the matter with it at an instant.
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

    /// The entry as an object; instants are RFC 3339, lengths in seconds.
    pub fn view(&self) -> Value {
        json!({
            "drift_id": self.id,
            "key": self.key,
            "kind": self.kind,
            "class": self.class.name(),
            "region": self.region,
            "persona": self.persona,
            "share": self.share,
            "begins": format_time(self.begins),
            "start": format_time(self.start),
            "centre": format_time(self.centre),
            "end": format_time(self.end),
            "until": self.until.map(format_time),
            "length_seconds": self.length.map(Span::as_seconds_f64),
            "period_seconds": self.period.map(Span::as_seconds_f64),
            "from": self.from,
            "to": self.to,
            "magnitude": self.magnitude.view(),
        })
    }
}

impl Drifts {
    /// Every drift, in the order of the scenario.
    pub fn ledger(&self, rules: &Scenario) -> Vec<DriftEntry> {
        let Some(table) = &self.0 else { return Vec::new() };
        table.blocks.iter().enumerate().map(|(n, block)| entry(table, n, block, rules)).collect()
    }

    /// How far each one is at `at`, 0 to 1, in the order of the ledger: over all whom it concerns.
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
        magnitude: table.magnitudes(rules)[place],
    }
}

/// Whether somebody can be concerned by both.
fn meet(one: &Block, other: &Block) -> bool {
    let regions = one.region.is_none() || other.region.is_none() || one.region == other.region;
    regions && (one.persona.is_none() || other.persona.is_none() || one.persona == other.persona)
}
