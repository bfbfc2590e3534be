//! The scenarios that are compiled into the program, so that `--scenario quick-look` works anywhere.

/// A shipped scenario.
#[derive(Clone, Copy, Debug)]
pub struct ShippedScenario {
    /// The name for `--scenario`.
    pub name: &'static str,
    /// The text of the scenario file.
    pub text: &'static str,
}

/// Every shipped scenario other than the defaults.
pub const SHIPPED: [ShippedScenario; 20] = [
    ShippedScenario { name: "quick-look", text: include_str!("../../scenarios/quick-look.toml") },
    ShippedScenario { name: "six-cities", text: include_str!("../../scenarios/six-cities.toml") },
    ShippedScenario { name: "million", text: include_str!("../../scenarios/million.toml") },
    ShippedScenario { name: "coelho", text: include_str!("../../scenarios/coelho.toml") },
    ShippedScenario { name: "stream-guard", text: include_str!("../../scenarios/stream-guard.toml") },
    ShippedScenario { name: "drift-broken-checkout", text: include_str!("../../scenarios/drift-broken-checkout.toml") },
    ShippedScenario { name: "drift-chip-and-pin", text: include_str!("../../scenarios/drift-chip-and-pin.toml") },
    ShippedScenario { name: "drift-cookie-loss", text: include_str!("../../scenarios/drift-cookie-loss.toml") },
    ShippedScenario { name: "drift-fuel-price", text: include_str!("../../scenarios/drift-fuel-price.toml") },
    ShippedScenario { name: "drift-inflation", text: include_str!("../../scenarios/drift-inflation.toml") },
    ShippedScenario { name: "drift-lockdown", text: include_str!("../../scenarios/drift-lockdown.toml") },
    ShippedScenario {
        name: "drift-marketplace-launch",
        text: include_str!("../../scenarios/drift-marketplace-launch.toml"),
    },
    ShippedScenario { name: "drift-mobile-shift", text: include_str!("../../scenarios/drift-mobile-shift.toml") },
    ShippedScenario { name: "drift-new-fraud-wave", text: include_str!("../../scenarios/drift-new-fraud-wave.toml") },
    ShippedScenario { name: "drift-new-freeway", text: include_str!("../../scenarios/drift-new-freeway.toml") },
    ShippedScenario { name: "drift-online-shift", text: include_str!("../../scenarios/drift-online-shift.toml") },
    ShippedScenario { name: "drift-school-holidays", text: include_str!("../../scenarios/drift-school-holidays.toml") },
    ShippedScenario {
        name: "drift-seasonal-fashion",
        text: include_str!("../../scenarios/drift-seasonal-fashion.toml"),
    },
    ShippedScenario { name: "drift-small-amounts", text: include_str!("../../scenarios/drift-small-amounts.toml") },
    ShippedScenario { name: "drift-wet-season", text: include_str!("../../scenarios/drift-wet-season.toml") },
];

impl ShippedScenario {
    /// Returns the shipped scenario of this name; None if the name is unknown.
    pub fn named(name: &str) -> Option<&'static ShippedScenario> {
        SHIPPED.iter().find(|shipped| shipped.name == name)
    }

    /// Returns the summary, which is the first line of the text.
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
            let resolved = populace_wire::resolve(layers, VirtualTime::from_seconds(1_767_225_600));
            assert!(resolved.is_ok(), "{}: {resolved:?}", shipped.name);
            assert!(!shipped.summary().is_empty(), "{}", shipped.name);
        }
    }
}
