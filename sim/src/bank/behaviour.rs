//! What a person does at the bank: habitual acts, and the payments that belong to orders and rides.
//! Knows neither campaigns (see `fraud`) nor monthly standing items (see `standing`).

use super::amounts::unusual;
use super::cards;
use super::event::{Category, Channel, PaymentMethod, Transaction, TransactionType};
use super::guard::Guard;
use super::habits::{Habit, HabitRates};
use super::merchants::{Customer, RIDE_MERCHANT, SHOP_MERCHANT};
use crate::drift::Rule;
use crate::engine::{Draws, IdKind, Purpose, Span, VirtualTime, sample};
use crate::entity::EntityId;
use crate::fraud::FraudMark;
use crate::money::Money;
use crate::outlet::Outlet;
use crate::person::{ActKind, Device, Domain, Person, Process, Routine};
use crate::place::Place;
use crate::region::DayKind;
use crate::rhythm::{OwnHour, Rhythm};
use crate::scene::{LiveScene, Scene};
use crate::town::Town;
use serde::{Deserialize, Serialize};

/// What changes in a person's life at the bank.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BankLife {
    /// Transactions so far, fraud included.
    pub sequence: u32,
    /// An order of the shop that is still to be paid.
    pub order: Option<OrderDue>,
    /// What protects the account after fraud.
    pub guard: Guard,
    /// Purchases left of a busy day.
    pub errands_left: u8,
    /// UTC day of the last salary; 0 before the first.
    pub paid_on: i32,
}

/// Probability that a purchase of the day is the first of many: one user-day in a hundred has ten purchases or so.
const BUSY_DAY: f64 = 0.016;
/// Further purchases of such a day, at least and below; minutes between them, at least and mean beyond that.
const BUSY_ERRANDS: (u64, u64) = (6, 13);
const BUSY_MINUTES: (f64, f64) = (4.0, 20.0);
/// Local hours at which a busy day begins.
const BUSY_HOURS: std::ops::Range<usize> = 9..18;
/// What busy days add to the acts of habit: about half of these are purchases between 9 and 18 h.
const BUSY_SHARE: f64 = 0.5 * BUSY_DAY * 9.0;

/// Days from a salary on in which people spend more, how much more often then than later in the month, so that the
/// month has its mean, and by how much more each time, as a logarithm.
const PAYDAYS: i32 = 4;
const PAYDAY_RATES: (f64, f64) = (1.25, 0.965);
const PAYDAY_LEVEL: f64 = 0.06;

impl BankLife {
    fn is_payday(&self, now: VirtualTime) -> bool {
        self.paid_on > 0 && (0..PAYDAYS).contains(&(now.utc_day() - self.paid_on))
    }

    /// Another device takes the place of one.
    pub(crate) fn change_device(&mut self, old: Device, new: Device) {
        if let Some(order) = self.order.as_mut().filter(|order| order.device == old) {
            order.device = new;
        }
    }
}

/// An order that is to be paid.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct OrderDue {
    /// Sum of price × quantity in minor units.
    pub minor: i64,
    /// What most of it was spent on.
    pub category: Category,
    /// The device that ordered.
    pub device: Device,
}

/// What is still open about a transaction when its maker has decided the rest.
pub(crate) struct Draft {
    pub kind: TransactionType,
    pub category: Category,
    pub channel: Channel,
    pub method: PaymentMethod,
    pub merchant: u32,
    pub amount: Money,
    pub place: Place,
    pub ip: u32,
    pub device: Device,
    pub cvv_provided: bool,
    pub billing_match: bool,
    pub fraud: Option<FraudMark>,
}

