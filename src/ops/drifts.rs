//! The drifts of a world, and orders that start and stop them. Must not depend on: the format of the command log, faces.

mod blocks;
mod error;

pub use blocks::{DriftBlock, blocks_of, shipped_drifts, shipped_names, shipped_names_near};
pub use error::DriftOrderError;

use super::OperationError;
use super::inject::When;
use crate::output::to_json;
use crate::run::{StoredWorld, order_stopped};
use populace_sim::{Begin, DriftEntry, DriftOrder, DriftView, Scenario, Town, VirtualTime, drift_ledger, format_time};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// A request to start drifts. An existing drift of the same name ends where the new one begins.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct DriftStart {
    /// The name of a shipped scenario, all of whose drifts start; the prefix `drift-` is optional.
    #[serde(default)]
    pub scenario: Option<String>,
    /// `[[drift]]` blocks. Relative times count from the instant at which the command takes effect; a block without
    /// `at` begins then.
    #[serde(default)]
    pub drifts: Vec<DriftBlock>,
    /// The beginning of the first drift; the others keep their distance to it. By default drifts of a shipped scenario
    /// begin at once, and blocks at the times that they state.
    #[serde(default)]
    pub when: Option<When>,
}

/// The answer to a drift order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriftOrderReport {
    /// The instant at which it takes effect; `next start` if that is not known yet.
    pub effective: String,
    /// The names of the drifts that start.
    pub started: Vec<String>,
    /// The names of the drifts that end.
    pub ended: Vec<String>,
    /// The drifts that start; `None` if their times are not known yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drifts: Option<Vec<Value>>,
}

/// All drifts of a world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriftsReport {
    /// Virtual now.
    pub virtual_now: String,
    /// The drifts.
    pub drifts: Vec<Value>,
}

/// An order and its answer.
#[derive(Debug)]
pub struct CheckedOrder {
    /// The order.
    pub order: DriftOrder,
    /// The answer.
    pub report: DriftOrderReport,
}

/// The instant at which an order takes effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effective {
    /// At this instant.
    At(VirtualTime),
    /// At the next start of a world that is stopped at this instant.
    NextStart(VirtualTime),
}

impl Effective {
    fn instant(self) -> VirtualTime {
        let (Effective::At(at) | Effective::NextStart(at)) = self;
        at
    }
}

/// Returns the order that starts drifts in a world with these rules.
///
/// # Errors
/// If the drifts are invalid, or would begin in the past.
pub fn start(rules: &Scenario, start: &DriftStart, effective: Effective) -> Result<CheckedOrder, DriftOrderError> {
    let at = effective.instant();
    let mut blocks = Vec::new();
    if let Some(name) = &start.scenario {
        let shipped = shipped_drifts(name).ok_or_else(|| DriftOrderError::NotShipped { name: name.clone() })?;
        blocks = blocks_of(shipped.text).map_err(|why| DriftOrderError::Scenario(vec![why]))?;
    }
    blocks.extend(start.drifts.iter().cloned());
    let begin = match start.when {
        None if start.scenario.is_none() => Begin::AsStated,
        None | Some(When::AtOnce) => Begin::AtOnce,
        Some(When::After(span)) => Begin::At(at + span),
        Some(When::At(instant)) if instant >= at => Begin::At(instant),
        Some(When::At(instant)) => return Err(DriftOrderError::InPast { at: instant, now: at }),
    };
    let blocks: Vec<_> = blocks.iter().map(DriftBlock::to_table).collect();
    checked(rules, rules.start_drifts(&blocks, begin, at).map_err(DriftOrderError::scenario)?, effective)
}

/// Returns the order that stops drifts of a world with these rules.
///
/// # Errors
/// If the world has no drift of a name, or only drifts of it that are over.
pub fn stop(rules: &Scenario, ids: &[String], effective: Effective) -> Result<CheckedOrder, DriftOrderError> {
    let order = rules.stop_drifts(ids, effective.instant()).map_err(|error| {
        let ledger = DriftEntry::of(rules).unwrap_or_default();
        let known = ids.iter().all(|id| ledger.iter().any(|entry| entry.id == *id));
        if known { DriftOrderError::scenario(error) } else { DriftOrderError::unknown(error) }
    });
    checked(rules, order?, effective)
}

