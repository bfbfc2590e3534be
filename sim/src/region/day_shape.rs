//! The usual traffic over the hours of a day, by weekday and kind of day.
//! Must not depend on: roads and places.

use super::holidays::DayKind;
use super::local_time::LocalDay;
use super::roads::RoadFigures;

/// The usual traffic of a kind of day over its hours.
#[derive(Clone, Copy, Debug)]
pub(super) struct DayShape {
    midday: f64,
    busy: f64,
    weekend: bool,
    /// The height of the morning rush, 1 on a usual day.
    morning: f64,
    /// The hour of the evening rush.
    evening: f64,
}

impl DayShape {
    pub(super) fn new(roads: &RoadFigures, day: LocalDay, kind: DayKind) -> Self {
        // Wednesdays are the slowest, Sundays the fastest.
        const BUSY: [f64; 7] = [0.95, 1.02, 1.07, 1.05, 1.02, 1.0, 0.82];
        let weekday = if kind.rests() { 6 } else { day.weekday() };
        let weekend = weekday >= 5;
        let (busy, morning, evening) = on(kind);
        DayShape {
            midday: if weekend { roads.weekend } else { roads.midday },
            busy: BUSY[weekday as usize] * busy,
            weekend,
            morning,
            evening,
        }
    }

    /// Returns congestion and direction at an hour of the day.
    pub(super) fn at(&self, hour: f64) -> (f64, f64) {
        if self.weekend {
            return (self.busy * self.midday * bump(hour, 14.5, 3.6), 0.0);
        }
        let (morning, evening) = (self.morning * bump(hour, 7.5, 1.1), bump(hour, self.evening, 1.4));
        let plateau = self.midday / ((1.0 + libm::exp(7.5 - hour)) * (1.0 + libm::exp((hour - 20.0) / 0.8)));
        let rush = f64::max(morning, evening);
        (self.busy * (plateau + (1.0 - plateau) * rush), morning - evening)
    }

    /// Returns the weights of the hours for incidents, which follow the traffic.
    pub(super) fn hourly(&self) -> [f64; 24] {
        std::array::from_fn(|hour| 0.12 + self.at(hour as f64 + 0.5).0)
    }
}

/// Returns the effect of a kind of day: a factor on all traffic, the height of the morning rush, and the hour of the evening
/// rush. Without school the morning is lighter; before a holiday people leave early.
fn on(kind: DayKind) -> (f64, f64, f64) {
    match kind {
        DayKind::SchoolBreak => (0.96, 0.80, 17.3),
        DayKind::EarlyEve => (1.04, 0.95, 16.8),
        DayKind::Eve => (1.10, 0.85, 15.8),
        DayKind::HalfDay => (0.85, 0.60, 14.0),
        DayKind::NewYearsEve => (0.80, 0.60, 15.0),
        DayKind::DayAfter => (0.90, 0.80, 17.0),
        DayKind::Sale => (0.90, 0.55, 15.5),
        DayKind::SaleSeason => (1.03, 1.0, 17.75),
        DayKind::FamilyHoliday => (0.85, 1.0, 17.75),
        DayKind::NewYear | DayKind::Closed => (0.65, 1.0, 17.75),
        DayKind::Usual | DayKind::OnlineSale | DayKind::Gift | DayKind::Holiday | DayKind::Carnival => {
            (1.0, 1.0, 17.75)
        }
    }
}

/// Returns a bell curve around `centre` with height 1.
fn bump(hour: f64, centre: f64, width: f64) -> f64 {
    let x = (hour - centre) / width;
    libm::exp(-0.5 * x * x)
}
