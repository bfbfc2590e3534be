//! A fraud label of a transaction, which the bank learns after the transaction. Must not depend on: the time
//! and the reason of the report.

use crate::base::{LabelChannel, Verdict};
use crate::engine::{Id, VirtualTime};

/// A label of a transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// The labelled transaction.
    pub transaction_id: Id,
    /// The user who made the transaction.
    pub user_id: Id,
    /// The verdict from now on.
    pub verdict: Verdict,
    /// The instant at which the bank learns it: the time of the record.
    pub reported_at: VirtualTime,
    /// The source.
    pub channel: LabelChannel,
    /// The bank's case: the campaign of the transaction, or a separate id for a report of a genuine transaction; the
    /// two are indistinguishable by the id.
    pub case: Id,
    /// 1, 2, 3 … over the labels of the user's transactions.
    pub entity_sequence: u32,
}
