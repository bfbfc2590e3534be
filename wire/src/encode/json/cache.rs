//! What an encoder of JSON keeps from one record to the next. Must not depend on: columns, topics.

use crate::encode::text::TimestampText;

/// The text of the last timestamp's minute.
#[derive(Debug, Default)]
pub struct JsonCache {
    pub(super) timestamps: TimestampText,
}
