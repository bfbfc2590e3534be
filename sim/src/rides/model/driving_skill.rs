//! How well a driver drives: skill, form of the day, fatigue over a shift, and knowledge of the city's zones, learnt trip by
//! trip. Knows no roads and no traffic: all of it is one factor on a trip's time.

use crate::base::Place;
use crate::engine::{Draws, Span, VirtualTime, sample};
use crate::region::{Bounds, Region};
use serde::{Deserialize, Serialize};

/// Zones along each side of a region, as drivers know it.
const SIDE: usize = 5;
const ZONES: usize = SIDE * SIDE;

/// What a driver brings to a trip. Its parts together give factors whose logarithms differ by 4 to 10 % between drivers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Craft {
    /// Their own factor on travel times, about 1; lower is faster.
    pub skill: f32,
    /// Factor of this shift, about 1.
    pub form: f32,
    /// Since when they have not rested; breaks move it on.
    pub fresh_since: VirtualTime,
    /// Trip ends ever in each zone, by rows from the south-west.
    pub known: [u16; ZONES],
}

/// Spread of skill between drivers and of form between shifts.
const SKILL: f64 = 0.045;
const FORM: f64 = 0.015;

/// What a zone where one never was costs against one known by heart, and the trip ends that make two thirds of the way.
const STRANGE: f64 = 0.07;
const LEARNING: f64 = 60.0;

/// How strange the usual trip's ends are: the factor is 1 there.
const USUALLY_STRANGE: f64 = 0.15;

/// Hours without a rest after which driving gets slower, by how much an hour, and at most.
const TIRED_AFTER: f64 = 4.0;
const TIRED_AN_HOUR: f64 = 0.01;
const MOST_TIRED: f64 = 0.06;

/// Drivers knew the city around their home best when the world began: trips thin out over so many metres.
const OWN_GROUND: f64 = 9_000.0;

impl Craft {
    /// The craft of somebody who made `experience` trips from `home`.
    pub(crate) fn born(region: &Region, home: Place, experience: u32, start: VirtualTime, draws: &mut Draws) -> Self {
        Craft {
            skill: (1.0 + SKILL * sample::normal(draws)).clamp(0.82, 1.22) as f32,
            form: 1.0,
            fresh_since: start,
            known: known(&region.bounds, home, experience),
        }
    }

    /// A shift begins.
    pub(crate) fn begin_shift(&mut self, now: VirtualTime, draws: &mut Draws) {
        self.form = (1.0 + FORM * sample::normal_fast(draws)) as f32;
        self.fresh_since = now;
    }

    /// They rested: each minute of a break undoes four of the work before it.
    pub(crate) fn rest(&mut self, now: VirtualTime, rested: Span) {
        let moved = self.fresh_since + Span::from_micros(5 * rested.micros());
        self.fresh_since = moved.min(now);
    }

    /// They carried somebody from one place to the other.
    pub(crate) fn learn(&mut self, bounds: &Bounds, ends: [Place; 2]) {
        for place in ends {
            let known = &mut self.known[zone(bounds, place)];
            *known = known.saturating_add(1);
        }
    }

    /// What they multiply the time of a trip between these places by.
    pub(crate) fn factor(&self, bounds: &Bounds, ends: [Place; 2], now: VirtualTime) -> f64 {
        let strange = ends.map(|place| libm::exp(-f64::from(self.known[zone(bounds, place)]) / LEARNING));
        let strange = 0.5 * (strange[0] + strange[1]) - USUALLY_STRANGE;
        let fatigue = fatigue(now.since(self.fresh_since));
        f64::from(self.skill) * f64::from(self.form) * (1.0 + STRANGE * strange) * (1.0 + fatigue)
    }
}

/// What so long without a rest adds to a trip's time, as a share: nothing at first, then more by the hour, as rules on
/// hours of service have it (EU 561/2006: a rest after 4.5 h; FMCSA 49 CFR 395: after 8 h).
fn fatigue(without_rest: Span) -> f64 {
    let hours = without_rest.as_seconds_f64() / 3_600.0;
    (TIRED_AN_HOUR * (hours - TIRED_AFTER)).clamp(0.0, MOST_TIRED)
}

fn zone(bounds: &Bounds, place: Place) -> usize {
    let (x, y) = bounds.shares(place);
    let cell = |share: f64| ((share * SIDE as f64) as usize).min(SIDE - 1);
    cell(y) * SIDE + cell(x)
}

