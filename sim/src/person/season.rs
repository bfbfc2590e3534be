//! Slow variation of a person's activity: the number of acts in each domain and the level of spending, month by month,
//! with dormant spells. It follows from the entity and the month. Must not depend on: single acts.

use super::rules::EntityMoment;
use crate::base::Domain;
use crate::engine::{EntityKey, Purpose, RngStream, VirtualTime, sample};

/// Length in days of the months by which activity varies.
pub(super) const MONTH_DAYS: i32 = 30;
const MONTH_MICROS: i64 = MONTH_DAYS as i64 * 86_400_000_000;

/// Autocorrelation of the deviation from one month to the next.
const AUTOCORRELATION: f64 = 0.75;
/// Months back that are summed: the omitted ones have a weight of 3 %.
const MONTHS_BACK: i32 = 12;
/// Standard deviation of the logarithm of a month's activity around a person's own mean. With the autocorrelation, that of
/// the mean of half a year is about 0.27: half-years of households correlate by 0.78 (Complete Journey).
const ACTIVITY_LOG_SD: f64 = 0.40;
/// Weight of the deviation that all domains of a person have in common.
const COMMON_WEIGHT: f64 = 0.6;
/// Standard deviation of the logarithm of a month's level of spending.
const SPENDING_LOG_SD: f64 = 0.14;

/// Probability that a dormant spell begins in a month, per domain: about one in twelve people a year.
const P_SPELL_BEGINS: f64 = 0.007;
/// Probability that a spell lasts one month more, and the maximum number of further months.
const P_SPELL_CONTINUES: f64 = 0.75;
const MAX_FURTHER_MONTHS: u32 = 9;
/// Factor on the activity during a spell.
const SPELL_ACTIVITY: f64 = 0.02;
/// Share of months that are in spells: 0.007 times the mean length of 3.8 months.
const SPELL_SHARE: f64 = 0.026;

/// The number of a month in which no world lives, and whose beginning is still an instant.
const NO_MONTH: i32 = -3_000_000;

/// The factors on a person's activity in a month, with mean 1 over people and time. It is a memo, determined by the
/// entity and the month, so it is not saved and all values compare equal.
#[derive(Clone, Copy, Debug)]
pub struct Season {
    /// Number of the month: months of thirty days since January 1970.
    month: i32,
    factors: [f32; 3],
    level: f32,
}

impl Default for Season {
    fn default() -> Self {
        Season { month: NO_MONTH, factors: [1.0; 3], level: 0.0 }
    }
}

impl PartialEq for Season {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Season {
    /// Returns whether the memo is of the month of `at`.
    #[inline]
    pub(super) fn is_of(&self, at: VirtualTime) -> bool {
        is_in(self.month, at)
    }

    /// Returns the factors of an entity for the present month.
    pub(super) fn at(moment: EntityMoment) -> Self {
        Season::of(moment.key, month_of(moment.now))
    }

    fn of(key: EntityKey, month: i32) -> Self {
        let (mut weight, mut sums, mut dormant) = (1.0, [0.0; 5], [false; 3]);
        for back in 0..MONTHS_BACK {
            let rng = &mut key.rng(Purpose::Season, (month - back) as u64);
            sums.iter_mut().for_each(|sum| *sum += weight * sample::normal_fast(rng));
            dormant.iter_mut().for_each(|is| *is |= spell_lasts(back, rng));
            weight *= AUTOCORRELATION;
        }
        let scale = scale(weight);
        let [common, level, own @ ..] = sums.map(|sum| sum * scale);
        let factor = |domain: usize| factor(common, own[domain], dormant[domain]);
        Season { month, factors: [factor(0), factor(1), factor(2)], level: (SPENDING_LOG_SD * level) as f32 }
    }

