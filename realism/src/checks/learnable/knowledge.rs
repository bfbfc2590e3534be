//! The knowledge of a bank at the moment of a transaction: the record, the windows of the Fraud Detection Handbook
//! (recency, frequency, amount; a merchant's risk by labels a week late), and the history of devices, addresses, places
//! and habits. Must not depend on: the learner.

use super::windows::{Event, Past};
use crate::data::{Channel, Data, Kind, Label, Means, Payment};
use populace_sim::FraudKind;
use std::collections::HashMap;

const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;
/// The delay of labels, in seconds.
pub(super) const LABEL_DELAY: i64 = 7 * DAY;

/// The number of fields of the record.
pub(super) const RECORD: usize = 13;
/// The number of features of the Handbook's windows.
pub(super) const WINDOWS: usize = 14;
/// The number of features of the whole history.
pub(super) const HISTORY: usize = 20;

/// A transaction and the features known when it is made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// The time, in local seconds.
    pub at: i64,
    pub user: u32,
    pub merchant: u32,
    pub fraud: bool,
    /// The kind of fraud; `None` if it is no fraud or its record has no kind.
    pub pattern: Option<FraudKind>,
    pub record: [f32; RECORD],
    pub windows: [f32; WINDOWS],
    pub history: [f32; HISTORY],
}

/// Returns whether the payment is an online card purchase, which checks 4 and 5 test.
pub(super) fn is_judged(payment: &Payment) -> bool {
    payment.channel == Channel::Online && payment.means == Means::Card && payment.kind == Kind::Purchase
}

/// Returns the features known at each payment from `from` on that `wanted` selects.
pub(super) fn known(data: &Data, from: i64, mut wanted: impl FnMut(&Payment) -> bool) -> Vec<Known> {
    let (mut past, mut rows) = (Pasts::new(data), Vec::new());
    for payment in &data.payments {
        if payment.wall.0 >= from && wanted(payment) {
            rows.push(past.known(payment));
        }
        past.add(payment);
    }
    rows
}

/// The kinds of values that are recorded of a user's payments, as a hash of kind, user and value.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Trait {
    Device,
    Address,
    Network,
    Merchant,
    Category,
    Hour,
}

/// The number of occurrences of a value and the time of the first.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    times: u32,
    since: i64,
}

/// The sums over the past payments of a user.
#[derive(Clone, Debug, Default)]
struct User {
    windows: Past<6>,
    payments: f32,
    /// Sum and sum of squares of ln amounts.
    amounts: [f64; 2],
    /// The sums of latitude and longitude of payments at tills, and their number.
    home: [f64; 3],
    last: Option<(i64, [f32; 2])>,
}

struct Pasts {
    users: Vec<User>,
    merchants: HashMap<u32, (Past<3>, Past<1>)>,
    seen: HashMap<u64, Seen>,
    /// The user who last used each address, and the number of changes of user.
    shared: HashMap<u32, (u32, u32)>,
}

impl Pasts {
    fn new(data: &Data) -> Self {
        Pasts {
            users: vec![User::default(); data.users],
            merchants: HashMap::new(),
            seen: HashMap::new(),
            shared: HashMap::new(),
        }
    }

    fn known(&mut self, payment: &Payment) -> Known {
        Known {
            at: payment.wall.0,
            user: payment.user,
            merchant: payment.merchant,
            fraud: payment.label == Label::Fraud,
            pattern: payment.pattern,
            record: record(payment),
            windows: self.windows(payment),
            history: self.history(payment),
        }
    }

    fn add(&mut self, payment: &Payment) {
        let (now, user) = (payment.wall.0, &mut self.users[payment.user as usize]);
        let event = Event { at: now, amount: payment.amount, fraud: payment.label == Label::Fraud };
        user.add(payment, event);
        let (lagged, recent) = self.merchants.entry(payment.merchant).or_default();
        lagged.add(event);
        recent.add(event);
        for (kind, value) in traits(payment) {
            let seen = self.seen.entry(key(kind, payment.user, value)).or_insert(Seen { times: 0, since: now });
            seen.times += 1;
        }
        let (last, changes) = self.shared.entry(payment.facts.ip).or_insert((payment.user, 0));
        *changes += u32::from(*last != payment.user);
        *last = payment.user;
    }

