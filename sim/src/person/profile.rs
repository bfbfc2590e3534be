//! The profile of a person: home, work, persona, devices, networks, cards, spending level, own hours. It is drawn once;
//! life events change it. Must not depend on: the state of a person.

use super::rules::PersonRules;
use crate::base::{Domain, EntityId, Persona, Place};
use crate::device::{Device, Model};
use crate::engine::{Purpose, RngStream, VirtualTime, sample};
use crate::region::{Region, Systems};
use serde::{Deserialize, Serialize};

impl Persona {
    /// Draws a persona by the shares.
    pub(crate) fn draw(rng: &mut RngStream) -> Self {
        Persona::ALL[sample::pick(&sample::cumulate(&Persona::SHARES), rng.unit())]
    }

    /// Activity relative to the average person, by persona and domain. The share-weighted mean is 1 after the division by
    /// [`Persona::mean_activity`].
    const ACTIVITY: [[f64; 3]; 5] =
        [[1.05, 1.25, 0.95], [0.80, 1.20, 1.20], [1.20, 0.70, 1.15], [0.85, 0.50, 0.60], [1.00, 1.30, 1.30]];

    /// Returns the excess share of small purchases: students buy food for the day, parents for the week.
    pub(crate) fn small_errands(self) -> f64 {
        [0.0, 0.14, -0.14, 0.02, 0.06][self as usize]
    }

    /// Draws the minutes by which the day of a person is shifted to later hours.
    pub(super) fn shift(self, rng: &mut RngStream) -> i16 {
        let late = match self {
            Persona::Student => 50.0,
            Persona::NightOwl => 240.0,
            Persona::Retired => -40.0,
            Persona::Worker | Persona::Parent => 0.0,
        };
        libm::round(late + 45.0 * sample::normal(rng)).clamp(-180.0, 420.0) as i16
    }

    /// Returns the activity relative to the average person.
    pub(super) fn activity(self, domain: Domain) -> f64 {
        Self::ACTIVITY[self as usize][domain as usize] / Self::mean_activity(domain)
    }

    fn mean_activity(domain: Domain) -> f64 {
        Self::ACTIVITY.iter().zip(Self::SHARES).map(|(a, share)| a[domain as usize] * share).sum()
    }
}

/// The means of payment of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wallet {
    /// Has a credit card. Every person has a debit card and a bank account.
    pub credit_card: bool,
    /// Has a PayPal account.
    pub paypal: bool,
    /// Pays with crypto now and then.
    pub crypto: bool,
}

/// The profile of a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    /// The type of life.
    pub persona: Persona,
    /// The home.
    pub home: Place,
    /// The place of work or study.
    pub work: Place,
    /// The opening of the account.
    pub opened: VirtualTime,
    /// Natural logarithm of the factor on amounts of purchases.
    pub level: f32,
    /// Factors on the rates of the three domains, with mean 1 over people.
    pub rates: [f32; 3],
    /// Minutes by which the person's day is shifted to later hours.
    pub shift_minutes: i16,
    /// One to three devices; the first is the phone they use most.
    pub devices: [Device; 3],
    /// The number of devices.
    pub device_count: u8,
    /// IPv4 address of the home network.
    pub home_ip: u32,
    /// IPv4 address in the mobile network.
    pub mobile_ip: u32,
    /// The means of payment.
    pub wallet: Wallet,
}

impl Profile {
    /// Draws the profile of `entity` in `region`, with an account opened at `opened`.
    pub(crate) fn draw(rules: &PersonRules, region: &Region, entity: EntityId, opened: VirtualTime) -> Self {
        let own = |purpose| rules.key.rng(entity.code(), purpose, 0);
        let rng = &mut own(Purpose::Birth);
        let persona = Persona::draw(rng);
        let (devices, device_count) = devices(region.systems(), &mut own(Purpose::BirthDevices));
        let places = &mut own(Purpose::Place);
        Profile {
            persona,
            home: region.home(places),
            work: region.centre_of_work(places),
            opened,
            level: (SPENDING_LEVEL_LOG_SD * sample::normal(rng)) as f32,
            rates: rates(rules.rate_shape, persona, rng),
            shift_minutes: persona.shift(rng),
            devices,
            device_count,
            home_ip: region.home_ip(rng),
            mobile_ip: region.mobile_ip(rng),
            wallet: Wallet { credit_card: rng.chance(0.72), paypal: rng.chance(0.38), crypto: rng.chance(0.03) },
        }
    }

    /// Returns the factor on the rate of a domain.
    pub fn rate(&self, domain: Domain) -> f64 {
        self.rates[domain as usize] as f64
    }

    /// Returns the person's devices.
    pub fn own_devices(&self) -> &[Device] {
        &self.devices[..self.device_count as usize]
    }

    /// Draws one of the person's devices; the first is used most.
    pub fn some_device(&self, rng: &mut RngStream) -> Device {
        let favourite = rng.chance(0.66) || self.device_count == 1;
        if favourite { self.devices[0] } else { self.devices[1 + rng.below(self.device_count as u64 - 1) as usize] }
    }
}

/// Standard deviation of the logarithm of the spending level: a quarter to a third of the variance of amounts within a
/// category is between people (Complete Journey 0.30).
const SPENDING_LEVEL_LOG_SD: f64 = 0.58;

fn rates(bank_shape: f64, persona: Persona, rng: &mut RngStream) -> [f32; 3] {
    let shapes = [bank_shape, 0.9, 0.7];
    [Domain::Bank, Domain::Rides, Domain::Shop].map(|domain| {
        let own = sample::gamma_mean_one(rng, shapes[domain as usize]);
        (own * persona.activity(domain)) as f32
    })
}

fn devices(systems: Systems, rng: &mut RngStream) -> ([Device; 3], u8) {
    let phone = Device::among(systems, rng, Model::is_phone);
    let others = [Device::drawn(systems, rng), Device::among(systems, rng, |m| !m.is_phone())];
    let count = 1 + sample::pick(&[0.35, 0.80, 1.0], rng.unit()) as u8;
    ([phone, others[1], others[0]], count)
}
