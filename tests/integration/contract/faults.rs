//! What a check finds: for each broken rule how often, and the first examples. Knows no rules.

use std::collections::BTreeMap;

/// Examples that are kept of a broken rule.
const EXAMPLES: usize = 3;

/// Broken rules with their count and first examples.
#[derive(Debug, Default)]
pub struct Faults(BTreeMap<&'static str, (u64, Vec<String>)>);

impl Faults {
    /// Notes that `rule` is broken unless `holds`; true when it holds.
    pub fn check(&mut self, holds: bool, rule: &'static str, example: impl FnOnce() -> String) -> bool {
        if !holds {
            let (count, examples) = self.0.entry(rule).or_default();
            *count += 1;
            if examples.len() < EXAMPLES {
                examples.push(example());
            }
        }
        holds
    }

    /// How often `rule` was broken.
    pub fn count(&self, rule: &str) -> u64 {
        self.0.get(rule).map_or(0, |found| found.0)
    }

    /// Every broken rule with its examples; empty when there is none.
    pub fn report(&self) -> String {
        let mut text = String::new();
        for (rule, (count, examples)) in &self.0 {
            text += &format!("{rule}: broken {count} times\n");
            examples.iter().for_each(|example| text += &format!("    {example}\n"));
        }
        text
    }

    /// # Panics
    /// When any rule is broken.
    pub fn assert_none(&self, what: &str) {
        assert!(self.0.is_empty(), "{what}:\n{}", self.report());
    }
}
