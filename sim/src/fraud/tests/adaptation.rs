//! Tests whether operators outgrow rules: a bank tunes its rules on an operator's first campaigns and meets the same
//! operator half a year later.

use super::{run_days, testing};
use crate::bank::Transaction;
use crate::base::FraudKind;
use crate::engine::{Id, Span};
use crate::fraud::campaigns_in;
use crate::fraud::model::operator::{Operator, OperatorId};
use std::collections::BTreeMap;

const DAYS: i64 = 300;
/// The days of an operator's first campaigns, and the day from which on campaigns are later ones.
const FIRST_DAYS: i64 = 60;
const LATER_DAYS: i64 = 182;
/// The largest share of genuine transactions that may be alarms.
const FALSE_ALARMS: f64 = 0.02;

/// The inputs of a rule.
#[derive(Clone, Copy)]
struct Seen {
    /// Seconds since the transaction before the last one of the user.
    since: f64,
    /// The rank of the amount among the user's genuine ones, 0 to 1.
    rank: f64,
    /// True if the device is new to the user.
    new_device: bool,
}

/// The time in seconds within which more than two transactions are suspicious, and the ranks of the amount from which
/// one is: with a known device, and a lower one with a new device.
type Rules = (f64, f64, f64);

fn alarm((within, above, with_new_device): Rules, seen: Seen) -> bool {
    seen.since < within || seen.rank > if seen.new_device { with_new_device } else { above }
}

fn share(rules: Rules, of: &[Seen]) -> f64 {
    of.iter().filter(|seen| alarm(rules, **seen)).count() as f64 / of.len().max(1) as f64
}

/// Returns the rules that find most of these frauds with no more false alarms than allowed.
fn tuned(frauds: &[Seen], genuine: &[Seen]) -> Rules {
    let grid = [60.0, 300.0, 1_200.0, 3_600.0, 10_800.0]
        .into_iter()
        .flat_map(|within| [0.95, 0.98, 0.99, 0.995].map(|above| (within, above)))
        .flat_map(|(within, above)| [0.0, 0.2, 0.5].map(|with_new_device| (within, above, with_new_device)));
    let quiet = grid.filter(|rules| share(*rules, genuine) <= FALSE_ALARMS);
    quiet.max_by(|a, b| share(*a, frauds).total_cmp(&share(*b, frauds))).expect("some rules are quiet")
}

/// The inputs of the rules for each operator's first and later frauds, and for genuine transactions.
struct Watched {
    operators: BTreeMap<OperatorId, (Vec<Seen>, Vec<Seen>)>,
    genuine: Vec<Seen>,
}

fn watched(adaptation: bool) -> Watched {
    let rules = format!("[world]\npeople = 2500\n[bank.fraud]\nrate = 0.04\nadaptation = {adaptation}");
    let (town, all) = run_days(&rules, DAYS);
    let from = town.start() - Span::from_days(90);
    let campaigns = campaigns_in(&town, &town.localities()[0], from, testing::day(&town, DAYS));
    let by_name: BTreeMap<Id, (OperatorId, i64)> = campaigns
        .iter()
        .map(|c| (c.id.uuid(town.ids()), (c.operator.id, Operator::days_worked(c.operator.id, c.start.utc_day()))))
        .collect();
    let mut cards = BTreeMap::<Id, Vec<&Transaction>>::new();
    all.iter().for_each(|one| cards.entry(one.user_id).or_default().push(one));
    let mut watched = Watched { operators: BTreeMap::new(), genuine: Vec::new() };
    cards.values().for_each(|own| watched.add(own, &by_name));
    watched
}

impl Watched {
    fn add(&mut self, own: &[&Transaction], campaigns: &BTreeMap<Id, (OperatorId, i64)>) {
        let usual = own.iter().filter(|one| one.fraud.is_none()).map(|one| one.amount.dollars());
        let mut usual: Vec<f64> = usual.collect();
        usual.sort_by(f64::total_cmp);
        let mut devices = vec![own[0].device];
        for (n, one) in own.iter().enumerate().skip(2) {
            let rank =
                usual.partition_point(|dollars| *dollars < one.amount.dollars()) as f64 / usual.len().max(1) as f64;
            let new_device = !devices.contains(&one.device);
            if new_device && one.fraud.is_none() {
                devices.push(one.device);
            }
            let seen = Seen { since: one.timestamp.since(own[n - 2].timestamp).as_seconds_f64(), rank, new_device };
            // Fraudulent customers do not learn, and velocity bursts are made to be noticed.
            match one.fraud {
                None => self.genuine.push(seen),
                Some(mark)
                    if matches!(mark.kind, FraudKind::FriendlyFraud | FraudKind::PushPayment | FraudKind::Velocity) => {
                }
                Some(mark) => {
                    let Some((operator, worked)) = campaigns.get(&mark.campaign) else { continue };
                    let (first, later) = self.operators.entry(*operator).or_default();
                    match *worked {
                        ..FIRST_DAYS => first.push(seen),
                        LATER_DAYS.. => later.push(seen),
                        _ => {}
                    }
                }
            }
        }
    }

    /// Returns the recall on the first and on the later campaigns of the same operators, by rules tuned on the first of
    /// each.
    fn recalls(&self) -> (f64, f64) {
        let both = self.operators.values().filter(|(first, later)| first.len() >= 40 && later.len() >= 40);
        let (mut sums, mut count) = ((0.0, 0.0), 0);
        for (first, later) in both {
            let rules = tuned(first, &self.genuine);
            sums = (sums.0 + share(rules, first), sums.1 + share(rules, later));
            count += 1;
        }
        assert!(count >= 2, "{count} operators were seen at both times");
        (sums.0 / f64::from(count), sums.1 / f64::from(count))
    }
}

#[test]
fn tuned_rules_lose_an_operator_within_half_a_year_only_if_operators_adapt() {
    let (first, later) = watched(true).recalls();
    println!("adapting: recall {first:.3}, half a year later {later:.3}");
    assert!(first > 0.2 && later <= 0.7 * first, "recall falls from {first} to {later}");
    let (first, later) = watched(false).recalls();
    println!("not adapting: recall {first:.3}, half a year later {later:.3}");
    assert!(later > 0.85 * first, "recall stays: {first}, {later}");
}
