//! Checks over merged values: ranges, names of presets, zones, currencies, topics and fields, and what only makes sense
//! together. Collects every fault. Knows where each value was stated, not how it was read.

use std::collections::BTreeSet;

use super::drifts;
use super::keys::KeyTree;
use super::layers::{Placed, Values};
use super::leaf::Leaf;
use super::limits::out_of_range;
use super::problem::{Origin, Problem, did_you_mean, nearest_names};
use crate::engine::{Stream, VirtualTime};
use crate::fraud::FraudKind;
use crate::record::{MOST_FIELDS, is_fit_name};
use crate::region::{Country, Currency, PRESETS};

/// The longest side of a region in degrees: a region is a city, with one zone and one climate.
const WIDEST_DEGREES: f64 = 5.0;
/// Kafka's limit for the name of a topic, with its prefix.
const LONGEST_TOPIC: usize = 249;
/// Leaves room for the names.
const LONGEST_PREFIX: usize = 100;
/// The shortest side, in degrees of latitude: three kilometres.
const NARROWEST_DEGREES: f64 = 0.027;

/// Adds whatever is wrong with `values`.
pub(super) fn check(tree: &KeyTree, values: &Values, problems: &mut Vec<Problem>) {
    let mut ordered: Vec<_> = values.iter().collect();
    ordered.sort_by_key(|(path, _)| tree.rank(path));
    problems.extend(ordered.into_iter().filter_map(|(path, placed)| out_of_range(path, placed)));
    regions(values, problems);
    somebody_everywhere(values, problems);
    fraud_kinds(values, problems);
    label_channels(values, problems);
    campaigns(values, problems);
    drifts::check(tree, values, problems);
    something_happens(values, problems);
    topics(values, problems);
}

/// The numbers of the tables of a list that are stated, in order.
pub(super) fn list_indices(values: &Values, list: &str) -> BTreeSet<usize> {
    let index = |path: &String| path.strip_prefix(list)?.strip_prefix('[')?.split_once(']')?.0.parse().ok();
    values.keys().filter_map(index).collect()
}

/// The keys and values of one table of a list.
pub(super) fn list_values<'a>(
    values: &'a Values,
    list: &str,
    index: usize,
) -> impl Iterator<Item = (&'a str, &'a Placed)> {
    let prefix = format!("{list}[{index}].");
    values.iter().filter_map(move |(path, placed)| Some((path.strip_prefix(&prefix)?, placed)))
}

fn region_indices(values: &Values) -> BTreeSet<usize> {
    list_indices(values, "region")
}

fn region_values(values: &Values, index: usize) -> impl Iterator<Item = (&str, &Placed)> {
    list_values(values, "region", index)
}

pub(super) fn real(values: &Values, path: &str) -> f64 {
    match values.get(path).map(|placed| &placed.leaf) {
        Some(Leaf::Real(number)) => *number,
        Some(Leaf::Whole(number)) => *number as f64,
        _ => 0.0,
    }
}

pub(super) fn text(placed: &Placed) -> &str {
    match &placed.leaf {
        Leaf::Text(text) => text,
        _ => "",
    }
}

fn origin<'a>(values: &'a Values, path: &str) -> &'a Origin {
    values.get(path).map_or(&Origin::Value, |placed| &placed.origin)
}

fn regions(values: &Values, problems: &mut Vec<Problem>) {
    let mut names = BTreeSet::new();
    for index in region_indices(values) {
        let problem = region(values, index);
        if problem.is_empty() {
            problems.extend(twice(values, index, &mut names));
        }
        problems.extend(problem);
    }
    if region_indices(values).is_empty() && problems.iter().all(|problem| problem.key != "region") {
        let what = "a world needs at least one region".to_owned();
        problems.push(Problem::new("region", &Origin::Value, what).help("add [[region]] with preset = \"houston\""));
    }
}

fn twice(values: &Values, index: usize, names: &mut BTreeSet<String>) -> Option<Problem> {
    let get = |key: &str| values.get(&format!("region[{index}].{key}"));
    let named = get("name").or(get("preset")).filter(|placed| !text(placed).is_empty())?;
    let again = !names.insert(text(named).to_owned());
    again.then(|| {
        let what = format!("the region {:?} is there twice", text(named));
        Problem::new("region", &named.origin, what).help("state it once, with a larger share")
    })
}

