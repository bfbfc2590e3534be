//! A region: a city with its geography, clocks, money, climate, roads and addresses.
//! Must not depend on: the construction of a region, and the events on its roads.

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
use crate::engine::{RngStream, VirtualTime, WorldKey};
use crate::scenario::WeatherRules;
use std::sync::OnceLock;

/// A city with its geography, clocks, currency, weather and traffic.
#[derive(Clone, Debug)]
pub struct Region {
    /// The index in the world.
    pub id: RegionId,
    /// The name of the preset, or of a region without one.
    pub name: String,
    /// The box of the region.
    pub bounds: Bounds,
    /// The centre of the city, on land.
    pub centre: Place,
    /// The currency of prices.
    pub currency: Currency,
    /// The language of searches.
    pub language: Language,
    /// Local time.
    pub calendar: Calendar,
    /// The climate by month.
    pub climate: Climate,
    /// The usual mean great-circle distance of a trip in metres, for [`Region::errand`].
    pub trip_metres: f64,
    pub(super) key: WorldKey,
    pub(super) geography: Geography,
    pub(super) roads: &'static RoadFigures,
    /// Laid out on first use: a cache that changes no result.
    pub(super) network: OnceLock<Box<Network>>,
    pub(super) hazards: OnceLock<Box<Hazards>>,
    pub(super) field: OnceLock<Box<Field>>,
    pub(super) providers: Providers,
    pub(super) systems: Systems,
    pub(super) business_names: &'static BusinessNames,
    /// The rules of the weather, and the drifts of all rules.
    pub(super) weather: WeatherRules,
    pub(super) drifts: Drifts,
}

impl Region {
    /// Returns the business names of the region.
    pub(crate) fn business_names(&self) -> &'static BusinessNames {
        self.business_names
    }

    /// Returns the region in a world with these drifts.
    pub(crate) fn drifting(self, drifts: Drifts) -> Self {
        Region { drifts, ..self }
    }

    /// Returns the value at `t` of a rule of this region that is `base` in the scenario.
    #[inline]
    pub(super) fn rule(&self, rule: Rule, base: f64, t: VirtualTime) -> f64 {
        self.drifts.value(rule, base, t, || Who::Region(self.id))
    }

    /// Returns the value at the first instant of a local day of a rule of this region that is `base` in the scenario.
    pub(super) fn rule_on(&self, rule: Rule, base: f64, day: LocalDay) -> f64 {
        self.drifts.value(rule, base, self.calendar.utc(day, 0), || Who::Region(self.id))
    }

    /// Returns the road network.
    pub(super) fn network(&self) -> &Network {
        let lay = || Network::new(&self.geography, self.bounds, self.roads, self.key, self.id.0 as u64);
        self.network.get_or_init(|| Box::new(lay()))
    }

    /// Returns the shares of systems.
    pub fn systems(&self) -> Systems {
        self.systems
    }

    /// Returns an IPv4 address of a home line, most significant byte first: public, of one of the region's providers.
    pub fn home_ip(&self, rng: &mut RngStream) -> u32 {
        self.providers.home_ip(rng)
    }

    /// Returns an IPv4 address of a mobile carrier, most significant byte first.
    pub fn mobile_ip(&self, rng: &mut RngStream) -> u32 {
        self.providers.mobile_ip(rng)
    }

    /// Returns an address of the provider that gave a home line the address `own`, by `bits`.
    pub(crate) fn renumbered(&self, own: u32, bits: u64) -> u32 {
        self.providers.renumbered(own, bits)
    }

    /// Returns a gateway of the carrier that has the address `own`, by `bits`: its customers in the region share them.
    pub(crate) fn gateway(&self, own: u32, bits: u64) -> u32 {
        self.providers.gateway(own, bits)
    }
}
