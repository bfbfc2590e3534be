//! The purposes of rides, by persona, weekday and hour: rhythms of requests, and the origin and destination of an
//! errand. Must not depend on: drivers.

use super::day_effects::week_of;
use super::destinations::{Attraction, Destinations};
use super::parameters::errands::{
    COMMUTE_RIDE_METRES, ERRANDS, NIGHT_SHARES, TRIP_METRES_MIN, WEEKEND_FACTOR, errand_shares, night_hours, nightlife,
    weekend_hours, workday_hours,
};
use crate::base::{Persona, Place};
use crate::engine::{RngStream, sample};
use crate::region::{DayKind, LocalTime, Region};
use crate::rhythm::{EVEN_DAYS, EVEN_MONTHS, Rhythm};

/// The rhythms of requests by persona, and the shares of errands.
#[derive(Debug)]
pub(crate) struct RideRhythms {
    personas: Vec<Rhythm>,
    /// Cumulative shares of the errands by weekday and hour.
    errands: [[[f64; ERRANDS]; 24]; 7],
}

impl RideRhythms {
    /// Returns the rhythms of all personas.
    pub fn new() -> Self {
        let cumulative = |day: usize, hour: usize| {
            let shares = sample::cumulate(&errand_shares(day, hour));
            std::array::from_fn(|errand| shares[errand])
        };
        RideRhythms {
            personas: Persona::ALL.iter().map(|p| rhythm(*p)).collect(),
            errands: std::array::from_fn(|day| std::array::from_fn(|hour| cumulative(day, hour))),
        }
    }

    /// Returns the rhythm of one persona.
    pub fn of(&self, persona: Persona) -> &Rhythm {
        &self.personas[persona as usize]
    }

    /// Draws the errand of a request at a local time of a kind of day: on holidays, that of a Sunday.
    pub fn errand(&self, local: LocalTime, kind: DayKind, rng: &mut RngStream) -> Errand {
        let weekday = if kind.rests() { 6 } else { usize::from(local.weekday()) };
        let row = &self.errands[weekday][usize::from(local.hour())];
        Errand::ALL[sample::pick(row, rng.unit())]
    }
}

fn rhythm(persona: Persona) -> Rhythm {
    let (workday, weekend) = (workday_hours(persona), weekend_hours());
    let mut week: [[f64; 24]; 7] =
        std::array::from_fn(|day| if day < 5 { workday } else { weekend.map(|mass| mass * WEEKEND_FACTOR) });
    add_nights(&mut week, nightlife(persona));
    Rhythm::by_kind(|kind| week_of(kind, &week, persona), &EVEN_MONTHS, &EVEN_DAYS)
}

/// Adds the requests of nights, which last from noon to noon.
fn add_nights(week: &mut [[f64; 24]; 7], amount: f64) {
    let night = night_hours();
    for (day, share) in NIGHT_SHARES.into_iter().enumerate() {
        for (hour, mass) in night.into_iter().enumerate() {
            let at = if hour < 12 { (day + 1) % 7 } else { day };
            week[at][hour] += amount * share * mass;
        }
    }
}

/// The purpose of a ride. The numbers index the table of shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    /// From home to work.
    ToWork = 0,
    /// From work home.
    FromWork = 1,
    /// From home to another place.
    Out = 2,
    /// From another place home.
    Back = 3,
    /// To a shopping centre.
    ToShopping = 4,
    /// From a shopping centre home.
    FromShopping = 5,
    /// To a street of bars.
    ToNightlife = 6,
    /// From a street of bars home.
    FromNightlife = 7,
    /// To the airport.
    ToAirport = 8,
    /// From the airport home.
    FromAirport = 9,
}

/// The places of a city.
#[derive(Clone, Copy, Debug)]
pub(crate) struct City<'a> {
    /// The region with its homes and centres of work.
    pub region: &'a Region,
    /// The places that attract riders.
    pub destinations: &'a Destinations,
}

/// Returns the probability that a person rides to a workplace at this distance. A person who works far away takes a
/// ride for other errands.
fn p_commute_ride(metres: f64) -> f64 {
    libm::exp(-metres / COMMUTE_RIDE_METRES)
}

