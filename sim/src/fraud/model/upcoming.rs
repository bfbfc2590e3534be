//! The victims that a look-up of the plan finds, by number of person, so that each shard of a region finds its own in what
//! one of them looked up.
//! Must not depend on: the way in which campaigns are planned.

use super::campaign::{Campaign, SharedMerchant};
use crate::base::PersonId;
use crate::engine::VirtualTime;
use std::ops::Range;

/// A victim of a campaign, before the choice among the people of its shard.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PlannedVictim {
    pub person: PersonId,
    /// The instant at which the episode begins.
    pub start: VirtualTime,
    /// The place of the campaign among those of the look-up.
    pub campaign: u32,
    /// The number of the victim in the campaign.
    pub number: u32,
}

/// A campaign, and the merchant that its victims have in common.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SharingCampaign {
    pub campaign: Campaign,
    pub merchant: SharedMerchant,
}

/// The victims that a look-up finds.
#[derive(Debug, Default)]
pub(crate) struct UpcomingVictims {
    campaigns: Vec<SharingCampaign>,
    victims: Vec<PlannedVictim>,
}

impl UpcomingVictims {
    /// Adds the victims of a campaign.
    pub fn add(
        &mut self,
        campaign: Campaign,
        merchant: impl FnOnce() -> SharedMerchant,
        victims: impl Iterator<Item = PlannedVictim>,
    ) {
        let (before, place) = (self.victims.len(), self.campaigns.len() as u32);
        self.victims.extend(victims.map(|victim| PlannedVictim { campaign: place, ..victim }));
        if self.victims.len() > before {
            self.campaigns.push(SharingCampaign { campaign, merchant: merchant() });
        }
    }

    /// Returns them in the order that [`UpcomingVictims::among`] searches.
    pub fn sorted(mut self) -> Self {
        self.victims.sort_unstable_by_key(|victim| (victim.person, victim.campaign, victim.number));
        self.victims.shrink_to_fit();
        self
    }

    /// Returns the victims among some people.
    pub fn among(&self, people: &Range<u32>) -> &[PlannedVictim] {
        let place = |person: u32| self.victims.partition_point(|victim| victim.person.0 < person);
        &self.victims[place(people.start)..place(people.end)]
    }

    /// Returns the campaign of a victim.
    pub fn campaign(&self, victim: &PlannedVictim) -> &SharingCampaign {
        &self.campaigns[victim.campaign as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::super::{campaign::CampaignId, operator::Operator};
    use super::*;
    use crate::base::{Category, FraudKind, RegionId};

    #[test]
    fn victims_are_found_by_person_with_their_campaigns() {
        let key = |campaign: &SharingCampaign| campaign.merchant.merchant;
        let mut all = UpcomingVictims::default();
        for (merchant, people) in [(7, vec![9, 3]), (8, vec![]), (9, vec![3, 5, 3])] {
            let one = |(number, person)| PlannedVictim {
                person: PersonId(person),
                start: VirtualTime::from_seconds(1),
                campaign: 0,
                number,
            };
            let merchant = || SharedMerchant { category: Category::Other, merchant };
            all.add(campaign(), merchant, (0..).zip(people).map(one));
        }
        let all = all.sorted();
        let found = |people: Range<u32>| -> Vec<(u32, u32, u32)> {
            all.among(&people).iter().map(|one| (one.person.0, key(all.campaign(one)), one.number)).collect()
        };
        assert_eq!(found(0..6), [(3, 7, 1), (3, 9, 0), (3, 9, 2), (5, 9, 1)]);
        assert_eq!([found(6..9), found(10..20)], [vec![], vec![]]);
        assert_eq!(found(9..10), [(9, 7, 0)]);
    }

    fn campaign() -> Campaign {
        Campaign {
            id: CampaignId::injected(1),
            kind: FraudKind::ALL[0],
            operator: Operator::picked(RegionId(0), 20_454, false, 0),
            start: VirtualTime::from_seconds(1),
            victims: 3,
            intensity: 1.0,
        }
    }
}
