//! Fraud: campaigns by operators, their episodes against single victims, and the response and the knowledge of the
//! bank.
//!
//! Each file of `kinds` states all properties of one *kind*; `model` holds state, laws and expected rates; the rest
//! acts in a scene. The victims' own life continues beside an episode, unchanged except for the bank's response.
//!
//! ```text
//! rate of fraud --> CampaignRates --> plan (waves) --> CampaignScheduler --> Episode --> acts --> response, reports
//! ```
//!
//! Campaigns per day follow in closed form: frauds per day F solve F = G(F) · rate / (1 − rate), where G is the number of
//! genuine transactions left while F frauds a day freeze accounts, and a kind k with share s_k of frauds has
//! F · s_k / (mean victims · mean acts) campaigns per day.
//! Must not depend on: the shop, rides, and shards.

mod acts;
mod episode;
pub(crate) mod kinds;
mod lookup;
pub(crate) mod model;
mod plan;
mod scheduler;
mod targets;
#[cfg(test)]
mod tests;
mod victims;

pub(crate) use episode::act;
pub use kinds::spec::{BurstSpec, BurstVictim};
pub use kinds::{KindSpec, fraud_kind, fraud_kinds};
pub use lookup::campaign_of_command;
pub use model::campaign::{Campaign, CampaignId};
pub use model::episode::Episode;
pub(crate) use model::episode::{Burst, CampaignRef, Means};
pub(crate) use model::labels::LabelLaw;
pub(crate) use model::operator::Hours;
pub use model::operator::{Operator, OperatorId};
pub use model::rates::{CampaignRates, Genuine};
pub(crate) use model::reports::{ReportRules, Reports, SavedReports, Tenant};
pub use model::scheduled::ScheduledCampaign;
pub(crate) use model::upcoming::UpcomingVictims;
pub(crate) use plan::RequestedCampaign;
pub use plan::campaigns_in;
pub(crate) use scheduler::{CampaignScheduler, DueEpisode, RequestedBurst, RequestedPurchase};
pub(crate) use victims::Residents;
