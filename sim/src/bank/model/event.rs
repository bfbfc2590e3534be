//! A bank transaction, and its fields on the wire. Must not depend on: how transactions come about.

use super::merchants::MerchantName;
use crate::base::{Category, Channel, FraudKind, Money, PaymentMethod, Place, TransactionType};
use crate::device::{BROWSER_NAMES, Device, OS_NAMES};
use crate::drift::Concepts;
use crate::engine::{Id, VirtualTime};
use crate::record::{Emit, FieldSpec, Shape, text};

/// One transaction of a user.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub struct Transaction {
    pub transaction_id: Id,
    pub user_id: Id,
    /// Number of the user's account, below 10⁸, unique in the world.
    pub account: u32,
    pub timestamp: VirtualTime,
    pub amount: Money,
    /// Number of the merchant, from 1, unique in the world.
    pub merchant: u32,
    /// The name of the merchant.
    pub merchant_name: MerchantName,
    pub category: Category,
    pub kind: TransactionType,
    pub method: PaymentMethod,
    pub location: Place,
    pub ip_address: u32,
    pub device: Device,
    pub account_age_days: i64,
    pub cvv_provided: bool,
    pub billing_address_match: bool,
    /// The campaign of a fraudulent transaction.
    pub fraud: Option<FraudMark>,
    pub channel: Channel,
    /// The card of a card payment.
    pub card_id: Option<Id>,
    /// The drifts in force for the user.
    pub concepts: Concepts,
    /// 1, 2, 3 … over the user's transactions.
    pub entity_sequence: u32,
}

/// The mark of a fraudulent transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FraudMark {
    /// The kind.
    pub kind: FraudKind,
    /// The campaign.
    pub campaign: Id,
    /// Whether the bank's controls of the day had raised an alarm by this transaction.
    pub noticed: bool,
}

/// The fields of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub enum TransactionField {
    TransactionId,
    UserId,
    Timestamp,
    Amount,
    Currency,
    MerchantId,
    ProductCategory,
    TransactionType,
    PaymentMethod,
    Location,
    IpAddress,
    DeviceInfo,
    UserAgent,
    AccountAgeDays,
    CvvProvided,
    BillingAddressMatch,
    IsFraud,
    AccountId,
    Merchant,
    TimestampNaive,
    CardId,
    Channel,
    FraudPattern,
    CampaignId,
    Concept,
    EntitySequence,
}

use TransactionField as F;

