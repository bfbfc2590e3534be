//! What becomes known later than it happened: the ends of trips, and what the bank learns of its transactions. Knows the
//! records that these are about by their ids.

use super::facts::WorldFacts;
use super::faults::Faults;
use super::record::Record;
use std::collections::HashMap;

const SECOND: i64 = 1_000_000;

/// A trip that was announced.
#[derive(Debug)]
struct Announced {
    driver: String,
    requested: i64,
    seconds: i64,
    /// Where the topics carry all extras: when it is completed, and the driver's how many-eth it is.
    extras: Option<(i64, i64)>,
}

/// A transaction that may be reported.
#[derive(Debug)]
struct Made {
    user: u128,
    at: i64,
    fraud: bool,
    campaign: Option<String>,
    /// What it was taken for last.
    label: i64,
}

/// Trips and transactions, with what became known of them.
#[derive(Debug, Default)]
pub struct Late {
    under_way: HashMap<u128, Announced>,
    pub completed: u64,
    made: HashMap<u128, Made>,
    reports: HashMap<u128, i64>,
    pub reported: u64,
}

impl Late {
    pub fn see_trip(&mut self, world: &WorldFacts, record: &Record<'_>) {
        let extras = || (record.micros("completed_at"), record.whole("entity_sequence"));
        let trip = Announced {
            driver: record.text_of("driver_id").to_owned(),
            requested: record.micros("timestamp"),
            seconds: record.whole("simulated_actual_travel_time_seconds"),
            extras: world.extras.then(extras),
        };
        self.under_way.insert(record.uuid("trip_id"), trip);
    }

    /// A completion: of a trip that was announced and not completed yet, by its driver, with its truth.
    pub fn see_completion(&mut self, world: &WorldFacts, record: &Record<'_>, faults: &mut Faults) {
        let example = || record.text.to_owned();
        self.completed += 1;
        let trip = self.under_way.remove(&record.uuid("trip_id"));
        faults.check(trip.is_some(), "a trip is completed once, after it was announced", example);
        let Some(trip) = trip else { return };
        let at = record.micros("completed_at");
        let same = trip.driver == record.text_of("driver_id")
            && trip.seconds == record.whole("simulated_actual_travel_time_seconds");
        faults.check(same, "a completion has the trip's driver and travel time", example);
        faults.check(at > trip.requested + trip.seconds * SECOND, "a trip ends after its drive", example);
        if world.extras {
            let said = (at, record.whole("entity_sequence"));
            faults.check(trip.extras == Some(said), "a completion has the trip's end and number", example);
        }
    }

    pub fn see_transaction(&mut self, record: &Record<'_>) {
        let made = Made {
            user: record.uuid("user_id"),
            at: record.micros("timestamp"),
            fraud: record.whole("is_fraud") == 1,
            campaign: record.text_or_null("campaign_id").map(str::to_owned),
            label: 0,
        };
        self.made.insert(record.uuid("transaction_id"), made);
    }

    /// A report: on a transaction that was made before, of its user; first that it is fraud, then that it is not.
    pub fn see_label(&mut self, world: &WorldFacts, record: &Record<'_>, faults: &mut Faults) {
        let example = || record.text.to_owned();
        self.reported += 1;
        let made = self.made.get_mut(&record.uuid("transaction_id"));
        faults.check(made.is_some(), "a report is on a transaction that was made", example);
        let Some(made) = made else { return };
        faults.check(made.user == record.uuid("user_id"), "a report has the transaction's user", example);
        faults.check(record.micros("reported_at") > made.at, "a report comes after the transaction", example);
        let label = record.whole("label");
        faults.check(label != made.label, "a report says something new", example);
        made.label = label;
        let case = record.text_or_null("case");
        faults.check(case.is_some() == made.fraud, "a fraud has a case, and nothing else has", example);
        if world.extras {
            faults.check(case == made.campaign.as_deref(), "a report's case is the campaign", example);
            let before = self.reports.entry(made.user).or_insert(0);
            *before += 1;
            let gapless = record.whole("entity_sequence") == *before;
            faults.check(gapless, "entity_sequence of a user's reports has no gap", example);
        }
    }

    /// At the end of a run with completions: every trip that could end has ended.
    pub fn finish(&self, world: &WorldFacts, faults: &mut Faults) {
        let over = |trip: &&Announced| match trip.extras {
            Some((completed_at, _)) => completed_at < world.span.1,
            // Two hours cover any way to the rider.
            None => trip.requested + (trip.seconds + 7_200) * SECOND < world.span.1,
        };
        let lost = self.under_way.values().find(over);
        let there = self.completed == 0 || lost.is_none();
        faults.check(there, "every trip is completed, unless the run ends before", || format!("{lost:?}"));
    }
}
