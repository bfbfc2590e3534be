//! Pages of people and drivers in the order of their numbers, with the fields that a page shows. Reads a bounded number
//! of entities, since the world waits meanwhile. Must not depend on: faces.

use super::regions::{UnknownRegion, locality};
use crate::output::to_json;
use crate::run::{WorldAtRest, shard_of};
use crate::status::Watched;
use populace_sim::{DriverId, PersonId, Town, VirtualTime, format_time};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::ops::Range;

/// The maximum number of entries of a page.
pub const MAX_PAGE: u32 = 200;

/// The maximum number of entities that are read for a page.
const MAX_SCANNED: u32 = 500;

/// The fields of a person on a page, by which a page can be filtered.
const PERSON_FIELDS: [&str; 12] = [
    "user_id",
    "customer_id",
    "region",
    "currency",
    "persona",
    "home",
    "account_opened",
    "account_open",
    "riding",
    "under_attack",
    "transactions",
    "interactions",
];

/// The fields of a driver on a page, by which a page can be filtered.
const DRIVER_FIELDS: [&str; 8] =
    ["driver_id", "vehicle_id", "vehicle_type", "region", "place", "status", "rating", "trips"];

/// The kind of entities of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Listed {
    /// People.
    People,
    /// Drivers.
    Drivers,
}

/// A request for a page of people or drivers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageRequest {
    /// The kind of entities.
    pub of: Listed,
    /// The number at which the page begins, from 0.
    #[serde(default)]
    pub from: u32,
    /// The maximum number of entries, 1 to 200.
    pub count: u32,
    /// The name of the only region to list, if any.
    #[serde(default)]
    pub region: Option<String>,
    /// The fields and values that an entry must have.
    #[serde(default)]
    pub only: Vec<(String, String)>,
}

/// A page.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PageReport {
    virtual_now: String,
    total: usize,
    items: Vec<Value>,
    next: Option<u32>,
}

/// The reason why a page cannot be listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum PageError {
    /// The world does not have the region.
    #[error(transparent)]
    Region(#[from] UnknownRegion),
    /// A page cannot be filtered by the field.
    #[error("cannot filter by {field:?}: give one of {}", known.join(", "))]
    Field {
        /// The field.
        field: String,
        /// The fields that a page shows.
        known: Vec<String>,
    },
}

/// Returns a page of a running world.
///
/// # Errors
/// If a region is unknown, or a page cannot be filtered by a field.
pub fn page_at_rest(world: &mut WorldAtRest<'_>, request: &PageRequest) -> Result<PageReport, PageError> {
    let (town, now) = (world.town, world.now);
    page(town, now, request, |entity| {
        let shard = world.shard(shard_of(town, entity));
        match entity {
            Watched::Person(person) | Watched::Account(person, _) => to_json(&shard.person_brief(town, person)),
            Watched::Driver(driver) => to_json(&shard.driver_brief(town, driver)),
        }
    })
}

fn page(
    town: &Town,
    now: VirtualTime,
    request: &PageRequest,
    mut view: impl FnMut(Watched) -> Value,
) -> Result<PageReport, PageError> {
    let fields = fields(request)?;
    let all = numbers(town, request)?;
    let first = request.from.max(all.start);
    let (mut items, mut next) = (Vec::new(), None);
    for number in first..all.end {
        if items.len() as u32 == request.count.clamp(1, MAX_PAGE) || number - first == MAX_SCANNED {
            next = Some(number);
            break;
        }
        let seen = view(entity(request.of, number));
        if request.only.iter().all(|(field, wanted)| has_value(&seen[field.as_str()], wanted)) {
            items.push(brief(number, &seen, fields));
        }
    }
    Ok(PageReport { virtual_now: format_time(now), total: all.len(), items, next })
}

fn entity(of: Listed, number: u32) -> Watched {
    match of {
        Listed::People => Watched::Person(PersonId(number)),
        Listed::Drivers => Watched::Driver(DriverId(number)),
    }
}

