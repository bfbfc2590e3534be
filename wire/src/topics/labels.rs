//! The topic of later reports of the bank on its transactions.
//! Must not depend on: formats, other topics.

use crate::field::{FieldSpec, FieldType as T, TopicEvent};
use crate::value::{ValueSerializer, Word};
use populace_sim::{Label, LabelChannel, Stream};

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

impl TopicEvent for Label {
    type Field = LabelField;
    const STREAM: Stream = Stream::Labels;
    const CONTRACT_NAME: &'static str = "transaction_fraud_labels";
    const TIME_FIELD: &'static str = "reported_at";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("transaction_id", F::TransactionId, T::Uuid),
        FieldSpec::contract("user_id", F::UserId, T::Uuid),
        FieldSpec::contract("label", F::Label, T::Integer(0, Some(1))),
        FieldSpec::contract("reported_at", F::ReportedAt, T::Timestamp),
        FieldSpec::contract("channel", F::Channel, T::OneOf(LabelChannel::NAMES)),
        FieldSpec::contract("case", F::Case, T::Uuid),
        FieldSpec::extra("entity_sequence", F::EntitySequence, T::Integer(1, None)),
    ];

    #[inline]
    fn entity_sequence(&self) -> u32 {
        self.entity_sequence
    }

    #[inline]
    fn serialize<S: ValueSerializer>(&self, field: F, to: S) -> S::Output {
        match field {
            F::TransactionId => to.uuid(self.transaction_id),
            F::UserId => to.uuid(self.user_id),
            F::Label => to.integer(self.verdict as i64),
            F::ReportedAt => to.timestamp(self.reported_at),
            F::Channel => to.word(Word::at(LabelChannel::NAMES, self.channel as usize)),
            F::Case => to.uuid(self.case),
            F::EntitySequence => to.integer(i64::from(self.entity_sequence)),
        }
    }
}