fn region(values: &Values, index: usize) -> Vec<Problem> {
    let key = |name: &str| format!("region[{index}].{name}");
    let get = |name: &str| values.get(&key(name));
    let mut found = Vec::new();
    let preset = get("preset").filter(|placed| !text(placed).is_empty());
    match (preset, get("bounds"), get("timezone")) {
        (Some(preset), ..) => {
            found.extend(known(&key("preset"), preset, "region preset", PRESETS));
            found.extend(fixed_by_preset(values, index, text(preset)));
            return found;
        }
        (None, Some(bounds), Some(zone)) => {
            found.extend(bad_bounds(&key("bounds"), bounds));
            found.extend(bad_zone(&key("timezone"), zone));
        }
        (None, bounds, _) => {
            let missing = if bounds.is_some() { "timezone" } else { "bounds" };
            found.push(incomplete(values, index, missing));
        }
    }
    found.extend(
        get("currency")
            .and_then(|placed| known(&key("currency"), placed, "currency", &Currency::ALL.map(Currency::code))),
    );
    found.extend(get("climate").and_then(|placed| known(&key("climate"), placed, "climate", PRESETS)));
    found.extend(get("holidays").and_then(|placed| known(&key("holidays"), placed, "country", &Country::CODES)));
    found.extend(get("name").and_then(|placed| bad_name(&key("name"), placed, 64)));
    found
}

/// A preset brings everything but the share.
fn fixed_by_preset(values: &Values, index: usize, preset: &str) -> Vec<Problem> {
    let others = region_values(values, index).filter(|(key, _)| !["preset", "share"].contains(key));
    let fixed = |(key, placed): (&str, &Placed)| {
        let path = format!("region[{index}].{key}");
        Problem::new(&path, &placed.origin, format!("`{path}`: the preset {preset:?} brings its own {key}"))
            .help(format!("leave {key} out, or leave preset out for a region of your own"))
    };
    others.map(fixed).collect()
}

fn incomplete(values: &Values, index: usize, missing: &str) -> Problem {
    let place = region_values(values, index).next().map_or(&Origin::Value, |(_, placed)| &placed.origin);
    let what = format!("`region[{index}]` has no preset, so it needs `{missing}`");
    Problem::new("region", place, what).help(
        "give bounds = [south, west, north, east] and timezone = \"Area/City\" (--bounds and --timezone), or a preset",
    )
}

pub(super) fn known(path: &str, placed: &Placed, what: &str, names: &[&str]) -> Option<Problem> {
    let name = text(placed);
    if names.contains(&name) {
        return None;
    }
    let near = did_you_mean(&nearest_names(name, names.iter().copied()), &format!("there are: {}", names.join(", ")));
    Some(Problem::new(path, &placed.origin, format!("`{path}`: unknown {what} {name:?}")).help(near))
}

fn bad_bounds(path: &str, placed: &Placed) -> Option<Problem> {
    let Leaf::List(items) = &placed.leaf else { return None };
    let degrees: Vec<f64> =
        items.iter().map(|leaf| if let Leaf::Real(number) = leaf { *number } else { 0.0 }).collect();
    let complaint = match degrees.as_slice() {
        [south, west, north, east] => bad_box(*south, *west, *north, *east)?,
        _ => format!("{} numbers instead of four", degrees.len()),
    };
    let problem = Problem::new(path, &placed.origin, format!("`{path}`: {complaint}"));
    Some(problem.help("give south, west, north, east in degrees, as in -23.8,-46.9,-23.3,-46.3"))
}

fn bad_box(south: f64, west: f64, north: f64, east: f64) -> Option<String> {
    let (height, width) = (north - south, east - west);
    if ![south, west, north, east].iter().all(|degree| degree.is_finite()) {
        return Some("every bound must be a finite number of degrees".to_owned());
    }
    if south < -80.0 || north > 80.0 {
        return Some("latitudes must lie between -80 and 80".to_owned());
    }
    if height <= 0.0 || width <= 0.0 {
        return Some("south must be less than north and west less than east".to_owned());
    }
    let least = height.min(width * libm::cos((south + north).to_radians() / 2.0));
    let fits = least >= NARROWEST_DEGREES && height.max(width) <= WIDEST_DEGREES;
    (!fits).then(|| format!("each side must be from 3 km to {WIDEST_DEGREES} degrees: a region is a city"))
}

