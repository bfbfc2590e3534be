//! The topic of trips.
//! Must not depend on: formats, other topics.

use crate::field::{FieldSpec, FieldType as T, TopicEvent};
use crate::value::{Decimal, Point, ValueSerializer, Word};
use populace_sim::{Stream, Trip, VehicleType, WeatherKind};

/// The fields of a trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub enum TripField {
    TripId,
    DriverId,
    VehicleId,
    Timestamp,
    Origin,
    Destination,
    EstimatedDistanceKm,
    Weather,
    TemperatureCelsius,
    DayOfWeek,
    HourOfDay,
    DriverRating,
    VehicleType,
    InitialSeconds,
    ActualSeconds,
    TrafficFactor,
    WeatherFactor,
    DriverFactor,
    IncidentDelay,
    RiderId,
    RouteDistanceKm,
    HighwayShare,
    CompletedAt,
    Concept,
    EntitySequence,
}

use TripField as F;

impl TopicEvent for Trip {
    type Field = TripField;
    const STREAM: Stream = Stream::Trips;
    const CONTRACT_NAME: &'static str = "estimated_time_of_arrival";
    const TIME_FIELD: &'static str = "timestamp";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("trip_id", F::TripId, T::Uuid),
        FieldSpec::contract("driver_id", F::DriverId, T::Numbered("driver_")),
        FieldSpec::contract("vehicle_id", F::VehicleId, T::Numbered("vehicle_")),
        FieldSpec::contract("timestamp", F::Timestamp, T::Timestamp),
        FieldSpec::contract("origin", F::Origin, T::Point),
        FieldSpec::contract("destination", F::Destination, T::Point),
        FieldSpec::contract("estimated_distance_km", F::EstimatedDistanceKm, T::Number(0.0, None)),
        FieldSpec::contract("weather", F::Weather, T::OneOf(WeatherKind::NAMES)),
        FieldSpec::contract("temperature_celsius", F::TemperatureCelsius, T::Number(-60.0, Some(60.0))),
        FieldSpec::contract("day_of_week", F::DayOfWeek, T::Integer(0, Some(6))),
        FieldSpec::contract("hour_of_day", F::HourOfDay, T::Integer(0, Some(23))),
        FieldSpec::contract("driver_rating", F::DriverRating, T::Number(1.0, Some(5.0))),
        FieldSpec::contract("vehicle_type", F::VehicleType, T::OneOf(VehicleType::NAMES)),
        FieldSpec::contract("initial_estimated_travel_time_seconds", F::InitialSeconds, T::Integer(60, None)),
        FieldSpec::contract("simulated_actual_travel_time_seconds", F::ActualSeconds, T::Integer(60, None)),
        FieldSpec::contract("debug_traffic_factor", F::TrafficFactor, T::Number(0.0, None)),
        FieldSpec::contract("debug_weather_factor", F::WeatherFactor, T::Number(0.0, None)),
        FieldSpec::contract("debug_driver_factor", F::DriverFactor, T::Number(0.0, None)),
        FieldSpec::contract("debug_incident_delay_seconds", F::IncidentDelay, T::Integer(0, None)),
        FieldSpec::extra("rider_id", F::RiderId, T::Uuid),
        FieldSpec::extra("route_distance_km", F::RouteDistanceKm, T::Number(0.0, None)),
        FieldSpec::extra("highway_share", F::HighwayShare, T::Number(0.0, Some(1.0))),
        FieldSpec::extra("completed_at", F::CompletedAt, T::Timestamp),
        FieldSpec::extra("concept", F::Concept, T::Words),
        FieldSpec::extra("entity_sequence", F::EntitySequence, T::Integer(1, None)),
    ];

    #[inline]
    fn entity_sequence(&self) -> u32 {
        self.entity_sequence
    }

    #[inline(always)]
    fn serialize<S: ValueSerializer>(&self, field: F, to: S) -> S::Output {
        match field {
            F::TripId => to.uuid(self.trip_id),
            F::DriverId => to.numbered("driver_", self.driver),
            F::VehicleId => to.numbered("vehicle_", self.vehicle),
            F::Timestamp => to.timestamp(self.timestamp),
            F::Origin => to.point(Point::exact(self.origin)),
            F::Destination => to.point(Point::exact(self.destination)),
            F::EstimatedDistanceKm => to.decimal(hundredths(self.distance_metres / 10.0)),
            F::Weather => to.word(Word::at(WeatherKind::NAMES, self.weather.kind as usize)),
            F::TemperatureCelsius => to.decimal(tenths(i64::from(self.weather.temperature_tenths))),
            F::DayOfWeek => to.integer(self.local.weekday() as i64),
            F::HourOfDay => to.integer(self.local.hour() as i64),
            F::DriverRating => to.decimal(tenths(i64::from(self.rating_tenths))),
            F::VehicleType => to.word(Word::at(VehicleType::NAMES, self.vehicle_type as usize)),
            F::InitialSeconds => to.integer(self.initial_seconds),
            F::ActualSeconds => to.integer(self.actual_seconds),
            F::TrafficFactor => to.decimal(hundredths(self.traffic_factor * 100.0)),
            F::WeatherFactor => to.decimal(hundredths(self.weather_factor * 100.0)),
            F::DriverFactor => to.decimal(hundredths(self.driver_factor * 100.0)),
            F::IncidentDelay => to.integer(self.incident_seconds),
            F::RiderId => to.uuid(self.rider_id),
            F::RouteDistanceKm => to.decimal(hundredths(self.route_metres / 10.0)),
            F::HighwayShare => to.decimal(hundredths(self.highway_share * 100.0)),
            F::CompletedAt => to.timestamp(self.completed_at),
            F::Concept => to.words(self.concepts.names()),
            F::EntitySequence => to.integer(i64::from(self.entity_sequence)),
        }
    }
}

fn tenths(scaled: i64) -> Decimal {
    Decimal { scaled, decimals: 1 }
}

/// Returns `scaled` hundredths, rounded.
fn hundredths(scaled: f64) -> Decimal {
    Decimal { scaled: libm::round(scaled) as i64, decimals: 2 }
}
