//! The state of topic files in a checkpoint: the position of the next record of each stream. Must not depend on: files.

use crate::sink::{SinkError, Token};
use populace_sim::{STREAMS, Stream};
use serde::{Deserialize, Serialize};

/// The name of the token's value.
const POSITIONS: &str = "positions";

/// The position of the next record of a stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// The UTC day of the last record, in days since the Unix epoch; None before the first.
    pub day: Option<i32>,
    /// The length of that day's file in bytes.
    pub offset: u64,
}

/// The positions of all streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Positions(#[serde(with = "populace_wire::by_stream")] pub [Position; STREAMS]);

impl Positions {
    /// Reads the positions from a token.
    ///
    /// # Errors
    /// If the value is not one that this sink wrote.
    pub(crate) fn of_token(token: &Token) -> Result<Self, SinkError> {
        token.get(POSITIONS)
    }

    /// Returns the token with these positions.
    pub(super) fn token(&self) -> Token {
        Token::with(POSITIONS, self)
    }

    /// Returns the position of one stream.
    pub fn of(&self, stream: Stream) -> Position {
        self.0[stream as usize]
    }
}
