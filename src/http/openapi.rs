//! The document of the API, OpenAPI 3.1: written by hand in `openapi.json`, since what it promises should change only when
//! somebody means it. Tests hold its names against the program's.

use axum::http::header;
use axum::response::IntoResponse;

const DOCUMENT: &str = include_str!("openapi.json");

/// The document.
pub(super) async fn served() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::InjectKind;
    use crate::config::SHIPPED;
    use populace_sim::{DriftClass, DriftKind, FraudKind, Persona, Status, VehicleType, WeatherKind};
    use serde::Serialize;
    use serde_json::Value;

    fn document() -> Value {
        serde_json::from_str(DOCUMENT).expect("JSON")
    }

    fn names(all: &[impl Serialize]) -> Vec<Value> {
        all.iter().map(|one| serde_json::to_value(one).expect("plain data")).collect()
    }

    #[test]
    fn names_are_those_of_the_program() {
        let document = document();
        let listed = |name: &str| document["components"]["schemas"][name]["enum"].as_array().expect("names").clone();
        assert_eq!(listed("FraudKind"), names(&FraudKind::ALL));
        assert_eq!(listed("Persona"), names(&Persona::ALL));
        assert_eq!(listed("VehicleType"), names(&VehicleType::ALL));
        let status = [Status::Off, Status::Idle, Status::Busy, Status::Overtime, Status::Resting];
        assert_eq!(listed("DriverStatus"), names(&status));
        let drift = &document["components"]["schemas"]["Drift"]["properties"];
        assert_eq!(drift["kind"]["enum"], Value::from(DriftKind::NAMES.to_vec()));
        assert_eq!(drift["class"]["enum"], Value::from(DriftClass::NAMES.to_vec()));
        let block = &document["components"]["schemas"]["DriftBlock"]["properties"];
        assert_eq!(block["kind"], drift["kind"]);
        let shipped =
            document["components"]["schemas"]["DriftStart"]["oneOf"][0]["properties"]["scenario"]["enum"].clone();
        let drifts: Vec<&str> = SHIPPED.iter().filter_map(|one| one.name.strip_prefix("drift-")).collect();
        assert_eq!(shipped, Value::from(drifts.clone()));
        let page = include_str!("page/page.html");
        assert!(
            drifts.iter().all(|name| page.contains(&format!("<option value=\"{name}\">"))),
            "the page has them all"
        );
        let regions = &document["components"]["schemas"]["Weather"]["properties"]["regions"];
        let weather = WeatherKind::ALL.map(WeatherKind::name).map(Value::from).to_vec();
        assert_eq!(regions["items"]["properties"]["weather"]["enum"], Value::Array(weather));
    }

    #[test]
    fn every_kind_of_injection_is_described_once() {
        let document = document();
        let all = document["components"]["schemas"]["Injection"]["oneOf"].as_array().expect("kinds").clone();
        let of = |one: &Value| match &one["properties"]["kind"] {
            kind if kind["const"].is_string() => vec![kind["const"].clone()],
            kind => kind["enum"].as_array().expect("names").clone(),
        };
        let mut described: Vec<String> = all
            .iter()
            .filter(|one| one["properties"]["victims"].is_null())
            .flat_map(of)
            .map(|kind| kind.as_str().expect("a name").into())
            .collect();
        described.sort();
        let kinds = <InjectKind as clap::ValueEnum>::value_variants();
        let mut known: Vec<String> = names(kinds).iter().map(|kind| kind.as_str().expect("a name").into()).collect();
        known.sort();
        assert_eq!(described, known);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn walk(value: &Value, document: &Value) {
            match value {
                Value::Object(fields) => fields.iter().for_each(|(name, inner)| match inner.as_str() {
                    Some(path) if name == "$ref" => {
                        assert!(document.pointer(path.trim_start_matches('#')).is_some(), "{path}");
                    }
                    _ => walk(inner, document),
                }),
                Value::Array(items) => items.iter().for_each(|inner| walk(inner, document)),
                _ => {}
            }
        }
        walk(&document(), &document());
    }
}
