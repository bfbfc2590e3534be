//! The closed vocabularies of the topics of rides.
//! Must not depend on: drivers and their vehicles.

use serde::{Deserialize, Serialize};

/// The types of vehicle, as the wire contract names them. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it")]
pub enum VehicleType {
    Sedan,
    #[serde(rename = "SUV")]
    Suv,
    Hatchback,
    Motorcycle,
    Van,
}

impl VehicleType {
    /// All types, in the order of their numbers.
    pub const ALL: [VehicleType; 5] =
        [VehicleType::Sedan, VehicleType::Suv, VehicleType::Hatchback, VehicleType::Motorcycle, VehicleType::Van];

    /// The names on the wire, in the order of the numbers.
    pub const NAMES: &'static [&'static str] = &["Sedan", "SUV", "Hatchback", "Motorcycle", "Van"];

    /// Returns the name on the wire.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }
}
