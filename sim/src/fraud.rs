//! Fraud: campaigns with a plan, who is behind them, and what they do to each victim. Knows the bank's way of making
//! transactions; the victims' own life goes on beside it, untouched but for what the bank does to protect them.

mod acts;
mod arrival;
mod campaign;
mod desk;
mod episode;
mod kind;
mod lookup;
mod model;
mod reports;
mod sizes;
#[cfg(test)]
mod tests;
mod victims;

pub(crate) use arrival::scheduled;
pub use arrival::{CampaignRates, Genuine, Scheduled, campaigns_in};
pub use campaign::{Campaign, CampaignId, FraudMark};
pub use desk::{Asked, Desk};
pub use episode::Episode;
pub(crate) use episode::{Means, act};
pub use kind::FraudKind;
pub use lookup::campaign_of_command;
pub(crate) use lookup::stages;
pub(crate) use model::labels::LabelLaw;
pub use model::operator::{Operator, OperatorId};
pub(crate) use reports::{Part, Reports};
pub use sizes::expected_size;
