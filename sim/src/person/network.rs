//! IP addresses of a person at an instant: the home line, which its provider renumbers now and then, and the gateways that
//! customers of a mobile carrier share. They follow from the world key, the entity and the time. Must not depend on: fraud.

use super::rules::EntityMoment;
use super::state::Person;
use crate::engine::{Purpose, RngStream, Span};
use crate::region::Region;

/// The time for which a phone keeps one gateway (addresses of phones change within hours: Balakrishnan et al., "Where's
/// that phone?", IMC 2009).
const GATEWAY_LEASE: Span = Span::from_seconds(3 * 3_600);

/// The time for which the lines of some providers keep an address: log-uniform between two numbers of days.
struct Lease {
    /// The share of lines.
    share: f64,
    least: f64,
    most: f64,
    /// The logarithm of `most / least`.
    log_ratio: f64,
}

impl Lease {
    /// Returns the days of the line at the share `at` of those of the provider.
    fn days(&self, at: f64) -> f64 {
        self.least * libm::pow(self.most / self.least, at)
    }

    /// Returns the number of leases up to `day`, days since 1970, for a line at the share `at` whose first one ended after
    /// the share 1 − `phase` of it: the floor of `day / self.days(at) + phase`. A polynomial decides it unless the quotient
    /// is so near a whole number that its error counts.
    fn number(&self, day: f64, at: f64, phase: f64) -> u64 {
        let quotient = day / (self.least * rough_exp(self.log_ratio * at));
        let (number, margin) = (quotient + phase, ROUGH_EXP_ERROR * quotient.abs() + ROUGH_EXP_ERROR);
        let whole = libm::floor(number);
        let rest = number - whole;
        if rest > margin && rest < 1.0 - margin {
            return whole as u64;
        }
        libm::floor(day / self.days(at) + phase) as u64
    }
}

/// A bound of the relative error of [`rough_exp`].
const ROUGH_EXP_ERROR: f64 = 1e-8;

/// Returns the exponential of `x`, 0 to 2.1, with a relative error below [`ROUGH_EXP_ERROR`]: the sixteenth power of a
/// Taylor polynomial.
fn rough_exp(x: f64) -> f64 {
    let x = x / 16.0;
    let part = 1.0 + x * (1.0 + x * (0.5 + x * (1.0 / 6.0 + x * (1.0 / 24.0 + x * (1.0 / 120.0 + x * (1.0 / 720.0))))));
    let fourth = (part * part) * (part * part);
    (fourth * fourth) * (fourth * fourth)
}

/// The times for which home lines keep an address (some providers renumber daily, many keep an address for weeks:
/// Padmanabhan et al., "Reasons Dynamic Addresses Change", IMC 2016). The other lines keep theirs permanently.
const LEASES: [Lease; 2] = [
    Lease { share: 0.12, least: 1.0, most: 7.0, log_ratio: 1.945_910_149_055_313_2 },
    Lease { share: 0.48, least: 20.0, most: 150.0, log_ratio: 2.014_903_020_542_264_7 },
];

impl Person {
    /// Returns the IPv4 address of the home line.
    pub(crate) fn home_address(&self, moment: EntityMoment, region: &Region) -> u32 {
        let EntityMoment { key, now } = moment;
        let rng = &mut key.rng(Purpose::Network, 0);
        let Some(lease) = lease_of(rng) else { return self.profile.home_ip };
        let day = now.micros() as f64 / Span::from_days(1).micros() as f64;
        let (at, phase) = (rng.unit(), rng.unit());
        let number = lease.number(day, at, phase);
        let bits = key.hash(Purpose::Network, 1 + number);
        region.renumbered(self.profile.home_ip, bits ^ u64::from(self.profile.home_ip) << 20)
    }

    /// Returns the IPv4 address of the phone away from home.
    pub(crate) fn mobile_address(&self, moment: EntityMoment, region: &Region) -> u32 {
        let EntityMoment { key, now } = moment;
        let number = now.micros().div_euclid(GATEWAY_LEASE.micros()) as u64;
        region.gateway(self.profile.mobile_ip, key.hash(Purpose::Network, 1 << 40 | number))
    }
}

/// Draws the lease of a line; `None` if its provider never changes the address.
fn lease_of(rng: &mut RngStream) -> Option<&'static Lease> {
    let mut at = rng.unit();
    LEASES.iter().find(|lease| {
        at -= lease.share;
        at < 0.0
    })
}

#[cfg(test)]
mod tests {
    use super::{LEASES, ROUGH_EXP_ERROR, rough_exp};
    use crate::base::{EntityId, PersonId};
    use crate::engine::{Purpose, Span, VirtualTime, WorldKey};
    use crate::person::{EntityMoment, Person};
    use crate::testing;
    use std::collections::BTreeSet;

    #[test]
    fn the_rough_exponential_keeps_its_bound() {
        for n in 0..=210_000 {
            let x = f64::from(n) / 100_000.0;
            assert!((rough_exp(x) / libm::exp(x) - 1.0).abs() < 0.3 * ROUGH_EXP_ERROR, "{x}");
        }
    }

    #[test]
    fn leases_are_numbered_as_by_their_days() {
        for lease in &LEASES {
            assert_eq!(lease.log_ratio, libm::log(lease.most / lease.least));
            let rng = &mut WorldKey::new(1).rng(1, Purpose::Network, 0);
            for n in 0..300_000 {
                let (at, phase) = (rng.unit(), rng.unit());
                let some = rng.between(-10.0, 80_000.0);
                let whole = lease.days(at) * (libm::floor(some / lease.days(at)) - phase);
                // Every other instant is the end of a lease.
                let day = if n % 2 == 0 { some } else { whole };
                let plain = libm::floor(day / lease.days(at) + phase) as u64;
                assert_eq!(lease.number(day, at, phase), plain, "day {day}");
            }
        }
    }

    #[test]
    fn some_lines_are_renumbered_and_phones_share_gateways() {
        let town = testing::town("[world]\npeople = 400");
        let region = &town.localities()[0].region;
        let (mut homes, mut gateways, mut seen) = (Vec::new(), BTreeSet::new(), 0);
        for id in (0..400).map(PersonId) {
            let (person, entity) = (Person::newborn(&town.person_rules(), region, id), EntityId::person(id));
            let at = |hour: i64| town.start() + Span::from_seconds(3_600 * hour);
            let moment = |now: VirtualTime| EntityMoment { key: town.key().of_entity(entity.code()), now };
            let home = |at: VirtualTime| person.home_address(moment(at), region);
            let phone = |at: VirtualTime| person.mobile_address(moment(at), region);
            let own: BTreeSet<u32> = (0..360).map(|day| home(at(24 * day))).collect();
            assert!(own.iter().all(|ip| ip >> 24 == person.profile.home_ip >> 24), "of one provider");
            homes.push(own.len());
            let phones: BTreeSet<u32> = (0..240).map(|n| phone(at(3 * n))).collect();
            assert!(phones.iter().all(|ip| ip >> 24 == person.profile.mobile_ip >> 24), "of one carrier");
            seen += phones.len();
            gateways.extend(phones);
        }
        let share = |some: &dyn Fn(&usize) -> bool| homes.iter().filter(|n| some(n)).count() as f64 / 400.0;
        assert!((0.33..0.47).contains(&share(&|n| *n == 1)), "{} for good", share(&|n| *n == 1));
        assert!((0.06..0.18).contains(&share(&|n| *n > 50)), "{} within a week", share(&|n| *n > 50));
        assert!(gateways.len() < seen / 20, "{} gateways are seen {seen} times", gateways.len());
    }
}
