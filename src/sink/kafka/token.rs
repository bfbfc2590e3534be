//! What a checkpoint keeps of topics: how many records each partition holds, and their digest. Must not depend on: the
//! cluster.

use super::progress::Partitions;
use crate::sink::{SinkError, Token};

/// The value of the token.
const PARTITIONS: &str = "partitions";

impl Partitions {
    /// Reads the partitions of a token.
    ///
    /// # Errors
    /// If they are not what this sink wrote.
    pub(crate) fn of_token(token: &Token) -> Result<Self, SinkError> {
        token.get(PARTITIONS)
    }

    /// Returns the token of these partitions.
    pub(super) fn token(&self) -> Token {
        Token::with(PARTITIONS, self)
    }
}
