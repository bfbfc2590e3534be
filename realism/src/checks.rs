//! The checks of the acceptance table, each a pure function of the emitted data. Must not depend on: sources of
//! records, output.

mod amounts;
mod bursts;
mod concentration;
mod funnel;
mod habits;
mod holidays;
mod learnable;
mod learning;
mod level;
mod neighbours;
mod overlap;
mod prevalence;
mod rhythm;
mod spells;
mod trips;
mod visits;
mod weather;

use super::check::Check;
use super::data::Data;
use serde::Serialize;

pub(super) use habits::{TOP_RANKS, purchases_by_merchant, rank_shares};
pub(super) use trips::{BANDS, band_of, bands, main_trips};
pub(super) use visits::{Visit, visits};

/// A row of the acceptance table that is not measured.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Unmeasured {
    /// The row of the acceptance table, from 1.
    pub number: u8,
    /// The name of the row.
    pub name: &'static str,
    /// The reason why it is not measured.
    pub reason: &'static str,
}

/// The rows of the table that are not measured.
pub(super) const UNMEASURED: [Unmeasured; 1] = [Unmeasured {
    number: 13,
    name: "drift is real, announced, detectable",
    reason: "not measured here: worlds announce no drift, and it needs drift detectors",
}];

/// The rows of the table of a group of checks, and the function that carries them out together.
type Group = (&'static [u8], fn(&Data) -> Vec<Check>);

const GROUPS: [Group; 16] = [
    (&[1], prevalence::checks),
    (&[2], bursts::checks),
    (&[3], amounts::checks),
    (&[4], overlap::checks),
    (&[4, 5], learnable::checks),
    (&[6], habits::checks),
    (&[7], level::checks),
    (&[8], rhythm::checks),
    (&[8], holidays::checks),
    (&[9], trips::checks),
    (&[10], weather::checks),
    (&[10], learning::checks),
    (&[11], funnel::checks),
    (&[12], concentration::checks),
    (&[14], spells::checks),
    (&[15], neighbours::checks),
];

/// Carries out all checks, in the order of the table.
pub(super) fn all(data: &Data) -> Vec<Check> {
    GROUPS.iter().flat_map(|(_, checks)| checks(data)).collect()
}

/// Carries out the checks of one row of the table.
#[cfg(test)]
pub(super) fn row(data: &Data, number: u8) -> Vec<Check> {
    let groups = GROUPS.iter().filter(|(numbers, _)| numbers.contains(&number));
    groups.flat_map(|(_, checks)| checks(data)).filter(|check| check.number == number).collect()
}
