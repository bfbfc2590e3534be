//! What the bank has done to protect an account: cards that were blocked and issued anew, and accounts that are frozen
//! for a time. Knows no fraud; who learns of it says so here.

use crate::engine::{Span, VirtualTime};
use serde::{Deserialize, Serialize};

/// Days until a new card is in the customer's hands.
const CARD_ARRIVES: Span = Span::from_days(4);

/// How an account is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guard {
    blocked_until: VirtualTime,
    frozen_until: VirtualTime,
}

impl Default for Guard {
    fn default() -> Self {
        let long_ago = VirtualTime::from_micros(0);
        Guard { blocked_until: long_ago, frozen_until: long_ago }
    }
}

impl Guard {
    /// The cards are blocked at `now`, and others sent: until they are there the credit card cannot be used; the debit
    /// card is printed at the branch on the same day.
    pub(crate) fn block_card(&mut self, now: VirtualTime) {
        self.blocked_until = now + CARD_ARRIVES;
    }

    /// The account is frozen for so long from `now` on: its owner neither buys, withdraws nor transfers; what comes
    /// monthly and what was ordered is paid.
    pub(crate) fn freeze(&mut self, now: VirtualTime, time: Span) {
        self.frozen_until = self.frozen_until.max(now + time);
    }

    /// Whether the credit card is on its way.
    pub(crate) fn card_is_blocked(&self, now: VirtualTime) -> bool {
        now < self.blocked_until
    }

    /// Whether the account is frozen.
    pub(crate) fn is_frozen(&self, now: VirtualTime) -> bool {
        now < self.frozen_until
    }
}
