//! What the bank will learn of transactions that were made: reports that wait for their instant, and how many have been
//! sent. Knows the law's answers and whose transactions they are about; not how transactions come about.

use super::model::labels::{LabelLaw, Learnt};
use crate::bank::{Label, LabelChannel, Transaction, TransactionType, Verdict};
use crate::base::{EntityId, PersonId};
use crate::drift::Rule;
use crate::engine::{Id, IdKind, Purpose, Span, VirtualTime};
use crate::scene::Scene;
use crate::town::Town;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// What a report says. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
enum Says {
    /// A fraudulent transaction is fraud.
    Fraud,
    /// A genuine one is.
    Mistake,
    /// The mistake is taken back.
    Correction,
}

/// A report that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Report {
    /// Whose transaction it is about, among those who have had the number.
    generation: u16,
    /// Which of their transactions.
    sequence: u32,
    says: Says,
    channel: LabelChannel,
    case: Id,
}

/// All that the bank will learn of the people of a shard. It is saved with the people, a part with each block of them, so
/// that a checkpoint writes no more than what changed.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    /// At most one a person and instant, so that these are an order.
    waiting: BTreeMap<(VirtualTime, PersonId), Report>,
    /// The same by person.
    own: BTreeSet<(PersonId, VirtualTime)>,
    /// How many have been sent of each tenant's transactions.
    sent: BTreeMap<(PersonId, u16), u32>,
}

/// What is saved of some people.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Part {
    waiting: Vec<(PersonId, VirtualTime, Report)>,
    sent: Vec<(PersonId, u16, u32)>,
}

impl Reports {
    /// The instant of the next report.
    pub fn earliest(&self) -> VirtualTime {
        self.waiting.first_key_value().map_or(VirtualTime::NEVER, |((at, _), _)| *at)
    }

    /// A transaction was made in a scene: decides what the bank will learn of it.
    pub fn hear(&mut self, scene: &Scene<'_>, made: &Transaction) {
        let Scene { town, id, generation, .. } = *scene;
        let sequence = made.entity_sequence;
        let draws = &mut town.draws(EntityId::tenant(id, generation), Purpose::Report, u64::from(sequence));
        let law = town.label_law();
        let learnt = match made.fraud {
            Some(mark) => law.of_fraud(mark.noticed, draws),
            None if made.kind == TransactionType::Deposit => None,
            None => law.of_genuine(scene.common_rule(Rule::FraudRate), draws),
        };
        let Some(Learnt { after, channel }) = learnt else { return };
        let (says, case) = match made.fraud {
            Some(mark) => (Says::Fraud, mark.campaign),
            // Nobody can tell by the name that there is no campaign.
            None => (Says::Mistake, own_id(town, IdKind::Case, id, generation, sequence)),
        };
        self.wait(made.timestamp, after, id, Report { generation, sequence, says, channel, case });
    }

    /// Keeps a report until `after` after `now`, or for the first instant from then on at which the person has no other.
    fn wait(&mut self, now: VirtualTime, after: Span, id: PersonId, report: Report) {
        let mut at = (now + after).max(now.next());
        while self.own.contains(&(id, at)) {
            at = at.next();
        }
        self.own.insert((id, at));
        self.waiting.insert((at, id), report);
    }

    /// Takes the next report that is due at `now`: about whom, and what it says.
    pub fn take(&mut self, town: &Town, now: VirtualTime) -> Option<(PersonId, Label)> {
        let entry = self.waiting.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((at, id), report) = entry.remove_entry();
        self.own.remove(&(id, at));
        let Report { generation, sequence, says, channel, case } = report;
        if says == Says::Mistake {
            let draws = &mut town.draws(EntityId::tenant(id, generation), Purpose::Reversal, u64::from(sequence));
            if let Some(after) = LabelLaw::taken_back(town.label_law(), draws) {
                self.wait(at, after, id, Report { says: Says::Correction, ..report });
            }
        }
        let sent = self.sent.entry((id, generation)).or_default();
        *sent += 1;
        let label = Label {
            transaction_id: own_id(town, IdKind::Transaction, id, generation, sequence),
            user_id: town.tenant_uuid(id, generation),
            verdict: if says == Says::Correction { Verdict::Genuine } else { Verdict::Fraud },
            reported_at: at,
            channel,
            case,
            entity_sequence: *sent,
        };
        Some((id, label))
    }

