//! The acts of entities, and totals over them: the recent acts in one table per shard. The kind of an act defines the
//! meaning of its numbers. Must not depend on: the domains.

mod packed;
mod table;

pub use table::HistoryTable;

use crate::engine::VirtualTime;
use serde::{Deserialize, Serialize};

/// The kind of an act. The numbers are part of the saved format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ActKind {
    Purchase = 1,
    Withdrawal = 2,
    Transfer = 3,
    Payment = 4,
    Deposit = 5,
    Fraud = 6,
    Visit = 7,
    Order = 8,
    Review = 9,
    Trip = 10,
    ShiftStart = 11,
    ShiftEnd = 12,
}

const KINDS: [ActKind; 12] = [
    ActKind::Purchase,
    ActKind::Withdrawal,
    ActKind::Transfer,
    ActKind::Payment,
    ActKind::Deposit,
    ActKind::Fraud,
    ActKind::Visit,
    ActKind::Order,
    ActKind::Review,
    ActKind::Trip,
    ActKind::ShiftStart,
    ActKind::ShiftEnd,
];

/// A past act in sixteen bytes: the second and the kind, a size and a subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Act {
    when_and_kind: u64,
    /// Minor units of money for bank acts and orders, seconds for trips, the number of events for visits.
    pub size: u32,
    /// The number of the merchant, product, driver or person concerned.
    pub subject: u32,
}

impl Act {
    /// Returns an act of `kind` at `time`.
    pub fn new(time: VirtualTime, kind: ActKind, size: i64, subject: u32) -> Self {
        let when = (time.seconds().max(0) as u64) << 8;
        Act { when_and_kind: when | kind as u64, size: size.clamp(0, u32::MAX as i64) as u32, subject }
    }

    /// Returns the kind, or `None` for an empty place in the table.
    pub fn kind(self) -> Option<ActKind> {
        KINDS.into_iter().find(|k| *k as u64 == self.when_and_kind & 0xff)
    }

    /// Returns the time, to the second.
    pub fn time(self) -> VirtualTime {
        VirtualTime::from_seconds((self.when_and_kind >> 8) as i64)
    }
}

/// Totals of a calendar month in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MonthTotals {
    /// Months since January 1970.
    pub month: i16,
    /// Bank transactions.
    pub transactions: u16,
    /// Minor units spent: purchases, payments, withdrawals and transfers.
    pub spent: u64,
    /// Trips as a rider or driver.
    pub trips: u16,
    /// Visits to the shop.
    pub visits: u16,
    /// Orders in the shop.
    pub orders: u16,
}

/// Totals over all acts, of this month, and of the last month with acts before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Bank transactions since the start of the tenancy.
    pub transactions: u32,
    /// Minor units spent since the start of the tenancy.
    pub spent: u64,
    /// Trips.
    pub trips: u32,
    /// Visits to the shop.
    pub visits: u32,
    /// Orders in the shop.
    pub orders: u32,
    /// Fraudulent transactions on the account.
    pub frauds: u32,
    /// This month, and the last month with acts before it.
    pub months: [MonthTotals; 2],
}

impl Totals {
    /// Adds an act.
    #[inline]
    pub fn add(&mut self, act: Act) {
        self.turn_month(act.time());
        let month = &mut self.months[0];
        match act.kind() {
            Some(ActKind::Visit) => {
                self.visits += 1;
                month.visits = month.visits.saturating_add(1);
            }
            Some(ActKind::Order) => {
                self.orders += 1;
                month.orders = month.orders.saturating_add(1);
            }
            Some(ActKind::Trip) => {
                self.trips += 1;
                month.trips = month.trips.saturating_add(1);
            }
            Some(ActKind::Review | ActKind::ShiftStart | ActKind::ShiftEnd) | None => {}
            Some(bank) => self.add_transaction(bank, act.size),
        }
    }

    fn add_transaction(&mut self, kind: ActKind, size: u32) {
        let month = &mut self.months[0];
        self.transactions += 1;
        month.transactions = month.transactions.saturating_add(1);
        self.frauds += u32::from(kind == ActKind::Fraud);
        if kind != ActKind::Deposit {
            self.spent += size as u64;
            month.spent += size as u64;
        }
    }

    #[inline]
    fn turn_month(&mut self, time: VirtualTime) {
        let (year, month, _) = crate::engine::civil_date(time.utc_day());
        let number = ((year - 1970) * 12 + month as i32 - 1) as i16;
        if self.months[0].month != number {
            self.months[1] = self.months[0];
            self.months[0] = MonthTotals { month: number, ..MonthTotals::default() };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn act(second: i64, kind: ActKind, size: i64) -> Act {
        Act::new(VirtualTime::from_seconds(second), kind, size, 7)
    }

    #[test]
    fn month_totals_start_anew_each_month() {
        let mut totals = Totals::default();
        totals.add(act(86_400 * 30, ActKind::Purchase, 500));
        totals.add(act(86_400 * 31, ActKind::Deposit, 900));
        totals.add(act(86_400 * 32, ActKind::Fraud, 100));
        assert_eq!((totals.transactions, totals.spent, totals.frauds), (3, 600, 1));
        assert_eq!(totals.months.map(|m| (m.month, m.transactions, m.spent)), [(1, 2, 100), (0, 1, 500)]);
    }
}
