//! A town as built from a scenario.
//! Must not depend on: the order of acts, and shards at run time.

use super::layout::{localities, shards_of};
use super::locality::{Locality, ShardSpec};
use crate::bank::Habits;
use crate::base::EntityId;
use crate::drift::{DriftEntry, Drifts, Rule, Who};
use crate::engine::{IdMaker, Purpose, RngStream, Stream, VirtualTime, WorldKey};
use crate::error::SimError;
use crate::fraud::{LabelLaw, ReportRules};
use crate::person::PersonRules;
use crate::rides::RideRhythms;
use crate::scenario::{Scenario, TopicChoice};
use crate::shop::VisitRhythms;

/// The version of the rules. A change of the events of any world raises it.
pub const RULES_VERSION: u32 = 4;

/// The part of a world that is fixed while it runs.
#[derive(Debug)]
pub struct Town {
    scenario: Scenario,
    key: WorldKey,
    ids: IdMaker,
    start: VirtualTime,
    localities: Vec<Locality>,
    shards: Vec<ShardSpec>,
    habits: Habits,
    labels: LabelLaw,
    rides: RideRhythms,
    visits: VisitRhythms,
    drifts: Drifts,
}

impl Town {
    /// Builds the town of a scenario whose start is not relative to now.
    ///
    /// # Errors
    /// If the scenario names a region or time that does not exist.
    pub fn build(scenario: &Scenario) -> Result<Self, SimError> {
        let key = WorldKey::new(scenario.world.seed);
        let start = scenario.start_time()?;
        let (habits, drifts) = (Habits::new(&scenario.bank), Drifts::new(scenario, start)?);
        let localities = localities(scenario, key, start, &habits, &drifts)?;
        Ok(Town {
            key,
            ids: IdMaker::new(key),
            start,
            shards: localities.iter().enumerate().flat_map(|(i, l)| shards_of(i, l)).collect(),
            localities,
            habits,
            labels: LabelLaw::new(&scenario.labels, &scenario.bank.fraud),
            rides: RideRhythms::new(),
            visits: VisitRhythms::new(),
            drifts,
            scenario: scenario.clone(),
        })
    }

    /// Returns the scenario.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// Returns the first instant.
    pub fn start(&self) -> VirtualTime {
        self.start
    }

    /// Returns the key of all random numbers.
    pub fn key(&self) -> WorldKey {
        self.key
    }

    /// Returns the RNG stream of one act of an entity for a purpose.
    pub fn rng(&self, entity: EntityId, purpose: Purpose, act: u64) -> RngStream {
        self.key.rng(entity.code(), purpose, act)
    }

    /// Returns the rules by which people are made and replaced.
    pub(crate) fn person_rules(&self) -> PersonRules {
        PersonRules {
            key: self.key,
            start: self.start,
            account_age_years_limit: self.scenario.bank.account_age_years_limit,
            rate_shape: self.scenario.bank.rate_shape,
        }
    }

    /// Returns the maker and reader of identifiers.
    pub fn ids(&self) -> &IdMaker {
        &self.ids
    }

    /// Returns the regions.
    pub fn localities(&self) -> &[Locality] {
        &self.localities
    }

    /// Returns the number of shards, which is fixed at the start.
    pub fn shard_count(&self) -> u32 {
        self.shards.len() as u32
    }

    /// Returns the specification of each shard.
    pub(super) fn shards(&self) -> &[ShardSpec] {
        &self.shards
    }

    /// Returns the people and drivers that a shard holds.
    ///
    /// # Panics
    /// If there is no such shard.
    pub fn shard_spec(&self, shard: u32) -> &ShardSpec {
        &self.shards[shard as usize]
    }

    /// Returns the number of drivers.
    pub fn driver_count(&self) -> u32 {
        self.localities.last().map_or(0, |l| l.drivers.end)
    }

    /// Returns the name of the topic of a stream.
    pub fn topic_name(&self, stream: Stream) -> &str {
        &self.topic(stream).name
    }

    /// Returns the choices of the scenario for the topic of a stream.
    pub fn topic(&self, stream: Stream) -> &TopicChoice {
        self.scenario.topics.of(stream)
    }

    /// Returns whether the world has a stream.
    #[inline]
    pub fn has(&self, stream: Stream) -> bool {
        self.scenario.topics.has(stream)
    }

    /// Returns the streams of the world, in the order of their numbers.
    pub fn streams(&self) -> impl Iterator<Item = Stream> + '_ {
        self.scenario.topics.streams()
    }

    /// Returns every drift that is scheduled, in the order of the scenario.
    pub fn drift_entries(&self) -> Vec<DriftEntry> {
        self.drifts.entries(&self.scenario)
    }

    /// Returns the progress of each drift at an instant, 0 to 1, as a mean over the people that it concerns.
    pub fn drift_shares(&self, at: VirtualTime) -> Vec<f64> {
        self.drifts.shares(at)
    }

    /// Returns the drifts.
    pub(crate) fn drifts(&self) -> &Drifts {
        &self.drifts
    }

    /// Returns the value of a rule for `who` at `at`.
    #[inline]
    pub(crate) fn rule(&self, rule: Rule, at: VirtualTime, who: impl FnOnce() -> Who) -> f64 {
        self.drifts.value(rule, rule.value(&self.scenario), at, who)
    }

    /// Returns the table of habits.
    pub(crate) fn habits(&self) -> &Habits {
        &self.habits
    }

    /// Returns the parts of this town that reports on transactions need.
    #[inline]
    pub(crate) fn report_rules(&self) -> ReportRules<'_> {
        ReportRules { key: self.key, ids: &self.ids, law: &self.labels }
    }

    /// Returns the intensities of ride requests.
    pub(crate) fn ride_rhythms(&self) -> &RideRhythms {
        &self.rides
    }

    /// Returns the intensities of visits.
    pub(crate) fn visit_rhythms(&self) -> &VisitRhythms {
        &self.visits
    }
}
