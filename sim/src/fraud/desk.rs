//! The shard's desk: once a UTC day it looks up the waves of the region that begin that day and keeps, of all that they
//! will do, what concerns the shard's own people, until its instant; and it keeps what commands asked for. Knows the plan
//! of campaigns; not how an episode or a purchase goes.

use super::arrival::{LOOK_BACK, scheduled_in, waves_of};
use super::campaign::{Campaign, CampaignId, Market};
use super::episode::{Episode, Means};
use super::kind::FraudKind;
use super::model::operator::Operator;
use super::victims;
use crate::base::{EntityId, PersonId};
use crate::engine::{Purpose, Span, VirtualTime};
use crate::person::{Person, Process};
use crate::town::{Locality, Town};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;

/// A purchase that a command asked for and that is still to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// When it is made.
    pub at: VirtualTime,
    /// Number of the command.
    pub number: u64,
    /// Who buys.
    pub person: PersonId,
    /// The amount in minor units.
    pub minor: u32,
}

/// An episode that is planned.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct Planned {
    size: Size,
    kind: FraudKind,
    operator: Operator,
    person: PersonId,
    market: Market,
    intensity: f32,
}

/// How large a planned episode is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
enum Size {
    /// As its kind has it.
    Usual,
    /// As a command asks: so many acts within a span.
    Asked(u32, Span),
}

/// By when: an instant, a campaign and the number of the victim.
type When = (VirtualTime, CampaignId, u32);

/// When the desk looks next, and what lies on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Desk {
    /// The instant of its next look at campaigns: the world's start, then each UTC midnight.
    pub due: VirtualTime,
    /// Purchases that commands asked for, by instant, then by number.
    asked: VecDeque<Asked>,
    /// Episodes that begin later.
    planned: BTreeMap<When, Planned>,
}

/// So much later an episode begins that finds its victim in the hands of others, or without an account.
const POSTPONED: Span = Span::from_seconds(6 * 3_600);

impl Desk {
    /// The desk of a world that begins at `start`.
    pub fn new(start: VirtualTime) -> Self {
        Desk { due: start, asked: VecDeque::new(), planned: BTreeMap::new() }
    }

    /// The instant of its next act of any kind.
    pub fn earliest(&self) -> VirtualTime {
        let asked = self.asked.front().map_or(VirtualTime::NEVER, |asked| asked.at);
        let planned = self.planned.first_key_value().map_or(VirtualTime::NEVER, |((at, ..), _)| *at);
        self.due.min(asked).min(planned)
    }

    /// Keeps a purchase until its instant.
    pub(crate) fn ask(&mut self, asked: Asked) {
        let place = self.asked.partition_point(|other| (other.at, other.number) < (asked.at, asked.number));
        self.asked.insert(place, asked);
    }

    /// Keeps, until `at`, an episode of so many acts within a span against one person.
    pub(crate) fn plan_injected(
        &mut self,
        town: &Town,
        local: &Locality,
        (campaign, kind): (CampaignId, FraudKind),
        person: PersonId,
        (count, within): (u32, Span),
        at: VirtualTime,
    ) {
        let Means { operator, market, intensity } = Means::injected(town, local, campaign, at);
        let intensity = intensity as f32;
        let planned = Planned { size: Size::Asked(count, within), kind, operator, person, market, intensity };
        self.planned.insert((at, campaign, 0), planned);
    }

    /// The next purchase that is to be made now.
    pub(crate) fn take_asked(&mut self, now: VirtualTime) -> Option<Asked> {
        self.asked.front().filter(|asked| asked.at <= now)?;
        self.asked.pop_front()
    }

    /// Looks at the day that begins now, or at what is left of the first day: the waves that begin, and on the first
    /// look those of before that are still to act.
    pub(crate) fn look(&mut self, town: &Town, local: &Locality, own: &Range<u32>, people: &[Person]) {
        let (now, day) = (self.due, self.due.utc_day());
        self.due = VirtualTime::from_seconds((day as i64 + 1) * 86_400);
        let first = if now == town.start() { day - LOOK_BACK } else { day };
        let waves = (first..=day).flat_map(|day| waves_of(town, local, day));
        let scheduled = scheduled_in(town, local, now, self.due);
        for campaign in waves.chain(scheduled) {
            self.keep(town, local, &campaign, own, people, now);
        }
    }

    /// Keeps what a campaign will do after `now` to the shard's own people.
    pub(crate) fn keep(
        &mut self,
        town: &Town,
        local: &Locality,
        campaign: &Campaign,
        own: &Range<u32>,
        people: &[Person],
        now: VirtualTime,
    ) {
        if campaign.start < now && campaign.kind != FraudKind::SkimmedMerchant {
            return;
        }
        let market = campaign.market(town, local);
        for n in 0..campaign.victims {
            let target = campaign.target(town, local, n);
            if own.contains(&target.person.0) && target.start >= now {
                let slot = (target.person.0 - own.start) as usize;
                let slot = victims::choose(town, local, campaign, (own.start, slot), people);
                let planned = Planned {
                    size: Size::Usual,
                    kind: campaign.kind,
                    operator: campaign.operator,
                    person: PersonId(own.start + slot as u32),
                    market,
                    intensity: campaign.intensity as f32,
                };
                self.planned.insert((target.start, campaign.id, n), planned);
            }
        }
    }

    /// Begins the next episode that is planned for now, if there is one: with whom, and whether it does begin. It waits
    /// where another one is under way, so that a card that somebody else burns is tried later and none is left out; one
    /// that a command asks for takes its place, and is dropped where the account is closed.
    pub(crate) fn begin_next(
        &mut self,
        town: &Town,
        local: &Locality,
        own: &Range<u32>,
        people: &mut [Person],
        now: VirtualTime,
    ) -> Option<(u32, bool)> {
        let entry = self.planned.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((_, campaign, n), planned) = entry.remove_entry();
        let slot = planned.person.0 - own.start;
        let person = &mut people[slot as usize];
        let open = person.tenancy.is_open(now) && now >= person.profile.opened + Span::from_days(1);
        let name = (campaign, planned.kind);
        let episode = match planned.size {
            Size::Asked(count, within) if open => Some(Episode::injected(town, local, name, (count, within), now)),
            Size::Usual if open && person.fraud.is_none() => Some(planned.episode(town, local, name, now)),
            Size::Asked(..) => None,
            Size::Usual => {
                self.planned.insert((now + POSTPONED, campaign, n), planned);
                None
            }
        };
        let begins = episode.is_some();
        if begins {
            person.fraud = episode.map(Box::new);
            person.plan(Process::Fraud, now.next());
        }
        Some((slot, begins))
    }
}

impl Planned {
    fn episode(&self, town: &Town, local: &Locality, name: (CampaignId, FraudKind), now: VirtualTime) -> Episode {
        let draws = &mut town.draws(EntityId::person(self.person), Purpose::Inject, name.0.code());
        let means = Means { operator: self.operator, market: self.market, intensity: f64::from(self.intensity) };
        Episode::planned(town, local, name, &means, now, draws)
    }
}
