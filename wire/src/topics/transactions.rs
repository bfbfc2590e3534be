//! The topic of bank transactions.
//! Must not depend on: formats, other topics.

use crate::buffer::RecordWriter;
use crate::field::{FieldSpec, FieldType as T, TopicEvent};
use crate::topics::device::{browser, os};
use crate::topics::money::amount;
use crate::value::{Point, ValueSerializer, Word};
use populace_sim::{
    BROWSER_NAMES, Category, Channel, Currency, OS_NAMES, PaymentMethod, Stream, Transaction, TransactionType,
};

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

impl TopicEvent for Transaction {
    type Field = TransactionField;
    const STREAM: Stream = Stream::Transactions;
    const CONTRACT_NAME: &'static str = "transaction_fraud_detection";
    const TIME_FIELD: &'static str = "timestamp";
    const NAIVE_TIME_FIELD: Option<&'static str> = Some("timestamp_naive");
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("transaction_id", F::TransactionId, T::Uuid),
        FieldSpec::contract("user_id", F::UserId, T::Uuid),
        FieldSpec::contract("timestamp", F::Timestamp, T::Timestamp),
        FieldSpec::contract("amount", F::Amount, T::Number(0.01, None)),
        FieldSpec::contract("currency", F::Currency, T::OneOf(Currency::CODES)),
        FieldSpec::contract("merchant_id", F::MerchantId, T::Numbered("merchant_")),
        FieldSpec::contract("product_category", F::ProductCategory, T::OneOf(Category::NAMES)),
        FieldSpec::contract("transaction_type", F::TransactionType, T::OneOf(TransactionType::NAMES)),
        FieldSpec::contract("payment_method", F::PaymentMethod, T::OneOf(PaymentMethod::NAMES)),
        FieldSpec::contract("location", F::Location, T::Point),
        FieldSpec::contract("ip_address", F::IpAddress, T::Ipv4),
        FieldSpec::contract("device_info", F::DeviceInfo, T::Object(&[("os", OS_NAMES), ("browser", BROWSER_NAMES)])),
        FieldSpec::contract("user_agent", F::UserAgent, T::Text),
        FieldSpec::contract("account_age_days", F::AccountAgeDays, T::Integer(0, None)),
        FieldSpec::contract("cvv_provided", F::CvvProvided, T::Boolean),
        FieldSpec::contract("billing_address_match", F::BillingAddressMatch, T::Boolean),
        FieldSpec::contract("is_fraud", F::IsFraud, T::Integer(0, Some(1))),
        FieldSpec::extra("account_id", F::AccountId, T::Account),
        FieldSpec::extra("merchant", F::Merchant, T::Text),
        FieldSpec::extra("timestamp_naive", F::TimestampNaive, T::NaiveTimestamp),
        FieldSpec::extra("card_id", F::CardId, T::OrNull(&T::Uuid)),
        FieldSpec::extra("channel", F::Channel, T::OneOf(Channel::NAMES)),
        FieldSpec::extra("fraud_pattern", F::FraudPattern, T::OrNull(&T::Text)),
        FieldSpec::extra("campaign_id", F::CampaignId, T::OrNull(&T::Uuid)),
        FieldSpec::extra("concept", F::Concept, T::Words),
        FieldSpec::extra("entity_sequence", F::EntitySequence, T::Integer(1, None)),
    ];

    #[inline]
    fn entity_sequence(&self) -> u32 {
        self.entity_sequence
    }

    #[inline(always)]
    fn serialize<S: ValueSerializer>(&self, field: F, to: S) -> S::Output {
        match field {
            F::TransactionId => to.uuid(self.transaction_id),
            F::UserId => to.uuid(self.user_id),
            F::Timestamp => to.timestamp(self.timestamp),
            F::Amount => to.decimal(amount(self.amount)),
            F::Currency => to.word(Word::at(Currency::CODES, self.amount.currency as usize)),
            F::MerchantId => to.numbered("merchant_", self.merchant),
            F::ProductCategory => to.word(Word::at(Category::NAMES, self.category as usize)),
            F::TransactionType => to.word(Word::at(TransactionType::NAMES, self.kind as usize)),
            F::PaymentMethod => to.word(Word::at(PaymentMethod::NAMES, self.method as usize)),
            F::Location => to.point(Point::exact(self.location)),
            F::IpAddress => to.ipv4(self.ip_address),
            F::DeviceInfo => to.object(&[os(self.device), browser(self.device)]),
            F::UserAgent => to.appended_text(|out| append_user_agent(self, out)),
            F::AccountAgeDays => to.integer(self.account_age_days),
            F::CvvProvided => to.boolean(self.cvv_provided),
            F::BillingAddressMatch => to.boolean(self.billing_address_match),
            F::IsFraud => to.integer(i64::from(self.fraud.is_some())),
            F::AccountId => to.account(self.account),
            F::Merchant => to.appended_text(|out| self.merchant_name.append(out)),
            F::TimestampNaive => to.naive_timestamp(self.timestamp),
            F::CardId => to.optional(self.card_id, S::uuid),
            F::Channel => to.word(Word::at(Channel::NAMES, self.channel as usize)),
            F::FraudPattern => to.optional(self.fraud, |to, fraud| to.text(fraud.kind.name())),
            F::CampaignId => to.optional(self.fraud, |to, fraud| to.uuid(fraud.campaign)),
            F::Concept => to.words(self.concepts.names()),
            F::EntitySequence => to.integer(i64::from(self.entity_sequence)),
        }
    }
}

/// Appends the user agent of the device.
#[inline(always)]
fn append_user_agent(event: &Transaction, out: &mut RecordWriter<'_>) {
    let Transaction { device, timestamp, .. } = *event;
    out.append_kept(device.user_agent_number(timestamp), |out| device.append_user_agent(timestamp, out));
}
