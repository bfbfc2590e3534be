//! A product: its category and price, the times of its sale, and its appeal at a time.
//! Must not depend on: the choice among products.

use super::parameters::*;
use super::words::KINDS;
use crate::base::{Currency, EntityId, Money, ShopCategory};
use crate::engine::{Purpose, RngStream, VirtualTime, WorldKey, sample};

/// The times during which a product is sold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::shop) enum Line {
    /// Always.
    Staple,
    /// In models: each is launched, sold for some days, retired, and after a while followed by the next under the same
    /// number. Days are those since 1970.
    Model { launched: i32, every: u16, sold: u16 },
}

/// A product of one region's shop.
#[derive(Clone, Copy, Debug)]
pub(in crate::shop) struct Product {
    /// Its category, which never changes.
    pub category: ShopCategory,
    /// The kind of product, by number within the category.
    pub kind: u8,
    /// The times during which it is sold.
    pub line: Line,
    /// The price at the world's start without promotion, in minor units.
    pub base_minor: i64,
    /// Its price within the category, in standard deviations of the logarithm.
    pub standing: f32,
}

impl Product {
    /// Draws a product of a shop with `products` products.
    pub fn drawn(shares: &[f64], products: u32, currency: Currency, rng: &mut RngStream) -> Self {
        let category = ShopCategory::numbered(sample::pick(shares, rng.unit()));
        let (mean, deviation) = category.price_law();
        let standing = sample::normal(rng);
        let dollars = libm::exp(mean + deviation * standing);
        let base_minor = Money::price(dollars.max(MIN_PRICE_DOLLARS), currency, rng).minor;
        let model = products >= MODEL_SHOP_MIN_PRODUCTS && rng.chance(MODEL_SHARE);
        let line = if model { Line::drawn_model(rng) } else { Line::Staple };
        Product { category, kind: rng.below(KINDS as u64) as u8, line, base_minor, standing: standing as f32 }
    }

    /// Returns the days since its launch; `None` if it is not on sale on `day`.
    fn age(&self, day: i32) -> Option<i32> {
        match self.line {
            Line::Staple => Some(i32::MAX),
            Line::Model { launched, every, sold } => {
                let age = (day - launched).rem_euclid(i32::from(every));
                (age < i32::from(sold)).then_some(age)
            }
        }
    }

    /// Returns whether it is on sale at `time`.
    pub fn is_sold(&self, time: VirtualTime) -> bool {
        self.age(time.utc_day()).is_some()
    }

    /// Returns its appeal on `day`, from 0 (not sold) to 1: its novelty, and a slow individual variation by the product's
    /// own `hash` of each block of [`TIDE_DAYS`]. The season belongs to its category.
    #[inline]
    pub fn appeal(&self, day: i32, hash: impl Fn(i32) -> u64) -> f64 {
        let novelty = match self.age(day) {
            None => return 0.0,
            Some(i32::MAX) => STAPLE_APPEAL,
            Some(age) if (age as f64) < MODEL_RISE_DAYS => (age as f64 + 2.0) / (MODEL_RISE_DAYS + 2.0),
            Some(age) => 1.0 / (1.0 + (age as f64 - MODEL_RISE_DAYS) / MODEL_FADE_DAYS),
        };
        novelty * tide(day, hash)
    }
}

impl Line {
    fn drawn_model(rng: &mut RngStream) -> Line {
        let every = MODEL_CYCLE_DAYS.0 + rng.below(MODEL_CYCLE_DAYS.1) as u16;
        let sold = (f64::from(every) * rng.between(MODEL_SOLD_SHARE.0, MODEL_SOLD_SHARE.1)) as u16;
        Line::Model { launched: rng.below(u64::from(every)) as i32, every, sold }
    }
}

/// Returns a value from [`TIDE_MIN`] to 1 that moves slowly.
#[inline]
fn tide(day: i32, hash: impl Fn(i32) -> u64) -> f64 {
    let (block, into) = (day.div_euclid(TIDE_DAYS), day.rem_euclid(TIDE_DAYS));
    let at = |block: i32| unit(hash(block));
    let part = into as f64 / TIDE_DAYS as f64;
    TIDE_MIN + (1.0 - TIDE_MIN) * (at(block) * (1.0 - part) + at(block + 1) * part)
}

/// Returns the hash of a product's variation in a block of [`TIDE_DAYS`].
pub(in crate::shop) fn tide_hash(key: WorldKey, code: u64, block: i32) -> u64 {
    key.hash(code, Purpose::Lines, block as u32 as u64)
}

/// Returns a hash as a number in [0, 1).
#[inline]
pub(in crate::shop) fn unit(hash: u64) -> f64 {
    (hash >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// Returns the key of a product's random numbers.
pub(in crate::shop) fn product_code(number: u32) -> u64 {
    EntityId::product(number).code()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn products(count: u32, seed: u64) -> Vec<Product> {
        let shares = sample::cumulate(&ShopCategory::shares());
        let born =
            |n| Product::drawn(&shares, count, Currency::Usd, &mut WorldKey::new(seed).rng(n, Purpose::Catalogue, 0));
        (0..count as u64).map(born).collect()
    }

    #[test]
    fn models_are_launched_and_retired_in_cycles() {
        let all = products(2_000, 1);
        let sold = |day: i64| all.iter().filter(|p| p.is_sold(VirtualTime::from_seconds(day * 86_400))).count();
        for day in [20_000, 20_400, 25_000] {
            assert!((1_600..1_850).contains(&sold(day)), "{} on sale", sold(day));
        }
        let model = all.iter().find(|p| p.line != Line::Staple).unwrap();
        let changes = (20_000..23_000).filter(|d| model.age(*d).is_some() != model.age(d + 1).is_some()).count();
        assert!((4..=14).contains(&changes), "{changes}");
    }

    #[test]
    fn a_small_shop_sells_all_products_always() {
        assert!(products(99, 3).iter().all(|p| p.line == Line::Staple));
    }

    #[test]
    fn a_new_model_rises_and_fades() {
        let model = Line::Model { launched: 20_000, every: 800, sold: 500 };
        let product = Product { line: model, ..products(1, 1)[0] };
        let appeal =
            |code: u64, age: i32| product.appeal(20_000 + age, |block| tide_hash(WorldKey::new(1), code, block));
        let mean = |age: i32| (0..400).map(|code| appeal(code, age)).sum::<f64>() / 400.0;
        assert!(mean(0) < 0.2 * mean(21) && mean(111) < 0.6 * mean(21) && mean(300) < mean(111));
        assert_eq!([mean(500), mean(799)], [0.0; 2]);
    }

    proptest! {
        #[test]
        fn appeal_is_a_probability(seed: u64, code: u64, day in -10_000i32..60_000) {
            for product in products(120, seed) {
                let appeal = product.appeal(day, |block| tide_hash(WorldKey::new(seed), code, block));
                prop_assert!((0.0..=1.0).contains(&appeal));
                prop_assert_eq!(appeal > 0.0, product.is_sold(VirtualTime::from_seconds(day as i64 * 86_400)));
            }
        }
    }
}
