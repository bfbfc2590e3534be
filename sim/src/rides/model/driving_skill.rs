//! The driving skill of a driver, as one factor on the time of a trip: a lasting factor, a factor of the shift,
//! fatigue, and familiarity with the zones of the city, which grows with each trip. Must not depend on: roads and
//! traffic.
//!
//! factor = base × shift × (1 + 0.07 (mean over both ends of e^(−trip ends in the zone / 60) − 0.15)) × (1 + fatigue)

use super::parameters::drivers::{
    FATIGUE_FREE_HOURS, FATIGUE_MAX, FATIGUE_PER_HOUR, HOME_AREA_METRES, MEAN_ZONE_UNFAMILIARITY, RECOVERY_PER_REST,
    SHIFT_DEVIATION, SKILL_DEVIATION, SKILL_LIMITS, UNKNOWN_ZONE_PENALTY, ZONE_LEARNING_TRIPS,
};
use crate::base::Place;
use crate::engine::{RngStream, Span, VirtualTime, sample};
use crate::region::{Bounds, Region};
use serde::{Deserialize, Serialize};

/// Zones along each side of a region. Part of the saved format.
const SIDE: usize = 5;
const ZONES: usize = SIDE * SIDE;

/// The driving skill of a driver. The logarithms of the factors of drivers have a standard deviation of 4 to 10 %.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrivingSkill {
    /// The lasting factor on travel times, about 1; lower is faster.
    pub base_factor: f32,
    /// The factor of this shift, about 1.
    pub shift_factor: f32,
    /// The start of the work without rest; breaks move it forward.
    pub fatigue_since: VirtualTime,
    /// Trip ends so far in each zone, by rows from the south-west.
    pub trip_ends: [u16; ZONES],
}

impl DrivingSkill {
    /// Draws the skill of a driver who made `experience` trips from `home`.
    pub(crate) fn draw(region: &Region, home: Place, experience: u32, start: VirtualTime, rng: &mut RngStream) -> Self {
        DrivingSkill {
            base_factor: (1.0 + SKILL_DEVIATION * sample::normal(rng)).clamp(SKILL_LIMITS.0, SKILL_LIMITS.1) as f32,
            shift_factor: 1.0,
            fatigue_since: start,
            trip_ends: trip_ends(&region.bounds, home, experience),
        }
    }

    /// Begins a shift.
    pub(crate) fn begin_shift(&mut self, now: VirtualTime, rng: &mut RngStream) {
        self.shift_factor = (1.0 + SHIFT_DEVIATION * sample::normal_fast(rng)) as f32;
        self.fatigue_since = now;
    }

    /// Takes a rest that begins at `now`: each minute of it undoes four of the work before it.
    pub(crate) fn rest(&mut self, now: VirtualTime, rested: Span) {
        let moved = self.fatigue_since + Span::from_micros(RECOVERY_PER_REST * rested.micros());
        self.fatigue_since = moved.min(now);
    }

    /// Learns the zones of both ends of a trip.
    pub(crate) fn learn(&mut self, bounds: &Bounds, ends: [Place; 2]) {
        for place in ends {
            let count = &mut self.trip_ends[zone(bounds, place)];
            *count = count.saturating_add(1);
        }
    }

    /// Returns the factor on the time of a trip between these places.
    pub(crate) fn factor(&self, bounds: &Bounds, ends: [Place; 2], now: VirtualTime) -> f64 {
        let unfamiliarity =
            ends.map(|place| libm::exp(-f64::from(self.trip_ends[zone(bounds, place)]) / ZONE_LEARNING_TRIPS));
        let unfamiliarity = 0.5 * (unfamiliarity[0] + unfamiliarity[1]) - MEAN_ZONE_UNFAMILIARITY;
        let fatigue = fatigue(now.since(self.fatigue_since));
        f64::from(self.base_factor)
            * f64::from(self.shift_factor)
            * (1.0 + UNKNOWN_ZONE_PENALTY * unfamiliarity)
            * (1.0 + fatigue)
    }
}

/// Returns the relative increase of travel times after this long without rest: none at first, then linear up to a
/// limit.
fn fatigue(without_rest: Span) -> f64 {
    let hours = without_rest.as_seconds_f64() / 3_600.0;
    (FATIGUE_PER_HOUR * (hours - FATIGUE_FREE_HOURS)).clamp(0.0, FATIGUE_MAX)
}

fn zone(bounds: &Bounds, place: Place) -> usize {
    let (x, y) = bounds.shares(place);
    let cell = |share: f64| ((share * SIDE as f64) as usize).min(SIDE - 1);
    cell(y) * SIDE + cell(x)
}