/// Returns the range of numbers that the pages are taken from.
fn numbers(town: &Town, request: &PageRequest) -> Result<Range<u32>, UnknownRegion> {
    let local = request.region.as_deref().map(|name| locality(town, name)).transpose()?;
    Ok(match (request.of, local) {
        (Listed::People, Some(local)) => local.people.clone(),
        (Listed::Drivers, Some(local)) => local.drivers.clone(),
        (Listed::People, None) => 0..town.scenario().world.people,
        (Listed::Drivers, None) => 0..town.driver_count(),
    })
}

fn fields(request: &PageRequest) -> Result<&'static [&'static str], PageError> {
    let fields: &[&str] = match request.of {
        Listed::People => &PERSON_FIELDS,
        Listed::Drivers => &DRIVER_FIELDS,
    };
    match request.only.iter().find(|(field, _)| !fields.contains(&field.as_str())) {
        Some((field, _)) => {
            let known = fields.iter().map(|field| (*field).to_owned()).collect();
            Err(PageError::Field { field: field.clone(), known })
        }
        None => Ok(fields),
    }
}

/// Returns whether a field has the value with this text. Lists and objects count as true, null counts as false, and
/// numbers never match.
fn has_value(field: &Value, wanted: &str) -> bool {
    match (field, wanted) {
        (Value::String(text), _) => text == wanted,
        (Value::Null | Value::Bool(false), _) => wanted == "false",
        (Value::Bool(true) | Value::Object(_) | Value::Array(_), _) => wanted == "true",
        (Value::Number(_), _) => false,
    }
}

fn brief(number: u32, seen: &Value, fields: &[&str]) -> Value {
    let mut brief = Map::new();
    brief.insert("number".into(), number.into());
    brief.extend(fields.iter().map(|field| ((*field).to_owned(), seen[*field].clone())));
    Value::Object(brief)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn listed(request: &PageRequest) -> Result<PageReport, PageError> {
        let rules = "[world]\npeople = 1200\nstart = \"2026-01-01T00:00:00+00:00\"\n\
             [[region]]\npreset = \"houston\"\n[[region]]\npreset = \"tokyo\"";
        let town = Town::build(&populace_wire::scenario_from_toml("test", rules).expect("valid")).expect("a town");
        let view = |whom| match whom {
            Watched::Person(PersonId(n)) => {
                json!({ "user_id": n, "persona": if n % 2 == 0 { "student" } else { "worker" } })
            }
            other => panic!("{other:?} was not asked for"),
        };
        page(&town, town.start(), request, view)
    }

    fn people(from: u32, count: u32) -> PageRequest {
        PageRequest { of: Listed::People, from, count, region: None, only: Vec::new() }
    }

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let first = listed(&people(0, 3)).expect("a page");
        assert_eq!((first.next, first.total), (Some(3), 1_200));
        assert_eq!(first.items[2]["number"], 2);
        let last = listed(&people(1_199, 3)).expect("a page");
        assert_eq!((last.items.len(), last.next), (1, None));
        let beyond = listed(&people(u32::MAX, 3)).expect("a page");
        assert!(beyond.items.is_empty());
        let tokyo = listed(&PageRequest { region: Some("tokyo".into()), ..people(0, 1) }).expect("a page");
        assert_eq!((&tokyo.items[0]["number"], tokyo.total), (&json!(600), 600));
    }

    #[test]
    fn a_filter_scans_a_bounded_number() {
        let only = |value: &str| PageRequest { only: vec![("persona".into(), value.into())], ..people(0, 200) };
        let students = listed(&only("student")).expect("a page");
        assert_eq!(students.items.len(), 200);
        let nobody = listed(&only("retired")).expect("a page");
        assert_eq!((nobody.items.len(), nobody.next), (0, Some(MAX_SCANNED)));
        let wrong = PageRequest { only: vec![("wallet".into(), "x".into())], ..people(0, 5) };
        assert!(listed(&wrong).expect_err("refused").to_string().contains("persona"));
        assert!(listed(&PageRequest { region: Some("rome".into()), ..people(0, 5) }).is_err());
    }
}
