//! Why people ride, by persona, weekday and hour: rhythms of requests, and the ends of a trip that follow from its purpose.
//! Knows local hours and the places of a life and of a city; not who drives.

use super::days::week_of;
use super::destinations::{Attraction, Destinations};
use crate::base::{Persona, Place};
use crate::engine::{Draws, sample};
use crate::region::{DayKind, LocalTime, Region};
use crate::rhythm::{EVEN_DAYS, EVEN_MONTHS, Rhythm, bump, hours};

/// When people of each persona ask for rides, and what for.
#[derive(Debug)]
pub(crate) struct RideRhythms {
    personas: Vec<Rhythm>,
    /// Cumulative shares of the errands by weekday and hour.
    errands: [[[f64; ERRANDS]; 24]; 7],
}

impl RideRhythms {
    /// The rhythms of all personas.
    pub fn new() -> Self {
        let cumulative = |day: usize, hour: usize| {
            let shares = sample::cumulate(&shares(day, hour));
            std::array::from_fn(|errand| shares[errand])
        };
        RideRhythms {
            personas: Persona::ALL.iter().map(|p| rhythm(*p)).collect(),
            errands: std::array::from_fn(|day| std::array::from_fn(|hour| cumulative(day, hour))),
        }
    }

    /// The rhythm of one persona.
    pub fn of(&self, persona: Persona) -> &Rhythm {
        &self.personas[persona as usize]
    }

    /// What somebody who asks for a ride at a local time of a kind of day wants: on holidays, what Sundays are for.
    pub fn errand(&self, local: LocalTime, kind: DayKind, draws: &mut Draws) -> Errand {
        let weekday = if kind.rests() { 6 } else { usize::from(local.weekday()) };
        let row = &self.errands[weekday][usize::from(local.hour())];
        Errand::ALL[sample::pick(row, draws.unit())]
    }
}

fn rhythm(persona: Persona) -> Rhythm {
    let workday = match persona {
        Persona::Worker => hours(&[bump(7.9, 20.0, 0.29), bump(17.9, 11.0, 0.42), bump(21.0, 5.0, 0.17)], 0.08),
        Persona::Student => hours(&[bump(9.5, 10.0, 0.28), bump(16.5, 5.0, 0.38), bump(21.0, 6.0, 0.18)], 0.08),
        Persona::Parent => hours(&[bump(8.2, 16.0, 0.33), bump(15.5, 8.0, 0.41), bump(19.0, 6.0, 0.18)], 0.06),
        Persona::Retired => hours(&[bump(10.5, 5.0, 0.62), bump(15.5, 4.0, 0.34)], 0.04),
        Persona::NightOwl => hours(&[bump(11.0, 4.0, 0.25), bump(18.5, 5.0, 0.40)], 0.10),
    };
    let weekend = hours(&[bump(13.5, 3.0, 0.55), bump(18.5, 5.0, 0.27)], 0.06);
    let mut week: [[f64; 24]; 7] =
        std::array::from_fn(|day| if day < 5 { workday } else { weekend.map(|mass| mass * WEEKEND_DAY) });
    add_nights(&mut week, nightlife(persona));
    Rhythm::by_kind(|kind| week_of(kind, &week, persona), &EVEN_MONTHS, &EVEN_DAYS)
}

/// Rides of a weekend's day against those of a day of work, nights apart.
const WEEKEND_DAY: f64 = 0.85;

/// Share of a week's nightlife that falls into the night after each day, from Monday.
const NIGHTS: [f64; 7] = [0.04, 0.05, 0.07, 0.13, 0.33, 0.32, 0.06];

/// Rides of a week's nights as days' worth: how much a persona goes out.
fn nightlife(persona: Persona) -> f64 {
    match persona {
        Persona::Worker => 0.75,
        Persona::Student => 1.3,
        Persona::Parent => 0.4,
        Persona::Retired => 0.1,
        Persona::NightOwl => 2.2,
    }
}

/// Adds the rides of nights, which run from one noon to the next: out at nine, home when the bars close.
fn add_nights(week: &mut [[f64; 24]; 7], amount: f64) {
    let night = hours(&[bump(21.0, 7.0, 0.40), bump(1.0, 7.0, 0.60)], 0.0);
    for (day, share) in NIGHTS.into_iter().enumerate() {
        for (hour, mass) in night.into_iter().enumerate() {
            let at = if hour < 12 { (day + 1) % 7 } else { day };
            week[at][hour] += amount * share * mass;
        }
    }
}

