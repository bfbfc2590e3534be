use super::*;
use crate::testing;
use crate::views::{DriftView, drift_ledger};

fn ledger(world: &str, blocks: &[&str]) -> Vec<DriftView> {
    let block = |rules: &&str| format!("[[drift]]\n{}\n", rules.replace(", ", "\n"));
    drift_ledger(&testing::town(&format!("{world}{}", blocks.iter().map(block).collect::<String>())))
}

const WORLD: &str = "[world]\npeople = 9000\n";

#[test]
fn a_share_of_the_people_is_measured_as_such() {
    let ledger = ledger(
        WORLD,
        &[
            "key = \"shop.mobile_scale\", kind = \"sudden\", at = \"+9d\", to = 2.0, share = 0.3",
            "key = \"bank.cvv_missing_probability\", kind = \"gradual\", at = \"+50d\", width = \"9d\", to = 0.45, share = 0.5",
            "key = \"bank.online_share\", kind = \"blip\", at = \"+50d\", length = \"9d\", to = 0.67, persona = \"parent\"",
        ],
    );
    let of = |place: usize| ledger[place].magnitude;
    assert!((of(0).changed - 0.3).abs() < 0.04 && of(0).distance.is_none(), "{:?}", of(0));
    assert!((of(0).after - 1.0 - of(0).changed).abs() < 1e-9 && of(0).before == 1.0, "{:?}", of(0));
    assert!((of(1).changed - 0.5).abs() < 0.04, "{:?}", of(1));
    let gap = of(1).distance.expect("a probability");
    assert!((gap - 0.4 * of(1).changed).abs() < 1e-9, "{gap}");
    assert!((of(2).changed - Persona::SHARES[Persona::Parent as usize]).abs() < 0.03, "{:?}", of(2));
    assert_eq!(of(0).asked, 2_000);
}

#[test]
fn a_mix_is_measured_by_the_distance_of_its_shares() {
    let ledger = ledger(
        WORLD,
        &[
            "key = \"bank.mix.groceries\", kind = \"sudden\", at = \"+9d\", to = 3.0",
            "key = \"bank.mix.groceries\", kind = \"sudden\", at = \"+19d\", to = 0.0",
            "key = \"bank.fraud.card_testing\", kind = \"sudden\", at = \"+9d\", to = 0.0",
        ],
    );
    let usual = usual_mix(&crate::Scenario::from_toml("x", "").expect("defaults").bank);
    let before = usual[Category::Groceries as usize] / usual.iter().sum::<f64>();
    let after = 3.0 * before / (1.0 + 2.0 * before);
    let gaps: Vec<f64> = ledger.iter().filter_map(|one| one.magnitude.distance).collect();
    // The gain of one category is the loss of the others, and the second drift begins where the first has led.
    assert!((gaps[0] - (after - before)).abs() < 1e-9 && (gaps[1] - after).abs() < 1e-9, "{gaps:?}");
    assert!((gaps[2] - 0.33).abs() < 1e-9, "{gaps:?}");
}

#[test]
fn a_rule_that_is_common_to_a_region_changes_for_its_people_alone() {
    let world = format!("{WORLD}[[region]]\npreset = \"houston\"\nshare = 3.0\n[[region]]\npreset = \"london\"\n");
    let ledger = ledger(
        &world,
        &[
            "key = \"rides.traffic.heavy_multiplier\", kind = \"sudden\", at = \"+9d\", to = 2.0, region = \"london\"",
            "key = \"rides.traffic.heavy_multiplier\", kind = \"sudden\", at = \"+19d\", to = 2.0",
            "key = \"rides.traffic.heavy_multiplier\", kind = \"sudden\", at = \"+29d\", to = 2.0",
        ],
    );
    let changed: Vec<f64> = ledger.iter().map(|one| one.magnitude.changed).collect();
    assert_eq!(changed, [0.25, 0.75, 0.0], "a drift to what is there already moves nobody");
    assert_eq!(serde_json::to_value(&ledger[1]).expect("JSON")["magnitude"]["mean_before"], 1.25);
}
