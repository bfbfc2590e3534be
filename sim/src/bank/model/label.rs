//! A fraud label of a transaction, which the bank learns after the transaction. Must not depend on: when and why the bank
//! learns it.

use crate::engine::{Id, VirtualTime};
use crate::record::{Emit, FieldSpec, Shape, text};

use crate::base::{LabelChannel, Verdict};

/// One label of a transaction.
#[derive(Clone, Debug)]
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
    /// The bank's case: the campaign of the transaction, or an id of its own where a genuine transaction is reported; the
    /// two cannot be told apart by the id.
    pub case: Id,
    /// 1, 2, 3 … over the labels of the user's transactions.
    pub entity_sequence: u32,
}

/// The fields of a label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub enum LabelField {
    TransactionId,
    UserId,
    Label,
    ReportedAt,
    Channel,
    Case,
    EntitySequence,
}

use LabelField as F;

impl Emit for Label {
    type Field = LabelField;
    const SECTION: &'static str = "labels";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("transaction_id", F::TransactionId, Shape::Uuid),
        FieldSpec::contract("user_id", F::UserId, Shape::Uuid),
        FieldSpec::contract("label", F::Label, Shape::Integer(0, Some(1))),
        FieldSpec::contract("reported_at", F::ReportedAt, Shape::Timestamp),
        FieldSpec::contract("channel", F::Channel, Shape::OneOf(LabelChannel::NAMES)),
        FieldSpec::contract("case", F::Case, Shape::Uuid),
        FieldSpec::extra("entity_sequence", F::EntitySequence, Shape::Integer(1, None)),
    ];

    fn entity_sequence(&self) -> u32 {
        self.entity_sequence
    }

    fn write(&self, field: F, out: &mut Vec<u8>) {
        match field {
            F::TransactionId => text::quoted(out, &self.transaction_id.text()),
            F::UserId => text::quoted(out, &self.user_id.text()),
            F::Label => out.push(b'0' + self.verdict as u8),
            F::ReportedAt => text::timestamp(out, self.reported_at),
            F::Channel => text::quoted(out, self.channel.name().as_bytes()),
            F::Case => text::quoted(out, &self.case.text()),
            F::EntitySequence => text::integer(out, self.entity_sequence as i64),
        }
    }
}
