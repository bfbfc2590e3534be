//! The topic of drifts: their start, middle and end, as ground truth.
//! Must not depend on: formats, other topics.

use crate::field::{FieldSpec, FieldType as T, TopicEvent};
use crate::value::{ValueSerializer, Word};
use populace_sim::{DriftClass, DriftKind, DriftNotice, DriftPhase, Persona, Stream};

/// The fields of an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub enum DriftNoticeField {
    DriftId,
    Phase,
    Timestamp,
    Key,
    Kind,
    Class,
    Region,
    Persona,
    Share,
    From,
    To,
    EntitySequence,
}

use DriftNoticeField as F;

impl TopicEvent for DriftNotice {
    type Field = DriftNoticeField;
    const STREAM: Stream = Stream::Drifts;
    const CONTRACT_NAME: &'static str = "populace.drift";
    const TIME_FIELD: &'static str = "timestamp";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("drift_id", F::DriftId, T::Text),
        FieldSpec::contract("phase", F::Phase, T::OneOf(DriftPhase::NAMES)),
        FieldSpec::contract("timestamp", F::Timestamp, T::Timestamp),
        FieldSpec::contract("key", F::Key, T::Text),
        FieldSpec::contract("kind", F::Kind, T::OneOf(&DriftKind::NAMES)),
        FieldSpec::contract("class", F::Class, T::OneOf(&DriftClass::NAMES)),
        FieldSpec::contract("region", F::Region, T::OrNull(&T::Text)),
        FieldSpec::contract("persona", F::Persona, T::OrNull(&T::OneOf(&Persona::NAMES))),
        FieldSpec::contract("share", F::Share, T::Number(0.0, Some(1.0))),
        FieldSpec::contract("from", F::From, T::Number(-1e9, None)),
        FieldSpec::contract("to", F::To, T::Number(-1e9, None)),
        FieldSpec::extra("entity_sequence", F::EntitySequence, T::Integer(1, None)),
    ];

    #[inline]
    fn entity_sequence(&self) -> u32 {
        self.entity_sequence
    }

    #[inline]
    fn serialize<S: ValueSerializer>(&self, field: F, to: S) -> S::Output {
        match field {
            F::DriftId => to.text(&self.drift.id),
            F::Phase => to.word(Word::at(DriftPhase::NAMES, self.phase as usize)),
            F::Timestamp => to.timestamp(self.timestamp),
            F::Key => to.text(&self.drift.key),
            F::Kind => to.word(Word::at(&DriftKind::NAMES, self.drift.kind as usize)),
            F::Class => to.word(Word::at(&DriftClass::NAMES, self.drift.class as usize)),
            F::Region => to.optional(self.drift.region.as_deref(), S::text),
            F::Persona => {
                to.optional(self.drift.persona, |to, persona| to.word(Word::at(&Persona::NAMES, persona as usize)))
            }
            F::Share => to.number(self.drift.share),
            F::From => to.number(self.drift.from),
            F::To => to.number(self.drift.to),
            F::EntitySequence => to.integer(i64::from(self.entity_sequence)),
        }
    }
}
