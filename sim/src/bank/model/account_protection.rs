//! The protection of an account after fraud: blocked and replaced cards, and frozen accounts. Must not depend on:
//! fraud.

use super::parameters::accounts::CARD_DELIVERY_TIME;
use crate::engine::{Span, VirtualTime};
use serde::{Deserialize, Serialize};

/// The protection of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountProtection {
    blocked_until: VirtualTime,
    frozen_until: VirtualTime,
}

impl Default for AccountProtection {
    fn default() -> Self {
        let long_ago = VirtualTime::from_micros(0);
        AccountProtection { blocked_until: long_ago, frozen_until: long_ago }
    }
}

impl AccountProtection {
    /// Blocks the cards at `now` and orders new ones. The credit card cannot be used until its replacement arrives; the
    /// debit card is printed at the branch on the same day.
    pub(crate) fn block_card(&mut self, now: VirtualTime) {
        self.blocked_until = now + CARD_DELIVERY_TIME;
    }

    /// Freezes the account at `now` for `duration`. Its owner cannot buy, withdraw or transfer; monthly payments and
    /// orders are still paid.
    pub(crate) fn freeze(&mut self, now: VirtualTime, duration: Span) {
        self.frozen_until = self.frozen_until.max(now + duration);
    }

    /// Returns whether the credit card is blocked.
    pub(crate) fn card_is_blocked(&self, now: VirtualTime) -> bool {
        now < self.blocked_until
    }

    /// Returns whether the account is frozen.
    pub(crate) fn is_frozen(&self, now: VirtualTime) -> bool {
        now < self.frozen_until
    }
}
