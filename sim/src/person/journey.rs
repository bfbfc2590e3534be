//! Days away from home: a few journeys a year, each of some days at one place of the region. Computed from who somebody
//! is and the month; knows no single acts.

use super::activity::{MONTH_DAYS, month_of};
use super::{EntityMoment, Person};
use crate::base::Place;
use crate::engine::{Purpose, VirtualTime, sample};
use crate::region::Region;

/// Probability of a journey in a month of thirty days: between two and three a year.
const A_MONTH: f64 = 0.21;
/// Days of a journey: at least, mean beyond that, and at most.
const DAYS: (i32, f64, i32) = (2, 2.5, 14);
/// Places that are thought of; the farthest from home is taken.
const PLACES: usize = 4;

/// The journey of a month, if there is one. A memo: it says nothing that who they are does not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Journey {
    month: i32,
    /// UTC days on which it begins, and the first one back.
    days: (i32, i32),
    place: Place,
}

impl PartialEq for Journey {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Journey {
    fn of(moment: EntityMoment, region: &Region, home: Place, month: i32) -> Self {
        let draws = &mut moment.key.draws(moment.entity.code(), Purpose::Journey, month as u64);
        if !draws.chance(A_MONTH) {
            return Journey { month, ..Journey::default() };
        }
        let (least, mean, most) = DAYS;
        let length = (least + (mean * sample::exponential(draws)) as i32).min(most);
        let first = month * MONTH_DAYS + draws.below((MONTH_DAYS - length) as u64) as i32;
        let some = [(); PLACES].map(|()| region.home(draws));
        let farthest = some.into_iter().max_by(|a, b| home.metres_to(*a).total_cmp(&home.metres_to(*b)));
        Journey { month, days: (first, first + length), place: farthest.expect("there are some") }
    }
}

impl Person {
    /// Where they stay now if it is not at home.
    #[inline]
    pub(crate) fn away(&self, now: VirtualTime) -> Option<Place> {
        let (first, back) = self.journey.days;
        (first..back).contains(&now.utc_day()).then_some(self.journey.place)
    }

    /// Looks up where they are this month.
    #[inline]
    pub(crate) fn look_up_journey(&mut self, moment: EntityMoment, region: &Region) {
        let month = month_of(moment.now);
        if self.journey.month != month {
            self.journey = Journey::of(moment, region, self.profile.home, month);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{EntityId, PersonId};
    use crate::person::changes::Turn;
    use crate::testing;

    #[test]
    fn people_are_away_some_days_a_year_far_from_home_and_on_land() {
        let town = testing::town("[world]\npeople = 300");
        let region = &town.localities()[0].region;
        let (mut days, mut far) = (0, 0.0);
        for n in 0..300 {
            let id = PersonId(n);
            let mut person = Person::newborn(&town.person_rules(), region, id);
            for day in 0..360 {
                let now = testing::day(&town, day);
                person.look_up_journey(EntityMoment { key: town.key(), entity: EntityId::person(id), now }, region);
                if let Some(place) = person.away(now) {
                    assert!(region.bounds.contains(place) && region.is_land(place));
                    days += 1;
                    far += place.metres_to(person.profile.home);
                }
            }
        }
        let a_year = f64::from(days) / 300.0;
        assert!((7.0..15.0).contains(&a_year), "{a_year} days away a year");
        assert!(far / f64::from(days) > 15_000.0, "{} m from home", far / f64::from(days));
    }

    #[test]
    fn a_journey_after_a_move_is_the_same_for_a_life_that_was_saved_and_loaded() {
        let town = testing::town("[world]\npeople = 300");
        let region = &town.localities()[0].region;
        let (mut away, mut moved) = (0, 0);
        for n in 0..300 {
            let id = PersonId(n);
            let mut person = Person::newborn(&town.person_rules(), region, id);
            let draws = &mut town.draws(EntityId::person(id), Purpose::Turn, 1);
            let before = testing::day(&town, 20);
            let mut moment = EntityMoment { key: town.key(), entity: EntityId::person(id), now: before };
            person.look_up_journey(moment, region);
            let planned = person.journey.place;
            person.turn(Turn::Move, region, draws);
            let mut loaded = Person { journey: Journey::default(), ..person.clone() };
            for day in 21..60 {
                moment.now = testing::day(&town, day);
                [&mut person, &mut loaded].into_iter().for_each(|one| one.look_up_journey(moment, region));
                assert_eq!(person.away(moment.now), loaded.away(moment.now), "person {n} on day {day}");
                away += usize::from(person.away(moment.now).is_some());
            }
            moved += usize::from(planned != person.journey.place);
        }
        assert!(away > 50 && moved > 20, "{away} days away, {moved} other places");
    }
}
