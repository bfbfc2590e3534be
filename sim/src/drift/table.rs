//! The drifts of a world, compiled once from its scenario, and the value of a rule for an entity at an instant: a few
//! additions, in the order of the blocks.
//! Must not depend on: people other than by number, and on the effects of a rule.

use super::concepts::Concepts;
use super::course::{Course, Rise};
use super::magnitude::DriftMagnitude;
use super::rule::Rule;
use crate::base::{DriftKind, EntityId, Persona, RegionId};
use crate::engine::{Purpose, RngStream, Span, VirtualTime, WorldKey};
use crate::scenario::{DriftRules, RegionRules, Scenario, StartError, bounds_of, parse_span, resolve_time};
use std::sync::{Arc, OnceLock};

/// The drifts of a scenario that cannot be compiled; the checks of a scenario that was read say more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DriftError {
    /// An invalid `[[drift]]`.
    #[error("drift {id:?}: {why}; `populace scenario check FILE` says how to fix it")]
    Invalid {
        /// The name of the drift.
        id: String,
        /// The fault.
        why: String,
    },
    /// An invalid start, from which instants of drifts count.
    #[error(transparent)]
    Start(#[from] StartError),
}

/// The most drifts of a world: events name those in force by one bit each.
pub(crate) const MOST_DRIFTS: usize = 64;

/// The most changes of rules that a search for a difference visits.
const MOST_CHANGES: usize = 4_096;

/// The subject of a query for a rule's value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Who {
    /// A person, with their persona and region.
    Person(EntityId, Persona, RegionId),
    /// A whole region.
    Region(RegionId),
}

impl Who {
    fn region(self) -> RegionId {
        match self {
            Who::Person(_, _, region) | Who::Region(region) => region,
        }
    }
}

/// The progress, 0 to 1, of the drift at a place in the scenario.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    pub place: usize,
    pub far: f64,
}

/// The change of a value by a drift.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Change {
    To(f64),
    By(f64),
}

impl Change {
    fn of(self, value: f64) -> f64 {
        match self {
            Change::To(other) => other,
            Change::By(factor) => value * factor,
        }
    }
}

/// A `[[drift]]` block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub rule: Rule,
    pub kind: DriftKind,
    pub course: Course,
    /// The end of its effect, or never.
    pub until: VirtualTime,
    change: Change,
    pub share: f64,
    pub region: Option<RegionId>,
    pub persona: Option<Persona>,
    /// The key of this drift's RNG streams, from its name, so that other drifts do not change the people it concerns.
    salt: u64,
    bounds: (f64, f64),
}

impl Block {
    fn rng(&self, key: WorldKey, who: EntityId) -> RngStream {
        key.rng(who.code(), Purpose::Drift, self.salt)
    }

    fn concerns(&self, key: WorldKey, who: Who) -> bool {
        let here = self.region.is_none_or(|region| region == who.region());
        here && match who {
            Who::Region(_) => true,
            Who::Person(id, persona, _) => {
                self.persona.is_none_or(|one| one == persona)
                    && (self.share >= 1.0 || self.rng(key, id).unit() < self.share)
            }
        }
    }

    /// Returns the person's own number, uniform in (0, 1), which decides when they change.
    fn own(&self, key: WorldKey, who: Who) -> f64 {
        let Who::Person(id, ..) = who else { return 0.5 };
        let rng = &mut self.rng(key, id);
        rng.next_u64();
        rng.unit().clamp(1e-12, 1.0 - 1e-12)
    }

    /// Returns the progress for `who` at `at`.
    fn reach(&self, key: WorldKey, at: VirtualTime, who: Who) -> f64 {
        let there = at >= self.course.rise().begin() && at < self.until;
        if there && self.concerns(key, who) { self.course.share(at, || self.own(key, who)) } else { 0.0 }
    }

    /// Returns the mean progress over the people that it concerns.
    pub fn mean_share(&self, at: VirtualTime) -> f64 {
        if at < self.until { self.course.mean_share(at) } else { 0.0 }
    }

