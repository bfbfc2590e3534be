//! The topic of shop interactions.
//! Must not depend on: formats, other topics.

use crate::buffer::RecordWriter;
use crate::field::{FieldSpec, FieldType as T, TopicEvent};
use crate::topics::device::{browser, device_type, os};
use crate::topics::money::amount;
use crate::value::{Point, ValueSerializer, Word};
use populace_sim::{
    BROWSER_NAMES, DEVICE_TYPES, Interaction, InteractionType, OS_NAMES, REFERRERS, ShopCategory, Stream, TextBuffer,
};

/// The fields of an interaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub enum InteractionField {
    EventId,
    CustomerId,
    SessionId,
    Timestamp,
    EventType,
    ProductId,
    ProductCategory,
    Price,
    Quantity,
    PageUrl,
    ReferrerUrl,
    DeviceInfo,
    Location,
    TimeOnPage,
    SearchQuery,
    SessionEventSequence,
    IsBot,
    CartId,
    OrderId,
    Concept,
    EntitySequence,
}

use InteractionField as F;

impl TopicEvent for Interaction {
    type Field = InteractionField;
    const STREAM: Stream = Stream::Interactions;
    const CONTRACT_NAME: &'static str = "e_commerce_customer_interactions";
    const TIME_FIELD: &'static str = "timestamp";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("event_id", F::EventId, T::Uuid),
        FieldSpec::contract("customer_id", F::CustomerId, T::Uuid),
        FieldSpec::contract("session_id", F::SessionId, T::Uuid),
        FieldSpec::contract("timestamp", F::Timestamp, T::Timestamp),
        FieldSpec::contract("event_type", F::EventType, T::OneOf(InteractionType::NAMES)),
        FieldSpec::contract("product_id", F::ProductId, T::OrNull(&T::Numbered("prod_"))),
        FieldSpec::contract("product_category", F::ProductCategory, T::OrNull(&T::OneOf(ShopCategory::NAMES))),
        FieldSpec::contract("price", F::Price, T::OrNull(&T::Number(0.01, None))),
        FieldSpec::contract("quantity", F::Quantity, T::OrNull(&T::Integer(1, None))),
        FieldSpec::contract("page_url", F::PageUrl, T::Text),
        FieldSpec::contract("referrer_url", F::ReferrerUrl, T::OrNull(&T::OneOf(REFERRERS))),
        FieldSpec::contract(
            "device_info",
            F::DeviceInfo,
            T::Object(&[("device_type", DEVICE_TYPES), ("browser", BROWSER_NAMES), ("os", OS_NAMES)]),
        ),
        FieldSpec::contract("location", F::Location, T::Point),
        FieldSpec::contract("time_on_page_seconds", F::TimeOnPage, T::Integer(1, None)),
        FieldSpec::contract("search_query", F::SearchQuery, T::OrNull(&T::Text)),
        FieldSpec::contract("session_event_sequence", F::SessionEventSequence, T::Integer(1, None)),
        FieldSpec::extra("is_bot", F::IsBot, T::Boolean),
        FieldSpec::extra("cart_id", F::CartId, T::OrNull(&T::Uuid)),
        FieldSpec::extra("order_id", F::OrderId, T::OrNull(&T::Uuid)),
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
            F::EventId => to.uuid(self.event_id),
            F::CustomerId => to.uuid(self.customer_id),
            F::SessionId => to.uuid(self.session_id),
            F::Timestamp => to.timestamp(self.timestamp),
            F::EventType => to.word(Word::at(InteractionType::NAMES, self.kind as usize)),
            F::ProductId => to.optional(self.product, |to, product| to.numbered("prod_", product.number)),
            F::ProductCategory => to.optional(self.product, |to, product| {
                to.word(Word::at(ShopCategory::NAMES, product.category as usize))
            }),
            F::Price => to.optional(self.product, |to, product| to.decimal(amount(product.price))),
            F::Quantity => to.optional(self.quantity, |to, quantity| to.integer(i64::from(quantity))),
            F::PageUrl => to.appended_text(|out| append_page_url(self, out)),
            F::ReferrerUrl => to.optional(self.referrer, |to, index| to.word(Word::at(REFERRERS, usize::from(index)))),
            F::DeviceInfo => to.object(&[device_type(self.device), browser(self.device), os(self.device)]),
            F::Location => to.point(Point::rough(self.location)),
            F::TimeOnPage => to.integer(i64::from(self.seconds_on_page)),
            F::SearchQuery => to.optional(self.query, |to, query| to.text(query.text())),
            F::SessionEventSequence => to.integer(i64::from(self.session_event_sequence)),
            F::IsBot => to.boolean(self.is_bot),
            F::CartId => to.optional(self.cart_id, S::uuid),
            F::OrderId => to.optional(self.order_id, S::uuid),
            F::Concept => to.words(self.concepts.names()),
            F::EntitySequence => to.integer(i64::from(self.entity_sequence)),
        }
    }
}

/// Appends the URL of the page that the customer sees.
#[inline(always)]
fn append_page_url(event: &Interaction, out: &mut RecordWriter<'_>) {
    match (event.product, event.query) {
        (Some(product), _) => {
            let (beginning, len) = &PRODUCT_PAGES[product.category as usize];
            out.append_with(|to| {
                *to = *beginning;
                *len
            });
            out.append_integer(i64::from(product.number));
        }
        (None, Some(query)) => {
            out.append(b"https://example.com/search?q=");
            append_form_encoded(out, query.text());
        }
        (None, None) => out.append(b"https://example.com/"),
    }
}

/// What the URLs of the products of each category begin with, and its length.
static PRODUCT_PAGES: [([u8; 64], usize); ShopCategory::ALL.len()] = {
    let mut pages = [([0; 64], 0); ShopCategory::ALL.len()];
    let mut category = 0;
    while category < pages.len() {
        let parts = ["https://example.com/", ShopCategory::ALL[category].slug(), "/prod_"];
        let (page, mut part) = (&mut pages[category], 0);
        while part < parts.len() {
            let (_, rest) = page.0.split_at_mut(page.1);
            rest.split_at_mut(parts[part].len()).0.copy_from_slice(parts[part].as_bytes());
            page.1 += parts[part].len();
            part += 1;
        }
        category += 1;
    }
    pages
};

/// Appends `typed` as forms send it (application/x-www-form-urlencoded).
fn append_form_encoded(out: &mut RecordWriter<'_>, typed: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in typed.bytes() {
        match byte {
            b' ' => out.append(b"+"),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => out.append(&[byte]),
            _ => out.append(&[b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]),
        }
    }
}
