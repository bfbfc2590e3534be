//! The merchants of a region: category, place, name, popularity and prices of each; and the favourites of a person,
//! which are computed and not stored. Must not depend on: transactions.

use super::amounts::Pricing;
use super::loyalty::LoyaltyPatterns;
use super::parameters::merchants::{
    FAVOURITES, HUFF_HALF_DISTANCE_METRES, MAX_COMPARED_MERCHANTS, MERCHANT_SHARES, POPULARITY_EXPONENT,
    POPULARITY_RANK_OFFSET,
};
use crate::base::{CATEGORIES, Category, EntityId, Place};
use crate::engine::TextBuffer;
use crate::engine::{AliasTable, EntityKey, Purpose, RngStream, VirtualTime, WorldKey, sample};
use crate::region::{BusinessNames, Region, Words};
use std::fmt;
use std::ops::Range;

/// Number in the region (from 0) of the merchant account of the shop, to which its orders are paid.
pub const SHOP_MERCHANT: u32 = 0;
/// Number in the region (from 0) of the merchant account of the ride company, to which fares are paid.
pub const RIDE_MERCHANT: u32 = 1;

/// The merchants of one region.
#[derive(Debug)]
pub struct Merchants {
    /// Number of the region's first merchant in the world, from 1.
    first: u32,
    places: Vec<Place>,
    names: Vec<MerchantName>,
    pricing: Vec<Pricing>,
    loyalty: LoyaltyPatterns,
    by_category: Vec<CategoryMerchants>,
}

/// A person who chooses a merchant.
#[derive(Clone, Copy, Debug)]
pub struct Customer {
    /// The key of the person's random numbers.
    pub key: EntityKey,
    /// The place from which distance counts; `None` if distance does not count.
    pub from: Option<Place>,
    /// The person's moves so far, 0 if distance does not count: each move replaces the favourites.
    pub moves: u16,
}

/// The merchants of a category, with their places beside their numbers: a choice reads both.
#[derive(Debug)]
struct CategoryMerchants {
    members: Vec<Member>,
    popularity: AliasTable,
}

/// A merchant of a category.
#[derive(Clone, Copy, Debug)]
struct Member {
    /// The number in the region.
    number: u32,
    place: Place,
}

impl CategoryMerchants {
    #[inline]
    fn member(&self, bits: u64) -> Member {
        self.members[self.popularity.pick_with(bits)]
    }
}

impl Merchants {
    /// Makes `count` merchants for `region`, numbered in the world from `first`.
    pub fn new(region: &Region, key: WorldKey, first: u32, count: u32) -> Self {
        let entity = |n: u32| EntityId::merchant(first + n).code();
        let places: Vec<Place> =
            (0..count).map(|n| region.centre_of_work(&mut key.rng(entity(n), Purpose::Merchants, 0))).collect();
        let categories: Vec<Option<usize>> = (0..count).map(|n| category_of(n, count)).collect();
        let by_category = (0..CATEGORIES).map(|c| category_members(&categories, &places, c)).collect();
        let names = names(region.business_names(), key, first, &categories);
        let pricing = (0..count).map(|n| {
            let category = categories[n as usize].map_or(Category::Other, |c| Category::ALL[c]);
            Pricing::draw(category, &mut key.rng(entity(n), Purpose::Pricing, 0))
        });
        Merchants {
            first,
            places,
            names,
            pricing: pricing.collect(),
            loyalty: LoyaltyPatterns::new(key, entity(0)),
            by_category,
        }
    }

    /// Returns the number in the world of the merchant with this number in the region.
    pub fn number(&self, local: u32) -> u32 {
        self.first + local.min(self.places.len() as u32 - 1)
    }

    /// Returns the numbers of the merchants in the world.
    pub fn numbers(&self) -> Range<u32> {
        self.first..self.first + self.places.len() as u32
    }

    /// Returns the category of the merchant with this number in the world; None for the accounts of the shop and of the ride
    /// company.
    pub fn category(&self, number: u32) -> Option<Category> {
        category_of(number - self.first, self.places.len() as u32).map(|category| Category::ALL[category])
    }

    /// Returns the place of the merchant with this number in the world.
    pub fn place(&self, number: u32) -> Place {
        self.places[(number - self.first) as usize]
    }

    /// Returns the name of the merchant with this number in the world.
    pub fn name(&self, number: u32) -> MerchantName {
        self.names[(number - self.first) as usize]
    }

    /// Returns the prices of the merchant with this number in the world.
    pub(crate) fn pricing(&self, number: u32) -> &Pricing {
        &self.pricing[(number - self.first) as usize]
    }

    /// Draws the merchant that `customer` buys from at `now` in `category`, by number in the world: mostly one of their
    /// favourites, which are near where distance counts.
    pub fn choose(&self, customer: &Customer, category: Category, now: VirtualTime, rng: &mut RngStream) -> u32 {
        let loyalty = self.loyalty.of(&mut customer.key.rng(Purpose::Loyalty, category as u64));
        let rank = loyalty.rank(rng.unit());
        if rank == FAVOURITES {
            return self.candidate(category, customer.from, rng);
        }
        self.favourite(customer, category, rank, loyalty.epoch(rank, now))
    }