impl Emit for Transaction {
    type Field = TransactionField;
    const SECTION: &'static str = "transactions";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("transaction_id", F::TransactionId, Shape::Uuid),
        FieldSpec::contract("user_id", F::UserId, Shape::Uuid),
        FieldSpec::contract("timestamp", F::Timestamp, Shape::Timestamp),
        FieldSpec::contract("amount", F::Amount, Shape::Number(0.01, None)),
        FieldSpec::contract("currency", F::Currency, Shape::OneOf(&["USD", "EUR", "GBP", "JPY", "CAD", "AUD", "BRL"])),
        FieldSpec::contract("merchant_id", F::MerchantId, Shape::Numbered("merchant_")),
        FieldSpec::contract("product_category", F::ProductCategory, Shape::OneOf(Category::NAMES)),
        FieldSpec::contract("transaction_type", F::TransactionType, Shape::OneOf(TransactionType::NAMES)),
        FieldSpec::contract("payment_method", F::PaymentMethod, Shape::OneOf(PaymentMethod::NAMES)),
        FieldSpec::contract("location", F::Location, Shape::Point),
        FieldSpec::contract("ip_address", F::IpAddress, Shape::Ipv4),
        FieldSpec::contract(
            "device_info",
            F::DeviceInfo,
            Shape::Object(&[("os", OS_NAMES), ("browser", BROWSER_NAMES)]),
        ),
        FieldSpec::contract("user_agent", F::UserAgent, Shape::Text),
        FieldSpec::contract("account_age_days", F::AccountAgeDays, Shape::Integer(0, None)),
        FieldSpec::contract("cvv_provided", F::CvvProvided, Shape::Boolean),
        FieldSpec::contract("billing_address_match", F::BillingAddressMatch, Shape::Boolean),
        FieldSpec::contract("is_fraud", F::IsFraud, Shape::Integer(0, Some(1))),
        FieldSpec::extra("account_id", F::AccountId, Shape::Account),
        FieldSpec::extra("merchant", F::Merchant, Shape::Text),
        FieldSpec::extra("timestamp_naive", F::TimestampNaive, Shape::NaiveTimestamp),
        FieldSpec::extra("card_id", F::CardId, Shape::OrNull(&Shape::Uuid)),
        FieldSpec::extra("channel", F::Channel, Shape::OneOf(Channel::NAMES)),
        FieldSpec::extra("fraud_pattern", F::FraudPattern, Shape::OrNull(&Shape::Text)),
        FieldSpec::extra("campaign_id", F::CampaignId, Shape::OrNull(&Shape::Uuid)),
        FieldSpec::extra("concept", F::Concept, Shape::Words),
        FieldSpec::extra("entity_sequence", F::EntitySequence, Shape::Integer(1, None)),
    ];

    #[inline]
    fn entity_sequence(&self) -> u32 {
        self.entity_sequence
    }

    #[inline]
    fn write(&self, field: F, out: &mut Vec<u8>) {
        match field {
            F::TransactionId => text::quoted(out, &self.transaction_id.text()),
            F::UserId => text::quoted(out, &self.user_id.text()),
            F::Timestamp => text::timestamp(out, self.timestamp),
            F::Amount => self.amount.write(out),
            F::Currency => text::quoted(out, self.amount.currency.code().as_bytes()),
            F::MerchantId => text::numbered(out, b"merchant_", self.merchant),
            F::ProductCategory => text::quoted(out, Category::NAMES[self.category as usize].as_bytes()),
            F::TransactionType => text::quoted(out, self.kind.name().as_bytes()),
            F::PaymentMethod => text::quoted(out, self.method.name().as_bytes()),
            F::Location => write_point(out, self.location),
            F::IpAddress => text::ipv4(out, self.ip_address),
            F::DeviceInfo => write_device(out, self.device),
            F::UserAgent => self.device.write_user_agent(self.timestamp, out),
            F::AccountAgeDays => text::integer(out, self.account_age_days),
            F::CvvProvided => text::boolean(out, self.cvv_provided),
            F::BillingAddressMatch => text::boolean(out, self.billing_address_match),
            F::IsFraud => out.push(b'0' + u8::from(self.fraud.is_some())),
            F::AccountId => write_account(out, self.account),
            F::Merchant => {
                out.push(b'"');
                self.merchant_name.append(out);
                out.push(b'"');
            }
            F::TimestampNaive => text::naive_timestamp(out, self.timestamp),
            F::CardId => write_or_null(out, self.card_id, |out, id| text::quoted(out, &id.text())),
            F::Channel => text::quoted(out, self.channel.name().as_bytes()),
            F::FraudPattern => write_or_null(out, self.fraud, |out, f| text::quoted(out, f.kind.name().as_bytes())),
            F::CampaignId => write_or_null(out, self.fraud, |out, f| text::quoted(out, &f.campaign.text())),
            F::Concept => self.concepts.write(out),
            F::EntitySequence => text::integer(out, self.entity_sequence as i64),
        }
    }
}

fn write_account(out: &mut Vec<u8>, account: u32) {
    out.extend_from_slice(b"\"ACC-");
    text::padded(out, u64::from(account), 8);
    out.push(b'"');
}

/// Appends a place with six decimals.
#[inline]
pub(crate) fn write_point(out: &mut Vec<u8>, place: Place) {
    out.extend_from_slice(b"{\"lat\":");
    text::fixed(out, place.lat_e6 as i64, 6);
    out.extend_from_slice(b",\"lon\":");
    text::fixed(out, place.lon_e6 as i64, 6);
    out.push(b'}');
}

fn write_device(out: &mut Vec<u8>, device: Device) {
    let model = device.model();
    out.extend_from_slice(b"{\"os\":");
    text::quoted(out, model.os.as_bytes());
    out.extend_from_slice(b",\"browser\":");
    text::quoted(out, model.browser.as_bytes());
    out.push(b'}');
}

/// Appends a value, or null where there is none.
#[inline]
pub(crate) fn write_or_null<T>(out: &mut Vec<u8>, value: Option<T>, write: impl FnOnce(&mut Vec<u8>, T)) {
    match value {
        Some(value) => write(out, value),
        None => text::null(out),
    }
}
