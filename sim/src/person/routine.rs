//! Arrivals of habitual acts at a rate that changes month by month.
//! Must not depend on: the meaning of the acts.

use super::rules::EntityMoment;
use super::state::Person;
use crate::base::Domain;
use crate::engine::{RngStream, VirtualTime};
use crate::region::Calendar;
use crate::rhythm::Rhythm;

/// Habitual acts of a person: an inhomogeneous Poisson process.
pub(crate) struct Routine<'a> {
    /// The intensity over the week.
    pub rhythm: &'a Rhythm,
    /// The domain whose monthly factor applies.
    pub domain: Domain,
    /// Minutes by which the intensity is shifted to later hours.
    pub shift_minutes: i16,
    /// Mean arrivals per day of this person in an average month.
    pub per_day: f64,
}

/// Months ahead that are searched one by one; a later arrival is placed by the factor of the last one.
const MONTHS_AHEAD: usize = 12;

impl Person {
    /// Returns the next arrival of `routine` after `from`, at this person's changing rate.
    pub(crate) fn next_act(
        &mut self,
        moment: EntityMoment,
        calendar: &Calendar,
        routine: &Routine<'_>,
        from: VirtualTime,
        rng: &mut RngStream,
    ) -> VirtualTime {
        let (mut at, mut next) = (from, VirtualTime::NEVER);
        if routine.per_day <= 0.0 {
            return next;
        }
        // Arrivals are memoryless: one after the end of the month is drawn again from there.
        for month in 1..=MONTHS_AHEAD {
            let (factor, end) = self.activity(moment, at, routine.domain);
            let per_day = routine.per_day * factor;
            let limit = if month < MONTHS_AHEAD { end } else { VirtualTime::NEVER };
            next = routine.rhythm.arrival_before(limit, calendar, at, routine.shift_minutes, per_day, rng);
            if next < end || next == VirtualTime::NEVER {
                break;
            }
            at = end;
        }
        next
    }
}
