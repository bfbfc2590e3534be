//! The bank's controls: limits that raise an alarm over the acts with a card or an account, and the time that the bank
//! takes to respond. The limits change every half-year.
//! Must not depend on: campaigns, kinds and labels.

use super::parameters::{
    ALARM_ACTS_PER_HOUR, ALARM_RESPONSE_HOURS, ALARM_SPENDING_PER_DAY, CONTROLS_DAYS, STATEMENT_RESPONSE_HOURS,
    USUAL_AMOUNT_DOLLARS,
};
use crate::base::{EntityId, RegionId};
use crate::engine::{Purpose, RngStream, Span, VirtualTime, WorldKey, sample};
use serde::{Deserialize, Serialize};

/// The limits in force at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::fraud) struct Controls {
    /// Acts within an hour that raise an alarm.
    acts_per_hour: u32,
    /// The spending within a day that raises an alarm, in units of the customer's usual spending per act.
    spending_per_day: f64,
}

impl Controls {
    /// Returns the limits in force in a region.
    pub(in crate::fraud) fn at(key: WorldKey, region: RegionId, at: VirtualTime) -> Self {
        let half_year = at.utc_day().div_euclid(CONTROLS_DAYS) as u64;
        let rng = &mut key.rng(EntityId::region(region).code(), Purpose::Answer, half_year);
        let ((least_acts, numbers), (least, most)) = (ALARM_ACTS_PER_HOUR, ALARM_SPENDING_PER_DAY);
        Controls { acts_per_hour: least_acts + rng.below(numbers) as u32, spending_per_day: rng.between(least, most) }
    }

    /// Returns the shortest time between acts that never raises an alarm.
    pub(in crate::fraud) fn quiet_gap(&self) -> Span {
        Span::from_seconds(3_600 / i64::from(self.acts_per_hour - 1))
    }

    /// Returns the largest amount of which three raise no alarm with a usual customer.
    pub(in crate::fraud) fn quiet_dollars(&self) -> f64 {
        self.spending_per_day * USUAL_AMOUNT_DOLLARS / 3.01
    }
}

/// The acts of an episode, as recorded by the controls.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(in crate::fraud) struct Trace {
    hour: VirtualTime,
    in_hour: u16,
    day: VirtualTime,
    dollars: f32,
    /// True if an alarm was raised.
    pub alarmed: bool,
}

impl Trace {
    /// Returns the trace of an episode without acts.
    pub(in crate::fraud) fn new() -> Self {
        let long_ago = VirtualTime::from_micros(0);
        Trace { hour: long_ago, in_hour: 0, day: long_ago, dollars: 0.0, alarmed: false }
    }

    /// Adds an act of `dollars` by a customer whose acts usually cost `usual`.
    pub(in crate::fraud) fn add(&mut self, controls: &Controls, now: VirtualTime, dollars: f64, usual: f64) {
        if now.since(self.hour) > Span::from_seconds(3_600) {
            (self.hour, self.in_hour) = (now, 0);
        }
        if now.since(self.day) > Span::from_days(1) {
            (self.day, self.dollars) = (now, 0.0);
        }
        self.in_hour += 1;
        self.dollars += dollars as f32;
        let noticed = u32::from(self.in_hour) >= controls.acts_per_hour
            || f64::from(self.dollars) >= controls.spending_per_day * usual;
        self.alarmed |= noticed;
    }
}

/// Draws the time from the last act to the bank's response: an alarm is reviewed within minutes to hours, a customer who
/// sees the acts on the statement calls after a day or more.
pub(in crate::fraud) fn response_delay(alarmed: bool, rng: &mut RngStream) -> Span {
    let (least, mean, limit) = if alarmed { ALARM_RESPONSE_HOURS } else { STATEMENT_RESPONSE_HOURS };
    let hours = least + mean * sample::exponential(rng).min(limit);
    Span::from_seconds_f64(3_600.0 * hours)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn controls() -> Controls {
        Controls { acts_per_hour: 3, spending_per_day: 10.0 }
    }

    fn seen(every: i64, count: i64, dollars: f64) -> bool {
        let mut trace = Trace::new();
        (1..=count).for_each(|n| {
            trace.add(&controls(), VirtualTime::from_seconds(1_000_000 + n * every), dollars, USUAL_AMOUNT_DOLLARS)
        });
        trace.alarmed
    }

    #[test]
    fn many_acts_and_large_amounts_raise_an_alarm() {
        assert!(seen(60, 3, 1.0) && !seen(60, 2, 1.0));
        assert!(seen(7_200, 5, 95.0) && !seen(7_200, 4, 95.0));
    }

    #[test]
    fn acts_below_the_limits_raise_no_alarm() {
        assert!(!seen(controls().quiet_gap().micros() / 1_000_000 + 1, 8, 5.0));
        assert!(!seen(10_000, 3, controls().quiet_dollars()));
    }

    #[test]
    fn limits_hold_for_half_a_year() {
        let at = |day: i64| Controls::at(WorldKey::new(2), RegionId(0), VirtualTime::from_seconds(day * 86_400));
        assert_eq!(at(182 * 100), at(182 * 101 - 1));
        assert!((0..8).any(|n| at(182 * (100 + n)) != at(182 * 99)));
    }
}
