//! How much a drift moves, measured over the people and regions of its world and not taken from what was configured: the
//! quantities of Webb et al. 2016, "Characterizing concept drift". Knows rules and people by number; lives nobody's life.

use super::rule::Rule;
use super::table::{Table, Who};
use crate::bank::{Category, usual_mix};
use crate::base::{EntityId, PersonId};
use crate::engine::{Purpose, Span, VirtualTime};
use crate::fraud::FraudKind;
use crate::person::Persona;
use crate::region::RegionId;
use crate::scenario::Scenario;
use crate::town::people_of_regions;
use serde_json::{Value, json};

/// The most people who are asked; every so many-th by number where there are more.
const MOST_ASKED: u32 = 2_000;

/// What a drift changes for those who live there when the world begins: once it is through, against the instant before it
/// begins, with all other drifts as they are then.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DriftMagnitude {
    /// People who were asked: all, or 2,000 of them.
    pub asked: u32,
    /// Share of them whose rule has another value; of a rule that is common to a region, all who live there.
    pub changed: f64,
    /// Mean of the rule's value over them before.
    pub before: f64,
    /// Mean of the rule's value over them after.
    pub after: f64,
    /// Total variation distance, 0 to 1, of what the rule decides: the mean mix of categories or of kinds of fraud before
    /// and after, or the share of those to whom something happens. None for a rate or a scale, which has no such law.
    pub distance: Option<f64>,
}

impl DriftMagnitude {
    /// As an object.
    pub(super) fn view(&self) -> Value {
        json!({
            "people_asked": self.asked,
            "changed_share": self.changed,
            "mean_before": self.before,
            "mean_after": self.after,
            "total_variation": self.distance,
        })
    }
}

/// Who is asked: a sample of the people, with their types of life and regions.
fn asked(table: &Table, rules: &Scenario) -> Vec<Who> {
    let regions = people_of_regions(rules);
    let people = rules.world.people;
    let one = |place: u64| {
        let number = (place * u64::from(people) / u64::from(people.min(MOST_ASKED))) as u32;
        let region = regions.iter().position(|range| range.contains(&number)).unwrap_or(0);
        let id = EntityId::person(PersonId(number));
        let persona = Persona::draw(&mut table.key.draws(id.code(), Purpose::Birth, 0));
        Who::Person(id, persona, RegionId(region as u16))
    };
    (0..u64::from(people.min(MOST_ASKED))).map(one).collect()
}

/// The magnitudes of all drifts, in their order.
pub(super) fn measure(table: &Table, rules: &Scenario) -> Vec<DriftMagnitude> {
    let asked = asked(table, rules);
    (0..table.blocks.len()).map(|place| One { table, rules, asked: &asked, place }.magnitude()).collect()
}

struct One<'a> {
    table: &'a Table,
    rules: &'a Scenario,
    asked: &'a [Who],
    place: usize,
}

impl One<'_> {
    fn magnitude(&self) -> DriftMagnitude {
        let rule = self.table.blocks[self.place].rule;
        let values = |far: f64| self.asked.iter().map(move |who| self.value(rule, *who, far));
        let changed = values(0.0).zip(values(1.0)).filter(|(before, after)| before != after).count();
        let count = self.asked.len() as f64;
        let (before, after) = (values(0.0).sum::<f64>() / count, values(1.0).sum::<f64>() / count);
        DriftMagnitude {
            asked: self.asked.len() as u32,
            changed: changed as f64 / count,
            before,
            after,
            distance: self.distance(rule, (before, after)),
        }
    }

    /// The value of a rule when this drift is so far along for whom it concerns: 0 or 1.
    fn value(&self, rule: Rule, who: Who, far: f64) -> f64 {
        self.table.value_when(rule, rule.value(self.rules), self.just_before(), who, (self.place, far))
    }

    fn just_before(&self) -> VirtualTime {
        self.table.blocks[self.place].course.rise().begin() - Span::from_micros(1)
    }

    fn distance(&self, rule: Rule, (before, after): (f64, f64)) -> Option<f64> {
        match rule {
            Rule::Mix(_) => Some(self.apart(&Category::ALL.map(Rule::Mix), &usual_mix(&self.rules.bank))),
            Rule::Kind(_) => Some(self.apart(&FraudKind::ALL.map(Rule::Kind), &[1.0; FraudKind::ALL.len()])),
            Rule::OnlineShare
            | Rule::CvvMissing
            | Rule::BillingMismatch
            | Rule::FraudRate
            | Rule::HighValue
            | Rule::Reviews => Some((after - before).abs()),
            _ => None,
        }
    }

    /// Half the sum of the differences between the mean mixes that these rules make of the usual one.
    fn apart(&self, rules: &[Rule], usual: &[f64]) -> f64 {
        let (before, after) = (self.mean_mix(rules, usual, 0.0), self.mean_mix(rules, usual, 1.0));
        0.5 * before.iter().zip(&after).map(|(one, other)| (one - other).abs()).sum::<f64>()
    }

    fn mean_mix(&self, rules: &[Rule], usual: &[f64], far: f64) -> Vec<f64> {
        let mut mean = vec![0.0; rules.len()];
        for who in self.asked {
            let weights: Vec<f64> =
                rules.iter().zip(usual).map(|(rule, usual)| usual * self.value(*rule, *who, far)).collect();
            let all = weights.iter().sum::<f64>().max(f64::MIN_POSITIVE) * self.asked.len() as f64;
            mean.iter_mut().zip(&weights).for_each(|(sum, weight)| *sum += weight / all);
        }
        mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::drift::DriftEntry;
    use crate::testing;

    fn ledger(world: &str, blocks: &[&str]) -> Vec<DriftEntry> {
        let block = |rules: &&str| format!("[[drift]]\n{}\n", rules.replace(", ", "\n"));
        testing::town(&format!("{world}{}", blocks.iter().map(block).collect::<String>())).drift_ledger()
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
        // What one category gains the others lose, and the second begins where the first has led.
        assert!((gaps[0] - (after - before)).abs() < 1e-9 && (gaps[1] - after).abs() < 1e-9, "{gaps:?}");
        assert!((gaps[2] - 0.33).abs() < 1e-9, "{gaps:?}");
    }

    #[test]
    fn what_is_common_to_a_region_changes_for_all_who_live_there_and_nobody_else() {
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
        assert_eq!(ledger[1].view()["magnitude"]["mean_before"], 1.25);
    }
}