    /// Returns the Handbook's features: the user's and the merchant's windows of 1, 7 and 30 days, weekend and night.
    fn windows(&mut self, payment: &Payment) -> [f32; WINDOWS] {
        let (now, wall) = (payment.wall.0, payment.wall);
        let own = self.users[payment.user as usize].windows.sums(now, 0, SPANS);
        let merchant = &mut self.merchants.entry(payment.merchant).or_default().0;
        let risk = merchant.sums(now, LABEL_DELAY, [DAY, 7 * DAY, 30 * DAY]);
        let mut all = [0.0; WINDOWS];
        for n in 0..3 {
            all[4 * n..4 * n + 4].copy_from_slice(&[own[n].count, own[n].amount, risk[n].count, risk[n].risk]);
        }
        all[12] = f32::from(u8::from(wall.day().is_weekend()));
        all[13] = f32::from(u8::from(wall.hour() <= 6));
        all
    }

    fn history(&mut self, payment: &Payment) -> [f32; HISTORY] {
        let now = payment.wall.0;
        let [device, address, network, merchant, category, hour] = self.familiar(payment);
        let busy = self.merchants.entry(payment.merchant).or_default().1.sums(now, 0, [10 * MINUTE])[0];
        let shared = self.shared.get(&payment.facts.ip).map_or(0, |(_, changes)| *changes);
        let user = &mut self.users[payment.user as usize];
        let recent = user.windows.sums(now, 0, SPANS);
        let share = |seen: Seen| seen.times as f32 / user.payments.max(1.0);
        let age = |seen: Seen| if seen.times == 0 { -1.0 } else { ((now - seen.since) / HOUR) as f32 };
        let (mean, spread) = user.level();
        let (pause, step) = user.since_last(payment);
        [
            share(device),
            age(device),
            share(address),
            age(address),
            share(network),
            age(merchant),
            share(merchant),
            share(category),
            share(hour),
            user.payments,
            payment.amount.max(0.01).ln() - mean,
            (payment.amount.max(0.01).ln() - mean) / spread,
            user.distance_from_home(payment),
            pause,
            step,
            recent[3].count,
            recent[4].count,
            recent[5].amount,
            busy.count,
            shared as f32,
        ]
    }

    /// Returns the past occurrences of each trait of the payment, in the order of the kinds.
    fn familiar(&self, payment: &Payment) -> [Seen; 6] {
        traits(payment).map(|(kind, value)| self.seen.get(&key(kind, payment.user, value)).copied().unwrap_or_default())
    }
}

/// The windows of a user, in seconds: a day, a week, a month for the Handbook; ten minutes, an hour and six hours for
/// velocity.
const SPANS: [i64; 6] = [DAY, 7 * DAY, 30 * DAY, 10 * MINUTE, HOUR, 6 * HOUR];

impl User {
    fn add(&mut self, payment: &Payment, event: Event) {
        self.windows.add(event);
        let level = f64::from(payment.amount.max(0.01)).ln();
        self.payments += 1.0;
        self.amounts = [self.amounts[0] + level, self.amounts[1] + level * level];
        let at = payment.facts.at;
        if payment.channel == Channel::Pos {
            self.home = [self.home[0] + f64::from(at[0]), self.home[1] + f64::from(at[1]), self.home[2] + 1.0];
        }
        self.last = Some((payment.wall.0, at));
    }

    /// Returns the mean and the standard deviation of ln amounts so far.
    fn level(&self) -> (f32, f32) {
        let n = f64::from(self.payments).max(1.0);
        let mean = self.amounts[0] / n;
        (mean as f32, (self.amounts[1] / n - mean * mean).max(0.05).sqrt() as f32)
    }

