//! The topic of the shop's customers: a row for each from each change on, and none once the account is closed.
//! Must not depend on: formats, other topics.

use crate::field::{FieldSpec, FieldType as T, TopicEvent};
use crate::topics::device::{browser, device_type, os};
use crate::value::{Point, ValueSerializer, Word};
use populace_sim::{BROWSER_NAMES, Currency, CustomerRow, DEVICE_TYPES, OS_NAMES, RowState, Stream};

/// The fields of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub enum CustomerField {
    CustomerId,
    ValidFrom,
    CustomerSince,
    Region,
    Currency,
    Address,
    DeviceInfo,
    Devices,
    EntitySequence,
}

use CustomerField as F;

impl TopicEvent for CustomerRow {
    type Field = CustomerField;
    const STREAM: Stream = Stream::Customers;
    const CONTRACT_NAME: &'static str = "populace.customers";
    const TIME_FIELD: &'static str = "valid_from";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("customer_id", F::CustomerId, T::Uuid),
        FieldSpec::contract("valid_from", F::ValidFrom, T::Timestamp),
        FieldSpec::contract("customer_since", F::CustomerSince, T::Timestamp),
        FieldSpec::contract("region", F::Region, T::Text),
        FieldSpec::contract("currency", F::Currency, T::OneOf(Currency::CODES)),
        FieldSpec::contract("address", F::Address, T::Point),
        FieldSpec::contract(
            "device_info",
            F::DeviceInfo,
            T::Object(&[("device_type", DEVICE_TYPES), ("browser", BROWSER_NAMES), ("os", OS_NAMES)]),
        ),
        FieldSpec::contract("devices", F::Devices, T::Integer(1, None)),
        FieldSpec::extra("entity_sequence", F::EntitySequence, T::Integer(1, None)),
    ];

    #[inline]
    fn entity_sequence(&self) -> u32 {
        self.entity_sequence
    }

    #[inline]
    fn is_tombstone(&self) -> bool {
        self.state == RowState::Gone
    }

    fn serialize<S: ValueSerializer>(&self, field: F, to: S) -> S::Output {
        match field {
            F::CustomerId => to.uuid(self.customer_id),
            F::ValidFrom => to.timestamp(self.valid_from),
            F::CustomerSince => to.timestamp(self.customer_since),
            F::Region => to.text(&self.region),
            F::Currency => to.word(Word::at(Currency::CODES, self.currency as usize)),
            F::Address => to.point(Point::exact(self.address)),
            F::DeviceInfo => to.object(&[device_type(self.phone), browser(self.phone), os(self.phone)]),
            F::Devices => to.integer(i64::from(self.devices)),
            F::EntitySequence => to.integer(i64::from(self.entity_sequence)),
        }
    }
}
