//! Commands on the drifts of an existing world: drifts start or stop at the instant at which a command takes effect. An
//! order turns one scenario into another.
//! Must not depend on: the command log.

use super::blocks::blocks;
use super::entry::DriftEntry;
use super::table::{DriftError, MOST_DRIFTS, begins};
use crate::base::DriftState;
use crate::engine::{Span, VirtualTime};
use crate::scenario::{
    Check, DriftRules, Layers, Origin, Problem, Reading, RelativeStart, Scenario, ScenarioError, StartError,
    did_you_mean, format_time, is_relative_time, nearest_names, ranges, resolve_time,
};
use serde::{Deserialize, Serialize};
use toml::{Table, Value};

/// The instant of a drift that begins as soon as the command takes effect.
const AT_ONCE: &str = "now";

/// The checks of the drifts that a command starts; the rest of the scenario was checked when its world was made.
const CHECKS: [Check; 2] = [ranges, blocks];

/// A command on a world's drifts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "order")]
pub enum DriftOrder {
    /// Starts drifts. An existing drift of the same name ends where the new one begins.
    Start {
        /// The drifts. Relative instants count from the instant at which the command takes effect.
        drifts: Vec<DriftRules>,
        /// The instant at which they begin.
        begin: Begin,
    },
    /// Stops drifts: from the instant at which the command takes effect they have no effect.
    Stop {
        /// The names of the drifts.
        ids: Vec<String>,
    },
}

/// The instant at which the drifts of a command begin to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Begin {
    /// Each as it states.
    AsStated,
    /// The first where the command takes effect, the others with the same distances as stated.
    AtOnce,
    /// The first at this instant.
    At(VirtualTime),
}

impl Scenario {
    /// Returns the order that starts these `[[drift]]` blocks, of which `at` is optional, in a world with this scenario, where it takes effect at `at`. The blocks
    /// are checked like those of a scenario.
    ///
    /// # Errors
    /// If a block is invalid, a drift would begin before `at`, or the world would have too many drifts.
    pub fn start_drifts(&self, stated: &[Table], begin: Begin, at: VirtualTime) -> Result<DriftOrder, ScenarioError> {
        if stated.is_empty() {
            let help = "give a key, a kind and a value, as in key = \"bank.fraud.rate\", kind = \"sudden\", to = 0.02";
            return Err(one_problem("drift", "there is no drift to start".to_owned(), help));
        }
        let alone = Scenario { drift: Vec::new(), ..self.clone() };
        let mut layers = Layers::new();
        layers.file("the world's scenario", &alone.to_toml());
        let absolute: Vec<_> = stated.iter().map(|block| with_instants(block, at)).collect();
        let reading = Reading::of_blocks(layers.tree(), "drift", &absolute);
        layers.lay(reading);
        let mut drifts = layers.resolve_checked(RelativeStart::From(at), &CHECKS)?.scenario.drift;
        for (drift, block) in drifts.iter_mut().zip(stated) {
            let text = |key: &str| block.get(key).and_then(Value::as_str).map(str::to_owned);
            drift.at = text("at").unwrap_or_else(|| AT_ONCE.to_owned());
            drift.until = text("until");
        }
        self.room_for(&drifts)?;
        if begin == Begin::AsStated {
            let early = drifts.iter().enumerate().filter_map(|(place, one)| too_early(place, one, at));
            let early: Vec<Problem> = early.collect();
            if !early.is_empty() {
                return Err(ScenarioError(early));
            }
        }
        let order = DriftOrder::Start { drifts, begin };
        let next =
            self.with_order(&order, at).map_err(|error| one_problem("drift", error.to_string(), "choose others"))?;
        next.checked(&CHECKS)?;
        Ok(order)
    }

    fn room_for(&self, drifts: &[DriftRules]) -> Result<(), ScenarioError> {
        let all = self.drift.len() + drifts.len();
        if all <= MOST_DRIFTS {
            return Ok(());
        }
        let what = format!(
            "the world would have {all} drifts, those that are over included, but it has at most {MOST_DRIFTS}"
        );
        Err(one_problem("drift", what, "start fewer"))
    }

    /// Returns the order that stops the drifts of these names in a world with this scenario, where it takes effect at `at`.
    ///
    /// # Errors
    /// If a drift is unknown or over.
    pub fn stop_drifts(&self, ids: &[String], at: VirtualTime) -> Result<DriftOrder, ScenarioError> {
        let ledger = DriftEntry::of(self).map_err(|error| one_problem("drift", error.to_string(), ""))?;
        let problems: Vec<Problem> = ids.iter().filter_map(|id| not_to_stop(&ledger, id, at)).collect();
        if !problems.is_empty() {
            return Err(ScenarioError(problems));
        }
        if ids.is_empty() {
            return Err(one_problem("drift", "there is no drift to stop".to_owned(), "name one"));
        }
        Ok(DriftOrder::Stop { ids: ids.to_vec() })
    }

