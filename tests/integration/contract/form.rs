//! The form of the topics' records: every field, its order, type, decimals and values, as the wire contract
//! states them. Knows one record at a time; not what came before.

use super::faults::Faults;
use super::record::{Record, micros, numbered, raw, uuid};
use serde_json::Value;
use std::net::Ipv4Addr;

/// One of the topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Topic {
    Transactions,
    Trips,
    Interactions,
    Labels,
    Completions,
    Drifts,
}

impl Topic {
    pub const ALL: [Topic; 6] =
        [Topic::Transactions, Topic::Trips, Topic::Interactions, Topic::Labels, Topic::Completions, Topic::Drifts];

    /// Its section in a scenario.
    pub fn section(self) -> &'static str {
        match self {
            Topic::Transactions => "transactions",
            Topic::Trips => "trips",
            Topic::Interactions => "interactions",
            Topic::Labels => "labels",
            Topic::Completions => "completions",
            Topic::Drifts => "drifts",
        }
    }

    /// Whether it is there only where a scenario switches it on.
    pub fn is_optional(self) -> bool {
        matches!(self, Topic::Labels | Topic::Completions | Topic::Drifts)
    }

    /// The field that has the record's own time.
    pub fn time_field(self) -> &'static str {
        match self {
            Topic::Transactions | Topic::Trips | Topic::Interactions | Topic::Drifts => "timestamp",
            Topic::Labels => "reported_at",
            Topic::Completions => "completed_at",
        }
    }

    /// Its name in the contract.
    pub fn name(self) -> &'static str {
        match self {
            Topic::Transactions => "transaction_fraud_detection",
            Topic::Trips => "estimated_time_of_arrival",
            Topic::Interactions => "e_commerce_customer_interactions",
            Topic::Labels => "transaction_fraud_labels",
            Topic::Completions => "trip_completions",
            Topic::Drifts => "populace.drift",
        }
    }

    /// The fields of the contract in order, and the field that is the record key.
    pub fn fields(self) -> (&'static [Field], &'static str) {
        match self {
            Topic::Transactions => (TRANSACTIONS, "user_id"),
            Topic::Trips => (TRIPS, "driver_id"),
            Topic::Interactions => (INTERACTIONS, "customer_id"),
            Topic::Labels => (LABELS, "user_id"),
            Topic::Completions => (COMPLETIONS, "driver_id"),
            Topic::Drifts => (DRIFTS, "drift_id"),
        }
    }

    /// The fields that come only when they are asked for.
    pub fn extras(self) -> &'static [Field] {
        match self {
            Topic::Transactions => TRANSACTION_EXTRAS,
            Topic::Trips => TRIP_EXTRAS,
            Topic::Interactions => INTERACTION_EXTRAS,
            Topic::Labels | Topic::Completions | Topic::Drifts => OPTIONAL_EXTRAS,
        }
    }
}

/// A name and what its values look like.
pub type Field = (&'static str, Form);

/// What a value looks like.
#[derive(Clone, Copy, Debug)]
pub enum Form {
    Uuid,
    Numbered(&'static str),
    Timestamp,
    /// Above zero; its decimals depend on the currency (see the other modules): none or two.
    Money,
    OneOf(&'static [&'static str]),
    /// Latitude and longitude, with so many decimals where the contract says.
    Point(Option<usize>),
    Ip,
    Object(&'static [(&'static str, &'static [&'static str])]),
    Text,
    Whole(i64, i64),
    Flag,
    /// So many decimals, least, most.
    Fixed(usize, f64, f64),
    OrNull(&'static Form),
    Number,
    Words,
}

use Form::*;

const MANY: i64 = i64::MAX;
pub const CURRENCIES: &[&str] = &["USD", "EUR", "GBP", "JPY", "CAD", "AUD", "BRL"];
const OS: &[&str] = &["iOS", "Android", "Windows", "macOS", "Linux", "Other"];
const BROWSERS: &[&str] = &["Chrome", "Safari", "Firefox", "Edge", "Opera", "Other"];
const REFERRERS: &[&str] = &[
    "direct",
    "google.com",
    "facebook.com",
    "amazon.com",
    "instagram.com",
    "twitter.com",
    "youtube.com",
    "tiktok.com",
    "pinterest.com",
    "reddit.com",
    "linkedin.com",
    "bing.com",
    "yahoo.com",
    "email_campaign",
    "affiliate_link",
];
const SHOP_CATEGORIES: &[&str] = &[
    "Electronics",
    "Fashion & Apparel",
    "Home & Garden",
    "Beauty & Personal Care",
    "Sports & Outdoors",
    "Books",
    "Grocery & Gourmet Food",
    "Automotive",
    "Toys & Games",
    "Computers",
    "Pet Supplies",
    "Health & Household",
];

