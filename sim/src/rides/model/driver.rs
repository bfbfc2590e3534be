//! A driver: vehicle, shifts and breaks, craft and rating, and what they are doing. Knows local time; not the riders.

use super::driving_skill::Craft;
use super::shifts::Shifts;
use crate::base::{DriverId, EntityId, Place, VehicleType};
use crate::engine::{Draws, Purpose, Span, VirtualTime, sample};
use crate::history::{Act, ActKind, Totals};
use crate::region::{Calendar, Region};
use crate::town::Town;
use serde::{Deserialize, Serialize};

/// How many processes a driver has.
pub const DRIVER_PROCESSES: usize = 3;

/// What can be planned in a driver's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum DriverProcess {
    /// The shift begins or ends.
    Shift = 0,
    /// The trip in progress ends.
    Trip = 1,
    /// Somebody free has waited long enough, has arrived where riders are, or has rested.
    Wait = 2,
}

/// What a driver is doing. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Status {
    /// Off shift.
    Off,
    /// On shift and free.
    Idle,
    /// Driving somebody, or on the way to them.
    Busy,
    /// Driving somebody although the shift is over; goes home afterwards.
    Overtime,
    /// On shift, having a break.
    Resting,
}

/// One driver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Driver {
    /// When each process acts next.
    pub due: [VirtualTime; DRIVER_PROCESSES],
    /// How often each process has acted.
    pub acts: [u32; DRIVER_PROCESSES],
    /// Where they live and begin their shifts.
    pub home: Place,
    /// Where they are, or where the trip in progress ends; on the way to where riders are, where they set off.
    pub place: Place,
    /// Where riders are, when they are on the way there without one.
    pub heading: Option<Place>,
    /// What they are doing.
    pub status: Status,
    /// Their shifts.
    pub shifts: Shifts,
    /// From when on they want a break.
    pub break_due: VirtualTime,
    /// How well they drive.
    pub craft: Craft,
    /// How well riders take to them, in stars.
    pub charm: f32,
    /// Running rating, 1.0 to 5.0 stars.
    pub rating: f32,
    /// Trips ever, those before the world began included.
    pub experience: u32,
    /// Trips in this world.
    pub sequence: u32,
    /// The travel time of the last of them in seconds: of the trip in progress, if there is one.
    pub travel_seconds: u32,
    /// Their vehicle's type.
    pub vehicle_type: VehicleType,
    /// How many vehicles they had before.
    pub vehicles_before: u16,
    /// What they did so far.
    pub totals: Totals,
}

/// Ratings weigh about so many trips.
const RATING_MEMORY: f32 = 150.0;
/// One shift in so many begins with a new vehicle: about one in three years.
const SHIFTS_PER_VEHICLE: f64 = 1_000.0;

/// Seconds of work before a break, and how much sooner it comes for each hour of work without rest.
const WORK: (f64, f64) = (9_000.0, 16_200.0);
const SOONER_AN_HOUR: f64 = 0.06;

/// Seconds that a break lasts.
const BREAK: (f64, f64) = (900.0, 2_400.0);

/// Seconds that somebody free waits before they move to where riders are.
const PATIENCE: (f64, f64) = (1_500.0, 2_400.0);

impl Driver {
    /// The driver that `id` is born as.
    pub fn born(town: &Town, region: &Region, id: DriverId) -> Self {
        let draws = &mut town.draws(EntityId::driver(id), Purpose::BirthDriver, 0);
        let home = region.home(draws);
        let charm = (4.72 + 0.16 * sample::normal(draws)).clamp(3.6, 5.0) as f32;
        let experience = (1_200.0 * sample::exponential(draws)) as u32;
        let mut driver = Driver {
            due: [VirtualTime::NEVER; DRIVER_PROCESSES],
            acts: [0; DRIVER_PROCESSES],
            home,
            place: home,
            heading: None,
            status: Status::Off,
            shifts: Shifts::chosen(draws),
            break_due: VirtualTime::NEVER,
            craft: Craft::born(region, home, experience, town.start(), draws),
            charm,
            rating: (charm as f64 + 0.05 * sample::normal(draws)).clamp(3.5, 5.0) as f32,
            experience,
            sequence: 0,
            travel_seconds: 0,
            vehicle_type: vehicle(draws),
            vehicles_before: 0,
            totals: Totals::default(),
        };
        driver.begin_life(&region.calendar, town.start(), draws);
        driver
    }

