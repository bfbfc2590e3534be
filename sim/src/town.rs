//! What is fixed about a world: its rules, regions, merchants, products, rhythms, and which shard
//! holds whom. Shared by all shards, changed by none. Knows no person's state.

mod layout;
mod volume;

use crate::bank::{Habits, Merchants};
use crate::base::{Currency, DriverId, EntityId, PersonId};
use crate::drift::{DriftEntry, Drifts, Rule, Who};
use crate::engine::{Draws, Id, IdKind, IdMaker, Purpose, Stream, VirtualTime, WorldKey};
use crate::error::SimError;
use crate::fraud::{CampaignRates, LabelLaw, ReportRules, ScheduledCampaign};
use crate::person::{PersonRules, Tenancy};
use crate::region::Region;
use crate::rides::{Destinations, RideRhythms};
use crate::scenario::{Scenario, TopicChoice};
use crate::shop::{Catalogue, EVENTS_PER_VISIT, VisitRhythms};
pub(crate) use layout::people_of_regions;
use layout::{localities, shards_of};
use std::ops::Range;
pub(crate) use volume::genuine_per_day;

/// The version of the rules: raised by whatever changes emitted bytes.
pub const RULES_VERSION: u32 = 4;

/// A region of this world with all that belongs to it.
#[derive(Debug)]
pub struct Locality {
    /// Geography, calendar, weather and traffic.
    pub region: Region,
    /// Its people, by number.
    pub people: Range<u32>,
    /// Its drivers, by number.
    pub drivers: Range<u32>,
    /// Its merchants.
    pub merchants: Merchants,
    /// Its shop.
    pub catalogue: Catalogue,
    /// Its campaigns of fraud.
    pub campaigns: CampaignRates,
    /// The campaigns that the scenario names for it.
    pub scheduled: Vec<ScheduledCampaign>,
    /// The places that draw its riders.
    pub(crate) destinations: Destinations,
}

/// Which people and drivers a shard holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShardSpec {
    /// Index of its region.
    pub locality: usize,
    /// Its people, by number.
    pub people: Range<u32>,
    /// Its drivers, by number.
    pub drivers: Range<u32>,
}

