//! The state of a person's account, which the acts of the bank change.

use super::account_protection::AccountProtection;
use super::parameters::payments::PAYDAY_DAYS;
use crate::base::Category;
use crate::device::Device;
use crate::engine::VirtualTime;
use serde::{Deserialize, Serialize};

/// The state of a person's account. The order of the fields is part of the saved format.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct AccountState {
    /// Transactions so far, fraud included.
    pub sequence: u32,
    /// An order of the shop that is still to be paid.
    pub order: Option<OrderDue>,
    /// The protection of the account after fraud.
    pub protection: AccountProtection,
    /// Further purchases of a busy day.
    pub busy_day_purchases: u8,
    /// UTC day of the last salary; 0 before the first.
    pub paid_on: i32,
}

impl AccountState {
    /// Returns whether a salary was paid in the days up to `now`.
    pub(crate) fn is_payday(&self, now: VirtualTime) -> bool {
        self.paid_on > 0 && (0..PAYDAY_DAYS).contains(&(now.utc_day() - self.paid_on))
    }

    /// Replaces a device in an order that is still to be paid.
    pub(crate) fn change_device(&mut self, old: Device, new: Device) {
        if let Some(order) = self.order.as_mut().filter(|order| order.device == old) {
            order.device = new;
        }
    }
}

/// An order that is to be paid.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderDue {
    /// Sum of price × quantity in minor units.
    pub minor: i64,
    /// The category with the largest part of the sum.
    pub category: Category,
    /// The device of the order.
    pub device: Device,
}
