//! The API document, OpenAPI 3.1, written by hand in `openapi.json`. Tests compare its names with those of the program.

use axum::http::header;
use axum::response::IntoResponse;

const DOCUMENT: &str = include_str!("openapi.json");

/// Returns the document.
pub(super) async fn served() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], DOCUMENT)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SHIPPED;
    use crate::ops::inject::InjectKind;
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
        assert_eq!(shipped, Value::from(drifts));
        let regions = &document["components"]["schemas"]["Weather"]["properties"]["regions"];
        let weather = WeatherKind::ALL.map(WeatherKind::name).map(Value::from).to_vec();
        assert_eq!(regions["items"]["properties"]["weather"]["enum"], Value::Array(weather));
    }

    #[test]
    fn every_kind_of_injection_is_described_by_its_shape() {
        let document = document();
        let all = document["components"]["schemas"]["Injection"]["oneOf"].as_array().expect("shapes");
        let kinds_of = |shape: &Value| -> Vec<InjectKind> {
            let kind = &shape["properties"]["kind"];
            let listed = match (kind["const"].as_str(), kind["enum"].as_array()) {
                (Some(name), _) => vec![Value::from(name)],
                (None, Some(names)) => names.clone(),
                (None, None) => names(&FraudKind::ALL),
            };
            let known = |name: &Value| InjectKind::parse(name.as_str().expect("a name")).expect("a kind");
            listed.iter().map(known).collect()
        };
        let takes = |shape: &Value, field: &str| !shape["properties"][field].is_null();
        let with = |field: &str| {
            let shapes = all.iter().filter(|shape| takes(shape, field));
            shapes.flat_map(kinds_of).map(InjectKind::name).collect::<Vec<_>>()
        };
        let sorted = |mut names: Vec<&'static str>| {
            names.sort_unstable();
            names
        };
        let kinds = || InjectKind::all().filter(|kind| kind.fraud().is_some());
        let campaigns = |kind: &InjectKind| kind.has_many_victims();
        let one_person = kinds().map(InjectKind::name).chain(["transaction"]).collect();
        assert_eq!(sorted(with("user")), sorted(one_person));
        assert_eq!(sorted(with("victims")), sorted(kinds().map(InjectKind::name).collect()));
        let in_region = kinds().chain(kinds().filter(campaigns)).map(InjectKind::name).collect();
        assert_eq!(sorted(with("region")), sorted(in_region), "any kind with victims, some without");
        assert_eq!(with("amount"), ["transaction"]);
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
