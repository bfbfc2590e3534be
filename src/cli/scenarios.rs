//! `populace scenario`: show, check, presets. Answers only; changes nothing.

use std::path::Path;

use populace_sim::{
    CalendarEffect, DriftMagnitude, DriftView, PRESETS, Region, RegionId, RegionRules, RideRules, Scenario, Span,
    VirtualTime, WorldKey, format_time,
};

use serde_json::{Value, json};

use crate::config::{DATA_DIR, RuleOptions, SHIPPED, Settings, Surroundings, check_file, data_dir, name_of, resolve};
use crate::output::print;

/// The format in which a scenario is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// As a file that is itself a scenario, settings included.
    Toml,
    /// The rules and the ledger of drifts as an object.
    Json,
}

/// Prints the scenario that the options resolve to, or that of the world in the data directory, if one is named and has
/// a world.
pub(super) fn show(
    options: &RuleOptions,
    form: Form,
    around: &Surroundings,
    stored: impl FnOnce(&Path) -> anyhow::Result<Option<Scenario>>,
) -> anyhow::Result<()> {
    let (resolved, settings) = resolve(options, around)?;
    let named = options.data_dir.is_some() || around.path(DATA_DIR).is_some();
    let world = if named { stored(&data_dir(options.data_dir.as_deref(), around))? } else { None };
    let scenario = world.unwrap_or(resolved.scenario);
    let text = match form {
        Form::Toml => text(&scenario, &settings)?,
        Form::Json => format!("{:#}\n", json(&scenario)?),
    };
    Ok(print(&text)?)
}

fn json(scenario: &Scenario) -> anyhow::Result<Value> {
    let (drifts, calendar) = (DriftView::of(scenario)?, CalendarEffect::of(scenario)?);
    Ok(json!({"scenario": scenario, "drifts": drifts, "calendar": calendar}))
}

fn text(scenario: &Scenario, settings: &Settings) -> anyhow::Result<String> {
    let settings = toml::to_string(settings)?;
    Ok(format!("{}\n{settings}{}{}", scenario.to_toml(), ledger(scenario)?, calendar(scenario)?))
}

/// Returns the scheduled drifts as comments, so that the output is itself a scenario.
fn ledger(scenario: &Scenario) -> anyhow::Result<String> {
    let entries = DriftView::of(scenario)?;
    if entries.is_empty() {
        return Ok(String::new());
    }
    let mut text = String::from(
        "\n# The drifts that are scheduled: (first) transition, its middle, and what becomes of the rule.\n",
    );
    for entry in entries {
        text.push_str(&ledger_line(&entry));
    }
    Ok(text)
}

fn ledger_line(DriftView { drift: entry, magnitude }: &DriftView) -> String {
    let visits = match (entry.length, entry.period) {
        (Some(length), None) => format!(", for {}", days(length)),
        (Some(length), Some(period)) => format!(", for {} every {}", days(length), days(period)),
        _ => String::new(),
    };
    let share = if entry.share < 1.0 { format!(", {} % of people", 100.0 * entry.share) } else { String::new() };
    let persona = entry.persona.map_or(String::new(), |persona| format!(", persona {}", persona.name()));
    let region = entry.region.as_ref().map_or(String::new(), |region| format!(", region {region}"));
    format!(
        "# {}: {} {} -> {}, {} ({}), {} .. {} .. {}{visits}{share}{persona}{region}; {}\n",
        entry.id,
        entry.key,
        entry.from,
        entry.to,
        entry.kind.name(),
        entry.class.name(),
        instant(entry.start),
        instant(entry.centre),
        instant(entry.end),
        measured(magnitude),
    )
}

/// Returns the size of a drift, measured over the people.
fn measured(magnitude: &DriftMagnitude) -> String {
    let distance = magnitude.distance.map_or(String::new(), |one| format!(", total variation {one:.3}"));
    let DriftMagnitude { changed, before, after, .. } = magnitude;
    format!("{:.1} % of people changed, mean {before:.4} -> {after:.4}{distance}", 100.0 * changed)
}

/// Returns the recurring dates of the calendar, as comments.
fn calendar(scenario: &Scenario) -> anyhow::Result<String> {
    let mut text =
        String::from("\n# Changes that recur by the calendar. They are not scheduled drifts and are not announced.\n");
    for entry in CalendarEffect::of(scenario)? {
        text.push_str(&calendar_line(&entry));
    }
    Ok(text)
}

fn calendar_line(entry: &CalendarEffect) -> String {
    let CalendarEffect { effect, region, first, days } = entry;
    let first =
        first.map_or(String::new(), |(begins, ends)| format!(", first {} .. {}", instant(begins), instant(ends)));
    let days = days.map_or(String::new(), |days| format!(", {days} days in the first year"));
    let (name, period, class) = (effect.name(), effect.period().name(), effect.class().name());
    format!("# {region} {name}: every {period} ({class}): {}{first}{days}\n", effect.moves())
}

