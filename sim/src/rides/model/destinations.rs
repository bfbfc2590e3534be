//! Where a city goes: its airport, shopping centres, streets of bars and venues, as places that draw people from around.
//! Seeded, or the real one where it is known. Knows no hours and no people.

use super::fleet::Map;
use crate::base::Place;
use crate::engine::{Draws, Purpose, WorldKey, sample};
use crate::region::Region;

/// A kind of place that people choose among.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attraction {
    /// Shopping centres, all over the city.
    Shops,
    /// Streets of bars, around the centres of work.
    Night,
}

/// The places of a region that draw people.
#[derive(Clone, Debug)]
pub(crate) struct Destinations {
    airport: Place,
    shops: Vec<Spot>,
    night: Vec<Spot>,
    venues: [Place; VENUES],
    map: Map,
}

/// A place with its pull.
#[derive(Clone, Copy, Debug)]
struct Spot {
    place: Place,
    pull: f64,
}

pub(crate) const VENUES: usize = 3;
const SHOPS: usize = 9;
const NIGHT: usize = 6;

/// Metres over which pull falls to a third: gravity.
const SHOPS_REACH: f64 = 6_000.0;
const NIGHT_REACH: f64 = 6_000.0;

/// Whoever goes to a place goes to one of the doors around it: spread in micro-degrees.
const DOORS: f64 = 1_300.0;

/// Airports of the ready-made cities, in degrees, to 300 m.
const AIRPORTS: [(f64, f64); 6] =
    [(29.984, -95.341), (-23.432, -46.469), (40.641, -73.778), (51.470, -0.454), (19.090, 72.866), (35.549, 139.780)];

impl Destinations {
    /// Those of a region.
    pub fn new(region: &Region, key: WorldKey) -> Self {
        let draws = |what: u64| key.draws(u64::from(region.id.0), Purpose::Destinations, what);
        let ranked = |places: Vec<Place>| {
            let spot = |(place, rank): (Place, u32)| Spot { place, pull: 1.0 / f64::from(rank) };
            places.into_iter().zip(1..).map(spot).collect()
        };
        let (mut shops, mut night, mut venues) = (draws(0), draws(1), draws(2));
        Destinations {
            airport: airport(region, &mut draws(3)),
            // Every other one stands where people live.
            shops: ranked(
                (0..SHOPS)
                    .map(|n| if n % 2 == 0 { region.home(&mut shops) } else { region.centre_of_work(&mut shops) })
                    .collect(),
            ),
            night: ranked((0..NIGHT).map(|_| region.centre_of_work(&mut night)).collect()),
            venues: std::array::from_fn(|_| region.centre_of_work(&mut venues)),
            map: Map::around(region.centre),
        }
    }

    /// One of the airport's doors.
    pub fn at_airport(&self, region: &Region, draws: &mut Draws) -> Place {
        door(region, self.airport, draws)
    }

    /// One of a venue's doors.
    pub fn at_venue(&self, region: &Region, venue: usize, draws: &mut Draws) -> Place {
        door(region, self.venues[venue % VENUES], draws)
    }

    /// A place of that kind that somebody from `home` chooses: the greater and the nearer, the rather.
    pub fn chosen(&self, kind: Attraction, region: &Region, home: Place, draws: &mut Draws) -> Place {
        let (spots, reach) = match kind {
            Attraction::Shops => (&self.shops[..], SHOPS_REACH),
            Attraction::Night => (&self.night[..], NIGHT_REACH),
        };
        let mut sums = [0.0; if SHOPS > NIGHT { SHOPS } else { NIGHT }];
        let mut all = 0.0;
        for (spot, sum) in spots.iter().zip(&mut sums) {
            all += spot.pull * libm::exp(-self.map.metres(home, spot.place) / reach);
            *sum = all;
        }
        let wanted = draws.unit() * all;
        let index = sums[..spots.len()].partition_point(|sum| *sum <= wanted).min(spots.len() - 1);
        door(region, spots[index].place, draws)
    }
}

