//! The rows of the tables of who lives there: what the company knows of each entity from an instant on, as values. What only
//! the truth knows is marked. Must not depend on: how rows come about, topics.

use crate::bank::MerchantName;
use crate::base::{Category, Currency, Money, Persona, Place, ShopCategory, VehicleType};
use crate::device::Device;
use crate::engine::{Id, VirtualTime};
use std::sync::Arc;

/// Whether a row holds from its instant on, or is gone from then on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowState {
    /// The row holds.
    Holds,
    /// The row is gone: the account is closed. The facts are the last ones.
    Gone,
}

/// A user of the bank.
#[derive(Clone, Debug, PartialEq)]
pub struct UserRow {
    /// The user.
    pub user_id: Id,
    /// The instant from which on the row holds, which is the time of the record.
    pub valid_from: VirtualTime,
    /// Whether the row holds.
    pub state: RowState,
    /// The number of the account.
    pub account: u32,
    /// The name of the region.
    pub region: Arc<str>,
    /// The currency of the account.
    pub currency: Currency,
    /// The opening of the account.
    pub account_opened: VirtualTime,
    /// The home.
    pub home: Place,
    /// The place of work or study; of a pensioner, home.
    pub work: Place,
    /// Children born since the opening of the account, or the start of the world.
    pub children_born: u16,
    /// The phone.
    pub phone: Device,
    /// The number of devices.
    pub devices: u8,
    /// The debit card.
    pub debit_card: Id,
    /// The credit card.
    pub credit_card: Option<Id>,
    /// Whether payments by PayPal are made.
    pub paypal: bool,
    /// Whether payments in crypto are made.
    pub crypto: bool,
    /// The type of life, which only the truth knows.
    pub persona: Persona,
    /// The factor on amounts of purchases, which only the truth knows.
    pub spending_level: f64,
    /// A number that rises with each row of the user.
    pub entity_sequence: u32,
}

/// A customer of the shop.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomerRow {
    /// The customer.
    pub customer_id: Id,
    /// The instant from which on the row holds, which is the time of the record.
    pub valid_from: VirtualTime,
    /// Whether the row holds.
    pub state: RowState,
    /// The name of the region.
    pub region: Arc<str>,
    /// The currency of prices.
    pub currency: Currency,
    /// The opening of the account.
    pub customer_since: VirtualTime,
    /// The address of deliveries, which is the home.
    pub address: Place,
    /// The phone.
    pub phone: Device,
    /// The number of devices.
    pub devices: u8,
    /// A number that rises with each row of the customer.
    pub entity_sequence: u32,
}

/// A driver.
#[derive(Clone, Debug, PartialEq)]
pub struct DriverRow {
    /// The number of the driver, from 1.
    pub driver: u32,
    /// The instant from which on the row holds, which is the time of the record.
    pub valid_from: VirtualTime,
    /// The name of the region.
    pub region: Arc<str>,
    /// The home.
    pub home: Place,
    /// The number of the vehicle.
    pub vehicle: u32,
    /// The type of the vehicle.
    pub vehicle_type: VehicleType,
    /// The rating in tenths of a star, as trips show it.
    pub rating_tenths: u8,
    /// The lasting factor on travel times, which only the truth knows.
    pub skill: f32,
    /// A number that rises with each row of the driver.
    pub entity_sequence: u32,
}

/// A merchant.
#[derive(Clone, Debug, PartialEq)]
pub struct MerchantRow {
    /// The number of the merchant, from 1.
    pub merchant: u32,
    /// The instant from which on the row holds, which is the time of the record.
    pub valid_from: VirtualTime,
    /// The name of the region.
    pub region: Arc<str>,
    /// The name.
    pub name: MerchantName,
    /// The category; None for the accounts of the shop and the ride company.
    pub category: Option<Category>,
    /// The place.
    pub location: Place,
    /// The currency of amounts.
    pub currency: Currency,
    /// A number that rises with each row of the merchant.
    pub entity_sequence: u32,
}

/// A product of the shop.
#[derive(Clone, Debug, PartialEq)]
pub struct ProductRow {
    /// The number of the product, from 1.
    pub product: u32,
    /// The instant from which on the row holds, which is the time of the record.
    pub valid_from: VirtualTime,
    /// The name of the region.
    pub region: Arc<str>,
    /// The category.
    pub category: ShopCategory,
    /// The kind of product, in the language of the region.
    pub kind: &'static str,
    /// The list price.
    pub price: Money,
    /// Whether the price is that of a promotion.
    pub is_promoted: bool,
    /// Whether it is on sale.
    pub is_sold: bool,
    /// A number that rises with each row of the product.
    pub entity_sequence: u32,
}
