//! The bank's controls: rules that raise an alarm over what was done with a card or an account, and how long the bank
//! takes to act. The rules change every half-year. Knows no campaign and no label.

use super::super::kind::FraudKind;
use crate::base::EntityId;
use crate::engine::{Draws, Purpose, Span, VirtualTime, WorldKey, sample};
use crate::region::RegionId;
use serde::{Deserialize, Serialize};

/// What a customer of the usual level spends an act, as the bank reckons.
pub(in crate::fraud) const USUAL_DOLLARS: f64 = 45.0;

/// Days for which a set of rules is in force.
const RULES_DAYS: i32 = 182;

/// What the rules say at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::fraud) struct Controls {
    /// So many acts within an hour raise an alarm.
    an_hour: u32,
    /// So many dollars within a day of acts raise an alarm, in units of what the customer usually spends an act.
    a_day: f64,
}

impl Controls {
    /// The rules in force in a region.
    pub(in crate::fraud) fn at(key: WorldKey, region: RegionId, at: VirtualTime) -> Self {
        let half_year = at.utc_day().div_euclid(RULES_DAYS) as u64;
        let draws = &mut key.draws(EntityId::region(region).code(), Purpose::Answer, half_year);
        Controls { an_hour: 3 + draws.below(2) as u32, a_day: draws.between(8.0, 16.0) }
    }

    /// The shortest time between acts that the rules never notice.
    pub(in crate::fraud) fn quiet_gap(&self) -> Span {
        Span::from_seconds(3_600 / i64::from(self.an_hour - 1))
    }

    /// What an act may cost so that three of them are not noticed with a usual customer.
    pub(in crate::fraud) fn quiet_dollars(&self) -> f64 {
        self.a_day * USUAL_DOLLARS / 3.01
    }
}

/// What the controls have seen of an episode.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::fraud) struct Trace {
    hour: VirtualTime,
    in_hour: u16,
    day: VirtualTime,
    dollars: f32,
    /// Whether an alarm was raised.
    pub alarmed: bool,
}

impl Trace {
    pub(in crate::fraud) fn new() -> Self {
        let long_ago = VirtualTime::from_micros(0);
        Trace { hour: long_ago, in_hour: 0, day: long_ago, dollars: 0.0, alarmed: false }
    }

    /// Takes in an act of so many dollars by a customer whose acts usually cost `usual`.
    pub(in crate::fraud) fn add(&mut self, rules: &Controls, now: VirtualTime, dollars: f64, usual: f64) {
        if now.since(self.hour) > Span::from_seconds(3_600) {
            (self.hour, self.in_hour) = (now, 0);
        }
        if now.since(self.day) > Span::from_days(1) {
            (self.day, self.dollars) = (now, 0.0);
        }
        self.in_hour += 1;
        self.dollars += dollars as f32;
        let noticed = u32::from(self.in_hour) >= rules.an_hour || f64::from(self.dollars) >= rules.a_day * usual;
        self.alarmed |= noticed;
    }
}

/// What the bank does when it has learnt of fraud.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::fraud) enum Answer {
    /// The card is blocked, and another one sent.
    Block,
    /// The account is frozen for so long.
    Freeze(Span),
    /// Nothing: the customer did it, or was talked into it.
    Nothing,
}

impl Answer {
    /// What the bank does about fraud of this kind.
    pub(in crate::fraud) fn to(kind: FraudKind) -> Self {
        match kind {
            FraudKind::CardTesting | FraudKind::StolenCard | FraudKind::Velocity | FraudKind::SkimmedMerchant => {
                Answer::Block
            }
            FraudKind::AccountTakeover => Answer::Freeze(Span::from_days(2)),
            FraudKind::MuleRing => Answer::Freeze(Span::from_days(10)),
            FraudKind::BustOut => Answer::Freeze(Span::from_days(30)),
            FraudKind::FriendlyFraud | FraudKind::PushPayment => Answer::Nothing,
        }
    }

    /// Days for which it freezes the account.
    pub(in crate::fraud) fn frozen_days(self) -> f64 {
        match self {
            Answer::Freeze(time) => time.as_seconds_f64() / 86_400.0,
            Answer::Block | Answer::Nothing => 0.0,
        }
    }

    /// How long after the last act the bank acts: an alarm is reviewed within minutes to hours, a customer who sees it on
    /// the statement calls after a day or more.
    pub(in crate::fraud) fn delay(alarmed: bool, draws: &mut Draws) -> Span {
        let hours = match alarmed {
            true => 0.02 + 0.6 * sample::exponential(draws).min(10.0),
            false => 2.0 + 30.0 * sample::exponential(draws).min(4.0),
        };
        Span::from_seconds_f64(3_600.0 * hours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Controls {
        Controls { an_hour: 3, a_day: 10.0 }
    }

    fn seen(every: i64, count: i64, dollars: f64) -> bool {
        let mut trace = Trace::new();
        (1..=count).for_each(|n| {
            trace.add(&rules(), VirtualTime::from_seconds(1_000_000 + n * every), dollars, USUAL_DOLLARS)
        });
        trace.alarmed
    }

    #[test]
    fn haste_and_large_sums_raise_an_alarm() {
        assert!(seen(60, 3, 1.0) && !seen(60, 2, 1.0));
        assert!(seen(7_200, 5, 95.0) && !seen(7_200, 4, 95.0));
    }

    #[test]
    fn what_keeps_below_the_rules_is_not_noticed() {
        assert!(!seen(rules().quiet_gap().micros() / 1_000_000 + 1, 8, 5.0));
        assert!(!seen(10_000, 3, rules().quiet_dollars()));
    }

    #[test]
    fn rules_hold_for_half_a_year() {
        let at = |day: i64| Controls::at(WorldKey::new(2), RegionId(0), VirtualTime::from_seconds(day * 86_400));
        assert_eq!(at(182 * 100), at(182 * 101 - 1));
        assert!((0..8).any(|n| at(182 * (100 + n)) != at(182 * 99)));
    }
}
