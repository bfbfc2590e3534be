//! The shard's desk: once a UTC day it looks up the campaigns of the region that begin that day, and lets each act on
//! the shard's own people; and it keeps what commands asked for until their instant. Knows the plan of campaigns; not
//! how an episode or a purchase goes.

use super::campaign::{Campaign, campaigns_of, target};
use super::episode::Episode;
use crate::engine::{Purpose, Span, VirtualTime};
use crate::entity::{EntityId, PersonId};
use crate::person::{Person, Process};
use crate::town::{Locality, Town};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
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

/// When the desk looks next, and what lies on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Desk {
    /// The instant of its next look at campaigns: the world's start, then each UTC midnight.
    pub due: VirtualTime,
    /// What commands asked for, in the order of the log, which is that of the instants.
    asked: VecDeque<Asked>,
}

impl Desk {
    /// The desk of a world that begins at `start`.
    pub fn new(start: VirtualTime) -> Self {
        Desk { due: start, asked: VecDeque::new() }
    }

    /// The instant of its next act of either kind.
    pub fn earliest(&self) -> VirtualTime {
        self.asked.front().map_or(self.due, |asked| self.due.min(asked.at))
    }

    /// Keeps a purchase until its instant.
    pub(crate) fn ask(&mut self, asked: Asked) {
        self.asked.push_back(asked);
    }

    /// The next purchase that is to be made now.
    pub(crate) fn take_asked(&mut self, now: VirtualTime) -> Option<Asked> {
        self.asked.front().filter(|asked| asked.at <= now)?;
        self.asked.pop_front()
    }

    /// Plans the episodes of the day that begins now, or of what is left of the first day. Says whose plans changed.
    pub(crate) fn act(&mut self, town: &Town, local: &Locality, own: &Range<u32>, people: &mut [Person]) -> Vec<u32> {
        let (now, day) = (self.due, self.due.utc_day());
        self.due = VirtualTime::from_seconds((day as i64 + 1) * 86_400);
        let mut changed = Vec::new();
        for campaign in campaigns_of(town, local, day) {
            for n in 0..campaign.victims {
                let target = target(town, local, &campaign, n);
                if own.contains(&target.person.0) && target.start > now {
                    let slot = target.person.0 - own.start;
                    changed.extend(
                        plan(town, &campaign, target.person, target.start, &mut people[slot as usize]).then_some(slot),
                    );
                }
            }
        }
        changed
    }
}

/// Begins an episode at `start`, unless one is under way: an operator leaves a card that somebody else burns.
fn plan(town: &Town, campaign: &Campaign, id: PersonId, start: VirtualTime, person: &mut Person) -> bool {
    let open = person.tenancy.is_open(start) && start >= person.profile.opened + Span::from_days(1);
    if person.fraud.is_some() || !open {
        return false;
    }
    let mut draws = town.draws(EntityId::person(id), Purpose::Inject, campaign.id.code());
    person.fraud = Some(Episode::planned(campaign.id, campaign.kind, &mut draws));
    person.plan(Process::Fraud, start);
    true
}
