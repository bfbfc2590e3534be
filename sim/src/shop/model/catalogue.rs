//! A region's shop: its products, the choice among them, and their prices.
//! Must not depend on: customers.

use super::memo::{Memo, MonthMemo};
use super::parameters::*;
use super::product::{Product, product_code, tide_hash, unit};
use super::query::Query;
use super::words::{KINDS, Vocabulary, words_of};
use crate::base::{Currency, Money, ShopCategory};
use crate::engine::{AliasTable, Purpose, RngStream, VirtualTime, WorldKey, sample};
use crate::region::{Calendar, LocalDay, Region};
use crate::scenario::ShopRules;
use std::ops::Range;

/// The products of one region's shop.
#[derive(Debug)]
pub struct Catalogue {
    key: WorldKey,
    /// The number of the first product in the world, from 1.
    first: u32,
    /// The day on which the shop opens.
    opening: i32,
    /// Its day of the week, Monday first from 0.
    opening_weekday: u32,
    currency: Currency,
    words: &'static Vocabulary,
    rows: Vec<Row>,
    /// True for each week in which shops of the region hold sales, from the first week of 1970 to the end of 2199.
    sales: Vec<bool>,
    /// The factor on views of each category, by month.
    seasons: [[f64; 12]; 12],
    months: MonthMemo,
    /// Each draws the place of a product by popularity: among all products, and among those of each category and kind.
    popular: AliasTable,
    by_category: Vec<AliasTable>,
    by_kind: Vec<AliasTable>,
}

/// What is known of a product, in one cache line.
#[derive(Debug)]
#[repr(align(64))]
struct Row {
    product: Product,
    memo: Memo,
}

/// Some of a shop's products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::shop) enum Among {
    All,
    Category(ShopCategory),
    /// A kind of product of a category, by number within it.
    Kind(ShopCategory, u8),
}

/// The product that a customer looks for.
#[derive(Clone, Copy, Debug)]
pub(in crate::shop) struct Wish {
    /// The part of the catalogue.
    pub among: Among,
    /// The wanted price within the category, in standard deviations of its logarithm.
    pub standing: f32,
}

/// Weeks from 1970 to 2199.
const WEEKS: i32 = 12_001;