    /// Returns the first instant after `at` at which the progress for `who` may change.
    fn next_change(&self, key: WorldKey, at: VirtualTime, who: Who) -> VirtualTime {
        if at >= self.until {
            return VirtualTime::NEVER;
        }
        self.course.next_change(at, || self.own(key, who)).min(self.until)
    }

    /// Returns `value` at the progress `far`; exactly the old and the new value at 0 and 1.
    pub fn moved(&self, value: f64, far: f64) -> f64 {
        let new = self.change.of(value).clamp(self.bounds.0, self.bounds.1);
        match far {
            0.0 => value,
            1.0 => new,
            _ => value + (new - value) * far,
        }
    }
}

#[derive(Debug)]
pub(super) struct Table {
    pub key: WorldKey,
    pub blocks: Vec<Block>,
    pub names: Arc<[String]>,
    /// The blocks that change a rule, in order, by the number of the rule.
    of_rule: Vec<Vec<u8>>,
    /// Measured on first use: a cache that changes no result.
    pub magnitudes: OnceLock<Vec<DriftMagnitude>>,
}

impl Table {
    pub fn of(&self, rule: Rule) -> impl Iterator<Item = &Block> {
        self.of_rule[rule.number()].iter().map(|n| &self.blocks[usize::from(*n)])
    }

    #[cold]
    fn value(&self, rule: Rule, base: f64, at: VirtualTime, who: Who) -> f64 {
        self.of(rule).fold(base, |value, block| block.moved(value, block.reach(self.key, at, who)))
    }

    /// Returns the value for `who` at `at` if one block had the given progress for the people that it concerns.
    fn value_with(&self, rule: Rule, base: f64, at: VirtualTime, who: Who, Progress { place, far }: Progress) -> f64 {
        self.of_rule[rule.number()].iter().map(|n| usize::from(*n)).fold(base, |value, n| {
            let block = &self.blocks[n];
            let concerned = || if block.concerns(self.key, who) { far } else { 0.0 };
            block.moved(value, if n == place { concerned() } else { block.reach(self.key, at, who) })
        })
    }

    /// The end of the calendar; a world ends before it.
    const LAST: VirtualTime = VirtualTime::from_seconds(7_258_118_400);

    #[cold]
    fn next_change(&self, rules: &[Rule], at: VirtualTime, who: Who) -> VirtualTime {
        let blocks = rules.iter().flat_map(|rule| self.of(*rule)).filter(|block| block.concerns(self.key, who));
        let next = blocks.map(|block| block.next_change(self.key, at, who)).fold(VirtualTime::NEVER, VirtualTime::min);
        if next < Self::LAST { next } else { VirtualTime::NEVER }
    }

    #[cold]
    fn mean(&self, rule: Rule, base: f64, at: VirtualTime, region: RegionId) -> f64 {
        let here = self.of(rule).filter(|block| block.region.is_none_or(|one| one == region));
        here.fold(base, |value, block| {
            let people = block.share * block.persona.map_or(1.0, |persona| Persona::SHARES[persona as usize]);
            block.moved(value, people * block.mean_share(at))
        })
    }

    #[cold]
    fn concepts(&self, at: VirtualTime, who: Who) -> Concepts {
        let there = |(n, block): (usize, &Block)| u64::from(block.reach(self.key, at, who) > 0.0) << n;
        Concepts::new(self.blocks.iter().enumerate().map(there).fold(0, |all, one| all | one), &self.names)
    }
}

/// All drifts of a world, shared; empty in a world without drifts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Drifts(pub(super) Option<Arc<Table>>);

