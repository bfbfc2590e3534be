//! The rates and mixes of habitual acts: rhythms by persona, the mix of channels by hour, and categories, all of
//! them by kind of day (see `day_effects`). Must not depend on: single transactions.

use super::day_effects::{DailyHours, adjusted_mix, effect_of, online_week_on, pos_week_on};
use super::parameters::habits::{MONTH_FACTORS, ONLINE_MIX, PERSONA_MIX_FACTORS, POS_MIX};
use super::parameters::week_profiles::{cash_week, online_week, pos_week, transfer_week};
use crate::base::{CATEGORIES, Category, Persona};
use crate::engine::{AliasTable, sample};
use crate::region::DayKind;
use crate::rhythm::{EVEN_DAYS, OwnHour, Rhythm, Week, week_on};
use crate::scenario::BankRules;

/// The kind of a habitual act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// A purchase at the till.
    PosPurchase,
    /// A purchase online.
    OnlinePurchase,
    /// A withdrawal of cash.
    Withdrawal,
    /// A transfer to another account.
    Transfer,
}

impl Habit {
    /// All kinds, in the order of the rates.
    const ALL: [Habit; 4] = [Habit::PosPurchase, Habit::OnlinePurchase, Habit::Withdrawal, Habit::Transfer];
}

/// Returns the mix of habitual purchases on a usual day, before the scenario's mix: weights of the categories, whose sum
/// is 1.
pub(crate) fn usual_mix(rules: &BankRules) -> [f64; CATEGORIES] {
    std::array::from_fn(|at| POS_MIX[at] * (1.0 - rules.online_share) + ONLINE_MIX[at] * rules.online_share)
}

/// Acts of each habit per average day (at the till, online, withdrawals, transfers), or `None` where they are those of
/// the scenario.
#[derive(Default)]
pub(crate) struct HabitRates(Option<[f64; 4]>);

impl HabitRates {
    /// Returns the rates after changes by drifts.
    #[inline]
    pub(crate) fn changed(purchases: f64, withdrawals: f64, transfers: f64, online_share: f64) -> Self {
        HabitRates(Some([purchases * (1.0 - online_share), purchases * online_share, withdrawals, transfers]))
    }
}

/// Returns the ratio of `new` to `old`; 0 where `old` is 0.
fn ratio(new: f64, old: f64) -> f64 {
    if old > 0.0 { new / old } else { 0.0 }
}

/// Returns the index for `at` when each share of these cumulative shares is multiplied by its factor.
fn pick_with_factors(cumulative: &[f64; 4], factors: [f64; 4], at: f64) -> usize {
    let share = |i: usize| cumulative[i] - if i == 0 { 0.0 } else { cumulative[i - 1] };
    let weights: [f64; 4] = std::array::from_fn(|i| share(i) * factors[i]);
    if weights.iter().sum::<f64>() <= 0.0 {
        return sample::pick(cumulative, at);
    }
    sample::pick(&sample::cumulate(&weights), at)
}

/// The habits of a town's people.
#[derive(Debug)]
pub struct Habits {
    /// Acts of each habit of an average person per average day.
    rates: [f64; 4],
    personas: Vec<PersonaHabits>,
    /// Categories at the till and online, by kind of day and persona.
    pos: Vec<AliasTable>,
    online: Vec<AliasTable>,
    /// Habitual acts of an average person per average day.
    pub per_day: f64,
}

#[derive(Debug)]
struct PersonaHabits {
    rhythm: Rhythm,
    /// Cumulative shares of the habits by hour, for each kind of day and weekday.
    mix: Vec<[[f64; 4]; 24]>,
}

impl Habits {
    /// Returns the habits under `rules`.
    pub fn new(rules: &BankRules) -> Self {
        let rates = [
            rules.purchases_per_day * (1.0 - rules.online_share),
            rules.purchases_per_day * rules.online_share,
            rules.withdrawals_per_day,
            rules.transfers_per_day,
        ];
        Habits {
            rates,
            personas: Persona::ALL.iter().map(|p| PersonaHabits::new(*p, &rates)).collect(),
            pos: by_kind_and_persona(|kind, persona| {
                adjusted_mix(&persona_mix(&POS_MIX, rules, persona), &effect_of(kind).till).0
            }),
            online: by_kind_and_persona(|kind, persona| {
                adjusted_mix(&persona_mix(&ONLINE_MIX, rules, persona), &effect_of(kind).online).0
            }),
            per_day: rates.iter().sum(),
        }
    }

    /// Returns the rhythm of all habits of `persona` together.
    pub fn rhythm(&self, persona: Persona) -> &Rhythm {
        &self.personas[persona as usize].rhythm
    }

    /// Returns the habitual acts in each month, January first, relative to a year's mean of 1.
    pub fn months(&self) -> [f64; 12] {
        let mean = MONTH_FACTORS.iter().sum::<f64>() / 12.0;
        MONTH_FACTORS.map(|m| m / mean)
    }

    /// Returns the habitual acts of an average person per average day at these rates.
    pub(crate) fn acts_per_day(&self, rates: &HabitRates) -> f64 {
        rates.0.map_or(self.per_day, |rates| rates.iter().sum())
    }

