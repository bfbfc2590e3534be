//! When and what people buy by habit: rhythms by persona, the mix of channels by hour, and categories, all of
//! them by kind of day (see `days`). Knows expectations, not single transactions.

use super::model::days::{Lives, effect_of, mixed, online_week as online_hours, till_week};
use super::model::event::{CATEGORIES, Category};
use crate::drift::Rule;
use crate::engine::{AliasTable, VirtualTime, sample};
use crate::person::{Person, Persona};
use crate::region::DayKind;
use crate::rhythm::{EVEN_DAYS, OwnHour, Rhythm, Week, bump, hours, week, week_on};
use crate::scenario::BankRules;
use crate::scene::Scene;

/// What a habitual act is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    PosPurchase,
    OnlinePurchase,
    Withdrawal,
    Transfer,
}

const HABITS: [Habit; 4] = [Habit::PosPurchase, Habit::OnlinePurchase, Habit::Withdrawal, Habit::Transfer];

/// Spending by month, January first, without what feasts and sales add: quiet after the holidays.
const MONTHS: [f64; 12] = [0.93, 0.94, 0.98, 0.98, 1.01, 1.0, 1.0, 1.0, 0.98, 1.0, 1.03, 1.09];

/// Categories of purchases at the till, and online, in the order of the categories' numbers.
const POS_MIX: [f64; CATEGORIES] = [0.03, 0.09, 0.44, 0.02, 0.27, 0.0, 0.01, 0.01, 0.13];
const ONLINE_MIX: [f64; CATEGORIES] = [0.15, 0.20, 0.08, 0.08, 0.12, 0.22, 0.02, 0.04, 0.09];

/// What people buy by habit on a usual day, before the scenario's mix: weights of the categories, which add up to 1.
pub(crate) fn usual_mix(rules: &BankRules) -> [f64; CATEGORIES] {
    std::array::from_fn(|at| POS_MIX[at] * (1.0 - rules.online_share) + ONLINE_MIX[at] * rules.online_share)
}

/// How much more than the mean of a town people of each persona buy of each category: students games and films, parents
/// what a family eats, the retired little that is new. Weighted by the personas' shares each category averages about 1.
const LEANS: [[f64; CATEGORIES]; Persona::ALL.len()] = [
    [1.05, 1.0, 0.95, 1.15, 1.1, 1.0, 1.1, 1.0, 1.0],
    [1.3, 1.15, 0.7, 0.9, 1.15, 1.5, 0.6, 1.1, 1.0],
    [0.9, 1.1, 1.3, 0.8, 0.8, 0.8, 0.7, 0.6, 1.05],
    [0.6, 0.75, 1.15, 1.1, 0.95, 0.5, 1.1, 1.3, 1.1],
    [1.2, 0.95, 0.8, 1.0, 1.1, 1.4, 1.1, 1.8, 0.9],
];

/// Acts of each habit on an average day, where they are not those of birth: at the till, online, withdrawals, transfers.
pub(super) struct HabitRates(Option<[f64; 4]>);

impl HabitRates {
    /// Those of a person at an instant.
    #[inline]
    pub(super) fn at(scene: &Scene<'_>, person: &Person, at: VirtualTime) -> Self {
        if !scene.town.drifts().touch(&Rule::HABITS) {
            return HabitRates(None);
        }
        let values = Rule::HABITS.map(|rule| scene.rule_at(rule, person, at));
        if values == Rule::HABITS.map(|rule| rule.value(scene.town.scenario())) {
            return HabitRates(None);
        }
        let [purchases, withdrawals, transfers, online] = values;
        HabitRates(Some([purchases * (1.0 - online), purchases * online, withdrawals, transfers]))
    }
}

/// What `now` is of what was; 0 where nothing was.
fn ratio(now: f64, then: f64) -> f64 {
    if then > 0.0 { now / then } else { 0.0 }
}

/// The index that `at` falls on when each share of these running shares is multiplied by its factor.
fn pick_anew(running: &[f64; 4], factors: [f64; 4], at: f64) -> usize {
    let share = |i: usize| running[i] - if i == 0 { 0.0 } else { running[i - 1] };
    let weights: [f64; 4] = std::array::from_fn(|i| share(i) * factors[i]);
    if weights.iter().sum::<f64>() <= 0.0 {
        return sample::pick(running, at);
    }
    sample::pick(&sample::cumulate(&weights), at)
}

/// The habits of a town's people.
#[derive(Debug)]
pub struct Habits {
    /// Acts of each habit of an average person on an average day.
    rates: [f64; 4],
    personas: Vec<PersonaHabits>,
    /// Categories at the till and online, by kind of day and persona.
    pos: Vec<AliasTable>,
    online: Vec<AliasTable>,
    /// Habitual acts of an average person on an average day.
    pub per_day: f64,
}

#[derive(Debug)]
struct PersonaHabits {
    rhythm: Rhythm,
    /// Running shares of the habits by hour, for each kind of day and weekday.
    mix: Vec<[[f64; 4]; 24]>,
}

