//! Why people ride, by persona and hour: rhythms of requests, and the ends of a trip that follow from its purpose.
//! Knows local hours and the places of a life; not who drives.

use super::days::week_of;
use crate::engine::Draws;
use crate::person::{Person, Persona};
use crate::place::Place;
use crate::region::{DayKind, LocalTime, Region};
use crate::rhythm::{EVEN_DAYS, EVEN_MONTHS, Rhythm, bump, hours, week};

/// When people of each persona ask for rides.
#[derive(Debug)]
pub(crate) struct RideRhythms(Vec<Rhythm>);

impl RideRhythms {
    /// The rhythms of all personas.
    pub fn new() -> Self {
        RideRhythms(Persona::ALL.iter().map(|p| rhythm(*p)).collect())
    }

    /// The rhythm of one persona.
    pub fn of(&self, persona: Persona) -> &Rhythm {
        &self.0[persona as usize]
    }
}

fn rhythm(persona: Persona) -> Rhythm {
    let workday = match persona {
        Persona::Worker => hours(&[bump(7.8, 25.0, 0.32), bump(17.8, 12.0, 0.40), bump(21.0, 5.0, 0.18)], 0.10),
        Persona::Student => hours(&[bump(9.5, 10.0, 0.25), bump(16.5, 5.0, 0.35), bump(22.5, 6.0, 0.32)], 0.08),
        Persona::Parent => hours(&[bump(8.2, 20.0, 0.35), bump(15.5, 8.0, 0.40), bump(19.0, 6.0, 0.17)], 0.08),
        Persona::Retired => hours(&[bump(10.5, 5.0, 0.62), bump(15.5, 4.0, 0.34)], 0.04),
        Persona::NightOwl => hours(&[bump(18.0, 5.0, 0.45), bump(23.0, 5.0, 0.45)], 0.10),
    };
    let weekend = hours(&[bump(13.5, 3.0, 0.50), bump(20.0, 5.0, 0.22), bump(23.6, 5.0, 0.20)], 0.08);
    let usual = week(workday, weekend, [0.95, 0.96, 0.98, 1.0, 1.12, 1.1, 0.88]);
    Rhythm::by_kind(|kind| week_of(kind, &usual, persona), &EVEN_MONTHS, &EVEN_DAYS)
}

/// Why somebody rides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    ToWork,
    FromWork,
    /// Out from home and, another time, back.
    Out,
    Back,
}

impl Errand {
    /// The purpose of a request at a local time of a kind of day.
    pub fn at(local: LocalTime, kind: DayKind, draws: &mut Draws) -> Self {
        let (at, workday) = (draws.unit(), local.weekday() < 5 && !kind.rests());
        match local.hour() {
            5..=10 if workday && at < 0.65 => Errand::ToWork,
            15..=20 if workday && at < 0.55 => Errand::FromWork,
            21.. | 0..=4 if at < 0.62 => Errand::Back,
            _ if at < 0.80 => Errand::Out,
            _ => Errand::Back,
        }
    }

    /// Where the trip begins and ends.
    pub fn ends(self, region: &Region, person: &Person, draws: &mut Draws) -> (Place, Place) {
        let (home, work) = (person.profile.home, person.profile.work);
        let away = home.metres_to(work) >= 600.0;
        match self {
            Errand::ToWork if away => (home, work),
            Errand::FromWork if away => (work, home),
            Errand::Back => {
                let place = region.errand(draws, home, region.trip_metres);
                (place, home)
            }
            _ => (home, region.errand(draws, home, region.trip_metres)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};
    use crate::region::LocalDay;

    #[test]
    fn nobody_rides_to_work_on_a_holiday() {
        let mut draws = WorldKey::new(1).draws(1, Purpose::Ride, 1);
        let thursday = LocalTime { day: LocalDay(0), micros_of_day: 8 * 3_600_000_000 };
        let to_work =
            |kind, draws: &mut Draws| (0..500).filter(|_| Errand::at(thursday, kind, draws) == Errand::ToWork).count();
        assert!(to_work(DayKind::Usual, &mut draws) > 200);
        assert_eq!(to_work(DayKind::Holiday, &mut draws), 0);
    }
}
