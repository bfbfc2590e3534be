//! The reader of a whole run: takes records of all topics as text and says what in them breaks the contract.
//! Knows nothing of the simulation.

use super::bank::{Bank, Kind};
use super::drifts::Drifts;
use super::facts::WorldFacts;
use super::faults::Faults;
use super::form::{self, Topic};
use super::late::Late;
use super::rides::Rides;
use super::shop::Shop;

const MINUTE: i64 = 60_000_000;

/// A run being read.
pub struct Checker {
    world: WorldFacts,
    faults: Faults,
    last: [i64; 6],
    pub bank: Bank,
    pub rides: Rides,
    pub shop: Shop,
    pub late: Late,
    pub drifts: Drifts,
}

impl Checker {
    /// A reader of a world's records from its beginning.
    pub fn new(world: WorldFacts) -> Self {
        let (bank, rides, shop, late, drifts) = Default::default();
        Checker { world, faults: Faults::default(), last: [i64::MIN; 6], bank, rides, shop, late, drifts }
    }

    /// Takes in the next record of a topic; the key where the source has one.
    pub fn see(&mut self, topic: Topic, key: Option<&str>, text: &str) {
        let Some(record) = form::read(topic, self.world.extras, key, text, &mut self.faults) else { return };
        let at = record.micros(topic.time_field());
        let last = &mut self.last[topic as usize];
        self.faults.check(at >= *last, "a topic's timestamps never go back", || text.to_owned());
        *last = at;
        let (start, end) = self.world.span;
        self.faults.check((start..end).contains(&at), "timestamps are within the run", || text.to_owned());
        match topic {
            Topic::Transactions => {
                self.late.see_transaction(&record);
                self.bank.see(&self.world, &record, &mut self.faults);
            }
            Topic::Trips => {
                self.late.see_trip(&self.world, &record);
                self.rides.see(&self.world, &record, &mut self.faults);
            }
            Topic::Interactions => self.shop.see(&self.world, &record, &mut self.faults),
            Topic::Labels => self.late.see_label(&self.world, &record, &mut self.faults),
            Topic::Completions => self.late.see_completion(&self.world, &record, &mut self.faults),
            Topic::Drifts => self.drifts.see_notice(&self.world, &record, &mut self.faults),
        }
        let person = ["user_id", "rider_id", "customer_id"].get(topic as usize).filter(|_| self.world.extras);
        if let Some(person) = person {
            self.drifts.see_event(&self.world, record.text_of(person), &record, &mut self.faults);
        }
    }

    /// The end of the run: what can be told only now, and what joins the topics.
    pub fn finish(&mut self) -> &Faults {
        self.bank.finish(&self.world, &mut self.faults);
        self.rides.finish(&mut self.faults);
        self.shop.finish(&mut self.faults);
        self.late.finish(&self.world, &mut self.faults);
        self.drifts.finish(&self.world, &mut self.faults);
        self.join_regions();
        self.join_orders();
        self.join_trips();
        &self.faults
    }

    fn join_regions(&mut self) {
        for (customer, region) in self.shop.regions() {
            let same = self.bank.region(customer).is_none_or(|r| r == region || region == usize::MAX);
            self.faults.check(same, "a person shops and banks in one region", || format!("{customer:032x}"));
        }
    }

    /// Each order has its purchase: the same person, the same amount, within a minute after the last row.
    fn join_orders(&mut self) {
        let mut orders: Vec<_> = self.shop.orders.values().copied().collect();
        orders.sort_by_key(|o| (o.last_row, o.customer));
        for order in orders.into_iter().filter(|o| o.last_row + MINUTE < self.world.span.1) {
            let within = (order.last_row, order.last_row + MINUTE);
            let paid = self.bank.take(order.customer, Kind::Purchase, Some(order.minor), within);
            self.faults.check(paid, "every order is paid by its customer, to the cent, within a minute", || {
                format!("{:032x} owes {} minor units at {}", order.customer, order.minor, order.last_row)
            });
        }
    }

    /// Each finished trip has its payment by the rider, within a minute after it.
    fn join_trips(&mut self) {
        for trip in self.rides.ridden.iter().filter(|t| t.completed_at + MINUTE < self.world.span.1) {
            let within = (trip.completed_at, trip.completed_at + MINUTE);
            let paid = self.bank.take(trip.rider, Kind::Payment, None, within);
            self.faults.check(paid, "every finished trip is paid by its rider", || format!("{trip:?}"));
            let same = self.bank.region(trip.rider).is_none_or(|r| r == trip.region);
            self.faults.check(same, "a person rides and banks in one region", || format!("{trip:?}"));
        }
    }
}