impl Errand {
    /// All errands, in the order of their numbers.
    const ALL: [Errand; ERRANDS] = [
        Errand::ToWork,
        Errand::FromWork,
        Errand::Out,
        Errand::Back,
        Errand::ToShopping,
        Errand::FromShopping,
        Errand::ToNightlife,
        Errand::FromNightlife,
        Errand::ToAirport,
        Errand::FromAirport,
    ];

    /// Draws the origin and the destination for a person with this home and work.
    pub fn ends(self, city: City<'_>, home: Place, work: Place, rng: &mut RngStream) -> (Place, Place) {
        let City { region, destinations: places } = city;
        let there = match self {
            Errand::ToWork | Errand::FromWork if rng.chance(p_commute_ride(home.metres_to(work))) => work,
            Errand::ToWork | Errand::FromWork | Errand::Out | Errand::Back => {
                region.errand(rng, home, region.trip_metres)
            }
            Errand::ToShopping | Errand::FromShopping => places.chosen(Attraction::Shopping, region, home, rng),
            Errand::ToNightlife | Errand::FromNightlife => places.chosen(Attraction::Nightlife, region, home, rng),
            Errand::ToAirport | Errand::FromAirport => places.at_airport(region, rng),
        };
        let far = home.metres_to(there) >= TRIP_METRES_MIN;
        let there = if far { there } else { region.errand(rng, home, region.trip_metres) };
        if self.ends_at_home() { (there, home) } else { (home, there) }
    }

    /// Draws the origin of a ride with this purpose for an unknown person.
    pub fn origin(self, city: City<'_>, rng: &mut RngStream) -> Place {
        let City { region, destinations: places } = city;
        match self {
            Errand::FromWork | Errand::Back => region.centre_of_work(rng),
            Errand::FromShopping | Errand::FromNightlife => {
                let kind = if self == Errand::FromShopping { Attraction::Shopping } else { Attraction::Nightlife };
                let home = region.home(rng);
                places.chosen(kind, region, home, rng)
            }
            Errand::FromAirport => places.at_airport(region, rng),
            _ => region.home(rng),
        }
    }

    /// Returns the purpose that replaces this one for a persona: retired people do not commute.
    pub fn adjusted_for(self, persona: Persona) -> Self {
        match (self, persona) {
            (Errand::ToWork, Persona::Retired) => Errand::Out,
            (Errand::FromWork, Persona::Retired) => Errand::Back,
            _ => self,
        }
    }

