//! The reports that the bank will make on transactions: reports that wait for their instant, and the number of reports
//! sent.
//! Must not depend on: the origin of transactions, scenes and towns.

use super::labels::{LabelLaw, ReportPlan};
use crate::bank::{Label, Transaction};
use crate::base::{EntityId, LabelChannel, PersonId, TransactionType, Verdict};
use crate::engine::{Id, IdKind, IdMaker, Purpose, RngStream, Span, VirtualTime, WorldKey};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The content of a report. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
enum Says {
    /// A fraudulent transaction is fraud.
    Fraud,
    /// A genuine transaction is fraud.
    Mistake,
    /// The mistake is reversed.
    Correction,
}

/// A report that waits for its instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct PendingReport {
    /// The tenant whose transaction it is about, among those who have had the number.
    generation: u16,
    /// The number of the tenant's transaction.
    sequence: u32,
    says: Says,
    channel: LabelChannel,
    case: Id,
}

/// The parts of a world that reports need: its random numbers, its identifiers, and its law of labels.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ReportRules<'a> {
    pub key: WorldKey,
    pub ids: &'a IdMaker,
    pub law: &'a LabelLaw,
}

/// A person among those who have had the number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tenant {
    pub id: PersonId,
    pub generation: u16,
}

impl ReportRules<'_> {
    fn rng(&self, tenant: Tenant, purpose: Purpose, sequence: u32) -> RngStream {
        self.key.rng(EntityId::tenant(tenant.id, tenant.generation).code(), purpose, u64::from(sequence))
    }

    /// Returns the identifier of something that belongs to a tenant, as a scene makes it.
    fn own_id(&self, kind: IdKind, tenant: Tenant, act: u32) -> Id {
        self.ids.make(kind, u64::from(tenant.id.0), u64::from(act) | u64::from(tenant.generation) << 40)
    }
}

/// All waiting reports on the people of a shard. They are saved with the people, a part with each block of them, so
/// that a checkpoint writes only the changed parts.
#[derive(Debug, Default)]
pub(crate) struct Reports {
    /// At most one per person and instant, so that the keys are an order.
    waiting: BTreeMap<(VirtualTime, PersonId), PendingReport>,
    /// The same by person.
    own: BTreeSet<(PersonId, VirtualTime)>,
    /// The number of reports that were sent about each tenant's transactions.
    sent: BTreeMap<(PersonId, u16), u32>,
}

/// The saved reports about some people.
#[derive(Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct SavedReports {
    waiting: Vec<(PersonId, VirtualTime, PendingReport)>,
    sent: Vec<(PersonId, u16, u32)>,
}

impl Reports {
    /// Returns the instant of the next report.
    pub fn earliest(&self) -> VirtualTime {
        self.waiting.first_key_value().map_or(VirtualTime::NEVER, |((at, _), _)| *at)
    }

    /// Draws the reports on a transaction that `tenant` made, at a share of fraud of `fraud_rate` now.
    #[inline]
    pub fn add_transaction(
        &mut self,
        rules: &ReportRules<'_>,
        tenant: Tenant,
        made: &Transaction,
        fraud_rate: impl FnOnce() -> f64,
    ) {
        let sequence = made.entity_sequence;
        let rng = &mut rules.rng(tenant, Purpose::Report, sequence);
        let plan = match made.fraud {
            Some(mark) => rules.law.of_fraud(mark.noticed, rng),
            None if made.kind == TransactionType::Deposit => None,
            None => rules.law.of_genuine(fraud_rate(), rng),
        };
        let Some(ReportPlan { after, channel }) = plan else { return };
        let (says, case) = match made.fraud {
            Some(mark) => (Says::Fraud, mark.campaign),
            // The identifier does not reveal that there is no campaign.
            None => (Says::Mistake, rules.own_id(IdKind::Case, tenant, sequence)),
        };
        let report = PendingReport { generation: tenant.generation, sequence, says, channel, case };
        self.wait(made.timestamp, after, tenant.id, report);
    }

