//! Random numbers keyed by (seed, entity, purpose, act): each act of each entity has a separate stream, so that the
//! draws of one entity depend neither on other entities nor on threads.
//! Must not depend on: distributions.

use rand_core::TryRng;
use std::convert::Infallible;

/// The purpose of an RNG stream. Each use has a variant, so that adding one leaves the others' numbers unchanged.
/// The numbers are part of the rules: never renumber, never reuse.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Purpose {
    // 1..=19: birth
    Birth = 1,
    BirthDevices = 2,
    BirthFavourites = 3,
    BirthDriver = 4,
    BirthPlans = 5,
    Catalogue = 6,
    Merchants = 7,
    Place = 8,
    // 20..=39: region
    Weather = 20,
    Temperature = 21,
    TrafficDay = 22,
    Incidents = 23,
    TrafficNoise = 24,
    // 120..=139: roads
    RoadPlan = 120,
    RoadWorks = 121,
    TripTraffic = 122,
    RoadUse = 123,
    // 40..=59: bank
    Habit = 40,
    RecurringPayment = 41,
    Checkout = 42,
    Fare = 43,
    // 60..=69: shop
    Visit = 60,
    VisitStep = 61,
    Review = 62,
    // 70..=79: rides
    Ride = 70,
    Shift = 71,
    Trip = 72,
    // 80..=99: fraud
    CampaignArrival = 80,
    CampaignPlan = 81,
    Victim = 82,
    Episode = 83,
    Inject = 84,
    /// A payment that a command makes.
    CommandPayment = 85,
    /// An operator: identity, devices and networks.
    Operator = 86,
    /// The means used against one victim.
    Tools = 87,
    /// The follow-up campaigns of a campaign.
    Wave = 88,
    /// The bank's controls against fraud, and their response.
    Answer = 89,
    /// Pending acts when other rules are adopted.
    Adopted = 90,
    /// The report on a transaction.
    Report = 91,
    /// The reversal of a report.
    Reversal = 92,
    /// Identifiers: keys of the permutations.
    Identity = 100,
    /// Expectations computed by sampling (never emitted).
    Expectation = 101,
    // 102..=119: shop, continued
    BirthShop = 102,
    Comeback = 103,
    Crawl = 104,
    Lines = 105,
    Prices = 106,
    // 140..=159: people
    /// A merchant's prices.
    Pricing = 140,
    /// A person's level of activity in a month.
    Season = 141,
    /// The instants at which accounts are opened and closed.
    Tenancy = 142,
    /// The turns of a person's life.
    Turn = 143,
    /// The expiry of cards.
    Cards = 144,
    /// A person's shares of merchants.
    Loyalty = 145,
    /// Days away from home.
    Journey = 146,
    /// Purchases after a salary.
    Payday = 147,
    /// The network addresses of a person's devices.
    Network = 148,
    // 180..=199: drivers and demand
    Waiting = 180,
    Evening = 181,
    Destinations = 182,
    // 210..=219: drift
    /// The people that a drift concerns, and the instants at which they change.
    Drift = 210,
    /// Pending arrivals whose rate changes.
    Redrawn = 211,
}

/// The key of a world's random numbers, made from its seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorldKey {
    low: u64,
    high: u64,
}

impl WorldKey {
    /// Returns the key of `seed`.
    pub fn new(seed: u64) -> Self {
        WorldKey { low: mix(seed ^ 0x9e37_79b9_7f4a_7c15), high: mix(seed.wrapping_add(0xd1b5_4a32_d192_ed03)) }
    }

    /// Returns the RNG stream of one act of one entity for one purpose.
    ///
    /// ```
    /// use populace_sim::{Purpose, WorldKey};
    /// let key = WorldKey::new(42);
    /// let mut one = key.rng(7, Purpose::Habit, 1);
    /// let mut same = key.rng(7, Purpose::Habit, 1);
    /// assert_eq!(one.next_u64(), same.next_u64());
    /// ```
    #[inline]
    pub fn rng(&self, entity: u64, purpose: Purpose, act: u64) -> RngStream {
        self.of_entity(entity).rng(purpose, act)
    }

    /// Returns the key of one entity's random numbers.
    #[inline]
    pub fn of_entity(&self, entity: u64) -> EntityKey {
        EntityKey { low: mix(self.low ^ entity.wrapping_mul(0xa076_1d64_78bd_642f)), high: self.high }
    }

    /// Returns a single 64-bit number for (entity, purpose, act).
    pub fn hash(&self, entity: u64, purpose: Purpose, act: u64) -> u64 {
        self.rng(entity, purpose, act).next_u64()
    }
}

/// The key of one entity's random numbers: a world's key with the entity mixed in, for an act that needs many streams.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EntityKey {
    low: u64,
    high: u64,
}

impl EntityKey {
    /// Returns the RNG stream of one act of the entity for one purpose, as [`WorldKey::rng`] does.
    #[inline]
    pub fn rng(self, purpose: Purpose, act: u64) -> RngStream {
        let state = mix(self.low ^ (purpose as u64) << 56 ^ act.wrapping_mul(0xe703_7ed1_a0b4_28db));
        let gamma = mix(state ^ self.high) | 1;
        RngStream { state, gamma }
    }