/// Formats an instant to the minute.
fn instant(time: VirtualTime) -> String {
    format_time(time).chars().take("2026-01-01T00:00".len()).collect()
}

fn days(span: Span) -> String {
    format!("{} d", span.as_seconds_f64() / 86_400.0)
}

/// Checks a scenario file. Prints "ok"; an error lists everything that is wrong with the file.
pub(super) fn check(file: &Path, around: &Surroundings) -> anyhow::Result<()> {
    check_file(file, around.now)?;
    Ok(print(&format!("{}: ok\n", name_of(file)))?)
}

/// Lists the names that a scenario, `--region` and `--scenario` accept.
pub(super) fn presets(around: &Surroundings) -> anyhow::Result<()> {
    let (resolved, _) = resolve(
        &RuleOptions::default(),
        &Surroundings { environment: Vec::new(), undecoded: Vec::new(), ..around.clone() },
    )?;
    let mut text = String::from("regions (--region NAME)\n");
    for name in PRESETS {
        text.push_str(&region_line(name, &resolved.scenario.rides)?);
    }
    text.push_str("\nscenarios (--scenario NAME)\n");
    for shipped in &SHIPPED {
        text.push_str(&format!("  {:<24} {}\n", shipped.name, shipped.summary()));
    }
    Ok(print(&text)?)
}

/// Returns a line with name, centre in degrees, time zone and currency of a region.
fn region_line(name: &str, rides: &RideRules) -> anyhow::Result<String> {
    let rules = RegionRules { preset: name.to_owned(), share: 1.0, ..RegionRules::default() };
    let region = Region::build(&rules, rides, RegionId(0), WorldKey::new(0))?;
    let (centre, zone, currency) = (region.centre, region.calendar.zone_name(), region.currency.code());
    Ok(format!("  {name:<11} {:>8.3} {:>8.3}  {zone:<19} {currency}\n", centre.lat(), centre.lon()))
}

#[cfg(test)]
mod tests {

    use super::*;
    use populace_sim::Layers;

    #[test]
    fn a_preset_is_told_by_centre_zone_and_currency() {
        let rides = populace_wire::scenario_from_toml("x", "").expect("defaults").rides;
        let line = region_line("tokyo", &rides).expect("a preset");
        assert!(
            line.contains("35.6") && line.contains("139.") && line.contains("Asia/Tokyo") && line.contains("JPY"),
            "{line}"
        );
    }

    #[test]
    fn drifts_are_listed_behind_the_scenario_and_in_json() {
        let mut layers = Layers::new();
        let shipped = crate::config::ShippedScenario::named("drift-school-holidays").expect("it is shipped");
        layers.file(shipped.name, shipped.text);
        let around = around();
        let resolved = populace_wire::resolve(layers, around.now).expect("valid");
        let (_, settings) = resolve(&RuleOptions::default(), &around).expect("defaults");
        let shown = text(&resolved.scenario, &settings).expect("plain values");
        let line = "# holidays-students: rides.requests_per_day 0.14 -> 0.042, recurring (virtual), ";
        assert!(shown.contains(line) && shown.contains(", for 14 d every 84 d, persona student; 1"), "{shown}");
        assert!(shown.contains(" % of people changed, mean 0.14"), "{shown}");
        assert!(shown.contains("# houston daylight-saving: every year (virtual): "), "{shown}");
        let json = json(&resolved.scenario).expect("an object");
        assert_eq!(json["drifts"][0]["drift_id"], "holidays-students");
        assert_eq!(json["scenario"]["drift"][1]["persona"], "parent");
        assert_eq!(json["drifts"][0]["magnitude"]["people_asked"], 2_000);
        assert_eq!(json["calendar"][0]["effect"], "hours");
        let mut again = Layers::new();
        again.file("shown", &shown);
        assert_eq!(populace_wire::resolve(again, around.now).expect("valid").scenario, resolved.scenario);
    }

    fn around() -> Surroundings {
        Surroundings {
            environment: Vec::new(),
            undecoded: Vec::new(),
            now: VirtualTime::from_seconds(1_767_225_600),
            terminal: false,
        }
    }

    #[test]
    fn what_is_shown_is_itself_a_scenario() {
        let around = around();
        let (resolved, settings) = resolve(&RuleOptions::default(), &around).expect("defaults");
        let text = text(&resolved.scenario, &settings).expect("plain values");
        let mut layers = Layers::new();
        layers.file("shown", &text);
        assert_eq!(populace_wire::resolve(layers, around.now).expect("valid").scenario, resolved.scenario);
    }
}
