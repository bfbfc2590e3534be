//! When customers come, what they like, what they still mean to review. Knows one customer's habits; the steps of a
//! visit are in `session`.

use super::customer::{Buyer, COMES_BACK, Customer, REMINDED, customer, visits_per_day};
use super::model::cart::{self, CartItem};
use super::model::category::ShopCategory;
use super::model::days::visits_on;
use super::model::spell::{self, GOES_ON};
use super::session::Session;
use crate::base::Place;
use crate::drift::Rule;
use crate::engine::{Draws, Purpose, Span, VirtualTime, sample};
use crate::outlet::Outlet;
use crate::person::{Device, Domain, Person, Persona, Process, Routine};
use crate::rhythm::{Rhythm, bump, hours, paydays, week, week_on};
use crate::scene::{LiveScene, Scene};
use crate::town::Town;
use serde::{Deserialize, Serialize};

/// What changes in a person's life at the shop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShopLife {
    /// Who comes: a human with a buying life, or a program; None until the first plan.
    pub customer: Option<Customer>,
    /// Interactions so far.
    pub sequence: u32,
    /// Visits so far, the one in progress included.
    pub visits: u32,
    /// Carts so far.
    pub carts: u32,
    /// Orders so far.
    pub orders: u32,
    /// The end of the last visit.
    pub last_seen: VirtualTime,
    /// The visit in progress.
    pub session: Option<Session>,
    /// What is in the cart, over visits.
    pub cart: Vec<CartItem>,
    /// The next visit by habit; the process may be due earlier for a review or to finish something.
    pub next_visit: VirtualTime,
    /// A visit to finish what was left, or to go on with it.
    pub comeback: Option<Comeback>,
    /// Reviews that will be written: when, and of which product.
    pub reviews: Vec<(VirtualTime, u32)>,
}

/// A visit to finish what an earlier one left, or to go on with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comeback {
    /// When.
    pub at: VirtualTime,
    /// What brings it about.
    pub reason: Reason,
    /// The product that the customer has in mind, by number in the world.
    pub product: u32,
}

/// Why a customer comes back. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[repr(u8)]
pub enum Reason {
    /// They still mean to buy.
    Intent,
    /// An e-mail about the cart reminded them.
    Reminder,
    /// They go on with what they looked at: a visit of the same spell.
    Wish,
}

/// At most so many reviews are pending; who buys more reviews less of it.
const REVIEWS_LIMIT: usize = 4;
/// Half of those whom unfinished intent brings back are back within so many days: a visit excites the next.
const COMEBACK_HALF_LIFE_DAYS: f64 = 1.5;
/// A visit begins at the earliest so long after the last one ended, beyond the time-out: else it would be the same.
const BETWEEN_VISITS: Span = Span::from_seconds(120);

impl ShopLife {
    /// A customer who was last seen at `start`, with an empty cart.
    pub(crate) fn new(start: VirtualTime) -> Self {
        ShopLife {
            customer: None,
            sequence: 0,
            visits: 0,
            carts: 0,
            orders: 0,
            last_seen: start,
            session: None,
            cart: Vec::new(),
            next_visit: VirtualTime::NEVER,
            comeback: None,
            reviews: Vec::new(),
        }
    }

    /// Another device takes the place of one, in the visit in progress too.
    pub(crate) fn change_device(&mut self, old: Device, new: Device) {
        if let Some(session) = &mut self.session {
            session.change_device(old, new);
        }
    }

    /// Decides whether what was just bought will be reviewed.
    pub(super) fn perhaps_review(&mut self, probability: f64, product: u32, now: VirtualTime, draws: &mut Draws) {
        if self.reviews.len() < REVIEWS_LIMIT && draws.chance(probability) {
            self.reviews.push((review_time(now, draws), product));
        }
    }

    /// The place of the earliest pending review.
    fn first_review(&self) -> Option<usize> {
        (0..self.reviews.len()).min_by_key(|i| self.reviews[*i])
    }
}

