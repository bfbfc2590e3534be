//! Fraud: campaigns with a plan, who is behind them, and what they do to each victim. Knows the bank's way of making
//! transactions; the victims' own life goes on beside it, untouched but for what the bank does to protect them.

mod acts;
mod arrival;
mod campaign;
mod cases;
mod desk;
mod episode;
mod kind;
mod model;
mod reports;
mod sizes;
#[cfg(test)]
mod tests;
mod victims;

pub(crate) use arrival::scheduled;
pub use arrival::{CampaignRates, Genuine, Scheduled, campaigns_in};
pub use campaign::{Campaign, CampaignId, FraudMark};
pub use cases::{campaign_of_command, command_view};
pub use desk::{Asked, Desk};
pub use episode::Episode;
pub(crate) use episode::act;
pub use kind::FraudKind;
pub(crate) use model::labels::LabelLaw;
pub use model::operator::{Operator, OperatorId};
pub(crate) use reports::{Part, Reports};
pub use sizes::expected_size;
