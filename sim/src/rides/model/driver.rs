//! The state of a driver: vehicle, shifts and breaks, driving skill and rating, status and place. Must not depend on:
//! riders.

use super::driving_skill::DrivingSkill;
use super::parameters::drivers::{
    CUMULATIVE_VEHICLE_TYPES, FIRST_RATING_DEVIATION, FIRST_RATING_LIMITS, MEAN_SERVICE_QUALITY, MEAN_TRIPS_BEFORE,
    SERVICE_QUALITY_DEVIATION, SERVICE_QUALITY_LIMITS, WORK_DECREASE_PER_HOUR, WORK_FACTOR_MIN, WORK_SECONDS,
};
use super::parameters::repositioning::IDLE_WAIT_SECONDS;
use super::shifts::Shifts;
use crate::base::{DriverId, EntityId, Place, VehicleType};
use crate::engine::{Purpose, RngStream, Span, VirtualTime, WorldKey, sample};
use crate::history::Totals;
use crate::region::{Calendar, Region};
use serde::{Deserialize, Serialize};

/// The number of processes of a driver.
pub const DRIVER_PROCESSES: usize = 3;

/// A process of a driver: at most one act of each is planned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum DriverProcess {
    /// The shift begins or ends.
    Shift = 0,
    /// The trip in progress ends.
    Trip = 1,
    /// A wait, a way without a rider, or a break ends.
    Wait = 2,
}

/// The status of a driver. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum Status {
    /// Off shift.
    Off,
    /// On shift and free.
    Idle,
    /// With a rider, or on the way to one.
    Busy,
    /// With a rider after the end of the shift; goes home afterwards.
    Overtime,
    /// On shift, in a break.
    Resting,
}

/// The state of one driver. The order of the fields is part of the saved format.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Driver {
    /// The time of the next act of each process.
    pub due: [VirtualTime; DRIVER_PROCESSES],
    /// The number of acts of each process.
    pub acts: [u32; DRIVER_PROCESSES],
    /// The home of the driver, where shifts begin.
    pub home: Place,
    /// The place of the driver: the destination of the trip in progress, or the start of a way without a rider.
    pub place: Place,
    /// The destination of a way without a rider.
    pub heading: Option<Place>,
    /// The status.
    pub status: Status,
    /// The working hours.
    pub shifts: Shifts,
    /// The time from which on a break is due.
    pub break_due: VirtualTime,
    /// The driving skill.
    pub driving_skill: DrivingSkill,
    /// The service quality, in stars.
    pub service_quality: f32,
    /// The rating, 1.0 to 5.0 stars.
    pub rating: f32,
    /// Trips so far, including those before the world began.
    pub experience: u32,
    /// Trips in this world.
    pub sequence: u32,
    /// The travel time in seconds of the last of them, which may be in progress.
    pub travel_seconds: u32,
    /// The type of the vehicle.
    pub vehicle_type: VehicleType,
    /// The number of earlier vehicles.
    pub vehicles_before: u16,
    /// Totals over all acts.
    pub totals: Totals,
}

impl Driver {
    /// Draws the driver `id` as of the start of the world.
    pub(crate) fn draw(key: WorldKey, region: &Region, start: VirtualTime, id: DriverId) -> Self {
        let rng = &mut key.rng(EntityId::driver(id).code(), Purpose::BirthDriver, 0);
        let home = region.home(rng);
        let service_quality = (MEAN_SERVICE_QUALITY + SERVICE_QUALITY_DEVIATION * sample::normal(rng))
            .clamp(SERVICE_QUALITY_LIMITS.0, SERVICE_QUALITY_LIMITS.1) as f32;
        let experience = (MEAN_TRIPS_BEFORE * sample::exponential(rng)) as u32;
        let mut driver = Driver {
            due: [VirtualTime::NEVER; DRIVER_PROCESSES],
            acts: [0; DRIVER_PROCESSES],
            home,
            place: home,
            heading: None,
            status: Status::Off,
            shifts: Shifts::draw(rng),
            break_due: VirtualTime::NEVER,
            driving_skill: DrivingSkill::draw(region, home, experience, start, rng),
            service_quality,
            rating: (service_quality as f64 + FIRST_RATING_DEVIATION * sample::normal(rng))
                .clamp(FIRST_RATING_LIMITS.0, FIRST_RATING_LIMITS.1) as f32,
            experience,
            sequence: 0,
            travel_seconds: 0,
            vehicle_type: draw_vehicle(rng),
            vehicles_before: 0,
            totals: Totals::default(),
        };
        driver.plan_first_act(&region.calendar, start, rng);
        driver
    }

    /// Puts the driver on shift if the start of the world is within their working hours; else plans the next shift.
    fn plan_first_act(&mut self, calendar: &Calendar, start: VirtualTime, rng: &mut RngStream) {
        match self.shifts.current_end(calendar, start) {
            Some(end) => {
                self.plan(DriverProcess::Shift, end.max(start.next()));
                self.plan_break(start, rng);
                self.be_free(start, rng);
            }
            None => self.plan_shift(calendar, start, rng),
        }
    }

    /// Plans the next act of `process`.
    pub(crate) fn plan(&mut self, process: DriverProcess, at: VirtualTime) {
        self.due[process as usize] = at;
    }

    /// Plans the next shift after `now`.
    pub(crate) fn plan_shift(&mut self, calendar: &Calendar, now: VirtualTime, rng: &mut RngStream) {
        let next = self.shifts.next(calendar, now, rng);
        self.plan(DriverProcess::Shift, next);
    }

    /// Makes the driver free, to wait for a rider for a while.
    pub(crate) fn be_free(&mut self, now: VirtualTime, rng: &mut RngStream) {
        self.status = Status::Idle;
        let wait = Span::from_seconds_f64(rng.between(IDLE_WAIT_SECONDS.0, IDLE_WAIT_SECONDS.1));
        self.plan(DriverProcess::Wait, now + wait);
    }

    /// Plans the next break: the longer the work without rest, the sooner.
    pub(crate) fn plan_break(&mut self, now: VirtualTime, rng: &mut RngStream) {
        let hours = now.since(self.driving_skill.fatigue_since).as_seconds_f64() / 3_600.0;
        let factor = (1.0 - WORK_DECREASE_PER_HOUR * hours).max(WORK_FACTOR_MIN);
        self.break_due = now + Span::from_seconds_f64(factor * rng.between(WORK_SECONDS.0, WORK_SECONDS.1));
    }

    /// Returns the rating in tenths of a star, as records show it.
    pub fn rating_tenths(&self) -> u8 {
        libm::round(self.rating as f64 * 10.0) as u8
    }

    /// Returns the number of trips in this world that have ended.
    pub(crate) fn trips_ended(&self) -> u32 {
        self.acts[DriverProcess::Trip as usize]
    }

    /// Returns the time of the next act.
    #[inline]
    pub fn earliest(&self) -> VirtualTime {
        self.due.iter().copied().fold(VirtualTime::NEVER, VirtualTime::min)
    }
}

/// Draws a type of vehicle.
pub(crate) fn draw_vehicle(rng: &mut RngStream) -> VehicleType {
    VehicleType::ALL[sample::pick(&CUMULATIVE_VEHICLE_TYPES, rng.unit())]
}
