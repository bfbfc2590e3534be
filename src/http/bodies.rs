//! The bodies of requests that change a world. Must not depend on: a world.

use super::params::instant;
use super::problem::Problem;
use crate::ops::RequestError;
use crate::ops::drifts::{DriftBlock, DriftStart, shipped_drifts, shipped_names_near};
use crate::ops::inject::{InjectKind, InjectOptions, Injection, When};
use crate::pace::{Pace, PaceError};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::ops::RangeInclusive;

/// The number of drifts that a request may start.
const DRIFTS: RangeInclusive<usize> = 1..=16;

/// An injection.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Inject {
    kind: InjectKind,
    #[serde(default, deserialize_with = "not_null")]
    user: Option<String>,
    #[serde(default, deserialize_with = "not_null")]
    amount: Option<String>,
    #[serde(default, deserialize_with = "whole")]
    count: Option<u32>,
    #[serde(default, deserialize_with = "whole")]
    within_seconds: Option<u32>,
    #[serde(default, deserialize_with = "whole")]
    victims: Option<u32>,
    #[serde(default, deserialize_with = "not_null")]
    region: Option<String>,
    #[serde(default, deserialize_with = "not_null")]
    at: Option<String>,
    #[serde(default, deserialize_with = "whole")]
    after_seconds: Option<u32>,
}

/// Reads a field that may be absent and must not be null.
fn not_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// Reads a whole number in any form of JSON: 5, 5.0 and 5e0 are the same.
fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    let number = f64::deserialize(from)?;
    let fits = (0.0..=f64::from(u32::MAX)).contains(&number) && number.fract() == 0.0;
    if fits { Ok(Some(number as u32)) } else { Err(D::Error::custom(format!("{number} is not a whole number"))) }
}

/// Returns the beginning of an injection or of drifts; `None` if neither field is given.
fn when(at: Option<&str>, after_seconds: Option<u32>) -> Result<Option<When>, Problem> {
    match (at, after_seconds) {
        (None, None) => Ok(None),
        (Some(text), None) => instant("at", text).map(|at| Some(When::At(at))),
        (None, Some(seconds)) => Ok(Some(When::after_seconds(seconds).map_err(RequestError::Inject)?)),
        (Some(_), Some(_)) => Err(Problem::unprocessable("`at` and `after_seconds` are mutually exclusive")),
    }
}

impl Inject {
    /// Returns the injection, and when it begins.
    pub(super) fn injection(self) -> Result<(Injection, When), Problem> {
        let when = when(self.at.as_deref(), self.after_seconds)?.unwrap_or_default();
        let injection = self.options().validate().map_err(RequestError::Inject)?;
        Ok((injection, when))
    }

    fn options(self) -> InjectOptions {
        InjectOptions {
            kind: self.kind,
            user: self.user,
            amount: self.amount,
            count: self.count,
            within_seconds: self.within_seconds,
            victims: self.victims,
            region: self.region,
        }
    }
}

/// Drifts to start: all of a shipped scenario, or blocks.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StartDrifts {
    #[serde(default, deserialize_with = "not_null")]
    scenario: Option<String>,
    #[serde(default, deserialize_with = "blocks")]
    drifts: Option<Vec<DriftBlock>>,
    #[serde(default, deserialize_with = "not_null")]
    at: Option<String>,
    #[serde(default, deserialize_with = "whole")]
    after_seconds: Option<u32>,
}

/// Reads `[[drift]]` blocks, and checks their form.
fn blocks<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Vec<DriftBlock>>, D::Error> {
    let blocks: Vec<DriftBlock> = Vec::deserialize(from)?;
    blocks.iter().try_for_each(DriftBlock::check_form).map_err(D::Error::custom)?;
    Ok(Some(blocks))
}

impl StartDrifts {
    /// Returns the drifts to start.
    pub(super) fn start(self) -> Result<DriftStart, Problem> {
        let when = when(self.at.as_deref(), self.after_seconds)?;
        match (&self.scenario, &self.drifts) {
            (Some(name), None) if shipped_drifts(name).is_none() => {
                let near = shipped_names_near(name);
                Err(Problem::bad_request(format!("scenario: no shipped drift scenario {name:?}: {near}")))
            }
            (None, Some(drifts)) if !DRIFTS.contains(&drifts.len()) => {
                Err(Problem::unprocessable("drifts: give 1 to 16"))
            }
            (Some(_), Some(_)) => Err(Problem::unprocessable("`scenario` and `drifts` are mutually exclusive")),
            (None, None) => Err(Problem::unprocessable("`scenario` or `drifts` is required")),
            _ => Ok(DriftStart { scenario: self.scenario, drifts: self.drifts.unwrap_or_default(), when }),
        }
    }
}

