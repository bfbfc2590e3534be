//! The states of a driver and the transitions between them. Must not depend on: riders and scenes.
//!
//! ```text
//!            shift begins             takes a rider
//!   Off ───────────────────▶ Idle ──────────────────▶ Busy ───────────┐ shift ends
//!    ▲                      ▲  │ ▲                      │              ▼
//!    │ shift ends    rested │  │ └──────────────────────┤ trip ends  Overtime
//!    ├──────────────────────┼──┤ break is due           │              │
//!    │                      │  ▼                        │              │ trip ends
//!    ├─────────────────── Resting ◀─────────────────────┘              │
//!    │                              trip ends, break is due            │
//!    └─────────────────────────────────────────────────────────────────┘
//! ```

use super::model::driver::{Driver, DriverProcess, Status, draw_vehicle};
use super::model::parameters::drivers::{BREAK_SECONDS, P_NEW_VEHICLE_PER_SHIFT};
use super::model::rating::updated_rating;
use crate::base::Place;
use crate::engine::{RngStream, Span, VirtualTime};
use crate::history::{Act, ActKind};
use crate::region::Calendar;

impl Driver {
    /// Begins or ends the shift, whichever is due.
    pub(super) fn change_shift(&mut self, calendar: &Calendar, now: VirtualTime, rng: &mut RngStream) -> Act {
        self.acts[DriverProcess::Shift as usize] += 1;
        match self.status {
            Status::Off => {
                self.start_shift(calendar, now, rng);
                Act::new(now, ActKind::ShiftStart, 0, 0)
            }
            Status::Idle | Status::Busy | Status::Overtime | Status::Resting => {
                self.end_shift(calendar, now, rng);
                Act::new(now, ActKind::ShiftEnd, 0, 0)
            }
        }
    }

    fn start_shift(&mut self, calendar: &Calendar, now: VirtualTime, rng: &mut RngStream) {
        self.place = self.home;
        if rng.chance(P_NEW_VEHICLE_PER_SHIFT) {
            self.vehicles_before += 1;
            self.vehicle_type = draw_vehicle(rng);
        }
        let end = now + self.shifts.length(calendar, now, rng);
        self.plan(DriverProcess::Shift, end);
        self.driving_skill.begin_shift(now, rng);
        self.plan_break(now, rng);
        self.be_free(now, rng);
    }

    fn end_shift(&mut self, calendar: &Calendar, now: VirtualTime, rng: &mut RngStream) {
        if self.status == Status::Busy {
            // The next shift is planned when the trip is over: it begins at home, and must not begin during the trip.
            self.status = Status::Overtime;
            self.plan(DriverProcess::Shift, VirtualTime::NEVER);
        } else {
            self.go_off(calendar, now, rng);
        }
    }

    fn go_off(&mut self, calendar: &Calendar, now: VirtualTime, rng: &mut RngStream) {
        self.status = Status::Off;
        self.heading = None;
        self.plan(DriverProcess::Wait, VirtualTime::NEVER);
        self.plan_shift(calendar, now, rng);
    }

    /// Takes a rider to `destination` until `end`; the travel itself takes `travel_seconds` of that time.
    pub(super) fn take(&mut self, destination: Place, end: VirtualTime, travel_seconds: u32) {
        self.sequence += 1;
        self.travel_seconds = travel_seconds;
        self.status = Status::Busy;
        self.place = destination;
        self.heading = None;
        self.plan(DriverProcess::Wait, VirtualTime::NEVER);
        self.plan(DriverProcess::Trip, end);
    }

    /// Ends the trip in progress: the rider may rate it, and the driver is free, rests or goes home.
    pub(super) fn finish_trip(&mut self, calendar: &Calendar, now: VirtualTime, rng: &mut RngStream) -> Act {
        self.acts[DriverProcess::Trip as usize] += 1;
        self.plan(DriverProcess::Trip, VirtualTime::NEVER);
        self.experience += 1;
        self.rating = updated_rating(self.rating, self.service_quality, rng);
        match self.status {
            Status::Overtime => self.go_off(calendar, now, rng),
            _ if self.is_break_due(now) => self.begin_break(now, rng),
            _ => self.be_free(now, rng),
        }
        Act::new(now, ActKind::Trip, 0, self.sequence)
    }

