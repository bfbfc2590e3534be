//! The times at which people of each persona visit the shop: hours, weekdays, months and kinds of days.
//! Must not depend on: customers.

use super::days::visits_on;
use super::parameters::VISITS_BY_MONTH;
use crate::base::Persona;
use crate::rhythm::{Rhythm, bump, hours, paydays, week, week_on};

/// The rhythms of visits, by persona.
#[derive(Debug)]
pub(crate) struct VisitRhythms(pub(in crate::shop) Vec<Rhythm>);

impl VisitRhythms {
    /// Returns the rhythms of all personas.
    pub fn new() -> Self {
        VisitRhythms(Persona::ALL.iter().map(|p| rhythm(*p)).collect())
    }

    /// Returns the rhythm of a persona.
    #[inline]
    pub(in crate::shop) fn of(&self, persona: Persona) -> &Rhythm {
        &self.0[persona as usize]
    }
}

/// Returns the rhythm of two peaks of the day, after lunch and in the evening, over a base level.
fn rhythm(persona: Persona) -> Rhythm {
    let evening = if persona == Persona::NightOwl { 23.0 } else { 20.8 };
    let day = hours(&[bump(13.8, 2.6, 0.50), bump(evening, 5.0, 0.34)], 0.16);
    let usual = week(day, day, [1.10, 1.07, 1.03, 0.98, 0.95, 0.88, 0.99]);
    Rhythm::by_kind(|kind| week_on(kind, &usual, visits_on(kind)), &VISITS_BY_MONTH, &paydays())
}