impl Drifts {
    /// Compiles the drifts of a scenario whose world begins at `start`.
    ///
    /// # Errors
    /// If a drift is invalid; the checks of a scenario find the same faults.
    pub fn new(rules: &Scenario, start: VirtualTime) -> Result<Self, DriftError> {
        if rules.drift.is_empty() {
            return Ok(Drifts(None));
        }
        let names: Arc<[String]> = (0..rules.drift.len()).map(|n| name(&rules.drift, n)).collect();
        let wrong = |n: usize, why: String| DriftError::Invalid { id: names[n].clone(), why };
        if names.len() > MOST_DRIFTS {
            return Err(wrong(MOST_DRIFTS, format!("a world has at most {} drifts", MOST_DRIFTS)));
        }
        let mut of_rule = vec![Vec::new(); Rule::COUNT];
        let mut blocks = Vec::with_capacity(names.len());
        for (n, one) in rules.drift.iter().enumerate() {
            let block = block(one, &names[n], &rules.region, start).map_err(|why| wrong(n, why))?;
            of_rule[block.rule.number()].push(n as u8);
            blocks.push(block);
        }
        let (key, magnitudes) = (WorldKey::new(rules.world.seed), OnceLock::new());
        Ok(Drifts(Some(Arc::new(Table { key, blocks, names, of_rule, magnitudes }))))
    }

    /// Returns whether the world has no drifts.
    #[inline]
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Returns whether a drift changes one of these rules.
    #[inline]
    pub fn touch(&self, rules: &[Rule]) -> bool {
        self.0.as_ref().is_some_and(|table| rules.iter().any(|rule| table.of(*rule).next().is_some()))
    }

    /// Returns the value of a rule that is `base` in the scenario, for `who` at `at`.
    #[inline]
    pub fn value(&self, rule: Rule, base: f64, at: VirtualTime, who: impl FnOnce() -> Who) -> f64 {
        match &self.0 {
            None => base,
            Some(table) => table.value(rule, base, at, who()),
        }
    }

    /// Returns the value of a rule that is `base` in the scenario, for `who` at `at`, if one drift had the given progress.
    pub fn value_with(&self, rule: Rule, base: f64, at: VirtualTime, who: Who, progress: Progress) -> f64 {
        match &self.0 {
            None => base,
            Some(table) => table.value_with(rule, base, at, who, progress),
        }
    }

    /// Returns the first instant after `at` at which one of these rules may have another value for `who`.
    #[inline]
    pub fn next_change(&self, rules: &[Rule], at: VirtualTime, who: impl FnOnce() -> Who) -> VirtualTime {
        match &self.0 {
            None => VirtualTime::NEVER,
            Some(table) => table.next_change(rules, at, who()),
        }
    }

    /// Returns the first instant from `at` to `until` at which one of these rules has another value for `who` than by the
    /// drifts of `other`. Each rule comes with its values without drifts, here and there.
    pub fn first_difference(
        &self,
        other: &Drifts,
        rules: &[(Rule, [f64; 2])],
        (at, until): (VirtualTime, VirtualTime),
        who: Who,
    ) -> Option<VirtualTime> {
        let alone: Vec<Rule> = rules.iter().map(|(rule, _)| *rule).collect();
        let differ = |at: VirtualTime| {
            let here = |(rule, [base, _]): &(Rule, [f64; 2])| self.value(*rule, *base, at, || who);
            rules.iter().any(|one| here(one) != other.value(one.0, one.1[1], at, || who))
        };
        let mut at = at;
        for _ in 0..MOST_CHANGES {
            if differ(at) {
                return Some(at);
            }
            at = self.next_change(&alone, at, || who).min(other.next_change(&alone, at, || who));
            if at > until || at == VirtualTime::NEVER {
                break;
            }
        }
        None
    }

    /// Returns the mean of a rule that is `base` in the scenario over the people of a region.
    #[inline]
    pub fn mean(&self, rule: Rule, base: f64, at: VirtualTime, region: RegionId) -> f64 {
        match &self.0 {
            None => base,
            Some(table) => table.mean(rule, base, at, region),
        }
    }

