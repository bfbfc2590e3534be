//! A product: what it is, when it is on sale, and how much it draws people at a time.
//! Knows one product; how products are chosen, the catalogue knows.

use super::category::ShopCategory;
use super::words::KINDS;
use crate::base::EntityId;
use crate::base::Money;
use crate::engine::{Draws, Purpose, VirtualTime, WorldKey, sample};
use crate::region::Currency;

/// How long a product is sold.
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
    /// Its category, for good.
    pub category: ShopCategory,
    /// What kind of thing it is, by number within the category.
    pub kind: u8,
    /// How long it is sold.
    pub line: Line,
    /// Price at the world's start without promotion, in minor units.
    pub base_minor: i64,
    /// How dear it is for its category, in standard deviations.
    pub standing: f32,
}

/// Share of products that come in models, in shops that have so many products at least.
const MODELS: f64 = 0.35;
const LARGE_SHOP: u32 = 100;
/// A new model is known after so many days; so many days later it draws half as many people.
const RISE_DAYS: f64 = 21.0;
const FADE_DAYS: f64 = 90.0;
/// What is liked changes over so many days.
const TIDE_DAYS: i32 = 56;
/// How low the tide of a product goes; 1 is its best time.
const EBB: f64 = 0.4;

impl Product {
    /// The product with the number `number` in a shop of `products`, born with `draws`.
    pub fn born(shares: &[f64], products: u32, currency: Currency, draws: &mut Draws) -> Self {
        let category = ShopCategory::numbered(sample::pick(shares, draws.unit()));
        let (mean, deviation) = category.price_law();
        let standing = sample::normal(draws);
        let dollars = libm::exp(mean + deviation * standing);
        let base_minor = Money::price(dollars.max(1.5), currency, draws).minor;
        let model = products >= LARGE_SHOP && draws.chance(MODELS);
        let line = if model { Line::some_model(draws) } else { Line::Staple };
        Product { category, kind: draws.below(KINDS as u64) as u8, line, base_minor, standing: standing as f32 }
    }

    /// Days since it was launched, or None when it is not on sale on `day`.
    fn age(&self, day: i32) -> Option<i32> {
        match self.line {
            Line::Staple => Some(i32::MAX),
            Line::Model { launched, every, sold } => {
                let age = (day - launched).rem_euclid(i32::from(every));
                (age < i32::from(sold)).then_some(age)
            }
        }
    }

    /// Whether it is on sale at `time`.
    pub fn is_sold(&self, time: VirtualTime) -> bool {
        self.age(time.utc_day()).is_some()
    }

    /// How much it draws people on `day`, from 0 (not sold) to 1: its novelty, and a slow tide of its own. The season is
    /// its category's.
    pub fn appeal(&self, key: WorldKey, code: u64, day: i32) -> f64 {
        let novelty = match self.age(day) {
            None => return 0.0,
            Some(i32::MAX) => 0.7,
            Some(age) if (age as f64) < RISE_DAYS => (age as f64 + 2.0) / (RISE_DAYS + 2.0),
            Some(age) => 1.0 / (1.0 + (age as f64 - RISE_DAYS) / FADE_DAYS),
        };
        novelty * tide(key, code, day)
    }
}

impl Line {
    fn some_model(draws: &mut Draws) -> Line {
        let every = 450 + draws.below(700) as u16;
        let sold = (f64::from(every) * draws.between(0.4, 0.85)) as u16;
        Line::Model { launched: draws.below(u64::from(every)) as i32, every, sold }
    }
}

/// A value from [`EBB`] to 1 that moves slowly.
fn tide(key: WorldKey, code: u64, day: i32) -> f64 {
    let (block, into) = (day.div_euclid(TIDE_DAYS), day.rem_euclid(TIDE_DAYS));
    let at = |block: i32| unit(key.hash(code, Purpose::Lines, block as u32 as u64));
    let part = into as f64 / TIDE_DAYS as f64;
    EBB + (1.0 - EBB) * (at(block) * (1.0 - part) + at(block + 1) * part)
}

/// A hash as a number in [0, 1).
pub(in crate::shop) fn unit(hash: u64) -> f64 {
    (hash >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
}

/// The key of a product's random numbers.
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
            |n| Product::born(&shares, count, Currency::Usd, &mut WorldKey::new(seed).draws(n, Purpose::Catalogue, 0));
        (0..count as u64).map(born).collect()
    }

    #[test]
    fn models_come_and_go_and_come_again() {
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
    fn a_small_shop_sells_everything_for_ever() {
        assert!(products(99, 3).iter().all(|p| p.line == Line::Staple));
    }

    #[test]
    fn a_new_model_rises_and_fades() {
        let model = Line::Model { launched: 20_000, every: 800, sold: 500 };
        let product = Product { line: model, ..products(1, 1)[0] };
        let mean =
            |age: i32| (0..400).map(|code| product.appeal(WorldKey::new(1), code, 20_000 + age)).sum::<f64>() / 400.0;
        assert!(mean(0) < 0.2 * mean(21) && mean(111) < 0.6 * mean(21) && mean(300) < mean(111));
        assert_eq!([mean(500), mean(799)], [0.0; 2]);
    }

    proptest! {
        #[test]
        fn appeal_is_a_probability(seed: u64, code: u64, day in -10_000i32..60_000) {
            for product in products(120, seed) {
                let appeal = product.appeal(WorldKey::new(seed), code, day);
                prop_assert!((0.0..=1.0).contains(&appeal));
                prop_assert_eq!(appeal > 0.0, product.is_sold(VirtualTime::from_seconds(day as i64 * 86_400)));
            }
        }
    }
}
