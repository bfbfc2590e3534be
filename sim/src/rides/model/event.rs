//! A trip. Must not depend on: the rules by which trips are made.

use crate::base::{Place, VehicleType};
use crate::drift::Concepts;
use crate::engine::{Id, VirtualTime};
use crate::region::{LocalTime, Weather};

/// A trip of a driver.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub struct Trip {
    pub trip_id: Id,
    /// Number of the driver, from 1, unique in the world.
    pub driver: u32,
    /// Number of the vehicle, from 1, unique in the world.
    pub vehicle: u32,
    pub timestamp: VirtualTime,
    pub origin: Place,
    pub destination: Place,
    pub distance_metres: f64,
    pub weather: Weather,
    pub local: LocalTime,
    /// The driver's rating in tenths of a star.
    pub rating_tenths: u8,
    pub vehicle_type: VehicleType,
    pub initial_seconds: i64,
    pub actual_seconds: i64,
    pub traffic_factor: f64,
    pub weather_factor: f64,
    pub driver_factor: f64,
    pub incident_seconds: i64,
    pub rider_id: Id,
    pub route_metres: f64,
    pub highway_share: f64,
    pub completed_at: VirtualTime,
    /// The drifts in force for the rider.
    pub concepts: Concepts,
    /// 1, 2, 3 … over the driver's trips.
    pub entity_sequence: u32,
}
