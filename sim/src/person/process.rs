//! The processes of a person: the kinds of acts that are planned, one pending act of each.
//! Must not depend on: the state of a person.

/// The number of processes of a person.
pub const PROCESSES: usize = 9;

/// A sequence of acts of a person, of which at most one is pending. Among acts of one person at one instant, the process
/// with the lower number comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Process {
    /// Habitual purchases, withdrawals and transfers.
    Habit = 0,
    /// Recurring payments: salary, rent, subscriptions.
    RecurringPayment = 1,
    /// The next visit to the shop, or a review that is due.
    Visit = 2,
    /// The next step of the visit in progress.
    Step = 3,
    /// Payment of the order just made.
    Checkout = 4,
    /// The next request of a ride.
    Ride = 5,
    /// Payment at the end of the ride in progress.
    Fare = 6,
    /// The next act of fraud against this person.
    Fraud = 7,
    /// The opening or closing of the account, or a life event.
    Life = 8,
}

impl Process {
    /// All processes, in the order of their numbers.
    pub const ALL: [Process; PROCESSES] = [
        Process::Habit,
        Process::RecurringPayment,
        Process::Visit,
        Process::Step,
        Process::Checkout,
        Process::Ride,
        Process::Fare,
        Process::Fraud,
        Process::Life,
    ];
    /// Returns the name that views of a person show. Names are public: they stay when a variant is renamed.
    pub fn name(self) -> &'static str {
        match self {
            Process::Habit => "habit",
            Process::RecurringPayment => "standing",
            Process::Visit => "visit",
            Process::Step => "step",
            Process::Checkout => "checkout",
            Process::Ride => "ride",
            Process::Fare => "fare",
            Process::Fraud => "fraud",
            Process::Life => "life",
        }
    }
}
