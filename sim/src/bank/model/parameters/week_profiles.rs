//! The times of payments on usual days: mixtures of von Mises curves over the hours of a day, and factors by weekday.

use crate::base::Persona;
use crate::rhythm::{Week, bump, hours, week};

/// Purchases at the till: before, at and after work on workdays; at noon and in the afternoon at weekends.
pub(crate) fn pos_week(persona: Persona) -> Week {
    let weekend = hours(&[bump(12.5, 3.5, 0.45), bump(16.5, 3.0, 0.50)], 0.015);
    let workday = match persona {
        Persona::Worker | Persona::NightOwl => {
            hours(&[bump(8.0, 20.0, 0.10), bump(12.5, 14.0, 0.22), bump(17.8, 6.0, 0.62)], 0.015)
        }
        Persona::Student => hours(&[bump(12.5, 8.0, 0.35), bump(18.0, 4.0, 0.6)], 0.015),
        Persona::Parent => hours(&[bump(9.5, 10.0, 0.28), bump(16.5, 4.0, 0.68)], 0.012),
        Persona::Retired => hours(&[bump(10.5, 7.0, 0.6), bump(15.5, 5.0, 0.4)], 0.01),
    };
    week(workday, weekend, [0.95, 0.95, 0.97, 0.99, 1.06, 1.2, 1.12])
}

/// Purchases online: at noon and in the evening, later for night owls.
pub(crate) fn online_week(persona: Persona) -> Week {
    let evening = if persona == Persona::NightOwl { 22.5 } else { 20.5 };
    let day = hours(&[bump(13.0, 2.0, 0.52), bump(evening, 4.5, 0.36)], 0.16);
    week(day, day, [1.08, 1.05, 1.02, 0.99, 0.95, 0.9, 0.98])
}

/// Returns the week of withdrawals: at noon, after work and, mostly for night owls, at night.
pub(crate) fn cash_week(persona: Persona) -> Week {
    let late = if persona == Persona::NightOwl { 0.3 } else { 0.08 };
    let day = hours(&[bump(12.0, 3.0, 0.6), bump(17.5, 5.0, 0.35), bump(22.0, 6.0, late)], 0.02);
    week(day, day, [0.95, 0.92, 0.95, 1.0, 1.2, 1.1, 0.8])
}

/// Returns the week of transfers: in the morning and in the evening.
pub(crate) fn transfer_week() -> Week {
    let day = hours(&[bump(10.5, 4.0, 0.5), bump(19.0, 4.0, 0.45)], 0.05);
    week(day, day, [1.1, 1.05, 1.0, 1.0, 1.1, 0.8, 0.75])
}