/// When people of each persona visit the shop.
#[derive(Debug)]
pub(crate) struct VisitRhythms(pub(super) Vec<Rhythm>);

/// Visits by month, January first, without what sales and presents add.
const MONTHS: [f64; 12] = [1.0, 0.97, 0.98, 0.98, 0.99, 0.97, 0.99, 0.98, 0.98, 1.01, 1.08, 1.07];

impl VisitRhythms {
    /// The rhythms of all personas.
    pub fn new() -> Self {
        VisitRhythms(Persona::ALL.iter().map(|p| rhythm(*p)).collect())
    }
}

fn rhythm(persona: Persona) -> Rhythm {
    let evening = if persona == Persona::NightOwl { 23.0 } else { 20.8 };
    let day = hours(&[bump(13.8, 2.6, 0.50), bump(evening, 5.0, 0.34)], 0.16);
    let usual = week(day, day, [1.10, 1.07, 1.03, 0.98, 0.95, 0.88, 0.99]);
    Rhythm::by_kind(|kind| week_on(kind, &usual, visits_on(kind)), &MONTHS, &paydays())
}

/// Plans the next visit by habit after now, and the process for it or for an earlier review.
pub(crate) fn plan_visit(scene: &Scene<'_>, person: &mut Person) {
    let draws = &mut scene.draws(Purpose::Visit, person.acts[Process::Visit as usize]);
    plan_visit_from(scene, person, after_a_visit(scene.town, scene.now), draws);
}

/// Plans once more the visit by habit that is pending, unless a visit is in progress, which plans it when it ends.
pub(crate) fn plan_visit_again(scene: &Scene<'_>, person: &mut Person, draws: &mut Draws) {
    if person.shop.session.is_none() {
        let earliest = after_a_visit(scene.town, person.shop.last_seen);
        plan_visit_from(scene, person, earliest.max(scene.now), draws);
    }
}

/// When the next visit may begin after one that ended at `end`.
fn after_a_visit(town: &Town, end: VirtualTime) -> VirtualTime {
    end + Span::from_seconds(i64::from(town.scenario().shop.session_timeout_minutes) * 60) + BETWEEN_VISITS
}

fn plan_visit_from(scene: &Scene<'_>, person: &mut Person, earliest: VirtualTime, draws: &mut Draws) {
    person.shop.next_visit = match customer(scene, person) {
        Customer::Bot(bot) => {
            let visits = scene.rule(Rule::Visits, person);
            bot.next_visit(visits, person.shop.last_seen, earliest, draws)
        }
        Customer::Human(buyer) => next_habitual(scene, person, &buyer, earliest, draws),
    };
    plan_process(person, earliest);
}

/// The next visit by habit after `earliest`, at a rate that may change before it.
fn next_habitual(
    scene: &Scene<'_>,
    person: &mut Person,
    buyer: &Buyer,
    earliest: VirtualTime,
    draws: &mut Draws,
) -> VirtualTime {
    let next = |person: &mut Person, from: VirtualTime, draws: &mut Draws| {
        (habitual_from(scene, person, buyer, from, draws), ())
    };
    scene.arrival(person, (Process::Visit, &[Rule::Visits]), earliest, draws, next).0
}

/// The next visit by habit after `from` at the rate of that instant.
fn habitual_from(
    scene: &Scene<'_>,
    person: &mut Person,
    buyer: &Buyer,
    from: VirtualTime,
    draws: &mut Draws,
) -> VirtualTime {
    let routine = Routine {
        rhythm: &scene.town.visit_rhythms().0[person.profile.persona as usize],
        domain: Domain::Shop,
        shift_minutes: person.profile.shift_minutes,
        per_day: visits_per_day(scene, person, buyer, from),
    };
    scene.next_act(person, &routine, from, draws)
}

