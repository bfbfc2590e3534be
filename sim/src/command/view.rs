//! The view of the campaign that a command starts.
//! Must not depend on: the log of commands.

use super::Command;
use crate::engine::VirtualTime;
use crate::fraud::{CampaignId, Means, RequestedCampaign};
use crate::town::{Locality, Town};
use crate::views::{CampaignExtent, CampaignView, OperatorView};

impl Command {
    /// Returns the view of the campaign that this command starts if it takes effect at `at`; `None` if it is no fraud, or
    /// if the world has no such person or region.
    pub fn campaign_view(&self, town: &Town, at: VirtualTime) -> Option<CampaignView> {
        let local = &town.localities()[town.shard_spec(*self.shards(town).first()?).locality];
        let mut view = match *self {
            Command::Campaign { number, kind, victims, .. } => {
                let requested = RequestedCampaign::injected(number, kind, victims, self.begins(at));
                CampaignView::new(town, local, &requested.plan(town, local))
            }
            Command::Inject { .. } => self.burst_view(town, local, at)?,
            Command::Transaction { .. } => return None,
        };
        view.command = Some(self.number());
        Some(view)
    }

    fn burst_view(&self, town: &Town, local: &Locality, at: VirtualTime) -> Option<CampaignView> {
        let Command::Inject { number, kind, person, count, within_seconds, .. } = *self else { return None };
        let (campaign, begins) = (CampaignId::injected(number), self.begins(at));
        let user_id = town.tenant_uuid(person, town.tenancy_at(person, begins).generation);
        Some(CampaignView {
            campaign_id: campaign.uuid(town.ids()),
            kind,
            region: local.region.name.clone(),
            start: begins,
            first_act: Some(begins),
            last_victim: Some(begins),
            victims: 1,
            extent: CampaignExtent::Burst { user_id, transactions: count, within_seconds },
            operator: OperatorView::new(town, Means::injected(town, local, campaign, begins).operator),
            command: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{FraudKind, PersonId, RegionId};
    use crate::fraud::campaign_of_command;
    use crate::testing;

    #[test]
    fn campaigns_of_commands_have_views_like_planned_ones() {
        let town = testing::town("[world]\npeople = 3000");
        let (at, kind, number) = (testing::day(&town, 3), FraudKind::MuleRing, 4);
        let start = Some(testing::day(&town, 5));
        let ring = Command::Campaign { number, kind, region: RegionId(0), victims: 9, start };
        let burst = Command::Inject { number, kind, person: PersonId(3), count: 7, within_seconds: 60, start };
        for command in [ring, burst] {
            let view = command.campaign_view(&town, at).expect("fraud");
            assert_eq!(view.campaign_id, campaign_of_command(&town, 4));
            assert_eq!((Some(view.start), view.kind, view.command), (start, kind, Some(4)));
        }
        let genuine = Command::Transaction { number, person: PersonId(3), minor: 5, start };
        let nowhere = Command::Campaign { number, kind, region: RegionId(1), victims: 9, start };
        assert!(genuine.campaign_view(&town, at).is_none() && nowhere.campaign_view(&town, at).is_none());
    }
}