    /// Forgets how many reports were sent of those who had the number up to a generation, and of whose transactions no
    /// further one will come.
    pub fn forget(&mut self, id: PersonId, last: u16) {
        let told = self.sent.range((id, 0)..=(id, last)).map(|((_, generation), _)| *generation);
        for generation in told.collect::<Vec<_>>() {
            if !self.waits_for(id, generation) {
                self.sent.remove(&(id, generation));
            }
        }
    }

    fn waits_for(&self, id: PersonId, generation: u16) -> bool {
        let ends = [i64::MIN, i64::MAX].map(|micros| (id, VirtualTime::from_micros(micros)));
        self.own.range(ends[0]..=ends[1]).any(|(id, at)| self.waiting[&(*at, *id)].generation == generation)
    }

    /// What is to be saved of these people, if anything.
    pub fn part(&self, people: Range<u32>) -> Option<Part> {
        let (from, to) = (PersonId(people.start), PersonId(people.end));
        let ends = |id| (id, VirtualTime::from_micros(i64::MIN));
        let waiting = self.own.range(ends(from)..ends(to)).map(|(id, at)| (*id, *at, self.waiting[&(*at, *id)]));
        let sent = self.sent.range((from, 0)..(to, 0)).map(|((id, generation), count)| (*id, *generation, *count));
        let part = Part { waiting: waiting.collect(), sent: sent.collect() };
        Some(part).filter(|part| *part != Part::default())
    }

    /// Takes in what was saved of some people.
    pub fn restore(&mut self, part: Part) {
        for (id, at, report) in part.waiting {
            self.own.insert((id, at));
            self.waiting.insert((at, id), report);
        }
        self.sent.extend(part.sent.into_iter().map(|(id, generation, count)| ((id, generation), count)));
    }
}

