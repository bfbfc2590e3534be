//! The topic of the bank's users: a row for each from each change on, and none once the account is closed.
//! Must not depend on: formats, other topics.

use crate::field::{FieldSpec, FieldType as T, TopicEvent};
use crate::topics::device::{browser, device_type, os};
use crate::topics::money::millionths;
use crate::value::{Point, ValueSerializer, Word};
use populace_sim::{BROWSER_NAMES, Currency, DEVICE_TYPES, OS_NAMES, Persona, RowState, Stream, UserRow};

/// The fields of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub enum UserField {
    UserId,
    ValidFrom,
    AccountId,
    AccountOpened,
    Region,
    Currency,
    Home,
    Work,
    ChildrenBorn,
    DeviceInfo,
    Devices,
    DebitCardId,
    CreditCardId,
    Paypal,
    Crypto,
    Persona,
    SpendingLevel,
    EntitySequence,
}

use UserField as F;

impl TopicEvent for UserRow {
    type Field = UserField;
    const STREAM: Stream = Stream::Users;
    const CONTRACT_NAME: &'static str = "populace.users";
    const TIME_FIELD: &'static str = "valid_from";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("user_id", F::UserId, T::Uuid),
        FieldSpec::contract("valid_from", F::ValidFrom, T::Timestamp),
        FieldSpec::contract("account_id", F::AccountId, T::Account),
        FieldSpec::contract("account_opened", F::AccountOpened, T::Timestamp),
        FieldSpec::contract("region", F::Region, T::Text),
        FieldSpec::contract("currency", F::Currency, T::OneOf(Currency::CODES)),
        FieldSpec::contract("home", F::Home, T::Point),
        FieldSpec::contract("work", F::Work, T::Point),
        FieldSpec::contract("children_born", F::ChildrenBorn, T::Integer(0, None)),
        FieldSpec::contract(
            "device_info",
            F::DeviceInfo,
            T::Object(&[("device_type", DEVICE_TYPES), ("browser", BROWSER_NAMES), ("os", OS_NAMES)]),
        ),
        FieldSpec::contract("devices", F::Devices, T::Integer(1, None)),
        FieldSpec::contract("debit_card_id", F::DebitCardId, T::Uuid),
        FieldSpec::contract("credit_card_id", F::CreditCardId, T::OrNull(&T::Uuid)),
        FieldSpec::contract("paypal", F::Paypal, T::Boolean),
        FieldSpec::contract("crypto", F::Crypto, T::Boolean),
        FieldSpec::extra("persona", F::Persona, T::OneOf(&Persona::NAMES)),
        FieldSpec::extra("spending_level", F::SpendingLevel, T::Number(0.0, None)),
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
            F::UserId => to.uuid(self.user_id),
            F::ValidFrom => to.timestamp(self.valid_from),
            F::AccountId => to.account(self.account),
            F::AccountOpened => to.timestamp(self.account_opened),
            F::Region => to.text(&self.region),
            F::Currency => to.word(Word::at(Currency::CODES, self.currency as usize)),
            F::Home => to.point(Point::exact(self.home)),
            F::Work => to.point(Point::exact(self.work)),
            F::ChildrenBorn => to.integer(i64::from(self.children_born)),
            F::DeviceInfo => to.object(&[device_type(self.phone), browser(self.phone), os(self.phone)]),
            F::Devices => to.integer(i64::from(self.devices)),
            F::DebitCardId => to.uuid(self.debit_card),
            F::CreditCardId => to.optional(self.credit_card, S::uuid),
            F::Paypal => to.boolean(self.paypal),
            F::Crypto => to.boolean(self.crypto),
            F::Persona => to.word(Word::at(&Persona::NAMES, self.persona as usize)),
            F::SpendingLevel => to.decimal(millionths(self.spending_level)),
            F::EntitySequence => to.integer(i64::from(self.entity_sequence)),
        }
    }
}