    /// Drives without a rider to a place, to arrive at `arrival`; requests near the start of the way still reach the
    /// driver.
    pub(super) fn set_off(&mut self, to: Place, arrival: VirtualTime) {
        self.heading = Some(to);
        self.plan(DriverProcess::Wait, arrival);
    }

    /// Returns whether a break is due.
    pub(super) fn is_break_due(&self, now: VirtualTime) -> bool {
        now >= self.break_due
    }

    /// Begins a break; the shift may end during it.
    pub(super) fn begin_break(&mut self, now: VirtualTime, rng: &mut RngStream) {
        let rest = Span::from_seconds_f64(rng.between(BREAK_SECONDS.0, BREAK_SECONDS.1));
        self.status = Status::Resting;
        self.heading = None;
        self.driving_skill.rest(now, rest);
        self.plan_break(now + rest, rng);
        self.plan(DriverProcess::Wait, now + rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{DriverId, EntityId};
    use crate::engine::{Purpose, Span};
    use crate::testing;
    use crate::town::Town;

    fn driver(n: u32) -> (Town, Driver) {
        let town = testing::town("[world]\npeople = 1000");
        let driver = Driver::draw(town.key(), &town.localities()[0].region, town.start(), DriverId(n));
        (town, driver)
    }

    fn rng(town: &Town, act: u64) -> RngStream {
        town.rng(EntityId::driver(DriverId(0)), Purpose::Waiting, act)
    }

    #[test]
    fn a_shift_has_work_and_breaks_and_an_end() {
        let (town, mut driver) = driver(3);
        let calendar = &town.localities()[0].region.calendar;
        let (mut breaks, mut shifts) = (0, 0);
        for act in 0..2_000 {
            let now = driver.earliest();
            let rng = &mut rng(&town, act);
            if driver.due[DriverProcess::Shift as usize] == now {
                shifts += u32::from(driver.change_shift(calendar, now, rng).kind() == Some(ActKind::ShiftStart));
            } else if driver.status == Status::Idle && driver.is_break_due(now) {
                breaks += 1;
                driver.begin_break(now, rng);
                assert!(driver.status == Status::Resting && !driver.is_break_due(now));
            } else {
                driver.be_free(now, rng);
            }
            assert!(driver.earliest() > now, "{driver:?}");
            assert_eq!(driver.status == Status::Off, driver.due[DriverProcess::Wait as usize] == VirtualTime::NEVER);
        }
        assert!(shifts > 50 && breaks > shifts / 2, "{breaks} breaks in {shifts} shifts");
    }

    #[test]
    fn tired_drivers_rest_sooner() {
        let (town, mut driver) = driver(5);
        let now = town.start() + Span::from_days(1);
        let mut mean = |hours: i64| {
            driver.driving_skill.fatigue_since = now - Span::from_seconds(hours * 3_600);
            let wait = |act| {
                driver.plan_break(now, &mut rng(&town, act));
                driver.break_due.since(now).as_seconds_f64()
            };
            (0..500).map(wait).sum::<f64>() / 500.0
        };
        assert!(mean(8) < 0.7 * mean(0));
    }

    #[test]
    fn a_rider_ends_a_wait_and_a_way_without_a_rider() {
        let (town, mut driver) = driver(7);
        let (now, rng) = (town.start(), &mut rng(&town, 1));
        driver.be_free(now, rng);
        driver.set_off(Place::from_degrees(29.7, -95.4), now + Span::from_seconds(600));
        driver.take(Place::from_degrees(29.8, -95.3), now + Span::from_seconds(900), 700);
        assert_eq!((driver.status, driver.heading, driver.sequence), (Status::Busy, None, 1));
        assert_eq!(driver.due[DriverProcess::Wait as usize], VirtualTime::NEVER);
    }
}
