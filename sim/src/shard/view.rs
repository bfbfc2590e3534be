//! What readers are shown of a person or a driver: profile, state and history as JSON. Knows all parts of an entity;
//! changes none.

use super::Shard;
use crate::bank::{Category, Customer};
use crate::base::Place;
use crate::base::{DriverId, EntityId, PersonId};
use crate::device::Device;
use crate::engine::VirtualTime;
use crate::history::{Act, MonthTotals, Totals};
use crate::person::{EntityMoment, Person, Process};
use crate::record::text::timestamp_text;
use crate::town::Town;
use serde_json::{Value, json};

/// What people are at, at an instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InProgress {
    /// Visits of the shop that have begun and go on.
    pub visits: u64,
    /// Rides that were asked for and have not ended.
    pub trips: u64,
}

impl std::ops::AddAssign for InProgress {
    fn add_assign(&mut self, other: InProgress) {
        self.visits += other.visits;
        self.trips += other.trips;
    }
}

impl Shard {
    /// Profile, state and history of whoever has the number, or will have it next.
    ///
    /// # Panics
    /// When the number belongs to another shard.
    pub fn person_view(&self, town: &Town, id: PersonId) -> Value {
        let slot = self.slot_of(id);
        let (person, local) = (&self.people[slot], &town.localities()[self.spec.locality]);
        let (profile, tenancy) = (&person.profile, person.tenancy);
        let uuid = town.tenant_uuid(id, tenancy.generation).to_string();
        let account = town.ids().account(id.0, town.scenario().world.people, tenancy.generation);
        let next: serde_json::Map<String, Value> = Process::ALL
            .into_iter()
            .filter(|p| person.due(*p) != VirtualTime::NEVER)
            .map(|p| (format!("{p:?}").to_lowercase(), time(person.due(p))))
            .collect();
        // A shard has no clock of its own: the addresses are those of the next act.
        let entity = EntityId::tenant(id, tenancy.generation);
        let moment = EntityMoment { key: town.key(), entity, now: person.earliest() };
        let home = person.home_address(moment, &local.region);
        let mobile = person.mobile_address(moment, &local.region);
        let acts: Vec<Value> = self.history.of(slot).into_iter().map(|a| act(town, a)).collect();
        json!({
            "user_id": uuid, "customer_id": uuid, "rider_id": uuid,
            "account_id": format!("ACC-{:08}", account),
            "region": local.region.name,
            "currency": local.region.currency.code(),
            "persona": profile.persona,
            "home": place(profile.home),
            "work": place(profile.work),
            "account_opened": time(profile.opened),
            // Between two people the number waits for the next one, whose account is still to be opened.
            "account_open": person.due(Process::Life) != tenancy.opens,
            "people_before": tenancy.generation,
            "changes": person.changes,
            "spending_level": libm::exp(profile.level as f64),
            "rates": {"bank": profile.rates[0], "rides": profile.rates[1], "shop": profile.rates[2]},
            "devices": profile.own_devices().iter().map(device).collect::<Vec<_>>(),
            "home_ip": std::net::Ipv4Addr::from(home).to_string(),
            "mobile_ip": std::net::Ipv4Addr::from(mobile).to_string(),
            "wallet": profile.wallet,
            "favourite_merchants": self.favourites(town, id),
            "cart": person.shop.cart,
            "riding": person.rides.current.is_some(),
            "under_attack": person.fraud,
            "transactions": person.bank.sequence,
            "interactions": person.shop.sequence,
            "totals": totals(&person.totals),
            "next": next,
            "history": acts,
        })
    }

    /// The same person in a few words.
    ///
    /// # Panics
    /// When the number belongs to another shard.
    pub fn person_brief(&self, town: &Town, id: PersonId) -> Value {
        let person = &self.people[self.slot_of(id)];
        let (profile, region) = (&person.profile, &town.localities()[self.spec.locality].region);
        let uuid = town.tenant_uuid(id, person.tenancy.generation).to_string();
        json!({
            "user_id": uuid, "customer_id": uuid,
            "region": region.name,
            "currency": region.currency.code(),
            "persona": profile.persona,
            "home": place(profile.home),
            "account_opened": time(profile.opened),
            "account_open": person.due(Process::Life) != person.tenancy.opens,
            "riding": person.rides.current.is_some(),
            "under_attack": person.fraud,
            "transactions": person.bank.sequence,
            "interactions": person.shop.sequence,
        })
    }

    /// How many of its people are at something that takes a while. Looks at all of them.
    pub fn in_progress(&self) -> InProgress {
        let count = |is: fn(&Person) -> bool| self.people.iter().filter(|person| is(person)).count() as u64;
        InProgress {
            visits: count(|person| person.shop.session.is_some()),
            trips: count(|person| person.rides.current.is_some()),
        }
    }

