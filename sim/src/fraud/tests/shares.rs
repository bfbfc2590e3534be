//! The share of fraud among the transactions of whole worlds: as stated, with any mix of kinds.

use super::BANK_ALONE;
use crate::base::FraudKind;
use crate::engine::{Id, OrderKey};
use crate::outlet::Event;
use crate::testing;
use std::collections::BTreeSet;

/// Rules with only these kinds, given as lines of a scenario.
fn only(kinds: &str) -> String {
    let named: BTreeSet<&str> = kinds.lines().filter_map(|line| line.split(' ').next()).collect();
    let zeroes = FraudKind::KEYS.iter().filter(|key| !named.contains(*key)).map(|key| format!("{key} = 0"));
    zeroes.chain(kinds.lines().map(str::to_owned)).collect::<Vec<_>>().join("\n")
}

/// Returns the share of fraud in a world with `rate` and `mix`, and the number of campaigns.
fn run_world((rate, people, days): (f64, u32, i64), mix: &str) -> (f64, usize) {
    let town = testing::town(&format!("{BANK_ALONE}[world]\npeople = {people}\n[bank.fraud]\nrate = {rate}\n{mix}"));
    let (mut campaigns, mut frauds, mut all) = (BTreeSet::<Id>::new(), 0_u64, 0_u64);
    for mut shard in testing::newborn(&town) {
        shard.run_until(&town, testing::day(&town, days), &mut |_: OrderKey, event: Event| {
            let Event::Transaction(one) = event else { return };
            all += 1;
            frauds += u64::from(one.fraud.is_some());
            campaigns.extend(one.fraud.map(|mark| mark.campaign));
        });
    }
    (frauds as f64 / all as f64, campaigns.len())
}

fn assert_stated_share(size: (f64, u32, i64), mix: &str, least: usize) {
    let (share, campaigns) = run_world(size, mix);
    assert!(campaigns >= least, "{campaigns} campaigns at {size:?} with {mix:?}");
    let off = share / size.0 - 1.0;
    println!("{share:.6} of {} stated, {:+.1} %, {campaigns} campaigns", size.0, 100.0 * off);
    assert!(off.abs() < 0.10, "{share} at {size:?} with {mix:?}");
}

#[test]
fn fraud_has_the_stated_share_with_any_mix_of_kinds() {
    assert_stated_share((0.15, 2_000, 60), "", 600);
    assert_stated_share((0.05, 4_000, 90), &only("friendly_fraud = 1\nbust_out = 1\naccount_takeover = 2"), 600);
    assert_stated_share(
        (0.03, 6_000, 90),
        &only("skimmed_merchant = 1\nstolen_card = 1\nmule_ring = 1\nvelocity = 1"),
        600,
    );
}

#[test]
#[ignore = "lives some forty million transactions"]
fn fraud_has_the_stated_share_over_thousands_of_campaigns() {
    assert_stated_share((0.0005, 30_000, 365), &only("friendly_fraud = 2\nstolen_card = 1\npush_payment = 1"), 2_000);
    assert_stated_share((0.004, 15_000, 365), "", 2_000);
    assert_stated_share(
        (0.02, 6_000, 365),
        &only("card_testing = 5\nskimmed_merchant = 2\naccount_takeover = 3"),
        2_000,
    );
    assert_stated_share((0.15, 2_000, 365), "", 2_000);
    assert_stated_share((0.15, 3_000, 365), &only("velocity = 1\nmule_ring = 1\nbust_out = 1"), 2_000);
}
