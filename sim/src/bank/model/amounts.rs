//! What a purchase costs: the kinds of errand within a category, the price level and the endings of a merchant's
//! prices. Knows laws and merchants; not who buys.

use super::event::{CATEGORIES, Category};
use crate::base::{Ending, Money};
use crate::engine::{Draws, sample};
use crate::region::Currency;

/// The normal law of the logarithm of an amount in US dollars, within one person and merchant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AmountLaw {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub deviation: f64,
}

/// The two kinds of errand of a category: something small on the way, and what one goes out for.
struct Errands {
    /// Share of the small kind at an average merchant's.
    small_share: f64,
    small: AmountLaw,
    main: AmountLaw,
}

const fn errands(small_share: f64, small: (f64, f64), main: (f64, f64)) -> Errands {
    Errands {
        small_share,
        small: AmountLaw { mean: small.0, deviation: small.1 },
        main: AmountLaw { mean: main.0, deviation: main.1 },
    }
}

/// In the order of the categories' numbers. Each kind is close to one log-normal (published baskets of one category have
/// deviations of 0.5 to 1.2); together they are heavier than one, as card data of all categories is (ULB: a mean of four
/// medians, quartiles 5.65, 22 and 77).
const ERRANDS: [Errands; CATEGORIES] = [
    // An accessory; a device.
    errands(0.45, (2.90, 0.60), (5.20, 0.75)),
    // Basics; a garment.
    errands(0.40, (2.90, 0.50), (4.25, 0.60)),
    // A top-up; the main shop.
    errands(0.55, (2.35, 0.65), (4.10, 0.55)),
    // A fare or parking; a journey.
    errands(0.40, (2.30, 0.60), (5.50, 0.75)),
    // Coffee and snacks; a meal, a haircut, a repair.
    errands(0.50, (1.90, 0.55), (3.75, 0.85)),
    // A song or an extra in a game; a game or a program.
    errands(0.50, (1.50, 0.50), (3.15, 0.65)),
    // A scent; a watch.
    errands(0.35, (4.60, 0.50), (6.10, 0.70)),
    // A ticket; an evening.
    errands(0.45, (2.10, 0.60), (4.00, 0.80)),
    // Odds and ends; a purchase for the home.
    errands(0.40, (2.00, 0.70), (3.75, 0.90)),
];

/// Standard deviation of the logarithm of a merchant's price level: the same basket at a discounter's and at a
/// delicatessen.
const PRICE_DEVIATION: f64 = 0.38;

/// How a merchant prices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pricing {
    /// Logarithm of the price level against others of the category.
    level: f32,
    /// From −1 (only what one goes out for) to 1 (a kiosk).
    small: f32,
    ending: Ending,
}

/// Shares of the endings of prices (sums of many, .99, whole, halves) by category.
const ENDINGS: [[f64; 4]; CATEGORIES] = [
    [0.25, 0.60, 0.15, 0.00],
    [0.25, 0.55, 0.15, 0.05],
    [0.78, 0.12, 0.02, 0.08],
    [0.55, 0.25, 0.20, 0.00],
    [0.40, 0.10, 0.20, 0.30],
    [0.10, 0.88, 0.02, 0.00],
    [0.10, 0.20, 0.70, 0.00],
    [0.05, 0.00, 0.90, 0.05],
    [0.45, 0.35, 0.12, 0.08],
];

/// Share of purchases at a merchant's that end as its single prices do; the others are sums, with taxes and tips.
const SINGLE_PRICE: f64 = 0.7;

impl Pricing {
    /// The ways of a merchant of `category`.
    pub(crate) fn drawn(category: Category, draws: &mut Draws) -> Self {
        Pricing {
            level: (PRICE_DEVIATION * sample::normal_fast(draws)) as f32,
            small: draws.between(-1.0, 1.0) as f32,
            ending: Ending::ALL[sample::pick(&sample::cumulate(&ENDINGS[category as usize]), draws.unit())],
        }
    }

    /// Share of small errands in `category` here, for people who lean to them by `lean` (about −0.2 to 0.2).
    fn small_share(&self, category: Category, lean: f64) -> f64 {
        let usual = ERRANDS[category as usize].small_share;
        (usual + 0.8 * f64::from(self.small) * usual.min(1.0 - usual) + lean).clamp(0.02, 0.98)
    }

