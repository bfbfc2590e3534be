//! A shop interaction, and its fields on the wire.
//! Must not depend on: how interactions come about.

use super::query::Query;
use crate::bank::write_or_null;
use crate::base::Money;
use crate::base::Place;
use crate::base::ShopCategory;
use crate::drift::Concepts;
use crate::engine::{Id, VirtualTime};
use crate::person::{BROWSER_NAMES, DEVICE_TYPES, Device, OS_NAMES};
use crate::record::{Emit, FieldSpec, Shape, text};

pub use crate::base::{InteractionType, REFERRERS};

/// The product that an interaction is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProductSeen {
    /// Number of the product, from 1, unique in the world.
    pub number: u32,
    /// Its category.
    pub category: ShopCategory,
    /// Its price now.
    pub price: Money,
}

/// One interaction of a customer.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the wire contract documents the fields")]
pub struct Interaction {
    pub event_id: Id,
    pub customer_id: Id,
    pub session_id: Id,
    pub timestamp: VirtualTime,
    pub kind: InteractionType,
    /// None for a search.
    pub product: Option<ProductSeen>,
    /// For add_to_cart and purchase.
    pub quantity: Option<u32>,
    /// On a session's first event: index into [`REFERRERS`].
    pub referrer: Option<u8>,
    pub device: Device,
    pub location: Place,
    pub seconds_on_page: u32,
    /// For a search.
    pub query: Option<Query>,
    pub session_event_sequence: u32,
    /// Whether a program did it.
    pub is_bot: bool,
    pub cart_id: Option<Id>,
    pub order_id: Option<Id>,
    /// The drifts in force for the customer.
    pub concepts: Concepts,
    /// 1, 2, 3 … over the customer's interactions.
    pub entity_sequence: u32,
}

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

impl Emit for Interaction {
    type Field = InteractionField;
    const SECTION: &'static str = "interactions";
    const FIELDS: &'static [FieldSpec<F>] = &[
        FieldSpec::contract("event_id", F::EventId, Shape::Uuid),
        FieldSpec::contract("customer_id", F::CustomerId, Shape::Uuid),
        FieldSpec::contract("session_id", F::SessionId, Shape::Uuid),
        FieldSpec::contract("timestamp", F::Timestamp, Shape::Timestamp),
        FieldSpec::contract("event_type", F::EventType, Shape::OneOf(InteractionType::NAMES)),
        FieldSpec::contract("product_id", F::ProductId, Shape::OrNull(&Shape::Numbered("prod_"))),
        FieldSpec::contract("product_category", F::ProductCategory, Shape::OrNull(&Shape::OneOf(ShopCategory::NAMES))),
        FieldSpec::contract("price", F::Price, Shape::OrNull(&Shape::Number(0.01, None))),
        FieldSpec::contract("quantity", F::Quantity, Shape::OrNull(&Shape::Integer(1, None))),
        FieldSpec::contract("page_url", F::PageUrl, Shape::Text),
        FieldSpec::contract("referrer_url", F::ReferrerUrl, Shape::OrNull(&Shape::OneOf(REFERRERS))),
        FieldSpec::contract(
            "device_info",
            F::DeviceInfo,
            Shape::Object(&[("device_type", DEVICE_TYPES), ("browser", BROWSER_NAMES), ("os", OS_NAMES)]),
        ),
        FieldSpec::contract("location", F::Location, Shape::Point),
        FieldSpec::contract("time_on_page_seconds", F::TimeOnPage, Shape::Integer(1, None)),
        FieldSpec::contract("search_query", F::SearchQuery, Shape::OrNull(&Shape::Text)),
        FieldSpec::contract("session_event_sequence", F::SessionEventSequence, Shape::Integer(1, None)),
        FieldSpec::extra("is_bot", F::IsBot, Shape::Boolean),
        FieldSpec::extra("cart_id", F::CartId, Shape::OrNull(&Shape::Uuid)),
        FieldSpec::extra("order_id", F::OrderId, Shape::OrNull(&Shape::Uuid)),
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
            F::EventId => text::quoted(out, &self.event_id.text()),
            F::CustomerId => text::quoted(out, &self.customer_id.text()),
            F::SessionId => text::quoted(out, &self.session_id.text()),
            F::Timestamp => text::timestamp(out, self.timestamp),
            F::EventType => text::quoted(out, self.kind.name().as_bytes()),
            F::ProductId => write_or_null(out, self.product, |out, p| text::numbered(out, b"prod_", p.number)),
            F::ProductCategory => {
                write_or_null(out, self.product, |out, p| text::quoted(out, p.category.name().as_bytes()))
            }
            F::Price => write_or_null(out, self.product, |out, p| p.price.write(out)),
            F::Quantity => write_or_null(out, self.quantity, |out, q| text::integer(out, q as i64)),
            F::PageUrl => write_page(self, out),
            F::ReferrerUrl => {
                write_or_null(out, self.referrer, |out, r| text::quoted(out, REFERRERS[r as usize].as_bytes()))
            }
            F::DeviceInfo => write_device(out, self.device),
            F::Location => write_rough_point(out, self.location),
            F::TimeOnPage => text::integer(out, self.seconds_on_page as i64),
            F::SearchQuery => write_or_null(out, self.query, write_query),
            F::SessionEventSequence => text::integer(out, self.session_event_sequence as i64),
            F::IsBot => text::boolean(out, self.is_bot),
            F::CartId => write_or_null(out, self.cart_id, |out, id| text::quoted(out, &id.text())),
            F::OrderId => write_or_null(out, self.order_id, |out, id| text::quoted(out, &id.text())),
            F::Concept => self.concepts.write(out),
            F::EntitySequence => text::integer(out, self.entity_sequence as i64),
        }
    }
}

fn write_page(event: &Interaction, out: &mut Vec<u8>) {
    out.extend_from_slice(b"\"https://example.com/");
    match (event.product, event.query) {
        (Some(product), _) => {
            out.extend_from_slice(product.category.slug().as_bytes());
            out.extend_from_slice(b"/prod_");
            text::integer(out, product.number as i64);
        }
        (None, Some(query)) => {
            out.extend_from_slice(b"search?q=");
            form_encoded(out, query.text());
        }
        (None, None) => {}
    }
    out.push(b'"');
}

/// Appends `typed` as forms send it (application/x-www-form-urlencoded).
fn form_encoded(out: &mut Vec<u8>, typed: &str) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    for byte in typed.bytes() {
        match byte {
            b' ' => out.push(b'+'),
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => out.push(byte),
            _ => out.extend_from_slice(&[b'%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]),
        }
    }
}

fn write_query(out: &mut Vec<u8>, query: Query) {
    text::quoted(out, query.text().as_bytes());
}

fn write_device(out: &mut Vec<u8>, device: Device) {
    let model = device.model();
    out.extend_from_slice(b"{\"device_type\":");
    text::quoted(out, model.device_type.as_bytes());
    out.extend_from_slice(b",\"browser\":");
    text::quoted(out, model.browser.as_bytes());
    out.extend_from_slice(b",\"os\":");
    text::quoted(out, model.os.as_bytes());
    out.push(b'}');
}

/// Appends a place with three decimals.
fn write_rough_point(out: &mut Vec<u8>, place: Place) {
    let thousandths = |e6: i32| (e6 as i64 + 500).div_euclid(1_000);
    out.extend_from_slice(b"{\"lat\":");
    text::fixed(out, thousandths(place.lat_e6), 3);
    out.extend_from_slice(b",\"lon\":");
    text::fixed(out, thousandths(place.lon_e6), 3);
    out.push(b'}');
}