    /// At the world's start: on shift when that is their hour, else waiting for the next one.
    fn begin_life(&mut self, calendar: &Calendar, start: VirtualTime, draws: &mut Draws) {
        match self.shifts.running(calendar, start) {
            Some(end) => {
                self.plan(DriverProcess::Shift, end.max(start.next()));
                self.plan_break(start, draws);
                self.be_free(start, draws);
            }
            None => self.plan_shift(calendar, start, draws),
        }
    }

    fn plan(&mut self, process: DriverProcess, at: VirtualTime) {
        self.due[process as usize] = at;
    }

    fn plan_shift(&mut self, calendar: &Calendar, now: VirtualTime, draws: &mut Draws) {
        let next = self.shifts.next(calendar, now, draws);
        self.plan(DriverProcess::Shift, next);
    }

    /// The shift begins or ends, whichever is due.
    pub(crate) fn change_shift(&mut self, calendar: &Calendar, now: VirtualTime, draws: &mut Draws) -> Act {
        self.acts[DriverProcess::Shift as usize] += 1;
        match self.status {
            Status::Off => {
                self.start_shift(calendar, now, draws);
                Act::new(now, ActKind::ShiftStart, 0, 0)
            }
            Status::Idle | Status::Busy | Status::Overtime | Status::Resting => {
                self.end_shift(calendar, now, draws);
                Act::new(now, ActKind::ShiftEnd, 0, 0)
            }
        }
    }

    fn start_shift(&mut self, calendar: &Calendar, now: VirtualTime, draws: &mut Draws) {
        self.place = self.home;
        if draws.chance(1.0 / SHIFTS_PER_VEHICLE) {
            self.vehicles_before += 1;
            self.vehicle_type = vehicle(draws);
        }
        let end = now + self.shifts.length(calendar, now, draws);
        self.plan(DriverProcess::Shift, end);
        self.craft.begin_shift(now, draws);
        self.plan_break(now, draws);
        self.be_free(now, draws);
    }

    fn end_shift(&mut self, calendar: &Calendar, now: VirtualTime, draws: &mut Draws) {
        if self.status == Status::Busy {
            // The next shift is planned when the trip is over: it must not begin, at home, during it or right behind it.
            self.status = Status::Overtime;
            self.plan(DriverProcess::Shift, VirtualTime::NEVER);
        } else {
            self.go_off(calendar, now, draws);
        }
    }

    fn go_off(&mut self, calendar: &Calendar, now: VirtualTime, draws: &mut Draws) {
        self.status = Status::Off;
        self.heading = None;
        self.plan(DriverProcess::Wait, VirtualTime::NEVER);
        self.plan_shift(calendar, now, draws);
    }

    /// Takes a rider, to be free again at `end`, at `destination`; of that time the travel takes `travel_seconds`.
    pub(crate) fn take(&mut self, destination: Place, end: VirtualTime, travel_seconds: u32) {
        self.sequence += 1;
        self.travel_seconds = travel_seconds;
        self.status = Status::Busy;
        self.place = destination;
        self.heading = None;
        self.plan(DriverProcess::Wait, VirtualTime::NEVER);
        self.plan(DriverProcess::Trip, end);
    }

    /// The trip in progress ends: the rider rates it, and the driver is free, rests or goes home.
    pub(crate) fn finish_trip(&mut self, calendar: &Calendar, now: VirtualTime, draws: &mut Draws) -> Act {
        self.acts[DriverProcess::Trip as usize] += 1;
        self.plan(DriverProcess::Trip, VirtualTime::NEVER);
        self.experience += 1;
        self.rate(draws);
        match self.status {
            Status::Overtime => self.go_off(calendar, now, draws),
            _ if self.wants_break(now) => self.begin_break(now, draws),
            _ => self.be_free(now, draws),
        }
        Act::new(now, ActKind::Trip, 0, self.sequence)
    }

    /// Free: waits for a rider, for a while where they are.
    pub(crate) fn be_free(&mut self, now: VirtualTime, draws: &mut Draws) {
        self.status = Status::Idle;
        let wait = Span::from_seconds_f64(draws.between(PATIENCE.0, PATIENCE.1));
        self.plan(DriverProcess::Wait, now + wait);
    }

    /// Sets off to where riders are, to arrive at `arrival`; meanwhile a rider near where they left still gets them.
    pub(crate) fn set_off(&mut self, to: Place, arrival: VirtualTime) {
        self.heading = Some(to);
        self.plan(DriverProcess::Wait, arrival);
    }

    /// Whether it is time for a break.
    pub(crate) fn wants_break(&self, now: VirtualTime) -> bool {
        now >= self.break_due
    }

