//! Monthly payments: salary or pension, rent, subscriptions.

use crate::base::Persona;

/// Probability that a person rents.
pub(crate) const P_RENTER: f64 = 0.55;
/// Probabilities of no, one, two … subscriptions.
pub(crate) const P_SUBSCRIPTIONS: [f64; 6] = [0.12, 0.22, 0.26, 0.20, 0.13, 0.07];
/// The same probabilities summed up, as `cumulate` of `engine::sample` does it.
pub(crate) const CUMULATIVE_SUBSCRIPTIONS: [f64; 6] = cumulative(P_SUBSCRIPTIONS);
/// Expected subscriptions of a person: the mean of [`P_SUBSCRIPTIONS`].
pub(crate) const MEAN_SUBSCRIPTIONS: f64 = 0.22 + 2.0 * 0.26 + 3.0 * 0.20 + 4.0 * 0.13 + 5.0 * 0.07;
/// Expected monthly payments of a person: salary or pension, rent of those who rent, subscriptions.
pub(crate) const RECURRING_PAYMENTS_PER_MONTH: f64 = 1.0 + P_RENTER + MEAN_SUBSCRIPTIONS;

/// Prices of subscriptions in US dollars: streaming, music, storage, papers, gyms, telephone; all as likely.
pub(crate) const SUBSCRIPTION_DOLLARS: [f64; 10] = [4.99, 7.99, 9.99, 11.99, 14.99, 15.49, 19.99, 24.99, 39.00, 55.00];
/// The last day of the month on which a subscription can be due; the first is the 1st.
pub(crate) const SUBSCRIPTION_LAST_DAY: u64 = 28;
/// Local hours between which subscriptions are charged.
pub(crate) const SUBSCRIPTION_HOURS: (f64, f64) = (2.0, 9.0);

/// The last day of the month on which a rent can be due; the first is the 1st.
pub(crate) const RENT_LAST_DAY: u64 = 5;
/// Local hours between which rents are paid.
pub(crate) const RENT_HOURS: (f64, f64) = (7.0, 12.0);
/// Mean of the logarithm of a monthly rent in US dollars.
pub(crate) const RENT_LOG_MEAN: f64 = 6.9;
/// Elasticity of the rent to a person's level of spending.
pub(crate) const RENT_ELASTICITY: f64 = 0.6;
/// Standard deviation of the logarithm of rents at one level of spending.
pub(crate) const RENT_LOG_DEVIATION: f64 = 0.25;

/// Days of the month on which salaries are paid, each as likely; 31 is the last day of any month.
pub(crate) const SALARY_DAYS: [u32; 4] = [1, 15, 25, 31];
/// Days of the month on which pensions are paid, each as likely.
pub(crate) const PENSION_DAYS: [u32; 4] = [1, 1, 3, 3];
/// Local hours between which salaries are paid.
pub(crate) const SALARY_HOURS: (f64, f64) = (5.0, 10.0);
/// Elasticity of the salary to a person's level of spending.
pub(crate) const SALARY_ELASTICITY: f64 = 0.7;
/// Standard deviation of the logarithm of salaries at one level of spending.
pub(crate) const SALARY_LOG_DEVIATION: f64 = 0.25;

/// Returns the mean of the logarithm of a monthly salary or pension in US dollars.
pub(crate) const fn salary_log_mean(persona: Persona) -> f64 {
    match persona {
        Persona::Worker => 8.25,
        Persona::Parent => 8.15,
        Persona::NightOwl => 8.05,
        Persona::Retired => 7.6,
        Persona::Student => 6.7,
    }
}

/// Returns the running sums of `weights`, scaled so that the last is 1.
const fn cumulative<const N: usize>(weights: [f64; N]) -> [f64; N] {
    let (mut sums, mut sum, mut n) = (weights, 0.0, 0);
    while n < N {
        sum += weights[n];
        sums[n] = sum;
        n += 1;
    }
    n = 0;
    while n < N {
        sums[n] /= sum;
        n += 1;
    }
    sums
}
