//! Counts of the life events of a person.
//! Must not depend on: the state of a person.

use serde::{Deserialize, Serialize};

/// The number of life events so far. The counts are keys of values that are computed and not stored: favourite
/// merchants, salaries, cards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// Moves to another home.
    pub moves: u16,
    /// Changes of job: another job, the first one, or retirement.
    pub jobs: u16,
    /// Births of children.
    pub children: u16,
    /// Phones bought.
    pub phones: u16,
    /// Replacements of the cards after fraud.
    pub cards_replaced: u16,
}