/// The identifier of what belongs to a tenant, as a scene makes it.
fn own_id(town: &Town, kind: IdKind, id: PersonId, generation: u16, act: u32) -> Id {
    town.ids().make(kind, u64::from(id.0), u64::from(act) | u64::from(generation) << 40)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::OrderKey;
    use crate::testing;

    const NOW: VirtualTime = VirtualTime::from_seconds(1_767_225_600);

    fn some(town: &Town, sequence: u32, says: Says) -> Report {
        let case = own_id(town, IdKind::Case, PersonId(0), 0, sequence);
        Report { generation: 0, sequence, says, channel: LabelChannel::Complaint, case }
    }

    /// What is told until nothing waits: when, about whom, of which transaction, what, and the how many-eth it is.
    fn told(reports: &mut Reports, town: &Town) -> Vec<(i64, u32, Id, Verdict, u32)> {
        let mut told = Vec::new();
        while let Some((id, label)) = reports.take(town, VirtualTime::NEVER) {
            let after = label.reported_at.since(NOW).micros();
            told.push((after, id.0, label.transaction_id, label.verdict, label.entity_sequence));
        }
        told
    }

    #[test]
    fn reports_come_by_time_and_person_and_one_at_a_time() {
        let (town, mut reports) = (testing::town("[world]\npeople = 9"), Reports::default());
        for (person, sequence, after) in [(3, 1, 5), (3, 2, 5), (2, 7, 5), (3, 3, 5), (8, 1, -4)] {
            reports.wait(NOW, Span::from_micros(after), PersonId(person), some(&town, sequence, Says::Fraud));
        }
        assert_eq!(reports.earliest(), NOW.next(), "no report is before what it is about");
        assert!(reports.take(&town, NOW).is_none());
        let told: Vec<_> = told(&mut reports, &town).into_iter().map(|(at, who, .., nth)| (at, who, nth)).collect();
        assert_eq!(told, [(1, 8, 1), (5, 2, 1), (5, 3, 1), (6, 3, 2), (7, 3, 3)]);
        assert_eq!(reports.earliest(), VirtualTime::NEVER);
    }

    #[test]
    fn a_mistake_is_taken_back_after_it_was_reported() {
        let town = testing::town("[world]\npeople = 9\n[labels]\nreversed = 1.0\n[topics.labels]\nenabled = true");
        let mut reports = Reports::default();
        reports.wait(NOW, Span::from_days(2), PersonId(4), some(&town, 6, Says::Mistake));
        let told = told(&mut reports, &town);
        let [(first, .., wrong, 1), (second, .., right, 2)] = told[..] else { panic!("{told:?}") };
        assert_eq!((first, wrong, right), (Span::from_days(2).micros(), Verdict::Fraud, Verdict::Genuine));
        assert!(second > first && told[0].2 == told[1].2);
    }

    #[test]
    fn what_is_saved_in_parts_is_all_there_is() {
        let (town, mut reports) = (testing::town("[world]\npeople = 9"), Reports::default());
        let wait = |reports: &mut Reports, person, sequence: u32| {
            let after = Span::from_micros(1_000 - 10 * i64::from(sequence));
            reports.wait(NOW, after, PersonId(person), some(&town, sequence, Says::Fraud));
        };
        wait(&mut reports, 5, 50);
        assert_eq!(told(&mut reports, &town).len(), 1);
        [(0, 1), (3, 2), (4, 3), (5, 4), (5, 5)].into_iter().for_each(|(who, n)| wait(&mut reports, who, n));
        let mut again = Reports::default();
        for people in [0..3, 3..5, 5..9] {
            again.restore(reports.part(people).expect("there is something"));
        }
        assert!(reports.part(6..9).is_none() && reports.part(1..3).is_none());
        let told = told(&mut reports, &town);
        assert_eq!(told.last().map(|last| last.4), Some(1));
        assert_eq!(told[1].4, 3, "those that had been sent are counted");
        assert_eq!(self::told(&mut again, &town), told);
    }

    #[test]
    fn those_who_left_are_forgotten_once_all_is_told() {
        let (town, mut reports) = (testing::town("[world]\npeople = 9"), Reports::default());
        let by = |generation, sequence| Report { generation, ..some(&town, sequence, Says::Fraud) };
        for (generation, after) in [(0, 1), (1, 2), (1, 900)] {
            reports.wait(NOW, Span::from_micros(after), PersonId(3), by(generation, 1));
        }
        while reports.take(&town, NOW + Span::from_micros(10)).is_some() {}
        reports.forget(PersonId(3), 1);
        let sent = |reports: &Reports| reports.part(3..4).map(|part| part.sent).unwrap_or_default();
        assert_eq!(sent(&reports), [(PersonId(3), 1, 1)], "of the second one more is to come");
        let last = reports.take(&town, VirtualTime::NEVER).expect("it waits").1;
        assert_eq!(last.entity_sequence, 2);
        reports.forget(PersonId(3), 2);
        assert!(reports.part(3..4).is_none());
    }

    #[test]
    fn at_one_instant_reports_come_after_commands_and_before_people() {
        let key = |entity: EntityId| OrderKey::new(NOW, entity.code(), 0, 1);
        let most = PersonId(99_999_999);
        assert!(key(EntityId::command(1_000_000)) < key(EntityId::reports(PersonId(0))));
        assert!(key(EntityId::reports(PersonId(0))) < key(EntityId::reports(most)));
        assert!(key(EntityId::reports(most)) < key(EntityId::person(PersonId(0))));
    }
}