/// Draws the visit by habit that is pending anew where the rate that it was planned by, that of `old`, is another before
/// it. Whether it was; a visit in progress plans the next one itself, and a program keeps to its interval until its next
/// visit, unless the rate is another already.
pub(crate) fn adopt_visits(scene: &Scene<'_>, old: &Town, person: &mut Person, draws: &mut Draws) -> bool {
    let (rules, pending) = (&[Rule::Visits], person.shop.next_visit);
    let differs = scene.differs_from(old, rules, person, pending).filter(|_| person.shop.session.is_none());
    let Some(from) = differs else { return false };
    let earliest = after_a_visit(scene.town, person.shop.last_seen).max(scene.now);
    person.shop.next_visit = match customer(scene, person) {
        Customer::Bot(_) if from > scene.now => return false,
        Customer::Bot(bot) => bot.next_visit(scene.rule(Rule::Visits, person), person.shop.last_seen, earliest, draws),
        Customer::Human(buyer) => {
            let next = |person: &mut Person, from: VirtualTime, draws: &mut Draws| {
                (habitual_from(scene, person, &buyer, from, draws), ())
            };
            scene.arrival_anew(person, rules, from.max(earliest), draws, next).0
        }
    };
    plan_process(person, earliest);
    true
}

/// An arrival after `earliest` in the rhythm of this person, with `per_day` on an average day.
fn next_by_rhythm(
    scene: &Scene<'_>,
    person: &Person,
    earliest: VirtualTime,
    per_day: f64,
    draws: &mut Draws,
) -> VirtualTime {
    let rhythm = &scene.town.visit_rhythms().0[person.profile.persona as usize];
    rhythm.next_arrival(&scene.local.region.calendar, earliest, person.profile.shift_minutes, per_day, draws)
}

fn plan_process(person: &mut Person, earliest: VirtualTime) {
    let review = person.shop.first_review().map_or(VirtualTime::NEVER, |i| person.shop.reviews[i].0);
    let comeback = person.shop.comeback.map_or(VirtualTime::NEVER, |c| c.at);
    person.plan(Process::Visit, person.shop.next_visit.min(review.min(comeback).max(earliest)));
}

/// The visit that ends now left something unfinished: perhaps the customer comes back for it in the days after, at an
/// hour that suits them.
pub(super) fn perhaps_come_back(scene: &Scene<'_>, person: &mut Person, product: u32, left: Left, draws: &mut Draws) {
    let own = left == Left::Intent && draws.chance(COMES_BACK);
    let reminded = !own && !person.shop.cart.is_empty() && draws.chance(REMINDED);
    let (days, reason) = match (own, reminded) {
        (true, _) => (COMEBACK_HALF_LIFE_DAYS * std::f64::consts::LOG2_E * sample::exponential(draws), Reason::Intent),
        // The e-mail is sent one to three days later.
        (_, true) => (draws.between(1.0, 3.0), Reason::Reminder),
        _ => return,
    };
    /// Any waking hour suits: so many arrivals a day are on offer.
    const OFFERED: f64 = 8.0;
    come_back(scene, person, (days, OFFERED), Comeback { at: VirtualTime::NEVER, reason, product }, draws);
}

/// Perhaps the customer goes on with what they looked at in the visit that ends now, some hours or days later.
pub(super) fn perhaps_go_on(scene: &Scene<'_>, person: &mut Person, product: u32, draws: &mut Draws) {
    let Some(Customer::Human(buyer)) = person.shop.customer else { return };
    if buyer.lapsed || !draws.chance(GOES_ON) {
        return;
    }
    let days = spell::days_until_next(visits_per_day(scene, person, &buyer, scene.now), draws);
    let comeback = Comeback { at: VirtualTime::NEVER, reason: Reason::Wish, product };
    come_back(scene, person, (days, spell::OFFERED), comeback, draws);
}

/// Plans to come back after so many days, at one of so many arrivals a day that are on offer then.
fn come_back(
    scene: &Scene<'_>,
    person: &mut Person,
    (days, offered): (f64, f64),
    comeback: Comeback,
    draws: &mut Draws,
) {
    let earliest = after_a_visit(scene.town, scene.now) + Span::from_seconds_f64(86_400.0 * days);
    let at = next_by_rhythm(scene, person, earliest, offered, draws);
    person.shop.comeback = Some(Comeback { at, ..comeback });
}

