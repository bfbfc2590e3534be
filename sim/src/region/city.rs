//! A region: a city with its geography, clocks, money, climate, roads and addresses.
//! Must not depend on: how a region is built, and what happens on its roads.

use super::addresses::{Providers, Systems};
use super::bounds::Bounds;
use super::calendar::Calendar;
use super::climate::Climate;
use super::field::Field;
use super::geography::Geography;
use super::hazards::Hazards;
use super::local_time::LocalDay;
use super::names::BusinessNames;
use super::roads::{Network, RoadFigures};
use crate::base::{Currency, Language, Place, RegionId};
use crate::drift::{Drifts, Rule, Who};
use crate::engine::{Draws, VirtualTime, WorldKey};
use crate::scenario::WeatherRules;
use std::sync::OnceLock;

/// A city: where its people are, what its clocks show, its money, its weather and its traffic.
#[derive(Clone, Debug)]
pub struct Region {
    /// Index in the world.
    pub id: RegionId,
    /// Name of the preset, or the name given to a region of one's own.
    pub name: String,
    /// The box that everything lies in.
    pub bounds: Bounds,
    /// The middle of the city; on land.
    pub centre: Place,
    /// What prices are told in.
    pub currency: Currency,
    /// The language of searches.
    pub language: Language,
    /// Local time.
    pub calendar: Calendar,
    /// Temperatures and rain by month.
    pub climate: Climate,
    /// A usual mean distance of a trip here, in metres as the crow flies: what to give to [`Region::errand`].
    pub trip_metres: f64,
    pub(super) key: WorldKey,
    pub(super) geography: Geography,
    pub(super) roads: &'static RoadFigures,
    /// Laid out when first asked for: that saves time and changes nothing.
    pub(super) network: OnceLock<Box<Network>>,
    pub(super) hazards: OnceLock<Box<Hazards>>,
    pub(super) field: OnceLock<Box<Field>>,
    pub(super) providers: Providers,
    pub(super) systems: Systems,
    pub(super) business_names: &'static BusinessNames,
    /// The weather that the scenario asks for, and what of all its rules changes.
    pub(super) weather: WeatherRules,
    pub(super) drifts: Drifts,
}

impl Region {
    /// What businesses are called there.
    pub(crate) fn business_names(&self) -> &'static BusinessNames {
        self.business_names
    }

    /// The region in a world with these drifts.
    pub(crate) fn drifting(self, drifts: Drifts) -> Self {
        Region { drifts, ..self }
    }

    /// The value of a rule of this region at `t` that is `base` in the scenario.
    #[inline]
    pub(super) fn rule(&self, rule: Rule, base: f64, t: VirtualTime) -> f64 {
        self.drifts.value(rule, base, t, || Who::Region(self.id))
    }

    /// The value of a rule of this region on a local day that is `base` in the scenario: that of its first instant.
    pub(super) fn rule_on(&self, rule: Rule, base: f64, day: LocalDay) -> f64 {
        self.drifts.value(rule, base, self.calendar.utc(day, 0), || Who::Region(self.id))
    }

    /// The roads.
    pub(super) fn network(&self) -> &Network {
        let lay = || Network::new(&self.geography, self.bounds, self.roads, self.key, self.id.0 as u64);
        self.network.get_or_init(|| Box::new(lay()))
    }

    /// The systems that are common there.
    pub fn systems(&self) -> Systems {
        self.systems
    }

    /// An IPv4 address of a home line, most significant byte first: public, of one of the region's providers.
    pub fn home_ip(&self, draws: &mut Draws) -> u32 {
        self.providers.home_ip(draws)
    }

    /// An IPv4 address of a mobile carrier, most significant byte first.
    pub fn mobile_ip(&self, draws: &mut Draws) -> u32 {
        self.providers.mobile_ip(draws)
    }

    /// An address of the provider that gave a home line the address `own`, by `bits`.
    pub(crate) fn renumbered(&self, own: u32, bits: u64) -> u32 {
        self.providers.renumbered(own, bits)
    }

    /// A gateway of the carrier that has the address `own`, by `bits`: its customers in the region share them.
    pub(crate) fn gateway(&self, own: u32, bits: u64) -> u32 {
        self.providers.gateway(own, bits)
    }
}
