//! Where what happens leaves a shard: encoded into a batch, or as values to whoever wants them. Knows the kinds of
//! events; not why they came about, and no sink.

use crate::bank::{Label, Transaction};
use crate::drift::DriftNotice;
use crate::engine::{Batch, OrderKey, Stream, VirtualTime, WrittenRecord};
use crate::rides::{Completion, Trip};
use crate::shop::Interaction;
use crate::town::Plans;

/// Something that happened, as a value.
#[derive(Clone, Debug)]
pub enum Event {
    /// A bank transaction of a user.
    Transaction(Transaction),
    /// A trip of a driver.
    Trip(Trip),
    /// A shop interaction of a customer.
    Interaction(Interaction),
    /// A report on a transaction of a user.
    Label(Label),
    /// The end of a trip of a driver.
    Completion(Completion),
    /// A drift begins, is half-way, or ends.
    Drift(DriftNotice),
}

impl Event {
    /// The stream that it belongs to.
    pub fn stream(&self) -> Stream {
        match self {
            Event::Transaction(_) => Stream::Transactions,
            Event::Trip(_) => Stream::Trips,
            Event::Interaction(_) => Stream::Interactions,
            Event::Label(_) => Stream::Labels,
            Event::Completion(_) => Stream::Completions,
            Event::Drift(_) => Stream::Drifts,
        }
    }

    /// When it happened.
    pub fn timestamp(&self) -> VirtualTime {
        match self {
            Event::Transaction(event) => event.timestamp,
            Event::Trip(event) => event.timestamp,
            Event::Interaction(event) => event.timestamp,
            Event::Label(event) => event.reported_at,
            Event::Completion(event) => event.completed_at,
            Event::Drift(event) => event.timestamp,
        }
    }

    /// Appends the record that the daemon would send for it.
    pub fn write(&self, plans: &Plans, out: &mut Vec<u8>) -> WrittenRecord {
        match self {
            Event::Transaction(event) => plans.transactions.write(event, out),
            Event::Trip(event) => plans.trips.write(event, out),
            Event::Interaction(event) => plans.interactions.write(event, out),
            Event::Label(event) => plans.labels.write(event, out),
            Event::Completion(event) => plans.completions.write(event, out),
            Event::Drift(event) => plans.drifts.write(event, out),
        }
    }
}

/// What takes the events of a shard, in the shard's order: a [`Batch`], or any closure that takes an [`OrderKey`] and an
/// [`Event`]. It is only given events of streams that the town has.
pub trait Outlet {
    /// Takes a transaction.
    fn transaction(&mut self, plans: &Plans, order: OrderKey, event: &Transaction);
    /// Takes a trip.
    fn trip(&mut self, plans: &Plans, order: OrderKey, event: &Trip);
    /// Takes a shop interaction.
    fn interaction(&mut self, plans: &Plans, order: OrderKey, event: &Interaction);
    /// Takes a report on a transaction.
    fn label(&mut self, plans: &Plans, order: OrderKey, event: &Label);
    /// Takes the end of a trip.
    fn completion(&mut self, plans: &Plans, order: OrderKey, event: &Completion);
    /// Takes an announcement of a drift.
    fn drift(&mut self, plans: &Plans, order: OrderKey, event: &DriftNotice);
}

impl Outlet for Batch {
    #[inline]
    fn transaction(&mut self, plans: &Plans, order: OrderKey, event: &Transaction) {
        self.record(Stream::Transactions, order, |out| plans.transactions.write(event, out));
    }

    #[inline]
    fn trip(&mut self, plans: &Plans, order: OrderKey, event: &Trip) {
        self.record(Stream::Trips, order, |out| plans.trips.write(event, out));
    }

    #[inline]
    fn interaction(&mut self, plans: &Plans, order: OrderKey, event: &Interaction) {
        self.record(Stream::Interactions, order, |out| plans.interactions.write(event, out));
    }

    fn label(&mut self, plans: &Plans, order: OrderKey, event: &Label) {
        self.record(Stream::Labels, order, |out| plans.labels.write(event, out));
    }

    fn completion(&mut self, plans: &Plans, order: OrderKey, event: &Completion) {
        self.record(Stream::Completions, order, |out| plans.completions.write(event, out));
    }

    fn drift(&mut self, plans: &Plans, order: OrderKey, event: &DriftNotice) {
        self.record(Stream::Drifts, order, |out| plans.drifts.write(event, out));
    }
}

impl<F: FnMut(OrderKey, Event)> Outlet for F {
    fn transaction(&mut self, _: &Plans, order: OrderKey, event: &Transaction) {
        self(order, Event::Transaction(event.clone()));
    }

    fn trip(&mut self, _: &Plans, order: OrderKey, event: &Trip) {
        self(order, Event::Trip(event.clone()));
    }

    fn interaction(&mut self, _: &Plans, order: OrderKey, event: &Interaction) {
        self(order, Event::Interaction(event.clone()));
    }

    fn label(&mut self, _: &Plans, order: OrderKey, event: &Label) {
        self(order, Event::Label(event.clone()));
    }

    fn completion(&mut self, _: &Plans, order: OrderKey, event: &Completion) {
        self(order, Event::Completion(event.clone()));
    }

    fn drift(&mut self, _: &Plans, order: OrderKey, event: &DriftNotice) {
        self(order, Event::Drift(event.clone()));
    }
}
