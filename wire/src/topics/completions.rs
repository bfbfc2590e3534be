//! The topic of the ends of trips: the true travel time, when it is known.
//! Must not depend on: formats, other topics.

use crate::field::{FieldSpec, FieldType as T, TopicEvent};
use crate::value::ValueSerializer;
use populace_sim::{Completion, Stream};

/// The fields of a completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub enum CompletionField {
    TripId,
    DriverId,
    CompletedAt,
    ActualSeconds,
    EntitySequence,
}

use CompletionField as F;

impl TopicEvent for Completion {
    type Field = CompletionField;
    const STREAM: Stream = Stream::Completions;
    const CONTRACT_NAME: &'static str = "trip_completions";
    const TIME_FIELD: &'static str = "completed_at";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("trip_id", F::TripId, T::Uuid),
        FieldSpec::contract("driver_id", F::DriverId, T::Numbered("driver_")),
        FieldSpec::contract("completed_at", F::CompletedAt, T::Timestamp),
        FieldSpec::contract("simulated_actual_travel_time_seconds", F::ActualSeconds, T::Integer(60, None)),
        FieldSpec::extra("entity_sequence", F::EntitySequence, T::Integer(1, None)),
    ];

    #[inline]
    fn entity_sequence(&self) -> u32 {
        self.entity_sequence
    }

    #[inline]
    fn serialize<S: ValueSerializer>(&self, field: F, to: S) -> S::Output {
        match field {
            F::TripId => to.uuid(self.trip_id),
            F::DriverId => to.numbered("driver_", self.driver),
            F::CompletedAt => to.timestamp(self.completed_at),
            F::ActualSeconds => to.integer(i64::from(self.actual_seconds)),
            F::EntitySequence => to.integer(i64::from(self.entity_sequence)),
        }
    }
}
