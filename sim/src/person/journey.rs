//! Journeys: a few times a year a person spends some days at another place of the region. A journey follows from the
//! entity and the month. Must not depend on: single acts.

use super::rules::EntityMoment;
use super::season::{MONTH_DAYS, is_in, month_of};
use crate::base::Place;
use crate::engine::{Purpose, VirtualTime, sample};
use crate::region::Region;

/// Probability of a journey in a month of thirty days: between two and three a year.
const P_JOURNEY_IN_MONTH: f64 = 0.21;
/// Length of a journey in days: minimum, mean above the minimum, and maximum.
const LENGTH_DAYS: (i32, f64, i32) = (2, 2.5, 14);
/// Places that are drawn; the farthest from home is the destination.
const DESTINATION_CANDIDATES: usize = 4;

/// The journey of a month, if there is one. It is a memo, determined by the entity and the month, so it is not saved
/// and all values compare equal.
#[derive(Clone, Copy, Debug, Default)]
pub struct Journey {
    month: i32,
    /// The UTC day of departure, and the first day back at home.
    days: (i32, i32),
    place: Place,
}

impl PartialEq for Journey {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Journey {
    /// Returns whether the memo is of the month of `at`.
    #[inline]
    pub(super) fn is_of(&self, at: VirtualTime) -> bool {
        is_in(self.month, at)
    }

    /// Returns the destination if the journey is under way at `at`.
    #[inline]
    pub(super) fn destination_at(&self, at: VirtualTime) -> Option<Place> {
        let (first, back) = self.days;
        (first..back).contains(&at.utc_day()).then_some(self.place)
    }

    /// Returns the journey of the month of `moment` for a person with this home.
    pub(super) fn of(moment: EntityMoment, region: &Region, home: Place) -> Self {
        let month = month_of(moment.now);
        let rng = &mut moment.key.rng(Purpose::Journey, month as u64);
        if !rng.chance(P_JOURNEY_IN_MONTH) {
            return Journey { month, ..Journey::default() };
        }
        let (least, mean, most) = LENGTH_DAYS;
        let length = (least + (mean * sample::exponential(rng)) as i32).min(most);
        let first = month * MONTH_DAYS + rng.below((MONTH_DAYS - length) as u64) as i32;
        let candidates = [(); DESTINATION_CANDIDATES].map(|()| region.home(rng));
        let farthest = candidates.into_iter().max_by(|a, b| home.metres_to(*a).total_cmp(&home.metres_to(*b)));
        Journey { month, days: (first, first + length), place: farthest.expect("there are candidates") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{EntityId, PersonId};
    use crate::person::Person;
    use crate::person::turns::LifeEvent;
    use crate::testing;

    #[test]
    fn journeys_take_ten_days_a_year_and_lead_far_from_home_on_land() {
        let town = testing::town("[world]\npeople = 300");
        let region = &town.localities()[0].region;
        let (mut days, mut far) = (0, 0.0);
        for n in 0..300 {
            let id = PersonId(n);
            let mut person = Person::newborn(&town.person_rules(), region, id);
            for day in 0..360 {
                let now = testing::day(&town, day);
                let key = town.key().of_entity(EntityId::person(id).code());
                person.look_up_journey(EntityMoment { key, now }, region);
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
    fn a_journey_after_a_move_is_the_same_for_a_restored_person() {
        let town = testing::town("[world]\npeople = 300");
        let region = &town.localities()[0].region;
        let (mut away, mut moved) = (0, 0);
        for n in 0..300 {
            let id = PersonId(n);
            let mut person = Person::newborn(&town.person_rules(), region, id);
            let rng = &mut town.rng(EntityId::person(id), Purpose::Turn, 1);
            let before = testing::day(&town, 20);
            let key = town.key().of_entity(EntityId::person(id).code());
            let mut moment = EntityMoment { key, now: before };
            person.look_up_journey(moment, region);
            let planned = person.journey.place;
            person.live_through(LifeEvent::Move, region, rng);
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
