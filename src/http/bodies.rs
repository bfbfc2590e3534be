//! Orders as they come by HTTP: what is to be injected, and drifts that are to start. Checks forms and ranges; what is true of
//! the world the desk knows.

use super::params::{instant, word};
use super::problem::Problem;
use crate::cli::{Amount, DriftStart, InjectKind, Injection, When};
use crate::ops::drifts::{Blocks, shipped_drifts};
use populace_sim::{DriftKind, FraudKind, Persona, Span};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use std::ops::RangeInclusive;

/// How many victims a campaign may be given, and how much later than now something may begin.
const VICTIMS: RangeInclusive<u32> = 1..=10_000;
const AFTER: RangeInclusive<u32> = 1..=31_536_000;

/// How many drifts are started at once.
const MOST_DRIFTS: RangeInclusive<usize> = 1..=16;

/// Something that is to happen.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Inject {
    kind: InjectKind,
    #[serde(default, deserialize_with = "said")]
    user: Option<String>,
    #[serde(default, deserialize_with = "said")]
    amount: Option<String>,
    #[serde(default, deserialize_with = "whole")]
    count: Option<u32>,
    #[serde(default, deserialize_with = "whole")]
    within_seconds: Option<u32>,
    #[serde(default, deserialize_with = "whole")]
    victims: Option<u32>,
    #[serde(default, deserialize_with = "said")]
    region: Option<String>,
    #[serde(default, deserialize_with = "said")]
    at: Option<String>,
    #[serde(default, deserialize_with = "whole")]
    after_seconds: Option<u32>,
}

/// What is left out is left out; null is nothing that can be said.
fn said<'de, D: Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// A whole number, however JSON writes it: 5, 5.0 and 5e0 are the same.
fn whole<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    let number = f64::deserialize(from)?;
    let fits = (0.0..=f64::from(u32::MAX)).contains(&number) && number.fract() == 0.0;
    if fits { Ok(Some(number as u32)) } else { Err(D::Error::custom(format!("{number} is no whole number"))) }
}

/// When something begins; none where nothing was said.
fn when(at: Option<&str>, after_seconds: Option<u32>) -> Result<Option<When>, Problem> {
    match (at, after_seconds) {
        (None, None) => Ok(None),
        (Some(text), None) => instant("at", text).map(|at| Some(When::At(at))),
        (None, Some(seconds)) if AFTER.contains(&seconds) => {
            Ok(Some(When::After(Span::from_seconds(i64::from(seconds)))))
        }
        (None, Some(_)) => Err(Problem::refused("after_seconds: give 1 to 31,536,000 (a year)")),
        (Some(_), Some(_)) => Err(Problem::refused("it begins once: give at or after_seconds, not both")),
    }
}

/// Refuses what was given and has no meaning there.
fn refuse(given: bool, why: &str) -> Result<(), Problem> {
    if given { Err(Problem::refused(why)) } else { Ok(()) }
}

impl Inject {
    /// What is to be injected, and when it begins: an amount belongs to a single transaction, counts and spans to fraud
    /// against one person, victims and regions to a whole campaign.
    pub(super) fn injection(self) -> Result<(Injection, When), Problem> {
        let when = when(self.at.as_deref(), self.after_seconds)?.unwrap_or_default();
        let injection = match self.kind.fraud() {
            None => self.transaction()?,
            Some(kind) if self.victims.is_some() => self.campaign(kind)?,
            Some(kind) => self.episode(kind)?,
        };
        Ok((injection, when))
    }

    fn transaction(self) -> Result<Injection, Problem> {
        refuse(self.count.is_some(), "one transaction is a single one: leave the count out")?;
        refuse(self.within_seconds.is_some(), "one transaction is made at one instant: leave the span out")?;
        refuse(self.victims.is_some(), "one transaction is one person's: leave the victims out")?;
        refuse(self.region.is_some(), "the person lives where they live: leave the region out")?;
        let wrong = || Problem::unfit("amount: write digits with at most two decimals above 0, as in \"42.50\"");
        let amount = self.amount.as_deref().and_then(Amount::parse).ok_or_else(wrong)?;
        let nobody = || Problem::refused("this happens to one person, so a user is needed");
        Ok(Injection::Transaction { user: self.user.ok_or_else(nobody)?, amount })
    }

    fn campaign(self, kind: FraudKind) -> Result<Injection, Problem> {
        refuse(self.amount.is_some(), "a campaign chooses its amounts itself: leave the amount out")?;
        let of_one = self.user.is_some() || self.count.is_some() || self.within_seconds.is_some();
        refuse(of_one, "a whole campaign finds its victims and what it does to each: leave user, count and span out")?;
        refuse(!self.victims.is_some_and(|victims| VICTIMS.contains(&victims)), "victims: give 1 to 10,000")?;
        Ok(Injection::Campaign { kind, region: self.region, victims: self.victims })
    }

    fn episode(self, kind: FraudKind) -> Result<Injection, Problem> {
        refuse(self.amount.is_some(), "a campaign chooses its amounts itself: leave the amount out")?;
        refuse(self.region.is_some(), "a region belongs to a whole campaign: say how many victims it finds there")?;
        let unnamed = self.user.is_none() && self.kind.needs_user();
        refuse(unnamed, "this happens to one person, so a user is needed; or say how many victims there are")?;
        refuse(self.within_seconds == Some(0), "within_seconds: give 1 to 2,592,000 (30 days)")?;
        let within = self.within_seconds.map(|seconds| Span::from_seconds(i64::from(seconds)));
        Ok(Injection::Episode { kind, user: self.user, count: self.count, within })
    }
}

