//! What kinds of days do to rides: how many are asked for, and in which hours. Knows factors against a usual day; no
//! riders.

use crate::base::Persona;
use crate::region::DayKind;
use crate::rhythm::{Week, reshaped, week_on};

/// Requests on a kind of day: hours and how many. The night to New Year is the busiest of the year, Carnival's nights
/// are busy too; feasts are spent at home, and without school fewer mornings are ridden.
pub(crate) fn week_of(kind: DayKind, usual: &Week, persona: Persona) -> Week {
    let factor = match kind {
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
    };
    let late = |at: f64, gain: f64| 1.0 + gain * (if at < 4.0 { 1.0 } else { 0.0 });
    let shaped = |day: &[f64; 24]| match kind {
        DayKind::NewYear => reshaped(day, |at| late(at, 14.0)),
        DayKind::Carnival => reshaped(day, |at| late(at, 3.0) + if at > 20.0 { 0.8 } else { 0.0 }),
        DayKind::NewYearsEve => reshaped(day, |at| if at > 18.0 { 2.2 } else { 0.8 }),
        _ => *day,
    };
    week_on(kind, usual, factor).each_ref().map(shaped)
}

#[cfg(test)]
mod tests {
    use super::super::errands::RideRhythms;
    use super::*;
    use crate::engine::{Purpose, WorldKey};
    use crate::region::{Calendar, Country, LocalDay};
    use crate::rhythm::{OwnHour, Rhythm};

    #[test]
    fn the_night_to_new_year_is_the_busiest() {
        let calendar = Calendar::new("America/Chicago").expect("a zone").with_holidays(Country::UnitedStates);
        let rhythms = RideRhythms::new();
        let start = calendar.utc(LocalDay::of(2025, 12, 30).expect("a date"), 0);
        let mut nights = [0; 3];
        for seed in 0..4_000 {
            let mut draws = WorldKey::new(seed).draws(1, Purpose::Ride, 0);
            let mut now = start;
            for _ in 0..40 {
                now = rhythms.of(Persona::Worker).next_arrival(&calendar, now, 0, 2.0, &mut draws);
                let own: OwnHour = Rhythm::own_hour(&calendar, now, 0);
                let day = calendar.local(now).day.0 - calendar.local(start).day.0;
                if own.hour < 4 && (1..4).contains(&day) {
                    nights[day as usize - 1] += 1;
                }
            }
        }
        assert!(nights[1] > 3 * nights[0] && nights[1] > 3 * nights[2], "{nights:?}");
    }
}
