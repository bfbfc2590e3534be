//! The checks of the acceptance table, each a pure function of what was emitted. Knows neither sources nor output.

mod amounts;
mod bursts;
mod concentration;
mod feasts;
mod funnel;
mod habits;
mod learning;
mod level;
mod prevalence;
mod rhythm;
mod trips;
mod visits;
mod weather;

use super::check::Check;
use super::data::Data;
use serde::Serialize;

pub(super) use habits::{TOP_RANKS, purchases_by_merchant, rank_shares};
pub(super) use trips::{BANDS, band_of, bands, main_trips};
pub(super) use visits::{Visit, visits};

/// A row of the acceptance table that this program does not measure.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Unmeasured {
    pub number: u8,
    pub name: &'static str,
    pub reason: &'static str,
}

/// What is not measured, and why.
pub(super) const UNMEASURED: [Unmeasured; 3] = [
    Unmeasured {
        number: 4,
        name: "learnable, not trivial",
        reason: "not measured here: it needs a classifier trained on fraud with late labels",
    },
    Unmeasured {
        number: 5,
        name: "history pays",
        reason: "not measured here: it needs classifiers with and without a user's history",
    },
    Unmeasured {
        number: 13,
        name: "drift is real, announced, detectable",
        reason: "not measured here: worlds announce no drift, and it needs drift detectors",
    },
];

/// Carries out all checks, in the order of the table.
pub(super) fn all(data: &Data) -> Vec<Check> {
    let groups: [fn(&Data) -> Vec<Check>; 12] = [
        prevalence::checks,
        bursts::checks,
        amounts::checks,
        habits::checks,
        level::checks,
        rhythm::checks,
        feasts::checks,
        trips::checks,
        weather::checks,
        learning::checks,
        funnel::checks,
        concentration::checks,
    ];
    groups.iter().flat_map(|group| group(data)).collect()
}
