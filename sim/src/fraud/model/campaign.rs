//! A campaign as a value, its identity, and the merchant that its victims have in common.
//! Must not depend on: people, and the plan of campaigns.

use super::operator::Operator;
use crate::base::{Category, FraudKind};
use crate::engine::{Id, IdKind, IdMaker, VirtualTime};
use serde::{Deserialize, Serialize};

/// The identity of a campaign in the whole world: region, day, wave and place in the wave; or a block of the scenario; or a
/// command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CampaignId(u64);

/// The origin of a campaign, read from its identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CampaignOrigin {
    /// The plan of a region.
    Planned { region: u16, day: i32, wave: u32, member: u32 },
    /// A block of the scenario.
    Scheduled(CampaignId),
    /// A command.
    Injected,
}

const SCHEDULED: u64 = 0xfffe;
const INJECTED: u64 = 0xffff;
/// The number of days before 1970 that identities can hold.
const DAY_ZERO: i32 = 0x40_0000;
/// The largest number of campaigns of a wave.
pub(crate) const MAX_WAVE_CAMPAIGNS: u32 = 16;

impl CampaignId {
    /// Returns the identity of a planned campaign.
    pub(crate) fn planned(region: u16, day: i32, wave: u32, member: u32) -> Self {
        let number = u64::from((wave * MAX_WAVE_CAMPAIGNS + member) & 0xff_ffff);
        CampaignId(u64::from(region) << 48 | ((day + DAY_ZERO) as u64) << 24 | number)
    }

    /// Returns the identity of the campaign in block number `block` of the scenario, from 0.
    pub(crate) fn scheduled(block: usize) -> Self {
        CampaignId(SCHEDULED << 48 | block as u64)
    }

    /// Returns the identity of the campaign that command number `command` of the log starts.
    pub fn injected(command: u64) -> Self {
        CampaignId(INJECTED << 48 | command)
    }

    /// Returns the origin that `code`, the part of an identity that a UUID holds, denotes.
    pub(crate) fn origin(code: u64) -> CampaignOrigin {
        let number = (code & 0xff_ffff) as u32;
        match (code >> 48) & 0xfff {
            injected if injected == INJECTED & 0xfff => CampaignOrigin::Injected,
            scheduled if scheduled == SCHEDULED & 0xfff => {
                CampaignOrigin::Scheduled(CampaignId(SCHEDULED << 48 | code & 0xffff_ffff))
            }
            region => CampaignOrigin::Planned {
                region: region as u16,
                day: ((code >> 24) & 0xff_ffff) as i32 - DAY_ZERO,
                wave: number / MAX_WAVE_CAMPAIGNS,
                member: number % MAX_WAVE_CAMPAIGNS,
            },
        }
    }

    /// Returns the identity as a key of random numbers.
    pub fn code(self) -> u64 {
        self.0
    }

    /// Returns the identity as a UUID.
    pub fn uuid(self, ids: &IdMaker) -> Id {
        ids.make(IdKind::Campaign, 0, self.0 & ((1 << 60) - 1))
    }
}

/// A campaign as planned.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Campaign {
    /// The identity.
    pub id: CampaignId,
    /// The kind.
    pub kind: FraudKind,
    /// The operator behind it.
    pub operator: Operator,
    /// The instant at which it starts.
    pub start: VirtualTime,
    /// The number of victims.
    pub victims: u32,
    /// Factor on its speed; 1 is usual.
    pub intensity: f64,
}

/// The merchant that all victims of a campaign have in common, and the category of the purchases there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SharedMerchant {
    pub category: Category,
    pub merchant: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identities_of_campaigns_are_unique() {
        let mut names = Vec::new();
        for (region, day) in [(0, 20_454), (0, 20_455), (1, 20_454)] {
            names.extend((0..50).flat_map(|wave| (0..9).map(move |m| CampaignId::planned(region, day, wave, m))));
        }
        names.extend((0..50).map(CampaignId::scheduled));
        names.extend((0..50).map(CampaignId::injected));
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }
}