    /// Rests for a while; the shift may end meanwhile.
    pub(crate) fn begin_break(&mut self, now: VirtualTime, draws: &mut Draws) {
        let rest = Span::from_seconds_f64(draws.between(BREAK.0, BREAK.1));
        self.status = Status::Resting;
        self.heading = None;
        self.craft.rest(now, rest);
        self.plan_break(now + rest, draws);
        self.plan(DriverProcess::Wait, now + rest);
    }

    /// The next break comes the sooner the longer they work already.
    fn plan_break(&mut self, now: VirtualTime, draws: &mut Draws) {
        let hours = now.since(self.craft.fresh_since).as_seconds_f64() / 3_600.0;
        let sooner = (1.0 - SOONER_AN_HOUR * hours).max(0.4);
        self.break_due = now + Span::from_seconds_f64(sooner * draws.between(WORK.0, WORK.1));
    }

    /// Two in three riders rate; most give five stars, the more the better the driver.
    fn rate(&mut self, draws: &mut Draws) {
        if draws.chance(0.33) {
            return;
        }
        let unhappy = (5.0 - self.charm as f64) / 1.5;
        let stars = if !draws.chance(unhappy) { 5.0 } else { [4.0, 4.0, 3.0, 1.0][draws.below(4) as usize] };
        self.rating = (self.rating + (stars - self.rating) / RATING_MEMORY).clamp(1.0, 5.0);
    }

    /// The rating in tenths of a star, as records show it.
    pub fn rating_tenths(&self) -> u8 {
        libm::round(self.rating as f64 * 10.0) as u8
    }

    /// When something happens next in this life.
    #[inline]
    pub fn earliest(&self) -> VirtualTime {
        self.due.iter().copied().fold(VirtualTime::NEVER, VirtualTime::min)
    }
}

fn vehicle(draws: &mut Draws) -> VehicleType {
    VehicleType::ALL[sample::pick(&[0.55, 0.78, 0.92, 0.95, 1.0], draws.unit())]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn driver(n: u32) -> (Town, Driver) {
        let town = testing::town("[world]\npeople = 1000");
        let driver = Driver::born(&town, &town.localities()[0].region, DriverId(n));
        (town, driver)
    }

    fn draws(town: &Town, act: u64) -> Draws {
        town.draws(EntityId::driver(DriverId(0)), Purpose::Waiting, act)
    }

    #[test]
    fn a_shift_has_work_and_breaks_and_an_end() {
        let (town, mut driver) = driver(3);
        let calendar = &town.localities()[0].region.calendar;
        let (mut breaks, mut shifts) = (0, 0);
        for act in 0..2_000 {
            let now = driver.earliest();
            let draws = &mut draws(&town, act);
            if driver.due[DriverProcess::Shift as usize] == now {
                shifts += u32::from(driver.change_shift(calendar, now, draws).kind() == Some(ActKind::ShiftStart));
            } else if driver.status == Status::Idle && driver.wants_break(now) {
                breaks += 1;
                driver.begin_break(now, draws);
                assert!(driver.status == Status::Resting && !driver.wants_break(now));
            } else {
                driver.be_free(now, draws);
            }
            assert!(driver.earliest() > now, "{driver:?}");
            assert_eq!(driver.status == Status::Off, driver.due[DriverProcess::Wait as usize] == VirtualTime::NEVER);
        }
        assert!(shifts > 50 && breaks > shifts / 2, "{breaks} breaks in {shifts} shifts");
    }

    #[test]
    fn whoever_is_tired_rests_sooner() {
        let (town, mut driver) = driver(5);
        let now = town.start() + Span::from_days(1);
        let mut mean = |hours: i64| {
            driver.craft.fresh_since = now - Span::from_seconds(hours * 3_600);
            let wait = |act| {
                driver.plan_break(now, &mut draws(&town, act));
                driver.break_due.since(now).as_seconds_f64()
            };
            (0..500).map(wait).sum::<f64>() / 500.0
        };
        assert!(mean(8) < 0.7 * mean(0));
    }

    #[test]
    fn a_rider_ends_a_wait_and_a_way() {
        let (town, mut driver) = driver(7);
        let (now, draws) = (town.start(), &mut draws(&town, 1));
        driver.be_free(now, draws);
        driver.set_off(Place::from_degrees(29.7, -95.4), now + Span::from_seconds(600));
        driver.take(Place::from_degrees(29.8, -95.3), now + Span::from_seconds(900), 700);
        assert_eq!((driver.status, driver.heading, driver.sequence), (Status::Busy, None, 1));
        assert_eq!(driver.due[DriverProcess::Wait as usize], VirtualTime::NEVER);
    }
}