/// What a visit left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Nothing.
    Nothing,
    /// Something in the cart, without the intent to buy it.
    Cart,
    /// The intent to buy.
    Intent,
}

/// A visit begins: by habit, to finish something, or because a review is due.
pub(crate) fn begin_visit<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Visit);
    let draws = &mut scene.draws(Purpose::Review, act);
    let away = scene.now.since(person.shop.last_seen);
    cart::age(&mut person.shop.cart, away, &scene.local.catalogue, scene.now, draws);
    let session = match customer(scene, person) {
        Customer::Bot(_) => Session::of_bot(person),
        Customer::Human(_) => session_of_human(scene, person, draws),
    };
    person.shop.visits += 1;
    person.shop.session = Some(session);
    person.rest(Process::Visit);
    super::session::step(scene, person);
}

fn session_of_human(scene: &Scene<'_>, person: &mut Person, draws: &mut Draws) -> Session {
    if let Some(Customer::Human(buyer)) = &mut person.shop.customer {
        buyer.begins_visit(draws);
    }
    if let Some(comeback) = person.shop.comeback.filter(|c| c.at <= scene.now) {
        person.shop.comeback = None;
        return Session::back(scene, person, comeback, draws);
    }
    match person.shop.first_review().filter(|i| person.shop.reviews[*i].0 <= scene.now) {
        Some(i) if scene.now < person.shop.next_visit => {
            let (_, product) = person.shop.reviews.swap_remove(i);
            Session::to_review(scene, person, product, draws)
        }
        _ => Session::begin(scene, person, tastes(scene), draws),
    }
}

/// The three categories a person likes best, computed from who they are.
fn tastes(scene: &Scene<'_>) -> [ShopCategory; 3] {
    let draws = &mut scene.town.draws(scene.entity(), Purpose::BirthFavourites, 2 << 32);
    std::array::from_fn(|_| scene.local.catalogue.some_category(draws))
}

/// The device of a visit: one of their own, more and more often the phone. Phones made 55 % of visits in 2019 and 64 %
/// in 2020 (Contentsquare 2021); a third of the people here have nothing but a phone.
pub(super) fn customer_device(scene: &Scene<'_>, person: &Person, draws: &mut Draws) -> Device {
    let own = person.profile.own_devices();
    let year = 1970.0 + scene.now.utc_day() as f64 / 365.25;
    let phone = (0.35 + 0.03 * (year - 2020.0)).clamp(0.15, 0.85) * scene.rule(Rule::MobileScale, person);
    if own.len() == 1 || draws.chance(phone) { own[0] } else { own[1 + draws.below(own.len() as u64 - 1) as usize] }
}

/// Where a customer is: at home on what stands there, about town with a phone every other person.
pub(super) fn shop_location(person: &Person, device: Device) -> Place {
    let about = device.model().device_type == "Mobile" && person.shop.visits.is_multiple_of(3);
    if about { person.profile.work } else { person.profile.home }
}

/// When a review of something bought at `bought` is written.
fn review_time(bought: VirtualTime, draws: &mut Draws) -> VirtualTime {
    bought + Span::from_seconds_f64(86_400.0 * (2.5 + 6.0 * sample::exponential(draws)).min(60.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A comeback as blocks of format 4 have it.
    #[derive(Serialize)]
    struct OfFormat4 {
        at: VirtualTime,
        reminded: bool,
        product: u32,
    }

    #[test]
    fn comebacks_of_the_format_before_are_read() {
        let at = VirtualTime::from_seconds(1_000);
        for (reminded, reason) in [(false, Reason::Intent), (true, Reason::Reminder)] {
            let saved = postcard::to_allocvec(&OfFormat4 { at, reminded, product: 300 }).expect("bytes");
            let read: Comeback = postcard::from_bytes(&saved).expect("a comeback");
            assert_eq!(read, Comeback { at, reason, product: 300 });
        }
    }
}
