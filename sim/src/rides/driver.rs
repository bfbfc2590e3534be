//! A driver: vehicle, shifts, skill and rating, and what they are doing. Knows local time; not the riders.

use super::event::VehicleType;
use crate::engine::{Draws, Purpose, VirtualTime, sample};
use crate::entity::{DriverId, EntityId};
use crate::person::{Act, ActKind, Totals};
use crate::place::Place;
use crate::region::{Calendar, LocalDay, Region};
use crate::rhythm::utc_of;
use crate::town::Town;
use serde::{Deserialize, Serialize};

/// How many processes a driver has.
pub const DRIVER_PROCESSES: usize = 2;

/// What can be planned in a driver's life.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum DriverProcess {
    /// The shift begins or ends.
    Shift = 0,
    /// The trip in progress ends.
    Trip = 1,
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
}

/// What is fixed about a driver's shifts.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shifts {
    /// Local minute of the day at which a shift usually begins.
    pub start_minute: u16,
    /// Usual length in minutes.
    pub minutes: u16,
    /// Days off, a bit each, Monday lowest.
    pub days_off: u8,
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
    /// Where they are, or where the trip in progress ends.
    pub place: Place,
    /// What they are doing.
    pub status: Status,
    /// Their shifts.
    pub shifts: Shifts,
    /// Their own factor on travel times, about 1; lower is faster.
    pub skill: f32,
    /// How well riders take to them, in stars.
    pub charm: f32,
    /// Running rating, 1.0 to 5.0 stars.
    pub rating: f32,
    /// Trips ever, those before the world began included.
    pub experience: u32,
    /// Trips in this world.
    pub sequence: u32,
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
const SHIFTS_PER_VEHICLE: f64 = 800.0;

impl Driver {
    /// The driver that `id` is born as.
    pub fn born(town: &Town, region: &Region, id: DriverId) -> Self {
        let draws = &mut town.draws(EntityId::driver(id), Purpose::BirthDriver, 0);
        let home = region.home(draws);
        let charm = (4.72 + 0.16 * sample::normal(draws)).clamp(3.6, 5.0) as f32;
        let mut driver = Driver {
            due: [VirtualTime::NEVER; DRIVER_PROCESSES],
            acts: [0; DRIVER_PROCESSES],
            home,
            place: home,
            status: Status::Off,
            shifts: shifts(draws),
            skill: (1.0 + 0.06 * sample::normal(draws)).clamp(0.82, 1.22) as f32,
            charm,
            rating: (charm as f64 + 0.05 * sample::normal(draws)).clamp(3.5, 5.0) as f32,
            experience: (400.0 * sample::exponential(draws) * 3.0) as u32,
            sequence: 0,
            vehicle_type: vehicle(draws),
            vehicles_before: 0,
            totals: Totals::default(),
        };
        driver.begin_life(&region.calendar, town.start(), draws);
        driver
    }

    /// At the world's start: on shift when that is their hour, else waiting for the next one.
    fn begin_life(&mut self, calendar: &Calendar, start: VirtualTime, draws: &mut Draws) {
        let day = calendar.local(start).day;
        let running = [LocalDay(day.0 - 1), day].into_iter().find_map(|d| {
            let begin = self.shift_start(calendar, d, 0.0)?;
            let end = begin + crate::engine::Span::from_seconds(self.shifts.minutes as i64 * 60);
            (begin <= start && start < end).then_some(end)
        });
        match running {
            Some(end) => {
                self.status = Status::Idle;
                self.due[DriverProcess::Shift as usize] = end.max(start.next());
            }
            None => self.plan_shift(calendar, start, draws),
        }
    }

    /// The start of the shift of local day `day`, moved by `minutes`; None on a day off.
    fn shift_start(&self, calendar: &Calendar, day: LocalDay, minutes: f64) -> Option<VirtualTime> {
        let off = self.shifts.days_off >> day.weekday() & 1 == 1;
        let minute = self.shifts.start_minute as f64 + minutes;
        (!off).then(|| utc_of(calendar, day, (minute * 60e6) as i64))
    }

