//! The campaigns that a scenario names.
//! Must not depend on: the town that they take place in.

use super::campaign::CampaignId;
use crate::base::FraudKind;
use crate::engine::VirtualTime;
use crate::scenario::CampaignRules;

/// A campaign that the scenario names.
#[derive(Clone, Copy, Debug)]
pub struct ScheduledCampaign {
    pub(in crate::fraud) id: CampaignId,
    pub(in crate::fraud) kind: FraudKind,
    pub(in crate::fraud) at: VirtualTime,
    /// The number of victims; 0 if the kind decides.
    pub(in crate::fraud) victims: u32,
    pub(in crate::fraud) intensity: f64,
}

impl ScheduledCampaign {
    /// Returns the campaigns of `rules`, in a world that begins at `start`, whose region satisfies `of_region`.
    pub(crate) fn all(
        rules: &[CampaignRules],
        start: VirtualTime,
        of_region: impl Fn(Option<&str>) -> bool,
    ) -> Vec<ScheduledCampaign> {
        let block = |(number, rules): (usize, &CampaignRules)| ScheduledCampaign {
            id: CampaignId::scheduled(number),
            kind: rules.kind,
            at: crate::scenario::resolve_time(&rules.at, start).unwrap_or(VirtualTime::NEVER),
            victims: rules.size,
            intensity: rules.intensity,
        };
        rules.iter().enumerate().filter(|(_, rules)| of_region(rules.region.as_deref())).map(block).collect()
    }
}
