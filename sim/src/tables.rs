//! The rows of tables, made from the state of people and drivers and from what a region has. A row of an act comes right
//! after the events of the act; other rows come after commands and reports and before all acts of their instant. Must not
//! depend on: the instants at which no act emits rows, shards.

use crate::bank::{CardKind, card_number, expiries};
use crate::base::{DriverId, EntityId};
use crate::drift::{Rule, Who};
use crate::engine::{Id, IdKind, OrderKey, Span, Stream, VirtualTime};
use crate::outlet::Outlet;
use crate::person::{PROCESSES, Person, Process};
use crate::rides::{DRIVER_PROCESSES, Driver};
use crate::rows::{CustomerRow, DriverRow, MerchantRow, ProductRow, RowState, UserRow};
use crate::scene::{LiveScene, Scene};
use crate::town::{Locality, Town};
use std::sync::Arc;

/// The part of an instant to which a row belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rank {
    /// An act of the entity.
    Act,
    /// No act.
    Own,
}

/// The rows of a person in the tables that the world has.
pub(crate) struct PersonRows {
    user: Option<UserRow>,
    customer: Option<CustomerRow>,
}

impl PersonRows {
    /// Returns the rows of the person who acts.
    pub fn of(scene: &Scene<'_>, person: &Person) -> Self {
        PersonRows {
            user: scene.town.has(Stream::Users).then(|| user(scene, person)),
            customer: scene.town.has(Stream::Customers).then(|| customer(scene, person)),
        }
    }

    /// Emits the rows as those of a person whose account is opened or closed.
    pub fn emit<O: Outlet>(self, scene: &mut LiveScene<'_, O>, state: RowState) {
        if let Some(user) = self.user {
            emit_user(scene, Rank::Act, &UserRow { state, ..user });
        }
        if let Some(customer) = self.customer {
            emit_customer(scene, Rank::Act, &CustomerRow { state, ..customer });
        }
    }

    /// Emits the present rows that differ from these, which were made before an act.
    pub fn emit_changed<O: Outlet>(self, scene: &mut LiveScene<'_, O>, person: &Person) {
        let PersonRows { user, customer } = PersonRows::of(scene, person);
        if let (Some(now), Some(before)) = (user, self.user)
            && now != (UserRow { entity_sequence: now.entity_sequence, ..before })
        {
            emit_user(scene, Rank::Act, &now);
        }
        if let (Some(now), Some(before)) = (customer, self.customer)
            && now != (CustomerRow { entity_sequence: now.entity_sequence, ..before })
        {
            emit_customer(scene, Rank::Act, &now);
        }
    }
}

/// Emits a row of the table of users.
pub(crate) fn emit_user<O: Outlet>(scene: &mut LiveScene<'_, O>, rank: Rank, row: &UserRow) {
    let order = person_order(scene, Stream::Users, rank, row.entity_sequence);
    scene.out().user(order, row);
}

/// Emits the row of the user who acts if the cards were replaced since there had been `replaced` replacements.
pub(crate) fn emit_other_cards<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &Person, replaced: u16) {
    if person.changes.cards_replaced != replaced && scene.town.has(Stream::Users) {
        let row = user(scene, person);
        emit_user(scene, Rank::Act, &row);
    }
}

/// Emits a row of the table of customers.
pub(crate) fn emit_customer<O: Outlet>(scene: &mut LiveScene<'_, O>, rank: Rank, row: &CustomerRow) {
    let order = person_order(scene, Stream::Customers, rank, row.entity_sequence);
    scene.out().customer(order, row);
}

fn person_order(scene: &Scene<'_>, stream: Stream, rank: Rank, sequence: u32) -> OrderKey {
    let process = PROCESSES as u8 + u8::from(stream == Stream::Customers);
    match rank {
        Rank::Act => OrderKey::new(scene.now, EntityId::person(scene.id).code(), process, sequence),
        Rank::Own => own_order(stream, scene.id.0, scene.now, sequence),
    }
}

/// Returns the place of a driver's row.
pub(crate) fn driver_order(rank: Rank, id: DriverId, row: &DriverRow) -> OrderKey {
    let (at, sequence) = (row.valid_from, row.entity_sequence);
    match rank {
        Rank::Act => OrderKey::new(at, EntityId::driver(id).code(), DRIVER_PROCESSES as u8, sequence),
        Rank::Own => own_order(Stream::Drivers, id.0, at, sequence),
    }
}

/// Returns the place of a row that no act of its entity emits, by the entity's number in the table.
pub(crate) fn own_order(table: Stream, number: u32, at: VirtualTime, sequence: u32) -> OrderKey {
    let entity = EntityId::row(table as u32 - Stream::Users as u32 + 1, number);
    OrderKey::new(at, entity.code(), (number >> 28) as u8, sequence)
}

fn name(local: &Locality) -> Arc<str> {
    Arc::from(local.region.name.as_str())
}

