//! The range of every number of a scenario, in one table. The bounds are those of sensible values and of the program, not
//! of likely towns.
//! Must not depend on: combinations of keys (see `check`).

use super::keys::in_list;
use super::leaf::Leaf;
use super::problem::Problem;
use super::values::Placed;
use crate::base::FraudKind;

/// The least and the greatest value, both allowed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Range {
    Whole(i128, i128),
    Real(f64, f64),
}

/// Acts per person and day. Zero switches a habit off.
const PER_DAY: Range = Range::Real(0.0, 10_000.0);
const PROBABILITY: Range = Range::Real(0.0, 1.0);
const MULTIPLIER: Range = Range::Real(0.0, 100.0);
const WEIGHT: Range = Range::Real(0.0, 1e6);

/// The median of a duration in days, and the standard deviation of its logarithm.
const DAYS: Range = Range::Real(0.01, 150.0);
const SPREAD: Range = Range::Real(0.0, 3.0);

/// The retention of a topic; -1 is unlimited. Kafka counts in signed 64 bits.
const RETENTION: Range = Range::Whole(-1, i64::MAX as i128);

/// A region's share of the people, in any scale.
const SHARE: Range = Range::Real(1e-9, 1e9);

/// A factor on money.
const MONEY: Range = Range::Real(0.001, 1_000.0);

const RANGES: [(&str, Range); 78] = [
    ("world.seed", Range::Whole(0, u64::MAX as i128)),
    ("world.people", Range::Whole(1, 100_000_000)),
    ("world.people_per_driver", Range::Whole(1, 1_000_000)),
    ("bank.purchases_per_day", PER_DAY),
    ("bank.withdrawals_per_day", PER_DAY),
    ("bank.transfers_per_day", PER_DAY),
    ("bank.merchants", Range::Whole(1, 1_000_000)),
    ("bank.account_age_years_limit", Range::Real(0.01, 100.0)),
    ("bank.cvv_missing_probability", PROBABILITY),
    ("bank.billing_mismatch_probability", PROBABILITY),
    ("bank.rate_shape", Range::Real(0.05, 1_000.0)),
    ("bank.online_share", PROBABILITY),
    ("bank.amount_scale", MONEY),
    ("bank.mix.electronics", MULTIPLIER),
    ("bank.mix.clothing", MULTIPLIER),
    ("bank.mix.groceries", MULTIPLIER),
    ("bank.mix.travel", MULTIPLIER),
    ("bank.mix.services", MULTIPLIER),
    ("bank.mix.digital_goods", MULTIPLIER),
    ("bank.mix.luxury_items", MULTIPLIER),
    ("bank.mix.gambling", MULTIPLIER),
    ("bank.mix.other", MULTIPLIER),
    ("bank.fraud.rate", Range::Real(0.0, 0.5)),
    ("bank.fraud.high_value_probability", PROBABILITY),
    ("bank.fraud.amount_scale", MONEY),
    ("labels.alert", WEIGHT),
    ("labels.complaint", WEIGHT),
    ("labels.chargeback", WEIGHT),
    ("labels.never", PROBABILITY),
    ("labels.alert_hours", Range::Real(0.01, 20.0)),
    ("labels.alert_spread", SPREAD),
    ("labels.complaint_days", DAYS),
    ("labels.complaint_spread", SPREAD),
    ("labels.chargeback_days", DAYS),
    ("labels.chargeback_spread", SPREAD),
    ("labels.wrong", Range::Real(0.0, 0.5)),
    ("labels.reversed", PROBABILITY),
    ("labels.reversal_days", DAYS),
    ("labels.reversal_spread", SPREAD),
    ("rides.requests_per_day", PER_DAY),
    ("rides.pickup_limit_km", Range::Real(0.1, 1_000.0)),
    ("rides.fare_scale", MONEY),
    ("rides.traffic.heavy_multiplier", MULTIPLIER),
    ("rides.traffic.incident_scale", MULTIPLIER),
    ("rides.weather.bad_scale", MULTIPLIER),
    ("rides.weather.warmer_by", Range::Real(-50.0, 50.0)),
    ("shop.products", Range::Whole(1, 10_000_000)),
    ("shop.visits_per_day", PER_DAY),
    ("shop.session_timeout_minutes", Range::Whole(1, 1_440)),
    ("shop.review_probability", PROBABILITY),
    ("shop.popularity_exponent", Range::Real(0.0, 3.0)),
    ("shop.bot_share", Range::Real(0.0, 0.9)),
    ("shop.conversion", MULTIPLIER),
    ("shop.mobile_scale", MULTIPLIER),
    ("shop.direct_scale", MULTIPLIER),
    ("shop.price_scale", MONEY),
    ("history.person_acts", Range::Whole(1, 32)),
    ("history.driver_acts", Range::Whole(1, 64)),
    ("run.threads", Range::Whole(0, 1_024)),
    ("run.checkpoint_seconds", Range::Real(0.1, 86_400.0)),
    ("files.max_file_megabytes", Range::Whole(0, 1_000_000)),
    ("files.keep_days", Range::Whole(0, 1_000_000)),
    ("files.keep_gigabytes", Range::Real(0.0, 1e9)),
    ("kafka.partitions", Range::Whole(1, 10_000)),
    ("kafka.replication", Range::Whole(0, 100)),
    ("kafka.retention_ms", RETENTION),
    ("kafka.retention_bytes", RETENTION),
    ("kafka.commit_interval_ms", Range::Whole(1, 90_000)),
    ("kafka.epoch_records", Range::Whole(1, 10_000_000)),
    ("kafka.epoch_megabytes", Range::Whole(1, 1_024)),
    ("kafka.transaction_timeout_ms", Range::Whole(10_000, 900_000)),
    ("campaign.size", Range::Whole(0, 100_000)),
    ("campaign.intensity", Range::Real(0.01, 100.0)),
    ("drift.to", Range::Real(-1e9, 1e9)),
    ("drift.factor", Range::Real(-1e9, 1e9)),
    ("drift.share", Range::Real(1e-6, 1.0)),
    ("region.share", SHARE),
    ("region.bounds", Range::Real(-180.0, 180.0)),
];

