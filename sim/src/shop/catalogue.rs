//! A region's shop: products with a fixed category, a price that moves with promotions and inflation, and popularity;
//! and the words people search with. Knows no customers.

use super::event::Query;
use crate::bank::Category;
use crate::engine::{AliasTable, Draws, Purpose, VirtualTime, WorldKey, sample};
use crate::entity::EntityId;
use crate::money::Money;
use crate::region::Currency;
use crate::scenario::ShopRules;
use serde::{Deserialize, Serialize};

/// The shop's categories, as the wire contract names them. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ShopCategory {
    Electronics,
    Fashion,
    Home,
    Beauty,
    Sports,
    Books,
    Grocery,
    Automotive,
    Toys,
    Computers,
    Pets,
    Health,
}

/// What is known of a category.
struct Facts {
    category: ShopCategory,
    slug: &'static str,
    /// What the bank calls it.
    bank: Category,
    /// Share of the products.
    share: f64,
    /// Mean and standard deviation of the logarithm of the price in US dollars.
    price: (f64, f64),
    /// Words people search with.
    nouns: [&'static str; 6],
}

const fn facts(
    category: ShopCategory,
    slug: &'static str,
    bank: Category,
    share: f64,
    price: (f64, f64),
    nouns: [&'static str; 6],
) -> Facts {
    Facts { category, slug, bank, share, price, nouns }
}

use ShopCategory as S;

static FACTS: [Facts; 12] = [
    facts(
        S::Electronics,
        "electronics",
        Category::Electronics,
        0.13,
        (4.4, 0.9),
        ["headphones", "phone case", "tv", "speaker", "charger", "camera"],
    ),
    facts(
        S::Fashion,
        "fashion-apparel",
        Category::Clothing,
        0.16,
        (3.5, 0.6),
        ["sneakers", "jeans", "dress", "jacket", "t-shirt", "backpack"],
    ),
    facts(
        S::Home,
        "home-garden",
        Category::Other,
        0.13,
        (3.6, 0.8),
        ["desk lamp", "pillow", "cookware set", "vacuum", "curtains", "garden hose"],
    ),
    facts(
        S::Beauty,
        "beauty-personal-care",
        Category::Other,
        0.08,
        (2.8, 0.6),
        ["shampoo", "moisturizer", "lipstick", "perfume", "hair dryer", "sunscreen"],
    ),
    facts(
        S::Sports,
        "sports-outdoors",
        Category::Other,
        0.08,
        (3.6, 0.8),
        ["yoga mat", "dumbbells", "tent", "water bottle", "running shoes", "bike helmet"],
    ),
    facts(
        S::Books,
        "books",
        Category::DigitalGoods,
        0.09,
        (2.6, 0.5),
        ["novel", "cookbook", "children book", "biography", "mystery", "science fiction"],
    ),
    facts(
        S::Grocery,
        "grocery-gourmet-food",
        Category::Groceries,
        0.07,
        (2.3, 0.5),
        ["coffee", "olive oil", "chocolate", "green tea", "snacks", "pasta"],
    ),
    facts(
        S::Automotive,
        "automotive",
        Category::Other,
        0.05,
        (3.5, 0.8),
        ["car charger", "floor mats", "dash cam", "wiper blades", "motor oil", "tire inflator"],
    ),
    facts(
        S::Toys,
        "toys-games",
        Category::Other,
        0.06,
        (3.1, 0.7),
        ["board game", "puzzle", "building blocks", "doll", "toy car", "card game"],
    ),
    facts(
        S::Computers,
        "computers",
        Category::Electronics,
        0.07,
        (5.0, 0.9),
        ["laptop", "keyboard", "monitor", "mouse", "usb hub", "external drive"],
    ),
    facts(
        S::Pets,
        "pet-supplies",
        Category::Other,
        0.04,
        (2.9, 0.6),
        ["dog food", "cat litter", "dog toy", "cat tree", "leash", "aquarium"],
    ),
    facts(
        S::Health,
        "health-household",
        Category::Other,
        0.04,
        (2.8, 0.6),
        ["vitamins", "face masks", "thermometer", "detergent", "toothbrush", "first aid kit"],
    ),
];

const ADJECTIVES: [&str; 10] = ["", "", "", "best ", "cheap ", "new ", "black ", "small ", "kids ", "women "];

impl ShopCategory {
    /// Their names on the wire, in the order of their numbers.
    pub const NAMES: &'static [&'static str] = &[
        "Electronics",
        "Fashion & Apparel",
        "Home & Garden",
        "Beauty & Personal Care",
        "Sports & Outdoors",
        "Books",
        "Grocery & Gourmet Food",
        "Automotive",
        "Toys & Games",
        "Computers",
        "Pet Supplies",
        "Health & Household",
    ];

    /// The name on the wire.
    pub fn name(self) -> &'static str {
        Self::NAMES[self as usize]
    }

