//! The effects of kinds of days on requests: their number and their hours. Must not depend on: riders.

use super::parameters::day_effects::{
    CARNIVAL_EVENING, CARNIVAL_SMALL_HOURS_GAIN, NEW_YEAR_SMALL_HOURS_GAIN, NEW_YEARS_EVE_HOUR, NEW_YEARS_EVE_WEIGHTS,
    SMALL_HOURS_END, request_factor,
};
use crate::base::Persona;
use crate::region::DayKind;
use crate::rhythm::{Week, reshaped, week_on};

/// Returns the requests of a week on a kind of day: the volume, and the hours.
pub(crate) fn week_of(kind: DayKind, usual: &Week, persona: Persona) -> Week {
    let factor = request_factor(kind, persona);
    let small_hours = |at: f64, gain: f64| 1.0 + gain * (if at < SMALL_HOURS_END { 1.0 } else { 0.0 });
    let (evening, evening_gain) = CARNIVAL_EVENING;
    let carnival = |at: f64| small_hours(at, CARNIVAL_SMALL_HOURS_GAIN) + if at > evening { evening_gain } else { 0.0 };
    let (day_weight, night_weight) = NEW_YEARS_EVE_WEIGHTS;
    let shaped = |day: &[f64; 24]| match kind {
        DayKind::NewYear => reshaped(day, |at| small_hours(at, NEW_YEAR_SMALL_HOURS_GAIN)),
        DayKind::Carnival => reshaped(day, carnival),
        DayKind::NewYearsEve => reshaped(day, |at| if at > NEW_YEARS_EVE_HOUR { night_weight } else { day_weight }),
        _ => *day,
    };
    week_on(kind, usual, factor).each_ref().map(shaped)
}

#[cfg(test)]
mod tests {
    use super::super::errands::RideRhythms;
    use super::*;
    use crate::base::Country;
    use crate::engine::{Purpose, WorldKey};
    use crate::region::{Calendar, LocalDay};
    use crate::rhythm::{OwnHour, Rhythm};

    #[test]
    fn the_night_to_new_year_is_the_busiest() {
        let calendar = Calendar::new("America/Chicago").expect("a zone").with_holidays(Country::UnitedStates);
        let rhythms = RideRhythms::new();
        let start = calendar.utc(LocalDay::of(2025, 12, 30).expect("a date"), 0);
        let mut nights = [0; 3];
        for seed in 0..4_000 {
            let mut rng = WorldKey::new(seed).rng(1, Purpose::Ride, 0);
            let mut now = start;
            for _ in 0..40 {
                now = rhythms.of(Persona::Worker).next_arrival(&calendar, now, 0, 2.0, &mut rng);
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