/// Both ends of so many trips, spread over the zones by their distance from home.
fn known(bounds: &Bounds, home: Place, trips: u32) -> [u16; ZONES] {
    let (height, width) = (bounds.height_metres(), bounds.width_metres());
    let (x, y) = bounds.shares(home);
    let weights: [f64; ZONES] = std::array::from_fn(|zone| {
        let middle = |cell: usize| (cell as f64 + 0.5) / SIDE as f64;
        let (east, north) = ((middle(zone % SIDE) - x) * width, (middle(zone / SIDE) - y) * height);
        libm::exp(-f64::sqrt(east * east + north * north) / OWN_GROUND)
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

    fn craft(experience: u32) -> (Bounds, Place, Craft) {
        let town = testing::town("[world]\npeople = 1");
        let region = &town.localities()[0].region;
        let draws = &mut WorldKey::new(1).draws(1, Purpose::BirthDriver, 0);
        let craft = Craft::born(region, region.centre, experience, VirtualTime::from_seconds(0), draws);
        (region.bounds, region.centre, craft)
    }

    fn corner(bounds: &Bounds) -> Place {
        Place::from_degrees(bounds.south() + 0.01, bounds.west() + 0.01)
    }

    #[test]
    fn the_home_ground_is_faster_than_the_other_end_of_the_city() {
        let (bounds, home, craft) = craft(300);
        let now = VirtualTime::from_seconds(60);
        let [own, strange] = [home, corner(&bounds)].map(|place| craft.factor(&bounds, [place; 2], now));
        assert!(own < 0.97 * strange && own > 0.92 * strange, "{own} and {strange}");
    }

    #[test]
    fn strange_ground_is_learnt() {
        let (bounds, _, mut craft) = craft(0);
        let (there, now) = (corner(&bounds), VirtualTime::from_seconds(60));
        let mut last = craft.factor(&bounds, [there; 2], now);
        for _ in 0..4 {
            (0..40).for_each(|_| craft.learn(&bounds, [there; 2]));
            let next = craft.factor(&bounds, [there; 2], now);
            assert!(next < last, "{next} after {last}");
            last = next;
        }
        craft.known = [u16::MAX; ZONES];
        craft.learn(&bounds, [there; 2]);
        assert!((craft.factor(&bounds, [there; 2], now) - last).abs() < 0.01 * last, "learnt in full");
    }

    #[test]
    fn long_hours_slow_down_and_breaks_undo_it() {
        let (bounds, home, mut craft) = craft(1_000);
        let hour = |h: i64| VirtualTime::from_seconds(3_600 * h);
        let at = |craft: &Craft, h| craft.factor(&bounds, [home; 2], hour(h));
        assert_eq!(at(&craft, 1), at(&craft, 4));
        assert!(at(&craft, 7) > 1.02 * at(&craft, 1) && at(&craft, 9) > at(&craft, 7));
        let tired = at(&craft, 9);
        craft.rest(hour(9), Span::from_seconds(40 * 60));
        assert!(at(&craft, 9) < tired);
        craft.rest(hour(9), Span::from_seconds(20 * 3_600));
        assert_eq!(craft.fresh_since, hour(9), "nobody is rested ahead");
    }

    #[test]
    fn drivers_differ_by_some_per_cent() {
        let town = testing::town("[world]\npeople = 1");
        let region = &town.localities()[0].region;
        let logs: Vec<f64> = (0..500)
            .map(|seed| {
                let draws = &mut WorldKey::new(seed).draws(1, Purpose::BirthDriver, 0);
                let home = region.home(draws);
                let craft = Craft::born(region, home, 1_200, VirtualTime::from_seconds(0), draws);
                libm::log(craft.factor(&region.bounds, [home, region.centre], VirtualTime::from_seconds(7_200)))
            })
            .collect();
        let mean = logs.iter().sum::<f64>() / 500.0;
        let spread = f64::sqrt(logs.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 499.0);
        assert!((0.04..0.10).contains(&spread) && mean.abs() < 0.02, "spread {spread}, mean {mean}");
    }

    proptest! {
        #[test]
        fn no_driver_is_out_of_proportion(
            experience in 0..200_000u32, hours in 0..40i64, x in 0.0..1.0f64, y in 0.0..1.0f64,
        ) {
            let (bounds, home, craft) = craft(experience);
            let place = Place::from_degrees(
                bounds.south() + y * (bounds.north() - bounds.south()),
                bounds.west() + x * (bounds.east() - bounds.west()),
            );
            let factor = craft.factor(&bounds, [home, place], VirtualTime::from_seconds(3_600 * hours));
            prop_assert!((0.75..1.45).contains(&factor), "{}", factor);
        }
    }
}
