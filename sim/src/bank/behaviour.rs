//! What a person does at the bank: habitual acts, and the payments that belong to orders and rides.
//! Knows neither campaigns (see `fraud`) nor monthly standing items (see `standing`).

use super::cards;
use super::habits::{Habit, HabitRates};
use super::model::account_protection::Guard;
use super::model::event::{Category, Channel, PaymentMethod, Transaction, TransactionType};
use super::model::merchants::{RIDE_MERCHANT, SHOP_MERCHANT};
use super::purchases::{fitting_category, merchant_for, online_method, own_hour, purchase, purchase_of, which_habit};
use crate::base::EntityId;
use crate::base::Money;
use crate::base::Place;
use crate::drift::Rule;
use crate::engine::{Draws, IdKind, Purpose, Span, VirtualTime, sample};
use crate::fraud::FraudMark;
use crate::outlet::Outlet;
use crate::person::{ActKind, Device, Domain, Person, Process, Routine};
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
pub(super) const PAYDAY_LEVEL: f64 = 0.06;

impl BankLife {
    pub(super) fn is_payday(&self, now: VirtualTime) -> bool {
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
    scene.next_act(person, &routine, from, draws)
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
    scene.season(person, scene.now);
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
    scene.season(person, scene.now);
    scene.look_up_journey(person);
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
