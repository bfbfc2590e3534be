//! Measures the magnitude of each drift, over the people and regions of its world and not from its configuration.
//! Must not depend on: the state of a person; it evaluates rules for people by number.

use crate::bank::usual_mix;
use crate::base::{Category, EntityId, FraudKind, PersonId, Persona, RegionId};
use crate::drift::{DriftEntry, DriftMagnitude, Drifts, Progress, Rule, Who};
use crate::engine::{Purpose, Span, VirtualTime, WorldKey};
use crate::scenario::Scenario;
use crate::town::people_of_regions;

/// The most people in the measurement; in a larger world, every n-th by number.
const MOST_ASKED: u32 = 2_000;

/// Returns the magnitudes of all drifts of a world by `rules`, in their order.
pub(super) fn magnitudes<'a>(drifts: &'a Drifts, entries: &[DriftEntry], rules: &Scenario) -> &'a [DriftMagnitude] {
    drifts.magnitudes(|| {
        let asked = asked(rules);
        let one = |(place, entry): (usize, &DriftEntry)| {
            let rule = Rule::of_key(&entry.key).expect("a drift that was compiled has a rule");
            let before = entry.begins - Span::from_micros(1);
            Measured { drifts, rules, asked: &asked, place, rule, before }.magnitude()
        };
        entries.iter().enumerate().map(one).collect()
    })
}

/// Returns the people in the measurement: a sample, with their personas and regions.
fn asked(rules: &Scenario) -> Vec<Who> {
    let (key, regions) = (WorldKey::new(rules.world.seed), people_of_regions(rules));
    let people = rules.world.people;
    let one = |place: u64| {
        let number = (place * u64::from(people) / u64::from(people.min(MOST_ASKED))) as u32;
        let region = regions.iter().position(|range| range.contains(&number)).unwrap_or(0);
        let id = EntityId::person(PersonId(number));
        let persona = Persona::draw(&mut key.rng(id.code(), Purpose::Birth, 0));
        Who::Person(id, persona, RegionId(region as u16))
    };
    (0..u64::from(people.min(MOST_ASKED))).map(one).collect()
}

/// A drift under measurement.
struct Measured<'a> {
    drifts: &'a Drifts,
    rules: &'a Scenario,
    asked: &'a [Who],
    place: usize,
    rule: Rule,
    /// The instant just before it begins.
    before: VirtualTime,
}

impl Measured<'_> {
    fn magnitude(&self) -> DriftMagnitude {
        let values = |far: f64| self.asked.iter().map(move |who| self.value(self.rule, *who, far));
        let changed = values(0.0).zip(values(1.0)).filter(|(before, after)| before != after).count();
        let count = self.asked.len() as f64;
        let (before, after) = (values(0.0).sum::<f64>() / count, values(1.0).sum::<f64>() / count);
        DriftMagnitude {
            asked: self.asked.len() as u32,
            changed: changed as f64 / count,
            before,
            after,
            distance: self.distance(before, after),
        }
    }

    /// Returns the value of a rule when this drift has the progress `far`, 0 or 1, for the people that it concerns.
    fn value(&self, rule: Rule, who: Who, far: f64) -> f64 {
        let progress = Progress { place: self.place, far };
        self.drifts.value_with(rule, rule.value(self.rules), self.before, who, progress)
    }

    fn distance(&self, before: f64, after: f64) -> Option<f64> {
        match self.rule {
            Rule::Mix(_) => Some(self.variation(&Category::ALL.map(Rule::Mix), &usual_mix(&self.rules.bank))),
            Rule::Kind(_) => Some(self.variation(&FraudKind::ALL.map(Rule::Kind), &[1.0; FraudKind::ALL.len()])),
            Rule::OnlineShare
            | Rule::CvvMissing
            | Rule::BillingMismatch
            | Rule::FraudRate
            | Rule::HighValue
            | Rule::Reviews => Some((after - before).abs()),
            _ => None,
        }
    }

    /// Returns half the sum of the differences between the mean mixes that these rules make of the usual one.
    fn variation(&self, rules: &[Rule], usual: &[f64]) -> f64 {
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
mod tests;
