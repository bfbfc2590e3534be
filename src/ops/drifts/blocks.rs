//! The `[[drift]]` blocks of requests and of shipped scenarios.

use crate::config::{SHIPPED, ShippedScenario};
use populace_sim::{DriftRules, nearest_names};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use toml::Table;

/// The prefix of the names of shipped drift scenarios.
const PREFIX: &str = "drift-";

/// The keys of a `[[drift]]` block.
const KEYS: [&str; 13] =
    ["id", "key", "kind", "at", "until", "width", "period", "length", "to", "factor", "share", "region", "persona"];

/// The value of a missing `at` when a block is parsed as a whole.
const NO_TIME: &str = "now";

/// A `[[drift]]` block of a request: the keys of [`populace_sim::DriftRules`], of which `at` is optional. The scenario
/// validates their values.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(transparent)]
pub struct DriftBlock(Map<String, Value>);

impl DriftBlock {
    /// Sets a key.
    pub fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    /// Checks the form: known keys with values of their types, none null. The scenario checks the values.
    ///
    /// # Errors
    /// A description of the fault in the form.
    pub fn check_form(&self) -> Result<(), String> {
        if let Some(unknown) = self.0.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(format!("unknown field `{unknown}`, expected one of {}", KEYS.join(", ")));
        }
        if let Some((key, _)) = self.0.iter().find(|(_, value)| value.is_null()) {
            return Err(format!("`{key}` is null; leave it out"));
        }
        let mut whole = self.0.clone();
        whole.entry("at").or_insert_with(|| NO_TIME.into());
        serde_json::from_value::<DriftRules>(Value::Object(whole)).map(drop).map_err(|error| error.to_string())
    }

    /// Returns the keys and values as TOML; null is left out.
    pub fn to_table(&self) -> Table {
        table_of(&self.0)
    }
}

fn table_of(map: &Map<String, Value>) -> Table {
    map.iter().filter_map(|(key, value)| Some((key.clone(), toml_of(value)?))).collect()
}

/// Returns a value as TOML, or `None` for null. TOML's whole numbers end at `i64::MAX`; larger ones become floats.
fn toml_of(value: &Value) -> Option<toml::Value> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(flag) => (*flag).into(),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => whole.into(),
            None => number.as_f64().unwrap_or(f64::NAN).into(),
        },
        Value::String(text) => text.as_str().into(),
        Value::Array(items) => items.iter().filter_map(toml_of).collect::<Vec<_>>().into(),
        Value::Object(map) => table_of(map).into(),
    })
}

impl<'de> Deserialize<'de> for DriftBlock {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Map::deserialize(from).map(DriftBlock)
    }
}

/// A file of drifts.
#[derive(Deserialize)]
struct DriftFileText {
    #[serde(default)]
    drift: Vec<DriftBlock>,
    #[serde(flatten)]
    others: BTreeMap<String, toml::Value>,
}

/// Returns the `[[drift]]` blocks of a text that contains nothing else.
///
/// # Errors
/// A description of the fault in the text.
pub fn blocks_of(text: &str) -> Result<Vec<DriftBlock>, String> {
    let read: DriftFileText = toml::from_str(text).map_err(|error| error.message().to_owned())?;
    if let Some(other) = read.others.keys().next() {
        return Err(format!("unexpected `{other}`: only [[drift]] blocks are allowed"));
    }
    if read.drift.is_empty() { Err("no [[drift]] block".to_owned()) } else { Ok(read.drift) }
}

/// Returns the shipped drift scenario of this name, with or without `drift-`.
pub fn shipped_drifts(name: &str) -> Option<&'static ShippedScenario> {
    let whole = if name.starts_with(PREFIX) { name.to_owned() } else { format!("{PREFIX}{name}") };
    ShippedScenario::named(&whole)
}

/// Returns the names of all shipped drift scenarios, without `drift-`.
pub fn shipped_names() -> impl Iterator<Item = &'static str> {
    SHIPPED.iter().filter_map(|shipped| shipped.name.strip_prefix(PREFIX))
}

/// Returns a suggestion for a name that no shipped scenario has.
pub fn shipped_names_near(name: &str) -> String {
    let near = nearest_names(name.strip_prefix(PREFIX).unwrap_or(name), shipped_names());
    match near.first() {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}", shipped_names().collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn form(block: Value) -> Result<(), String> {
        serde_json::from_value::<DriftBlock>(block).expect("an object").check_form()
    }

    #[test]
    fn the_form_of_a_block_is_that_of_a_scenario() {
        let whole = json!({ "id": "a", "key": "bank.fraud.rate", "kind": "sudden", "at": "+3d", "until": "+4d",
            "width": "1d", "period": "9d", "length": "2d", "to": 0.02, "factor": 2.0, "share": 0.5, "region": "tokyo",
            "persona": "student" });
        assert_eq!(whole.as_object().map(serde_json::Map::len), Some(KEYS.len()));
        assert_eq!(form(whole.clone()), Ok(()));
        let rules: DriftRules = serde_json::from_value(whole.clone()).expect("a block");
        assert_eq!(
            serde_json::to_value(rules).expect("plain data").as_object().map(serde_json::Map::len),
            Some(KEYS.len())
        );
        for wrong in [
            json!({ "key": "a", "kind": "sudden", "who": 1 }),
            json!({ "key": "a", "kind": "quick" }),
            json!({ "key": "a", "kind": "sudden", "id": null }),
            json!({ "key": "a", "kind": "sudden", "to": "much" }),
            json!({ "key": "a", "kind": "sudden", "persona": "king" }),
            json!({ "kind": "sudden" }),
        ] {
            assert!(form(wrong.clone()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_block_as_toml_has_its_values() {
        let block: DriftBlock = serde_json::from_value(
            json!({ "key": "a", "to": 2, "factor": 0.5, "share": u64::MAX, "id": null, "x": [1] }),
        )
        .expect("an object");
        let expected = "factor = 0.5\nkey = \"a\"\nshare = 1.8446744073709552e19\nto = 2\nx = [1]\n";
        assert_eq!(block.to_table(), expected.parse().expect("TOML"));
    }
}
