//! Tenancies: the account of a number belongs to one person after another. Tenancies follow from the world key and the
//! number, so they can be computed without the shards. Must not depend on: the state of a person.

use super::rules::PersonRules;
use crate::base::{EntityId, PersonId};
use crate::engine::{Purpose, RngStream, Span, VirtualTime, sample};
use serde::{Deserialize, Serialize};

/// Account closings per year among young accounts and among older ones: customers try a bank and leave it; later 5 to
/// 12 % a year move away, die or change banks.
const CLOSINGS_PER_YEAR: (f64, f64) = (0.30, 0.08);
/// Age in years up to which an account is young.
const YOUNG_YEARS: f64 = 0.5;
/// Shortest time in days from the opening of an account, or the start of the world, to its closing.
const NOTICE_DAYS: f64 = 7.0;
/// Days from a closing to the next tenancy of the number: minimum, mean above the minimum, and maximum.
const GAP_DAYS: (f64, f64, f64) = (2.0, 10.0, 60.0);
const YEAR_SECONDS: f64 = 365.25 * 86_400.0;

/// The time for which a number is one person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenancy {
    /// The number of earlier tenancies of the number.
    pub generation: u16,
    /// The opening of the account.
    pub opens: VirtualTime,
    /// The closing of the account.
    pub closes: VirtualTime,
}

impl Tenancy {
    /// Returns the tenancy at the start of the world.
    pub(crate) fn first(rules: &PersonRules, id: PersonId) -> Self {
        let rng = &mut rng(rules, id, 0);
        // More accounts are young than old; none is older than the limit.
        let age = rng.unit() * rng.between(0.3, 1.0) * rules.account_age_years_limit;
        let opens = rules.start - Span::from_seconds_f64(age * YEAR_SECONDS);
        Tenancy { generation: 0, opens, closes: rules.start + remaining_time(age, rng) }
    }

    /// Returns the next tenancy.
    pub(crate) fn next(&self, rules: &PersonRules, id: PersonId) -> Self {
        let generation = self.generation.saturating_add(1);
        let rng = &mut rng(rules, id, generation);
        let (least, mean, most) = GAP_DAYS;
        let gap = (least + mean * sample::exponential(rng)).min(most);
        let opens = self.closes + Span::from_seconds_f64(gap * 86_400.0);
        Tenancy { generation, opens, closes: opens + remaining_time(0.0, rng) }
    }

    /// Returns all tenancies of a number from the start of the world on.
    pub(crate) fn all(rules: PersonRules, id: PersonId) -> impl Iterator<Item = Tenancy> {
        std::iter::successors(Some(Tenancy::first(&rules, id)), move |last| Some(last.next(&rules, id)))
    }

    /// Returns whether the account is open at `at`.
    pub fn is_open(&self, at: VirtualTime) -> bool {
        self.opens <= at && at < self.closes
    }
}

fn rng(rules: &PersonRules, id: PersonId, generation: u16) -> RngStream {
    rules.key.rng(EntityId::tenant(id, generation).code(), Purpose::Tenancy, 0)
}

/// Draws the remaining time of an account that is `age` years old.
fn remaining_time(age: f64, rng: &mut RngStream) -> Span {
    let (while_young, later) = CLOSINGS_PER_YEAR;
    let hazard = sample::exponential(rng);
    let young = (YOUNG_YEARS - age).max(0.0);
    let beyond = hazard - while_young * young;
    let years = if beyond < 0.0 { hazard / while_young } else { young + beyond / later };
    Span::from_seconds_f64(NOTICE_DAYS * 86_400.0 + years * YEAR_SECONDS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    #[test]
    fn tenancies_of_a_number_do_not_overlap() {
        let town = testing::town("[world]\npeople = 500");
        for n in 0..500 {
            let all: Vec<Tenancy> = Tenancy::all(town.person_rules(), PersonId(n)).take(6).collect();
            assert!(all[0].opens <= town.start() && all[0].closes >= town.start() + Span::from_days(7));
            for pair in all.windows(2) {
                assert_eq!(pair[1].generation, pair[0].generation + 1);
                assert!(pair[1].opens >= pair[0].closes + Span::from_days(2) && pair[1].opens < pair[1].closes);
            }
        }
    }

    #[test]
    fn young_accounts_close_more_often_than_old_ones() {
        let town = testing::town("[world]\npeople = 4000");
        let year = town.start() + Span::from_days(365);
        let closed = |t: &Tenancy| t.closes < year;
        let first: Vec<Tenancy> = (0..4_000).map(|n| Tenancy::first(&town.person_rules(), PersonId(n))).collect();
        let share = first.iter().filter(|t| closed(t)).count() as f64 / 4_000.0;
        assert!((0.05..0.12).contains(&share), "{share} of the accounts close in a year");
        let new = first.iter().zip(0..).map(|(t, n)| t.next(&town.person_rules(), PersonId(n)));
        let within = |t: &Tenancy| t.closes.since(t.opens) < Span::from_days(183);
        let young = new.filter(within).count() as f64 / 4_000.0;
        assert!((0.11..0.17).contains(&young), "{young} of new accounts close in half a year");
    }
}
