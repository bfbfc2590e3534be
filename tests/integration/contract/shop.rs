//! What must hold over all interactions: sessions, carts, orders, reviews, products and their prices.
//! Knows the shop's topic alone.

use super::facts::WorldFacts;
use super::faults::Faults;
use super::form::decimals;
use super::record::{Record, numbered};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

const SECOND: i64 = 1_000_000;
const HOUR: i64 = 3_600 * SECOND;

#[derive(Debug, Default)]
struct Customer {
    region: usize,
    session: Option<Session>,
    /// What was added since the last purchase of the product: quantity and cart.
    cart: HashMap<u32, (i64, u128)>,
    bought: HashSet<u32>,
    sequence: i64,
    visits: u32,
}

#[derive(Debug)]
struct Session {
    id: u128,
    last: i64,
    events: i64,
    device: Value,
}

#[derive(Debug)]
struct Product {
    category: String,
    /// The last hour in which it was seen, and its price then.
    seen: (i64, i64),
    /// Least and greatest price in minor units.
    prices: (i64, i64),
}

/// An order as the joins need it.
#[derive(Clone, Copy, Debug)]
pub struct Ordered {
    pub customer: u128,
    pub last_row: i64,
    pub minor: i64,
}

/// All customers and products.
#[derive(Debug, Default)]
pub struct Shop {
    customers: HashMap<u128, Customer>,
    products: HashMap<u32, Product>,
    ids: HashSet<u128>,
    sessions: HashSet<u128>,
    /// By order, or by session where there is no order_id.
    pub orders: HashMap<u128, Ordered>,
    pub events: u64,
    pub reviews: u64,
    /// Purchases of what had been put into the cart in an earlier session.
    pub returns: u64,
    /// Sessions, and those of customers who had been there before.
    pub visits: (u64, u64),
}

impl Shop {
    /// Takes in the next interaction.
    pub fn see(&mut self, world: &WorldFacts, record: &Record<'_>, faults: &mut Faults) {
        let example = || record.text.to_owned();
        self.events += 1;
        faults.check(self.ids.insert(record.uuid("event_id")), "event_id is unique", example);
        faults.check(page_is_right(record), "page_url agrees with product and query", example);
        faults.check(nulls_are_right(record), "null is where the contract has it", example);
        let product = record.text_or_null("product_id").and_then(|p| numbered(p, "prod_"));
        if let Some(product) = product {
            self.see_product(world, product, record, faults);
        }
        let id = record.uuid("customer_id");
        let region = product.map(|p| world.region_of_product(p));
        let customer =
            self.customers.entry(id).or_insert_with(|| Customer { region: usize::MAX, ..Customer::default() });
        if let Some(region) = region {
            let same = customer.region == region || customer.region == usize::MAX;
            faults.check(same, "a customer has one shop", example);
            customer.region = region;
        }
        if let Some(facts) = world.regions.get(customer.region) {
            faults.check(facts.contains(record.point("location"), 0.05), "customers are in the region", example);
        }
        let begins = customer.see_session(world, record, faults);
        if begins {
            let new = self.sessions.insert(record.uuid("session_id"));
            faults.check(new, "a session belongs to one customer and is not taken up again", example);
            self.visits.0 += 1;
            self.visits.1 += u64::from(customer.visits > 1);
        }
        customer.see_sequence(world, record, faults);
        if let Some(product) = product {
            self.see_deed(world, id, product, record, faults);
        }
    }

    fn see_product(&mut self, world: &WorldFacts, number: u32, record: &Record<'_>, faults: &mut Faults) {
        let example = || record.text.to_owned();
        let (price, hour) = (record.minor("price"), record.micros("timestamp").div_euclid(HOUR));
        let facts = world.regions.get(world.region_of_product(number));
        let digits = decimals(record.raw("price"));
        faults.check(digits == facts.map(|f| f.decimals()), "prices have the currency's decimals", example);
        let category = record.text_of("product_category");
        let first = || Product { category: category.to_owned(), seen: (hour, price), prices: (price, price) };
        let product = self.products.entry(number).or_insert_with(first);
        faults.check(product.category == category, "a product keeps its category", example);
        let same = product.seen.0 != hour || product.seen.1 == price;
        faults.check(same, "at one time a product has one price for all", example);
        product.seen = (hour, price);
        product.prices = (product.prices.0.min(price), product.prices.1.max(price));
    }

    fn see_deed(&mut self, world: &WorldFacts, id: u128, number: u32, record: &Record<'_>, faults: &mut Faults) {
        let customer = self.customers.get_mut(&id).expect("seen a moment ago");
        let example = || record.text.to_owned();
        match record.text_of("event_type") {
            "add_to_cart" => customer.add(number, record),
            "purchase" => {
                let before = customer.session.as_ref().is_some_and(|s| s.events == 1);
                self.returns += u64::from(before);
                customer.buy(world, number, record, faults);
                self.see_order(world, id, record, faults);
            }
            "leave_review" => {
                self.reviews += 1;
                faults.check(customer.bought.contains(&number), "reviews are of what was bought before", example);
            }
            _ => {}
        }
    }