/// Turns a draft into the person's next transaction: emits and remembers it.
pub(crate) fn transact<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person, process: Process, draft: Draft) {
    person.bank.sequence += 1;
    let sequence = person.bank.sequence;
    let card = match draft.method {
        PaymentMethod::CreditCard => Some(1),
        PaymentMethod::DebitCard => Some(0),
        _ => None,
    };
    let age = scene.now.since(person.profile.opened).micros().max(0) / (86_400 * crate::engine::MICROS_PER_SECOND);
    let event = Transaction {
        transaction_id: scene.own_uuid(IdKind::Transaction, sequence as u64),
        user_id: scene.person_uuid(),
        account: scene.account(),
        timestamp: scene.now,
        amount: draft.amount,
        merchant: draft.merchant,
        merchant_name: scene.local.merchants.name(draft.merchant),
        category: draft.category,
        kind: draft.kind,
        method: draft.method,
        location: draft.place,
        ip_address: draft.ip,
        device: draft.device,
        account_age_days: age,
        cvv_provided: draft.cvv_provided,
        billing_address_match: draft.billing_match,
        fraud: draft.fraud,
        channel: draft.channel,
        concepts: scene.concepts(person),
        card_id: card.map(|n| scene.own_uuid(IdKind::Card, cards::act(scene, person, n))),
        entity_sequence: sequence,
    };
    scene.emit_transaction(process, &event);
    scene.remember(person, act_kind(&draft), draft.amount.minor, draft.merchant);
}

fn act_kind(draft: &Draft) -> ActKind {
    match draft.kind {
        _ if draft.fraud.is_some() => ActKind::Fraud,
        TransactionType::Purchase => ActKind::Purchase,
        TransactionType::Withdrawal => ActKind::Withdrawal,
        TransactionType::Transfer => ActKind::Transfer,
        TransactionType::Payment => ActKind::Payment,
        TransactionType::Deposit => ActKind::Deposit,
    }
}

/// A draft of what is nothing special: own place, network and device, checks passed as usual.
pub(crate) fn usual(scene: &Scene<'_>, person: &Person, channel: Channel, draws: &mut Draws) -> Draft {
    let profile = &person.profile;
    let online = channel == Channel::Online || channel == Channel::Transfer;
    let device = if online { profile.some_device(draws) } else { profile.devices[0] };
    let at_home = draws.chance(if online { 0.72 } else { 0.05 });
    let away = person.away(scene.now);
    let about = if at_home || draws.chance(0.5) { profile.home } else { profile.work };
    Draft {
        kind: TransactionType::Purchase,
        category: Category::Other,
        channel,
        method: PaymentMethod::DebitCard,
        merchant: scene.local.merchants.number(0),
        amount: Money { minor: 1, currency: scene.local.region.currency },
        place: near(away.unwrap_or(about), draws),
        ip: if at_home && away.is_none() { scene.home_address(person) } else { scene.mobile_address(person) },
        device,
        cvv_provided: !draws.chance(scene.rule(Rule::CvvMissing, person)),
        billing_match: !draws.chance(scene.rule(Rule::BillingMismatch, person)),
        fraud: None,
    }
}

/// A place within some hundred metres.
fn near(place: Place, draws: &mut Draws) -> Place {
    let bits = draws.next_u64();
    let step = |b: u64| (b & 0x7ff) as i32 - 1024;
    Place { lat_e6: place.lat_e6 + step(bits), lon_e6: place.lon_e6 + step(bits >> 11) }
}

/// The next habitual act after now.
pub(crate) fn plan_habit(scene: &Scene<'_>, person: &mut Person, draws: &mut Draws) {
    let next = if person.bank.errands_left > 0 {
        person.bank.errands_left -= 1;
        let minutes = BUSY_MINUTES.0 + BUSY_MINUTES.1 * sample::exponential(draws);
        scene.now + Span::from_seconds_f64(60.0 * minutes)
    } else {
        next_habit(scene, person, draws)
    };
    person.plan(Process::Habit, next);
}

/// The next act at the rates of habits, which may change before it.
fn next_habit(scene: &Scene<'_>, person: &mut Person, draws: &mut Draws) -> VirtualTime {
    let next = |person: &mut Person, from: VirtualTime, draws: &mut Draws| (habit_from(scene, person, from, draws), ());
    scene.arrival(person, (Process::Habit, &Rule::HABITS), scene.now, draws, next).0
}

/// The next act after `from` at the rates of that instant.
fn habit_from(scene: &Scene<'_>, person: &mut Person, from: VirtualTime, draws: &mut Draws) -> VirtualTime {
    let (habits, payday) = (scene.town.habits(), person.bank.is_payday(scene.now));
    let pace = habits.pace(&HabitRates::at(scene, person, from));
    let routine = Routine {
        rhythm: habits.rhythm(person.profile.persona),
        domain: Domain::Bank,
        shift_minutes: person.profile.shift_minutes,
        per_day: pace * person.profile.rate(Domain::Bank) / (1.0 + BUSY_SHARE)
            * if payday { PAYDAY_RATES.0 } else { PAYDAY_RATES.1 },
    };
    person.next_act(scene, &routine, from, draws)
}

