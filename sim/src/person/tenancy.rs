//! Whose account a person's number is, and when: one person after another, each with a life-time of their own.
//! A pure function of (world key, number), so that anybody can tell without a look at the shards.

use super::PersonRules;
use crate::base::{EntityId, PersonId};
use crate::engine::{Draws, Purpose, Span, VirtualTime, sample};
use serde::{Deserialize, Serialize};

/// Closings a year among accounts of the first half-year, and among older ones: people try a bank and leave it; later
/// 5 to 12 % a year move away, die or change banks.
const CLOSINGS_A_YEAR: (f64, f64) = (0.30, 0.08);
const YOUNG_YEARS: f64 = 0.5;
/// No account closes sooner than so after its opening or the world's start: closing takes notice.
const NOTICE_DAYS: f64 = 7.0;
/// Days until a number is somebody else's: at least, on average beyond that, and at most.
const GAP_DAYS: (f64, f64, f64) = (2.0, 10.0, 60.0);
const YEAR_SECONDS: f64 = 365.25 * 86_400.0;

/// The time of one person under a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tenancy {
    /// How many had the number before.
    pub generation: u16,
    /// When the account was or will be opened.
    pub opens: VirtualTime,
    /// When it closes.
    pub closes: VirtualTime,
}

impl Tenancy {
    /// That of the person who has the number when the world begins.
    pub(crate) fn first(rules: &PersonRules, id: PersonId) -> Self {
        let draws = &mut draws(rules, id, 0);
        // More accounts are young than old, none is older than the limit.
        let age = draws.unit() * draws.between(0.3, 1.0) * rules.account_age_years_limit;
        let opens = rules.start - Span::from_seconds_f64(age * YEAR_SECONDS);
        Tenancy { generation: 0, opens, closes: rules.start + left_at(age, draws) }
    }

    /// That of the next person.
    pub(crate) fn next(&self, rules: &PersonRules, id: PersonId) -> Self {
        let generation = self.generation.saturating_add(1);
        let draws = &mut draws(rules, id, generation);
        let (least, mean, most) = GAP_DAYS;
        let gap = (least + mean * sample::exponential(draws)).min(most);
        let opens = self.closes + Span::from_seconds_f64(gap * 86_400.0);
        Tenancy { generation, opens, closes: opens + left_at(0.0, draws) }
    }

    /// All that a number has, from the world's start on.
    pub(crate) fn all(rules: PersonRules, id: PersonId) -> impl Iterator<Item = Tenancy> {
        std::iter::successors(Some(Tenancy::first(&rules, id)), move |last| Some(last.next(&rules, id)))
    }

    /// Whether the account is open at `at`.
    pub fn is_open(&self, at: VirtualTime) -> bool {
        self.opens <= at && at < self.closes
    }
}

fn draws(rules: &PersonRules, id: PersonId, generation: u16) -> Draws {
    rules.key.draws(EntityId::tenant(id, generation).code(), Purpose::Tenancy, 0)
}

/// How long an account stays open that is `age` years old.
fn left_at(age: f64, draws: &mut Draws) -> Span {
    let (while_young, later) = CLOSINGS_A_YEAR;
    let hazard = sample::exponential(draws);
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
    fn numbers_pass_from_one_to_the_next_without_overlap() {
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
