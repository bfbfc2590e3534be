//! The burst of acts that an injection against one person makes.
//! Must not depend on: any single kind.

use crate::engine::Span;

/// The burst of an injection against one person.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct BurstSpec {
    /// The number of transactions.
    pub transactions: u32,
    /// The span that they are spread over.
    pub within: Span,
    /// The rule for naming the person in a request.
    pub victim: BurstVictim,
    pub(crate) pace: BurstPace,
}

/// The rule for naming the person in an injection against one person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BurstVictim {
    /// The request must name the person.
    Named,
    /// A random person if the request names none.
    Anyone,
}

/// The times between the acts of an injected burst.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum BurstPace {
    /// At even intervals.
    Even,
    /// `at_a_time` acts, `seconds` apart, then a pause.
    Bursts { at_a_time: u32, seconds: (f64, f64) },
}

impl BurstSpec {
    /// Ten transactions within five minutes, at even intervals, against a named person.
    pub(in crate::fraud::kinds) const USUAL: BurstSpec = BurstSpec {
        transactions: 10,
        within: Span::from_seconds(300),
        victim: BurstVictim::Named,
        pace: BurstPace::Even,
    };
}