/// A place around `place`, on land inside the bounds.
fn door(region: &Region, place: Place, draws: &mut Draws) -> Place {
    let off = |draws: &mut Draws| (DOORS * sample::normal_fast(draws)) as i32;
    let at = Place { lat_e6: place.lat_e6 + off(draws), lon_e6: place.lon_e6 + off(draws) };
    if region.bounds.contains(at) && region.is_land(at) { at } else { place }
}

/// The airport that lies in the bounds, or the farthest from the centre of some places on land.
fn airport(region: &Region, draws: &mut Draws) -> Place {
    let real = AIRPORTS.map(|(lat, lon)| Place::from_degrees(lat, lon));
    if let Some(place) = real.into_iter().find(|place| region.bounds.contains(*place) && region.is_land(*place)) {
        return place;
    }
    let bounds = &region.bounds;
    let some = |draws: &mut Draws| {
        let (x, y) = (draws.between(0.1, 0.9), draws.between(0.1, 0.9));
        let (lat, lon) = (bounds.north() - bounds.south(), bounds.east() - bounds.west());
        Place::from_degrees(bounds.south() + y * lat, bounds.west() + x * lon)
    };
    let places: Vec<Place> = (0..24).map(|_| some(draws)).filter(|place| region.is_land(*place)).collect();
    let farther = |a: &Place, b: &Place| a.metres_to(region.centre).total_cmp(&b.metres_to(region.centre));
    places.into_iter().max_by(farther).unwrap_or(region.centre)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::region::PRESETS;
    use crate::testing;
    use crate::town::Town;
    use proptest::prelude::*;

    fn town(preset: &str) -> Town {
        testing::town(&format!("[world]\npeople = 1\n[[region]]\npreset = \"{preset}\""))
    }

    #[test]
    fn every_city_has_its_airport_far_from_its_centre() {
        for preset in PRESETS {
            let town = town(preset);
            let region = &town.localities()[0].region;
            let airport = Destinations::new(region, town.key()).airport;
            let km = airport.metres_to(region.centre) / 1_000.0;
            assert!(region.bounds.contains(airport) && region.is_land(airport) && km > 2.0, "{preset}: {km}");
        }
        let airport = Destinations::new(&town("houston").localities()[0].region, WorldKey::new(3)).airport;
        assert_eq!(airport, Place::from_degrees(29.984, -95.341));
    }

    #[test]
    fn near_places_are_chosen_rather_than_far_ones() {
        let town = town("houston");
        let region = &town.localities()[0].region;
        let places = Destinations::new(region, town.key());
        let draws = &mut town.key().draws(1, Purpose::Ride, 0);
        let metres: Vec<f64> = (0..2_000)
            .map(|_| {
                let home = region.home(draws);
                home.metres_to(places.chosen(Attraction::Shops, region, home, draws))
            })
            .collect();
        let all: Vec<f64> = (0..2_000).map(|n| region.home(draws).metres_to(places.shops[n % SHOPS].place)).collect();
        let mean = |metres: &[f64]| metres.iter().sum::<f64>() / 2_000.0;
        assert!(mean(&metres) < 0.8 * mean(&all), "{} and {}", mean(&metres), mean(&all));
    }

    proptest! {
        #[test]
        fn everybody_arrives_on_land_inside_the_bounds(preset in 0..6usize, seed in 0..1_000u64) {
            let town = town(PRESETS[preset]);
            let region = &town.localities()[0].region;
            let places = Destinations::new(region, WorldKey::new(seed));
            let draws = &mut WorldKey::new(seed).draws(1, Purpose::Ride, 0);
            let home = region.home(draws);
            for place in [
                places.at_airport(region, draws),
                places.at_venue(region, seed as usize, draws),
                places.chosen(Attraction::Shops, region, home, draws),
                places.chosen(Attraction::Night, region, home, draws),
            ] {
                prop_assert!(region.bounds.contains(place) && region.is_land(place));
            }
        }
    }
}