impl Catalogue {
    /// Returns the shop of `region`, which opens at `start`; its products are numbered in the world from `first`.
    pub fn new(rules: &ShopRules, key: WorldKey, first: u32, start: VirtualTime, region: &Region) -> Self {
        let (currency, count) = (region.currency, rules.products);
        let shares = sample::cumulate(&ShopCategory::shares());
        let born =
            |n| Product::drawn(&shares, count, currency, &mut key.rng(product_code(first + n), Purpose::Catalogue, 0));
        let products: Vec<Product> = (0..count).map(born).collect();
        let weight =
            |n| 1.0 / libm::pow(popularity_rank(key, first, n, count) + POPULARITY_OFFSET, rules.popularity_exponent);
        let weights: Vec<f64> = (0..count).map(weight).collect();
        let all: Vec<u32> = (0..count).collect();
        let categories = 0..ShopCategory::NAMES.len();
        let of_category = |n| among(&all, |p| products[p as usize].category == ShopCategory::numbered(n));
        let by_category: Vec<Vec<u32>> = categories.map(of_category).collect();
        let kinds = |of: &'_ Vec<u32>| -> Vec<Vec<u32>> {
            let of_kind = |kind| among(of, |p| usize::from(products[p as usize].kind) == kind);
            (0..KINDS).map(of_kind).collect()
        };
        let by_kind: Vec<Vec<u32>> = by_category.iter().flat_map(kinds).collect();
        let tables = |shelves: &[Vec<u32>]| shelves.iter().map(|places| by_popularity(places, &weights)).collect();
        let latitude = region.centre.lat();
        Catalogue {
            key,
            first,
            opening: start.utc_day(),
            opening_weekday: (start.utc_day() + 3).rem_euclid(7) as u32,
            currency,
            words: words_of(region.language),
            sales: weeks_of_sales(&region.calendar),
            seasons: std::array::from_fn(|n| ShopCategory::ALL.map(|category| category.season(n as u32 + 1, latitude))),
            months: MonthMemo::default(),
            popular: by_popularity(&all, &weights),
            by_category: tables(&by_category),
            by_kind: tables(&by_kind),
            rows: products.into_iter().map(|product| Row { product, memo: Memo::new() }).collect(),
        }
    }

    /// Draws the number of a product that a customer with this wish views: by popularity, rejected more often the less it
    /// appeals at this time and the farther it is from the wanted price.
    pub(in crate::shop) fn pick(&self, wish: Wish, time: VirtualTime, rng: &mut RngStream) -> u32 {
        let day = time.utc_day();
        let (table, seasons) = (self.table(wish.among), &self.seasons[self.months.month(day) as usize - 1]);
        let mut seen = table.pick(rng);
        for _ in 1..CHOICE_TRIES {
            let product = &self.rows[seen].product;
            let away = f64::from(product.standing - wish.standing);
            let season = seasons[product.category as usize];
            let taken = season / (1.0 + PRICE_DISTANCE_WEIGHT * away * away);
            let coin = rng.unit();
            if coin < taken && coin < taken * self.appeal(seen as u32, day) {
                break;
            }
            seen = table.pick(rng);
        }
        self.first + seen as u32
    }

    /// Returns the appeal of the product at a place on `day`.
    #[inline]
    fn appeal(&self, place: u32, day: i32) -> f64 {
        let Row { product, memo } = &self.rows[place as usize];
        product.appeal(day, |block| memo.hash(block).unwrap_or_else(|| self.look_up_hash(place, block)))
    }

    /// Computes the hash of the product at a place for a block of days.
    #[cold]
    fn look_up_hash(&self, place: u32, block: i32) -> u64 {
        let hash = tide_hash(self.key, product_code(self.first + place), block);
        self.rows[place as usize].memo.keep_hash(block, hash)
    }

    /// Returns the table that draws from a part of the catalogue.
    #[inline]
    fn table(&self, among: Among) -> &AliasTable {
        match among {
            Among::All => &self.popular,
            Among::Category(category) => &self.by_category[category as usize],
            Among::Kind(category, kind) => &self.by_kind[category as usize * KINDS + usize::from(kind)],
        }
    }

    /// Draws a product by popularity.
    fn some(&self, among: Among, rng: &mut RngStream) -> &Product {
        &self.rows[self.table(among).pick(rng)].product
    }

    /// Draws a category, by the popularity of its products.
    pub(in crate::shop) fn some_category(&self, rng: &mut RngStream) -> ShopCategory {
        self.some(Among::All, rng).category
    }

    /// Draws a kind of product of a category, by popularity; its number within the category.
    pub(in crate::shop) fn some_kind(&self, category: ShopCategory, rng: &mut RngStream) -> u8 {
        self.some(Among::Category(category), rng).kind
    }

    /// Draws the query of a customer who searches for a kind of product of a category.
    pub(in crate::shop) fn query(&self, category: ShopCategory, kind: u8, rng: &mut RngStream) -> Query {
        Query::drawn(self.words, category as usize, kind as usize, rng)
    }

    /// Returns the number of the product at a place; places wrap around.
    pub fn nth(&self, place: u32) -> u32 {
        self.first + place % self.rows.len() as u32
    }

    /// Returns the numbers of the products in the world.
    pub fn numbers(&self) -> Range<u32> {
        self.first..self.first + self.rows.len() as u32
    }

    /// Returns the kind of a product, in the language of the region.
    pub fn kind(&self, number: u32) -> &'static str {
        let product = self.product(number);
        self.words.kinds[product.category as usize][usize::from(product.kind)]
    }

    /// Returns whether prices of `day` may differ from those of the day before.
    pub(crate) fn begins_prices(&self, day: i32) -> bool {
        self.prices_since(day).is_none_or(|since| since as i32 == day - self.opening)
    }

    /// Returns the price of a product on `day`, as [`Catalogue::price`] does, without a memo: for look-ups of many products.
    pub(crate) fn price_on(&self, number: u32, day: i32) -> Money {
        Money { minor: self.minor(self.product(number), number, day), currency: self.currency }
    }

    /// Returns whether a product is on sale at `time`.
    pub fn is_sold(&self, number: u32, time: VirtualTime) -> bool {
        self.product(number).is_sold(time)
    }

    /// Returns the category of a product.
    pub fn category(&self, number: u32) -> ShopCategory {
        self.product(number).category
    }

    /// Returns the price of a product at `time`: its base, inflation by the month, repricing, and promotions by the week.
    pub fn price(&self, number: u32, time: VirtualTime) -> Money {
        let (day, row) = (time.utc_day(), self.row(number));
        let minor = row.memo.price(self.prices_since(day), || self.minor(&row.product, number, day));
        Money { minor, currency: self.currency }
    }

    /// Returns the first day, counted from the opening, from which all prices are those of `day`: the first of its week or
    /// of its month of inflation; none for days before the opening.
    #[inline]
    fn prices_since(&self, day: i32) -> Option<u32> {
        let open = u32::try_from(day - self.opening).ok()?;
        let (into_month, into_week) = (open % DAYS_PER_INFLATION, (open + self.opening_weekday) % 7);
        Some(open - into_month.min(into_week))
    }

    /// Computes the price of a product on `day` in minor units.
    #[cold]
    fn minor(&self, product: &Product, number: u32, day: i32) -> i64 {
        let days = day - self.opening;
        let inflation = 1.0 + INFLATION_PER_YEAR / 12.0 * (days / DAYS_PER_INFLATION as i32) as f64;
        let promotion = self.promotion(number, week(day)).unwrap_or(1.0);
        let base = product.base_minor as f64;
        let minor = libm::round(base * inflation * promotion * self.change(number, week(day))) as i64;
        minor.max(1)
    }

    /// Returns whether a product is on promotion at `time`.
    pub fn is_promoted(&self, number: u32, time: VirtualTime) -> bool {
        self.promotion(number, week(time.utc_day())).is_some()
    }

    /// Returns the share of the price that is left in a promotion; none without one.
    fn promotion(&self, number: u32, week: i32) -> Option<f64> {
        let in_sales = usize::try_from(week).ok().and_then(|week| self.sales.get(week).copied()).unwrap_or(false);
        let share = if in_sales { PROMOTED_SHARE_IN_SALES } else { PROMOTED_SHARE };
        let draw = self.key.hash(product_code(number), Purpose::Catalogue, 1 + (week as u64 & 0xff_ffff));
        let at = unit(draw) / share;
        (at < 1.0).then_some(PROMOTION_PRICE.0 - PROMOTION_PRICE.1 * at)
    }

    /// Returns the factor of the last repricing; products are repriced in different weeks.
    fn change(&self, number: u32, week: i32) -> f64 {
        let period = (week + (number % 13) as i32).div_euclid(REPRICING_WEEKS);
        let draw = self.key.hash(product_code(number), Purpose::Prices, period as u32 as u64);
        1.0 + REPRICING_MAX * (2.0 * unit(draw) - 1.0)
    }

    #[inline]
    fn product(&self, number: u32) -> &Product {
        &self.row(number).product
    }

    #[inline]
    fn row(&self, number: u32) -> &Row {
        &self.rows[(number - self.first) as usize]
    }
}

