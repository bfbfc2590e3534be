//! The state of a person as a rider, which requests and trips change.

use super::venue_evenings::Outing;
use crate::base::Place;
use serde::{Deserialize, Serialize};

/// The state of a person as a rider. The order of the fields is part of the saved format.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RiderState {
    /// The ride in progress.
    pub current: Option<Box<Ride>>,
    /// The visit of a venue that the next request belongs to.
    pub outing: Option<Outing>,
    /// The request that no driver has taken yet.
    pub open_request: Option<Box<OpenRequest>>,
    /// Requests that no driver took.
    pub lost: u32,
}

/// A request that no driver has taken yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenRequest {
    /// The origin.
    pub origin: Place,
    /// The destination.
    pub destination: Place,
    /// Failed attempts to find a driver.
    pub attempts: u8,
}

/// A ride in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ride {
    /// The fare in minor units.
    pub fare_minor: i64,
    /// The destination.
    pub destination: Place,
}