    /// Returns the kind of an act at this hour of a person's own day at these rates, for `at` uniform in [0, 1).
    pub(crate) fn kind_at(&self, persona: Persona, own: OwnHour, rates: &HabitRates, at: f64) -> Habit {
        let day = own.kind as usize * 7 + own.weekday;
        let usual = &self.personas[persona as usize].mix[day][own.hour];
        match rates.0 {
            // Of four, a count is faster than the search of `sample::pick`, and the same.
            None => Habit::ALL[usual[..3].iter().filter(|share| **share <= at).count()],
            Some(rates) => {
                Habit::ALL[pick_with_factors(usual, std::array::from_fn(|i| ratio(rates[i], self.rates[i])), at)]
            }
        }
    }

    /// Returns the category of a purchase by a person of this persona on a kind of day, for uniform `bits`.
    pub fn category(&self, habit: Habit, persona: Persona, kind: DayKind, bits: u64) -> Category {
        let tables = if habit == Habit::OnlinePurchase { &self.online } else { &self.pos };
        Category::ALL[tables[kind as usize * Persona::ALL.len() + persona as usize].pick_with(bits)]
    }
}

fn persona_mix(mix: &[f64; CATEGORIES], rules: &BankRules, persona: Persona) -> [f64; CATEGORIES] {
    let own =
        |category: Category| rules.mix.weight(category) * PERSONA_MIX_FACTORS[persona as usize][category as usize];
    std::array::from_fn(|category| mix[category] * own(Category::ALL[category]))
}

fn by_kind_and_persona(weights: impl Fn(DayKind, Persona) -> [f64; CATEGORIES]) -> Vec<AliasTable> {
    let of_kind = |kind: &DayKind| Persona::ALL.map(|persona| AliasTable::new(&weights(*kind, persona)));
    DayKind::ALL.iter().flat_map(of_kind).collect()
}

impl PersonaHabits {
    fn new(persona: Persona, rates: &[f64; 4]) -> Self {
        let weeks = [pos_week(persona), online_week(persona), cash_week(persona), transfer_week()];
        let usual: [Week; 4] = std::array::from_fn(|i| scale(&weeks[i], rates[i]));
        let hours = match persona {
            Persona::Student | Persona::Parent => DailyHours::School,
            Persona::Worker | Persona::Retired | Persona::NightOwl => DailyHours::Other,
        };
        let by_kind = DayKind::ALL.map(|kind| weeks_on(kind, &usual, hours));
        let total = |kind: DayKind| by_kind[kind as usize].0;
        let mix = by_kind.iter().flat_map(|(_, mix)| *mix).collect();
        PersonaHabits { rhythm: Rhythm::by_kind(total, &MONTH_FACTORS, &EVEN_DAYS), mix }
    }
}

/// Returns all habits together on a kind of day, and their cumulative shares by weekday and hour.
fn weeks_on(kind: DayKind, usual: &[Week; 4], hours: DailyHours) -> (Week, [[[f64; 4]; 24]; 7]) {
    let effect = effect_of(kind);
    let (till, online) = (adjusted_mix(&POS_MIX, &effect.till).1, adjusted_mix(&ONLINE_MIX, &effect.online).1);
    let habits = [
        pos_week_on(kind, &usual[0], till, hours),
        online_week_on(kind, &usual[1], online),
        week_on(kind, &usual[2], effect.cash),
        week_on(kind, &usual[3], effect.transfers),
    ];
    let at = |d: usize, h: usize| habits.map(|week| week[d][h]);
    let total = std::array::from_fn(|d| std::array::from_fn(|h| at(d, h).iter().sum()));
    let shares = |d: usize, h: usize| {
        let shares = sample::cumulate(&at(d, h));
        std::array::from_fn(|i| shares[i])
    };
    (total, std::array::from_fn(|d| std::array::from_fn(|h| shares(d, h))))
}

/// Scales a week to `per_day` acts on its average day.
fn scale(week: &Week, per_day: f64) -> Week {
    let mass: f64 = week.iter().flatten().sum();
    week.map(|day| day.map(|m| m * per_day * 7.0 / mass))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, RngStream, WorldKey};

    #[test]
    fn persona_factors_keep_the_mix_of_the_town() {
        for category in Category::ALL {
            let mean: f64 = PERSONA_MIX_FACTORS
                .iter()
                .zip(Persona::SHARES)
                .map(|(lean, share)| lean[category as usize] * share)
                .sum();
            assert!((mean - 1.0).abs() < 0.06, "{category:?}: {mean}");
        }
    }

    #[test]
    fn students_and_the_retired_buy_different_categories() {
        let town = crate::testing::town("[world]\npeople = 1");
        let rng = &mut WorldKey::new(3).rng(1, Purpose::Habit, 0);
        let share = |persona, category, rng: &mut RngStream| {
            let mut bought = || town.habits().category(Habit::OnlinePurchase, persona, DayKind::Usual, rng.next_u64());
            (0..4_000).filter(|_| bought() == category).count()
        };
        let digital = [Persona::Student, Persona::Retired].map(|one| share(one, Category::DigitalGoods, rng));
        assert!(digital[0] > 2 * digital[1], "{digital:?}");
        assert!(share(Persona::Parent, Category::Groceries, rng) > share(Persona::Student, Category::Groceries, rng));
    }
}