/// Returns the number of the week of a day since 1970; weeks begin on Mondays of UTC.
fn week(day: i32) -> i32 {
    (day + 3).div_euclid(7)
}

/// Returns whether shops hold sales in each week: on at least one of its days, by the country's calendar.
fn weeks_of_sales(calendar: &Calendar) -> Vec<bool> {
    let monday = |week: i32| week * 7 - 3;
    (0..WEEKS).map(|week| (monday(week)..monday(week + 1)).any(|day| calendar.has_sales(LocalDay(day)))).collect()
}

/// Returns the popularity rank of a product, from 0: a random one, so that low numbers are not the best-sellers. Two
/// products can have the same rank.
fn popularity_rank(key: WorldKey, first: u32, n: u32, count: u32) -> f64 {
    key.rng(product_code(first + n), Purpose::Catalogue, u64::MAX).below(count as u64) as f64
}

/// Returns those of the places `all` that `fit`; all of them if none fits, as in a tiny shop.
fn among(all: &[u32], fit: impl Fn(u32) -> bool) -> Vec<u32> {
    let fitting: Vec<u32> = all.iter().copied().filter(|p| fit(*p)).collect();
    if fitting.is_empty() { all.to_vec() } else { fitting }
}

/// Returns the table that draws one of `places` by the weights of all.
fn by_popularity(places: &[u32], weights: &[f64]) -> AliasTable {
    let weights: Vec<f64> = places.iter().map(|p| weights[*p as usize]).collect();
    AliasTable::labelled(places, &weights)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing;

    fn views(wish: Wish, day: i64) -> Vec<Product> {
        let town = testing::town("[world]\npeople = 10");
        let catalogue = &town.localities()[0].catalogue;
        let mut rng = WorldKey::new(1).rng(0, Purpose::VisitStep, day as u64);
        let look = |_| *catalogue.product(catalogue.pick(wish, testing::day(&town, day), &mut rng));
        (0..4_000).map(look).collect()
    }

    const ANY: Wish = Wish { among: Among::All, standing: 0.0 };

    #[test]
    fn views_fit_the_spending_level_and_the_search() {
        let mean = |standing: f32| {
            let seen = views(Wish { standing, ..ANY }, 20);
            seen.iter().map(|p| p.standing as f64).sum::<f64>() / seen.len() as f64
        };
        assert!(mean(1.0) > mean(-1.0) + 0.3, "{} and {}", mean(1.0), mean(-1.0));
        let found = views(Wish { among: Among::Kind(ShopCategory::Toys, 2), ..ANY }, 20);
        let right = found.iter().filter(|p| p.kind == 2 && p.category == ShopCategory::Toys).count();
        assert_eq!(right, found.len());
    }

    #[test]
    fn toys_have_a_season_and_products_off_sale_are_rarely_viewed() {
        let toys = |day: i64| views(ANY, day).iter().filter(|p| p.category == ShopCategory::Toys).count();
        assert!(toys(340) as f64 > 1.3 * toys(60) as f64, "{} and {}", toys(340), toys(60));
        let town = testing::town("[world]\npeople = 10");
        let unsold = views(ANY, 20).iter().filter(|p| !p.is_sold(testing::day(&town, 20))).count();
        assert!(unsold < 200, "{unsold} of 4,000");
    }

    #[test]
    fn prices_hold_for_a_week_and_more_is_on_promotion_in_sales() {
        let town = testing::town("[world]\npeople = 10");
        let catalogue = &town.localities()[0].catalogue;
        let promoted = |day: i64| (1..=2_000).filter(|n| catalogue.is_promoted(*n, testing::day(&town, day))).count();
        // 27 November 2026 is Black Friday.
        assert!(promoted(330) > 3 * promoted(300), "{} and {}", promoted(330), promoted(300));
        // Singles' Day is kept in Tokyo and not in Houston.
        let tokyo = testing::town("[world]\npeople = 10\n[[region]]\npreset = \"tokyo\"");
        let there = &tokyo.localities()[0].catalogue;
        let in_tokyo = |day: i64| (1..=2_000).filter(|n| there.is_promoted(*n, testing::day(&town, day))).count();
        assert!(in_tokyo(314) > 3 * promoted(314), "{} and {}", in_tokyo(314), promoted(314));
        // After Christmas American shops clear their shelves; in Mumbai that is around Republic Day.
        assert!(promoted(361) > 3 * promoted(300), "{}", promoted(361));
        let mumbai = testing::town("[world]\npeople = 10\n[[region]]\npreset = \"mumbai\"");
        let there = &mumbai.localities()[0].catalogue;
        let in_mumbai = |day: i64| (1..=2_000).filter(|n| there.is_promoted(*n, testing::day(&town, day))).count();
        assert!(in_mumbai(22) > 3 * in_mumbai(361) && in_mumbai(361) < 250, "{}", in_mumbai(361));
        let price = |number: u32, day: i64| catalogue.price(number, testing::day(&town, day)).minor;
        assert!((1..=2_000).all(|n| price(n, 5) == price(n, 8)), "Tuesday and Friday of a week");
        assert!((1..=2_000).filter(|n| price(*n, 5) != price(*n, 105)).count() > 500);
    }

    #[test]
    fn remembered_prices_are_the_computed_ones() {
        let town = testing::town("[world]\npeople = 10");
        let catalogue = &town.localities()[0].catalogue;
        let mut rng = WorldKey::new(1).rng(0, Purpose::VisitStep, 0);
        // Days before the start, and days in both directions.
        for _ in 0..20_000 {
            let (number, ahead) = (1 + rng.below(4) as u32, rng.below(200) as i64 - 100);
            let time = testing::day(&town, ahead);
            let computed = catalogue.minor(catalogue.product(number), number, time.utc_day());
            assert_eq!(catalogue.price(number, time).minor, computed, "product {number} on day {ahead}");
        }
    }
}
