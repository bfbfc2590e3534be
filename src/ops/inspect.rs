//! Profiles and histories: of a running world through its socket, of a stopped one from its store. Shows what the
//! simulation says of its people; adds nothing.

use crate::cli::{InspectRequest, InspectTarget, PersonRole};
use crate::control::{Request, RequestError, Target, connect};
use crate::output::{print, to_json};
use crate::run::{RunError, StoredWorld, load_shard};
use crate::status::Watched;
use populace_sim::{DriverId, PersonId, Shard, Town, format_time};
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::path::Path;

/// Answers `populace inspect` on standard output.
///
/// # Errors
/// Where there is no world, or nobody of that name in it.
pub fn inspect(request: &InspectRequest) -> Result<(), RunError> {
    if let InspectTarget::Campaign { id } = &request.target {
        return show(&[crate::ops::campaigns::campaign(&request.data_dir, id)?], request.json);
    }
    let target = target_of(&request.target);
    let found = match connect(&request.data_dir).map_err(|e| socket_error(&request.data_dir, e))? {
        Some(mut client) => client.ask(&Request::Inspect { target })?,
        None => from_store(&request.data_dir, &target)?,
    };
    let all = if let Value::Array(all) = found { all } else { vec![found] };
    show(&all, request.json)
}

fn show(all: &[Value], json: bool) -> Result<(), RunError> {
    let shown = |one: &Value| if json { format!("{one}\n") } else { readable(one) };
    Ok(print(&all.iter().map(shown).collect::<String>())?)
}

pub(crate) fn socket_error(data_dir: &Path, error: std::io::Error) -> RunError {
    RunError::io(&data_dir.join(crate::control::SOCKET), "connected to", error)
}

fn target_of(target: &InspectTarget) -> Target {
    match target.clone() {
        InspectTarget::Person { id, role: PersonRole::User } => Target::User { id },
        InspectTarget::Person { id, role: PersonRole::Customer } => Target::Customer { id },
        InspectTarget::Driver { id } => Target::Driver { id },
        InspectTarget::Campaign { id } => unreachable!("campaign {id} is no person and shown by itself"),
        InspectTarget::People(count) => Target::People { count },
        InspectTarget::Drivers(count) => Target::Drivers { count },
    }
}

fn from_store(data_dir: &Path, target: &Target) -> Result<Value, RunError> {
    let world = StoredWorld::look(data_dir)?;
    let town = world.town()?;
    let whom = match target {
        Target::People { .. } | Target::Drivers { .. } => sample(&town, target),
        one => find(&town, one).map(|whom| vec![whom]),
    };
    let mut shards: BTreeMap<u32, Shard> = BTreeMap::new();
    let mut views = Vec::new();
    for one in whom? {
        let index = shard_of(&town, one);
        if !shards.contains_key(&index) {
            shards.clear();
            shards.insert(index, load_shard(&town, index, &world.store, world.meta.time)?);
        }
        views.push(view(&town, &shards[&index], one)?);
    }
    Ok(Value::Array(views))
}

/// Finds the one person or driver.
///
/// # Errors
/// When there is nobody of that name.
pub(crate) fn find(town: &Town, target: &Target) -> Result<Watched, RequestError> {
    let found = match target {
        Target::User { id } | Target::Customer { id } => {
            town.find_person(id).map(|(person, generation)| Watched::Account(person, generation))
        }
        Target::Driver { id } => town.find_driver(id).map(Watched::Driver),
        Target::People { .. } | Target::Drivers { .. } => None,
    };
    found.ok_or_else(|| nobody(target))
}

pub(crate) fn nobody(target: &Target) -> RequestError {
    let (what, id, flag) = match target {
        Target::User { id } => ("user", id.as_str(), ""),
        Target::Customer { id } => ("customer", id.as_str(), ""),
        Target::Driver { id } => ("driver", id.as_str(), "driver "),
        Target::People { .. } | Target::Drivers { .. } => ("one", "", ""),
    };
    RequestError::unknown(format!(
        "there is no {what} {id:?} in this world: `populace inspect {flag}--sample 5` names some"
    ))
}

/// Some people or drivers, spread evenly over the whole world.
///
/// # Errors
/// When the target asks for one by name.
pub(crate) fn sample(town: &Town, target: &Target) -> Result<Vec<Watched>, RequestError> {
    match *target {
        Target::People { count } => {
            Ok(spread(count, town.scenario().world.people).map(|index| Watched::Person(PersonId(index))).collect())
        }
        Target::Drivers { count } => {
            Ok(spread(count, town.driver_count()).map(|index| Watched::Driver(DriverId(index))).collect())
        }
        _ => find(town, target).map(|one| vec![one]),
    }
}

