//! What comes each month: salary, rent and subscriptions, on their days. All of it follows from who the person is;
//! nothing is stored but when the next one is due. Knows local dates; not the hours of habits.

use super::behaviour::{Draft, plan_habit_again, transact, usual};
use super::model::event::{Category, Channel, PaymentMethod, TransactionType};
use crate::base::EntityId;
use crate::base::Money;
use crate::engine::{Draws, MICROS_PER_SECOND, Purpose, VirtualTime, sample};
use crate::outlet::Outlet;
use crate::person::{Changes, Person, Persona, Process};
use crate::region::{Calendar, LocalDay};
use crate::rhythm::utc_of;
use crate::scene::{LiveScene, Scene};
use crate::town::Town;

/// Salary, rent and at most so many subscriptions.
const ITEMS: u32 = 7;
const SALARY: u32 = 0;
const RENT: u32 = 1;

/// Expected standing transactions of a person in a month: salary or pension, rent of those who rent, subscriptions.
pub const PER_MONTH: f64 = 1.0 + RENTERS + MEAN_SUBSCRIPTIONS;
const RENTERS: f64 = 0.55;
const SUBSCRIPTION_SHARES: [f64; 6] = [0.12, 0.22, 0.26, 0.20, 0.13, 0.07];
const MEAN_SUBSCRIPTIONS: f64 = 0.22 + 2.0 * 0.26 + 3.0 * 0.20 + 4.0 * 0.13 + 5.0 * 0.07;

/// Prices of subscriptions in US dollars: streaming, music, storage, papers, gyms, telephone.
const SUBSCRIPTION_PRICES: [f64; 10] = [4.99, 7.99, 9.99, 11.99, 14.99, 15.49, 19.99, 24.99, 39.00, 55.00];

/// One monthly item of a person.
#[derive(Clone, Copy, Debug)]
struct Item {
    number: u32,
    /// Day of the month on which it is due; the last one where the month is shorter.
    day: u32,
    micros_of_day: i64,
    dollars: f64,
}

/// The items of a person, computed from who they are.
fn items(town: &Town, entity: EntityId, person: &Person) -> impl Iterator<Item = Item> {
    let mut draws = town.draws(entity, Purpose::BirthPlans, 0);
    let subscriptions = sample::pick(&sample::cumulate(&SUBSCRIPTION_SHARES), draws.unit()) as u32;
    let rents = draws.chance(RENTERS);
    let wanted = move |n: &u32| *n == SALARY || (*n == RENT && rents) || (*n > RENT && *n <= RENT + subscriptions);
    let (persona, level) = (person.profile.persona, person.profile.level as f64);
    let Changes { jobs, moves, .. } = person.changes;
    // Each job pays on its own day, and each home has its own rent.
    let epoch = move |n: u32| match n {
        SALARY => u64::from(jobs),
        RENT => u64::from(moves),
        _ => 0,
    };
    let draws = move |n: u32| town.draws(entity, Purpose::BirthPlans, 1 + u64::from(n) + (epoch(n) << 8));
    (0..ITEMS).filter(wanted).map(move |n| item(n, persona, level, &mut draws(n)))
}

fn item(number: u32, persona: Persona, level: f64, draws: &mut Draws) -> Item {
    let (day, hours, dollars) = match number {
        SALARY => (salary_day(persona, draws), (5.0, 10.0), salary(persona, level, draws)),
        RENT => (1 + draws.below(5) as u32, (7.0, 12.0), libm::exp(6.9 + 0.6 * level + 0.25 * sample::normal(draws))),
        _ => (1 + draws.below(28) as u32, (2.0, 9.0), SUBSCRIPTION_PRICES[draws.below(10) as usize]),
    };
    let seconds = draws.between(hours.0, hours.1) * 3_600.0;
    Item { number, day, micros_of_day: (seconds * MICROS_PER_SECOND as f64) as i64, dollars }
}

fn salary_day(persona: Persona, draws: &mut Draws) -> u32 {
    let days: [u32; 4] = if persona == Persona::Retired { [1, 1, 3, 3] } else { [1, 15, 25, 31] };
    days[draws.below(4) as usize]
}

fn salary(persona: Persona, level: f64, draws: &mut Draws) -> f64 {
    let middle = match persona {
        Persona::Worker => 8.25,
        Persona::Parent => 8.15,
        Persona::NightOwl => 8.05,
        Persona::Retired => 7.6,
        Persona::Student => 6.7,
    };
    libm::exp(middle + 0.7 * level + 0.25 * sample::normal(draws))
}

