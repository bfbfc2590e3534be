//! Views of a person, whole and brief.
//! Must not depend on: shards; the parts of a person are arguments.

use super::act::ActView;
use super::text;
use crate::bank::Customer;
use crate::base::{Category, Currency, EntityId, PersonId, Persona, Place};
use crate::device::Device;
use crate::engine::{EntityKey, Id, VirtualTime};
use crate::fraud::Episode;
use crate::history::{Act, Totals};
use crate::person::{Changes, EntityMoment, Person, Process, Wallet};
use crate::shop::CartItem;
use crate::town::{Locality, Town};
use serde::Serialize;
use std::net::Ipv4Addr;

/// The profile, state and history of a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PersonView {
    /// The UUID as a customer of the bank.
    #[serde(serialize_with = "text::id")]
    pub user_id: Id,
    /// The same UUID, as a customer of the shop.
    #[serde(serialize_with = "text::id")]
    pub customer_id: Id,
    /// The same UUID, as a rider.
    #[serde(serialize_with = "text::id")]
    pub rider_id: Id,
    /// The number of the account.
    #[serde(serialize_with = "text::account")]
    pub account_id: u32,
    /// The name of the region.
    pub region: String,
    /// The currency of the region.
    #[serde(serialize_with = "text::currency")]
    pub currency: Currency,
    /// The type of life.
    pub persona: Persona,
    /// The home.
    #[serde(serialize_with = "text::place")]
    pub home: Place,
    /// The place of work or study.
    #[serde(serialize_with = "text::place")]
    pub work: Place,
    /// The opening of the account.
    #[serde(serialize_with = "text::time")]
    pub account_opened: VirtualTime,
    /// True if the account is open. Between two tenancies of a number, the view is of the next person, whose account is
    /// still to be opened.
    pub account_open: bool,
    /// The number of earlier tenancies of this number.
    pub people_before: u16,
    /// The number of life events so far.
    pub changes: Changes,
    /// The factor on amounts of purchases.
    pub spending_level: f64,
    /// The factors on the rates of the domains.
    pub rates: RatesView,
    /// The person's devices, the phone first.
    pub devices: Vec<DeviceView>,
    /// The address of the home line at the next act.
    pub home_ip: Ipv4Addr,
    /// The address of the phone at the next act.
    pub mobile_ip: Ipv4Addr,
    /// The means of payment.
    pub wallet: Wallet,
    /// The numbers of the favourite merchants by category.
    #[serde(serialize_with = "text::favourites")]
    pub favourite_merchants: Vec<(Category, Vec<u32>)>,
    /// The cart in the shop.
    pub cart: Vec<CartItem>,
    /// True while a ride is in progress.
    pub riding: bool,
    /// The fraud episode in progress against the person.
    pub under_attack: Option<Episode>,
    /// Bank transactions so far.
    pub transactions: u32,
    /// Shop interactions so far.
    pub interactions: u32,
    /// Totals over all acts.
    #[serde(serialize_with = "text::totals")]
    pub totals: Totals,
    /// The next act of each process that has one.
    #[serde(serialize_with = "text::plan")]
    pub next: Vec<(Process, VirtualTime)>,
    /// The recent acts, oldest first.
    pub history: Vec<ActView>,
}

/// A short view of a person.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct PersonBrief {
    /// The UUID as a customer of the bank.
    #[serde(serialize_with = "text::id")]
    pub user_id: Id,
    /// The same UUID, as a customer of the shop.
    #[serde(serialize_with = "text::id")]
    pub customer_id: Id,
    /// The name of the region.
    pub region: String,
    /// The currency of the region.
    #[serde(serialize_with = "text::currency")]
    pub currency: Currency,
    /// The type of life.
    pub persona: Persona,
    /// The home.
    #[serde(serialize_with = "text::place")]
    pub home: Place,
    /// The opening of the account.
    #[serde(serialize_with = "text::time")]
    pub account_opened: VirtualTime,
    /// True if the account is open.
    pub account_open: bool,
    /// True while a ride is in progress.
    pub riding: bool,
    /// The fraud episode in progress against the person.
    pub under_attack: Option<Episode>,
    /// Bank transactions so far.
    pub transactions: u32,
    /// Shop interactions so far.
    pub interactions: u32,
}

/// The factors on the rates of the domains.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names say it")]
pub struct RatesView {
    pub bank: f32,
    pub rides: f32,
    pub shop: f32,
}