/// A speed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Speed {
    /// `max`, `realtime`, `catch-up` or a factor.
    to: Value,
}

impl Speed {
    /// Returns the pace.
    pub(super) fn pace(&self) -> Result<Pace, PaceError> {
        self.to.as_str().map_or_else(|| Pace::speed(&self.to.to_string()), Pace::speed)
    }
}

/// A rate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rate {
    /// Events per second.
    pub(super) events_per_second: f64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::field_name;
    use crate::ops::inject::InjectField;
    use crate::ops::inject::tests::{Meaning, TABLE, meaning};
    use populace_sim::{Span, VirtualTime};
    use serde_json::json;

    #[test]
    fn numbers_are_whole_and_null_is_refused() {
        let read = |text: &str| serde_json::from_str::<Inject>(text);
        let inject = read(r#"{"kind":"velocity","user":"x","count":5.0,"within_seconds":6e1}"#).expect("understood");
        assert_eq!((inject.count, inject.within_seconds), (Some(5), Some(60)));
        for wrong in ["\"count\":5.5", "\"count\":-1", "\"count\":null", "\"user\":null", "\"who\":1", "\"amount\":5"] {
            assert!(read(&format!("{{\"kind\":\"velocity\",{wrong}}}")).is_err(), "{wrong}");
        }
    }

    fn injected(kind: &str, fields: &[(&str, Value)]) -> Result<(Injection, When), Problem> {
        let mut body = json!({ "kind": kind });
        fields.iter().for_each(|(name, value)| body[*name] = value.clone());
        serde_json::from_value::<Inject>(body).expect("the form is right").injection()
    }

    #[test]
    fn fields_mean_what_the_operation_says() {
        for (kind, fields, wanted) in TABLE {
            let value = |field, text: &str| match field {
                InjectField::Count | InjectField::Within | InjectField::Victims => text.parse::<u32>().unwrap().into(),
                _ => Value::from(text),
            };
            let named: Vec<(&str, Value)> = fields
                .iter()
                .map(|(field, text)| (field_name(*field).trim_matches('`'), value(*field, text)))
                .collect();
            let mut body = json!({ "kind": kind });
            named.iter().for_each(|(name, value)| body[*name] = value.clone());
            let options = serde_json::from_value::<Inject>(body).expect("the form is right").options();
            assert_eq!(meaning(&options.validate()), wanted, "{kind} {fields:?}");
            if let Meaning::Refused(field) = wanted {
                let problem = injected(kind, &named).expect_err("refused").to_string();
                assert!(problem.starts_with(&format!("422 {}", field_name(field))), "{problem}");
            }
        }
    }

    #[test]
    fn an_injection_begins_at_once_later_or_at_an_instant() {
        let when = |fields: &[(&str, Value)]| injected("card-testing", fields).map(|(_, when)| when).ok();
        assert_eq!(when(&[]), Some(When::AtOnce));
        assert_eq!(when(&[("after_seconds", 60.into())]), Some(When::After(Span::from_seconds(60))));
        let at = When::At(VirtualTime::from_seconds(1_767_225_600));
        assert_eq!(when(&[("at", "2026-01-01T00:00:00Z".into())]), Some(at));
        assert_eq!(when(&[("at", "2026-01-01T00:00:00Z".into()), ("after_seconds", 5.into())]), None);
        assert_eq!([when(&[("after_seconds", 0.into())]), when(&[("at", "tomorrow".into())])], [None, None]);
    }

    #[test]
    fn drifts_are_shipped_or_stated() {
        let asked = |body: &str| {
            serde_json::from_str::<StartDrifts>(body).map_err(|_| ()).and_then(|one| one.start().map_err(|_| ()))
        };
        let shipped = asked(r#"{"scenario":"lockdown","after_seconds":60}"#).expect("fine");
        assert_eq!(
            (shipped.scenario.as_deref(), shipped.when),
            (Some("lockdown"), Some(When::After(Span::from_seconds(60))))
        );
        let stated = asked(r#"{"drifts":[{"key":"bank.fraud.rate","kind":"sudden","to":0.02}]}"#).expect("fine");
        let block = serde_json::json!({ "key": "bank.fraud.rate", "kind": "sudden", "to": 0.02 });
        assert_eq!((serde_json::to_value(&stated.drifts[0]).expect("JSON"), stated.when), (block, None));
        for wrong in [
            "{}",
            r#"{"drifts":[]}"#,
            r#"{"scenario":"lockup"}"#,
            r#"{"scenario":null}"#,
            r#"{"scenario":"lockdown","drifts":[{"key":"a","kind":"sudden"}]}"#,
            r#"{"drifts":[{"key":"a","kind":"sudden","who":1}]}"#,
            r#"{"drifts":[{"key":"a","kind":"quick"}]}"#,
        ] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
    }
}
