//! The rules of a world as data: read in layers over the built-in defaults, merged, compared and written back. Text in,
//! structs out.
//! Must not depend on: files, the command line, and every room but `engine` and `base`.

mod check;
mod keys;
mod kind_shares;
mod layers;
mod leaf;
mod limits;
mod moment;
mod nested;
mod problem;
mod rules;
mod start;
mod text;
mod topics;
mod tree;
mod values;

pub use check::{Check, invalid_instant, invalid_name, unknown, unknown_name};
pub(crate) use check::{campaigns, fraud_kinds, habits, inhabitants, label_channels, ranges, topics};
pub use keys::{DEFAULT_TOML, KeyKind, KeyTree};
pub use layers::{Layers, Resolved, Stated};
pub(crate) use limits::{bounds_of, range_in_words};
pub use moment::{CALENDAR_END, TimeError, format_time, is_relative_time, parse_span, resolve_time};
pub use problem::{Origin, Problem, ScenarioError, did_you_mean, nearest_names};
pub use rules::{
    BankRules, CampaignRules, DriftRules, FraudRules, HistoryRules, LabelRules, MixRules, RegionRules, RideRules,
    Scenario, ShopRules, TopicChoice, TopicRules, TrafficRules, WeatherRules, WorldRules,
};
pub(crate) use start::RelativeStart;
pub use start::StartError;
pub use text::Difference;
pub(crate) use tree::Reading;
pub use values::{Placed, Values};
