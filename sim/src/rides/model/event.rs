//! A trip as a value, and its fields on the wire. Knows how values look; not why they came about.

use crate::bank::write_point;
use crate::base::{Place, VehicleType};
use crate::drift::Concepts;
use crate::engine::{Id, VirtualTime};
use crate::record::{Emit, FieldSpec, Shape, text};
use crate::region::{LocalTime, Weather};

/// One trip of a driver.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub struct Trip {
    pub trip_id: Id,
    /// Number of the driver, from 1, unique in the world.
    pub driver: u32,
    /// Number of the vehicle, from 1, unique in the world.
    pub vehicle: u32,
    pub timestamp: VirtualTime,
    pub origin: Place,
    pub destination: Place,
    pub distance_metres: f64,
    pub weather: Weather,
    pub local: LocalTime,
    /// The driver's rating in tenths of a star.
    pub rating_tenths: u8,
    pub vehicle_type: VehicleType,
    pub initial_seconds: i64,
    pub actual_seconds: i64,
    pub traffic_factor: f64,
    pub weather_factor: f64,
    pub driver_factor: f64,
    pub incident_seconds: i64,
    pub rider_id: Id,
    pub route_metres: f64,
    pub highway_share: f64,
    pub completed_at: VirtualTime,
    /// The drifts that the one whom it is about lives under.
    pub concepts: Concepts,
    /// 1, 2, 3 … over the driver's trips.
    pub entity_sequence: u32,
}

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

const WEATHERS: &[&str] = &["Clear", "Clouds", "Rain", "Heavy Rain", "Fog", "Thunderstorm", "Snow"];

impl Emit for Trip {
    type Field = TripField;
    const SECTION: &'static str = "trips";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("trip_id", F::TripId, Shape::Uuid),
        FieldSpec::contract("driver_id", F::DriverId, Shape::Numbered("driver_")),
        FieldSpec::contract("vehicle_id", F::VehicleId, Shape::Numbered("vehicle_")),
        FieldSpec::contract("timestamp", F::Timestamp, Shape::Timestamp),
        FieldSpec::contract("origin", F::Origin, Shape::Point),
        FieldSpec::contract("destination", F::Destination, Shape::Point),
        FieldSpec::contract("estimated_distance_km", F::EstimatedDistanceKm, Shape::Number(0.0, None)),
        FieldSpec::contract("weather", F::Weather, Shape::OneOf(WEATHERS)),
        FieldSpec::contract("temperature_celsius", F::TemperatureCelsius, Shape::Number(-60.0, Some(60.0))),
        FieldSpec::contract("day_of_week", F::DayOfWeek, Shape::Integer(0, Some(6))),
        FieldSpec::contract("hour_of_day", F::HourOfDay, Shape::Integer(0, Some(23))),
        FieldSpec::contract("driver_rating", F::DriverRating, Shape::Number(1.0, Some(5.0))),
        FieldSpec::contract("vehicle_type", F::VehicleType, Shape::OneOf(VehicleType::NAMES)),
        FieldSpec::contract("initial_estimated_travel_time_seconds", F::InitialSeconds, Shape::Integer(60, None)),
        FieldSpec::contract("simulated_actual_travel_time_seconds", F::ActualSeconds, Shape::Integer(60, None)),
        FieldSpec::contract("debug_traffic_factor", F::TrafficFactor, Shape::Number(0.0, None)),
        FieldSpec::contract("debug_weather_factor", F::WeatherFactor, Shape::Number(0.0, None)),
        FieldSpec::contract("debug_driver_factor", F::DriverFactor, Shape::Number(0.0, None)),
        FieldSpec::contract("debug_incident_delay_seconds", F::IncidentDelay, Shape::Integer(0, None)),
        FieldSpec::extra("rider_id", F::RiderId, Shape::Uuid),
        FieldSpec::extra("route_distance_km", F::RouteDistanceKm, Shape::Number(0.0, None)),
        FieldSpec::extra("highway_share", F::HighwayShare, Shape::Number(0.0, Some(1.0))),
        FieldSpec::extra("completed_at", F::CompletedAt, Shape::Timestamp),
        FieldSpec::extra("concept", F::Concept, Shape::Words),
        FieldSpec::extra("entity_sequence", F::EntitySequence, Shape::Integer(1, None)),
    ];

    #[inline]
    fn entity_sequence(&self) -> u32 {
        self.entity_sequence
    }

    #[inline]
    fn write(&self, field: F, out: &mut Vec<u8>) {
        match field {
            F::TripId => text::quoted(out, &self.trip_id.text()),
            F::DriverId => text::numbered(out, b"driver_", self.driver),
            F::VehicleId => text::numbered(out, b"vehicle_", self.vehicle),
            F::Timestamp => text::timestamp(out, self.timestamp),
            F::Origin => write_point(out, self.origin),
            F::Destination => write_point(out, self.destination),
            F::EstimatedDistanceKm => text::fixed(out, rounded(self.distance_metres / 10.0), 2),
            F::Weather => text::quoted(out, self.weather.kind.name().as_bytes()),
            F::TemperatureCelsius => text::fixed(out, self.weather.temperature_tenths as i64, 1),
            F::DayOfWeek => text::integer(out, self.local.weekday() as i64),
            F::HourOfDay => text::integer(out, self.local.hour() as i64),
            F::DriverRating => text::fixed(out, self.rating_tenths as i64, 1),
            F::VehicleType => text::quoted(out, self.vehicle_type.name().as_bytes()),
            F::InitialSeconds => text::integer(out, self.initial_seconds),
            F::ActualSeconds => text::integer(out, self.actual_seconds),
            F::TrafficFactor => text::fixed(out, rounded(self.traffic_factor * 100.0), 2),
            F::WeatherFactor => text::fixed(out, rounded(self.weather_factor * 100.0), 2),
            F::DriverFactor => text::fixed(out, rounded(self.driver_factor * 100.0), 2),
            F::IncidentDelay => text::integer(out, self.incident_seconds),
            F::RiderId => text::quoted(out, &self.rider_id.text()),
            F::RouteDistanceKm => text::fixed(out, rounded(self.route_metres / 10.0), 2),
            F::HighwayShare => text::fixed(out, rounded(self.highway_share * 100.0), 2),
            F::CompletedAt => text::timestamp(out, self.completed_at),
            F::Concept => self.concepts.write(out),
            F::EntitySequence => text::integer(out, self.entity_sequence as i64),
        }
    }
}

fn rounded(value: f64) -> i64 {
    libm::round(value) as i64
}
