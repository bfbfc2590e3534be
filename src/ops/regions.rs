//! Regions by name.

use populace_sim::{Locality, Town};
use serde::{Deserialize, Serialize};

/// A region that the world does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("this world has no region {name:?}; it has {}", known.join(", "))]
pub struct UnknownRegion {
    /// The requested name.
    pub name: String,
    /// The names of all regions.
    pub known: Vec<String>,
}

/// Returns the region of this name; upper and lower case are equal.
///
/// # Errors
/// If the world has no region of this name.
pub fn locality<'a>(town: &'a Town, name: &str) -> Result<&'a Locality, UnknownRegion> {
    let found = town.localities().iter().find(|local| local.region.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| UnknownRegion {
        name: name.to_owned(),
        known: town.localities().iter().map(|local| local.region.name.clone()).collect(),
    })
}