    /// Returns the factor on the activity in `domain` in the month of `at`: that of the whole season, for a third of the
    /// draws.
    pub(super) fn factor_at(moment: EntityMoment, at: VirtualTime, domain: Domain) -> f64 {
        let (month, domain) = (month_of(at), domain as u64);
        let (mut weight, mut common, mut own, mut dormant) = (1.0, 0.0, 0.0, false);
        for back in 0..MONTHS_BACK {
            let rng = &mut moment.key.rng(Purpose::Season, (month - back) as u64);
            common += weight * sample::normal_fast(rng);
            // The level of spending and the domains before this one.
            rng.skip(1 + domain);
            own += weight * sample::normal_fast(rng);
            // The domains after this one, and the spells of those before it.
            rng.skip((2 - domain) + 2 * domain);
            dormant |= spell_lasts(back, rng);
            weight *= AUTOCORRELATION;
        }
        let scale = scale(weight);
        f64::from(factor(common * scale, own * scale, dormant))
    }

    /// Returns the end of the month.
    #[inline]
    pub(super) fn end(&self) -> VirtualTime {
        end_of(self.month)
    }

    /// Returns the factor on the activity in a domain.
    pub(super) fn factor(&self, domain: Domain) -> f64 {
        f64::from(self.factors[domain as usize])
    }