/// What is fixed about a world.
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
    /// The town that `scenario` describes; its start must be resolved to RFC 3339.
    ///
    /// # Errors
    /// A region or time that the scenario names and that does not exist.
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

    /// The rules.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// The first instant.
    pub fn start(&self) -> VirtualTime {
        self.start
    }

    /// The key of all random numbers.
    pub fn key(&self) -> WorldKey {
        self.key
    }

    /// The random numbers of one act of one entity.
    pub fn draws(&self, entity: EntityId, purpose: Purpose, act: u64) -> Draws {
        self.key.draws(entity.code(), purpose, act)
    }

    /// The rules by which people are made and replaced.
    pub(crate) fn person_rules(&self) -> PersonRules {
        PersonRules {
            key: self.key,
            start: self.start,
            account_age_years_limit: self.scenario.bank.account_age_years_limit,
            rate_shape: self.scenario.bank.rate_shape,
        }
    }

    /// The maker and reader of identifiers.
    pub fn ids(&self) -> &IdMaker {
        &self.ids
    }

    /// The regions.
    pub fn localities(&self) -> &[Locality] {
        &self.localities
    }

    /// How many shards the world has; fixed at birth.
    pub fn shard_count(&self) -> u32 {
        self.shards.len() as u32
    }

    /// Whom a shard holds.
    ///
    /// # Panics
    /// When there is no such shard.
    pub fn shard_spec(&self, shard: u32) -> &ShardSpec {
        &self.shards[shard as usize]
    }

    /// All drivers of the world.
    pub fn driver_count(&self) -> u32 {
        self.localities.last().map_or(0, |l| l.drivers.end)
    }

    /// The name of a stream's topic.
    pub fn topic_name(&self, stream: Stream) -> &str {
        &self.topic(stream).name
    }

    /// What the scenario chose for a stream's topic.
    pub fn topic(&self, stream: Stream) -> &TopicChoice {
        self.scenario.topics.of(stream)
    }

    /// Whether the world has a stream.
    #[inline]
    pub fn has(&self, stream: Stream) -> bool {
        self.scenario.topics.has(stream)
    }

    /// The streams that the world has, in the order of their numbers.
    pub fn streams(&self) -> impl Iterator<Item = Stream> + '_ {
        self.scenario.topics.streams()
    }

    /// Events to expect on an average day.
    pub fn events_per_day(&self) -> f64 {
        let rules = &self.scenario;
        let people = rules.world.people as f64;
        let bank: f64 =
            self.localities.iter().map(|l| genuine_per_day(rules, self.habits.per_day, l.people.len() as f64)).sum();
        let visits = rules.shop.visits_per_day / (1.0 - rules.shop.bot_share);
        let completed = if self.has(Stream::Completions) { 2.0 } else { 1.0 };
        bank + people * (completed * rules.rides.requests_per_day + EVENTS_PER_VISIT * visits)
    }

    /// The person that a UUID names, if any: their number, and how many had it before.
    pub fn find_person(&self, text: &str) -> Option<(PersonId, u16)> {
        let (kind, index, act) = self.ids.read(Id::parse(text)?)?;
        let known = kind == IdKind::Person && index < self.scenario.world.people as u64;
        Some((PersonId(index as u32), u16::try_from(act).ok()?)).filter(|_| known)
    }

    /// When the account of the person who had the number after `generation` others is opened and closed. `generation`
    /// steps are computed.
    pub fn tenancy(&self, id: PersonId, generation: u16) -> Tenancy {
        Tenancy::all(self.person_rules(), id).nth(usize::from(generation)).expect("numbers pass on for ever")
    }

    /// Who has the number at `at`, or whoever is the next to have it.
    pub fn tenancy_at(&self, id: PersonId, at: VirtualTime) -> Tenancy {
        Tenancy::all(self.person_rules(), id).find(|tenancy| at < tenancy.closes).expect("numbers pass on for ever")
    }

    /// The driver that a text such as `driver_7` names, if any.
    pub fn find_driver(&self, text: &str) -> Option<DriverId> {
        let number: u32 = text.strip_prefix("driver_")?.parse().ok()?;
        (1..=self.driver_count()).contains(&number).then(|| DriverId(number - 1))
    }

    /// The UUID of the person who has the number when the world begins.
    pub fn person_uuid(&self, id: PersonId) -> Id {
        self.tenant_uuid(id, 0)
    }

    /// The UUID of the person who has the number after `generation` others.
    pub fn tenant_uuid(&self, id: PersonId, generation: u16) -> Id {
        self.ids.make(IdKind::Person, id.0 as u64, u64::from(generation))
    }

    /// The currency that a person pays in: that of their region.
    ///
    /// # Panics
    /// When the world has no such person.
    pub fn currency_of_person(&self, id: PersonId) -> Currency {
        let shard = self.shard_spec(self.shard_of_person(id));
        self.localities[shard.locality].region.currency
    }

    /// The shard that holds a person.
    ///
    /// # Panics
    /// When the world has no such person.
    pub fn shard_of_person(&self, id: PersonId) -> u32 {
        self.shards.partition_point(|s| s.people.end <= id.0) as u32
    }

    /// The shard that holds a driver.
    ///
    /// # Panics
    /// When the world has no such driver.
    pub fn shard_of_driver(&self, id: DriverId) -> u32 {
        self.shards.iter().position(|s| s.drivers.contains(&id.0)).expect("drivers all have a shard") as u32
    }

    /// Returns every drift that is scheduled, in the order of the scenario.
    pub fn drift_entries(&self) -> Vec<DriftEntry> {
        self.drifts.entries(&self.scenario)
    }

    /// How far each drift of the ledger is at an instant, 0 to 1: over all whom it concerns.
    pub fn drift_shares(&self, at: VirtualTime) -> Vec<f64> {
        self.drifts.shares(at)
    }

    pub(crate) fn drifts(&self) -> &Drifts {
        &self.drifts
    }

    /// The value of a rule of people's own for `who` at `at`.
    #[inline]
    pub(crate) fn rule(&self, rule: Rule, at: VirtualTime, who: impl FnOnce() -> Who) -> f64 {
        self.drifts.value(rule, rule.value(&self.scenario), at, who)
    }

    pub(crate) fn habits(&self) -> &Habits {
        &self.habits
    }

    /// Returns what reports of transactions need of this town.
    #[inline]
    pub(crate) fn report_rules(&self) -> ReportRules<'_> {
        ReportRules { key: self.key, ids: &self.ids, law: &self.labels }
    }

    pub(crate) fn ride_rhythms(&self) -> &RideRhythms {
        &self.rides
    }

    pub(crate) fn visit_rhythms(&self) -> &VisitRhythms {
        &self.visits
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn shards_hold_everybody_once() {
        let town = testing::town(
            "[world]\npeople = 23456\n[[region]]\npreset = \"houston\"\nshare = 2.0\n[[region]]\npreset = \"tokyo\"",
        );
        assert_eq!(town.shard_count(), 3 + 1);
        let people: u32 = (0..town.shard_count()).map(|s| town.shard_spec(s).people.len() as u32).sum();
        let drivers: u32 = (0..town.shard_count()).map(|s| town.shard_spec(s).drivers.len() as u32).sum();
        assert_eq!((people, drivers), (23_456, town.driver_count()));
        for id in [0, 15_636, 15_637, 23_455].map(PersonId) {
            assert!(town.shard_spec(town.shard_of_person(id)).people.contains(&id.0));
            for generation in [0, 7] {
                let uuid = town.tenant_uuid(id, generation).to_string();
                assert_eq!(town.find_person(&uuid), Some((id, generation)));
            }
        }
    }

    #[test]
    fn strangers_are_not_found() {
        let town = testing::town("[world]\npeople = 100");
        let other = testing::town("[world]\npeople = 100\nseed = 2");
        assert_eq!(town.find_person(&other.person_uuid(PersonId(3)).to_string()), None);
        assert_eq!([town.find_driver("driver_0"), town.find_driver("driver_3"), town.find_driver("7")], [None; 3]);
        assert_eq!(town.find_driver("driver_2"), Some(DriverId(1)));
    }
}
