//! Views of fraud campaigns: planned ones and those that commands start.
//! Must not depend on: the log of commands, and the outcome of a campaign.

use super::text;
use crate::base::FraudKind;
use crate::engine::{Id, VirtualTime};
use crate::fraud::{Campaign, Hours, Operator, OperatorId, fraud_kind};
use crate::town::{Locality, Town};
use serde::Serialize;

/// A campaign as planned.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CampaignView {
    /// The UUID, as records have it.
    #[serde(serialize_with = "text::id")]
    pub campaign_id: Id,
    /// The kind of fraud.
    pub kind: FraudKind,
    /// The name of the region.
    pub region: String,
    /// The start.
    #[serde(serialize_with = "text::time")]
    pub start: VirtualTime,
    /// The first act against the first victim.
    #[serde(serialize_with = "text::optional_time")]
    pub first_act: Option<VirtualTime>,
    /// The first act against the last victim.
    #[serde(serialize_with = "text::optional_time")]
    pub last_victim: Option<VirtualTime>,
    /// The number of victims.
    pub victims: u32,
    /// The extent of the campaign, which depends on its start.
    #[serde(flatten)]
    pub extent: CampaignExtent,
    /// The operator.
    pub operator: OperatorView,
    /// The number of the command that starts it, if it is not planned.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<u64>,
}

/// The extent of a campaign.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum CampaignExtent {
    /// A whole campaign against people of a region.
    Whole {
        /// The number of the merchant where cards are tested or copied, if the kind has one.
        #[serde(serialize_with = "text::merchant")]
        merchant_id: Option<u32>,
        /// The stages of an episode of this kind.
        stages: Vec<String>,
        /// The mean number of transactions of a campaign of this kind, to one decimal place.
        usual_transactions: f64,
        /// The factor on the pace.
        intensity: f64,
    },
    /// A burst against one person.
    Burst {
        /// The UUID of the person.
        #[serde(serialize_with = "text::id")]
        user_id: Id,
        /// The number of transactions.
        transactions: u32,
        /// The length of the burst.
        within_seconds: u32,
    },
}

/// The operator of a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OperatorView {
    /// The operator.
    pub id: OperatorId,
    /// The number of changes of tactics by the operator so far.
    pub generation: u8,
    /// The local hour at which the operator's working day begins.
    pub works_from_hour: i64,
    /// The local hour at which the working day ends.
    pub works_until_hour: i64,
}

impl OperatorView {
    pub(crate) fn new(town: &Town, operator: Operator) -> Self {
        let Hours { from, length } = operator.hours(town.key());
        let hour = |seconds: f64| libm::floor(seconds / 3_600.0) as i64 % 24;
        let Operator { id, generation, .. } = operator;
        OperatorView { id, generation, works_from_hour: hour(from), works_until_hour: hour(from + length) }
    }
}

impl CampaignView {
    /// Returns the view of a campaign in its region.
    pub fn new(town: &Town, local: &Locality, campaign: &Campaign) -> Self {
        let targets = (0..campaign.victims).map(|n| campaign.target(town, local, n).start);
        let targets: Vec<VirtualTime> = targets.collect();
        CampaignView {
            campaign_id: campaign.id.uuid(town.ids()),
            kind: campaign.kind,
            region: local.region.name.clone(),
            start: campaign.start,
            first_act: targets.iter().min().copied(),
            last_victim: targets.iter().max().copied(),
            victims: campaign.victims,
            extent: whole(town, local, campaign),
            operator: OperatorView::new(town, campaign.operator),
            command: None,
        }
    }
}

fn whole(town: &Town, local: &Locality, campaign: &Campaign) -> CampaignExtent {
    let kind = fraud_kind(campaign.kind);
    CampaignExtent::Whole {
        merchant_id: kind.merchant.is_shown.then(|| campaign.merchant(town, local).merchant),
        stages: kind.stages_with_response().map(|stage| format!("{stage:?}").to_lowercase()).collect(),
        usual_transactions: libm::round(10.0 * kind.mean_transactions()) / 10.0,
        intensity: campaign.intensity,
    }
}
