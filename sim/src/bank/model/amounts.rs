//! The amount of a purchase: a mixture of small and main purchases within a category, a merchant's price level, and the
//! endings of its prices. Must not depend on: the buyer.

use super::parameters::amounts::{
    AMOUNTS, AmountLaw, P_PRICE_ENDING, P_SINGLE_PRICE, PRICE_LEVEL_LOG_DEVIATION, SMALL_SHARE_LIMITS,
    SMALL_SHARE_SPREAD,
};
use crate::base::{Category, Currency, Ending, Money};
use crate::engine::{RngStream, sample};

/// The prices of a merchant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pricing {
    /// Logarithm of the price level against others of the category.
    level: f32,
    /// Position of its share of small purchases, from −1 (main purchases only) to 1 (a kiosk).
    small: f32,
    ending: Ending,
}

impl Pricing {
    /// Draws the prices of a merchant of `category`.
    pub(crate) fn draw(category: Category, rng: &mut RngStream) -> Self {
        Pricing {
            level: (PRICE_LEVEL_LOG_DEVIATION * sample::normal_fast(rng)) as f32,
            small: rng.between(-1.0, 1.0) as f32,
            ending: Ending::ALL[sample::pick(&sample::cumulate(&P_PRICE_ENDING[category as usize]), rng.unit())],
        }
    }

    /// Returns the share of small purchases in `category` here, for people who prefer them by `lean` (about −0.2 to
    /// 0.2).
    fn small_share(&self, category: Category, lean: f64) -> f64 {
        let usual = AMOUNTS[category as usize].small_share;
        (usual + SMALL_SHARE_SPREAD * f64::from(self.small) * usual.min(1.0 - usual) + lean)
            .clamp(SMALL_SHARE_LIMITS.0, SMALL_SHARE_LIMITS.1)
    }

    /// Draws the amount of a purchase here in `category` by a person who spends `exp(level)` times the mean.
    pub(crate) fn amount(
        &self,
        category: Category,
        level: f64,
        lean: f64,
        currency: Currency,
        rng: &mut RngStream,
    ) -> Money {
        let both = &AMOUNTS[category as usize];
        let law = if rng.chance(self.small_share(category, lean)) { both.small } else { both.main };
        let log = law.mean + level + f64::from(self.level) + law.deviation * sample::normal_fast(rng);
        let ending = if rng.chance(P_SINGLE_PRICE) { self.ending } else { Ending::Sum };
        Money::ending(libm::exp(log), currency, ending)
    }
}

/// Returns the law of main purchases in `category`: goods that can be resold.
pub(crate) fn main_law(category: Category) -> AmountLaw {
    AMOUNTS[category as usize].main
}

/// Returns the distance of an amount with this logarithm in dollars from the laws of `category`, in standard deviations
/// of the nearer one.
pub(crate) fn distance_from_usual(category: Category, log: f64) -> f64 {
    let both = &AMOUNTS[category as usize];
    let off = |law: &AmountLaw| ((log - law.mean) / law.deviation).abs();
    off(&both.small).min(off(&both.main))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};

    /// Returns the sorted amounts in dollars of `count` purchases of groceries, each at another merchant.
    fn groceries(count: u64) -> Vec<f64> {
        let key = WorldKey::new(4);
        let one = |n: u64| {
            let rng = &mut key.rng(n, Purpose::Merchants, 0);
            Pricing::draw(Category::Groceries, rng).amount(Category::Groceries, 0.0, 0.0, Currency::Usd, rng)
        };
        let mut all: Vec<f64> = (0..count).map(|n| one(n).dollars()).collect();
        all.sort_by(f64::total_cmp);
        all
    }

    #[test]
    fn a_category_has_small_and_main_purchases() {
        let all = groceries(20_000);
        let share = |low: f64, high: f64| all.iter().filter(|a| (low..high).contains(*a)).count() as f64 / 20_000.0;
        assert!(share(0.0, 15.0) > 0.35, "top-ups: {}", share(0.0, 15.0));
        assert!(share(40.0, 200.0) > 0.30, "main shops: {}", share(40.0, 200.0));
        let mean = all.iter().sum::<f64>() / 20_000.0;
        assert!((34.0..46.0).contains(&mean), "a basket costs {mean} on average");
    }

    #[test]
    fn the_mean_amount_is_that_of_the_mixture() {
        let rng = &mut WorldKey::new(4).rng(1, Purpose::Merchants, 0);
        for category in Category::ALL {
            let one = |_| Pricing::draw(category, rng).amount(category, 0.0, 0.0, Currency::Usd, rng).dollars();
            let mean = (0..60_000).map(one).sum::<f64>() / 60_000.0;
            let part = |law: &AmountLaw| libm::exp(law.mean + 0.5 * law.deviation * law.deviation);
            let both = &AMOUNTS[category as usize];
            let mixture = both.small_share * part(&both.small) + (1.0 - both.small_share) * part(&both.main);
            let expected = mixture * libm::exp(0.5 * PRICE_LEVEL_LOG_DEVIATION * PRICE_LEVEL_LOG_DEVIATION);
            assert!((mean / expected - 1.0).abs() < 0.05, "{category:?}: {mean}, {expected} expected");
        }
    }

    #[test]
    fn a_merchant_keeps_its_prices_and_others_have_theirs() {
        let key = WorldKey::new(4);
        let mean_log = |merchant: u64| {
            let pricing = Pricing::draw(Category::Services, &mut key.rng(merchant, Purpose::Merchants, 0));
            let rng = &mut key.rng(merchant, Purpose::Habit, 1);
            let one = |_| libm::log(pricing.amount(Category::Services, 0.0, 0.0, Currency::Usd, rng).dollars());
            (0..2_000).map(one).sum::<f64>() / 2_000.0
        };
        let means: Vec<f64> = (0..60).map(mean_log).collect();
        let middle = means.iter().sum::<f64>() / 60.0;
        let deviation = f64::sqrt(means.iter().map(|m| (m - middle) * (m - middle)).sum::<f64>() / 59.0);
        assert!((0.4..0.9).contains(&deviation), "merchants differ by {deviation}");
    }

    #[test]
    fn prices_end_as_the_merchants_do() {
        let rng = &mut WorldKey::new(4).rng(1, Purpose::Habit, 1);
        let charm = Pricing { level: 0.0, small: 0.0, ending: Ending::Charm };
        let cents = |currency| {
            let rng = &mut rng.clone();
            let ends = |m: Money, of: i64, end: i64| m.minor % of == end;
            let one = |_| charm.amount(Category::Electronics, 0.0, 0.0, currency, rng);
            (0..1_000).map(one).filter(|m| ends(*m, 100, 99) || ends(*m, 100, 98) || ends(*m, 100, 80)).count()
        };
        for currency in [Currency::Usd, Currency::Jpy, Currency::Brl] {
            assert!((600..850).contains(&cents(currency)), "{currency:?}: {}", cents(currency));
        }
    }

    #[test]
    fn the_distance_from_usual_depends_on_the_category() {
        assert!(distance_from_usual(Category::LuxuryItems, 6.0) < distance_from_usual(Category::DigitalGoods, 6.0));
        assert!(
            distance_from_usual(Category::Services, 1.9) < 0.1 && distance_from_usual(Category::Services, 3.75) < 0.1
        );
    }
}