impl Habits {
    /// The habits under `rules`.
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
                mixed(&leaning(&POS_MIX, rules, persona), &effect_of(kind).till).0
            }),
            online: by_kind_and_persona(|kind, persona| {
                mixed(&leaning(&ONLINE_MIX, rules, persona), &effect_of(kind).online).0
            }),
            per_day: rates.iter().sum(),
        }
    }

    /// The rhythm of all habits of `persona` together.
    pub fn rhythm(&self, persona: Persona) -> &Rhythm {
        &self.personas[persona as usize].rhythm
    }

    /// Habitual acts in each month, January first, where the year's mean is 1.
    pub fn months(&self) -> [f64; 12] {
        let mean = MONTHS.iter().sum::<f64>() / 12.0;
        MONTHS.map(|m| m / mean)
    }

    /// Habitual acts of an average person on an average day at these rates.
    pub(super) fn pace(&self, rates: &HabitRates) -> f64 {
        rates.0.map_or(self.per_day, |rates| rates.iter().sum())
    }

    /// Which habit an act at this hour of a person's own day is at these rates; `at` is uniform in [0, 1).
    pub(super) fn which(&self, persona: Persona, own: OwnHour, rates: &HabitRates, at: f64) -> Habit {
        let day = own.kind as usize * 7 + own.weekday;
        let usual = &self.personas[persona as usize].mix[day][own.hour];
        match rates.0 {
            None => HABITS[sample::pick(usual, at)],
            Some(rates) => HABITS[pick_anew(usual, std::array::from_fn(|i| ratio(rates[i], self.rates[i])), at)],
        }
    }

    /// The category of a purchase by somebody of this persona on a kind of day.
    pub fn category(&self, habit: Habit, persona: Persona, kind: DayKind, bits: u64) -> Category {
        let tables = if habit == Habit::OnlinePurchase { &self.online } else { &self.pos };
        Category::ALL[tables[kind as usize * Persona::ALL.len() + persona as usize].pick_with(bits)]
    }
}

fn leaning(mix: &[f64; CATEGORIES], rules: &BankRules, persona: Persona) -> [f64; CATEGORIES] {
    let own = |category: Category| rules.mix.weight(category) * LEANS[persona as usize][category as usize];
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
        let lives = match persona {
            Persona::Student | Persona::Parent => Lives::BySchool,
            Persona::Worker | Persona::Retired | Persona::NightOwl => Lives::Otherwise,
        };
        let by_kind = DayKind::ALL.map(|kind| weeks_on(kind, &usual, lives));
        let total = |kind: DayKind| by_kind[kind as usize].0;
        let mix = by_kind.iter().flat_map(|(_, mix)| *mix).collect();
        PersonaHabits { rhythm: Rhythm::by_kind(total, &MONTHS, &EVEN_DAYS), mix }
    }
}

/// All habits together on a kind of day, and their running shares by weekday and hour.
fn weeks_on(kind: DayKind, usual: &[Week; 4], lives: Lives) -> (Week, [[[f64; 4]; 24]; 7]) {
    let effect = effect_of(kind);
    let (till, online) = (mixed(&POS_MIX, &effect.till).1, mixed(&ONLINE_MIX, &effect.online).1);
    let habits = [
        till_week(kind, &usual[0], till, lives),
        online_hours(kind, &usual[1], online),
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

fn pos_week(persona: Persona) -> Week {
    let weekend = hours(&[bump(12.5, 3.5, 0.45), bump(16.5, 3.0, 0.50)], 0.015);
    let workday = match persona {
        Persona::Worker | Persona::NightOwl => {
            hours(&[bump(8.0, 20.0, 0.10), bump(12.5, 14.0, 0.22), bump(17.8, 6.0, 0.62)], 0.015)
        }
        Persona::Student => hours(&[bump(12.5, 8.0, 0.35), bump(18.0, 4.0, 0.6)], 0.015),
        Persona::Parent => hours(&[bump(9.5, 10.0, 0.28), bump(16.5, 4.0, 0.68)], 0.012),
        Persona::Retired => hours(&[bump(10.5, 7.0, 0.6), bump(15.5, 5.0, 0.4)], 0.01),
    };
    week(workday, weekend, [0.95, 0.95, 0.97, 0.99, 1.06, 1.2, 1.12])
}

fn online_week(persona: Persona) -> Week {
    let evening = if persona == Persona::NightOwl { 22.5 } else { 20.5 };
    let day = hours(&[bump(13.0, 2.0, 0.52), bump(evening, 4.5, 0.36)], 0.16);
    week(day, day, [1.08, 1.05, 1.02, 0.99, 0.95, 0.9, 0.98])
}

fn cash_week(persona: Persona) -> Week {
    let late = if persona == Persona::NightOwl { 0.3 } else { 0.08 };
    let day = hours(&[bump(12.0, 3.0, 0.6), bump(17.5, 5.0, 0.35), bump(22.0, 6.0, late)], 0.02);
    week(day, day, [0.95, 0.92, 0.95, 1.0, 1.2, 1.1, 0.8])
}

fn transfer_week() -> Week {
    let day = hours(&[bump(10.5, 4.0, 0.5), bump(19.0, 4.0, 0.45)], 0.05);
    week(day, day, [1.1, 1.05, 1.0, 1.0, 1.1, 0.8, 0.75])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Draws, Purpose, WorldKey};

    #[test]
    fn leans_keep_the_towns_mix() {
        for category in Category::ALL {
            let mean: f64 =
                LEANS.iter().zip(Persona::SHARES).map(|(lean, share)| lean[category as usize] * share).sum();
            assert!((mean - 1.0).abs() < 0.06, "{category:?}: {mean}");
        }
    }

    #[test]
    fn students_buy_otherwise_than_the_retired() {
        let town = crate::testing::town("[world]\npeople = 1");
        let draws = &mut WorldKey::new(3).draws(1, Purpose::Habit, 0);
        let share = |persona, category, draws: &mut Draws| {
            let mut bought =
                || town.habits().category(Habit::OnlinePurchase, persona, DayKind::Usual, draws.next_u64());
            (0..4_000).filter(|_| bought() == category).count()
        };
        let digital = [Persona::Student, Persona::Retired].map(|one| share(one, Category::DigitalGoods, draws));
        assert!(digital[0] > 2 * digital[1], "{digital:?}");
        assert!(
            share(Persona::Parent, Category::Groceries, draws) > share(Persona::Student, Category::Groceries, draws)
        );
    }
}
