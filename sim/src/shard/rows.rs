//! The rows of tables that no act emits: all rows at the start of the world, those of people whose card expires, and those of
//! products at midnight. Their instants follow from the town and the people, and are not saved. Must not depend on: the
//! contents of rows.

use super::Shard;
use super::pending_rows::PendingRows;
use crate::bank::{CardKind, next_expiry};
use crate::base::{DriverId, EntityId, PersonId};
use crate::engine::{Span, Stream, VirtualTime};
use crate::outlet::Outlet;
use crate::person::Person;
use crate::scene::LiveScene;
use crate::tables::{self, Rank, own_order};
use crate::town::{Locality, Town};

/// Returns the first midnight (UTC) after `at`.
fn midnight_after(at: VirtualTime) -> VirtualTime {
    VirtualTime::from_seconds(i64::from(at.utc_day() + 1) * 86_400)
}

impl Shard {
    /// Plans the rows from `from` on, whose acts have not run.
    pub(super) fn plan_rows(&mut self, town: &Town, from: VirtualTime) {
        self.rows = PendingRows::none();
        if from <= town.start() && town.streams().any(Stream::is_table) {
            self.rows.snapshot = town.start();
        }
        let before = VirtualTime::from_micros(from.micros() - 1).max(town.start());
        if town.has(Stream::Products) && self.is_first_of_region(town) {
            self.rows.midnight = midnight_after(before);
        }
        (0..self.people.len()).for_each(|slot| self.plan_expiry(town, slot, before));
    }

    fn is_first_of_region(&self, town: &Town) -> bool {
        let earlier = self.index.checked_sub(1).map(|index| town.shard_spec(index).locality);
        earlier != Some(self.spec.locality)
    }

    /// Plans the next expiry of a card of a person after `after`.
    pub(super) fn plan_expiry(&mut self, town: &Town, slot: usize, after: VirtualTime) {
        let person = &self.people[slot];
        if !town.has(Stream::Users) || !person.has_account() {
            return;
        }
        let id = EntityId::tenant(PersonId(self.spec.people.start + slot as u32), person.tenancy.generation);
        let (key, opened) = (town.key().of_entity(id.code()), person.profile.opened);
        let expiry = |kind| opened + next_expiry(key, kind, after.since(opened).max(Span::from_micros(0)));
        let debit = expiry(CardKind::Debit);
        let next = if person.profile.wallet.credit_card { debit.min(expiry(CardKind::Credit)) } else { debit };
        self.rows.expiries.insert((next, slot as u32));
    }

    /// Emits the rows of `now`.
    pub(super) fn send_rows<O: Outlet>(&mut self, town: &Town, now: VirtualTime, out: &mut O) {
        if self.rows.snapshot == now {
            self.rows.snapshot = VirtualTime::NEVER;
            self.send_snapshot(town, now, out);
        }
        while let Some(&(at, slot)) = self.rows.expiries.first()
            && at == now
        {
            self.rows.expiries.pop_first();
            self.send_expiry(town, slot as usize, now, out);
        }
        if self.rows.midnight == now {
            self.send_products(town, now, out);
            self.rows.midnight = midnight_after(now);
        }
    }

    /// Emits the user whose card expires now.
    fn send_expiry<O: Outlet>(&mut self, town: &Town, slot: usize, now: VirtualTime, out: &mut O) {
        let just_before = VirtualTime::from_micros(now.micros() - 1);
        self.plan_expiry(town, slot, just_before);
        // The entry was one of an earlier person if this one has no expiry now.
        if self.rows.expiries.remove(&(now, slot as u32)) {
            let (mut scene, person, ..) = self.scene(town, slot, now, out);
            let row = tables::user(&scene, person);
            tables::emit_user(&mut scene, Rank::Own, &row);
            self.plan_expiry(town, slot, now);
        }
    }

    /// Emits the products that are not as on the day before.
    fn send_products<O: Outlet>(&mut self, town: &Town, midnight: VirtualTime, out: &mut O) {
        let local = &town.localities()[self.spec.locality];
        let before = (midnight - Span::from_days(1)).max(town.start());
        for number in local.catalogue.numbers() {
            if let Some(row) = tables::changed_product(town, local, number, midnight, before) {
                out.product(own_order(Stream::Products, number, midnight, row.entity_sequence), &row);
            }
        }
    }

    /// Emits the rows of all people and drivers of the shard, and of what their region has in its first shard.
    fn send_snapshot<O: Outlet>(&mut self, town: &Town, start: VirtualTime, out: &mut O) {
        if town.has(Stream::Users) {
            self.each_person(town, start, out, |scene, person| {
                let row = tables::user(scene, person);
                tables::emit_user(scene, Rank::Own, &row);
            });
        }
        if town.has(Stream::Drivers) {
            self.send_drivers(town, start, out);
        }
        if town.has(Stream::Customers) {
            self.each_person(town, start, out, |scene, person| {
                let row = tables::customer(scene, person);
                tables::emit_customer(scene, Rank::Own, &row);
            });
        }
        if self.is_first_of_region(town) {
            send_things(town, &town.localities()[self.spec.locality], start, out);
        }
    }

    fn each_person<O: Outlet>(
        &mut self,
        town: &Town,
        start: VirtualTime,
        out: &mut O,
        emit: impl Fn(&mut LiveScene<'_, O>, &Person),
    ) {
        for slot in 0..self.people.len() {
            let (mut scene, person, ..) = self.scene(town, slot, start, out);
            emit(&mut scene, person);
        }
    }

    /// Emits the row of a driver after an act before which it was `before`, if it is another one.
    pub(super) fn send_changed_driver<O: Outlet>(
        &self,
        town: &Town,
        slot: usize,
        before: (u8, u16),
        now: VirtualTime,
        out: &mut O,
    ) {
        let (id, driver) = (self.fleet.driver_id(slot), &self.fleet.drivers[slot]);
        if tables::shown_of_driver(driver) != before {
            let row = tables::driver(town, &town.localities()[self.spec.locality], id, driver, now);
            out.driver(tables::driver_order(Rank::Act, id, &row), &row);
        }
    }

    fn send_drivers<O: Outlet>(&mut self, town: &Town, start: VirtualTime, out: &mut O) {
        let local = &town.localities()[self.spec.locality];
        for (number, driver) in self.spec.drivers.clone().zip(&self.fleet.drivers) {
            let row = tables::driver(town, local, DriverId(number), driver, start);
            out.driver(tables::driver_order(Rank::Own, DriverId(number), &row), &row);
        }
    }
}

/// Emits the rows of the merchants and products of a region at the start.
fn send_things<O: Outlet>(town: &Town, local: &Locality, start: VirtualTime, out: &mut O) {
    if town.has(Stream::Merchants) {
        for number in local.merchants.numbers() {
            let row = tables::merchant(local, number, start);
            out.merchant(own_order(Stream::Merchants, number, start, row.entity_sequence), &row);
        }
    }
    if town.has(Stream::Products) {
        for number in local.catalogue.numbers() {
            let row = tables::product(town, local, number, start);
            out.product(own_order(Stream::Products, number, start, row.entity_sequence), &row);
        }
    }
}
