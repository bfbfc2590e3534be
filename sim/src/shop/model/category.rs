//! The categories of products: address, bank category, prices, season. Tables only.
//! Must not depend on: products.

use crate::base::{Category, ShopCategory};

/// The facts about a category.
struct Facts {
    category: ShopCategory,
    slug: &'static str,
    /// The bank's category.
    bank: Category,
    /// Share of the products.
    share: f64,
    /// Mean and standard deviation of the logarithm of the price in US dollars.
    price: (f64, f64),
    /// Factor on views by month, January first, at most 1.
    months: [f64; 12],
}

const fn facts(
    category: ShopCategory,
    slug: &'static str,
    bank: Category,
    share: f64,
    price: (f64, f64),
    months: [f64; 12],
) -> Facts {
    Facts { category, slug, bank, share, price, months }
}

use ShopCategory as S;

const EVEN: [f64; 12] = [0.85; 12];
const YEAR_END: [f64; 12] = [0.70, 0.65, 0.65, 0.65, 0.65, 0.65, 0.70, 0.75, 0.75, 0.80, 1.0, 0.95];
const GIFTS: [f64; 12] = [0.50, 0.45, 0.50, 0.50, 0.50, 0.55, 0.55, 0.55, 0.55, 0.70, 0.95, 1.0];
const FASHION: [f64; 12] = [0.65, 0.70, 0.90, 0.90, 0.80, 0.70, 0.65, 0.80, 1.0, 0.90, 0.90, 0.85];
const SPRING: [f64; 12] = [0.65, 0.70, 0.90, 1.0, 1.0, 0.90, 0.75, 0.70, 0.75, 0.75, 0.80, 0.75];
const SUMMER: [f64; 12] = [0.75, 0.65, 0.75, 0.85, 0.95, 1.0, 1.0, 0.90, 0.75, 0.65, 0.65, 0.70];
const WINTER: [f64; 12] = [1.0, 0.95, 0.85, 0.75, 0.70, 0.65, 0.65, 0.65, 0.75, 0.85, 0.90, 0.95];

static FACTS: [Facts; 12] = [
    facts(S::Electronics, "electronics", Category::Electronics, 0.13, (4.4, 0.9), YEAR_END),
    facts(S::Fashion, "fashion-apparel", Category::Clothing, 0.16, (3.5, 0.6), FASHION),
    facts(S::Home, "home-garden", Category::Other, 0.13, (3.6, 0.8), SPRING),
    facts(S::Beauty, "beauty-personal-care", Category::Other, 0.08, (2.8, 0.6), EVEN),
    facts(S::Sports, "sports-outdoors", Category::Other, 0.08, (3.6, 0.8), SUMMER),
    facts(S::Books, "books", Category::DigitalGoods, 0.09, (2.6, 0.5), YEAR_END),
    facts(S::Grocery, "grocery-gourmet-food", Category::Groceries, 0.07, (2.3, 0.5), EVEN),
    facts(S::Automotive, "automotive", Category::Other, 0.05, (3.5, 0.8), EVEN),
    facts(S::Toys, "toys-games", Category::Other, 0.06, (3.1, 0.7), GIFTS),
    facts(S::Computers, "computers", Category::Electronics, 0.07, (5.0, 0.9), YEAR_END),
    facts(S::Pets, "pet-supplies", Category::Other, 0.04, (2.9, 0.6), EVEN),
    facts(S::Health, "health-household", Category::Other, 0.04, (2.8, 0.6), WINTER),
];

impl ShopCategory {
    /// Returns the name in addresses.
    pub const fn slug(self) -> &'static str {
        FACTS[self as usize].slug
    }

    /// Returns the bank's category for purchases.
    pub fn bank(self) -> Category {
        FACTS[self as usize].bank
    }

    /// Returns the factor on views in a month of a place at `latitude` degrees, at most 1. Categories that follow the
    /// weather are shifted by half a year south of the equator.
    pub(in crate::shop) fn season(self, month: u32, latitude: f64) -> f64 {
        let months = &FACTS[self as usize].months;
        let weather = matches!(self, S::Fashion | S::Home | S::Sports | S::Health);
        let shift = if weather && latitude < 0.0 { 6 } else { 0 };
        months[(month as usize - 1 + shift) % 12]
    }

    /// Returns the shares of the categories among products, in the order of their numbers.
    pub(in crate::shop) fn shares() -> [f64; 12] {
        FACTS.each_ref().map(|f| f.share)
    }

    /// Returns category number `n`.
    pub(in crate::shop) fn numbered(n: usize) -> ShopCategory {
        FACTS[n].category
    }

    /// Returns the mean and standard deviation of the logarithm of the price in US dollars.
    pub(in crate::shop) fn price_law(self) -> (f64, f64) {
        FACTS[self as usize].price
    }
}
