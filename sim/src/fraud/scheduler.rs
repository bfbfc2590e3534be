//! The campaign scheduler of a shard: once a UTC day it looks up the waves of the region that start that day and keeps,
//! until its instant, each act that concerns the shard's own people; and it keeps the requests of commands.
//! Must not depend on: the course of an episode or a purchase.

use super::model::campaign::{Campaign, CampaignId, SharedMerchant};
use super::model::episode::{Burst, CampaignRef, Episode, Means};
use super::model::operator::Operator;
use super::model::parameters::POSTPONED_SECONDS;
use super::model::upcoming::{PlannedVictim, SharingCampaign};
use super::plan::{LOOK_BACK_DAYS, scheduled_in, victims_of, victims_of_waves};
use super::victims::Residents;
use crate::base::{EntityId, FraudKind, PersonId};
use crate::engine::{Purpose, Span, VirtualTime};
use crate::person::{Person, Process};
use crate::town::{Locality, Town};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

/// A purchase that a command requested and that is still to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RequestedPurchase {
    /// The instant of the purchase.
    pub at: VirtualTime,
    /// The number of the command.
    pub number: u64,
    /// The buyer.
    pub person: PersonId,
    /// The amount in minor units.
    pub minor: u32,
}

/// A burst against one person that a command requested and that begins later.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RequestedBurst {
    pub campaign: CampaignRef,
    pub person: PersonId,
    pub burst: Burst,
    pub at: VirtualTime,
}

/// An episode that is planned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct PlannedEpisode {
    size: EpisodeSize,
    kind: FraudKind,
    operator: Operator,
    person: PersonId,
    merchant: SharedMerchant,
    intensity: f32,
}

/// The size of a planned episode.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum EpisodeSize {
    /// The usual burst of the kind.
    Usual,
    /// The burst that a command requests.
    Requested(Burst),
}

/// The order of planned episodes: an instant, a campaign and the number of the victim.
type EpisodeKey = (VirtualTime, CampaignId, u32);

/// The outcome of an episode that was due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DueEpisode {
    /// The episode began, with the person in this slot.
    Began { slot: usize },
    /// The episode was postponed or dropped.
    NotBegun,
}

/// The scheduler: the instant of its next look-up of the plan, and the acts that it keeps.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct CampaignScheduler {
    /// The instant of its next look at campaigns: the world's start, then each UTC midnight.
    pub due: VirtualTime,
    /// Purchases that commands requested, by instant, then by number.
    requested: VecDeque<RequestedPurchase>,
    /// Episodes that begin later.
    planned: BTreeMap<EpisodeKey, PlannedEpisode>,
}

impl CampaignScheduler {
    /// Returns the scheduler of a world that begins at `start`.
    pub fn new(start: VirtualTime) -> Self {
        CampaignScheduler { due: start, requested: VecDeque::new(), planned: BTreeMap::new() }
    }

    /// Returns the instant of its next act of any kind.
    pub fn earliest(&self) -> VirtualTime {
        let requested = self.requested.front().map_or(VirtualTime::NEVER, |one| one.at);
        let planned = self.planned.first_key_value().map_or(VirtualTime::NEVER, |((at, ..), _)| *at);
        self.due.min(requested).min(planned)
    }

    /// Keeps a purchase until its instant.
    pub fn add_purchase(&mut self, purchase: RequestedPurchase) {
        let key = (purchase.at, purchase.number);
        let place = self.requested.partition_point(|other| (other.at, other.number) < key);
        self.requested.insert(place, purchase);
    }

    /// Keeps a burst until its instant.
    pub fn add_burst(&mut self, town: &Town, local: &Locality, requested: RequestedBurst) {
        let RequestedBurst { campaign: CampaignRef { id, kind }, person, burst, at } = requested;
        let Means { operator, merchant, intensity } = Means::injected(town, local, id, at);
        let (size, intensity) = (EpisodeSize::Requested(burst), intensity as f32);
        self.planned.insert((at, id, 0), PlannedEpisode { size, kind, operator, person, merchant, intensity });
    }

    /// Takes the next purchase that is due.
    pub fn take_purchase(&mut self, now: VirtualTime) -> Option<RequestedPurchase> {
        self.requested.front().filter(|one| one.at <= now)?;
        self.requested.pop_front()
    }

