//! The checks of a scenario that need the scenario alone: ranges, names, and combinations of keys. Modules above add
//! checks of the same form.
//! Must not depend on: the source of a value.

use super::limits::out_of_range;
use super::moment::{is_relative_time, resolve_time};
use super::problem::{Problem, did_you_mean, nearest_names};
use super::values::{Placed, Values};
use crate::base::FraudKind;
use crate::engine::{Stream, VirtualTime};

/// A check of merged values: it adds every fault that it finds. It can read the problems that were found before.
pub type Check = fn(&Values, &mut Vec<Problem>);

/// Checks that every number is in its range.
pub(crate) fn ranges(values: &Values, problems: &mut Vec<Problem>) {
    let mut ordered: Vec<_> = values.iter().collect();
    ordered.sort_by_key(|(path, _)| values.tree().rank(path));
    problems.extend(ordered.into_iter().filter_map(|(path, placed)| out_of_range(path, placed)));
}

/// Checks that every region has at least one inhabitant, unless something else is wrong already.
pub(crate) fn inhabitants(values: &Values, problems: &mut Vec<Problem>) {
    if !problems.is_empty() {
        return;
    }
    let regions = values.indices("region");
    let share = |index: &usize| values.get(&format!("region[{index}].share")).map_or(1.0, Placed::number);
    let total: f64 = regions.iter().map(share).sum();
    let people = values.number("world.people");
    for index in regions.iter().filter(|index| people * share(index) / total < 1.0) {
        let what = format!("`region[{index}]` would have no inhabitant among {people} people");
        problems.push(
            Problem::new("region", values.table_origin("region", *index), what)
                .help("raise world.people (--people) or the region's share"),
        );
    }
}

/// Checks that at least one kind of fraud has a weight.
pub(crate) fn fraud_kinds(values: &Values, problems: &mut Vec<Problem>) {
    let kinds = FraudKind::ALL.map(|kind| format!("bank.fraud.{}", kind.key()));
    if kinds.iter().all(|key| values.number(key) == 0.0) {
        let what = "the shares of all kinds of fraud, `bank.fraud.card_testing` and so on, are all zero".to_owned();
        let help = "give one kind of fraud a weight, or set bank.fraud.rate = 0 for a world without fraud";
        problems.push(Problem::new(&kinds[0], values.origin(&kinds[0]), what).help(help));
    }
}

/// Checks that at least one channel of labels has a weight.
pub(crate) fn label_channels(values: &Values, problems: &mut Vec<Problem>) {
    let channels = ["labels.alert", "labels.complaint", "labels.chargeback"];
    if channels.iter().all(|key| values.number(key) == 0.0) {
        let what =
            format!("the shares of all channels, {}, are all zero", channels.map(|key| format!("`{key}`")).join(", "));
        let help = "give one a weight, or set labels.never = 1 for a bank that learns of nothing";
        problems.push(Problem::new(channels[0], values.origin(channels[0]), what).help(help));
    }
}

/// Checks that every `[[campaign]]` has a kind, an instant, and a region that exists.
pub(crate) fn campaigns(values: &Values, problems: &mut Vec<Problem>) {
    let regions = values.region_names();
    for index in values.indices("campaign") {
        let path = |key: &str| format!("campaign[{index}].{key}");
        let get = |key: &str| values.get(&path(key));
        for key in ["kind", "at"].into_iter().filter(|key| get(key).is_none()) {
            let what = format!("`campaign[{index}]` has no `{key}`");
            problems.push(
                Problem::new("campaign", values.table_origin("campaign", index), what)
                    .help("give it a kind and an instant, as in at = \"+30d\""),
            );
        }
        let kind = get("kind").and_then(|one| unknown_name(&path("kind"), one, "kind of fraud", &FraudKind::NAMES));
        let region = get("region").and_then(|one| unknown_name(&path("region"), one, "region", &regions));
        let at = get("at").and_then(|one| invalid_instant(&path("at"), one));
        problems.extend(kind.into_iter().chain(region).chain(at));
    }
}