    /// How many had the number before whoever has it, or will have it next.
    ///
    /// # Panics
    /// When the number belongs to another shard.
    pub fn generation_of(&self, id: PersonId) -> u16 {
        self.people[self.slot_of(id)].tenancy.generation
    }

    fn favourites(&self, town: &Town, id: PersonId) -> Value {
        let local = &town.localities()[self.spec.locality];
        let person = &self.people[self.slot_of(id)];
        let home = person.profile.home;
        let name = |c: &Category| {
            let entity = EntityId::tenant(id, person.tenancy.generation);
            let customer = Customer { entity, from: Some(home), moves: person.changes.moves };
            let merchants = local.merchants.favourites(town.key(), &customer, *c, person.viewed_at());
            let names: Vec<String> = merchants.into_iter().map(|m| format!("merchant_{m}")).collect();
            (Category::NAMES[*c as usize].to_owned(), json!(names))
        };
        Value::Object(Category::ALL.iter().map(name).collect())
    }

    /// Profile, state and history of a driver.
    ///
    /// # Panics
    /// When the driver belongs to another shard.
    pub fn driver_view(&self, town: &Town, id: DriverId) -> Value {
        let slot = (id.0 - self.spec.drivers.start) as usize;
        let driver = &self.fleet.drivers[slot];
        let local = &town.localities()[self.spec.locality];
        let acts: Vec<Value> = self.fleet.history.of(slot).into_iter().map(|a| act(town, a)).collect();
        json!({
            "driver_id": format!("driver_{}", id.number()),
            "vehicle_id": format!("vehicle_{}", id.number() + driver.vehicles_before as u32 * town.driver_count()),
            "vehicle_type": driver.vehicle_type,
            "region": local.region.name,
            "home": place(driver.home),
            "place": place(driver.place),
            "status": driver.status,
            "shifts": driver.shifts,
            "rating": libm::round(driver.rating as f64 * 10.0) / 10.0,
            "skill": driver.craft.skill,
            "trips_ever": driver.experience,
            "trips": driver.sequence,
            "totals": totals(&driver.totals),
            "history": acts,
        })
    }

    /// The same driver in a few words.
    ///
    /// # Panics
    /// When the driver belongs to another shard.
    pub fn driver_brief(&self, town: &Town, id: DriverId) -> Value {
        let driver = &self.fleet.drivers[(id.0 - self.spec.drivers.start) as usize];
        json!({
            "driver_id": format!("driver_{}", id.number()),
            "vehicle_id": format!("vehicle_{}", id.number() + driver.vehicles_before as u32 * town.driver_count()),
            "vehicle_type": driver.vehicle_type,
            "region": town.localities()[self.spec.locality].region.name,
            "place": place(driver.place),
            "status": driver.status,
            "rating": libm::round(driver.rating as f64 * 10.0) / 10.0,
            "trips": driver.sequence,
        })
    }
}

fn time(at: VirtualTime) -> Value {
    json!(String::from_utf8_lossy(&timestamp_text(at)))
}

fn place(place: Place) -> Value {
    json!({"lat": place.lat(), "lon": place.lon()})
}

/// Totals with the months by name; a month without acts is left out.
fn totals(totals: &Totals) -> Value {
    let month = |m: &MonthTotals| {
        let name = format!("{}-{:02}", 1970 + m.month as i32 / 12, 1 + m.month % 12);
        let acts = json!({"transactions": m.transactions, "spent": m.spent, "trips": m.trips, "visits": m.visits, "orders": m.orders});
        (name, acts)
    };
    let months: serde_json::Map<String, Value> = totals.months.iter().filter(|m| m.month > 0).map(month).collect();
    json!({
        "transactions": totals.transactions,
        "spent_minor_units": totals.spent,
        "trips": totals.trips,
        "visits": totals.visits,
        "orders": totals.orders,
        "frauds": totals.frauds,
        "months": months,
    })
}

fn device(device: &Device) -> Value {
    let model = device.model();
    json!({"device_type": model.device_type, "os": model.os, "browser": model.browser})
}

fn act(town: &Town, act: Act) -> Value {
    use crate::history::ActKind as K;
    let mut shown = json!({"at": time(act.time()), "kind": act.kind()});
    match act.kind() {
        Some(K::Purchase | K::Withdrawal | K::Transfer | K::Payment | K::Deposit | K::Fraud) => {
            shown["minor_units"] = json!(act.size);
            shown["merchant_id"] = json!(format!("merchant_{}", act.subject));
        }
        Some(K::Visit) => shown["events"] = json!(act.size),
        Some(K::Order) => shown["minor_units"] = json!(act.size),
        Some(K::Review) => shown["product_id"] = json!(format!("prod_{}", act.subject)),
        Some(K::Trip) if act.size > 0 && act.subject <= town.driver_count() => {
            shown["seconds"] = json!(act.size);
            shown["driver_id"] = json!(format!("driver_{}", act.subject));
        }
        _ => {}
    }
    shown
}