    fn see_order(&mut self, world: &WorldFacts, customer: u128, record: &Record<'_>, faults: &mut Faults) {
        let at = record.micros("timestamp");
        let order = record.uuid(if world.extras { "order_id" } else { "session_id" });
        let ordered = self.orders.entry(order).or_insert(Ordered { customer, last_row: at, minor: 0 });
        let minute = |t: i64| t.div_euclid(60 * SECOND);
        let same = ordered.customer == customer && minute(ordered.last_row) == minute(at);
        faults.check(same, "rows of an order share customer and minute", || record.text.to_owned());
        ordered.last_row = at;
        ordered.minor += record.minor("price") * record.whole("quantity");
    }

    /// What can be told only at the end.
    pub fn finish(&self, faults: &mut Faults) {
        for (number, product) in &self.products {
            let (least, most) = product.prices;
            // Whole yen and cents of cheap things round coarsely.
            let near = most as f64 <= least as f64 * 1.6 + 2.0;
            faults.check(near, "a price moves only with promotions and inflation", || {
                format!("prod_{number}: {product:?}")
            });
        }
    }

    /// The customers and their regions.
    pub fn regions(&self) -> impl Iterator<Item = (u128, usize)> {
        self.customers.iter().map(|(id, c)| (*id, c.region))
    }
}

impl Customer {
    /// Checks the event against the session in progress; true when it begins one.
    fn see_session(&mut self, world: &WorldFacts, record: &Record<'_>, faults: &mut Faults) -> bool {
        let example = || record.text.to_owned();
        let (id, at, number) =
            (record.uuid("session_id"), record.micros("timestamp"), record.whole("session_event_sequence"));
        let timeout = world.session_timeout_minutes * 60 * SECOND;
        let first_has_referrer = (number == 1) == record.text_or_null("referrer_url").is_some();
        faults.check(first_has_referrer, "the first event of a session, and no other, has a referrer", example);
        let begins = self.session.as_ref().is_none_or(|s| s.id != id);
        let device = record.value("device_info");
        match &mut self.session {
            Some(session) if !begins => {
                faults.check(number == session.events + 1, "session_event_sequence has no gap", example);
                faults.check(at - session.last < timeout, "a session has no gap as long as the time-out", example);
                faults.check(session.device == *device, "a session has one device", example);
                (session.last, session.events) = (at, number);
            }
            before => {
                faults.check(number == 1, "a session begins with 1", example);
                let apart = before.as_ref().is_none_or(|s| at - s.last >= timeout);
                faults.check(apart, "a session ends only by its time-out", example);
                *before = Some(Session { id, last: at, events: 1, device: device.clone() });
                self.visits += 1;
            }
        }
        begins
    }

    fn see_sequence(&mut self, world: &WorldFacts, record: &Record<'_>, faults: &mut Faults) {
        if world.extras {
            let next = record.whole("entity_sequence") == self.sequence + 1;
            faults.check(next, "entity_sequence of a customer has no gap", || record.text.to_owned());
            self.sequence = record.whole("entity_sequence");
        }
    }

    fn add(&mut self, number: u32, record: &Record<'_>) {
        let there = self.cart.entry(number).or_default();
        *there = (there.0 + record.whole("quantity"), cart_id(record));
    }

    fn buy(&mut self, world: &WorldFacts, number: u32, record: &Record<'_>, faults: &mut Faults) {
        let example = || record.text.to_owned();
        let (added, cart) = self.cart.remove(&number).unwrap_or((0, 0));
        faults.check(added > 0, "a purchase is of what was put into the cart before", example);
        faults.check(record.whole("quantity") <= added, "no more is bought than was put into the cart", example);
        let same = !world.extras || cart_id(record) == cart;
        faults.check(added == 0 || same, "a purchase is of the cart that it was put into", example);
        self.bought.insert(number);
    }
}

fn cart_id(record: &Record<'_>) -> u128 {
    record.text_or_null("cart_id").map_or(0, |_| record.uuid("cart_id"))
}

fn nulls_are_right(record: &Record<'_>) -> bool {
    let there = |field: &str| !record.value(field).is_null();
    let kind = record.text_of("event_type");
    let search = kind == "search";
    let counted = matches!(kind, "add_to_cart" | "purchase");
    let product = ["product_id", "product_category", "price"].iter().all(|f| there(f) != search);
    product && there("quantity") == counted && there("search_query") == search
}

fn page_is_right(record: &Record<'_>) -> bool {
    let page = match record.text_or_null("search_query") {
        Some(query) => format!("https://example.com/search?q={}", form_encoded(query)),
        None => {
            let slug = slug(record.text_of("product_category"));
            format!("https://example.com/{slug}/{}", record.text_of("product_id"))
        }
    };
    record.text_of("page_url") == page
}

/// `Fashion & Apparel` is `fashion-apparel`.
fn slug(category: &str) -> String {
    let words = category.split(|c: char| !c.is_ascii_alphanumeric()).filter(|w| !w.is_empty());
    words.collect::<Vec<_>>().join("-").to_lowercase()
}

/// As forms are sent (application/x-www-form-urlencoded).
fn form_encoded(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b' ' => "+".to_owned(),
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'*' | b'-' | b'.' | b'_' => (byte as char).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

#[test]
fn addresses_are_made_as_browsers_do() {
    assert_eq!(slug("Grocery & Gourmet Food"), "grocery-gourmet-food");
    assert_eq!(form_encoded("black t-shirt & co"), "black+t-shirt+%26+co");
}
