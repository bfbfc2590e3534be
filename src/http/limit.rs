//! The limit on the request rate of an address: a token bucket for each recent address, bounded in memory. Must not
//! depend on: requests.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The requests per second that an address may sustain, and the number that it may send at once.
const A_SECOND: f64 = 500.0;
const AT_ONCE: f64 = 1_000.0;

/// The maximum number of remembered addresses; further ones share one bucket.
const REMEMBERED: usize = 4_096;

/// The time after which a bucket is full again and need not be remembered.
const FULL_AGAIN: Duration = Duration::from_secs(3);

/// The token buckets of all addresses.
#[derive(Debug, Default)]
pub(super) struct Limit {
    buckets: Mutex<BTreeMap<Option<IpAddr>, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    seen: Instant,
}

impl Limit {
    /// Takes a token from the bucket of `who` at `now`. Returns whether there was one.
    pub(super) fn allows(&self, who: IpAddr, now: Instant) -> bool {
        let who = network(who);
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= REMEMBERED {
            buckets.retain(|_, bucket| now.duration_since(bucket.seen) < FULL_AGAIN);
        }
        let known = buckets.contains_key(&Some(who)) || buckets.len() < REMEMBERED;
        let bucket = buckets.entry(known.then_some(who)).or_insert(Bucket { tokens: AT_ONCE, seen: now });
        bucket.tokens = (bucket.tokens + now.duration_since(bucket.seen).as_secs_f64() * A_SECOND).min(AT_ONCE);
        bucket.seen = now;
        let allowed = bucket.tokens >= 1.0;
        bucket.tokens -= f64::from(u8::from(allowed));
        allowed
    }
}

/// Returns the address that `who` counts as: the /64 network of an IPv6 address, since its owner has all addresses in it.
pub(super) fn network(who: IpAddr) -> IpAddr {
    match who.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        one => one,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_beyond_its_rate_waits_and_others_do_not() {
        let (limit, now) = (Limit::default(), Instant::now());
        let [one, other] = ["127.0.0.1", "::1"].map(|text| text.parse::<IpAddr>().expect("an address"));
        assert_eq!((0..5_000).filter(|_| limit.allows(one, now)).count(), 1_000);
        assert!(limit.allows(other, now));
        let later = now + Duration::from_millis(100);
        assert_eq!((0..5_000).filter(|_| limit.allows(one, later)).count(), 50);
    }

    #[test]
    fn the_addresses_of_one_network_count_as_one() {
        let (limit, now) = (Limit::default(), Instant::now());
        let of = |text: &str| text.parse::<IpAddr>().expect("an address");
        assert!((0..1_000).all(|n| limit.allows(of(&format!("2001:db8::{n:x}")), now)));
        assert!(!limit.allows(of("2001:db8::1:0:0:1"), now));
        assert!(limit.allows(of("2001:db8:0:1::1"), now));
        assert_eq!(network(of("::ffff:10.0.0.1")), of("10.0.0.1"));
    }

    #[test]
    fn many_addresses_take_bounded_memory() {
        let (limit, now) = (Limit::default(), Instant::now());
        for n in 0..100_000u32 {
            limit.allows(IpAddr::V4(n.into()), now);
        }
        assert!(limit.buckets.lock().expect("nobody panicked").len() <= REMEMBERED + 1);
    }
}