    /// Keeps a report until `after` after `now`, or for the first instant from then on at which the person has no other.
    fn wait(&mut self, now: VirtualTime, after: Span, id: PersonId, report: PendingReport) {
        let mut at = (now + after).max(now.next());
        while self.own.contains(&(id, at)) {
            at = at.next();
        }
        self.own.insert((id, at));
        self.waiting.insert((at, id), report);
    }

    /// Takes the next report that is due at `now`: the person, and the label.
    pub fn take_due(&mut self, rules: &ReportRules<'_>, now: VirtualTime) -> Option<(PersonId, Label)> {
        let entry = self.waiting.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((at, id), report) = entry.remove_entry();
        self.own.remove(&(id, at));
        let PendingReport { generation, sequence, says, channel, case } = report;
        let tenant = Tenant { id, generation };
        if says == Says::Mistake {
            let rng = &mut rules.rng(tenant, Purpose::Reversal, sequence);
            if let Some(after) = rules.law.reversal_after(rng) {
                self.wait(at, after, id, PendingReport { says: Says::Correction, ..report });
            }
        }
        let sent = self.sent.entry((id, generation)).or_default();
        *sent += 1;
        let label = Label {
            transaction_id: rules.own_id(IdKind::Transaction, tenant, sequence),
            user_id: rules.ids.make(IdKind::Person, u64::from(id.0), u64::from(generation)),
            verdict: if says == Says::Correction { Verdict::Genuine } else { Verdict::Fraud },
            reported_at: at,
            channel,
            case,
            entity_sequence: *sent,
        };
        Some((id, label))
    }

    /// Removes the counts of reports sent about the tenants of a number up to generation `last` for whom no report
    /// waits.
    pub fn forget(&mut self, id: PersonId, last: u16) {
        let generations = self.sent.range((id, 0)..=(id, last)).map(|((_, generation), _)| *generation);
        for generation in generations.collect::<Vec<_>>() {
            if !self.waits_for(id, generation) {
                self.sent.remove(&(id, generation));
            }
        }
    }

    fn waits_for(&self, id: PersonId, generation: u16) -> bool {
        let ends = [i64::MIN, i64::MAX].map(|micros| (id, VirtualTime::from_micros(micros)));
        self.own.range(ends[0]..=ends[1]).any(|(id, at)| self.waiting[&(*at, *id)].generation == generation)
    }

    /// Returns the data to be saved of these people; `None` if there is none.
    pub fn saved(&self, people: Range<u32>) -> Option<SavedReports> {
        let (from, to) = (PersonId(people.start), PersonId(people.end));
        let ends = |id| (id, VirtualTime::from_micros(i64::MIN));
        let waiting = self.own.range(ends(from)..ends(to)).map(|(id, at)| (*id, *at, self.waiting[&(*at, *id)]));
        let sent = self.sent.range((from, 0)..(to, 0)).map(|((id, generation), count)| (*id, *generation, *count));
        let part = SavedReports { waiting: waiting.collect(), sent: sent.collect() };
        Some(part).filter(|part| *part != SavedReports::default())
    }

