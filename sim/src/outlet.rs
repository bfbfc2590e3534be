//! The events of a world as values, and the trait by which they leave a shard. Must not depend on: the rules by which events
//! are made, encoders, sinks.

use crate::bank::{Label, Transaction};
use crate::drift::DriftNotice;
use crate::engine::{OrderKey, Stream, VirtualTime};
use crate::rides::{Completion, Trip};
use crate::rows::{CustomerRow, DriverRow, MerchantRow, ProductRow, UserRow};
use crate::shop::Interaction;

/// An event of a world.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
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
    /// A row of the table of users.
    User(UserRow),
    /// A row of the table of drivers.
    Driver(DriverRow),
    /// A row of the table of customers.
    Customer(CustomerRow),
    /// A row of the table of merchants.
    Merchant(MerchantRow),
    /// A row of the table of products.
    Product(ProductRow),
}

impl Event {
    /// Returns the stream that it belongs to.
    pub fn stream(&self) -> Stream {
        match self {
            Event::Transaction(_) => Stream::Transactions,
            Event::Trip(_) => Stream::Trips,
            Event::Interaction(_) => Stream::Interactions,
            Event::Label(_) => Stream::Labels,
            Event::Completion(_) => Stream::Completions,
            Event::Drift(_) => Stream::Drifts,
            Event::User(_) => Stream::Users,
            Event::Driver(_) => Stream::Drivers,
            Event::Customer(_) => Stream::Customers,
            Event::Merchant(_) => Stream::Merchants,
            Event::Product(_) => Stream::Products,
        }
    }

    /// Returns the instant of the event.
    pub fn timestamp(&self) -> VirtualTime {
        match self {
            Event::Transaction(event) => event.timestamp,
            Event::Trip(event) => event.timestamp,
            Event::Interaction(event) => event.timestamp,
            Event::Label(event) => event.reported_at,
            Event::Completion(event) => event.completed_at,
            Event::Drift(event) => event.timestamp,
            Event::User(row) => row.valid_from,
            Event::Driver(row) => row.valid_from,
            Event::Customer(row) => row.valid_from,
            Event::Merchant(row) => row.valid_from,
            Event::Product(row) => row.valid_from,
        }
    }
}

/// Takes the events of a shard, in the shard's order: an encoder, or any closure that takes an [`OrderKey`] and an
/// [`Event`]. It gets only events of streams that the town has.
pub trait Outlet {
    /// Takes a transaction.
    fn transaction(&mut self, order: OrderKey, event: &Transaction);
    /// Takes a trip.
    fn trip(&mut self, order: OrderKey, event: &Trip);
    /// Takes a shop interaction.
    fn interaction(&mut self, order: OrderKey, event: &Interaction);
    /// Takes a report on a transaction.
    fn label(&mut self, order: OrderKey, event: &Label);
    /// Takes the end of a trip.
    fn completion(&mut self, order: OrderKey, event: &Completion);
    /// Takes an announcement of a drift.
    fn drift(&mut self, order: OrderKey, event: &DriftNotice);
    /// Takes a row of the table of users.
    fn user(&mut self, order: OrderKey, row: &UserRow);
    /// Takes a row of the table of drivers.
    fn driver(&mut self, order: OrderKey, row: &DriverRow);
    /// Takes a row of the table of customers.
    fn customer(&mut self, order: OrderKey, row: &CustomerRow);
    /// Takes a row of the table of merchants.
    fn merchant(&mut self, order: OrderKey, row: &MerchantRow);
    /// Takes a row of the table of products.
    fn product(&mut self, order: OrderKey, row: &ProductRow);
}

/// An outlet that drops all events, for a world of which only the state is wanted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Discard;

impl Outlet for Discard {
    fn transaction(&mut self, _: OrderKey, _: &Transaction) {}
    fn trip(&mut self, _: OrderKey, _: &Trip) {}
    fn interaction(&mut self, _: OrderKey, _: &Interaction) {}
    fn label(&mut self, _: OrderKey, _: &Label) {}
    fn completion(&mut self, _: OrderKey, _: &Completion) {}
    fn drift(&mut self, _: OrderKey, _: &DriftNotice) {}
    fn user(&mut self, _: OrderKey, _: &UserRow) {}
    fn driver(&mut self, _: OrderKey, _: &DriverRow) {}
    fn customer(&mut self, _: OrderKey, _: &CustomerRow) {}
    fn merchant(&mut self, _: OrderKey, _: &MerchantRow) {}
    fn product(&mut self, _: OrderKey, _: &ProductRow) {}
}

impl<F: FnMut(OrderKey, Event)> Outlet for F {
    fn transaction(&mut self, order: OrderKey, event: &Transaction) {
        self(order, Event::Transaction(event.clone()));
    }

    fn trip(&mut self, order: OrderKey, event: &Trip) {
        self(order, Event::Trip(event.clone()));
    }

    fn interaction(&mut self, order: OrderKey, event: &Interaction) {
        self(order, Event::Interaction(event.clone()));
    }

    fn label(&mut self, order: OrderKey, event: &Label) {
        self(order, Event::Label(event.clone()));
    }

    fn completion(&mut self, order: OrderKey, event: &Completion) {
        self(order, Event::Completion(event.clone()));
    }

    fn drift(&mut self, order: OrderKey, event: &DriftNotice) {
        self(order, Event::Drift(event.clone()));
    }

    fn user(&mut self, order: OrderKey, row: &UserRow) {
        self(order, Event::User(row.clone()));
    }

    fn driver(&mut self, order: OrderKey, row: &DriverRow) {
        self(order, Event::Driver(row.clone()));
    }

    fn customer(&mut self, order: OrderKey, row: &CustomerRow) {
        self(order, Event::Customer(row.clone()));
    }

    fn merchant(&mut self, order: OrderKey, row: &MerchantRow) {
        self(order, Event::Merchant(row.clone()));
    }

    fn product(&mut self, order: OrderKey, row: &ProductRow) {
        self(order, Event::Product(row.clone()));
    }
}