    /// The name in addresses.
    pub fn slug(self) -> &'static str {
        FACTS[self as usize].slug
    }

    /// The bank's category for what is bought here.
    pub fn bank(self) -> Category {
        FACTS[self as usize].bank
    }

    /// What somebody who looks for this category types.
    pub fn query(self, draws: &mut Draws) -> Query {
        let adjective = ADJECTIVES[draws.below(10) as usize];
        Query { adjective, noun: FACTS[self as usize].nouns[draws.below(6) as usize] }
    }
}

#[derive(Clone, Copy, Debug)]
struct Product {
    category: ShopCategory,
    /// Price at the world's start without promotion, in minor units.
    base_minor: i64,
}

/// The products of one region's shop.
#[derive(Debug)]
pub struct Catalogue {
    key: WorldKey,
    /// Number of the first product in the world, from 1.
    first: u32,
    start: VirtualTime,
    currency: Currency,
    products: Vec<Product>,
    popularity: AliasTable,
    by_category: Vec<(Vec<u32>, AliasTable)>,
}

/// Prices rise by so much a year, month by month.
const INFLATION_PER_YEAR: f64 = 0.024;
/// Share of products on promotion in a week.
const PROMOTED: f64 = 0.07;

impl Catalogue {
    /// The products of a shop that opens at `start`, numbered in the world from `first`.
    pub fn new(rules: &ShopRules, key: WorldKey, first: u32, start: VirtualTime, currency: Currency) -> Self {
        let shares = sample::cumulate(&FACTS.each_ref().map(|f| f.share));
        let products: Vec<Product> = (0..rules.products)
            .map(|n| product(&shares, &mut key.draws(product_code(first + n), Purpose::Catalogue, 0), currency))
            .collect();
        let weights: Vec<f64> = (0..rules.products)
            .map(|n| 1.0 / libm::pow(popularity_rank(key, first, n, rules.products) + 4.0, rules.popularity_exponent))
            .collect();
        let by_category = FACTS.iter().map(|f| members(&products, f.category, &weights)).collect();
        Catalogue { key, first, start, currency, products, popularity: AliasTable::new(&weights), by_category }
    }

    /// A product by popularity: among those of `taste`, or of the whole shop. Its number in the world.
    pub fn pick(&self, taste: Option<ShopCategory>, draws: &mut Draws) -> u32 {
        let local = match taste {
            Some(category) => {
                let (members, popularity) = &self.by_category[category as usize];
                members[popularity.pick(draws)]
            }
            None => self.popularity.pick(draws) as u32,
        };
        self.first + local
    }

    /// A product by its place, which goes round; its number in the world.
    pub fn nth(&self, place: u32) -> u32 {
        self.first + place % self.products.len() as u32
    }

    /// Whether a product is on sale at `time`.
    pub fn is_sold(&self, _number: u32, _time: VirtualTime) -> bool {
        true
    }

    /// The category of a product.
    pub fn category(&self, number: u32) -> ShopCategory {
        self.products[(number - self.first) as usize].category
    }

    /// The price of a product at `time`: its base, inflation by the month, and promotions by the week.
    pub fn price(&self, number: u32, time: VirtualTime) -> Money {
        let product = self.products[(number - self.first) as usize];
        let days = time.utc_day() - self.start.utc_day();
        let inflation = 1.0 + INFLATION_PER_YEAR / 12.0 * (days / 30) as f64;
        let week = (time.utc_day() + 3).div_euclid(7);
        let draw = self.key.hash(product_code(number), Purpose::Catalogue, 1 + (week as u64 & 0xff_ffff));
        let unit = (draw >> 11) as f64 / (1u64 << 53) as f64;
        let promotion = if unit < PROMOTED { 0.90 - 2.8 * unit } else { 1.0 };
        let minor = libm::round(product.base_minor as f64 * inflation * promotion) as i64;
        Money { minor: minor.max(1), currency: self.currency }
    }
}

fn product_code(number: u32) -> u64 {
    EntityId::product(number).code()
}

fn product(shares: &[f64], draws: &mut Draws, currency: Currency) -> Product {
    let facts = &FACTS[sample::pick(shares, draws.unit())];
    let dollars = libm::exp(facts.price.0 + facts.price.1 * sample::normal(draws));
    Product { category: facts.category, base_minor: Money::price(dollars.max(1.5), currency, draws).minor }
}

/// The popularity rank of a product, from 0: a shuffle of the numbers, so that number 1 is nobody's best-seller by
/// birth. Ranks may be shared, which no one can tell from a tie.
fn popularity_rank(key: WorldKey, first: u32, n: u32, count: u32) -> f64 {
    key.draws(product_code(first + n), Purpose::Catalogue, u64::MAX).below(count as u64) as f64
}

/// The members of a category and how popular each is; in a tiny shop an empty category sells everything.
fn members(products: &[Product], category: ShopCategory, weights: &[f64]) -> (Vec<u32>, AliasTable) {
    let all = 0..products.len() as u32;
    let mut members: Vec<u32> = all.clone().filter(|n| products[*n as usize].category == category).collect();
    if members.is_empty() {
        members = all.collect();
    }
    let weights: Vec<f64> = members.iter().map(|n| weights[*n as usize]).collect();
    (members, AliasTable::new(&weights))
}