fn bad_zone(path: &str, placed: &Placed) -> Option<Problem> {
    let name = text(placed);
    if name.parse::<chrono_tz::Tz>().is_ok() {
        return None;
    }
    let near = nearest_names(name, chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()));
    let help = did_you_mean(&near, "give an IANA name such as America/Sao_Paulo");
    Some(Problem::new(path, &placed.origin, format!("`{path}`: unknown time zone {name:?}")).help(help))
}

/// Names end up in paths and in Kafka, so they take Kafka's letters.
pub(super) fn bad_name(path: &str, placed: &Placed, longest: usize) -> Option<Problem> {
    let name = text(placed);
    name_fault(name, longest).map(|why| {
        let what = format!("`{path}` is {name:?}, which is no valid name: {why}");
        Problem::new(path, &placed.origin, what).help(format!("1 to {longest} letters of a-z A-Z 0-9 . _ -"))
    })
}

/// Why a name is none of at most `longest` of Kafka's letters.
fn name_fault(name: &str, longest: usize) -> Option<String> {
    let is_letter = |letter: &char| letter.is_ascii_alphanumeric() || "._-".contains(*letter);
    let stranger = name.chars().find(|letter| !is_letter(letter));
    match (name, stranger) {
        ("", _) => Some("it is empty".to_owned()),
        ("." | "..", _) => Some("a name of dots alone is that of a folder".to_owned()),
        (_, Some(stranger)) => Some(format!("{stranger:?} is not allowed")),
        _ => (name.len() > longest).then(|| format!("it has {} letters, and {longest} are allowed", name.len())),
    }
}

/// Every region must come to at least one inhabitant.
fn somebody_everywhere(values: &Values, problems: &mut Vec<Problem>) {
    if !problems.is_empty() {
        return;
    }
    let share = |index: usize| {
        values.get(&format!("region[{index}].share")).map_or(1.0, |_| real(values, &format!("region[{index}].share")))
    };
    let total: f64 = region_indices(values).into_iter().map(share).sum();
    let people = real(values, "world.people");
    for index in region_indices(values) {
        if people * share(index) / total < 1.0 {
            let place = region_values(values, index).next().map_or(&Origin::Value, |(_, placed)| &placed.origin);
            let what = format!("of {people} people not one lives in `region[{index}]`");
            problems
                .push(Problem::new("region", place, what).help("raise world.people (--people) or the region's share"));
        }
    }
}

fn fraud_kinds(values: &Values, problems: &mut Vec<Problem>) {
    let kinds = FraudKind::ALL.map(|kind| format!("bank.fraud.{}", kind.name().replace('-', "_")));
    if kinds.iter().all(|key| real(values, key) == 0.0) {
        let what = "the shares of all kinds of fraud, `bank.fraud.card_testing` and so on, are all zero".to_owned();
        let help = "give one kind of fraud a weight, or set bank.fraud.rate = 0 for a world without fraud";
        problems.push(Problem::new(&kinds[0], origin(values, &kinds[0]), what).help(help));
    }
}

fn label_channels(values: &Values, problems: &mut Vec<Problem>) {
    let channels = ["labels.alert", "labels.complaint", "labels.chargeback"];
    if channels.iter().all(|key| real(values, key) == 0.0) {
        let what =
            format!("the shares of all channels, {}, are all zero", channels.map(|key| format!("`{key}`")).join(", "));
        let help = "give one a weight, or set labels.never = 1 for a bank that learns of nothing";
        problems.push(Problem::new(channels[0], origin(values, channels[0]), what).help(help));
    }
}

/// What the regions are called, in order.
pub(super) fn region_names(values: &Values) -> Vec<&str> {
    let name_of = |index: usize| {
        let get = |key: &str| values.get(&format!("region[{index}].{key}")).map(text).filter(|name| !name.is_empty());
        get("name").or(get("preset")).unwrap_or("custom")
    };
    region_indices(values).into_iter().map(name_of).collect()
}

/// What each `[[campaign]]` needs: a kind, an instant, and a region that there is.
fn campaigns(values: &Values, problems: &mut Vec<Problem>) {
    let regions = region_names(values);
    for index in list_indices(values, "campaign") {
        let path = |key: &str| format!("campaign[{index}].{key}");
        let place = list_values(values, "campaign", index).next().map_or(&Origin::Value, |(_, placed)| &placed.origin);
        for key in ["kind", "at"].into_iter().filter(|key| !values.contains_key(&path(key))) {
            let what = format!("`campaign[{index}]` has no `{key}`");
            problems
                .push(Problem::new("campaign", place, what).help("give it a kind and an instant, as in at = \"+30d\""));
        }
        let get = |key: &str| values.get(&path(key));
        let kind = get("kind").and_then(|placed| known(&path("kind"), placed, "kind of fraud", &FraudKind::NAMES));
        let region = get("region").and_then(|placed| known(&path("region"), placed, "region", &regions));
        problems.extend(kind.into_iter().chain(region).chain(get("at").and_then(|one| bad_instant(&path("at"), one))));
    }
}

