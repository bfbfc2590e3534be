//! What was emitted, as compact rows in the order of time: entities by number, texts by code, local time. The checks see
//! this and nothing else. Must not depend on: files, bands.

use super::clock::{Places, Wall};
use populace_sim::{FraudKind, LocalDay};

/// How a transaction was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Channel {
    Pos,
    Online,
    /// A cash machine, or a transfer.
    Other,
    /// The records do not say: the extra field `channel` was not chosen.
    Unknown,
}

/// What a transaction was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Purchase,
    Other,
}

/// What paid.
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
    /// In dollars' worth.
    pub amount: f32,
    pub category: u8,
    pub region: u8,
    pub kind: Kind,
    pub means: Means,
    pub channel: Channel,
    pub label: Label,
    /// The kind of fraud; none where it is none, or where the records do not say.
    pub pattern: Option<FraudKind>,
    pub facts: Facts,
}

/// Further fields of a transaction's record; zero where the record has none.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    /// Latitude and longitude.
    pub at: [f32; 2],
    /// The address, its first byte highest.
    pub ip: u32,
    /// Number of the device's description.
    pub device: u16,
    /// Number of the means of payment.
    pub method: u8,
    pub cvv: u8,
    pub billing_match: u8,
    pub account_days: u32,
}

impl Payment {
    /// Whether it is a purchase by its user.
    pub(super) fn is_genuine_purchase(&self) -> bool {
        self.kind == Kind::Purchase && self.label == Label::Genuine
    }
}

/// What a trip's sky was like.
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
    /// Latitude and longitude of origin and destination.
    pub ends: [f32; 4],
    pub kilometres: f32,
    pub celsius: f32,
    pub rating: f32,
    pub vehicle: u8,
    /// NaN where the records do not say.
    pub highway_share: f32,
    pub naive_seconds: f32,
    pub seconds: f32,
}

impl Trip {
    /// The logarithm of its duration in seconds.
    pub(super) fn log_seconds(&self) -> f64 {
        f64::from(self.seconds.max(1.0)).ln()
    }
}

/// What a customer did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    View,
    Cart,
    Purchase,
    /// A search or a review.
    Other,
}

/// Who sat at the keyboard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visitor {
    Human,
    Bot,
    /// The record does not say; counts as human.
    Unknown,
}

/// An event of the shop.
#[derive(Clone, Copy, Debug)]
pub(super) struct Click {
    pub wall: Wall,
    pub customer: u32,
    /// Number of the session, unique over all customers.
    pub session: u32,
    /// 0 for a search.
    pub product: u32,
    /// Price × quantity in dollars' worth, of a purchase.
    pub spent: f32,
    pub dwell_seconds: u16,
    pub region: u8,
    pub action: Action,
    pub visitor: Visitor,
}

/// Everything that was emitted.
#[derive(Clone, Debug)]
pub struct Data {
    pub(super) places: Places,
    /// What codes of categories mean.
    pub(super) categories: Vec<String>,
    pub(super) payments: Vec<Payment>,
    pub(super) trips: Vec<Trip>,
    pub(super) clicks: Vec<Click>,
    /// How many users, drivers, customers, sessions and products there are: numbers are below that.
    pub(super) users: usize,
    pub(super) drivers: usize,
    pub(super) customers: usize,
    pub(super) sessions: usize,
    pub(super) products: usize,
}

impl Data {
    /// Without anything yet.
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

    /// The first and the last local day, both cut off at one end as a rule; none without records.
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

    /// How many local days there are.
    pub(super) fn day_count(&self) -> u32 {
        self.days().map_or(0, |(first, last)| (last.0 - first.0 + 1) as u32)
    }

    /// The day on which the second half begins.
    pub(super) fn middle(&self) -> LocalDay {
        self.days().map_or(LocalDay(0), |(first, last)| LocalDay(first.0 + (last.0 - first.0 + 1) / 2))
    }

    /// The code of the category that is called so.
    pub(super) fn category(&self, name: &str) -> Option<u8> {
        self.categories.iter().position(|known| known == name).map(|index| index as u8)
    }

    /// Purchases by their users.
    pub(super) fn genuine_purchases(&self) -> impl Iterator<Item = &Payment> {
        self.payments.iter().filter(|payment| payment.is_genuine_purchase())
    }

    /// What people did in the shop.
    pub(super) fn human_clicks(&self) -> impl Iterator<Item = &Click> {
        self.clicks.iter().filter(|click| click.visitor != Visitor::Bot)
    }
}