/// Returns the row of the person who acts, as a user.
pub(crate) fn user(scene: &Scene<'_>, person: &Person) -> UserRow {
    let profile = &person.profile;
    UserRow {
        user_id: scene.person_uuid(),
        valid_from: scene.now,
        state: RowState::Holds,
        account: scene.account(),
        region: name(scene.local),
        currency: scene.local.region.currency,
        account_opened: profile.opened,
        home: profile.home,
        work: profile.work,
        children_born: person.changes.children,
        phone: profile.devices[0],
        devices: profile.device_count,
        debit_card: card(scene, person, CardKind::Debit),
        credit_card: profile.wallet.credit_card.then(|| card(scene, person, CardKind::Credit)),
        paypal: profile.wallet.paypal,
        crypto: profile.wallet.crypto,
        persona: profile.persona,
        spending_level: libm::exp(f64::from(profile.level)),
        entity_sequence: sequence(scene, person),
    }
}

/// Returns the row of the person who acts, as a customer.
pub(crate) fn customer(scene: &Scene<'_>, person: &Person) -> CustomerRow {
    let profile = &person.profile;
    CustomerRow {
        customer_id: scene.person_uuid(),
        valid_from: scene.now,
        state: RowState::Holds,
        region: name(scene.local),
        currency: scene.local.region.currency,
        customer_since: profile.opened,
        address: profile.home,
        phone: profile.devices[0],
        devices: profile.device_count,
        entity_sequence: sequence(scene, person),
    }
}

fn age(scene: &Scene<'_>, person: &Person) -> Span {
    scene.now.since(person.profile.opened)
}

fn card(scene: &Scene<'_>, person: &Person, kind: CardKind) -> Id {
    let replaced = person.changes.cards_replaced;
    scene.own_uuid(IdKind::Card, card_number(scene.key, kind, age(scene, person), replaced))
}

/// Returns the number of changes that the person can have had, from 1: it rises with each row.
fn sequence(scene: &Scene<'_>, person: &Person) -> u32 {
    let before = scene.town.start().since(person.profile.opened);
    let expired = |kind| {
        let up_to = |age: Span| expiries(scene.key, kind, age);
        (up_to(age(scene, person)) - up_to(before)) as u32
    };
    let credit = if person.profile.wallet.credit_card { expired(CardKind::Credit) } else { 0 };
    let of_people = u32::from(scene.generation == 0) + person.acts[Process::Life as usize];
    of_people + u32::from(person.changes.cards_replaced) + expired(CardKind::Debit) + credit
}

/// Returns what of a driver's row can change: the rating and the number of earlier vehicles.
pub(crate) fn shown_of_driver(driver: &Driver) -> (u8, u16) {
    (driver.rating_tenths(), driver.vehicles_before)
}

/// Returns the row of a driver at `now`.
pub(crate) fn driver(town: &Town, local: &Locality, id: DriverId, driver: &Driver, now: VirtualTime) -> DriverRow {
    DriverRow {
        driver: id.number(),
        valid_from: now,
        region: name(local),
        home: driver.home,
        vehicle: id.number() + u32::from(driver.vehicles_before) * town.driver_count(),
        vehicle_type: driver.vehicle_type,
        rating_tenths: driver.rating_tenths(),
        skill: driver.driving_skill.base_factor,
        entity_sequence: 1 + driver.trips_ended() + u32::from(driver.vehicles_before),
    }
}

/// Returns the row of a merchant, which never changes.
pub(crate) fn merchant(local: &Locality, number: u32, start: VirtualTime) -> MerchantRow {
    MerchantRow {
        merchant: number,
        valid_from: start,
        region: name(local),
        name: local.merchants.name(number),
        category: local.merchants.category(number),
        location: local.merchants.place(number),
        currency: local.region.currency,
        entity_sequence: 1,
    }
}

/// Returns the row of a product from `at` on, the start of the world or a midnight.
pub(crate) fn product(town: &Town, local: &Locality, number: u32, at: VirtualTime) -> ProductRow {
    let catalogue = &local.catalogue;
    let scale = town.rule(Rule::PriceScale, at, || Who::Region(local.region.id));
    ProductRow {
        product: number,
        valid_from: at,
        region: name(local),
        category: catalogue.category(number),
        kind: catalogue.kind(number),
        price: catalogue.price_on(number, at.utc_day()).times(scale),
        is_promoted: catalogue.is_promoted(number, at),
        is_sold: catalogue.is_sold(number, at),
        entity_sequence: 1 + (at.utc_day() - town.start().utc_day()) as u32,
    }
}

/// Returns the row of a product from a midnight on if it is not that of the day before.
pub(crate) fn changed_product(
    town: &Town,
    local: &Locality,
    number: u32,
    midnight: VirtualTime,
    before: VirtualTime,
) -> Option<ProductRow> {
    let scale = |at| town.rule(Rule::PriceScale, at, || Who::Region(local.region.id));
    let is_sold = |at| local.catalogue.is_sold(number, at);
    let new_prices = local.catalogue.begins_prices(midnight.utc_day()) || scale(midnight) != scale(before);
    if !new_prices && is_sold(midnight) == is_sold(before) {
        return None;
    }
    let (now, then) = (product(town, local, number, midnight), product(town, local, number, before));
    let same = then.price == now.price && then.is_promoted == now.is_promoted && then.is_sold == now.is_sold;
    (!same).then_some(now)
}
