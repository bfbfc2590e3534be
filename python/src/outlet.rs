//! The outlet that keeps the events of chosen topics as values. Must not depend on: records, Python.

use crate::topics::Topics;
use populace_sim::{
    Completion, CustomerRow, DriftNotice, DriverRow, Event, Interaction, Label, MerchantRow, OrderKey, Outlet,
    ProductRow, Stream, Transaction, Trip, UserRow,
};

/// The events of one shard, in order.
#[derive(Debug, Default)]
pub struct ShardEvents {
    /// The place of each event in the order of the world.
    pub keys: Vec<OrderKey>,
    /// The events.
    pub events: Vec<Event>,
}

/// Keeps the events of chosen topics.
#[derive(Debug)]
pub struct Taking<'a> {
    /// The topics.
    pub topics: Topics,
    /// Where the events go.
    pub to: &'a mut ShardEvents,
}

macro_rules! take {
    ($($method:ident $stream:ident $event:ident($kind:ty);)*) => {
        impl Outlet for Taking<'_> {
            $(
                #[inline]
                fn $method(&mut self, order: OrderKey, event: &$kind) {
                    if self.topics.has(Stream::$stream) {
                        self.to.keys.push(order);
                        self.to.events.push(Event::$event(event.clone()));
                    }
                }
            )*
        }
    };
}

take! {
    transaction Transactions Transaction(Transaction);
    trip Trips Trip(Trip);
    interaction Interactions Interaction(Interaction);
    label Labels Label(Label);
    completion Completions Completion(Completion);
    drift Drifts Drift(DriftNotice);
    user Users User(UserRow);
    driver Drivers Driver(DriverRow);
    customer Customers Customer(CustomerRow);
    merchant Merchants Merchant(MerchantRow);
    product Products Product(ProductRow);
}
