//! Finds a campaign by its UUID.
//! Must not depend on: the outcome of a campaign.

use super::model::campaign::{Campaign, CampaignId, CampaignOrigin};
use super::plan::{find_scheduled, wave};
use crate::engine::{Id, IdKind};
use crate::town::{Locality, Town};

impl Campaign {
    /// Returns the planned campaign with a UUID, and its region. Campaigns of commands are not planned.
    pub fn find<'a>(town: &'a Town, text: &str) -> Option<(&'a Locality, Campaign)> {
        let (kind, _, code) = town.ids().read(Id::parse(text)?)?;
        let name = (kind == IdKind::Campaign).then(|| CampaignId::origin(code))?;
        town.localities().iter().find_map(|local| {
            let found = match name {
                CampaignOrigin::Planned { region, day, wave: number, member } if region == local.region.id.0 => {
                    wave(town, local, day, number).nth(member as usize)
                }
                CampaignOrigin::Scheduled(id) => find_scheduled(town, local, id),
                _ => None,
            };
            found
                .filter(|campaign| campaign.id.uuid(town.ids()).to_string() == text.to_lowercase())
                .map(|one| (local, one))
        })
    }
}

/// Returns the UUID of the campaign that command `number` starts, as records have it in `campaign_id`.
pub fn campaign_of_command(town: &Town, number: u64) -> Id {
    CampaignId::injected(number).uuid(town.ids())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fraud::campaigns_in;
    use crate::testing;

    #[test]
    fn every_planned_campaign_is_found_by_its_uuid() {
        let town = testing::town(
            "[world]\npeople = 60000\n[bank.fraud]\nrate = 0.02\n[[region]]\npreset = \"houston\"\n[[region]]\n\
             preset = \"tokyo\"\n[[campaign]]\nkind = \"bust-out\"\nat = \"+2d\"\nregion = \"tokyo\"\n",
        );
        let mut found = 0;
        for local in town.localities() {
            for campaign in campaigns_in(&town, local, town.start(), testing::day(&town, 5)) {
                let uuid = campaign.id.uuid(town.ids()).to_string();
                let (place, again) = Campaign::find(&town, &uuid).expect("found");
                assert_eq!((place.region.id, again), (local.region.id, campaign));
                assert!(campaign.victims >= 1, "{campaign:?}");
                found += 1;
            }
        }
        assert!(found > 30);
        let person = town.person_uuid(crate::base::PersonId(3)).to_string();
        assert!(Campaign::find(&town, &person).is_none() && Campaign::find(&town, "x").is_none());
        let injected = CampaignId::injected(1).uuid(town.ids()).to_string();
        assert!(Campaign::find(&town, &injected).is_none());
    }
}
