//! What the bank learns of a transaction, later than it happened, as a value and on the wire. Knows how values look; not
//! when and why the bank learns.

use super::event::write_or_null;
use crate::engine::{Id, VirtualTime};
use crate::record::{Emit, FieldSpec, Shape, Standing, text};

/// What the bank takes a transaction for from now on. The numbers are those of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum Verdict {
    /// Genuine after all: an earlier report is taken back.
    Genuine = 0,
    /// Fraud.
    Fraud = 1,
}

/// How the bank learnt it. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[repr(u8)]
pub enum LabelChannel {
    /// One of its own rules gave an alert, and somebody looked at it.
    Alert,
    /// The customer complained.
    Complaint,
    /// The customer's claim went through the card scheme.
    Chargeback,
}

const CHANNEL_NAMES: &[&str] = &["alert", "complaint", "chargeback"];

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
    /// The campaign that the transaction belongs to; none where a genuine one is reported wrongly.
    pub case: Option<Id>,
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
use Standing::{Contract, Extra};

const fn field(name: &'static str, field: F, standing: Standing, shape: Shape) -> FieldSpec<F> {
    FieldSpec { name, field, standing, shape }
}

impl Emit for Label {
    type Field = LabelField;
    const SECTION: &'static str = "labels";
    const FIELDS: &'static [FieldSpec<F>] = &[
        field("transaction_id", F::TransactionId, Contract, Shape::Uuid),
        field("user_id", F::UserId, Contract, Shape::Uuid),
        field("label", F::Label, Contract, Shape::Integer(0, Some(1))),
        field("reported_at", F::ReportedAt, Contract, Shape::Timestamp),
        field("channel", F::Channel, Contract, Shape::OneOf(CHANNEL_NAMES)),
        field("case", F::Case, Contract, Shape::OrNull(&Shape::Uuid)),
        field("entity_sequence", F::EntitySequence, Extra, Shape::Integer(1, None)),
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
            F::Channel => text::quoted(out, CHANNEL_NAMES[self.channel as usize].as_bytes()),
            F::Case => write_or_null(out, self.case, |out, id| text::quoted(out, &id.text())),
            F::EntitySequence => text::integer(out, self.entity_sequence as i64),
        }
    }
}
