//! The view of a past act of a person or a driver.
//! Must not depend on: the state of people and drivers.

use super::text;
use crate::engine::VirtualTime;
use crate::history::{Act, ActKind};
use serde::Serialize;

/// A past act. The fields after `kind` are present where the kind has them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct ActView {
    /// The time, to the second.
    #[serde(serialize_with = "text::time")]
    pub at: VirtualTime,
    /// The kind of the act.
    pub kind: ActKind,
    /// The amount of a bank act or an order, in minor units.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub minor_units: Option<u32>,
    /// The number of the merchant of a bank act.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "text::merchant")]
    pub merchant_id: Option<u32>,
    /// The number of events of a visit to the shop.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<u32>,
    /// The number of the product of a review.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "text::product")]
    pub product_id: Option<u32>,
    /// The duration of a rider's trip.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<u32>,
    /// The number of the driver of a rider's trip.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "text::optional_driver")]
    pub driver_id: Option<u32>,
}

impl ActView {
    /// Returns the views of the acts of a history in a town with `drivers` drivers.
    pub(super) fn all(acts: Vec<Act>, drivers: u32) -> Vec<Self> {
        acts.into_iter().filter_map(|act| ActView::new(act, drivers)).collect()
    }

    fn new(act: Act, drivers: u32) -> Option<Self> {
        let mut view = ActView::bare(act.time(), act.kind()?);
        let (size, subject) = (Some(act.size), Some(act.subject));
        match view.kind {
            ActKind::Purchase
            | ActKind::Withdrawal
            | ActKind::Transfer
            | ActKind::Payment
            | ActKind::Deposit
            | ActKind::Fraud => (view.minor_units, view.merchant_id) = (size, subject),
            ActKind::Visit => view.events = size,
            ActKind::Order => view.minor_units = size,
            ActKind::Review => view.product_id = subject,
            ActKind::Trip if act.size > 0 && act.subject <= drivers => {
                (view.seconds, view.driver_id) = (size, subject);
            }
            ActKind::Trip | ActKind::ShiftStart | ActKind::ShiftEnd => {}
        }
        Some(view)
    }

    fn bare(at: VirtualTime, kind: ActKind) -> Self {
        ActView {
            at,
            kind,
            minor_units: None,
            merchant_id: None,
            events: None,
            product_id: None,
            seconds: None,
            driver_id: None,
        }
    }
}
