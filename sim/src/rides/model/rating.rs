//! The rating law of a driver. Must not depend on: trips.
//!
//! A rider rates a trip with probability 0.67. The rider is unhappy with probability p = (5 − q) / 1.5 at service
//! quality q, and gives 4, 4, 3 or 1 star, each as likely, else 5 stars. The rating r moves by (stars − r) / 150: an
//! exponential average over about 150 ratings. Its stationary mean is 5 − (5 − 3) p = 5 − 4/3 (5 − q), limited to at
//! least 1.

use super::parameters::drivers::{
    HAPPY_STARS, P_NO_RATING, RATING_LIMITS, RATING_MEMORY_TRIPS, UNHAPPY_SCALE_STARS, UNHAPPY_STARS,
};
use crate::engine::RngStream;

/// Draws the rating after a trip at this service quality, in stars.
pub(crate) fn updated_rating(rating: f32, service_quality: f32, rng: &mut RngStream) -> f32 {
    if rng.chance(P_NO_RATING) {
        return rating;
    }
    let p_unhappy = (5.0 - service_quality as f64) / UNHAPPY_SCALE_STARS;
    let stars = if !rng.chance(p_unhappy) {
        HAPPY_STARS
    } else {
        UNHAPPY_STARS[rng.below(UNHAPPY_STARS.len() as u64) as usize]
    };
    (rating + (stars - rating) / RATING_MEMORY_TRIPS).clamp(RATING_LIMITS.0, RATING_LIMITS.1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};

    #[test]
    fn ratings_have_the_stated_mean() {
        for quality in [4.2_f32, 4.72, 5.0] {
            let rng = &mut WorldKey::new(3).rng(1, Purpose::Trip, 0);
            let (mut rating, mut sum) = (quality, 0.0);
            for trip in 0..60_000 {
                rating = updated_rating(rating, quality, rng);
                sum += if trip < 10_000 { 0.0 } else { f64::from(rating) };
            }
            let (mean, expected) = (sum / 50_000.0, 5.0 - 4.0 / 3.0 * (5.0 - f64::from(quality)));
            assert!((mean - expected).abs() < 0.05, "quality {quality}: {mean}, {expected} expected");
        }
    }
}
