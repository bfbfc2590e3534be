//! Fraud: campaigns with a plan, and what they do to each victim. Knows the bank's way of making transactions; the
//! victims' own life goes on beside it, untouched.

mod campaign;
mod desk;
mod episode;

pub use campaign::{CampaignId, CampaignRates, FraudKind, FraudMark, expected_size};
pub use desk::{Asked, Desk};
pub use episode::Episode;
pub(crate) use episode::act;
