//! What a world is made from: the rules that a scenario states, read in layers over the built-in defaults, checked,
//! compared and written back. Strings in, structs out: knows neither files nor the command line.

mod check;
mod drifts;
mod fields;
mod keys;
mod layers;
mod leaf;
mod limits;
mod moment;
mod orders;
mod problem;
mod rules;
mod text;
mod tree;

pub use keys::{KeyKind, KeyTree};
pub use layers::{Layers, Resolved, Stated};
pub(crate) use limits::bounds_of;
pub use moment::{CALENDAR_END, TimeError, format_time, is_relative_time, parse_span, resolve_time};
pub use orders::{Begin, DriftOrder};
pub use problem::{Origin, Problem, ScenarioError, nearest_names};
pub use rules::{
    BankRules, CampaignRules, DriftKind, DriftRules, FraudRules, HistoryRules, LabelRules, MixRules, OptionalTopic,
    RegionRules, RideRules, Scenario, ShopRules, TopicChoice, TopicRules, TrafficRules, WeatherRules, WorldRules,
};
pub use text::Difference;

/// The commented defaults and reference of every key, as shipped in `scenarios/default.toml`.
pub const DEFAULT_TOML: &str = include_str!("../../scenarios/default.toml");