    /// Plans the next shift after `now`, some minutes early or late.
    fn plan_shift(&mut self, calendar: &Calendar, now: VirtualTime, draws: &mut Draws) {
        let late = 14.0 * sample::normal(draws);
        let today = calendar.local(now).day;
        let starts = (0..9).filter_map(|d| self.shift_start(calendar, LocalDay(today.0 + d), late));
        // A shift shortly after the last one is the same shift again, moved: skip it.
        let earliest = now + crate::engine::Span::from_seconds(3 * 3_600);
        let next = starts.into_iter().find(|s| *s > earliest);
        self.due[DriverProcess::Shift as usize] = next.unwrap_or(VirtualTime::NEVER);
    }

    /// The shift begins or ends, whichever is due.
    pub(crate) fn change_shift(&mut self, calendar: &Calendar, now: VirtualTime, draws: &mut Draws) -> Act {
        self.acts[DriverProcess::Shift as usize] += 1;
        match self.status {
            Status::Off => {
                self.start_shift(now, draws);
                Act::new(now, ActKind::ShiftStart, 0, 0)
            }
            Status::Idle | Status::Busy | Status::Overtime => {
                self.end_shift(calendar, now, draws);
                Act::new(now, ActKind::ShiftEnd, 0, 0)
            }
        }
    }

    fn start_shift(&mut self, now: VirtualTime, draws: &mut Draws) {
        self.status = Status::Idle;
        self.place = self.home;
        if draws.chance(1.0 / SHIFTS_PER_VEHICLE) {
            self.vehicles_before += 1;
            self.vehicle_type = vehicle(draws);
        }
        let minutes = (self.shifts.minutes as f64 * draws.between(0.85, 1.12)).max(60.0);
        self.due[DriverProcess::Shift as usize] = now + crate::engine::Span::from_seconds((minutes * 60.0) as i64);
    }

    fn end_shift(&mut self, calendar: &Calendar, now: VirtualTime, draws: &mut Draws) {
        if self.status == Status::Busy {
            // The next shift is planned when the trip is over: it must not begin, at home, during it or right behind it.
            self.status = Status::Overtime;
            self.due[DriverProcess::Shift as usize] = VirtualTime::NEVER;
        } else {
            self.status = Status::Off;
            self.plan_shift(calendar, now, draws);
        }
    }

    /// The trip in progress ends: the rider rates it, and the driver is free, or goes home.
    pub(crate) fn finish_trip(&mut self, calendar: &Calendar, now: VirtualTime, draws: &mut Draws) -> Act {
        self.acts[DriverProcess::Trip as usize] += 1;
        self.due[DriverProcess::Trip as usize] = VirtualTime::NEVER;
        self.experience += 1;
        self.rate(draws);
        if self.status == Status::Overtime {
            self.status = Status::Off;
            self.plan_shift(calendar, now, draws);
        } else {
            self.status = Status::Idle;
        }
        Act::new(now, ActKind::Trip, 0, self.sequence)
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
        self.due[0].min(self.due[1])
    }
}

fn vehicle(draws: &mut Draws) -> VehicleType {
    VehicleType::ALL[sample::pick(&[0.55, 0.78, 0.92, 0.95, 1.0], draws.unit())]
}

fn shifts(draws: &mut Draws) -> Shifts {
    // Early, day, evening and night shifts.
    let [start, minutes] =
        [[5.0, 10.5], [7.0, 11.5], [13.5, 11.0], [17.5, 10.0]][sample::pick(&[0.26, 0.58, 0.84, 1.0], draws.unit())];
    let minute = libm::round(start * 60.0 + 40.0 * sample::normal(draws)).clamp(0.0, 1_430.0);
    let first_off = draws.below(7);
    let second = if draws.chance(0.55) { 1 << ((first_off + 1) % 7) } else { 0 };
    Shifts {
        start_minute: minute as u16,
        minutes: (minutes * 60.0 * draws.between(0.85, 1.15)) as u16,
        days_off: (1 << first_off) | second,
    }
}