/// Returns the fault of a number outside its range; texts are ignored.
pub(super) fn out_of_range(path: &str, placed: &Placed) -> Option<Problem> {
    let range = range_of(path)?;
    let numbers = match &placed.leaf {
        Leaf::List(items) => items.as_slice(),
        leaf => std::slice::from_ref(leaf),
    };
    let wrong = numbers.iter().find(|leaf| !range.holds(leaf))?;
    let what = format!("`{path}` is {wrong}, but must be {range}");
    Some(Problem::new(path, &placed.origin, what))
}

/// Returns the least and the greatest value of a key that holds a number.
pub(crate) fn bounds_of(path: &str) -> Option<(f64, f64)> {
    range_of(path).map(|range| match range {
        Range::Whole(least, most) => (least as f64, most as f64),
        Range::Real(least, most) => (least, most),
    })
}

/// Returns the range of a key in words.
pub(crate) fn range_in_words(path: &str) -> String {
    range_of(path).map_or(String::new(), |range| range.to_string())
}

fn range_of(path: &str) -> Option<Range> {
    let path = in_list(path).map_or(path.to_owned(), |(list, key)| format!("{list}.{key}"));
    let is_kind = path.strip_prefix("bank.fraud.").and_then(FraudKind::from_key).is_some();
    let own = RANGES.iter().find(|(key, _)| *key == path).map(|(_, range)| *range);
    own.or(is_kind.then_some(WEIGHT))
}

impl Range {
    fn holds(self, leaf: &Leaf) -> bool {
        match (self, leaf) {
            (Range::Whole(least, most), Leaf::Whole(number)) => (least..=most).contains(number),
            (Range::Real(least, most), Leaf::Real(number)) => (least..=most).contains(number),
            _ => false,
        }
    }
}

impl std::fmt::Display for Range {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Range::Whole(least, most) => write!(out, "a whole number from {} to {}", grouped(*least), grouped(*most)),
            Range::Real(least, most) => write!(out, "a number from {least} to {most}"),
        }
    }
}

/// Returns the digits in groups of three.
fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::from(if number < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::{DEFAULT_TOML, KeyTree};

    /// Returns the numeric keys of the reference without a range: there must be none.
    fn uncovered(tree: &KeyTree) -> Vec<String> {
        use crate::scenario::KeyKind::{Real, Whole};
        let numeric = |path: &&str| matches!(tree.kind(path), Some(Real | Whole));
        tree.paths().filter(numeric).filter(|path| range_of(path).is_none()).map(str::to_owned).collect()
    }

    #[test]
    fn every_number_of_the_reference_has_a_range() {
        assert_eq!(uncovered(&KeyTree::of(DEFAULT_TOML)), Vec::<String>::new());
    }

    #[test]
    fn every_range_is_of_a_key_of_the_reference() {
        let tree = KeyTree::of(DEFAULT_TOML);
        for (key, _) in RANGES {
            let key = key
                .replace("region.", "region[0].")
                .replace("campaign.", "campaign[0].")
                .replace("drift.", "drift[0].");
            assert!(tree.kind(&key).is_some(), "{key}");
        }
    }

    #[test]
    fn digits_are_grouped() {
        assert_eq!([1, 999, -1_000, 100_000_000].map(grouped), ["1", "999", "-1,000", "100,000,000"]);
    }
}
