//! The drift ledger: every drift of a world as ground truth with its measured magnitude, and the effects of the calendar
//! beside them.
//! Must not depend on: shards and worlds; a ledger follows from a town or a scenario alone.

mod calendar;
mod magnitude;

pub use calendar::{CalendarCause, CalendarEffect, CalendarPeriod};

use crate::drift::{DriftEntry, DriftError, DriftMagnitude, Drifts};
use crate::engine::Span;
use crate::scenario::{Scenario, format_time};
use crate::town::Town;
use magnitude::magnitudes;
use serde::{Serialize, Serializer};

/// A drift of a world and its magnitude there.
#[derive(Clone, Debug, PartialEq)]
pub struct DriftView {
    /// The drift as scheduled.
    pub drift: DriftEntry,
    /// Its magnitude in this world, measured.
    pub magnitude: DriftMagnitude,
}

impl DriftView {
    /// Returns the ledger of the world that a scenario makes; its start must be absolute.
    ///
    /// # Errors
    /// If a drift or the start is invalid.
    pub fn of(rules: &Scenario) -> Result<Vec<DriftView>, DriftError> {
        Ok(ledger(&Drifts::new(rules, rules.start_time()?)?, rules))
    }
}

/// Returns the drifts of a town, in the order of its scenario.
pub fn drift_ledger(town: &Town) -> Vec<DriftView> {
    ledger(town.drifts(), town.scenario())
}

fn ledger(drifts: &Drifts, rules: &Scenario) -> Vec<DriftView> {
    let entries = drifts.entries(rules);
    let magnitudes = magnitudes(drifts, &entries, rules);
    entries.into_iter().zip(magnitudes).map(|(drift, magnitude)| DriftView { drift, magnitude: *magnitude }).collect()
}

/// The fields of a view as they are serialized.
#[derive(Serialize)]
struct Fields<'a> {
    drift_id: &'a str,
    key: &'a str,
    kind: &'a str,
    class: &'a str,
    region: Option<&'a str>,
    persona: Option<&'a str>,
    share: f64,
    begins: String,
    start: String,
    centre: String,
    end: String,
    until: Option<String>,
    length_seconds: Option<f64>,
    period_seconds: Option<f64>,
    from: f64,
    to: f64,
    magnitude: MagnitudeFields,
}

#[derive(Serialize)]
struct MagnitudeFields {
    people_asked: u32,
    changed_share: f64,
    mean_before: f64,
    mean_after: f64,
    total_variation: Option<f64>,
}

/// Instants are RFC 3339, lengths seconds.
impl Serialize for DriftView {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let drift = &self.drift;
        Fields {
            drift_id: &drift.id,
            key: &drift.key,
            kind: drift.kind.name(),
            class: drift.class.name(),
            region: drift.region.as_deref(),
            persona: drift.persona.map(|persona| persona.name()),
            share: drift.share,
            begins: format_time(drift.begins),
            start: format_time(drift.start),
            centre: format_time(drift.centre),
            end: format_time(drift.end),
            until: drift.until.map(format_time),
            length_seconds: drift.length.map(Span::as_seconds_f64),
            period_seconds: drift.period.map(Span::as_seconds_f64),
            from: drift.from,
            to: drift.to,
            magnitude: MagnitudeFields::of(self.magnitude),
        }
        .serialize(serializer)
    }
}

impl MagnitudeFields {
    fn of(magnitude: DriftMagnitude) -> Self {
        MagnitudeFields {
            people_asked: magnitude.asked,
            changed_share: magnitude.changed,
            mean_before: magnitude.before,
            mean_after: magnitude.after,
            total_variation: magnitude.distance,
        }
    }
}