    /// What somebody pays here for `category` who spends `exp(level)` times what others do.
    pub(crate) fn amount(
        &self,
        category: Category,
        level: f64,
        lean: f64,
        currency: Currency,
        draws: &mut Draws,
    ) -> Money {
        let both = &ERRANDS[category as usize];
        let law = if draws.chance(self.small_share(category, lean)) { both.small } else { both.main };
        let log = law.mean + level + f64::from(self.level) + law.deviation * sample::normal_fast(draws);
        let ending = if draws.chance(SINGLE_PRICE) { self.ending } else { Ending::Sum };
        Money::ending(libm::exp(log), currency, ending)
    }
}

/// The law of what one goes out for in `category`: goods that keep their worth.
pub(crate) fn main_law(category: Category) -> AmountLaw {
    ERRANDS[category as usize].main
}

/// How unusual an amount with this logarithm in dollars is for `category`, in standard deviations of the nearer kind.
pub(crate) fn unusual(category: Category, log: f64) -> f64 {
    let both = &ERRANDS[category as usize];
    let off = |law: &AmountLaw| ((log - law.mean) / law.deviation).abs();
    off(&both.small).min(off(&both.main))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};

    /// Amounts in dollars of `count` purchases of groceries, each at a merchant of its own.
    fn groceries(count: u64) -> Vec<f64> {
        let key = WorldKey::new(4);
        let one = |n: u64| {
            let draws = &mut key.draws(n, Purpose::Merchants, 0);
            Pricing::drawn(Category::Groceries, draws).amount(Category::Groceries, 0.0, 0.0, Currency::Usd, draws)
        };
        let mut all: Vec<f64> = (0..count).map(|n| one(n).dollars()).collect();
        all.sort_by(f64::total_cmp);
        all
    }

    #[test]
    fn a_category_has_small_errands_and_main_ones() {
        let all = groceries(20_000);
        let share = |low: f64, high: f64| all.iter().filter(|a| (low..high).contains(*a)).count() as f64 / 20_000.0;
        assert!(share(0.0, 15.0) > 0.35, "top-ups: {}", share(0.0, 15.0));
        assert!(share(40.0, 200.0) > 0.30, "main shops: {}", share(40.0, 200.0));
        let mean = all.iter().sum::<f64>() / 20_000.0;
        assert!((34.0..46.0).contains(&mean), "a basket costs {mean} on average");
    }

    #[test]
    fn a_merchant_keeps_its_prices_and_others_have_theirs() {
        let key = WorldKey::new(4);
        let mean_log = |merchant: u64| {
            let pricing = Pricing::drawn(Category::Services, &mut key.draws(merchant, Purpose::Merchants, 0));
            let draws = &mut key.draws(merchant, Purpose::Habit, 1);
            let one = |_| libm::log(pricing.amount(Category::Services, 0.0, 0.0, Currency::Usd, draws).dollars());
            (0..2_000).map(one).sum::<f64>() / 2_000.0
        };
        let means: Vec<f64> = (0..60).map(mean_log).collect();
        let middle = means.iter().sum::<f64>() / 60.0;
        let deviation = f64::sqrt(means.iter().map(|m| (m - middle) * (m - middle)).sum::<f64>() / 59.0);
        assert!((0.4..0.9).contains(&deviation), "merchants differ by {deviation}");
    }

    #[test]
    fn prices_end_as_the_merchants_do() {
        let draws = &mut WorldKey::new(4).draws(1, Purpose::Habit, 1);
        let charm = Pricing { level: 0.0, small: 0.0, ending: Ending::Charm };
        let cents = |currency| {
            let draws = &mut draws.clone();
            let ends = |m: Money, of: i64, end: i64| m.minor % of == end;
            let one = |_| charm.amount(Category::Electronics, 0.0, 0.0, currency, draws);
            (0..1_000).map(one).filter(|m| ends(*m, 100, 99) || ends(*m, 100, 98) || ends(*m, 100, 80)).count()
        };
        for currency in [Currency::Usd, Currency::Jpy, Currency::Brl] {
            assert!((600..850).contains(&cents(currency)), "{currency:?}: {}", cents(currency));
        }
    }

    #[test]
    fn what_is_unusual_depends_on_the_category() {
        assert!(unusual(Category::LuxuryItems, 6.0) < unusual(Category::DigitalGoods, 6.0));
        assert!(unusual(Category::Services, 1.9) < 0.1 && unusual(Category::Services, 3.75) < 0.1);
    }
}
