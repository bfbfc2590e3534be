//! `populace scenario`: show, check, presets. Answers only; changes nothing.

use std::path::Path;

use populace_sim::{PRESETS, Region, RegionId, RegionRules, RideRules, Scenario, WorldKey};

use super::output::print;
use crate::config::{RuleOptions, SHIPPED, Settings, Surroundings, check_file, data_dir, resolve};

/// Prints the scenario that the options come to; that of the world when a data directory was named and has one.
pub(super) fn show(
    options: &RuleOptions,
    around: &Surroundings,
    stored: impl FnOnce(&Path) -> anyhow::Result<Option<Scenario>>,
) -> anyhow::Result<()> {
    let (resolved, settings) = resolve(options, around)?;
    let named = options.data_dir.is_some() || around.environment.iter().any(|(name, _)| name == "POPULACE_DATA_DIR");
    let world = if named { stored(&data_dir(options.data_dir.as_deref(), around))? } else { None };
    print(&text(&world.unwrap_or(resolved.scenario), &settings)?)
}

fn text(scenario: &Scenario, settings: &Settings) -> anyhow::Result<String> {
    Ok(format!("{}\n{}", scenario.to_toml(), toml::to_string(settings)?))
}

/// Says "ok", or everything that is wrong with the file.
pub(super) fn check(file: &str, around: &Surroundings) -> anyhow::Result<()> {
    check_file(file, around.now)?;
    print(&format!("{file}: ok\n"))
}

/// Lists what a scenario, `--region` and `--scenario` can name.
pub(super) fn presets(around: &Surroundings) -> anyhow::Result<()> {
    let (resolved, _) = resolve(&RuleOptions::default(), &Surroundings { environment: Vec::new(), ..around.clone() })?;
    let mut text = String::from("regions (--region NAME)\n");
    for name in PRESETS {
        text.push_str(&region_line(name, &resolved.scenario.rides)?);
    }
    text.push_str("\nscenarios (--scenario NAME)\n");
    for shipped in &SHIPPED {
        text.push_str(&format!("  {:<11} {}\n", shipped.name, shipped.summary()));
    }
    print(&text)
}

/// Name, centre in degrees, time zone and currency.
fn region_line(name: &str, rides: &RideRules) -> anyhow::Result<String> {
    let rules = RegionRules { preset: name.to_owned(), share: 1.0, ..RegionRules::default() };
    let region = Region::build(&rules, rides, RegionId(0), WorldKey::new(0))?;
    let (centre, zone, currency) = (region.centre, region.calendar.zone_name(), region.currency.code());
    Ok(format!("  {name:<11} {:>8.3} {:>8.3}  {zone:<19} {currency}\n", centre.lat(), centre.lon()))
}

#[cfg(test)]
mod tests {
    use populace_sim::{Layers, VirtualTime};

    use super::*;

    #[test]
    fn a_preset_is_told_by_centre_zone_and_currency() {
        let rides = Scenario::from_toml("x", "").expect("defaults").rides;
        let line = region_line("tokyo", &rides).expect("a preset");
        assert!(
            line.contains("35.6") && line.contains("139.") && line.contains("Asia/Tokyo") && line.contains("JPY"),
            "{line}"
        );
    }

    #[test]
    fn what_is_shown_is_itself_a_scenario() {
        let around =
            Surroundings { environment: Vec::new(), now: VirtualTime::from_seconds(1_767_225_600), terminal: false };
        let (resolved, settings) = resolve(&RuleOptions::default(), &around).expect("defaults");
        let text = text(&resolved.scenario, &settings).expect("plain values");
        let mut layers = Layers::new();
        layers.file("shown", &text);
        assert_eq!(layers.resolve(around.now).expect("valid").scenario, resolved.scenario);
    }
}