/// Why somebody rides. The numbers index the table of shares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Errand {
    ToWork = 0,
    FromWork = 1,
    /// Out from home and, another time, back.
    Out = 2,
    Back = 3,
    ToShops = 4,
    FromShops = 5,
    /// Into the night and home from it.
    IntoNight = 6,
    FromNight = 7,
    ToAirport = 8,
    FromAirport = 9,
}

const ERRANDS: usize = 10;

/// Shares of the errands at a weekday and hour, of any scale, in the order of their numbers.
fn shares(day: usize, hour: usize) -> [f64; ERRANDS] {
    let workday = day < 5;
    let late = if matches!((day, hour), (4, 18..) | (5, 18..) | (5 | 6, 0..=4)) { 1.0 } else { 0.5 };
    let [to_work, from_work, out, back, to_shops, from_shops, into_night, from_night] = match hour {
        0..=4 => [0.02, 0.02, 0.05, 0.25, 0.0, 0.0, 0.02, 0.9 * late],
        5..=9 if workday => [0.66, 0.02, 0.20, 0.08, 0.02, 0.0, 0.0, 0.0],
        5..=9 => [0.06, 0.02, 0.55, 0.15, 0.10, 0.02, 0.0, 0.03],
        10..=14 if workday => [0.10, 0.05, 0.38, 0.22, 0.14, 0.11, 0.0, 0.0],
        10..=17 if !workday => [0.02, 0.03, 0.30, 0.21, 0.23, 0.21, 0.0, 0.0],
        15..=19 if workday => [0.01, 0.52, 0.13, 0.14, 0.08, 0.10, 0.08 * late, 0.0],
        18..=19 => [0.01, 0.03, 0.24, 0.28, 0.10, 0.20, 0.25 * late, 0.02],
        _ => [0.01, 0.06, 0.08, 0.30, 0.0, 0.06, 0.45 * late, 0.24 * late],
    };
    // Flights leave from early on and arrive until midnight.
    let [to_airport, from_airport] = match hour {
        0..=2 => [0.0, 0.05],
        3..=4 => [0.20, 0.0],
        5..=8 => [0.06, 0.01],
        9..=20 => [0.03, 0.03],
        _ => [0.01, 0.07],
    };
    [to_work, from_work, out, back, to_shops, from_shops, into_night, from_night, to_airport, from_airport]
}

/// A trip is at least so long, in metres as the crow flies: whoever wants to go less far walks.
const LEAST_METRES: f64 = 600.0;

/// Who works far away does not pay for a ride there: they ask for shorter ones. Rides to work are 8.3 to 8.7 miles of road
/// on average in sprawling cities (Lyft 2022), 10 to 12 km as the crow flies.
fn rides_so_far(metres: f64) -> f64 {
    libm::exp(-metres / 11_000.0)
}

impl Errand {
    /// All errands, in the order of their numbers.
    const ALL: [Errand; ERRANDS] = [
        Errand::ToWork,
        Errand::FromWork,
        Errand::Out,
        Errand::Back,
        Errand::ToShops,
        Errand::FromShops,
        Errand::IntoNight,
        Errand::FromNight,
        Errand::ToAirport,
        Errand::FromAirport,
    ];

    /// Where the trip of somebody with this home and work begins and ends.
    pub fn ends(
        self,
        city: (&Region, &Destinations),
        (home, work): (Place, Place),
        draws: &mut Draws,
    ) -> (Place, Place) {
        let (region, places) = city;
        let there = match self {
            Errand::ToWork | Errand::FromWork if draws.chance(rides_so_far(home.metres_to(work))) => work,
            Errand::ToWork | Errand::FromWork | Errand::Out | Errand::Back => {
                region.errand(draws, home, region.trip_metres)
            }
            Errand::ToShops | Errand::FromShops => places.chosen(Attraction::Shops, region, home, draws),
            Errand::IntoNight | Errand::FromNight => places.chosen(Attraction::Night, region, home, draws),
            Errand::ToAirport | Errand::FromAirport => places.at_airport(region, draws),
        };
        let far = home.metres_to(there) >= LEAST_METRES;
        let there = if far { there } else { region.errand(draws, home, region.trip_metres) };
        if self.leads_home() { (there, home) } else { (home, there) }
    }

    /// Where somebody who wants this asks for the ride.
    pub fn begins(self, city: (&Region, &Destinations), draws: &mut Draws) -> Place {
        let (region, places) = city;
        match self {
            Errand::FromWork | Errand::Back => region.centre_of_work(draws),
            Errand::FromShops | Errand::FromNight => {
                let kind = if self == Errand::FromShops { Attraction::Shops } else { Attraction::Night };
                let home = region.home(draws);
                places.chosen(kind, region, home, draws)
            }
            Errand::FromAirport => places.at_airport(region, draws),
            _ => region.home(draws),
        }
    }