    fn ends_at_home(self) -> bool {
        matches!(
            self,
            Errand::FromWork | Errand::Back | Errand::FromShopping | Errand::FromNightlife | Errand::FromAirport
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, Span, WorldKey};
    use crate::region::LocalDay;
    use crate::testing;
    use proptest::prelude::*;

    /// Requests of a week by weekday and hour.
    fn week(persona: Persona) -> [[f64; 24]; 7] {
        let town = testing::town("[world]\npeople = 1");
        let calendar = &town.localities()[0].region.calendar;
        let (rhythms, mut week) = (RideRhythms::new(), [[0.0; 24]; 7]);
        let (mut now, end) = (town.start(), town.start() + Span::from_days(364));
        let mut act = 0;
        while now < end {
            act += 1;
            let rng = &mut WorldKey::new(5).rng(1, Purpose::Ride, act);
            now = rhythms.of(persona).next_arrival(calendar, now, 0, 60.0, rng);
            let local = calendar.local(now);
            week[usize::from(local.weekday())][usize::from(local.hour())] += 1.0;
        }
        week
    }

    #[test]
    fn workers_commute_and_weekend_nights_are_long() {
        let week = week(Persona::Worker);
        let sum = |day: usize, hours: std::ops::Range<usize>| hours.map(|h| week[day][h]).sum::<f64>();
        assert!(sum(1, 7..9) > 3.0 * sum(1, 11..13) && sum(1, 17..19) > 3.0 * sum(1, 11..13));
        assert!(sum(1, 7..9) > 4.0 * sum(6, 7..9), "few commute on Sundays");
        // Friday's and Saturday's nights end on the day after.
        assert!(sum(5, 0..3) > 3.0 * sum(2, 0..3) && sum(6, 0..3) > 3.0 * sum(2, 0..3));
        assert!(sum(4, 21..24) > 1.5 * sum(0, 21..24));
    }

    #[test]
    fn errands_follow_the_hour() {
        let (town, rhythms) = (testing::town("[world]\npeople = 1"), RideRhythms::new());
        let calendar = &town.localities()[0].region.calendar;
        let share = |hours: i64, errand: Errand| {
            // A Monday in Houston begins at 6 h UTC.
            let local = calendar.local(crate::engine::VirtualTime::from_seconds(1_767_592_800 + hours * 3_600));
            let rng = &mut WorldKey::new(5).rng(2, Purpose::Ride, hours as u64);
            let mut drawn = (0..2_000).map(|_| rhythms.errand(local, calendar.kind(local.day), rng));
            drawn.by_ref().filter(|one| *one == errand).count() as f64 / 2_000.0
        };
        assert!(share(8, Errand::ToWork) > 0.5 && share(18, Errand::FromWork) > 0.4);
        assert!(share(5 * 24 + 8, Errand::ToWork) < 0.1, "a Saturday");
        assert!(share(5 * 24 + 24 + 1, Errand::FromNightlife) > 0.6, "the night to Sunday");
        assert!(share(4, Errand::ToAirport) > 0.1 && share(12, Errand::FromShopping) > 0.05);
    }

    #[test]
    fn few_ride_to_work_on_a_holiday() {
        let mut rng = WorldKey::new(1).rng(1, Purpose::Ride, 1);
        let rhythms = RideRhythms::new();
        let thursday = LocalTime { day: LocalDay(0), micros_of_day: 8 * 3_600_000_000 };
        let to_work = |kind, rng: &mut RngStream| {
            (0..500).filter(|_| rhythms.errand(thursday, kind, rng) == Errand::ToWork).count()
        };
        assert!(to_work(DayKind::Usual, &mut rng) > 200);
        assert!(to_work(DayKind::Holiday, &mut rng) < 60, "as on Sundays");
    }

    #[test]
    fn rides_to_work_are_shorter_than_commutes() {
        let town = testing::town("[world]\npeople = 1");
        let region = &town.localities()[0].region;
        let places = Destinations::new(region, town.key());
        let rng = &mut WorldKey::new(7).rng(1, Purpose::Ride, 0);
        let (mut commutes, mut rides) = (Vec::new(), Vec::new());
        for _ in 0..4_000 {
            let (home, work) = (region.home(rng), region.centre_of_work(rng));
            commutes.push(home.metres_to(work));
            let (from, to) = Errand::ToWork.ends(City { region, destinations: &places }, home, work, rng);
            rides.extend((to == work).then(|| from.metres_to(to)));
        }
        let mean = |metres: &[f64]| metres.iter().sum::<f64>() / metres.len() as f64;
        assert!(
            (8_000.0..14_000.0).contains(&mean(&rides)) && mean(&rides) < 0.8 * mean(&commutes),
            "{}",
            mean(&rides)
        );
        assert!(rides.len() > 600, "{} of 4,000 ride", rides.len());
    }

    proptest! {
        #[test]
        fn trips_are_in_the_region_and_have_a_length(errand in 0..ERRANDS, seed in 0..10_000u64) {
            let town = testing::town("[world]\npeople = 1");
            let region = &town.localities()[0].region;
            let places = Destinations::new(region, town.key());
            let rng = &mut WorldKey::new(seed).rng(1, Purpose::Ride, 0);
            let (home, work) = (region.home(rng), region.centre_of_work(rng));
            let errand = Errand::ALL[errand];
            let (from, to) = errand.ends(City { region, destinations: &places }, home, work, rng);
            prop_assert!(from.metres_to(to) >= 300.0 && [from, to].contains(&home));
            for place in [from, to, errand.origin(City { region, destinations: &places }, rng)] {
                prop_assert!(region.bounds.contains(place) && region.is_land(place));
            }
        }
    }
}