    /// Returns the favourites of `customer` in `category` at `now`, by rank, as numbers in the world.
    pub fn favourites(&self, customer: &Customer, category: Category, now: VirtualTime) -> Vec<u32> {
        let loyalty = self.loyalty.of(&mut customer.key.rng(Purpose::Loyalty, category as u64));
        (0..FAVOURITES).map(|rank| self.favourite(customer, category, rank, loyalty.epoch(rank, now))).collect()
    }

    fn favourite(&self, customer: &Customer, category: Category, rank: usize, epoch: u64) -> u32 {
        let act = (category as u64) << 8 | rank as u64 | epoch << 16 | u64::from(customer.moves) << 40;
        let rng = &mut customer.key.rng(Purpose::BirthFavourites, act);
        self.candidate(category, customer.from, rng)
    }

    /// Draws a merchant of `category` without favourites, by number in the world: by popularity and, where `from` is
    /// given, by distance.
    pub fn candidate(&self, category: Category, from: Option<Place>, rng: &mut RngStream) -> u32 {
        let group = &self.by_category[category as usize];
        let Some(from) = from else { return self.first + group.member(rng.next_u64()).number };
        let mut nearest = (i64::MAX, 0);
        for _ in 0..MAX_COMPARED_MERCHANTS {
            let Member { number, place } = group.member(rng.next_u64());
            let distance = flat_distance_squared(from, place);
            if rng.unit() * (1.0 + distance as f64 / HALF_DISTANCE_SQUARED) < 1.0 {
                return self.first + number;
            }
            if distance < nearest.0 || (distance == nearest.0 && number < nearest.1) {
                nearest = (distance, number);
            }
        }
        self.first + nearest.1
    }

    /// Returns the merchant of `category` for `bits`, by number in the world.
    pub fn member(&self, category: Category, bits: u64) -> u32 {
        self.first + self.by_category[category as usize].member(bits).number
    }
}

/// The name of a merchant in its region's language, unique there.
#[derive(Clone, Copy)]
pub struct MerchantName {
    language: &'static BusinessNames,
    words: Words,
}

impl MerchantName {
    /// Appends the name, which has no quotes, backslashes or control characters.
    #[inline]
    pub fn append(self, out: &mut impl TextBuffer) {
        let (parts, branch) = self.language.parts(self.words);
        parts.iter().for_each(|part| out.append(part.as_bytes()));
        if branch > 1 {
            out.append(b" ");
            out.append_integer(i64::from(branch));
        }
    }
}

impl fmt::Display for MerchantName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, branch) = self.language.parts(self.words);
        parts.iter().try_for_each(|part| out.write_str(part))?;
        if branch > 1 { write!(out, " {branch}") } else { Ok(()) }
    }
}

impl fmt::Debug for MerchantName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:?}", self.to_string())
    }
}

impl PartialEq for MerchantName {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.language, other.language) && self.words == other.words
    }
}

/// Draws names for all merchants by category, without repetition.
fn names(
    language: &'static BusinessNames,
    key: WorldKey,
    first: u32,
    categories: &[Option<usize>],
) -> Vec<MerchantName> {
    let mut left: Vec<NamesLeft> = (0..CATEGORIES).map(|c| NamesLeft::new(language, key, first, c)).collect();
    let words = |(number, category): (u32, &Option<usize>)| match category {
        Some(category) => left[*category].next(language, *category),
        None if number == SHOP_MERCHANT => Words::Shop,
        None => Words::Rides,
    };
    (0..).zip(categories).map(words).map(|words| MerchantName { language, words }).collect()
}

/// The names of one category in the order in which a region assigns them.
struct NamesLeft {
    order: Vec<usize>,
    given: usize,
}

impl NamesLeft {
    fn new(language: &BusinessNames, key: WorldKey, first: u32, category: usize) -> Self {
        let mut rng = key.rng(EntityId::merchant(first).code(), Purpose::Merchants, 1 + category as u64);
        let mut order: Vec<usize> = (0..language.count(category)).collect();
        for last in (1..order.len()).rev() {
            order.swap(last, rng.below(last as u64 + 1) as usize);
        }
        NamesLeft { order, given: 0 }
    }

    fn next(&mut self, language: &BusinessNames, category: usize) -> Words {
        let (round, at) = (self.given / self.order.len(), self.given % self.order.len());
        self.given += 1;
        language.words(category, round * self.order.len() + self.order[at])
    }
}

/// Returns the category of a merchant; `None` for the accounts of the shop and of the ride company, which are not
/// chosen by habit.
fn category_of(number: u32, count: u32) -> Option<usize> {
    let by_habit = number != SHOP_MERCHANT && number != RIDE_MERCHANT;
    by_habit.then(|| sample::pick(&sample::cumulate(&MERCHANT_SHARES), (number as f64 + 0.5) / count as f64))
}