    /// What somebody of this persona does instead: whoever has retired has no work to go to.
    pub fn fitting(self, persona: Persona) -> Self {
        match (self, persona) {
            (Errand::ToWork, Persona::Retired) => Errand::Out,
            (Errand::FromWork, Persona::Retired) => Errand::Back,
            _ => self,
        }
    }

    fn leads_home(self) -> bool {
        matches!(self, Errand::FromWork | Errand::Back | Errand::FromShops | Errand::FromNight | Errand::FromAirport)
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
            let draws = &mut WorldKey::new(5).draws(1, Purpose::Ride, act);
            now = rhythms.of(persona).next_arrival(calendar, now, 0, 60.0, draws);
            let local = calendar.local(now);
            week[usize::from(local.weekday())][usize::from(local.hour())] += 1.0;
        }
        week
    }

    #[test]
    fn workers_commute_and_the_weekends_nights_are_long() {
        let week = week(Persona::Worker);
        let sum = |day: usize, hours: std::ops::Range<usize>| hours.map(|h| week[day][h]).sum::<f64>();
        assert!(sum(1, 7..9) > 3.0 * sum(1, 11..13) && sum(1, 17..19) > 3.0 * sum(1, 11..13));
        assert!(sum(1, 7..9) > 4.0 * sum(6, 7..9), "nobody commutes on Sundays");
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
            let draws = &mut WorldKey::new(5).draws(2, Purpose::Ride, hours as u64);
            let mut drawn = (0..2_000).map(|_| rhythms.errand(local, calendar.kind(local.day), draws));
            drawn.by_ref().filter(|one| *one == errand).count() as f64 / 2_000.0
        };
        assert!(share(8, Errand::ToWork) > 0.5 && share(18, Errand::FromWork) > 0.4);
        assert!(share(5 * 24 + 8, Errand::ToWork) < 0.1, "a Saturday");
        assert!(share(5 * 24 + 24 + 1, Errand::FromNight) > 0.6, "the night to Sunday");
        assert!(share(4, Errand::ToAirport) > 0.1 && share(12, Errand::FromShops) > 0.05);
    }

    #[test]
    fn nobody_rides_to_work_on_a_holiday() {
        let mut draws = WorldKey::new(1).draws(1, Purpose::Ride, 1);
        let rhythms = RideRhythms::new();
        let thursday = LocalTime { day: LocalDay(0), micros_of_day: 8 * 3_600_000_000 };
        let to_work = |kind, draws: &mut Draws| {
            (0..500).filter(|_| rhythms.errand(thursday, kind, draws) == Errand::ToWork).count()
        };
        assert!(to_work(DayKind::Usual, &mut draws) > 200);
        assert!(to_work(DayKind::Holiday, &mut draws) < 60, "as on Sundays");
    }

    #[test]
    fn rides_to_work_are_shorter_than_ways_to_work() {
        let town = testing::town("[world]\npeople = 1");
        let region = &town.localities()[0].region;
        let places = Destinations::new(region, town.key());
        let draws = &mut WorldKey::new(7).draws(1, Purpose::Ride, 0);
        let (mut ways, mut rides) = (Vec::new(), Vec::new());
        for _ in 0..4_000 {
            let (home, work) = (region.home(draws), region.centre_of_work(draws));
            ways.push(home.metres_to(work));
            let (from, to) = Errand::ToWork.ends((region, &places), (home, work), draws);
            rides.extend((to == work).then(|| from.metres_to(to)));
        }
        let mean = |metres: &[f64]| metres.iter().sum::<f64>() / metres.len() as f64;
        assert!((8_000.0..14_000.0).contains(&mean(&rides)) && mean(&rides) < 0.8 * mean(&ways), "{}", mean(&rides));
        assert!(rides.len() > 600, "{} of 4,000 ride", rides.len());
    }

    proptest! {
        #[test]
        fn trips_lie_in_the_region_and_lead_somewhere(errand in 0..ERRANDS, seed in 0..10_000u64) {
            let town = testing::town("[world]\npeople = 1");
            let region = &town.localities()[0].region;
            let places = Destinations::new(region, town.key());
            let draws = &mut WorldKey::new(seed).draws(1, Purpose::Ride, 0);
            let (home, work) = (region.home(draws), region.centre_of_work(draws));
            let errand = Errand::ALL[errand];
            let (from, to) = errand.ends((region, &places), (home, work), draws);
            prop_assert!(from.metres_to(to) >= 300.0 && [from, to].contains(&home));
            for place in [from, to, errand.begins((region, &places), draws)] {
                prop_assert!(region.bounds.contains(place) && region.is_land(place));
            }
        }
    }
}
