//! The learner and the length of history that all checks of learnability share. Must not depend on: any check.

use crate::statistics::{Boosting, Loss};

/// The seconds of a day.
pub(super) const DAY: i64 = 86_400;
/// The length of the history for learning, before the test, in seconds.
pub(super) const LEARNT: i64 = 150 * DAY;
/// The learner, of the Handbook's size.
pub(super) const LEARNER: Boosting = Boosting { trees: 100, depth: 5, rate: 0.1, least: 20.0, loss: Loss::Odds };