/// A device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct DeviceView {
    /// The type of the device.
    pub device_type: &'static str,
    /// The operating system.
    pub os: &'static str,
    /// The browser.
    pub browser: &'static str,
}

impl From<&Device> for DeviceView {
    fn from(device: &Device) -> Self {
        let model = device.model();
        DeviceView { device_type: model.device_type, os: model.os, browser: model.browser }
    }
}

/// The number of activities in progress.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct InProgress {
    /// Visits to the shop.
    pub visits: u64,
    /// Rides that were requested and have not ended.
    pub trips: u64,
}

impl std::ops::AddAssign for InProgress {
    fn add_assign(&mut self, other: InProgress) {
        self.visits += other.visits;
        self.trips += other.trips;
    }
}

/// A person and the surroundings that a view is made of.
pub(crate) struct PersonSource<'a> {
    /// The town.
    pub town: &'a Town,
    /// The person's region.
    pub local: &'a Locality,
    /// The person's number.
    pub id: PersonId,
    /// The state.
    pub person: &'a Person,
}

impl PersonSource<'_> {
    fn key(&self) -> EntityKey {
        self.town.key().of_entity(EntityId::tenant(self.id, self.person.tenancy.generation).code())
    }

    fn uuid(&self) -> Id {
        self.town.tenant_uuid(self.id, self.person.tenancy.generation)
    }

    fn plan(&self) -> Vec<(Process, VirtualTime)> {
        let planned = Process::ALL.into_iter().map(|process| (process, self.person.due(process)));
        planned.filter(|(_, at)| *at != VirtualTime::NEVER).collect()
    }

    fn favourites(&self) -> Vec<(Category, Vec<u32>)> {
        let Person { profile, changes, .. } = self.person;
        let customer = Customer { key: self.key(), from: Some(profile.home), moves: changes.moves };
        let of = |category: Category| self.local.merchants.favourites(&customer, category, self.person.viewed_at());
        Category::ALL.into_iter().map(|category| (category, of(category))).collect()
    }
}

impl PersonView {
    pub(crate) fn new(source: &PersonSource<'_>, history: Vec<Act>) -> Self {
        let PersonSource { town, local, id, person } = *source;
        let (profile, tenancy, uuid) = (&person.profile, person.tenancy, source.uuid());
        // A shard has no separate clock: the addresses are those of the next act.
        let moment = EntityMoment { key: source.key(), now: person.earliest() };
        let [bank, rides, shop] = profile.rates;
        PersonView {
            user_id: uuid,
            customer_id: uuid,
            rider_id: uuid,
            account_id: town.ids().account(id.0, town.scenario().world.people, tenancy.generation),
            region: local.region.name.clone(),
            currency: local.region.currency,
            persona: profile.persona,
            home: profile.home,
            work: profile.work,
            account_opened: profile.opened,
            account_open: source.person.has_account(),
            people_before: tenancy.generation,
            changes: person.changes,
            spending_level: libm::exp(profile.level as f64),
            rates: RatesView { bank, rides, shop },
            devices: profile.own_devices().iter().map(DeviceView::from).collect(),
            home_ip: person.home_address(moment, &local.region).into(),
            mobile_ip: person.mobile_address(moment, &local.region).into(),
            wallet: profile.wallet,
            favourite_merchants: source.favourites(),
            cart: person.shop.cart.clone(),
            riding: person.rides.current.is_some(),
            under_attack: person.fraud.as_deref().cloned(),
            transactions: person.bank.sequence,
            interactions: person.shop.sequence,
            totals: person.totals,
            next: source.plan(),
            history: ActView::all(history, town.driver_count()),
        }
    }
}

impl PersonBrief {
    pub(crate) fn new(source: &PersonSource<'_>) -> Self {
        let (person, region, uuid) = (source.person, &source.local.region, source.uuid());
        PersonBrief {
            user_id: uuid,
            customer_id: uuid,
            region: region.name.clone(),
            currency: region.currency,
            persona: person.profile.persona,
            home: person.profile.home,
            account_opened: person.profile.opened,
            account_open: source.person.has_account(),
            riding: person.rides.current.is_some(),
            under_attack: person.fraud.as_deref().cloned(),
            transactions: person.bank.sequence,
            interactions: person.shop.sequence,
        }
    }
}
