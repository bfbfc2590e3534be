//! The rules of a world: a struct for each section of `default.toml`, which documents every key. To find a rule by its key,
//! look here for the section, and in `limits` for the range of its value.
//! Must not depend on: the reading of scenarios.

use super::kind_shares::KindShares;
use crate::base::{Category, DriftKind, FraudKind, Persona};
use serde::{Deserialize, Serialize};

/// All rules of a world; together with the commands they determine its events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scenario {
    /// Seed, size and start.
    pub world: WorldRules,
    /// The regions, in order; never empty.
    pub region: Vec<RegionRules>,
    /// Scheduled campaigns of fraud.
    #[serde(default)]
    pub campaign: Vec<CampaignRules>,
    /// Scheduled changes of the rules below, in the order in which they compose.
    #[serde(default)]
    pub drift: Vec<DriftRules>,
    /// Accounts, transactions and fraud.
    pub bank: BankRules,
    /// The labels: when and by which channel the bank learns of fraud.
    pub labels: LabelRules,
    /// Trips, traffic and weather.
    pub rides: RideRules,
    /// Catalogue, visits and orders.
    pub shop: ShopRules,
    /// The length of the history that is kept of each entity.
    pub history: HistoryRules,
    /// Which topics there are, and their names, keys and fields.
    pub topics: TopicRules,
}

/// Section `[world]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WorldRules {
    /// Seed of all random numbers.
    pub seed: u64,
    /// The number of people over all regions, 1 to 100,000,000.
    pub people: u32,
    /// People for each driver, ≥ 1.
    pub people_per_driver: u32,
    /// The first instant; resolved to RFC 3339 with microseconds before a world is made.
    pub start: String,
}

/// A `[[region]]` block: a preset, or a custom region with bounds and time zone.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RegionRules {
    /// Name of the preset, or "" for a custom region.
    #[serde(default)]
    pub preset: String,
    /// Share of the people, > 0, any scale.
    #[serde(default = "one")]
    pub share: f64,
    /// Name of a custom region.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// South, west, north, east in degrees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bounds: Option<[f64; 4]>,
    /// IANA name of the time zone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timezone: Option<String>,
    /// ISO 4217 code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The preset whose climate holds here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub climate: Option<String>,
    /// ISO 3166 code of the country whose holidays are kept; without it, no holidays are kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holidays: Option<String>,
}

fn one() -> f64 {
    1.0
}

/// Section `[bank]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct BankRules {
    pub purchases_per_day: f64,
    pub withdrawals_per_day: f64,
    pub transfers_per_day: f64,
    pub merchants: u32,
    pub account_age_years_limit: f64,
    pub cvv_missing_probability: f64,
    pub billing_mismatch_probability: f64,
    pub rate_shape: f64,
    pub online_share: f64,
    pub amount_scale: f64,
    pub mix: MixRules,
    pub fraud: FraudRules,
}

/// Section `[bank.mix]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct MixRules {
    pub electronics: f64,
    pub clothing: f64,
    pub groceries: f64,
    pub travel: f64,
    pub services: f64,
    pub digital_goods: f64,
    pub luxury_items: f64,
    pub gambling: f64,
    pub other: f64,
}

impl MixRules {
    /// Returns the factor on the usual share of a category.
    pub fn weight(&self, category: Category) -> f64 {
        match category {
            Category::Electronics => self.electronics,
            Category::Clothing => self.clothing,
            Category::Groceries => self.groceries,
            Category::Travel => self.travel,
            Category::Services => self.services,
            Category::DigitalGoods => self.digital_goods,
            Category::LuxuryItems => self.luxury_items,
            Category::Gambling => self.gambling,
            Category::Other => self.other,
        }
    }
}

/// Keys, and prefixes of keys, that are fixed when a world is created: its people, merchants and products, and the length of
/// its history.
const FIXED: [&str; 9] = [
    "world.",
    "region",
    "campaign",
    "bank.merchants",
    "bank.account_age_years_limit",
    "bank.rate_shape",
    "shop.products",
    "shop.bot_share",
    "history.",
];

impl Scenario {
    /// Returns whether an existing world can adopt another value of the key at `path`.
    pub fn is_adoptable(path: &str) -> bool {
        // Readers rely on the topics, their names and their keys.
        let of_topics = path.starts_with("topics.") && !path.ends_with(".fields");
        !of_topics && !FIXED.iter().any(|fixed| path.starts_with(fixed))
    }
}