/// Checks that at least one topic is enabled.
pub(crate) fn topics(values: &Values, problems: &mut Vec<Problem>) {
    let keys = Stream::ALL.map(|stream| format!("topics.{}.enabled", stream.section()));
    if !keys.iter().any(|key| values.get(key).is_some_and(Placed::is_true)) {
        let what = "every topic is disabled, so this world would emit nothing".to_owned();
        let help = format!("enable one, as in topics.transactions.enabled = true; there are: {}", keys.join(", "));
        problems.push(Problem::new(&keys[0], values.origin(&keys[0]), what).help(help));
    }
}

/// Checks that at least one habit has a rate.
pub(crate) fn habits(values: &Values, problems: &mut Vec<Problem>) {
    let habits = [
        "bank.purchases_per_day",
        "bank.withdrawals_per_day",
        "bank.transfers_per_day",
        "rides.requests_per_day",
        "shop.visits_per_day",
    ];
    if habits.iter().all(|key| values.number(key) == 0.0) {
        let what = "every habit has the rate 0, so nothing would happen in this world".to_owned();
        let help = format!("give one a rate above 0: {}", habits.join(", "));
        problems.push(Problem::new(habits[0], values.origin(habits[0]), what).help(help));
    }
}

/// Returns the fault of a name that is not among `names`; `what` is the kind of thing that it names.
pub fn unknown_name(path: &str, placed: &Placed, what: &str, names: &[&str]) -> Option<Problem> {
    unknown(path, placed, placed.text(), what, names)
}

/// Returns the fault of a name of a list that is not among `names`; `what` is the kind of thing that it names.
pub fn unknown(path: &str, placed: &Placed, name: &str, what: &str, names: &[&str]) -> Option<Problem> {
    if names.contains(&name) {
        return None;
    }
    let near = did_you_mean(&nearest_names(name, names.iter().copied()), &format!("there are: {}", names.join(", ")));
    Some(Problem::new(path, placed.origin(), format!("`{path}`: unknown {what} {name:?}")).help(near))
}

/// Returns the fault of a text that is not an instant, or is relative and not after the world's start.
pub fn invalid_instant(path: &str, placed: &Placed) -> Option<Problem> {
    let (written, epoch) = (placed.text(), VirtualTime::from_seconds(1_000_000_000));
    let complaint = match resolve_time(written, epoch) {
        Err(error) => error.to_string(),
        Ok(time) if is_relative_time(written) && time <= epoch => {
            format!("{written:?} is not after the world's start")
        }
        Ok(_) => return None,
    };
    let problem = Problem::new(path, placed.origin(), format!("`{path}`: {complaint}"));
    Some(problem.help("write an instant, as in 2026-03-01T10:00:00Z, or a span after the world's start, as in +30d"))
}

/// Returns the fault of a text that is not a name of Kafka's letters. Names end up in paths and in Kafka.
pub fn invalid_name(path: &str, placed: &Placed, longest: usize) -> Option<Problem> {
    let name = placed.text();
    name_fault(name, longest).map(|why| {
        let what = format!("`{path}` is {name:?}, which is no valid name: {why}");
        Problem::new(path, placed.origin(), what).help(format!("1 to {longest} letters of a-z A-Z 0-9 . _ -"))
    })
}

fn name_fault(name: &str, longest: usize) -> Option<String> {
    let is_letter = |letter: &char| letter.is_ascii_alphanumeric() || "._-".contains(*letter);
    let other = name.chars().find(|letter| !is_letter(letter));
    match (name, other) {
        ("", _) => Some("it is empty".to_owned()),
        ("." | "..", _) => Some("a name of dots alone is that of a folder".to_owned()),
        (_, Some(other)) => Some(format!("{other:?} is not allowed")),
        _ => (name.len() > longest).then(|| format!("it has {} letters, and {longest} are allowed", name.len())),
    }
}
