//! What the bank learns of a transaction, later than it happened, as a value and on the wire. Knows how values look; not
//! when and why the bank learns.

use crate::engine::{Id, VirtualTime};
use crate::record::{Emit, FieldSpec, Shape, text};

pub use crate::base::{LabelChannel, Verdict};

/// One report on a transaction.
#[derive(Clone, Debug)]
pub struct Label {
    /// The transaction that it is about.
    pub transaction_id: Id,
    /// Whose transaction that is.
    pub user_id: Id,
    /// What it is taken for now.
    pub verdict: Verdict,
    /// When the bank learns it: the instant of the record.
    pub reported_at: VirtualTime,
    /// How.
    pub channel: LabelChannel,
    /// The case that the bank makes of it: the campaign that the transaction belongs to; another one where a genuine
    /// transaction is reported, which nobody can tell by the name.
    pub case: Id,
    /// 1, 2, 3 … over the reports on the user's transactions.
    pub entity_sequence: u32,
}

/// The fields of a report.
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