fn checked(rules: &Scenario, order: DriftOrder, effective: Effective) -> Result<CheckedOrder, DriftOrderError> {
    let at = effective.instant();
    let invalid = |error: populace_sim::DriftError| DriftOrderError::Scenario(vec![error.to_string()]);
    let after = DriftView::of(&rules.with_order(&order, at).map_err(invalid)?).map_err(invalid)?;
    let before = DriftEntry::of(rules).map_err(invalid)?;
    let started = &after[before.len()..];
    let ended = before.iter().zip(&after).filter(|(then, now)| then.until != now.drift.until);
    let report = DriftOrderReport {
        effective: match effective {
            Effective::At(at) => format_time(at),
            Effective::NextStart(_) => "next start".to_owned(),
        },
        started: started.iter().map(|view| view.drift.id.to_string()).collect(),
        ended: ended.map(|(_, now)| now.drift.id.to_string()).collect(),
        drifts: matches!(effective, Effective::At(_)).then(|| views(started, at)),
    };
    Ok(CheckedOrder { order, report })
}

/// Logs an order into a stopped world: it takes effect at the next start.
///
/// # Errors
/// If the order is not possible in this world, or the log cannot be written.
pub fn order_into_stopped(
    world: &StoredWorld,
    make: impl FnOnce(&Scenario, Effective) -> Result<CheckedOrder, DriftOrderError>,
) -> Result<DriftOrderReport, OperationError<DriftOrderError>> {
    let made = make(&world.pending_scenario()?, Effective::NextStart(world.meta.time));
    let CheckedOrder { order, report } = made.map_err(OperationError::Refused)?;
    order_stopped(&world.store, order)?;
    Ok(report)
}

/// Returns the drifts of a stopped world.
///
/// # Errors
/// If the world cannot be read.
pub fn list_stopped(world: &StoredWorld) -> Result<DriftsReport, OperationError<DriftOrderError>> {
    let now = world.meta.time;
    let unreadable =
        |e: populace_sim::DriftError| OperationError::Refused(DriftOrderError::Scenario(vec![e.to_string()]));
    let ledger = DriftView::of(&world.pending_scenario()?).map_err(unreadable)?;
    Ok(DriftsReport { virtual_now: format_time(now), drifts: views(&ledger, now) })
}

/// Returns the drifts of a running world with their state and progress at `now`, including those of `pending` rules.
///
/// # Errors
/// If the pending rules do not make a valid ledger.
pub fn list(town: &Town, pending: Option<&Scenario>, now: VirtualTime) -> Result<DriftsReport, DriftOrderError> {
    let ledger = pending.map_or_else(|| Ok(drift_ledger(town)), DriftView::of);
    let ledger = ledger.map_err(|e| DriftOrderError::Scenario(vec![e.to_string()]))?;
    let mut drifts = views(&ledger, now);
    // Orders only add drifts, so those in force are first.
    let shares = town.drift_shares(now).into_iter().chain(std::iter::repeat(0.0));
    for (view, share) in drifts.iter_mut().zip(shares) {
        view["progress"] = json!((share * 10_000.0).round() / 10_000.0);
    }
    Ok(DriftsReport { virtual_now: format_time(now), drifts })
}

/// Returns the number of drifts that are in force at an instant, wholly or in part.
pub fn active_count(town: &Town, now: VirtualTime) -> u64 {
    town.drift_shares(now).into_iter().filter(|share| *share > 0.0).count() as u64
}

/// Returns the entries of a ledger as objects, with their state at an instant.
fn views(ledger: &[DriftView], now: VirtualTime) -> Vec<Value> {
    let view = |entry: &DriftView| {
        let mut view = to_json(entry);
        view["state"] = json!(entry.drift.state(now).name());
        view
    };
    ledger.iter().map(view).collect()
}