    /// Returns a single 64-bit number for (purpose, act).
    #[inline]
    pub fn hash(self, purpose: Purpose, act: u64) -> u64 {
        self.rng(purpose, act).next_u64()
    }
}

/// An RNG stream: SplitMix64 with an increment for each stream (Steele, Lea, Flood: "Fast splittable pseudorandom
/// number generators", OOPSLA 2014), so that two streams share neither start nor step.
#[derive(Clone, Debug)]
pub struct RngStream {
    state: u64,
    gamma: u64,
}

impl RngStream {
    /// Returns the next 64 random bits.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(self.gamma);
        mix(self.state)
    }

    /// Passes over the next `draws` numbers.
    #[inline]
    pub fn skip(&mut self, draws: u64) {
        self.state = self.state.wrapping_add(self.gamma.wrapping_mul(draws));
    }

    /// Returns a number uniform in [0, 1), a multiple of 2⁻⁵³.
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Returns a number uniform in (0, 1], safe for a logarithm.
    #[inline]
    pub fn unit_open(&mut self) -> f64 {
        ((self.next_u64() >> 11) + 1) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// Returns a number uniform in [low, high).
    #[inline]
    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Returns a whole number in 0..`n` (Lemire's multiply-shift; the bias is below n / 2⁶⁴).
    ///
    /// # Panics
    /// If `n` is zero.
    #[inline]
    pub fn below(&mut self, n: u64) -> u64 {
        assert!(n > 0, "cannot choose among nothing");
        ((self.next_u64() as u128 * n as u128) >> 64) as u64
    }

    /// Returns true with probability `p` (never for p ≤ 0, always for p ≥ 1).
    #[inline]
    pub fn chance(&mut self, p: f64) -> bool {
        // As `unit() < p`: both sides times 2⁵³, which is exact, and without a product where `p` is a constant.
        ((self.next_u64() >> 11) as f64) < p * (1u64 << 53) as f64
    }
}

impl TryRng for RngStream {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        Ok((self.next_u64() >> 32) as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        Ok(self.next_u64())
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next_u64().to_le_bytes()[..chunk.len()]);
        }
        Ok(())
    }
}

/// Stafford's variant 13 of the 64-bit finaliser: a bijection in which every input bit reaches every output bit.
#[inline]
pub(crate) fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chi_square_of_bytes(draw: impl Fn(u64) -> u64) -> f64 {
        let mut counts = [0u32; 256];
        let n = 256 * 400;
        for i in 0..n {
            counts[(draw(i) >> 56) as usize] += 1;
        }
        let expected = n as f64 / 256.0;
        let square = |c: &u32| (*c as f64 - expected) * (*c as f64 - expected) / expected;
        counts.iter().map(square).sum()
    }

    #[test]
    fn first_numbers_are_uniform_over_entities_and_over_acts() {
        let key = WorldKey::new(1);
        let by_entity = chi_square_of_bytes(|i| key.hash(i, Purpose::Habit, 3));
        let by_act = chi_square_of_bytes(|i| key.hash(3, Purpose::Habit, i));
        let by_seed = chi_square_of_bytes(|i| WorldKey::new(i).hash(3, Purpose::Habit, 1));
        for value in [by_entity, by_act, by_seed] {
            // 255 degrees of freedom: mean 255, sd 22.6.
            assert!((150.0..370.0).contains(&value), "chi-square {value}");
        }
    }

    #[test]
    fn neighbouring_streams_are_uncorrelated() {
        let key = WorldKey::new(9);
        let n = 40_000;
        let product = |i: u64| {
            let a = key.rng(i, Purpose::Visit, 1).unit() - 0.5;
            let b = key.rng(i + 1, Purpose::Visit, 1).unit() - 0.5;
            a * b * 12.0
        };
        let correlation: f64 = (0..n).map(product).sum::<f64>() / n as f64;
        assert!(correlation.abs() < 0.02, "correlation {correlation}");
    }

    #[test]
    fn the_first_numbers_are_the_golden_ones() {
        let mut rng = WorldKey::new(42).rng(7, Purpose::Habit, 1);
        let got: Vec<u64> = (0..3).map(|_| rng.next_u64()).collect();
        assert_eq!(got, GOLDEN);
    }
    const GOLDEN: [u64; 3] = [5_716_947_123_041_958_722, 2_863_671_220_756_433_546, 11_424_154_393_723_352_675];

    #[test]
    fn skipped_numbers_are_those_that_would_be_next() {
        let mut rng = WorldKey::new(42).rng(7, Purpose::Habit, 1);
        rng.skip(2);
        assert_eq!(rng.next_u64(), GOLDEN[2]);
    }

    #[test]
    fn a_stream_implements_the_traits_of_rand() {
        use rand::RngExt;
        let mut rng = WorldKey::new(5).rng(1, Purpose::Birth, 0);
        let mean = (0..10_000).map(|_| rng.random_range(0.0..10.0)).sum::<f64>() / 10_000.0;
        assert!((mean - 5.0).abs() < 0.15, "{mean}");
    }

    #[test]
    fn below_stays_below_and_reaches_all() {
        let mut rng = WorldKey::new(5).rng(1, Purpose::Birth, 0);
        let mut seen = [false; 7];
        for _ in 0..200 {
            seen[rng.below(7) as usize] = true;
        }
        assert_eq!(seen, [true; 7]);
    }
}