/// Returns the merchants of a category; if a town has too few for that, all of its merchants.
fn category_members(categories: &[Option<usize>], places: &[Place], category: usize) -> CategoryMerchants {
    let all = 0..categories.len() as u32;
    let mut members: Vec<u32> = all.clone().filter(|n| categories[*n as usize] == Some(category)).collect();
    if members.is_empty() {
        members = all.collect();
    }
    let weights: Vec<f64> = (1..=members.len())
        .map(|rank| 1.0 / libm::pow(rank as f64 + POPULARITY_RANK_OFFSET, POPULARITY_EXPONENT))
        .collect();
    let members = members.into_iter().map(|number| Member { number, place: places[number as usize] }).collect();
    CategoryMerchants { members, popularity: AliasTable::new(&weights) }
}

/// Metres in a micro-degree of latitude.
const METRES_PER_MICRODEGREE: f64 = 0.111_195;

/// [`HUFF_HALF_DISTANCE_METRES`] squared, in the unit of [`flat_distance_squared`].
const HALF_DISTANCE_SQUARED: f64 =
    (HUFF_HALF_DISTANCE_METRES / METRES_PER_MICRODEGREE) * (HUFF_HALF_DISTANCE_METRES / METRES_PER_MICRODEGREE);

/// Returns an approximation of the squared distance in micro-degrees of latitude: cheap, and near enough to order
/// places of one region.
fn flat_distance_squared(a: Place, b: Place) -> i64 {
    let (lat, lon) = ((a.lat_e6 - b.lat_e6) as i64, (a.lon_e6 - b.lon_e6) as i64);
    lat * lat + lon * lon * 3 / 4
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::PersonId;
    use crate::testing;

    #[test]
    fn people_prefer_their_favourites_and_these_differ() {
        let town = testing::town("[world]\npeople = 100");
        let merchants = &town.localities()[0].merchants;
        let (from, now) = (Some(town.localities()[0].region.centre), town.start());
        let key = |n: u32| town.key().of_entity(EntityId::person(PersonId(n)).code());
        let customer = |n: u32| Customer { key: key(n), from, moves: 0 };
        let visits = |person: u32| -> Vec<u32> {
            let customer = customer(person);
            let one = |act| {
                let rng = &mut customer.key.rng(Purpose::Habit, act);
                merchants.choose(&customer, Category::Groceries, now, rng)
            };
            (0..400).map(one).collect()
        };
        let share = |of: &[u32], m: u32| of.iter().filter(|v| **v == m).count() as f64 / of.len() as f64;
        let first = |n: u32| merchants.favourites(&customer(n), Category::Groceries, now)[0];
        let shares: Vec<f64> = (0..40).map(|n| share(&visits(n), first(n))).collect();
        let mean = shares.iter().sum::<f64>() / 40.0;
        assert!((0.45..0.75).contains(&mean), "people go to their favourite {mean} of the time");
        assert!(shares.iter().all(|share| *share > 0.15), "{shares:?}");
        let mut firsts: Vec<u32> = (0..20).map(first).collect();
        firsts.sort_unstable();
        firsts.dedup();
        assert!(firsts.len() > 3, "{firsts:?}");
        let moved = |n: u32| merchants.favourites(&Customer { moves: 1, ..customer(n) }, Category::Groceries, now)[0];
        assert!((0..20).filter(|n| moved(*n) != first(*n)).count() > 10, "a move replaces favourites");
    }

    #[test]
    fn near_merchants_attract_more_than_far_ones() {
        let town = testing::town("[world]\npeople = 100");
        let (merchants, home) = (&town.localities()[0].merchants, town.localities()[0].region.centre);
        let mean = |from: Option<Place>| {
            let one = |act| {
                let rng = &mut town.rng(EntityId::merchant(1), Purpose::Habit, act);
                merchants.place(merchants.candidate(Category::Groceries, from, rng)).metres_to(home)
            };
            (0..2_000).map(one).sum::<f64>() / 2_000.0
        };
        let (near, anywhere) = (mean(Some(home)), mean(None));
        assert!(near < 0.6 * anywhere, "{near} m, {anywhere} m without distance");
    }

    #[test]
    fn every_merchant_of_a_region_has_a_name_of_its_own() {
        for (region, count) in [("sao-paulo", 200), ("tokyo", 3), ("mumbai", 1), ("london", 5_000)] {
            let rules = format!("[world]\npeople = 10\n[bank]\nmerchants = {count}\n[[region]]\npreset = \"{region}\"");
            let town = testing::town(&rules);
            let merchants = &town.localities()[0].merchants;
            let names: std::collections::BTreeSet<String> =
                (1..=count).map(|number| merchants.name(number).to_string()).collect();
            assert_eq!(names.len() as u32, count, "{region}");
            for number in 1..=count {
                let mut written = Vec::new();
                merchants.name(number).append(&mut written);
                assert_eq!(written, merchants.name(number).to_string().into_bytes());
            }
        }
    }

    #[test]
    fn a_town_with_three_merchants_sells_everything() {
        let town = testing::town("[world]\npeople = 10\n[bank]\nmerchants = 3");
        let merchants = &town.localities()[0].merchants;
        let rng = &mut town.rng(EntityId::merchant(1), Purpose::Habit, 0);
        for category in Category::ALL {
            assert!((1..=3).contains(&merchants.candidate(category, None, rng)));
        }
    }
}
