//! Counts fraudulent transactions by kind over two months, and the money that they move.
//! `cargo run --release -p populace-sim --example fraud_by_kind`

use populace_sim::prelude::*;
use std::collections::BTreeMap;
use std::error::Error;

/// The number of transactions and their sum in minor units of money.
#[derive(Clone, Copy, Debug, Default)]
struct Sum {
    transactions: u64,
    minor_units: i64,
}

/// The transactions of a world: all of them, and the fraudulent ones by kind.
#[derive(Debug, Default)]
struct Counts {
    all: Sum,
    fraud: BTreeMap<&'static str, Sum>,
}

impl Sum {
    fn add(&mut self, amount: Money) {
        self.transactions += 1;
        self.minor_units += amount.minor;
    }
}

fn count(people: u32, days: i64) -> Result<Counts, Box<dyn Error>> {
    let rules = Scenario::from_toml("fraud", "[bank.fraud]\nrate = 0.02")?;
    let mut world = World::builder().scenario(rules).people(people).seed(5).build()?;
    let (until, mut counts) = (world.now() + Span::from_days(days), Counts::default());
    for event in world.events_until(until) {
        let Event::Transaction(transaction) = event else { continue };
        counts.all.add(transaction.amount);
        if let Some(mark) = transaction.fraud {
            counts.fraud.entry(mark.kind.name()).or_default().add(transaction.amount);
        }
    }
    Ok(counts)
}

fn main() -> Result<(), Box<dyn Error>> {
    let Counts { all, fraud } = count(3_000, 60)?;
    println!("{:<18} {:>12} {:>8} {:>12}", "kind", "transactions", "share", "mean amount");
    for (kind, sum) in fraud {
        let share = 100.0 * sum.transactions as f64 / all.transactions as f64;
        let mean = sum.minor_units as f64 / sum.transactions as f64 / 100.0;
        println!("{kind:<18} {:>12} {share:>6.2} % {mean:>12.2}", sum.transactions);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fraud_has_the_share_of_the_scenario_and_many_kinds() {
        let Counts { all, fraud } = count(2_000, 60).expect("a world");
        let frauds: u64 = fraud.values().map(|sum| sum.transactions).sum();
        let share = frauds as f64 / all.transactions as f64;
        assert!((0.012..0.030).contains(&share), "{share}");
        assert!(fraud.len() >= 6 && fraud.keys().all(|kind| FraudKind::NAMES.contains(kind)), "{fraud:?}");
    }
}
