//! The scenarios that come with the program, compiled in, so that `--scenario quick-look` works anywhere.

/// A ready scenario.
#[derive(Clone, Copy, Debug)]
pub struct ShippedScenario {
    /// What to give to `--scenario`.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// Every ready scenario but the defaults.
pub const SHIPPED: [ShippedScenario; 5] = [
    ShippedScenario { name: "quick-look", text: include_str!("../../scenarios/quick-look.toml") },
    ShippedScenario { name: "six-cities", text: include_str!("../../scenarios/six-cities.toml") },
    ShippedScenario { name: "million", text: include_str!("../../scenarios/million.toml") },
    ShippedScenario { name: "coelho", text: include_str!("../../scenarios/coelho.toml") },
    ShippedScenario { name: "stream-guard", text: include_str!("../../scenarios/stream-guard.toml") },
];

impl ShippedScenario {
    /// The scenario of this name, if one is shipped.
    pub fn named(name: &str) -> Option<&'static ShippedScenario> {
        SHIPPED.iter().find(|shipped| shipped.name == name)
    }

    /// What it is, from its first line.
    pub fn summary(&self) -> &'static str {
        self.text.lines().next().unwrap_or_default().trim_start_matches('#').trim()
    }
}

#[cfg(test)]
mod tests {
    use populace_sim::{Layers, VirtualTime};

    use super::*;

    #[test]
    fn every_shipped_scenario_is_valid_and_says_what_it_is() {
        for shipped in &SHIPPED {
            let mut layers = Layers::new();
            layers.file(shipped.name, shipped.text);
            let resolved = layers.resolve(VirtualTime::from_seconds(1_767_225_600));
            assert!(resolved.is_ok(), "{}: {resolved:?}", shipped.name);
            assert!(!shipped.summary().is_empty(), "{}", shipped.name);
        }
    }
}
