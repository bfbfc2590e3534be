//! When customers come, what they like, what they still mean to review. Knows one customer's habits; the steps of a
//! visit are in `session`.

use super::catalogue::ShopCategory;
use super::session::{CartItem, Session, review_time};
use crate::engine::{Draws, Purpose, Span, VirtualTime};
use crate::outlet::Outlet;
use crate::person::{Device, Domain, Person, Persona, Process, Routine};
use crate::place::Place;
use crate::rhythm::{Rhythm, bump, hours, week};
use crate::scene::{LiveScene, Scene};
use crate::town::Town;
use serde::{Deserialize, Serialize};

/// What changes in a person's life at the shop.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShopLife {
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
    /// The next visit by habit; the process may be due earlier for a review.
    pub next_visit: VirtualTime,
    /// Reviews that will be written: when, and of which product.
    pub reviews: Vec<(VirtualTime, u32)>,
}

/// At most so many reviews are pending; who buys more reviews less of it.
const REVIEWS_LIMIT: usize = 4;
/// A cart that nobody touched for so long is emptied.
const CART_DAYS: i64 = 30;
/// A visit begins at the earliest so long after the last one ended, beyond the time-out: else it would be the same.
const BETWEEN_VISITS: Span = Span::from_seconds(120);

impl ShopLife {
    /// A customer who was last seen at `start`, with an empty cart.
    pub(crate) fn new(start: VirtualTime) -> Self {
        ShopLife {
            sequence: 0,
            visits: 0,
            carts: 0,
            orders: 0,
            last_seen: start,
            session: None,
            cart: Vec::new(),
            next_visit: VirtualTime::NEVER,
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
pub(crate) struct VisitRhythms(Vec<Rhythm>);

/// Visits by month, January first: the weeks before Christmas are the busiest.
const MONTHS: [f64; 12] = [0.97, 0.92, 0.95, 0.95, 0.97, 0.95, 0.98, 0.97, 0.97, 1.0, 1.18, 1.22];

impl VisitRhythms {
    /// The rhythms of all personas.
    pub fn new() -> Self {
        VisitRhythms(Persona::ALL.iter().map(|p| rhythm(*p)).collect())
    }
}

fn rhythm(persona: Persona) -> Rhythm {
    let evening = if persona == Persona::NightOwl { 23.0 } else { 20.8 };
    let day = hours(&[bump(13.8, 2.6, 0.50), bump(evening, 5.0, 0.34)], 0.16);
    Rhythm::new(&week(day, day, [1.10, 1.07, 1.03, 0.98, 0.95, 0.88, 0.99]), &MONTHS)
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
    let routine = Routine {
        rhythm: &scene.town.visit_rhythms().0[person.profile.persona as usize],
        domain: Domain::Shop,
        shift_minutes: person.profile.shift_minutes,
        per_day: scene.town.scenario().shop.visits_per_day,
    };
    person.shop.next_visit = person.next_act(scene, &routine, earliest, draws);
    plan_process(person, earliest);
}

fn plan_process(person: &mut Person, earliest: VirtualTime) {
    let review = person.shop.first_review().map_or(VirtualTime::NEVER, |i| person.shop.reviews[i].0);
    person.plan(Process::Visit, person.shop.next_visit.min(review.max(earliest)));
}

/// A visit begins: by habit, or because a review is due.
pub(crate) fn begin_visit<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Visit);
    let draws = &mut scene.draws(Purpose::Review, act);
    if scene.now.since(person.shop.last_seen) > Span::from_days(CART_DAYS) {
        person.shop.cart.clear();
    }
    let due = person.shop.first_review().filter(|i| person.shop.reviews[*i].0 <= scene.now);
    let session = match due {
        Some(i) if scene.now < person.shop.next_visit => {
            let (_, product) = person.shop.reviews.swap_remove(i);
            Session::to_review(person, product, scene.local.catalogue.category(product), draws)
        }
        _ => Session::begin(person, tastes(scene), draws),
    };
    person.shop.visits += 1;
    person.shop.session = Some(session);
    person.rest(Process::Visit);
    super::session::step(scene, person);
}

/// The three categories a person likes best, computed from who they are.
fn tastes(scene: &Scene<'_>) -> [ShopCategory; 3] {
    let draws = &mut scene.town.draws(scene.entity(), Purpose::BirthFavourites, 2 << 32);
    std::array::from_fn(|_| scene.local.catalogue.category(scene.local.catalogue.pick(None, draws)))
}

/// The device of a visit.
pub(super) fn customer_device(person: &Person, draws: &mut Draws) -> Device {
    person.profile.some_device(draws)
}

/// Where a customer is: at home on what stands there, about town with a phone every other person.
pub(super) fn shop_location(person: &Person, device: Device) -> Place {
    let about = device.model().device_type == "Mobile" && person.shop.visits.is_multiple_of(3);
    if about { person.profile.work } else { person.profile.home }
}

/// Orders for each visit that `shop.visits_per_day` asks for, as measured over sixty days of the default town: what the
/// rate of fraud campaigns expects. Orders are one in a hundred transactions, so an error of it hardly moves that rate.
pub(crate) const ORDERS_PER_VISIT: f64 = 0.030;