/// The most that a sample shows, whoever asks.
const MOST: u32 = 10_000;

fn spread(count: u32, of: u32) -> impl Iterator<Item = u32> {
    let count = count.min(of).min(MOST);
    (0..count).map(move |n| (u64::from(n) * u64::from(of) / u64::from(count)) as u32)
}

/// The shard that an entity lives in.
pub(crate) fn shard_of(town: &Town, whom: Watched) -> u32 {
    match whom {
        Watched::Person(person) | Watched::Account(person, _) => town.shard_of_person(person),
        Watched::Driver(driver) => town.shard_of_driver(driver),
    }
}

/// What the shard says of an entity of its own.
///
/// # Errors
/// When the account that was asked for is closed, or nobody's yet.
pub(crate) fn view(town: &Town, shard: &Shard, whom: Watched) -> Result<Value, RequestError> {
    match whom {
        Watched::Person(person) => Ok(to_json(&shard.person_view(town, person))),
        Watched::Driver(driver) => Ok(to_json(&shard.driver_view(town, driver))),
        Watched::Account(person, generation) => match generation.cmp(&shard.generation_of(person)) {
            Ordering::Less => Err(closed(town, person, generation)),
            Ordering::Equal => Ok(to_json(&shard.person_view(town, person))),
            Ordering::Greater => Err(nobody(&Target::User { id: town.tenant_uuid(person, generation).to_string() })),
        },
    }
}

/// What is said of an account that is closed.
pub(crate) fn closed(town: &Town, person: PersonId, generation: u16) -> RequestError {
    let (uuid, at) = (town.tenant_uuid(person, generation), town.tenancy(person, generation).closes);
    let at = format_time(at);
    RequestError::gone(format!(
        "the account of user {uuid} was closed at {at}: `populace inspect --sample 5` names some that are open"
    ))
}

/// A view as indented lines, a blank line after it.
fn readable(view: &Value) -> String {
    let mut text = String::new();
    write_value(view, 0, &mut text);
    text.push('\n');
    text
}

fn write_value(value: &Value, depth: usize, text: &mut String) {
    let indent = "  ".repeat(depth);
    match value {
        Value::Object(fields) => {
            for (name, inner) in fields {
                text.push_str(&format!("{indent}{name}:"));
                write_inner(inner, depth, text);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| {
            text.push_str(&format!("{indent}-"));
            write_inner(item, depth, text);
        }),
        other => text.push_str(&format!("{indent}{}\n", plain(other))),
    }
}

/// A value behind its name: on the same line unless it holds further objects.
fn write_inner(value: &Value, depth: usize, text: &mut String) {
    match flat(value) {
        Some(line) => text.push_str(&format!(" {line}\n")),
        None => {
            text.push('\n');
            write_value(value, depth + 1, text);
        }
    }
}

fn flat(value: &Value) -> Option<String> {
    let leaf = |value: &Value| !value.is_object() && !value.is_array();
    match value {
        Value::Object(fields) if fields.values().all(leaf) && fields.len() <= 8 => {
            Some(fields.iter().map(|(name, value)| format!("{name} {}", plain(value))).collect::<Vec<_>>().join(", "))
        }
        Value::Array(items) if items.iter().all(leaf) => Some(items.iter().map(plain).collect::<Vec<_>>().join(", ")),
        other => leaf(other).then(|| plain(other)),
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "-".into(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn views_read_as_lines() {
        let view = json!({"user_id": "u", "home": {"lat": 1.5, "lon": 2}, "acts": [{"a": 1}, {"a": null}], "tags": ["x", "y"]});
        let expected = "user_id: u\nhome: lat 1.5, lon 2\nacts:\n  - a 1\n  - a -\ntags: x, y\n\n";
        assert_eq!(readable(&view), expected);
    }

    #[test]
    fn a_sample_is_spread_and_bounded() {
        assert_eq!(spread(3, 9).collect::<Vec<_>>(), [0, 3, 6]);
        assert_eq!(spread(10, 2).collect::<Vec<_>>(), [0, 1]);
        assert_eq!(spread(5, 0).count(), 0);
    }
}