    /// Returns the scenario of a world from `at` on, where an order takes effect. A drift that would have begun before `at`
    /// begins there; drifts beyond the most of a world are left out.
    ///
    /// # Errors
    /// If the scenario or the order is invalid.
    pub fn with_order(&self, order: &DriftOrder, at: VirtualTime) -> Result<Scenario, DriftError> {
        let mut next = self.clone();
        match order {
            DriftOrder::Stop { ids } => ids.iter().try_for_each(|id| next.end(id, at, at))?,
            DriftOrder::Start { drifts, begin } => {
                for (mut drift, first) in placed(drifts, *begin, at)? {
                    if next.drift.len() == MOST_DRIFTS {
                        break;
                    }
                    let name = drift.id.clone().unwrap_or_else(|| format!("drift-{}", next.drift.len() + 1));
                    next.end(&name, at, first)?;
                    drift.id = Some(name);
                    next.drift.push(drift);
                }
            }
        }
        Ok(next)
    }

    /// Ends the drifts of this name that are not over at `at`, at `until`.
    fn end(&mut self, id: &str, at: VirtualTime, until: VirtualTime) -> Result<(), DriftError> {
        let ledger = DriftEntry::of(self)?;
        for (drift, entry) in self.drift.iter_mut().zip(ledger) {
            let sooner = entry.until.is_none_or(|before| until < before);
            if entry.id == id && sooner && is_to_come(&entry, at) {
                drift.until = Some(format_time(until));
            }
        }
        Ok(())
    }
}

fn is_to_come(entry: &DriftEntry, at: VirtualTime) -> bool {
    matches!(entry.state(at), DriftState::Scheduled | DriftState::InForce)
}

fn one_problem(key: &str, what: String, help: &str) -> ScenarioError {
    ScenarioError(vec![Problem::new(key, &Origin::Value, what).help(help)])
}

/// Returns the block with its relative instants resolved at `at`; a block without an instant begins at once.
fn with_instants(block: &Table, at: VirtualTime) -> Table {
    let mut block = block.clone();
    block.entry("at").or_insert_with(|| AT_ONCE.into());
    for key in ["at", "until"] {
        let text = block.get(key).and_then(Value::as_str).filter(|text| is_relative_time(text));
        let resolved = text.and_then(|text| resolve_time(text, at).ok());
        if let Some(instant) = resolved {
            block.insert(key.to_owned(), format_time(instant).into());
        }
    }
    block
}

/// Returns the fault of a drift that would act before the command takes effect.
fn too_early(place: usize, drift: &DriftRules, at: VirtualTime) -> Option<Problem> {
    let first = begins(drift, at).ok().filter(|first| drift.at != AT_ONCE && *first < at)?;
    let (first, now) = (format_time(first), format_time(at));
    let what = format!("`drift[{place}]` would begin at {first}, which is in the past (virtual time is {now})");
    let help = match drift.width {
        Some(_) => "it begins two widths before its `at`: give a later one, or leave it out to begin at once",
        None => "give a later `at`, or leave it out to begin at once",
    };
    Some(Problem::new(&format!("drift[{place}].at"), &Origin::Value, what).help(help))
}

fn not_to_stop(ledger: &[DriftEntry], id: &str, at: VirtualTime) -> Option<Problem> {
    let named = || ledger.iter().filter(|entry| entry.id == id);
    if named().any(|entry| is_to_come(entry, at)) {
        return None;
    }
    let (what, help) = match named().next_back() {
        Some(entry) => {
            (format!("the drift {id:?} is {}", entry.state(at).name()), "it has no effect any more".to_owned())
        }
        None => {
            let open = ledger.iter().filter(|entry| is_to_come(entry, at)).map(|entry| entry.id.as_str());
            let near = nearest_names(id, open);
            let list = "`populace drift list` lists the drifts";
            (format!("unknown drift {id:?}"), did_you_mean(&near, list))
        }
    };
    Some(Problem::new("drift", &Origin::Value, what).help(help))
}

/// Returns the drifts with absolute instants, for an order that takes effect at `at`, and the beginning of each.
fn placed(drifts: &[DriftRules], begin: Begin, at: VirtualTime) -> Result<Vec<(DriftRules, VirtualTime)>, DriftError> {
    let mut first = VirtualTime::NEVER;
    for drift in drifts {
        first = first.min(begins(drift, at)? + waits(drift, at)?);
    }
    let later = match begin {
        Begin::AsStated => Span::from_micros(0),
        Begin::AtOnce => at.since(first),
        Begin::At(instant) => instant.max(at).since(first),
    };
    drifts.iter().map(|drift| moved(drift, later, at)).collect()
}

/// Returns the delay of a drift that begins as soon as the order takes effect.
fn waits(drift: &DriftRules, at: VirtualTime) -> Result<Span, DriftError> {
    Ok(if drift.at == AT_ONCE { at.since(begins(drift, at)?) } else { Span::from_micros(0) })
}

/// Returns the drift moved by `later`, and not before `at`, and its beginning.
fn moved(drift: &DriftRules, later: Span, at: VirtualTime) -> Result<(DriftRules, VirtualTime), DriftError> {
    let waits = waits(drift, at)?;
    let begun = begins(drift, at)? + waits + later;
    let centre = resolve_time(&drift.at, at).map_err(StartError::from)? + waits + later + begun.max(at).since(begun);
    let until = drift.until.as_deref().map(|text| resolve_time(text, at)).transpose().map_err(StartError::from)?;
    let until = until.map(|until| format_time(until + later));
    Ok((DriftRules { at: format_time(centre), until, ..drift.clone() }, begun.max(at)))
}

#[cfg(test)]
mod tests;
