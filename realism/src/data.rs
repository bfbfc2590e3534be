//! The emitted data, as compact rows in the order of time: entities by number, texts by code, local time. The checks
//! have no other input. Must not depend on: files, bands.

use super::clock::{Places, Wall};
use populace_sim::{FraudKind, LocalDay};

/// The channel of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Pos,
    Online,
    /// A cash machine, or a transfer.
    Other,
    /// Unknown, because the records lack the extra field `channel`.
    Unknown,
}

/// The type of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Purchase,
    Other,
}

/// The means of payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Means {
    /// A credit or debit card.
    Card,
    Other,
}

/// The ground truth of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Label {
    Genuine,
    Fraud,
}

/// A transaction.
#[derive(Clone, Copy, Debug)]
pub(super) struct Payment {
    pub wall: Wall,
    pub user: u32,
    pub merchant: u32,
    /// The amount, converted to dollars.
    pub amount: f32,
    pub category: u8,
    pub region: u8,
    pub kind: Kind,
    pub means: Means,
    pub channel: Channel,
    pub label: Label,
    /// The kind of fraud; `None` if it is no fraud or the records have no kinds.
    pub pattern: Option<FraudKind>,
    pub facts: Facts,
}

/// The further fields of a transaction's record; zero if the record lacks them.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    /// The latitude and longitude, in degrees.
    pub at: [f32; 2],
    /// The IPv4 address, its first byte in the highest place.
    pub ip: u32,
    /// The number of the device's description.
    pub device: u16,
    /// The number of the payment method.
    pub method: u8,
    pub cvv: u8,
    pub billing_match: u8,
    pub account_days: u32,
}

impl Payment {
    /// Returns whether the payment is a purchase by its user.
    pub(super) fn is_genuine_purchase(&self) -> bool {
        self.kind == Kind::Purchase && self.label == Label::Genuine
    }
}

/// The weather of a trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sky {
    Dry,
    LightRain,
    /// Heavy rain or a thunderstorm.
    HeavyRain,
    /// Fog, snow.
    Other,
}

/// A trip.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trip {
    pub wall: Wall,
    pub driver: u32,
    pub region: u8,
    pub sky: Sky,
    /// The latitude and longitude of origin and destination, in degrees.
    pub ends: [f32; 4],
    pub kilometres: f32,
    pub celsius: f32,
    pub rating: f32,
    pub vehicle: u8,
    /// The share of the trip on highways; NaN if the records lack it.
    pub highway_share: f32,
    pub naive_seconds: f32,
    pub seconds: f32,
}

impl Trip {
    /// Returns the logarithm of the trip's duration in seconds.
    pub(super) fn log_seconds(&self) -> f64 {
        f64::from(self.seconds.max(1.0)).ln()
    }
}

/// The action of a customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    View,
    Cart,
    Purchase,
    /// A search or a review.
    Other,
}

/// The kind of visitor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visitor {
    Human,
    Bot,
    /// Unknown, because the record lacks the field; counts as human.
    Unknown,
}

/// An event of the shop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Click {
    pub wall: Wall,
    pub customer: u32,
    /// The number of the session, unique over all customers.
    pub session: u32,
    /// The number of the product; 0 for a search.
    pub product: u32,
    /// Price × quantity of a purchase, converted to dollars.
    pub spent: f32,
    pub dwell_seconds: u16,
    pub region: u8,
    pub action: Action,
    pub visitor: Visitor,
}

/// All emitted data.
#[derive(Clone, Debug)]
pub struct Data {
    pub(super) places: Places,
    /// The names of the categories, by code.
    pub(super) categories: Vec<String>,
    pub(super) payments: Vec<Payment>,
    pub(super) trips: Vec<Trip>,
    pub(super) clicks: Vec<Click>,
    /// The number of users, drivers, customers, sessions and products; their numbers are below it.
    pub(super) users: usize,
    pub(super) drivers: usize,
    pub(super) customers: usize,
    pub(super) sessions: usize,
    pub(super) products: usize,
}

impl Data {
    /// Returns data without rows.
    pub(super) fn empty(places: Places) -> Self {
        Data {
            places,
            categories: Vec::new(),
            payments: Vec::new(),
            trips: Vec::new(),
            clicks: Vec::new(),
            users: 0,
            drivers: 0,
            customers: 0,
            sessions: 0,
            products: 0,
        }
    }

    /// Returns the first and the last local day, which are usually incomplete; `None` without records.
    pub(super) fn days(&self) -> Option<(LocalDay, LocalDay)> {
        let ends = [
            self.payments.first().zip(self.payments.last()).map(|(a, b)| (a.wall, b.wall)),
            self.trips.first().zip(self.trips.last()).map(|(a, b)| (a.wall, b.wall)),
            self.clicks.first().zip(self.clicks.last()).map(|(a, b)| (a.wall, b.wall)),
        ];
        let first = ends.iter().flatten().map(|(first, _)| *first).min()?;
        let last = ends.iter().flatten().map(|(_, last)| *last).max()?;
        Some((first.day(), last.day()))
    }

    /// Returns the number of local days.
    pub(super) fn day_count(&self) -> u32 {
        self.days().map_or(0, |(first, last)| (last.0 - first.0 + 1) as u32)
    }

    /// Returns the day on which the second half begins.
    pub(super) fn middle(&self) -> LocalDay {
        self.days().map_or(LocalDay(0), |(first, last)| LocalDay(first.0 + (last.0 - first.0 + 1) / 2))
    }

    /// Returns the code of the category with this name, or `None` if it does not occur.
    pub(super) fn category(&self, name: &str) -> Option<u8> {
        self.categories.iter().position(|known| known == name).map(|index| index as u8)
    }

    /// Returns the purchases by their users.
    pub(super) fn genuine_purchases(&self) -> impl Iterator<Item = &Payment> {
        self.payments.iter().filter(|payment| payment.is_genuine_purchase())
    }

    /// Returns the events of people in the shop.
    pub(super) fn human_clicks(&self) -> impl Iterator<Item = &Click> {
        self.clicks.iter().filter(|click| click.visitor != Visitor::Bot)
    }
}
