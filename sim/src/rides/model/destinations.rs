//! The places of a city that attract riders: its airport, shopping centres, streets of bars and venues. They are drawn
//! from the key of the world, except known airports. Must not depend on: hours and people.

use super::map::FlatMap;
use super::parameters::destinations::{
    AIRPORT_CANDIDATE_RANGE, AIRPORT_CANDIDATES, AIRPORTS, DOOR_SPREAD_E6, NIGHTLIFE_REACH_METRES, NIGHTLIFE_STREETS,
    SHOPPING_CENTRES, SHOPPING_REACH_METRES, VENUES,
};
use crate::base::Place;
use crate::engine::{Purpose, RngStream, WorldKey, sample};
use crate::region::Region;

/// A kind of place among which people choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attraction {
    /// Shopping centres, all over the city.
    Shopping,
    /// Streets of bars, around the centres of work.
    Nightlife,
}

/// The places of a region that attract riders.
#[derive(Clone, Debug)]
pub(crate) struct Destinations {
    airport: Place,
    shopping: Vec<Spot>,
    nightlife: Vec<Spot>,
    venues: [Place; VENUES],
    map: FlatMap,
}

/// A place with its attraction.
#[derive(Clone, Copy, Debug)]
struct Spot {
    place: Place,
    attraction: f64,
}

/// The most places of one kind.
const MAX_SPOTS: usize = if SHOPPING_CENTRES > NIGHTLIFE_STREETS { SHOPPING_CENTRES } else { NIGHTLIFE_STREETS };

impl Destinations {
    /// Draws the places of a region.
    pub fn new(region: &Region, key: WorldKey) -> Self {
        let rng = |act: u64| key.rng(u64::from(region.id.0), Purpose::Destinations, act);
        let ranked = |places: Vec<Place>| {
            let spot = |(place, rank): (Place, u32)| Spot { place, attraction: 1.0 / f64::from(rank) };
            places.into_iter().zip(1..).map(spot).collect()
        };
        let (mut shopping, mut nightlife, mut venues) = (rng(0), rng(1), rng(2));
        Destinations {
            airport: airport(region, &mut rng(3)),
            // Every other one is in an area where people live.
            shopping: ranked(
                (0..SHOPPING_CENTRES)
                    .map(|n| if n % 2 == 0 { region.home(&mut shopping) } else { region.centre_of_work(&mut shopping) })
                    .collect(),
            ),
            nightlife: ranked((0..NIGHTLIFE_STREETS).map(|_| region.centre_of_work(&mut nightlife)).collect()),
            venues: std::array::from_fn(|_| region.centre_of_work(&mut venues)),
            map: FlatMap::around(region.centre),
        }
    }

    /// Draws a door of the airport.
    pub fn at_airport(&self, region: &Region, rng: &mut RngStream) -> Place {
        door(region, self.airport, rng)
    }

    /// Draws a door of a venue.
    pub fn at_venue(&self, region: &Region, venue: usize, rng: &mut RngStream) -> Place {
        door(region, self.venues[venue % VENUES], rng)
    }

    /// Draws a place of this kind for a rider from `home`: the probability increases with attraction and nearness.
    pub fn chosen(&self, kind: Attraction, region: &Region, home: Place, rng: &mut RngStream) -> Place {
        let (spots, reach) = match kind {
            Attraction::Shopping => (&self.shopping[..], SHOPPING_REACH_METRES),
            Attraction::Nightlife => (&self.nightlife[..], NIGHTLIFE_REACH_METRES),
        };
        let mut sums = [0.0; MAX_SPOTS];
        let mut all = 0.0;
        for (spot, sum) in spots.iter().zip(&mut sums) {
            all += spot.attraction * libm::exp(-self.map.metres(home, spot.place) / reach);
            *sum = all;
        }
        let at = rng.unit() * all;
        let index = sums[..spots.len()].partition_point(|sum| *sum <= at).min(spots.len() - 1);
        door(region, spots[index].place, rng)
    }
}

/// Draws a place around `place`, on land and inside the bounds.
fn door(region: &Region, place: Place, rng: &mut RngStream) -> Place {
    let off = |rng: &mut RngStream| (DOOR_SPREAD_E6 * sample::normal_fast(rng)) as i32;
    let at = Place { lat_e6: place.lat_e6 + off(rng), lon_e6: place.lon_e6 + off(rng) };
    if region.bounds.contains(at) && region.is_land(at) { at } else { place }
}

/// Returns the known airport inside the bounds, or the farthest from the centre of some places on land.
fn airport(region: &Region, rng: &mut RngStream) -> Place {
    let known = AIRPORTS.map(|(lat, lon)| Place::from_degrees(lat, lon));
    if let Some(place) = known.into_iter().find(|place| region.bounds.contains(*place) && region.is_land(*place)) {
        return place;
    }
    let bounds = &region.bounds;
    let candidate = |rng: &mut RngStream| {
        let (least, most) = AIRPORT_CANDIDATE_RANGE;
        let (x, y) = (rng.between(least, most), rng.between(least, most));
        let (lat, lon) = (bounds.north() - bounds.south(), bounds.east() - bounds.west());
        Place::from_degrees(bounds.south() + y * lat, bounds.west() + x * lon)
    };
    let places = (0..AIRPORT_CANDIDATES).map(|_| candidate(rng));
    let places: Vec<Place> = places.filter(|place| region.is_land(*place)).collect();
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
    fn near_places_are_chosen_more_often_than_far_ones() {
        let town = town("houston");
        let region = &town.localities()[0].region;
        let places = Destinations::new(region, town.key());
        let rng = &mut town.key().rng(1, Purpose::Ride, 0);
        let metres: Vec<f64> = (0..2_000)
            .map(|_| {
                let home = region.home(rng);
                home.metres_to(places.chosen(Attraction::Shopping, region, home, rng))
            })
            .collect();
        let all: Vec<f64> =
            (0..2_000).map(|n| region.home(rng).metres_to(places.shopping[n % SHOPPING_CENTRES].place)).collect();
        let mean = |metres: &[f64]| metres.iter().sum::<f64>() / 2_000.0;
        assert!(mean(&metres) < 0.8 * mean(&all), "{} and {}", mean(&metres), mean(&all));
    }

    proptest! {
        #[test]
        fn destinations_are_on_land_inside_the_bounds(preset in 0..6usize, seed in 0..1_000u64) {
            let town = town(PRESETS[preset]);
            let region = &town.localities()[0].region;
            let places = Destinations::new(region, WorldKey::new(seed));
            let rng = &mut WorldKey::new(seed).rng(1, Purpose::Ride, 0);
            let home = region.home(rng);
            for place in [
                places.at_airport(region, rng),
                places.at_venue(region, seed as usize, rng),
                places.chosen(Attraction::Shopping, region, home, rng),
                places.chosen(Attraction::Nightlife, region, home, rng),
            ] {
                prop_assert!(region.bounds.contains(place) && region.is_land(place));
            }
        }
    }
}
