//! The parameters of queries and paths. Must not depend on: a world.

use super::problem::Problem;
use crate::ops::campaigns::CampaignQuery;
use crate::ops::pagination::{Listed, MAX_PAGE, PageRequest};
use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use chrono::DateTime;
use populace_sim::{CALENDAR_END, FraudKind, Persona, VehicleType, VirtualTime};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::ops::RangeInclusive;

/// The default number of entries of a page.
const DEFAULT_COUNT: u32 = 50;

/// The most campaigns of a page.
const MAX_CAMPAIGNS: u32 = 1_000;

/// The instants of all worlds, in Unix seconds: from 1971 to the end of the calendar.
const INSTANTS: RangeInclusive<i64> = 31_536_000..=CALENDAR_END.seconds();

/// The parameters of a query string.
pub(super) struct QueryParams<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for QueryParams<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let understood = Query::try_from_uri(&parts.uri);
        understood
            .map(|Query(query)| QueryParams(query))
            .map_err(|error| Problem::bad_request(format!("invalid query: {}", error.body_text())))
    }
}

/// The name in a path.
pub(super) struct Named(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let name = Path::<String>::from_request_parts(parts, state).await;
        name.map(|Path(name)| Named(name)).map_err(|_| Problem::bad_request("the name in the path is not UTF-8"))
    }
}

/// The query of a profile.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct AsOf {
    at: Option<String>,
}

impl AsOf {
    /// Returns the past instant, if there is one.
    pub(super) fn instant(&self) -> Result<Option<VirtualTime>, Problem> {
        self.at.as_deref().map(|text| instant("at", text)).transpose()
    }
}

/// The query for people.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct People {
    from: Option<u32>,
    count: Option<u32>,
    region: Option<String>,
    persona: Option<Persona>,
    open: Option<bool>,
    under_attack: Option<bool>,
}

/// The query for drivers.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drivers {
    from: Option<u32>,
    count: Option<u32>,
    region: Option<String>,
    status: Option<populace_sim::Status>,
    vehicle_type: Option<VehicleType>,
}

fn count(asked: Option<u32>, most: u32) -> Result<u32, Problem> {
    let count = asked.unwrap_or(DEFAULT_COUNT);
    let fits = (1..=most).contains(&count);
    fits.then_some(count).ok_or_else(|| Problem::bad_request(format!("count: give a whole number from 1 to {most}")))
}

/// Returns the filter by a field; `None` if no value is given.
fn filter(field: &str, value: Option<Value>) -> Option<(String, String)> {
    let value = value?;
    Some((field.to_owned(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
}

fn word(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

impl People {
    pub(super) fn page(self, of: Listed) -> Result<PageRequest, Problem> {
        let only = [
            filter("persona", self.persona.map(word)),
            filter("account_open", self.open.map(word)),
            filter("under_attack", self.under_attack.map(word)),
        ];
        let only = only.into_iter().flatten().collect();
        Ok(PageRequest {
            of,
            from: self.from.unwrap_or(0),
            count: count(self.count, MAX_PAGE)?,
            region: self.region,
            only,
        })
    }
}

impl Drivers {
    pub(super) fn page(self, of: Listed) -> Result<PageRequest, Problem> {
        let only = [filter("status", self.status.map(word)), filter("vehicle_type", self.vehicle_type.map(word))];
        let only = only.into_iter().flatten().collect();
        Ok(PageRequest {
            of,
            from: self.from.unwrap_or(0),
            count: count(self.count, MAX_PAGE)?,
            region: self.region,
            only,
        })
    }
}

/// The query for campaigns.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Campaigns {
    from: Option<String>,
    to: Option<String>,
    kind: Option<FraudKind>,
    region: Option<String>,
    skip: Option<u32>,
    count: Option<u32>,
}

impl Campaigns {
    pub(super) fn query(self) -> Result<CampaignQuery, Problem> {
        Ok(CampaignQuery {
            from: self.from.as_deref().map(|text| instant("from", text)).transpose()?,
            to: self.to.as_deref().map(|text| instant("to", text)).transpose()?,
            kind: self.kind,
            region: self.region,
            skip: self.skip.unwrap_or(0),
            count: count(self.count, MAX_CAMPAIGNS)?,
        })
    }
}

/// Parses an RFC 3339 instant, clamped to those of all worlds.
pub(super) fn instant(name: &str, text: &str) -> Result<VirtualTime, Problem> {
    let read = DateTime::parse_from_rfc3339(text)
        .map_err(|_| Problem::bad_request(format!("{name}: invalid instant; write it as 2026-01-31T12:00:00Z")))?;
    let (first, last) = (INSTANTS.start() * 1_000_000, INSTANTS.end() * 1_000_000);
    Ok(VirtualTime::from_micros(read.timestamp_micros().clamp(first, last)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_become_pages() {
        let query: Query<People> =
            Query::try_from_uri(&"/?persona=night-owl&open=true&from=7".parse().expect("a path")).expect("understood");
        let page = query.0.page(Listed::People).expect("fine");
        let only = [("persona", "night-owl"), ("account_open", "true")].map(|(a, b)| (a.to_owned(), b.to_owned()));
        assert_eq!((page.from, page.count, page.only), (7, DEFAULT_COUNT, only.to_vec()));
        for wrong in ["/?count=0", "/?count=201"] {
            let query: Query<People> = Query::try_from_uri(&wrong.parse().expect("a path")).expect("understood");
            assert!(query.0.page(Listed::People).is_err(), "{wrong}");
        }
        for wrong in ["/?from=-1", "/?persona=king", "/?who=me", "/?open=maybe"] {
            assert!(Query::<People>::try_from_uri(&wrong.parse().expect("a path")).is_err(), "{wrong}");
        }
    }

    #[test]
    fn instants_lie_in_the_time_of_worlds() {
        let seconds = |text| instant("from", text).map(VirtualTime::seconds).ok();
        assert_eq!(seconds("2026-01-01T00:00:00+01:00"), Some(1_767_222_000));
        assert_eq!(seconds("0001-01-01T00:00:00Z"), Some(*INSTANTS.start()));
        assert_eq!(seconds("9999-12-31T23:59:59.5Z"), Some(*INSTANTS.end()));
        assert_eq!([seconds("-1d"), seconds("2026-01-01"), seconds("")], [None; 3]);
    }
}
