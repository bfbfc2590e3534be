//! The effects of kinds of days on requests.

use crate::base::Persona;
use crate::region::DayKind;

/// Factor on the requests of a kind of day. New Year's Eve and Carnival have the most requests, family holidays few,
/// and school breaks fewer mornings.
pub(crate) const fn request_factor(kind: DayKind, persona: Persona) -> f64 {
    match kind {
        DayKind::NewYearsEve => 1.25,
        DayKind::Carnival => 1.2,
        DayKind::NewYear => 1.1,
        DayKind::Eve | DayKind::Gift => 1.1,
        DayKind::EarlyEve | DayKind::SaleSeason | DayKind::Sale => 1.05,
        DayKind::Usual | DayKind::OnlineSale | DayKind::Holiday => 1.0,
        DayKind::SchoolBreak if matches!(persona, Persona::Student | Persona::Parent) => 0.85,
        DayKind::SchoolBreak => 1.0,
        DayKind::DayAfter | DayKind::HalfDay => 0.9,
        DayKind::FamilyHoliday => 0.85,
        DayKind::Closed => 0.65,
    }
}

/// Local hour at which the small hours end.
pub(crate) const SMALL_HOURS_END: f64 = 4.0;
/// Increase of the weight of the small hours on New Year's Day.
pub(crate) const NEW_YEAR_SMALL_HOURS_GAIN: f64 = 14.0;
/// Increase of the weight of the small hours during Carnival.
pub(crate) const CARNIVAL_SMALL_HOURS_GAIN: f64 = 3.0;
/// Local hour after which Carnival's evenings begin, and the increase of their weight.
pub(crate) const CARNIVAL_EVENING: (f64, f64) = (20.0, 0.8);
/// Local hour after which the night of New Year's Eve begins.
pub(crate) const NEW_YEARS_EVE_HOUR: f64 = 18.0;
/// Weights of the hours of New Year's Eve before and after that.
pub(crate) const NEW_YEARS_EVE_WEIGHTS: (f64, f64) = (0.8, 2.2);