/// Section `[bank.fraud]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct FraudRules {
    pub rate: f64,
    pub high_value_probability: f64,
    pub amount_scale: f64,
    pub adaptation: bool,
    #[serde(flatten)]
    pub kinds: KindShares,
}

impl FraudRules {
    /// Returns the weight of a kind among fraudulent transactions.
    #[inline]
    pub fn share(&self, kind: FraudKind) -> f64 {
        self.kinds[kind]
    }
}

/// Section `[labels]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct LabelRules {
    pub alert: f64,
    pub complaint: f64,
    pub chargeback: f64,
    pub never: f64,
    pub alert_hours: f64,
    pub alert_spread: f64,
    pub complaint_days: f64,
    pub complaint_spread: f64,
    pub chargeback_days: f64,
    pub chargeback_spread: f64,
    pub wrong: f64,
    pub reversed: f64,
    pub reversal_days: f64,
    pub reversal_spread: f64,
}

/// A `[[campaign]]` block: a scheduled campaign of fraud, in addition to the share of `bank.fraud.rate`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CampaignRules {
    /// The kind of fraud.
    pub kind: FraudKind,
    /// The start: an instant, or a span after the world's start such as `+30d`.
    pub at: String,
    /// The number of victims, up to 100,000; 0 for the default of the kind.
    #[serde(default)]
    pub size: u32,
    /// The speed as a multiple of the usual, 0.01 to 100.
    #[serde(default = "one")]
    pub intensity: f64,
    /// The name of its region; by default the first one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

/// A `[[drift]]` block: a scheduled change of one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DriftRules {
    /// The name; by default `drift-N` by its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The dotted key of the rule that changes.
    pub key: String,
    /// The kind of the change.
    pub kind: DriftKind,
    /// The instant, or the middle of the transition: absolute, or a span after the world's start such as `+30d`.
    pub at: String,
    /// The end of its effect: an instant, or a span after the world's start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// The central span of the transition, from 12 to 88 %; by default zero.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<String>,
    /// The time from one visit of a recurring drift to the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// The length of a visit or a blip.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub length: Option<String>,
    /// The new value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<f64>,
    /// The factor on the value, in place of a new value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// The share of the people that it concerns, above 0 and at most 1.
    #[serde(default = "one")]
    pub share: f64,
    /// The name of the region that it is limited to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
    /// The persona that it is limited to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub persona: Option<Persona>,
}

/// Section `[rides]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct RideRules {
    pub requests_per_day: f64,
    pub pickup_limit_km: f64,
    pub fare_scale: f64,
    pub traffic: TrafficRules,
    pub weather: WeatherRules,
}

/// Section `[rides.traffic]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct TrafficRules {
    pub heavy_multiplier: f64,
    pub incident_scale: f64,
}

/// Section `[rides.weather]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct WeatherRules {
    pub bad_scale: f64,
    pub warmer_by: f64,
}

/// Section `[shop]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct ShopRules {
    pub products: u32,
    pub visits_per_day: f64,
    pub session_timeout_minutes: u32,
    pub review_probability: f64,
    pub popularity_exponent: f64,
    pub bot_share: f64,
    pub conversion: f64,
    pub mobile_scale: f64,
    pub direct_scale: f64,
    pub price_scale: f64,
}

/// Section `[history]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct HistoryRules {
    pub person_acts: u32,
    pub driver_acts: u32,
}

/// Section `[topics]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct TopicRules {
    pub transactions: TopicChoice,
    pub trips: TopicChoice,
    pub interactions: TopicChoice,
    pub labels: TopicChoice,
    pub completions: TopicChoice,
    pub drifts: TopicChoice,
    pub users: TopicChoice,
    pub drivers: TopicChoice,
    pub customers: TopicChoice,
    pub merchants: TopicChoice,
    pub products: TopicChoice,
}

/// The settings of a topic: whether the world has it, its name, its key field, the choice of its fields (empty: those of
/// the contract), and the format of its records.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "default.toml documents every key")]
pub struct TopicChoice {
    pub enabled: bool,
    pub name: String,
    pub key: String,
    pub fields: Vec<String>,
    #[serde(default = "json")]
    pub format: String,
    #[serde(default = "namespace")]
    pub namespace: String,
}

fn json() -> String {
    "json".to_owned()
}

fn namespace() -> String {
    "populace".to_owned()
}
