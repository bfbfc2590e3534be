//! The monthly payments of a person: salary or pension, rent and subscriptions, on their days. All of them are computed
//! from the person's key, persona and spending; only the time of the next one is stored. Must not depend on: habits.

use super::parameters::recurring::{
    CUMULATIVE_SUBSCRIPTIONS, P_RENTER, P_SUBSCRIPTIONS, PENSION_DAYS, RENT_ELASTICITY, RENT_HOURS, RENT_LAST_DAY,
    RENT_LOG_DEVIATION, RENT_LOG_MEAN, SALARY_DAYS, SALARY_ELASTICITY, SALARY_HOURS, SALARY_LOG_DEVIATION,
    SUBSCRIPTION_DOLLARS, SUBSCRIPTION_HOURS, SUBSCRIPTION_LAST_DAY, salary_log_mean,
};
use crate::base::Persona;
use crate::engine::{EntityKey, MICROS_PER_SECOND, Purpose, RngStream, VirtualTime, sample};
use crate::region::{Calendar, LocalMonth};
use crate::rhythm::utc_of;

/// Salary, rent, and one item for each possible subscription.
const ITEMS: u32 = 2 + P_SUBSCRIPTIONS.len() as u32 - 1;
const SALARY: u32 = 0;
const RENT: u32 = 1;

/// The number of draws that [`sample::normal`] takes.
const NORMAL_DRAWS: u64 = 2;

/// The act number of the RNG stream of the first payee, under [`Purpose::BirthPlans`].
const FIRST_PAYEE: u64 = 100;

/// The properties of a person that determine the monthly payments.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PayerProfile {
    /// The type of life.
    pub persona: Persona,
    /// Natural logarithm of the person's spending against the mean.
    pub level: f64,
    /// Jobs since birth: each pays another salary.
    pub jobs: u16,
    /// Moves since birth: each home has another rent.
    pub moves: u16,
}

/// The kind of a monthly payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecurringKind {
    /// Salary or pension.
    Salary,
    /// Rent.
    Rent,
    /// A subscription.
    Subscription,
}

/// A monthly payment of a person.
#[derive(Clone, Debug)]
pub(crate) struct RecurringPayment {
    number: u32,
    /// The day of the month on which it is due; the last day of a shorter month.
    day: u32,
    micros_of_day: i64,
    payer: PayerProfile,
    /// The RNG stream from the draws of the amount on: many due times are computed for each amount that is paid.
    amount: RngStream,
}

/// Returns the monthly payments of a person.
pub(crate) fn recurring_payments(key: EntityKey, payer: PayerProfile) -> impl Iterator<Item = RecurringPayment> {
    let mut rng = key.rng(Purpose::BirthPlans, 0);
    let subscriptions = sample::pick(&CUMULATIVE_SUBSCRIPTIONS, rng.unit()) as u32;
    let rents = rng.chance(P_RENTER);
    let exists = move |n: &u32| *n == SALARY || (*n == RENT && rents) || (*n > RENT && *n <= RENT + subscriptions);
    // Each job pays on its own day, and each home has its own rent.
    let epoch = move |n: u32| match n {
        SALARY => u64::from(payer.jobs),
        RENT => u64::from(payer.moves),
        _ => 0,
    };
    let rng = move |n: u32| key.rng(Purpose::BirthPlans, 1 + u64::from(n) + (epoch(n) << 8));
    (0..ITEMS).filter(exists).map(move |n| payment(n, payer, &mut rng(n)))
}

fn payment(number: u32, payer: PayerProfile, rng: &mut RngStream) -> RecurringPayment {
    let (day, hours, amount_draws) = match number {
        SALARY => (salary_day(payer.persona, rng), SALARY_HOURS, NORMAL_DRAWS),
        RENT => (1 + rng.below(RENT_LAST_DAY) as u32, RENT_HOURS, NORMAL_DRAWS),
        _ => (1 + rng.below(SUBSCRIPTION_LAST_DAY) as u32, SUBSCRIPTION_HOURS, 1),
    };
    let amount = rng.clone();
    rng.skip(amount_draws);
    let seconds = rng.between(hours.0, hours.1) * 3_600.0;
    RecurringPayment { number, day, micros_of_day: (seconds * MICROS_PER_SECOND as f64) as i64, payer, amount }
}

fn salary_day(persona: Persona, rng: &mut RngStream) -> u32 {
    let days = if persona == Persona::Retired { PENSION_DAYS } else { SALARY_DAYS };
    days[rng.below(days.len() as u64) as usize]
}

fn salary(persona: Persona, level: f64, rng: &mut RngStream) -> f64 {
    libm::exp(salary_log_mean(persona) + SALARY_ELASTICITY * level + SALARY_LOG_DEVIATION * sample::normal(rng))
}