/// Draws the next habitual act anew where the rates that it was planned by, those of `old`, are others before it. Whether
/// they were; a busy day goes on as it began.
pub(crate) fn adopt_habits(scene: &Scene<'_>, old: &Town, person: &mut Person, draws: &mut Draws) -> bool {
    let (rules, pending) = (&Rule::HABITS, person.due(Process::Habit));
    let Some(from) = scene.differs_from(old, rules, person, pending).filter(|_| person.bank.errands_left == 0) else {
        return false;
    };
    let next = |person: &mut Person, from: VirtualTime, draws: &mut Draws| (habit_from(scene, person, from, draws), ());
    let (at, ()) = scene.arrival_anew(person, rules, from, draws, next);
    person.plan(Process::Habit, at);
    true
}

/// Plans the next habitual act once more, by what holds now; a busy day goes on as it began.
pub(super) fn plan_habit_again(scene: &Scene<'_>, person: &mut Person, draws: &mut Draws) {
    if person.bank.errands_left == 0 {
        plan_habit(scene, person, draws);
    }
}

/// A habitual act: what it is follows from the hour; the next one is planned.
pub(crate) fn act_by_habit<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Habit);
    person.season(scene, scene.now);
    let draws = &mut scene.draws(Purpose::Habit, act);
    let hour = own_hour(scene, person);
    let habit = which_habit(scene, person, hour, draws);
    let draft = match habit {
        Habit::PosPurchase | Habit::OnlinePurchase => purchase(scene, person, habit, hour.kind, draws),
        Habit::Withdrawal => withdrawal(scene, person, draws),
        Habit::Transfer => transfer(scene, person, draws),
    };
    let purchase = draft.kind == TransactionType::Purchase;
    // A frozen account refuses; what its owner does next does not change by that.
    if !person.bank.guard.is_frozen(scene.now) {
        transact(scene, person, Process::Habit, draft);
    }
    if purchase && person.bank.errands_left == 0 && BUSY_HOURS.contains(&hour.hour) && draws.chance(BUSY_DAY) {
        let (least, below) = BUSY_ERRANDS;
        person.bank.errands_left = (least + draws.below(below - least)) as u8;
    }
    plan_habit(scene, person, draws);
}

/// The purchase of `minor` minor units that command `number` asks for: where this person would spend so much at this
/// hour, and how they would pay. Its random numbers are the command's, so no other act of anybody moves.
pub(crate) fn purchase_as_asked<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person, number: u64, minor: u32) {
    let draws = &mut scene.town.draws(EntityId::command(number), Purpose::Asked, 0);
    person.season(scene, scene.now);
    person.look_up_journey(scene);
    let hour = own_hour(scene, person);
    let habit = match which_habit(scene, person, hour, draws) {
        Habit::PosPurchase | Habit::Withdrawal => Habit::PosPurchase,
        Habit::OnlinePurchase | Habit::Transfer => Habit::OnlinePurchase,
    };
    let amount = Money { minor: i64::from(minor), currency: scene.local.region.currency };
    let category = fitting_category(scene, person, (habit, hour.kind), amount, draws);
    let draft = Draft { amount, ..purchase_of(scene, person, habit, category, draws) };
    transact(scene, person, Process::Habit, draft);
}

/// Of some categories that this person might buy now, the one in which `amount` is least unusual for them.
fn fitting_category(
    scene: &Scene<'_>,
    person: &Person,
    (habit, kind): (Habit, DayKind),
    amount: Money,
    draws: &mut Draws,
) -> Category {
    let log = libm::log(amount.dollars()) - person.profile.level as f64;
    let some: [Category; 4] = std::array::from_fn(|_| some_category(scene, person, habit, kind, draws));
    some.into_iter().min_by(|a, b| unusual(*a, log).total_cmp(&unusual(*b, log))).expect("there are some")
}

/// Which habit an act at this hour is.
fn which_habit(scene: &Scene<'_>, person: &Person, hour: OwnHour, draws: &mut Draws) -> Habit {
    let rates = HabitRates::at(scene, person, scene.now);
    scene.town.habits().which(person.profile.persona, hour, &rates, draws.unit())
}