const TRANSACTIONS: &[Field] = &[
    ("transaction_id", Uuid),
    ("user_id", Uuid),
    ("timestamp", Timestamp),
    ("amount", Money),
    ("currency", OneOf(CURRENCIES)),
    ("merchant_id", Numbered("merchant_")),
    (
        "product_category",
        OneOf(&[
            "electronics",
            "clothing",
            "groceries",
            "travel",
            "services",
            "digital_goods",
            "luxury_items",
            "gambling",
            "other",
        ]),
    ),
    ("transaction_type", OneOf(&["purchase", "withdrawal", "transfer", "payment", "deposit"])),
    ("payment_method", OneOf(&["credit_card", "debit_card", "paypal", "bank_transfer", "crypto"])),
    ("location", Point(None)),
    ("ip_address", Ip),
    ("device_info", Object(&[("os", OS), ("browser", BROWSERS)])),
    ("user_agent", Text),
    ("account_age_days", Whole(0, MANY)),
    ("cvv_provided", Flag),
    ("billing_address_match", Flag),
    ("is_fraud", Whole(0, 1)),
];

const TRANSACTION_EXTRAS: &[Field] = &[
    ("card_id", OrNull(&Uuid)),
    ("channel", OneOf(&["pos", "online", "atm", "transfer"])),
    ("fraud_pattern", OrNull(&Text)),
    ("campaign_id", OrNull(&Uuid)),
    ("concept", Words),
    ("entity_sequence", Whole(1, MANY)),
];

const TRIPS: &[Field] = &[
    ("trip_id", Uuid),
    ("driver_id", Numbered("driver_")),
    ("vehicle_id", Numbered("vehicle_")),
    ("timestamp", Timestamp),
    ("origin", Point(Some(6))),
    ("destination", Point(Some(6))),
    ("estimated_distance_km", Fixed(2, 0.0, 1_000.0)),
    ("weather", OneOf(&["Clear", "Clouds", "Rain", "Heavy Rain", "Fog", "Thunderstorm", "Snow"])),
    ("temperature_celsius", Fixed(1, -60.0, 60.0)),
    ("day_of_week", Whole(0, 6)),
    ("hour_of_day", Whole(0, 23)),
    ("driver_rating", Fixed(1, 1.0, 5.0)),
    ("vehicle_type", OneOf(&["Sedan", "SUV", "Hatchback", "Motorcycle", "Van"])),
    ("initial_estimated_travel_time_seconds", Whole(60, MANY)),
    ("simulated_actual_travel_time_seconds", Whole(60, MANY)),
    ("debug_traffic_factor", Fixed(2, 0.01, 1_000.0)),
    ("debug_weather_factor", Fixed(2, 0.01, 1_000.0)),
    ("debug_driver_factor", Fixed(2, 0.01, 1_000.0)),
    ("debug_incident_delay_seconds", Whole(0, MANY)),
];

const TRIP_EXTRAS: &[Field] = &[
    ("rider_id", Uuid),
    ("route_distance_km", Fixed(2, 0.0, 10_000.0)),
    ("highway_share", Fixed(2, 0.0, 1.0)),
    ("completed_at", Timestamp),
    ("concept", Words),
    ("entity_sequence", Whole(1, MANY)),
];

const INTERACTIONS: &[Field] = &[
    ("event_id", Uuid),
    ("customer_id", Uuid),
    ("session_id", Uuid),
    ("timestamp", Timestamp),
    ("event_type", OneOf(&["page_view", "search", "add_to_cart", "purchase", "leave_review"])),
    ("product_id", OrNull(&Numbered("prod_"))),
    ("product_category", OrNull(&OneOf(SHOP_CATEGORIES))),
    ("price", OrNull(&Money)),
    ("quantity", OrNull(&Whole(1, MANY))),
    ("page_url", Text),
    ("referrer_url", OrNull(&OneOf(REFERRERS))),
    ("device_info", Object(&[("device_type", &["Mobile", "Desktop", "Tablet"]), ("browser", BROWSERS), ("os", OS)])),
    ("location", Point(Some(3))),
    ("time_on_page_seconds", Whole(1, MANY)),
    ("search_query", OrNull(&Text)),
    ("session_event_sequence", Whole(1, MANY)),
];

const INTERACTION_EXTRAS: &[Field] = &[
    ("is_bot", Flag),
    ("cart_id", OrNull(&Uuid)),
    ("order_id", OrNull(&Uuid)),
    ("concept", Words),
    ("entity_sequence", Whole(1, MANY)),
];

const LABELS: &[Field] = &[
    ("transaction_id", Uuid),
    ("user_id", Uuid),
    ("label", Whole(0, 1)),
    ("reported_at", Timestamp),
    ("channel", OneOf(&["alert", "complaint", "chargeback"])),
    ("case", Uuid),
];

const COMPLETIONS: &[Field] = &[
    ("trip_id", Uuid),
    ("driver_id", Numbered("driver_")),
    ("completed_at", Timestamp),
    ("simulated_actual_travel_time_seconds", Whole(60, MANY)),
];

const DRIFTS: &[Field] = &[
    ("drift_id", Text),
    ("phase", OneOf(&["start", "centre", "end"])),
    ("timestamp", Timestamp),
    ("key", Text),
    ("kind", OneOf(&["sudden", "gradual", "incremental", "recurring", "blip"])),
    ("class", OneOf(&["virtual", "real", "prior"])),
    ("region", OrNull(&Text)),
    ("persona", OrNull(&OneOf(&["worker", "student", "parent", "retired", "night-owl"]))),
    ("share", Number),
    ("from", Number),
    ("to", Number),
];

