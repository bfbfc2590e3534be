//! What a checkpoint keeps of topic files: where the next record of each stream goes. Must not depend on: files.

use crate::sink::{SinkError, Token};
use populace_sim::{STREAMS, Stream};
use serde::{Deserialize, Serialize};

/// The value of the token.
const POSITIONS: &str = "positions";

/// Where the next record of one stream goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Position {
    /// UTC day of the last record, in days since the Unix epoch; none before the first.
    pub day: Option<i32>,
    /// Bytes of that day's file.
    pub offset: u64,
}

/// The positions of all streams.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Positions(#[serde(with = "populace_wire::by_stream")] pub [Position; STREAMS]);

impl Positions {
    /// Reads the positions of a token.
    ///
    /// # Errors
    /// If they are not what this sink wrote.
    pub(crate) fn of_token(token: &Token) -> Result<Self, SinkError> {
        token.get(POSITIONS)
    }

    /// Returns the token of these positions.
    pub(super) fn token(&self) -> Token {
        Token::with(POSITIONS, self)
    }

    /// The position of one stream.
    pub fn of(&self, stream: Stream) -> Position {
        self.0[stream as usize]
    }
}