/// A category that this person may buy now, by habit.
pub(super) fn some_category(
    scene: &Scene<'_>,
    person: &Person,
    habit: Habit,
    kind: DayKind,
    draws: &mut Draws,
) -> Category {
    let drawn = |draws: &mut Draws| scene.town.habits().category(habit, person.profile.persona, kind, draws.next_u64());
    if !scene.town.drifts().touch(&Category::ALL.map(Rule::Mix)) {
        return drawn(draws);
    }
    // The tables hold the mix of birth: what is bought less now is passed over as often as that takes.
    let weight = |category: Category| {
        let rule = Rule::Mix(category);
        scene.rule(rule, person) / rule.value(scene.town.scenario()).max(1e-9)
    };
    let weights = Category::ALL.map(weight);
    let most = weights.iter().copied().fold(0.0, f64::max);
    if weights.iter().any(|weight| *weight != most) {
        for _ in 0..MOST_PASSED {
            let one = drawn(draws);
            if draws.unit() * most < weights[one as usize] {
                return one;
            }
        }
    }
    drawn(draws)
}

/// Logarithm of what purchases cost against usual.
pub(super) fn price_level(scene: &Scene<'_>, person: &Person) -> f64 {
    match scene.rule(Rule::AmountScale, person) {
        1.0 => 0.0,
        scale => libm::log(scale),
    }
}

/// So often a category is passed over at most.
const MOST_PASSED: usize = 1_000;

/// Share of purchases away from home that are fares, rooms and the like.
const AWAY_TRAVEL: f64 = 0.15;

pub(super) fn own_hour(scene: &Scene<'_>, person: &Person) -> OwnHour {
    Rhythm::own_hour(&scene.local.region.calendar, scene.now, person.profile.shift_minutes)
}

fn purchase(scene: &Scene<'_>, person: &Person, habit: Habit, kind: DayKind, draws: &mut Draws) -> Draft {
    let usual = some_category(scene, person, habit, kind, draws);
    let travels = person.away(scene.now).is_some() && draws.chance(AWAY_TRAVEL);
    let category = if travels { Category::Travel } else { usual };
    purchase_of(scene, person, habit, category, draws)
}

pub(super) fn purchase_of(
    scene: &Scene<'_>,
    person: &Person,
    habit: Habit,
    category: Category,
    draws: &mut Draws,
) -> Draft {
    let online = habit == Habit::OnlinePurchase;
    let merchants = &scene.local.merchants;
    let merchant = merchant_for(scene, person, category, !online, draws);
    let channel = if online { Channel::Online } else { Channel::Pos };
    let usual = usual(scene, person, channel, draws);
    Draft {
        category,
        merchant,
        amount: habitual_amount(scene, person, category, merchant, draws),
        place: if online { usual.place } else { merchants.place(merchant) },
        method: if online { online_method(scene, person, draws) } else { card_method(scene, person, draws) },
        ..usual
    }
}

/// Where a person goes for `category`: near by where they stay, unless it is bought from anywhere.
fn merchant_for(scene: &Scene<'_>, person: &Person, category: Category, in_person: bool, draws: &mut Draws) -> u32 {
    let merchants = &scene.local.merchants;
    match person.away(scene.now).filter(|_| in_person) {
        Some(away) => merchants.candidate(category, Some(away), draws),
        None => {
            let from = in_person.then_some(person.profile.home);
            let moves = if in_person { person.changes.moves } else { 0 };
            let customer = Customer { entity: scene.entity(), from, moves };
            merchants.choose(scene.town.key(), &customer, category, scene.now, draws)
        }
    }
}

/// What a person pays for `category` at `merchant`: their own level, their way with this merchant, and the day.
fn habitual_amount(scene: &Scene<'_>, person: &Person, category: Category, merchant: u32, draws: &mut Draws) -> Money {
    let pair = scene.town.key().hash(scene.entity().code(), Purpose::BirthFavourites, 1 << 32 | merchant as u64);
    // A uniform number with the standard deviation 0.25.
    let habit = (pair >> 11) as f64 * (0.866 / (1u64 << 53) as f64) - 0.433;
    let (profile, pricing) = (&person.profile, scene.local.merchants.pricing(merchant));
    let payday = if person.bank.is_payday(scene.now) { PAYDAY_LEVEL } else { 0.0 };
    let level = f64::from(profile.level) + person.season.level() + habit + payday + price_level(scene, person);
    pricing.amount(category, level, profile.persona.small_errands(), scene.local.region.currency, draws)
}