    /// Returns the kilometres from the mean place of payments at tills; -1 without such payments.
    fn distance_from_home(&self, payment: &Payment) -> f32 {
        match self.home[2] {
            0.0 => -1.0,
            n => kilometres([(self.home[0] / n) as f32, (self.home[1] / n) as f32], payment.facts.at),
        }
    }

    /// Returns ln seconds since the last payment, and the kilometres from it.
    fn since_last(&self, payment: &Payment) -> (f32, f32) {
        match self.last {
            Some((at, place)) => {
                (((payment.wall.0 - at).max(0) as f32 + 1.0).ln(), kilometres(place, payment.facts.at))
            }
            None => (30.0, -1.0),
        }
    }
}

/// Returns the kilometres on a flat map, accurate to a per cent within a city.
fn kilometres(a: [f32; 2], b: [f32; 2]) -> f32 {
    const PER_DEGREE: f32 = 111.2;
    let (north, east) = ((b[0] - a[0]) * PER_DEGREE, (b[1] - a[1]) * PER_DEGREE * a[0].to_radians().cos());
    north.hypot(east)
}

fn record(payment: &Payment) -> [f32; RECORD] {
    let facts = payment.facts;
    [
        payment.amount.max(0.01).ln(),
        f32::from(payment.category),
        payment.wall.hour() as f32,
        f32::from(payment.wall.day().weekday()),
        f32::from(facts.method),
        f32::from(facts.device),
        facts.at[0],
        facts.at[1],
        (facts.ip >> 24) as f32,
        (facts.ip >> 8 & 0xffff) as f32,
        facts.account_days as f32,
        f32::from(facts.cvv),
        f32::from(facts.billing_match),
    ]
}

fn traits(payment: &Payment) -> [(Trait, u32); 6] {
    let facts = payment.facts;
    [
        (Trait::Device, u32::from(facts.device)),
        (Trait::Address, facts.ip),
        (Trait::Network, facts.ip >> 16),
        (Trait::Merchant, payment.merchant),
        (Trait::Category, u32::from(payment.category)),
        (Trait::Hour, payment.wall.hour() as u32 / 3),
    ]
}

/// Returns the key of a kind, a user and a value. Kinds, users and values of a town are few against 2⁶⁴.
fn key(kind: Trait, user: u32, value: u32) -> u64 {
    let mixed = (u64::from(user) << 32 | u64::from(value)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9).wrapping_add(kind as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Wall;
    use crate::controls::{data_of, payment};

    fn online(user: u32, at: i64, amount: f32) -> Payment {
        let mut row = payment(user, Wall(at));
        (row.channel, row.amount) = (Channel::Online, amount);
        row
    }

    #[test]
    fn only_the_past_is_known() {
        let rows = vec![online(0, 0, 10.0), online(0, 60, 1_000.0), online(1, 90, 10.0)];
        let known = known(&data_of(rows), 0, |_| true);
        assert_eq!(known.len(), 3);
        let counts: Vec<f32> = known.iter().map(|one| one.windows[0]).collect();
        assert_eq!(counts, [0.0, 1.0, 0.0]);
        assert_eq!((known[0].history[1], known[1].history[1]), (-1.0, 0.0), "age of the device");
        assert!((known[1].history[10] - 100.0_f32.ln()).abs() < 1e-4, "{}", known[1].history[10]);
        assert_eq!((known[1].history[19], known[2].history[19]), (0.0, 0.0), "one user had the address so far");
    }

    #[test]
    fn a_merchants_risk_is_known_a_week_later() {
        let mut rows = vec![online(0, 0, 5.0)];
        rows[0].label = Label::Fraud;
        rows.extend([online(1, DAY, 5.0), online(1, 8 * DAY, 5.0)]);
        let known = known(&data_of(rows), 0, |_| true);
        let risks: Vec<f32> = known.iter().map(|one| one.windows[11]).collect();
        assert_eq!(risks, [0.0, 0.0, 0.5]);
    }
}