    /// Returns the logarithm of the factor on the amount of a purchase.
    pub fn level(&self) -> f64 {
        f64::from(self.level)
    }
}

/// Returns the factor by which sums of deviations have variance 1, where `weight` is that of the first omitted month.
#[inline]
fn scale(weight: f64) -> f64 {
    f64::sqrt((1.0 - AUTOCORRELATION * AUTOCORRELATION) / (1.0 - weight * weight))
}

/// Returns the factor on the activity in a domain from the common deviation, the domain's own, and whether it is dormant.
#[inline]
fn factor(common: f64, own: f64, dormant: bool) -> f32 {
    let moved = COMMON_WEIGHT * common + f64::sqrt(1.0 - COMMON_WEIGHT * COMMON_WEIGHT) * own;
    let awake = if dormant { SPELL_ACTIVITY } else { 1.0 } / (1.0 - SPELL_SHARE * (1.0 - SPELL_ACTIVITY));
    (awake * libm::exp(ACTIVITY_LOG_SD * moved - 0.5 * ACTIVITY_LOG_SD * ACTIVITY_LOG_SD)) as f32
}

/// Returns whether a spell began `months` months ago and still lasts. Takes two draws.
#[inline]
fn spell_lasts(months: i32, rng: &mut RngStream) -> bool {
    if months as u32 > MAX_FURTHER_MONTHS {
        rng.skip(2);
        return false;
    }
    let (begins, at) = (rng.unit(), rng.unit_open());
    begins < P_SPELL_BEGINS && at <= libm::pow(P_SPELL_CONTINUES, f64::from(months))
}

/// Returns the end of the month of thirty days that contains `at`.
#[inline]
pub(super) fn end_of_month(at: VirtualTime) -> VirtualTime {
    end_of(month_of(at))
}

#[inline]
fn end_of(month: i32) -> VirtualTime {
    VirtualTime::from_micros((i64::from(month) + 1) * MONTH_MICROS)
}

/// Returns whether `at` is in the month of this number: without the division by which [`month_of`] finds it.
#[inline]
pub(super) fn is_in(month: i32, at: VirtualTime) -> bool {
    let since = at.micros().wrapping_sub(i64::from(month) * MONTH_MICROS);
    (0..MONTH_MICROS).contains(&since)
}

/// Returns the number of the month of thirty days that contains `at`.
pub(super) fn month_of(at: VirtualTime) -> i32 {
    at.micros().div_euclid(MONTH_MICROS) as i32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{EntityId, PersonId};
    use crate::engine::WorldKey;

    fn key(person: u32) -> EntityKey {
        WorldKey::new(2).of_entity(EntityId::person(PersonId(person)).code())
    }

    fn seasons(person: u32, months: i32) -> Vec<Season> {
        (600..600 + months).map(|month| Season::of(key(person), month)).collect()
    }

    fn correlation(pairs: &[(f64, f64)]) -> f64 {
        let n = pairs.len() as f64;
        let (ma, mb) = (pairs.iter().map(|p| p.0).sum::<f64>() / n, pairs.iter().map(|p| p.1).sum::<f64>() / n);
        let product = |p: &(f64, f64)| (p.0 - ma) * (p.1 - mb);
        let square = |x: f64, m: f64| (x - m) * (x - m);
        let (va, vb): (f64, f64) = pairs.iter().fold((0.0, 0.0), |v, p| (v.0 + square(p.0, ma), v.1 + square(p.1, mb)));
        pairs.iter().map(product).sum::<f64>() / f64::sqrt(va * vb)
    }

    #[test]
    fn activity_has_mean_one_and_is_autocorrelated() {
        let all: Vec<Vec<Season>> = (0..400).map(|p| seasons(p, 40)).collect();
        for domain in [Domain::Bank, Domain::Rides, Domain::Shop] {
            let mean = all.iter().flatten().map(|s| s.factor(domain)).sum::<f64>() / 16_000.0;
            assert!((0.97..1.03).contains(&mean), "{domain:?}: {mean}");
        }
        let awake = |s: &Season| s.factor(Domain::Bank) > 0.1;
        let logs = |a: &Season, b: &Season| (libm::log(a.factor(Domain::Bank)), libm::log(b.factor(Domain::Bank)));
        let pairs: Vec<(f64, f64)> = all
            .iter()
            .flat_map(|life| life.windows(2))
            .filter(|w| awake(&w[0]) && awake(&w[1]))
            .map(|w| logs(&w[0], &w[1]))
            .collect();
        let found = correlation(&pairs);
        assert!((0.70..0.80).contains(&found), "{found}");
        let shared: Vec<(f64, f64)> =
            all.iter().flatten().map(|s| (s.factors[0] as f64, s.factors[2] as f64)).collect();
        assert!((0.2..0.5).contains(&correlation(&shared)), "{}", correlation(&shared));
    }

    #[test]
    fn instants_are_in_the_month_of_their_number() {
        for month in [-2, 0, 1, 681, 3_000] {
            let begin = i64::from(month) * MONTH_MICROS;
            for at in [begin - 1, begin, begin + 1, begin + MONTH_MICROS - 1, begin + MONTH_MICROS] {
                let at = VirtualTime::from_micros(at);
                assert_eq!(is_in(month, at), month_of(at) == month, "{at:?} in month {month}");
                assert!(!is_in(NO_MONTH, at) && end_of_month(at) > at);
            }
            assert_eq!(end_of(month).micros(), begin + MONTH_MICROS);
        }
        assert!(!is_in(681, VirtualTime::NEVER) && !is_in(NO_MONTH, VirtualTime::NEVER));
    }

    #[test]
    fn the_factor_of_one_domain_is_that_of_the_season() {
        let mut dormant = 0;
        for person in 0..300 {
            let moment = EntityMoment { key: key(person), now: VirtualTime::from_micros(0) };
            for (season, month) in seasons(person, 14).iter().zip(600..) {
                for domain in [Domain::Bank, Domain::Rides, Domain::Shop] {
                    let at = VirtualTime::from_micros(month * MONTH_MICROS + 7);
                    assert_eq!(Season::factor_at(moment, at, domain), season.factor(domain));
                    dormant += usize::from(season.factor(domain) < 0.1);
                }
            }
        }
        assert!(dormant > 50, "{dormant} dormant months");
    }

    #[test]
    fn dormant_spells_begin_for_one_in_twelve_a_year_and_last_months() {
        let rests = |s: &Season| s.factor(Domain::Shop) < 0.1;
        let (mut begun, mut months) = (0, 0);
        for person in 0..2_000 {
            let life = seasons(person, 13);
            begun += life.windows(2).filter(|w| !rests(&w[0]) && rests(&w[1])).count();
            months += life[1..].iter().filter(|s| rests(s)).count();
        }
        assert!((120..210).contains(&begun), "{begun} spells of 2,000 people in a year");
        assert!((2.5..5.0).contains(&(months as f64 / begun as f64)), "{months} months of rest in {begun} spells");
    }
}
