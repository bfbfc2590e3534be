//! The working hours of drivers.

use crate::engine::Span;

/// A type of working day.
pub(crate) struct ShiftPattern {
    /// Share of drivers.
    pub share: f64,
    /// Hour of the start and length in hours of up to two stretches.
    pub stretches: [(f64, f64); 2],
    /// Relative weight of each weekday as a day off, from Monday.
    pub days_off: [f64; 7],
}

/// The types of working day (Hall and Krueger 2018, Chen et al. 2019: drivers choose their hours and follow demand):
/// one in three works both rush hours and rests between them; drivers who work at night work at weekends.
pub(crate) const SHIFT_PATTERNS: [ShiftPattern; 5] = [
    ShiftPattern { share: 0.07, stretches: [(5.0, 9.0), (0.0, 0.0)], days_off: OFF_AT_WEEKENDS },
    ShiftPattern { share: 0.36, stretches: [(6.2, 4.4), (15.3, 5.7)], days_off: OFF_AT_WEEKENDS },
    ShiftPattern { share: 0.14, stretches: [(7.2, 11.0), (0.0, 0.0)], days_off: [1.0; 7] },
    ShiftPattern { share: 0.18, stretches: [(12.5, 11.0), (0.0, 0.0)], days_off: OFF_ON_WORKDAYS },
    ShiftPattern { share: 0.25, stretches: [(17.0, 11.0), (0.0, 0.0)], days_off: OFF_ON_WORKDAYS },
];
const OFF_AT_WEEKENDS: [f64; 7] = [0.6, 0.4, 0.4, 0.4, 0.4, 2.2, 2.6];
const OFF_ON_WORKDAYS: [f64; 7] = [2.0, 2.0, 1.6, 1.0, 0.1, 0.1, 1.2];

/// Standard deviation in hours of the start of shifts between drivers of one type.
pub(crate) const START_DEVIATION_HOURS: f64 = 0.6;
/// The latest minute of the day at which a stretch can begin.
pub(crate) const START_MINUTE_MAX: f64 = 1_430.0;
/// Factor on the length of shifts between drivers of one type: uniform.
pub(crate) const DRIVER_LENGTH_FACTOR: (f64, f64) = (0.88, 1.15);
/// Probability of a second day off, which follows the first.
pub(crate) const P_SECOND_DAY_OFF: f64 = 0.55;

/// A stretch that begins at this minute or later is longer on Fridays and Saturdays.
pub(crate) const LATE_STRETCH_MINUTE: u16 = 13 * 60;
/// Factor on the length of late stretches on Fridays and Saturdays.
pub(crate) const WEEKEND_NIGHT_FACTOR: f64 = 1.2;
/// Minutes by which the single stretch of a weekend day begins after the first rush hour: there are no rush hours.
pub(crate) const WEEKEND_START_DELAY_MINUTES: u16 = 4 * 60;

/// Least rest between two stretches.
pub(crate) const REST_MIN: Span = Span::from_seconds(2 * 3_600);
/// Standard deviation in minutes of the start of one stretch.
pub(crate) const START_DEVIATION_MINUTES: f64 = 14.0;
/// Factor on the length of one stretch: uniform.
pub(crate) const STRETCH_LENGTH_FACTOR: (f64, f64) = (0.88, 1.1);
/// Least minutes of a stretch.
pub(crate) const STRETCH_MINUTES_MIN: f64 = 60.0;
