//! IP addresses of a person at an instant: the home line, which its provider renumbers now and then, and the gateways that
//! customers of a mobile carrier share. They follow from the world key, the entity and the time. Must not depend on: fraud.

use super::rules::EntityMoment;
use super::state::Person;
use crate::engine::{Purpose, RngStream, Span};
use crate::region::Region;

/// The time for which a phone keeps one gateway (addresses of phones change within hours: Balakrishnan et al., "Where's
/// that phone?", IMC 2009).
const GATEWAY_LEASE: Span = Span::from_seconds(3 * 3_600);

/// The times for which a home line keeps an address, by provider: share of lines, minimum and maximum days (some
/// renumber daily, many keep an address for weeks, some permanently: Padmanabhan et al., "Reasons Dynamic Addresses
/// Change", IMC 2016).
const LEASES: [(f64, f64, f64); 3] = [(0.12, 1.0, 7.0), (0.48, 20.0, 150.0), (0.40, f64::INFINITY, f64::INFINITY)];

impl Person {
    /// Returns the IPv4 address of the home line.
    pub(crate) fn home_address(&self, moment: EntityMoment, region: &Region) -> u32 {
        let EntityMoment { key, entity, now } = moment;
        let rng = &mut key.rng(entity.code(), Purpose::Network, 0);
        let Some(days) = lease_days(rng) else { return self.profile.home_ip };
        let day = now.micros() as f64 / Span::from_days(1).micros() as f64;
        let number = libm::floor(day / days + rng.unit()) as u64;
        let bits = key.hash(entity.code(), Purpose::Network, 1 + number);
        region.renumbered(self.profile.home_ip, bits ^ u64::from(self.profile.home_ip) << 20)
    }

    /// Returns the IPv4 address of the phone away from home.
    pub(crate) fn mobile_address(&self, moment: EntityMoment, region: &Region) -> u32 {
        let EntityMoment { key, entity, now } = moment;
        let number = now.micros().div_euclid(GATEWAY_LEASE.micros()) as u64;
        region.gateway(self.profile.mobile_ip, key.hash(entity.code(), Purpose::Network, 1 << 40 | number))
    }
}

/// Draws the days after which the provider changes the address of a line; `None` if it never does.
fn lease_days(rng: &mut RngStream) -> Option<f64> {
    let mut at = rng.unit();
    let of = LEASES.into_iter().find(|(share, ..)| {
        at -= share;
        at < 0.0
    });
    let (_, least, most) = of.filter(|(_, least, _)| least.is_finite())?;
    Some(least * libm::pow(most / least, rng.unit()))
}

#[cfg(test)]
mod tests {
    use crate::base::{EntityId, PersonId};
    use crate::engine::{Span, VirtualTime};
    use crate::person::{EntityMoment, Person};
    use crate::testing;
    use std::collections::BTreeSet;

    #[test]
    fn some_lines_are_renumbered_and_phones_share_gateways() {
        let town = testing::town("[world]\npeople = 400");
        let region = &town.localities()[0].region;
        let (mut homes, mut gateways, mut seen) = (Vec::new(), BTreeSet::new(), 0);
        for id in (0..400).map(PersonId) {
            let (person, entity) = (Person::newborn(&town.person_rules(), region, id), EntityId::person(id));
            let at = |hour: i64| town.start() + Span::from_seconds(3_600 * hour);
            let moment = |now: VirtualTime| EntityMoment { key: town.key(), entity, now };
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
