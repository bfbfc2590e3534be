//! The end of a trip as a value, and its fields on the wire: the truth about the travel time, when it is known. Knows how
//! values look; not how trips come about.

use crate::engine::{Id, VirtualTime};
use crate::record::{Emit, FieldSpec, Shape, text};

/// A trip that has arrived.
#[derive(Clone, Debug)]
pub struct Completion {
    /// The trip.
    pub trip_id: Id,
    /// Number of the driver, from 1, unique in the world.
    pub driver: u32,
    /// When the trip was over: the request, the driver's way to the rider, the wait and the doors, and the travel time. It
    /// is the instant of the record, and the trip's `completed_at`.
    pub completed_at: VirtualTime,
    /// The trip's true travel time.
    pub actual_seconds: u32,
    /// 1, 2, 3 … over the driver's completions; a driver has one trip at a time, so it is that of the trip.
    pub entity_sequence: u32,
}

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

impl Emit for Completion {
    type Field = CompletionField;
    const SECTION: &'static str = "completions";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("trip_id", F::TripId, Shape::Uuid),
        FieldSpec::contract("driver_id", F::DriverId, Shape::Numbered("driver_")),
        FieldSpec::contract("completed_at", F::CompletedAt, Shape::Timestamp),
        FieldSpec::contract("simulated_actual_travel_time_seconds", F::ActualSeconds, Shape::Integer(60, None)),
        FieldSpec::extra("entity_sequence", F::EntitySequence, Shape::Integer(1, None)),
    ];

    fn entity_sequence(&self) -> u32 {
        self.entity_sequence
    }

    fn write(&self, field: F, out: &mut Vec<u8>) {
        match field {
            F::TripId => text::quoted(out, &self.trip_id.text()),
            F::DriverId => text::numbered(out, b"driver_", self.driver),
            F::CompletedAt => text::timestamp(out, self.completed_at),
            F::ActualSeconds => text::integer(out, self.actual_seconds as i64),
            F::EntitySequence => text::integer(out, self.entity_sequence as i64),
        }
    }
}