fn rent(level: f64, rng: &mut RngStream) -> f64 {
    libm::exp(RENT_LOG_MEAN + RENT_ELASTICITY * level + RENT_LOG_DEVIATION * sample::normal(rng))
}

fn subscription(rng: &mut RngStream) -> f64 {
    SUBSCRIPTION_DOLLARS[rng.below(SUBSCRIPTION_DOLLARS.len() as u64) as usize]
}

impl RecurringPayment {
    /// Returns the kind of the payment.
    pub(crate) fn kind(&self) -> RecurringKind {
        match self.number {
            SALARY => RecurringKind::Salary,
            RENT => RecurringKind::Rent,
            _ => RecurringKind::Subscription,
        }
    }

    /// Returns the amount in US dollars.
    pub(crate) fn dollars(&self) -> f64 {
        let (PayerProfile { persona, level, .. }, rng) = (self.payer, &mut self.amount.clone());
        match self.kind() {
            RecurringKind::Salary => salary(persona, level, rng),
            RecurringKind::Rent => rent(level, rng),
            RecurringKind::Subscription => subscription(rng),
        }
    }

    /// Returns the bits that choose the payee among the merchants of a category.
    pub(crate) fn payee(&self, key: EntityKey) -> u64 {
        key.rng(Purpose::BirthPlans, FIRST_PAYEE + u64::from(self.number)).next_u64()
    }

    /// Returns the next time after `now` at which it is due, from `month` on, the local month of `now` or of an instant
    /// before it.
    pub(crate) fn next(&self, calendar: &Calendar, mut month: LocalMonth, now: VirtualTime) -> VirtualTime {
        loop {
            let due = utc_of(calendar, month.day(self.day), self.micros_of_day);
            if due > now {
                return due;
            }
            month = month.next();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::parameters::recurring::RECURRING_PAYMENTS_PER_MONTH;
    use super::*;
    use crate::base::{EntityId, PersonId};
    use crate::engine::WorldKey;

    fn payer() -> PayerProfile {
        PayerProfile { persona: Persona::Worker, level: 0.3, jobs: 0, moves: 0 }
    }

    #[test]
    fn the_thirty_first_is_the_last_day_of_short_months() {
        let calendar = Calendar::new("America/Sao_Paulo").expect("a zone");
        let amount = WorldKey::new(1).rng(1, Purpose::BirthPlans, 1);
        let salary =
            RecurringPayment { number: SALARY, day: 31, micros_of_day: 6 * 3_600_000_000, payer: payer(), amount };
        let mut now =
            crate::scenario::resolve_time("2026-01-31T23:00:00Z", VirtualTime::from_micros(0)).expect("a time");
        let mut days = Vec::new();
        for _ in 0..4 {
            now = salary.next(&calendar, LocalMonth::of(calendar.local(now).day), now);
            days.push(calendar.local(now).day.year_month_day());
        }
        assert_eq!(days, [(2026, 2, 28), (2026, 3, 31), (2026, 4, 30), (2026, 5, 31)]);
    }

    #[test]
    fn the_amount_is_drawn_between_the_day_and_the_hour() {
        for number in 0..ITEMS {
            let rng = &mut WorldKey::new(1).rng(7, Purpose::BirthPlans, u64::from(number));
            let found = payment(number, payer(), &mut rng.clone());
            rng.next_u64();
            let (dollars, hours) = match number {
                SALARY => (salary(Persona::Worker, 0.3, rng), SALARY_HOURS),
                RENT => (rent(0.3, rng), RENT_HOURS),
                _ => (subscription(rng), SUBSCRIPTION_HOURS),
            };
            let micros = (rng.between(hours.0, hours.1) * 3_600.0 * MICROS_PER_SECOND as f64) as i64;
            assert_eq!((found.dollars(), found.micros_of_day), (dollars, micros), "payment {number}");
        }
    }

    #[test]
    fn the_cumulative_probabilities_of_subscriptions_are_the_sums() {
        assert_eq!(sample::cumulate(&P_SUBSCRIPTIONS), CUMULATIVE_SUBSCRIPTIONS);
    }

    #[test]
    fn people_have_as_many_payments_as_expected() {
        let count = |n: u32| {
            recurring_payments(WorldKey::new(1).of_entity(EntityId::person(PersonId(n)).code()), payer()).count()
        };
        let mean = (0..3_000).map(count).sum::<usize>() as f64 / 3_000.0;
        let expected = RECURRING_PAYMENTS_PER_MONTH;
        assert!((mean - expected).abs() < 0.1, "{mean} payments a month, {expected} expected");
    }
}