impl Item {
    /// When it is due next after `now`.
    fn next(&self, calendar: &Calendar, now: VirtualTime) -> VirtualTime {
        let (mut year, mut month, _) = calendar.local(now).day.year_month_day();
        loop {
            let first = LocalDay::of(year, month, 1).expect("the first of a month exists");
            let day = LocalDay(first.0 + self.day.min(first.days_in_month()) as i32 - 1);
            let due = utc_of(calendar, day, self.micros_of_day);
            if due > now {
                return due;
            }
            (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        }
    }
}

/// Plans the next standing item after now.
pub(crate) fn plan_standing(scene: &Scene<'_>, person: &mut Person) {
    let calendar = &scene.local.region.calendar;
    let next = items(scene.town, scene.entity(), person).map(|i| i.next(calendar, scene.now)).min();
    person.plan(Process::Standing, next.unwrap_or(VirtualTime::NEVER));
}

/// The standing item that is due now, and the plan for the next.
pub(crate) fn act_standing<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Standing);
    let calendar = &scene.local.region.calendar;
    let just_before = VirtualTime::from_micros(scene.now.micros() - 1);
    let is_due = |i: &Item| i.next(calendar, just_before) == scene.now;
    let due = items(scene.town, scene.entity(), person).find(is_due);
    if let Some(item) = due {
        let draft = draft(scene, person, item, &mut scene.draws(Purpose::Standing, act));
        transact(scene, person, Process::Standing, draft);
        if item.number == SALARY {
            person.bank.paid_on = scene.now.utc_day();
            plan_habit_again(scene, person, &mut scene.draws(Purpose::Payday, act));
        }
    }
    plan_standing(scene, person);
}

fn draft(scene: &Scene<'_>, person: &Person, item: Item, draws: &mut Draws) -> Draft {
    let currency = scene.local.region.currency;
    let payee = scene.town.draws(scene.entity(), Purpose::BirthPlans, 100 + item.number as u64).next_u64();
    let (kind, category, method, channel) = match item.number {
        SALARY => (TransactionType::Deposit, Category::Other, PaymentMethod::BankTransfer, Channel::Transfer),
        RENT => (TransactionType::Payment, Category::Services, PaymentMethod::BankTransfer, Channel::Transfer),
        _ if person.profile.wallet.credit_card => {
            (TransactionType::Payment, Category::DigitalGoods, PaymentMethod::CreditCard, Channel::Online)
        }
        _ => (TransactionType::Payment, Category::DigitalGoods, PaymentMethod::DebitCard, Channel::Online),
    };
    let place = person.profile.home;
    let usual = usual(scene, person, channel, draws);
    let ip = scene.home_address(person);
    let merchant = scene.local.merchants.member(category, payee);
    // A person's standing items come from one device, the same for months.
    Draft {
        kind,
        category,
        method,
        merchant,
        amount: Money::worth(item.dollars, currency),
        place,
        ip,
        device: person.profile.devices[0],
        ..usual
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::PersonId;
    use crate::testing;

    fn item_on(day: u32) -> Item {
        Item { number: SALARY, day, micros_of_day: 6 * 3_600_000_000, dollars: 1.0 }
    }

    #[test]
    fn the_thirty_first_is_the_last_day_of_short_months() {
        let calendar = Calendar::new("America/Sao_Paulo").expect("a zone");
        let mut now =
            crate::scenario::resolve_time("2026-01-31T23:00:00Z", VirtualTime::from_micros(0)).expect("a time");
        let mut days = Vec::new();
        for _ in 0..4 {
            now = item_on(31).next(&calendar, now);
            days.push(calendar.local(now).day.year_month_day());
        }
        assert_eq!(days, [(2026, 2, 28), (2026, 3, 31), (2026, 4, 30), (2026, 5, 31)]);
    }

    #[test]
    fn people_have_as_many_items_as_expected() {
        let town = testing::town("[world]\npeople = 3000");
        let region = &town.localities()[0].region;
        let count = |n: u32| {
            let entity = EntityId::person(PersonId(n));
            items(&town, entity, &Person::newborn(&town.person_rules(), region, PersonId(n))).count()
        };
        let mean = (0..3_000).map(count).sum::<usize>() as f64 / 3_000.0;
        assert!((mean - PER_MONTH).abs() < 0.1, "{mean} items, {PER_MONTH} expected");
    }
}
