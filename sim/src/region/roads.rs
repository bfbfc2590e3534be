//! The roads of a region: laid out by its key on first use.
//! Must not depend on: traffic, weather and drivers.

mod access;
mod figures;
mod graph;
mod land;
mod nearby;
mod network;
mod pace;
mod plan;
mod terrain;

pub(crate) use figures::RoadFigures;
pub(super) use graph::{Class, NO_LINK, Way};
pub(super) use land::Point;
#[cfg(test)]
pub(super) use land::distance;
pub(super) use network::Network;
