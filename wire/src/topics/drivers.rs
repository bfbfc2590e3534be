//! The topic of the drivers: a row for each from each change of rating or vehicle on.
//! Must not depend on: formats, other topics.

use crate::field::{FieldSpec, FieldType as T, TopicEvent};
use crate::topics::money::millionths;
use crate::value::{Decimal, Point, ValueSerializer, Word};
use populace_sim::{DriverRow, Stream, VehicleType};

/// The fields of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub enum DriverField {
    DriverId,
    ValidFrom,
    Region,
    Home,
    VehicleId,
    VehicleType,
    DriverRating,
    Skill,
    EntitySequence,
}

use DriverField as F;

impl TopicEvent for DriverRow {
    type Field = DriverField;
    const STREAM: Stream = Stream::Drivers;
    const CONTRACT_NAME: &'static str = "populace.drivers";
    const TIME_FIELD: &'static str = "valid_from";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("driver_id", F::DriverId, T::Numbered("driver_")),
        FieldSpec::contract("valid_from", F::ValidFrom, T::Timestamp),
        FieldSpec::contract("region", F::Region, T::Text),
        FieldSpec::contract("home", F::Home, T::Point),
        FieldSpec::contract("vehicle_id", F::VehicleId, T::Numbered("vehicle_")),
        FieldSpec::contract("vehicle_type", F::VehicleType, T::OneOf(VehicleType::NAMES)),
        FieldSpec::contract("driver_rating", F::DriverRating, T::Number(1.0, Some(5.0))),
        FieldSpec::extra("skill", F::Skill, T::Number(0.0, None)),
        FieldSpec::extra("entity_sequence", F::EntitySequence, T::Integer(1, None)),
    ];

    #[inline]
    fn entity_sequence(&self) -> u32 {
        self.entity_sequence
    }

    fn serialize<S: ValueSerializer>(&self, field: F, to: S) -> S::Output {
        match field {
            F::DriverId => to.numbered("driver_", self.driver),
            F::ValidFrom => to.timestamp(self.valid_from),
            F::Region => to.text(&self.region),
            F::Home => to.point(Point::exact(self.home)),
            F::VehicleId => to.numbered("vehicle_", self.vehicle),
            F::VehicleType => to.word(Word::at(VehicleType::NAMES, self.vehicle_type as usize)),
            F::DriverRating => to.decimal(Decimal { scaled: i64::from(self.rating_tenths), decimals: 1 }),
            F::Skill => to.decimal(millionths(f64::from(self.skill))),
            F::EntitySequence => to.integer(i64::from(self.entity_sequence)),
        }
    }
}
