//! The limits of a run: the end in virtual time, the number of records, the wall time. Must not depend on: the other parts
//! of the run loop.

use crate::progress::Ending;
use populace_sim::{CALENDAR_END, VirtualTime, format_time};
use std::time::{Duration, Instant};

/// The limits that end a run.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::run) struct Limits {
    /// The virtual time of the end, exclusive.
    pub(in crate::run) end: Option<VirtualTime>,
    /// The number of records of the world.
    pub(in crate::run) goal: Option<u64>,
    /// The wall time of the end.
    pub(in crate::run) deadline: Option<Instant>,
}

/// The progress of a run, and its beginning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Advance {
    pub(super) began: Instant,
    pub(super) from: VirtualTime,
    pub(super) now: VirtualTime,
    pub(super) produced: u64,
}

impl Limits {
    /// Returns whether the run has an end that is known.
    pub(in crate::run) fn is_bounded(&self) -> bool {
        self.end.is_some() || self.goal.is_some() || self.deadline.is_some()
    }

    /// Returns the virtual time at which the run ends, exclusive: the stated one, or the end of the calendar.
    pub(super) fn last_instant(&self) -> VirtualTime {
        self.end.map_or(CALENDAR_END, |end| end.min(CALENDAR_END))
    }

    /// Returns the end of a window that starts at `now` and should reach `until`. A replay may go beyond the end of the
    /// run, if the sink does.
    pub(super) fn cap(&self, now: VirtualTime, until: VirtualTime) -> VirtualTime {
        let end = self.last_instant();
        if end > now { until.min(end) } else { until }
    }

    /// Returns the number of records to publish out of `produced`.
    pub(super) fn cap_records(&self, produced: u64) -> u64 {
        produced.min(self.goal.unwrap_or(u64::MAX))
    }

    /// Returns the number of records left to the goal; the largest number if there is no goal.
    pub(super) fn records_left(&self, produced: u64) -> f64 {
        self.goal.map_or(f64::MAX, |goal| goal.saturating_sub(produced) as f64)
    }

    /// Returns the limit that is reached at `now`, other than the number of records.
    pub(super) fn reached(&self, now: VirtualTime) -> Option<Ending> {
        if self.deadline.is_some_and(|deadline| Instant::now() >= deadline) {
            return Some(Ending::Duration);
        }
        if self.end.is_some_and(|end| now >= end) {
            return Some(Ending::End);
        }
        let calendar_over = now >= CALENDAR_END;
        if calendar_over {
            tracing::warn!(end = %format_time(CALENDAR_END), "the calendar of all worlds ends here");
        }
        calendar_over.then_some(Ending::Calendar)
    }

    /// Returns the share of a bounded run that is done, 0 to 1: the largest by any limit.
    pub(super) fn share_done(&self, advance: Advance) -> Option<f64> {
        let by_end = self.end.map(|end| {
            let whole = end.since(advance.from).micros().max(1);
            advance.now.since(advance.from).micros() as f64 / whole as f64
        });
        let by_goal = self.goal.map(|goal| advance.produced as f64 / goal as f64);
        let by_time = self.deadline.map(|deadline| {
            let whole: Duration = deadline - advance.began;
            advance.began.elapsed().as_secs_f64() / whole.as_secs_f64().max(1e-9)
        });
        [by_end, by_goal, by_time].into_iter().flatten().reduce(f64::max).map(|share| share.clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_ends_at_the_limit_unless_a_replay_is_beyond_it() {
        let at = VirtualTime::from_seconds;
        let limits = Limits { end: Some(at(100)), ..Limits::default() };
        assert_eq!(limits.cap(at(50), at(200)), at(100));
        assert_eq!(limits.cap(at(150), at(200)), at(200));
        assert_eq!((limits.reached(at(99)), limits.reached(at(100))), (None, Some(Ending::End)));
        assert_eq!(Limits::default().reached(CALENDAR_END), Some(Ending::Calendar));
    }

    #[test]
    fn the_share_is_the_largest_by_any_limit() {
        let (from, now) = (VirtualTime::from_seconds(0), VirtualTime::from_seconds(25));
        let advance = Advance { began: Instant::now(), from, now, produced: 30 };
        let limits = Limits { end: Some(VirtualTime::from_seconds(100)), goal: Some(60), deadline: None };
        assert_eq!(limits.share_done(advance), Some(0.5));
        assert_eq!(Limits::default().share_done(advance), None);
    }
}
