//! The state of topics in a checkpoint: the number of records of each partition, and their digest. Must not depend on:
//! the cluster.

use super::progress::Partitions;
use crate::sink::{SinkError, Token};

/// The name of the token's value.
const PARTITIONS: &str = "partitions";

impl Partitions {
    /// Reads the partitions from a token.
    ///
    /// # Errors
    /// If the value is not one that this sink wrote.
    pub(crate) fn of_token(token: &Token) -> Result<Self, SinkError> {
        token.get(PARTITIONS)
    }

    /// Returns the token with these partitions.
    pub(super) fn token(&self) -> Token {
        Token::with(PARTITIONS, self)
    }
}