/// Returns both ends of this many trips, spread over the zones by their distance from home.
fn trip_ends(bounds: &Bounds, home: Place, trips: u32) -> [u16; ZONES] {
    let (height, width) = (bounds.height_metres(), bounds.width_metres());
    let (x, y) = bounds.shares(home);
    let weights: [f64; ZONES] = std::array::from_fn(|zone| {
        let middle = |cell: usize| (cell as f64 + 0.5) / SIDE as f64;
        let (east, north) = ((middle(zone % SIDE) - x) * width, (middle(zone / SIDE) - y) * height);
        libm::exp(-f64::sqrt(east * east + north * north) / HOME_AREA_METRES)
    });
    let all: f64 = weights.iter().sum();
    weights.map(|weight| (2.0 * f64::from(trips) * weight / all).min(f64::from(u16::MAX)) as u16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{Purpose, WorldKey};
    use crate::testing;
    use proptest::prelude::*;

    fn skill(experience: u32) -> (Bounds, Place, DrivingSkill) {
        let town = testing::town("[world]\npeople = 1");
        let region = &town.localities()[0].region;
        let rng = &mut WorldKey::new(1).rng(1, Purpose::BirthDriver, 0);
        let skill = DrivingSkill::draw(region, region.centre, experience, VirtualTime::from_seconds(0), rng);
        (region.bounds, region.centre, skill)
    }

    fn corner(bounds: &Bounds) -> Place {
        Place::from_degrees(bounds.south() + 0.01, bounds.west() + 0.01)
    }

    #[test]
    fn the_home_area_is_faster_than_the_other_end_of_the_city() {
        let (bounds, home, skill) = skill(300);
        let now = VirtualTime::from_seconds(60);
        let [near, far] = [home, corner(&bounds)].map(|place| skill.factor(&bounds, [place; 2], now));
        assert!(near < 0.97 * far && near > 0.92 * far, "{near} and {far}");
    }

    #[test]
    fn unknown_zones_are_learnt() {
        let (bounds, _, mut skill) = skill(0);
        let (there, now) = (corner(&bounds), VirtualTime::from_seconds(60));
        let mut last = skill.factor(&bounds, [there; 2], now);
        for _ in 0..4 {
            (0..40).for_each(|_| skill.learn(&bounds, [there; 2]));
            let next = skill.factor(&bounds, [there; 2], now);
            assert!(next < last, "{next} after {last}");
            last = next;
        }
        skill.trip_ends = [u16::MAX; ZONES];
        skill.learn(&bounds, [there; 2]);
        assert!((skill.factor(&bounds, [there; 2], now) - last).abs() < 0.01 * last, "learnt in full");
    }

    #[test]
    fn long_hours_slow_down_and_breaks_undo_it() {
        let (bounds, home, mut skill) = skill(1_000);
        let hour = |h: i64| VirtualTime::from_seconds(3_600 * h);
        let at = |skill: &DrivingSkill, h| skill.factor(&bounds, [home; 2], hour(h));
        assert_eq!(at(&skill, 1), at(&skill, 4));
        assert!(at(&skill, 7) > 1.02 * at(&skill, 1) && at(&skill, 9) > at(&skill, 7));
        let tired = at(&skill, 9);
        skill.rest(hour(9), Span::from_seconds(40 * 60));
        assert!(at(&skill, 9) < tired);
        skill.rest(hour(9), Span::from_seconds(20 * 3_600));
        assert_eq!(skill.fatigue_since, hour(9), "a rest does not count beyond its end");
    }

    #[test]
    fn drivers_differ_by_4_to_10_per_cent() {
        let town = testing::town("[world]\npeople = 1");
        let region = &town.localities()[0].region;
        let logs: Vec<f64> = (0..500)
            .map(|seed| {
                let rng = &mut WorldKey::new(seed).rng(1, Purpose::BirthDriver, 0);
                let home = region.home(rng);
                let skill = DrivingSkill::draw(region, home, 1_200, VirtualTime::from_seconds(0), rng);
                libm::log(skill.factor(&region.bounds, [home, region.centre], VirtualTime::from_seconds(7_200)))
            })
            .collect();
        let mean = logs.iter().sum::<f64>() / 500.0;
        let spread = f64::sqrt(logs.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 499.0);
        assert!((0.04..0.10).contains(&spread) && mean.abs() < 0.02, "spread {spread}, mean {mean}");
    }

    proptest! {
        #[test]
        fn factors_of_all_drivers_are_near_1(
            experience in 0..200_000u32, hours in 0..40i64, x in 0.0..1.0f64, y in 0.0..1.0f64,
        ) {
            let (bounds, home, skill) = skill(experience);
            let place = Place::from_degrees(
                bounds.south() + y * (bounds.north() - bounds.south()),
                bounds.west() + x * (bounds.east() - bounds.west()),
            );
            let factor = skill.factor(&bounds, [home, place], VirtualTime::from_seconds(3_600 * hours));
            prop_assert!((0.75..1.45).contains(&factor), "{}", factor);
        }
    }
}