fn online_method(scene: &Scene<'_>, person: &Person, draws: &mut Draws) -> PaymentMethod {
    let wallet = person.profile.wallet;
    let at = draws.unit();
    match () {
        _ if wallet.crypto && at < 0.15 => PaymentMethod::Crypto,
        _ if wallet.paypal && at < 0.45 => PaymentMethod::Paypal,
        _ => card_method(scene, person, draws),
    }
}

fn card_method(scene: &Scene<'_>, person: &Person, draws: &mut Draws) -> PaymentMethod {
    let credit = person.profile.wallet.credit_card && draws.chance(0.58);
    if credit && !person.bank.guard.card_is_blocked(scene.now) {
        PaymentMethod::CreditCard
    } else {
        PaymentMethod::DebitCard
    }
}

fn withdrawal(scene: &Scene<'_>, person: &Person, draws: &mut Draws) -> Draft {
    let notes = 1 + sample::pick(&[0.22, 0.50, 0.66, 0.78, 0.90, 0.95, 0.97, 1.0], draws.unit()) as i64;
    let currency = scene.local.region.currency;
    let note = Money::worth(20.0, currency).minor;
    let unit = if currency.decimals() == 0 { 1_000 } else { 1_000.min(note) };
    let usual = usual(scene, person, Channel::Atm, draws);
    let merchant = merchant_for(scene, person, Category::Other, true, draws);
    Draft {
        kind: TransactionType::Withdrawal,
        merchant,
        amount: Money { minor: (note / unit).max(1) * unit * notes, currency },
        ..usual
    }
}

fn transfer(scene: &Scene<'_>, person: &Person, draws: &mut Draws) -> Draft {
    let usually = libm::exp(4.4 + 0.8 * person.profile.level as f64 + 1.0 * sample::normal(draws));
    let dollars = usually * scene.rule(Rule::AmountScale, person);
    let rounded = if draws.chance(0.6) { libm::round(dollars / 10.0).max(1.0) * 10.0 } else { dollars };
    Draft {
        kind: TransactionType::Transfer,
        method: PaymentMethod::BankTransfer,
        merchant: merchant_for(scene, person, Category::Other, false, draws),
        amount: Money::worth(rounded, scene.local.region.currency),
        ..usual(scene, person, Channel::Transfer, draws)
    }
}

/// Pays the order that was just made in the shop.
///
/// # Panics
/// When no order is to be paid.
pub(crate) fn pay_order<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Checkout);
    let order = person.bank.order.take().expect("a checkout is planned only by an order");
    let draws = &mut scene.draws(Purpose::Checkout, act);
    let draft = Draft {
        category: order.category,
        method: online_method(scene, person, draws),
        merchant: scene.local.merchants.number(SHOP_MERCHANT),
        amount: Money { minor: order.minor, currency: scene.local.region.currency },
        device: order.device,
        ..usual(scene, person, Channel::Online, draws)
    };
    person.rest(Process::Checkout);
    transact(scene, person, Process::Checkout, draft);
}

/// Plans the payment of an order made now: some seconds later, always within a minute.
pub(crate) fn plan_checkout(scene: &Scene<'_>, person: &mut Person, order: OrderDue, draws: &mut Draws) {
    person.bank.order = Some(order);
    person.plan(Process::Checkout, scene.now + Span::from_seconds_f64(draws.between(1.5, 48.0)));
}

/// Pays the fare of the ride that ends now.
pub(crate) fn pay_fare<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::Fare);
    let ride = person.rides.current.take().expect("a fare is planned only by a ride");
    let draws = &mut scene.draws(Purpose::Fare, act);
    let draft = Draft {
        kind: TransactionType::Payment,
        category: Category::Services,
        method: online_method(scene, person, draws),
        merchant: scene.local.merchants.number(RIDE_MERCHANT),
        amount: Money { minor: ride.fare_minor, currency: scene.local.region.currency },
        place: ride.destination,
        ip: scene.mobile_address(person),
        device: person.profile.devices[0],
        ..usual(scene, person, Channel::Online, draws)
    };
    person.rest(Process::Fare);
    transact(scene, person, Process::Fare, draft);
}
