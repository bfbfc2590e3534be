//! Regions by name.

use populace_sim::{Locality, Town};
use serde::{Deserialize, Serialize};

/// A region that the world does not have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("this world has no region {name:?}; it has {}", known.join(", "))]
pub struct UnknownRegion {
    /// The name that was given.
    pub name: String,
    /// The names that there are.
    pub known: Vec<String>,
}

/// Returns the region of this name, in upper or lower case.
///
/// # Errors
/// Where there is none.
pub fn locality<'a>(town: &'a Town, name: &str) -> Result<&'a Locality, UnknownRegion> {
    let found = town.localities().iter().find(|local| local.region.name.eq_ignore_ascii_case(name));
    found.ok_or_else(|| UnknownRegion {
        name: name.to_owned(),
        known: town.localities().iter().map(|local| local.region.name.clone()).collect(),
    })
}
