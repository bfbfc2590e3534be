//! The arithmetic that the checks share: intervals, quantiles, regressions. Must not depend on:
//! records, bands.

mod boosting;
mod bootstrap;
mod quantile;
mod random;
mod ranking;
mod summary;
mod weibull;

pub(super) use boosting::{Boosting, Loss, Table};
pub(super) use bootstrap::{Estimate, bootstrap, bootstrap_hours, share};
pub(super) use quantile::{Weighted, weighted_median};
pub(super) use random::Random;
pub(super) use ranking::Ranking;
pub(super) use summary::{Groups, Moments, Pairs, slope};
pub(super) use weibull::weibull_shape;
