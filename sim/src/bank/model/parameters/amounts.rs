//! The amounts of purchases, as log-normal laws in US dollars.

use crate::base::{CATEGORIES, Category};

/// The normal law of the logarithm of an amount in US dollars, within one person and merchant.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AmountLaw {
    /// Mean.
    pub mean: f64,
    /// Standard deviation.
    pub deviation: f64,
}

/// The two kinds of purchase in a category: a small one on the way, and one that the trip is for.
pub(crate) struct AmountMixture {
    /// Share of small purchases at an average merchant.
    pub small_share: f64,
    /// The law of small purchases.
    pub small: AmountLaw,
    /// The law of main purchases.
    pub main: AmountLaw,
}

const fn mixture(small_share: f64, small: (f64, f64), main: (f64, f64)) -> AmountMixture {
    AmountMixture {
        small_share,
        small: AmountLaw { mean: small.0, deviation: small.1 },
        main: AmountLaw { mean: main.0, deviation: main.1 },
    }
}

/// The laws of amounts in the order of [`Category::ALL`]. Each component is close to one log-normal (published baskets
/// of one category have deviations of 0.5 to 1.2); the mixture has a heavier tail than one log-normal, as card data of
/// all categories has (ULB: a mean of four medians, quartiles 5.65, 22 and 77).
pub(crate) const AMOUNTS: [AmountMixture; CATEGORIES] = [
    // An accessory; a device.
    mixture(0.45, (2.90, 0.60), (5.20, 0.75)),
    // Basics; a garment.
    mixture(0.40, (2.90, 0.50), (4.25, 0.60)),
    // A top-up; the main shop.
    mixture(0.55, (2.35, 0.65), (4.10, 0.55)),
    // A fare or parking; a journey.
    mixture(0.40, (2.30, 0.60), (5.50, 0.75)),
    // Coffee and snacks; a meal, a haircut, a repair.
    mixture(0.50, (1.90, 0.55), (3.75, 0.85)),
    // A song or an extra in a game; a game or a program.
    mixture(0.50, (1.50, 0.50), (3.15, 0.65)),
    // A scent; a watch.
    mixture(0.35, (4.60, 0.50), (6.10, 0.70)),
    // A ticket; an evening.
    mixture(0.45, (2.10, 0.60), (4.00, 0.80)),
    // Odds and ends; a purchase for the home.
    mixture(0.40, (2.00, 0.70), (3.75, 0.90)),
];

/// Standard deviation of the logarithm of a merchant's price level: the same basket at a discounter and at a
/// delicatessen.
pub(crate) const PRICE_LEVEL_LOG_DEVIATION: f64 = 0.38;

/// Change of the share of small purchases from an average merchant to a kiosk, per unit of the distance of that share
/// from the nearer of 0 and 1.
pub(crate) const SMALL_SHARE_SPREAD: f64 = 0.8;

/// Limits of the share of small purchases.
pub(crate) const SMALL_SHARE_LIMITS: (f64, f64) = (0.02, 0.98);

/// Shares of the price endings of merchants (sums of many items, .99, whole, halves), by category.
pub(crate) const P_PRICE_ENDING: [[f64; 4]; CATEGORIES] = [
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

/// Probability that an amount ends as the merchant's single prices do; the others are sums, with taxes and tips.
pub(crate) const P_SINGLE_PRICE: f64 = 0.7;

/// Width, in logarithms, of the uniform law of a person's deviation at one merchant: a standard deviation of 0.25.
pub(crate) const MERCHANT_LEVEL_LOG_WIDTH: f64 = 0.866;

const _: () = assert!(AMOUNTS.len() == Category::ALL.len());
