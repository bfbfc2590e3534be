//! The numbers of merchants, and the choice of people among them.

use crate::base::CATEGORIES;

/// Share of merchants in each category, in the order of the categories' numbers.
pub(crate) const MERCHANT_SHARES: [f64; CATEGORIES] = [0.10, 0.14, 0.18, 0.07, 0.20, 0.08, 0.05, 0.04, 0.14];

/// Distance in metres at which a merchant attracts half of the customers that it would attract next door (Huff 1963:
/// attraction falls with the square of the distance).
pub(crate) const HUFF_HALF_DISTANCE_METRES: f64 = 5_000.0;

/// The most merchants that a person compares by distance before they take the nearest of these.
pub(crate) const MAX_COMPARED_MERCHANTS: usize = 5;

/// Popularity of the merchants of a category by rank: (rank + offset)^−exponent (Zipf–Mandelbrot).
pub(crate) const POPULARITY_RANK_OFFSET: f64 = 2.0;
/// Exponent of the popularity of merchants by rank.
pub(crate) const POPULARITY_EXPONENT: f64 = 0.9;

/// Favourite merchants that a person has in a category; the other purchases go to any merchant.
pub(crate) const FAVOURITES: usize = 8;

/// Distributions of purchases over favourites that a region's people have; each category of each person uses one.
pub(crate) const LOYALTY_PATTERNS: usize = 64;

/// Discount of the Pitman–Yor process by which purchases are shared among favourites. With the strength below it gives
/// the first merchant of a category half of the purchases, and ranks of all merchants near Zipf's law, as in card data
/// and loyalty cards (Krumme et al. 2013; Complete Journey).
pub(crate) const PITMAN_YOR_DISCOUNT: f64 = 0.25;
/// Strength of the Pitman–Yor process by which purchases are shared among favourites.
pub(crate) const PITMAN_YOR_STRENGTH: f64 = 0.6;

/// Mean years for which a person keeps the favourite of each rank. Counted from a point inside the first such span,
/// half of them change within one to two years.
pub(crate) const MEAN_FAVOURITE_YEARS: [f64; FAVOURITES] = [4.5, 3.5, 3.0, 2.5, 2.5, 2.0, 2.0, 2.0];

/// Years for which one person keeps a favourite against the mean: the least, and the width of the uniform law above it.
pub(crate) const FAVOURITE_YEARS_SPREAD: (f64, f64) = (0.6, 0.8);
