//! Pages of people and drivers in the order of their numbers: who is on one, and what is shown of each in short. Gets
//! views from whoever has them; looks at a bounded number of them, since the world waits meanwhile.

use crate::control::{Answer, Listed, Page, RequestError};
use crate::ops::queries;
use crate::status::Watched;
use populace_sim::{DriverId, PersonId, Town, VirtualTime, format_time};
use serde_json::{Map, Value, json};
use std::ops::Range;

/// The most that a page has.
const MOST: u32 = 200;

/// The most that are looked at for a page.
const LOOKED_AT: u32 = 500;

/// What is shown of a person in short, and may be asked for.
const OF_PERSON: [&str; 12] = [
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

/// What is shown of a driver in short, and may be asked for.
const OF_DRIVER: [&str; 8] =
    ["driver_id", "vehicle_id", "vehicle_type", "region", "place", "status", "rating", "trips"];

/// The page, at an instant.
///
/// # Errors
/// Where a region is unknown, or a field is asked for that is not shown.
pub(crate) fn page(town: &Town, now: VirtualTime, page: &Page, mut view: impl FnMut(Watched) -> Answer) -> Answer {
    let fields = fields(page)?;
    let all = numbers(town, page)?;
    let first = page.from.max(all.start);
    let (mut items, mut next) = (Vec::new(), None);
    for number in first..all.end {
        if items.len() as u32 == page.count.clamp(1, MOST) || number - first == LOOKED_AT {
            next = Some(number);
            break;
        }
        let seen = view(watched(page.of, number))?;
        if page.only.iter().all(|(field, wanted)| says(&seen[field.as_str()], wanted)) {
            items.push(short(number, &seen, fields));
        }
    }
    Ok(json!({ "virtual_now": format_time(now), "total": all.len(), "items": items, "next": next }))
}

fn watched(of: Listed, number: u32) -> Watched {
    match of {
        Listed::People => Watched::Person(PersonId(number)),
        Listed::Drivers => Watched::Driver(DriverId(number)),
    }
}

/// The numbers among which the page lies.
fn numbers(town: &Town, page: &Page) -> Result<Range<u32>, RequestError> {
    let local = page.region.as_deref().map(|name| queries::locality(town, name)).transpose()?;
    Ok(match (page.of, local) {
        (Listed::People, Some(local)) => local.people.clone(),
        (Listed::Drivers, Some(local)) => local.drivers.clone(),
        (Listed::People, None) => 0..town.scenario().world.people,
        (Listed::Drivers, None) => 0..town.driver_count(),
    })
}

fn fields(page: &Page) -> Result<&'static [&'static str], RequestError> {
    let fields: &[&str] = match page.of {
        Listed::People => &OF_PERSON,
        Listed::Drivers => &OF_DRIVER,
    };
    match page.only.iter().find(|(field, _)| !fields.contains(&field.as_str())) {
        Some((field, _)) => {
            Err(RequestError::unfit(format!("{field:?} is nothing to choose by: {}", fields.join(", "))))
        }
        None => Ok(fields),
    }
}

/// Whether a field has the value that is written so; lists and objects count as true. Nobody chooses by a number.
fn says(field: &Value, wanted: &str) -> bool {
    match (field, wanted) {
        (Value::String(text), _) => text == wanted,
        (Value::Null | Value::Bool(false), _) => wanted == "false",
        (Value::Bool(true) | Value::Object(_) | Value::Array(_), _) => wanted == "true",
        (Value::Number(_), _) => false,
    }
}

fn short(number: u32, seen: &Value, fields: &[&str]) -> Value {
    let mut short = Map::new();
    short.insert("number".into(), number.into());
    short.extend(fields.iter().map(|field| ((*field).to_owned(), seen[*field].clone())));
    Value::Object(short)
}

#[cfg(test)]
mod tests {
    use super::*;
    use populace_sim::Scenario;

    fn listed(page_of: &Page) -> Answer {
        let rules = "[world]\npeople = 1200\nstart = \"2026-01-01T00:00:00+00:00\"\n\
             [[region]]\npreset = \"houston\"\n[[region]]\npreset = \"tokyo\"";
        let town = Town::build(&Scenario::from_toml("test", rules).expect("valid")).expect("a town");
        let view = |whom| match whom {
            Watched::Person(PersonId(n)) => {
                Ok(json!({ "user_id": n, "persona": if n % 2 == 0 { "student" } else { "worker" } }))
            }
            other => panic!("{other:?} was not asked for"),
        };
        page(&town, town.start(), page_of, view)
    }

    fn people(from: u32, count: u32) -> Page {
        Page { of: Listed::People, from, count, region: None, only: Vec::new() }
    }

    #[test]
    fn pages_follow_each_other_to_the_end() {
        let first = listed(&people(0, 3)).expect("a page");
        assert_eq!((&first["next"], &first["total"]), (&json!(3), &json!(1_200)));
        assert_eq!(first["items"][2]["number"], 2);
        let last = listed(&people(1_199, 3)).expect("a page");
        assert_eq!((last["items"].as_array().map(Vec::len), &last["next"]), (Some(1), &Value::Null));
        let beyond = listed(&people(u32::MAX, 3)).expect("a page");
        assert_eq!(beyond["items"], json!([]));
        let tokyo = listed(&Page { region: Some("tokyo".into()), ..people(0, 1) }).expect("a page");
        assert_eq!((&tokyo["items"][0]["number"], &tokyo["total"]), (&json!(600), &json!(600)));
    }

    #[test]
    fn a_choice_looks_at_so_many_and_no_more() {
        let only = |value: &str| Page { only: vec![("persona".into(), value.into())], ..people(0, 200) };
        let students = listed(&only("student")).expect("a page");
        assert_eq!(students["items"].as_array().map(Vec::len), Some(200));
        let nobody = listed(&only("retired")).expect("a page");
        assert_eq!((&nobody["items"], &nobody["next"]), (&json!([]), &json!(LOOKED_AT)));
        let wrong = Page { only: vec![("wallet".into(), "x".into())], ..people(0, 5) };
        assert!(listed(&wrong).expect_err("refused").why.contains("persona"));
        assert!(listed(&Page { region: Some("rome".into()), ..people(0, 5) }).is_err());
    }
}
