//! The end of a trip as a value: the true travel time, when it is known. Must not depend on: the rules of trips.

use crate::engine::{Id, VirtualTime};

/// A trip that has arrived.
#[derive(Clone, Debug, PartialEq)]
pub struct Completion {
    /// The trip.
    pub trip_id: Id,
    /// Number of the driver, from 1, unique in the world.
    pub driver: u32,
    /// The end of the trip: the request, plus the driver's way to the rider, the wait, the doors and the travel time.
    /// It is the time of the record, and the trip's `completed_at`.
    pub completed_at: VirtualTime,
    /// The trip's true travel time.
    pub actual_seconds: u32,
    /// The number of the completion among the driver's, from 1; it equals that of the trip, because a driver has one
    /// trip at a time.
    pub entity_sequence: u32,
}
