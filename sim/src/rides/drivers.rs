//! The acts of drivers. Must not depend on: the plans of riders.

use super::model::completion::Completion;
use super::model::driver::{Driver, DriverProcess};
use super::model::fleet::Fleet;
use super::repositioning::end_wait;
use super::trips::trip_id;
use crate::base::{DriverId, EntityId};
use crate::engine::{OrderKey, Purpose, Stream, VirtualTime};
use crate::outlet::Outlet;
use crate::town::{Locality, Town};

/// Makes the act of a driver that is due now.
pub(crate) fn act_driver<O: Outlet>(
    town: &Town,
    local: &Locality,
    fleet: &mut Fleet,
    slot: usize,
    now: VirtualTime,
    out: &mut O,
) {
    let driver_id = fleet.driver_id(slot);
    let id = EntityId::driver(driver_id);
    let driver = &mut fleet.drivers[slot];
    let calendar = &local.region.calendar;
    let number = |driver: &Driver, process: DriverProcess| u64::from(driver.acts[process as usize]);
    // The end of the trip comes first, because a driver who is free at that instant can end the shift.
    let act = if driver.due[DriverProcess::Trip as usize] == now {
        emit_completion(town, driver_id, driver, now, out);
        let rng = &mut town.rng(id, Purpose::Trip, number(driver, DriverProcess::Trip));
        driver.finish_trip(calendar, now, rng)
    } else if driver.due[DriverProcess::Shift as usize] == now {
        let rng = &mut town.rng(id, Purpose::Shift, number(driver, DriverProcess::Shift));
        driver.change_shift(calendar, now, rng)
    } else {
        let rng = &mut town.rng(id, Purpose::Waiting, number(driver, DriverProcess::Wait));
        driver.acts[DriverProcess::Wait as usize] += 1;
        return end_wait(town, local, fleet, slot, now, rng);
    };
    driver.totals.add(act);
    fleet.history.push(slot, act);
    fleet.refresh(slot);
}

/// Emits the end of the driver's trip, if the world has that stream.
fn emit_completion<O: Outlet>(town: &Town, id: DriverId, driver: &Driver, now: VirtualTime, out: &mut O) {
    if !town.has(Stream::Completions) {
        return;
    }
    let event = Completion {
        trip_id: trip_id(town, id, driver),
        driver: id.number(),
        completed_at: now,
        actual_seconds: driver.travel_seconds,
        entity_sequence: driver.sequence,
    };
    let order = OrderKey::new(now, EntityId::driver(id).code(), DriverProcess::Trip as u8, driver.sequence);
    out.completion(order, &event);
}