    /// Adds the saved data of some people.
    pub fn restore(&mut self, saved: SavedReports) {
        for (id, at, report) in saved.waiting {
            self.own.insert((id, at));
            self.waiting.insert((at, id), report);
        }
        self.sent.extend(saved.sent.into_iter().map(|(id, generation, count)| ((id, generation), count)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::OrderKey;
    use crate::testing;
    use crate::town::Town;

    const NOW: VirtualTime = VirtualTime::from_seconds(1_767_225_600);

    fn rules(town: &Town) -> ReportRules<'_> {
        town.report_rules()
    }

    fn some(town: &Town, sequence: u32, says: Says) -> PendingReport {
        let case = rules(town).own_id(IdKind::Case, Tenant { id: PersonId(0), generation: 0 }, sequence);
        PendingReport { generation: 0, sequence, says, channel: LabelChannel::Complaint, case }
    }

    /// Returns all reports until none waits: time, person, transaction, verdict and number.
    fn sent_all(reports: &mut Reports, town: &Town) -> Vec<(i64, u32, Id, Verdict, u32)> {
        let mut sent_all = Vec::new();
        while let Some((id, label)) = reports.take_due(&rules(town), VirtualTime::NEVER) {
            let after = label.reported_at.since(NOW).micros();
            sent_all.push((after, id.0, label.transaction_id, label.verdict, label.entity_sequence));
        }
        sent_all
    }

    #[test]
    fn reports_come_by_time_and_person_and_one_at_a_time() {
        let (town, mut reports) = (testing::town("[world]\npeople = 9"), Reports::default());
        for (person, sequence, after) in [(3, 1, 5), (3, 2, 5), (2, 7, 5), (3, 3, 5), (8, 1, -4)] {
            reports.wait(NOW, Span::from_micros(after), PersonId(person), some(&town, sequence, Says::Fraud));
        }
        assert_eq!(reports.earliest(), NOW.next(), "no report is before what it is about");
        assert!(reports.take_due(&rules(&town), NOW).is_none());
        let sent_all: Vec<_> =
            sent_all(&mut reports, &town).into_iter().map(|(at, who, .., nth)| (at, who, nth)).collect();
        assert_eq!(sent_all, [(1, 8, 1), (5, 2, 1), (5, 3, 1), (6, 3, 2), (7, 3, 3)]);
        assert_eq!(reports.earliest(), VirtualTime::NEVER);
    }

    #[test]
    fn a_mistake_is_reversed_after_it_was_reported() {
        let town = testing::town("[world]\npeople = 9\n[labels]\nreversed = 1.0\n[topics.labels]\nenabled = true");
        let mut reports = Reports::default();
        reports.wait(NOW, Span::from_days(2), PersonId(4), some(&town, 6, Says::Mistake));
        let sent_all = sent_all(&mut reports, &town);
        let [(first, .., wrong, 1), (second, .., right, 2)] = sent_all[..] else { panic!("{sent_all:?}") };
        assert_eq!((first, wrong, right), (Span::from_days(2).micros(), Verdict::Fraud, Verdict::Genuine));
        assert!(second > first && sent_all[0].2 == sent_all[1].2);
    }

    #[test]
    fn reports_saved_in_parts_are_complete() {
        let (town, mut reports) = (testing::town("[world]\npeople = 9"), Reports::default());
        let wait = |reports: &mut Reports, person, sequence: u32| {
            let after = Span::from_micros(1_000 - 10 * i64::from(sequence));
            reports.wait(NOW, after, PersonId(person), some(&town, sequence, Says::Fraud));
        };
        wait(&mut reports, 5, 50);
        assert_eq!(sent_all(&mut reports, &town).len(), 1);
        [(0, 1), (3, 2), (4, 3), (5, 4), (5, 5)].into_iter().for_each(|(who, n)| wait(&mut reports, who, n));
        let mut again = Reports::default();
        for people in [0..3, 3..5, 5..9] {
            again.restore(reports.saved(people).expect("there is something"));
        }
        assert!(reports.saved(6..9).is_none() && reports.saved(1..3).is_none());
        let sent_all = sent_all(&mut reports, &town);
        assert_eq!(sent_all.last().map(|last| last.4), Some(1));
        assert_eq!(sent_all[1].4, 3, "those that had been sent are counted");
        assert_eq!(self::sent_all(&mut again, &town), sent_all);
    }

    #[test]
    fn tenants_who_left_are_forgotten_once_all_reports_are_sent() {
        let (town, mut reports) = (testing::town("[world]\npeople = 9"), Reports::default());
        let by = |generation, sequence| PendingReport { generation, ..some(&town, sequence, Says::Fraud) };
        for (generation, after) in [(0, 1), (1, 2), (1, 900)] {
            reports.wait(NOW, Span::from_micros(after), PersonId(3), by(generation, 1));
        }
        while reports.take_due(&rules(&town), NOW + Span::from_micros(10)).is_some() {}
        reports.forget(PersonId(3), 1);
        let sent = |reports: &Reports| reports.saved(3..4).map(|part| part.sent).unwrap_or_default();
        assert_eq!(sent(&reports), [(PersonId(3), 1, 1)], "of the second one more is to come");
        let last = reports.take_due(&rules(&town), VirtualTime::NEVER).expect("it waits").1;
        assert_eq!(last.entity_sequence, 2);
        reports.forget(PersonId(3), 2);
        assert!(reports.saved(3..4).is_none());
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