    /// Returns the drifts in force for `who` at `at`.
    #[inline]
    pub fn concepts(&self, at: VirtualTime, who: impl FnOnce() -> Who) -> Concepts {
        match &self.0 {
            None => Concepts::default(),
            Some(table) => table.concepts(at, who()),
        }
    }
}

/// Returns the name of the drift at a place.
pub(super) fn name(all: &[DriftRules], place: usize) -> String {
    all[place].id.clone().unwrap_or_else(|| format!("drift-{}", place + 1))
}

/// Returns the name of a region.
pub(super) fn region_name(rules: &RegionRules) -> &str {
    let named = rules.name.as_deref().filter(|name| !name.is_empty());
    named.unwrap_or(if rules.preset.is_empty() { "custom" } else { &rules.preset })
}

fn block(rules: &DriftRules, name: &str, regions: &[RegionRules], start: VirtualTime) -> Result<Block, String> {
    let rule = Rule::of_key(&rules.key).ok_or_else(|| format!("`{}` cannot drift", rules.key))?;
    let limited = rules.persona.is_some() || rules.share < 1.0 || rules.kind == DriftKind::Gradual;
    if rule.is_common() && limited {
        return Err(format!("`{}` is common to a region, so that no person has it for themselves", rules.key));
    }
    let change = match (rules.to, rules.factor) {
        (Some(to), None) => Change::To(to),
        (None, Some(factor)) => Change::By(factor),
        _ => return Err("it needs one of `to` and `factor`".to_owned()),
    };
    let region = match &rules.region {
        None => None,
        Some(name) => {
            let place = regions.iter().position(|one| region_name(one) == name);
            Some(RegionId(place.ok_or_else(|| format!("there is no region {name:?}"))? as u16))
        }
    };
    Ok(Block {
        rule,
        kind: rules.kind,
        course: course(rules, start)?,
        until: rules.until.as_deref().map_or(Ok(VirtualTime::NEVER), |text| instant(text, start))?,
        change,
        share: rules.share,
        region,
        persona: rules.persona,
        salt: salt(name),
        bounds: bounds_of(&rules.key).expect("rules that can drift have bounds"),
    })
}

/// Returns the last instant before which a drift changes nothing, in a world that begins at `start`.
///
/// # Errors
/// If the drift is invalid.
pub(crate) fn begins(rules: &DriftRules, start: VirtualTime) -> Result<VirtualTime, DriftError> {
    let course =
        course(rules, start).map_err(|why| DriftError::Invalid { id: rules.id.clone().unwrap_or_default(), why })?;
    Ok(course.rise().begin())
}

fn instant(text: &str, start: VirtualTime) -> Result<VirtualTime, String> {
    resolve_time(text, start).map_err(|error| error.to_string())
}

fn course(rules: &DriftRules, start: VirtualTime) -> Result<Course, String> {
    let span = |text: &Option<String>| text.as_deref().map(parse_span).transpose().map_err(|error| error.to_string());
    let centre = instant(&rules.at, start)?;
    let width = span(&rules.width)?.unwrap_or(Span::from_micros(0));
    let rise = Rise { centre, width };
    let needed = |what: &'static str, one: Option<Span>| one.ok_or_else(|| format!("it needs `{what}`"));
    match rules.kind {
        DriftKind::Sudden => Ok(Course::Together(Rise { centre, width: Span::from_micros(0) })),
        DriftKind::Incremental => Ok(Course::Together(rise)),
        DriftKind::Gradual => Ok(Course::OneByOne(rise)),
        DriftKind::Blip => Ok(Course::Visits { rise, length: needed("length", span(&rules.length)?)?, period: None }),
        DriftKind::Recurring => {
            let (length, period) = (span(&rules.length)?, span(&rules.period)?);
            let (length, period) = (needed("length", length)?, needed("period", period)?);
            Ok(Course::Visits { rise, length, period: Some(period) })
        }
    }
}

/// Returns a number from a name (FNV-1a).
fn salt(name: &str) -> u64 {
    name.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
