//! Views of a driver, whole and brief.
//! Must not depend on: shards; the parts of a driver are arguments.

use super::act::ActView;
use super::text;
use crate::base::{DriverId, Place, VehicleType};
use crate::history::{Act, Totals};
use crate::rides::{Driver, Shifts, Status};
use crate::town::{Locality, Town};
use serde::Serialize;

/// The profile, state and history of a driver.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DriverView {
    /// The driver.
    #[serde(serialize_with = "text::driver")]
    pub driver_id: DriverId,
    /// The number of the vehicle.
    #[serde(serialize_with = "text::vehicle")]
    pub vehicle_id: u32,
    /// The type of the vehicle.
    pub vehicle_type: VehicleType,
    /// The name of the region.
    pub region: String,
    /// The home.
    #[serde(serialize_with = "text::place")]
    pub home: Place,
    /// The present place, or the end of the trip in progress.
    #[serde(serialize_with = "text::place")]
    pub place: Place,
    /// The activity of the driver.
    pub status: Status,
    /// The usual shifts.
    pub shifts: Shifts,
    /// The rating in stars, to one decimal place.
    pub rating: f64,
    /// The lasting part of the driver's speed.
    pub skill: f32,
    /// Trips so far, including those before the start of the world.
    pub trips_ever: u32,
    /// Trips in this world.
    pub trips: u32,
    /// Totals over all acts.
    #[serde(serialize_with = "text::totals")]
    pub totals: Totals,
    /// The recent acts, oldest first.
    pub history: Vec<ActView>,
}

/// A short view of a driver.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct DriverBrief {
    /// The driver.
    #[serde(serialize_with = "text::driver")]
    pub driver_id: DriverId,
    /// The number of the vehicle.
    #[serde(serialize_with = "text::vehicle")]
    pub vehicle_id: u32,
    /// The type of the vehicle.
    pub vehicle_type: VehicleType,
    /// The name of the region.
    pub region: String,
    /// The present place, or the end of the trip in progress.
    #[serde(serialize_with = "text::place")]
    pub place: Place,
    /// The activity of the driver.
    pub status: Status,
    /// The rating in stars, to one decimal place.
    pub rating: f64,
    /// Trips in this world.
    pub trips: u32,
}

impl DriverView {
    pub(crate) fn new(town: &Town, local: &Locality, id: DriverId, driver: &Driver, history: Vec<Act>) -> Self {
        DriverView {
            driver_id: id,
            vehicle_id: vehicle(town, id, driver),
            vehicle_type: driver.vehicle_type,
            region: local.region.name.clone(),
            home: driver.home,
            place: driver.place,
            status: driver.status,
            shifts: driver.shifts,
            rating: rating(driver),
            skill: driver.driving_skill.base_factor,
            trips_ever: driver.experience,
            trips: driver.sequence,
            totals: driver.totals,
            history: ActView::all(history, town.driver_count()),
        }
    }
}

impl DriverBrief {
    pub(crate) fn new(town: &Town, local: &Locality, id: DriverId, driver: &Driver) -> Self {
        DriverBrief {
            driver_id: id,
            vehicle_id: vehicle(town, id, driver),
            vehicle_type: driver.vehicle_type,
            region: local.region.name.clone(),
            place: driver.place,
            status: driver.status,
            rating: rating(driver),
            trips: driver.sequence,
        }
    }
}

/// Returns the number of the vehicle. Each replacement has another number.
fn vehicle(town: &Town, id: DriverId, driver: &Driver) -> u32 {
    id.number() + u32::from(driver.vehicles_before) * town.driver_count()
}

fn rating(driver: &Driver) -> f64 {
    libm::round(driver.rating as f64 * 10.0) / 10.0
}