pub(super) fn bad_instant(path: &str, placed: &Placed) -> Option<Problem> {
    let (written, epoch) = (text(placed), VirtualTime::from_seconds(1_000_000_000));
    let complaint = match super::resolve_time(written, epoch) {
        Err(error) => error.to_string(),
        Ok(time) if super::is_relative_time(written) && time <= epoch => {
            format!("{written:?} is not after the world's start")
        }
        Ok(_) => return None,
    };
    let problem = Problem::new(path, &placed.origin, format!("`{path}`: {complaint}"));
    Some(problem.help("write an instant, as in 2026-03-01T10:00:00Z, or a span after the world's start, as in +30d"))
}

fn something_happens(values: &Values, problems: &mut Vec<Problem>) {
    let habits = [
        "bank.purchases_per_day",
        "bank.withdrawals_per_day",
        "bank.transfers_per_day",
        "rides.requests_per_day",
        "shop.visits_per_day",
    ];
    if habits.iter().all(|key| real(values, key) == 0.0) {
        let what = "every habit has the rate 0, so nothing would happen in this world".to_owned();
        let help = format!("give one a rate above 0: {}", habits.join(", "));
        problems.push(Problem::new(habits[0], origin(values, habits[0]), what).help(help));
    }
}

fn topics(values: &Values, problems: &mut Vec<Problem>) {
    let mut names = BTreeSet::new();
    let prefix = values.get("kafka.topic_prefix").filter(|placed| !text(placed).is_empty());
    problems.extend(prefix.and_then(|placed| bad_name("kafka.topic_prefix", placed, LONGEST_PREFIX)));
    let longest = LONGEST_TOPIC - prefix.map_or(0, |placed| text(placed).len().min(LONGEST_PREFIX));
    for stream in Stream::ALL {
        let path = |key: &str| format!("topics.{}.{key}", stream.section());
        let (Some(name), Some(key)) = (values.get(&path("name")), values.get(&path("key"))) else { continue };
        let keys: Vec<&str> = stream.fields().iter().filter(|field| field.may_be_key).map(|field| field.name).collect();
        problems.extend(bad_name(&path("name"), name, longest));
        problems.extend(known(&path("key"), key, "key field", &keys));
        problems.extend(
            values.get(&path("fields")).into_iter().flat_map(|fields| bad_fields(stream, &path("fields"), fields)),
        );
        if !names.insert(text(name).to_owned()) {
            let what = format!("`{}`: two topics are named {:?}", path("name"), text(name));
            problems.push(Problem::new(&path("name"), &name.origin, what).help("give each topic a name of its own"));
        }
    }
}

fn bad_fields(stream: Stream, path: &str, placed: &Placed) -> Vec<Problem> {
    let Leaf::List(items) = &placed.leaf else { return Vec::new() };
    let all: Vec<&str> = stream.fields().iter().map(|field| field.name).collect();
    let mut written = BTreeSet::new();
    let mut found = Vec::new();
    if items.len() > MOST_FIELDS {
        let what = format!("`{path}` names {} fields", items.len());
        found.push(Problem::new(path, &placed.origin, what).help(format!("name at most {MOST_FIELDS}")));
    }
    for item in items {
        let Leaf::Text(choice) = item else { continue };
        let (field, name) = choice
            .split_once(" as ")
            .map_or((choice.trim(), choice.trim()), |(field, name)| (field.trim(), name.trim()));
        let one = Placed { leaf: Leaf::Text(field.to_owned()), origin: placed.origin.clone() };
        found.extend(known(path, &one, "field", &all));
        if !is_fit_name(name) {
            let what = format!("`{path}`: {name:?} is no valid name for a field");
            found.push(Problem::new(path, &placed.origin, what).help("1 to 64 letters of a-z A-Z 0-9 _ -"));
        }
        if !written.insert(name) {
            let what = format!("`{path}`: two fields are named {name:?}");
            found.push(Problem::new(path, &placed.origin, what).help("rename one with \"field as name\""));
        }
    }
    found
}