/// Drifts that are to start: all of a shipped scenario, or some that are stated.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drifts {
    #[serde(default, deserialize_with = "said")]
    scenario: Option<String>,
    #[serde(default, deserialize_with = "said")]
    drifts: Option<Vec<DriftBlock>>,
    #[serde(default, deserialize_with = "said")]
    at: Option<String>,
    #[serde(default, deserialize_with = "whole")]
    after_seconds: Option<u32>,
}

/// A `[[drift]]` block of a scenario.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct DriftBlock {
    key: String,
    kind: DriftKind,
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    width: Option<String>,
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    length: Option<String>,
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    period: Option<String>,
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    to: Option<f64>,
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    factor: Option<f64>,
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    share: Option<f64>,
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    #[serde(default, deserialize_with = "said", skip_serializing_if = "Option::is_none")]
    persona: Option<Persona>,
}

impl Drifts {
    /// What is to start.
    pub(super) fn start(self) -> Result<DriftStart, Problem> {
        let when = when(self.at.as_deref(), self.after_seconds)?;
        match (&self.scenario, &self.drifts) {
            (Some(name), None) if shipped_drifts(name).is_none() => {
                Err(Problem::unfit(format!("scenario: no drift {name:?} is shipped: {}", Blocks::shipped_near(name))))
            }
            (None, Some(drifts)) if !MOST_DRIFTS.contains(&drifts.len()) => {
                Err(Problem::refused("drifts: give 1 to 16 of them"))
            }
            (Some(_), Some(_)) | (None, None) => {
                Err(Problem::refused("give the scenario that is shipped or the drifts that start, and not both"))
            }
            _ => {
                let blocks = self.drifts.unwrap_or_default();
                let blocks = blocks.iter().filter_map(|block| word(block).as_object().cloned());
                Ok(DriftStart { scenario: self.scenario, drifts: blocks.collect(), when })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use populace_sim::VirtualTime;
    use serde_json::Value;

    #[test]
    fn numbers_are_whole_and_null_is_nothing_that_can_be_said() {
        let read = |text: &str| serde_json::from_str::<Inject>(text);
        let inject = read(r#"{"kind":"velocity","user":"x","count":5.0,"within_seconds":6e1}"#).expect("understood");
        assert_eq!((inject.count, inject.within_seconds), (Some(5), Some(60)));
        for wrong in ["\"count\":5.5", "\"count\":-1", "\"count\":null", "\"user\":null", "\"who\":1", "\"amount\":5"] {
            assert!(read(&format!("{{\"kind\":\"velocity\",{wrong}}}")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn an_injection_is_one_purchase_one_victim_or_a_campaign() {
        let asked = |rest: &str| {
            let body = format!("{{\"kind\":{rest}}}");
            serde_json::from_str::<Inject>(&body).expect("understood").injection()
        };
        let kind = FraudKind::StolenCard;
        let campaign = Injection::Campaign { kind, region: Some("tokyo".into()), victims: Some(9) };
        let later = When::After(Span::from_seconds(60));
        let found = asked("\"stolen-card\",\"victims\":9,\"region\":\"tokyo\",\"after_seconds\":60");
        assert_eq!(found.expect("fine"), (campaign, later));
        let at = asked("\"card-testing\",\"at\":\"2026-01-01T00:00:00Z\"").expect("fine").1;
        assert_eq!(at, When::At(VirtualTime::from_seconds(1_767_225_600)));
        for wrong in [
            "\"velocity\"",
            "\"velocity\",\"victims\":0",
            "\"velocity\",\"victims\":10001",
            "\"velocity\",\"victims\":3,\"user\":\"x\"",
            "\"velocity\",\"victims\":3,\"count\":4",
            "\"velocity\",\"user\":\"x\",\"region\":\"tokyo\"",
            "\"card-testing\",\"within_seconds\":0",
            "\"transaction\",\"user\":\"x\",\"amount\":\"5\",\"victims\":1",
            "\"card-testing\",\"at\":\"2026-01-01T00:00:00Z\",\"after_seconds\":5",
            "\"card-testing\",\"after_seconds\":0",
            "\"card-testing\",\"at\":\"tomorrow\"",
        ] {
            assert!(asked(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn drifts_are_shipped_or_stated() {
        let asked = |body: &str| {
            serde_json::from_str::<Drifts>(body).map_err(|_| ()).and_then(|one| one.start().map_err(|_| ()))
        };
        let shipped = asked(r#"{"scenario":"lockdown","after_seconds":60}"#).expect("fine");
        assert_eq!(
            (shipped.scenario.as_deref(), shipped.when),
            (Some("lockdown"), Some(When::After(Span::from_seconds(60))))
        );
        let stated = asked(r#"{"drifts":[{"key":"bank.fraud.rate","kind":"sudden","to":0.02}]}"#).expect("fine");
        let block = serde_json::json!({ "key": "bank.fraud.rate", "kind": "sudden", "to": 0.02 });
        assert_eq!((Value::Object(stated.drifts[0].clone()), stated.when), (block, None));
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
