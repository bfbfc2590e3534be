//! Drift as a reader meets it: announcements in the order of their phases, and events that name the drifts their person
//! lives under. Knows of each drift what its scenario says by hand.

use super::facts::{DriftFacts, WorldFacts};
use super::faults::Faults;
use super::record::Record;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap};

const PHASES: [&str; 3] = ["start", "centre", "end"];

/// What was announced of one drift so far.
#[derive(Debug)]
struct Announced {
    /// 0 for the start of the first visit, then up by one with each announcement.
    turn: usize,
    /// What every announcement of it repeats.
    fixed: Map<String, Value>,
}

/// Announcements, and whom events showed to live under what.
#[derive(Debug, Default)]
pub struct Drifts {
    announced: BTreeMap<String, Announced>,
    pub notices: u64,
    /// By place of the drift among the world's, and by person: whether their last event named it.
    under: HashMap<(usize, String), bool>,
    pub named: u64,
}

impl Drifts {
    /// An announcement: of a drift that the world has, at an instant of its own, in turn.
    pub fn see_notice(&mut self, world: &WorldFacts, record: &Record<'_>, faults: &mut Faults) {
        let example = || record.text.to_owned();
        self.notices += 1;
        let (id, at) = (record.text_of("drift_id"), record.micros("timestamp"));
        let known = world.drifts.iter().find(|drift| drift.id == id);
        faults.check(known.is_some(), "a drift that is announced is one of the world's", example);
        let phase = PHASES.iter().position(|phase| *phase == record.text_of("phase")).unwrap_or(0);
        let due = known.is_none_or(|drift| drift.instants[phase] == at);
        faults.check(due, "a drift is announced at its instants", example);
        let fixed: Map<_, _> = ["key", "kind", "class", "region", "persona", "share", "from", "to"]
            .map(|f| (f.to_owned(), record.value(f).clone()))
            .into_iter()
            .collect();
        let before = self.announced.insert(id.to_owned(), Announced { turn: phase, fixed: fixed.clone() });
        let in_turn = before.as_ref().map_or(phase == 0, |before| phase == (before.turn + 1) % PHASES.len());
        faults.check(in_turn, "a drift starts, is half-way and ends, in turn", example);
        let same = before.is_none_or(|before| before.fixed == fixed);
        faults.check(same, "every announcement of a drift says the same of it", example);
        if world.extras {
            let numbered = record.whole("entity_sequence") == phase as i64 + 1;
            faults.check(numbered, "entity_sequence of a drift's announcements has no gap", example);
        }
    }

    /// The drifts that an event of `person` names: those that are in force for them, in the scenario's order.
    pub fn see_event(&mut self, world: &WorldFacts, person: &str, record: &Record<'_>, faults: &mut Faults) {
        let example = || record.text.to_owned();
        let named: Vec<&str> =
            record.value("concept").as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let known = world.drifts.iter().filter(|drift| named.contains(&&*drift.id)).map(|drift| &*drift.id);
        faults.check(known.eq(named.iter().copied()), "concepts are the world's drifts, in order, each once", example);
        for (place, drift) in world.drifts.iter().enumerate() {
            let is_named = named.contains(&&*drift.id);
            self.named += u64::from(is_named);
            self.check(drift, place, person, is_named, record, faults);
        }
    }

    fn check(
        &mut self,
        drift: &DriftFacts,
        place: usize,
        person: &str,
        is_named: bool,
        record: &Record<'_>,
        faults: &mut Faults,
    ) {
        let example = || record.text.to_owned();
        let at = record.micros("timestamp");
        let there = drift.in_force(at);
        faults.check(there || !is_named, "no event names a drift that is not in force", example);
        if !there {
            return;
        }
        faults.check(is_named || drift.share < 1.0, "every event of those it concerns names a drift", example);
        let before = self.under.insert((place, person.to_owned()), is_named);
        let stays = before.is_none_or(|before| before == is_named);
        faults.check(stays, "whom a sudden drift concerns does not change", example);
    }

    /// At the end: drifts concern the share of people that they are for, within four standard errors.
    pub fn finish(&self, world: &WorldFacts, faults: &mut Faults) {
        for (place, drift) in world.drifts.iter().enumerate() {
            let seen = self.under.iter().filter(|((n, _), _)| *n == place);
            let (all, under) =
                seen.fold((0.0, 0.0), |(all, under), (_, is)| (all + 1.0, under + f64::from(u8::from(*is))));
            let error = 4.0 * (drift.share * (1.0 - drift.share) * all).sqrt();
            let fits = (under - drift.share * all).abs() <= error;
            faults.check(fits, "a drift concerns its share of people", || format!("{}: {under} of {all}", drift.id));
        }
    }
}