const OPTIONAL_EXTRAS: &[Field] = &[("entity_sequence", Whole(1, MANY))];

/// The record read, when its form is that of the topic; else what is wrong goes to `faults`.
pub fn read<'a>(
    topic: Topic,
    extras: bool,
    key: Option<&str>,
    text: &'a str,
    faults: &mut Faults,
) -> Option<Record<'a>> {
    let record = Record::read(text);
    if !faults.check(record.is_some(), "a record is one JSON object", || text.to_owned()) {
        return None;
    }
    let record = record?;
    let (fields, key_field) = topic.fields();
    let wanted: Vec<&Field> = fields.iter().chain(if extras { topic.extras() } else { &[] }).collect();
    let same = record.fields.keys().eq(wanted.iter().map(|(name, _)| name));
    let mut fine = faults.check(same, "fields are those of the contract, in its order", || text.to_owned());
    fine &= faults
        .check(!text.ends_with('\n') && text.trim() == text, "no white space around a record", || text.to_owned());
    for (name, form) in wanted {
        let good = fits(form, record.value(name), record.raw(name));
        fine &= faults.check(good, "values have their form", || format!("{name} in {text}"));
    }
    if let Some(key) = key {
        fine &=
            faults.check(record.text_of(key_field) == key, "the record key is the entity", || format!("{key}: {text}"));
    }
    fine.then_some(record)
}

/// Whether a value, and its text, has a form.
fn fits(form: &Form, value: &Value, text: &str) -> bool {
    let string = value.as_str();
    match form {
        Uuid => string.is_some_and(|s| uuid(s).is_some()),
        Numbered(prefix) => string.is_some_and(|s| numbered(s, prefix).is_some()),
        Timestamp => string.is_some_and(|s| micros(s).is_some()),
        Money => value.is_number() && matches!(decimals(text), Some(0 | 2)) && value.as_f64() > Some(0.0),
        OneOf(names) => string.is_some_and(|s| names.contains(&s)),
        Point(places) => is_point(value, text, *places),
        Ip => string.is_some_and(|s| s.parse::<Ipv4Addr>().is_ok_and(|ip| ip.to_string() == s)),
        Object(parts) => value.as_object().is_some_and(|o| {
            let one_of = |(name, names): &(&str, &[&str])| o[*name].as_str().is_some_and(|s| names.contains(&s));
            o.keys().eq(parts.iter().map(|p| p.0)) && parts.iter().all(one_of)
        }),
        Text => string.is_some_and(|s| !s.is_empty()),
        Whole(least, most) => {
            value.as_i64().is_some_and(|n| (*least..=*most).contains(&n)) && decimals(text) == Some(0)
        }
        Flag => value.is_boolean(),
        Fixed(places, least, most) => {
            value.as_f64().is_some_and(|n| (*least..=*most).contains(&n)) && decimals(text) == Some(*places)
        }
        OrNull(form) => value.is_null() || fits(form, value, text),
        Number => value.is_number(),
        Words => value.as_array().is_some_and(|a| a.iter().all(Value::is_string)),
    }
}

fn is_point(value: &Value, text: &str, places: Option<usize>) -> bool {
    let part = |name: &str, limit: f64| {
        let digits = decimals(raw(text, name));
        value[name].as_f64().is_some_and(|n| n.abs() <= limit)
            && digits.is_some()
            && (places.is_none() || digits == places)
    };
    let names = value.as_object().is_some_and(|o| o.keys().eq(["lat", "lon"]));
    names && part("lat", 90.0) && part("lon", 180.0)
}

/// Digits behind the point of a plain number; None when it is not one (an exponent, NaN, leading zeros).
pub fn decimals(text: &str) -> Option<usize> {
    let plain = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = plain.split_once('.').unwrap_or((plain, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    let fine = !whole.is_empty() && digits(whole) && digits(fraction) && (whole == "0" || !whole.starts_with('0'));
    (fine && !plain.ends_with('.')).then_some(fraction.len())
}

#[test]
fn decimals_are_counted() {
    assert_eq!(["12.50", "-0.1", "7", "0"].map(decimals), [Some(2), Some(1), Some(0), Some(0)]);
    assert_eq!(["1e5", "NaN", "01", "1.", ".5", ""].map(decimals), [None; 6]);
}

#[test]
fn a_wrong_order_a_missing_decimal_and_a_foreign_key_are_seen() {
    let good = r#"{"a":1}"#;
    let mut faults = Faults::default();
    assert!(read(Topic::Trips, false, None, good, &mut faults).is_none());
    assert_eq!(faults.count("fields are those of the contract, in its order"), 1);
    assert!(!fits(&Point(Some(6)), &serde_json::json!({"lat": 1.5, "lon": 2.0}), r#"{"lat":1.5,"lon":2.000000}"#));
    assert!(!fits(&Whole(1, 5), &serde_json::json!(6), "6") && !fits(&Fixed(1, 0.0, 9.0), &serde_json::json!(2), "2"));
}