    /// Looks up the day that begins now, or the rest of the first day: the waves that start, and on the first look the
    /// earlier ones that still act.
    pub fn look_up_day(&mut self, residents: Residents<'_>) {
        let Residents { town, local, .. } = residents;
        let (now, day) = (self.due, self.due.utc_day());
        self.due = VirtualTime::from_seconds((day as i64 + 1) * 86_400);
        let first = if now == town.start() { day - LOOK_BACK_DAYS } else { day };
        let find = |people: &Range<u32>| victims_of_waves(town, local, first..=day, people, now);
        // The first look-up is of many days. It is the same for all shards of the region, so that one of them makes it.
        let own;
        let upcoming = if now == town.start() {
            local.first_victims.get_or_init(|| find(&local.people))
        } else {
            own = find(residents.own);
            &own
        };
        for victim in upcoming.among(residents.own) {
            self.add_victim(residents, upcoming.campaign(victim), victim);
        }
        for campaign in scheduled_in(town, local, now, self.due) {
            self.add_campaign(residents, &campaign, now);
        }
    }

    /// Keeps the episodes of a campaign that begin at `now` or later with the shard's own people.
    pub fn add_campaign(&mut self, residents: Residents<'_>, campaign: &Campaign, now: VirtualTime) {
        let Residents { town, local, own, .. } = residents;
        let victims = victims_of(town, local, campaign, own, now);
        let one = SharingCampaign { campaign: *campaign, merchant: campaign.merchant(town, local) };
        victims.for_each(|victim| self.add_victim(residents, &one, &victim));
    }

    /// Keeps the episode of a victim, or of the most suitable one of the next people.
    fn add_victim(&mut self, residents: Residents<'_>, sharing: &SharingCampaign, victim: &PlannedVictim) {
        let SharingCampaign { campaign, merchant } = sharing;
        let slot = residents.choose(campaign, (victim.person.0 - residents.own.start) as usize);
        let planned = PlannedEpisode {
            size: EpisodeSize::Usual,
            kind: campaign.kind,
            operator: campaign.operator,
            person: PersonId(residents.own.start + slot as u32),
            merchant: *merchant,
            intensity: campaign.intensity as f32,
        };
        self.planned.insert((victim.start, campaign.id, victim.number), planned);
    }

    /// Begins the next episode that is due, if there is one, with one of `people`, whose numbers begin at `first`. An
    /// episode of the plan is postponed while its victim has another episode or no open account, so that none is left out;
    /// one that a command requested takes the place of another episode, and is dropped where the account is closed.
    pub fn begin_next(
        &mut self,
        town: &Town,
        local: &Locality,
        first: u32,
        people: &mut [Person],
        now: VirtualTime,
    ) -> Option<DueEpisode> {
        let entry = self.planned.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((_, id, n), planned) = entry.remove_entry();
        let slot = (planned.person.0 - first) as usize;
        let person = &mut people[slot];
        let open = person.tenancy.is_open(now) && now >= person.profile.opened + Span::from_days(1);
        let campaign = CampaignRef { id, kind: planned.kind };
        let episode = match planned.size {
            EpisodeSize::Requested(burst) if open => Episode::of_command(town, local, campaign, burst, now),
            EpisodeSize::Usual if open && person.fraud.is_none() => planned.episode(town, local, campaign, now),
            EpisodeSize::Requested(_) => return Some(DueEpisode::NotBegun),
            EpisodeSize::Usual => {
                self.planned.insert((now + Span::from_seconds(POSTPONED_SECONDS), id, n), planned);
                return Some(DueEpisode::NotBegun);
            }
        };
        person.fraud = Some(Box::new(episode));
        person.plan(Process::Fraud, now.next());
        Some(DueEpisode::Began { slot })
    }
}

impl PlannedEpisode {
    fn episode(&self, town: &Town, local: &Locality, campaign: CampaignRef, now: VirtualTime) -> Episode {
        let rng = &mut town.rng(EntityId::person(self.person), Purpose::Inject, campaign.id.code());
        let means = Means { operator: self.operator, merchant: self.merchant, intensity: f64::from(self.intensity) };
        Episode::of_plan(town, local, campaign, &means, now, rng)
    }
}
