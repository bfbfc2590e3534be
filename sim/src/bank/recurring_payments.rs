//! The monthly payments of a person as they fall due. Must not depend on: the hours of habits.

use super::habits::replan_habit;
use super::model::recurring_payments::{PayerProfile, RecurringKind, RecurringPayment, recurring_payments};
use super::transactions::{Draft, transact, usual_from};
use crate::base::{Category, Channel, Money, PaymentMethod, TransactionType};
use crate::engine::{Purpose, RngStream, VirtualTime};
use crate::outlet::Outlet;
use crate::person::{Person, Process};
use crate::region::LocalMonth;
use crate::scene::{LiveScene, Scene};

/// Returns the monthly payments of the person who acts.
fn payments_of(scene: &Scene<'_>, person: &Person) -> impl Iterator<Item = RecurringPayment> {
    let payer = PayerProfile {
        persona: person.profile.persona,
        level: person.profile.level as f64,
        jobs: person.changes.jobs,
        moves: person.changes.moves,
    };
    recurring_payments(scene.key, payer)
}

/// Plans the next monthly payment after now.
pub(crate) fn plan_recurring_payment(scene: &Scene<'_>, person: &mut Person) {
    let (calendar, now) = (&scene.local.region.calendar, scene.now);
    let month = LocalMonth::of(calendar.local(now).day);
    let next = payments_of(scene, person).map(|payment| payment.next(calendar, month, now)).min();
    person.plan(Process::RecurringPayment, next.unwrap_or(VirtualTime::NEVER));
}

/// Makes the monthly payment that is due now, and plans the next.
pub(crate) fn act_recurring_payment<O: Outlet>(scene: &mut LiveScene<'_, O>, person: &mut Person) {
    let act = person.count_act(Process::RecurringPayment);
    let (due, next) = due_and_next(scene, person);
    if let Some(payment) = due {
        let kind = payment.kind();
        let draft = draft(scene, person, &payment, &mut scene.rng(Purpose::RecurringPayment, act));
        transact(scene, person, Process::RecurringPayment, draft);
        if kind == RecurringKind::Salary {
            person.bank.paid_on = scene.now.utc_day();
            replan_habit(scene, person, &mut scene.rng(Purpose::Payday, act));
        }
    }
    person.plan(Process::RecurringPayment, next);
}

/// Returns the first monthly payment that is due now, and the instant of the next after now.
fn due_and_next(scene: &Scene<'_>, person: &Person) -> (Option<RecurringPayment>, VirtualTime) {
    let (calendar, now) = (&scene.local.region.calendar, scene.now);
    let just_before = VirtualTime::from_micros(now.micros() - 1);
    let month = LocalMonth::of(calendar.local(just_before).day);
    let (mut due, mut next) = (None, VirtualTime::NEVER);
    for payment in payments_of(scene, person) {
        let mut at = payment.next(calendar, month, just_before);
        if at == now {
            at = payment.next(calendar, month, now);
            due = due.or(Some(payment));
        }
        next = next.min(at);
    }
    (due, next)
}

fn draft(scene: &Scene<'_>, person: &Person, payment: &RecurringPayment, rng: &mut RngStream) -> Draft {
    let (kind, category, channel) = match payment.kind() {
        RecurringKind::Salary => (TransactionType::Deposit, Category::Other, Channel::Transfer),
        RecurringKind::Rent => (TransactionType::Payment, Category::Services, Channel::Transfer),
        RecurringKind::Subscription => (TransactionType::Payment, Category::DigitalGoods, Channel::Online),
    };
    let method = match payment.kind() {
        RecurringKind::Salary | RecurringKind::Rent => PaymentMethod::BankTransfer,
        RecurringKind::Subscription if person.profile.wallet.credit_card => PaymentMethod::CreditCard,
        RecurringKind::Subscription => PaymentMethod::DebitCard,
    };
    let payee = payment.payee(scene.key);
    Draft {
        kind,
        category,
        method,
        merchant: scene.local.merchants.member(category, payee),
        amount: Money::worth(payment.dollars(), scene.local.region.currency),
        place: person.profile.home,
        // The monthly payments of a person come from one device, the same for months.
        device: person.profile.devices[0],
        ..usual_from(scene, person, channel, Some(scene.home_address(person)), rng)
    }
}
