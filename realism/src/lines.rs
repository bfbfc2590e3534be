//! Records as in the wire contract, with the fields that the checks need, borrowed from the line that is read. Must not
//! depend on: rows, checks.

use populace_sim::{Scenario, Stream};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct PaymentLine<'a> {
    pub timestamp: Option<&'a str>,
    pub user_id: &'a str,
    pub amount: f64,
    pub currency: &'a str,
    pub merchant_id: &'a str,
    pub product_category: &'a str,
    pub transaction_type: &'a str,
    pub payment_method: &'a str,
    pub location: Option<Point>,
    pub is_fraud: u8,
    pub channel: Option<&'a str>,
    pub fraud_pattern: Option<&'a str>,
    pub ip_address: Option<&'a str>,
    pub device_info: Option<DeviceLine<'a>>,
    pub account_age_days: Option<u32>,
    pub cvv_provided: Option<bool>,
    pub billing_address_match: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct DeviceLine<'a> {
    pub os: &'a str,
    pub browser: &'a str,
}

#[derive(Deserialize)]
pub(super) struct TripLine<'a> {
    pub timestamp: Option<&'a str>,
    pub driver_id: &'a str,
    pub origin: Point,
    pub destination: Point,
    pub estimated_distance_km: f32,
    pub weather: &'a str,
    pub temperature_celsius: f32,
    pub driver_rating: f32,
    pub vehicle_type: &'a str,
    pub initial_estimated_travel_time_seconds: f32,
    pub simulated_actual_travel_time_seconds: f32,
    pub highway_share: Option<f32>,
}

#[derive(Deserialize)]
pub(super) struct ClickLine<'a> {
    pub timestamp: Option<&'a str>,
    pub customer_id: &'a str,
    pub session_id: &'a str,
    pub event_type: &'a str,
    pub product_id: Option<&'a str>,
    pub price: Option<f64>,
    pub quantity: Option<f64>,
    pub location: Option<Point>,
    pub time_on_page_seconds: u32,
    pub is_bot: Option<bool>,
}

#[derive(Clone, Copy, Deserialize)]
pub(super) struct Point {
    pub lat: f64,
    pub lon: f64,
}

impl Point {
    pub(super) fn degrees(self) -> (f64, f64) {
        (self.lat, self.lon)
    }
}

/// The fields of transactions above that a world run for the report emits; times come beside the records.
const PAYMENT_FIELDS: &[&str] = &[
    "user_id",
    "amount",
    "currency",
    "merchant_id",
    "product_category",
    "transaction_type",
    "payment_method",
    "location",
    "is_fraud",
    "channel",
    "fraud_pattern",
    "ip_address",
    "device_info",
    "account_age_days",
    "cvv_provided",
    "billing_address_match",
];

/// As [`PAYMENT_FIELDS`], for trips.
const TRIP_FIELDS: &[&str] = &[
    "driver_id",
    "origin",
    "destination",
    "estimated_distance_km",
    "weather",
    "temperature_celsius",
    "driver_rating",
    "vehicle_type",
    "initial_estimated_travel_time_seconds",
    "simulated_actual_travel_time_seconds",
    "highway_share",
];

/// As [`PAYMENT_FIELDS`], for the shop.
const CLICK_FIELDS: &[&str] = &[
    "customer_id",
    "session_id",
    "event_type",
    "product_id",
    "price",
    "quantity",
    "location",
    "time_on_page_seconds",
    "is_bot",
];

/// Returns the scenario with the topics and fields that the checks need, instead of those that it chose.
#[must_use]
pub fn with_required_fields(scenario: &Scenario) -> Scenario {
    let mut scenario = scenario.clone();
    let topics = &mut scenario.topics;
    for (topic, key, fields) in [
        (&mut topics.transactions, "user_id", PAYMENT_FIELDS),
        (&mut topics.trips, "driver_id", TRIP_FIELDS),
        (&mut topics.interactions, "customer_id", CLICK_FIELDS),
    ] {
        topic.enabled = true;
        topic.key = key.to_owned();
        topic.format = "json".to_owned();
        topic.fields = fields.iter().map(|field| (*field).to_owned()).collect();
    }
    let optional = Stream::ALL.into_iter().filter(|stream| stream.is_optional());
    optional.for_each(|stream| topics.of_mut(stream).enabled = false);
    scenario
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn required_fields_replace_a_choice_that_leaves_them_out() {
        let rules = "[world]\npeople = 60\nstart = \"2026-01-01\"\n[topics.trips]\nfields = [\"trip_id\", \"driver_id\"]\n\
            [topics.labels]\nenabled = true";
        let scenario = with_required_fields(&Scenario::from_toml("test", rules).expect("valid"));
        assert!(scenario.topics.trips.fields.iter().any(|field| field == "highway_share"));
        assert!(scenario.topics.transactions.fields.iter().any(|field| field == "channel"));
        assert!(!scenario.topics.labels.enabled);
    }

    #[test]
    fn a_report_reads_json_whatever_format_the_topics_have() {
        let rules = "[topics.trips]\nformat = \"avro\"";
        let scenario = with_required_fields(&Scenario::from_toml("test", rules).expect("valid"));
        assert!(scenario.topics.streams().all(|stream| scenario.topics.of(stream).format == "json"));
    }
}
