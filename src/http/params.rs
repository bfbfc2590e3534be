//! Requests as they come by HTTP, and what they mean: queries and bodies. Checks forms and ranges; what is true of the
//! world the desk knows.

use super::guard::{LONGEST_BODY, too_long};
use super::problem::Problem;
use crate::control::{Among, Listed, Page};
use axum::body::to_bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use chrono::DateTime;
use populace_sim::{CALENDAR_END, FraudKind, Persona, VehicleType, VirtualTime};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::ops::RangeInclusive;
use std::time::Duration;

/// Entries of a page, unless it is said.
const COUNT: u32 = 50;

/// How long a body may take to come: it has one packet or a few, and its sender holds room for requests.
const BODY: Duration = Duration::from_secs(5);

/// The instants that campaigns are looked for in, in seconds since 1970: from 1971 to the end of the calendar.
const INSTANTS: RangeInclusive<i64> = 31_536_000..=CALENDAR_END.seconds();

/// What stands behind `?`.
pub(super) struct QueryParams<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for QueryParams<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let understood = Query::try_from_uri(&parts.uri);
        understood
            .map(|Query(query)| QueryParams(query))
            .map_err(|error| Problem::unfit(format!("the query: {}", error.body_text())))
    }
}

/// Whom a path names.
pub(super) struct Named(pub(super) String);

impl<S: Send + Sync> FromRequestParts<S> for Named {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let name = Path::<String>::from_request_parts(parts, state).await;
        name.map(|Path(name)| Named(name)).map_err(|_| Problem::unfit("the name in the path is no text in UTF-8"))
    }
}

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        // A form of another site cannot have this type without asking first.
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
            let why = "the body is JSON, and says so: Content-Type: application/json";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
        }
        let read = tokio::time::timeout(BODY, to_bytes(request.into_body(), LONGEST_BODY)).await;
        let bytes = read.map_err(|_| too_slow())?.map_err(|_| too_long())?;
        serde_json::from_slice(&bytes).map(Body).map_err(|error| Problem::unfit(format!("the body: {error}")))
    }
}

fn too_slow() -> Problem {
    let why = format!("the body did not come within {} seconds", BODY.as_secs());
    Problem::new(StatusCode::REQUEST_TIMEOUT, why).with(header::CONNECTION, HeaderValue::from_static("close"))
}

/// Of people.
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

/// Of drivers.
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
    let count = asked.unwrap_or(COUNT);
    let fits = (1..=most).contains(&count);
    fits.then_some(count).ok_or_else(|| Problem::unfit(format!("count: give a whole number from 1 to {most}")))
}

/// A choice by a field of the view, where one was made.
fn chosen(field: &str, value: Option<Value>) -> Option<(String, String)> {
    let value = value?;
    Some((field.to_owned(), value.as_str().map_or_else(|| value.to_string(), str::to_owned)))
}

pub(super) fn word(value: impl serde::Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

impl People {
    pub(super) fn page(self, of: Listed) -> Result<Page, Problem> {
        let only = [
            chosen("persona", self.persona.map(word)),
            chosen("account_open", self.open.map(word)),
            chosen("under_attack", self.under_attack.map(word)),
        ];
        let only = only.into_iter().flatten().collect();
        Ok(Page { of, from: self.from.unwrap_or(0), count: count(self.count, 200)?, region: self.region, only })
    }
}

impl Drivers {
    pub(super) fn page(self, of: Listed) -> Result<Page, Problem> {
        let only = [chosen("status", self.status.map(word)), chosen("vehicle_type", self.vehicle_type.map(word))];
        let only = only.into_iter().flatten().collect();
        Ok(Page { of, from: self.from.unwrap_or(0), count: count(self.count, 200)?, region: self.region, only })
    }
}

/// Of campaigns.
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
    pub(super) fn among(self) -> Result<Among, Problem> {
        Ok(Among {
            from: self.from.as_deref().map(|text| instant("from", text)).transpose()?,
            to: self.to.as_deref().map(|text| instant("to", text)).transpose()?,
            kind: self.kind,
            region: self.region,
            skip: self.skip.unwrap_or(0),
            count: count(self.count, 1_000)?,
        })
    }
}

/// An instant of RFC 3339; one outside the time of all worlds is the nearest in it.
pub(super) fn instant(name: &str, text: &str) -> Result<VirtualTime, Problem> {
    let read = DateTime::parse_from_rfc3339(text)
        .map_err(|_| Problem::unfit(format!("{name}: write an instant as 2026-01-31T12:00:00Z")))?;
    let (first, last) = (INSTANTS.start() * 1_000_000, INSTANTS.end() * 1_000_000);
    Ok(VirtualTime::from_micros(read.timestamp_micros().clamp(first, last)))
}

/// Another speed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Speed {
    /// `max`, `realtime`, `catch-up` or a factor.
    pub(super) to: Value,
}

/// A rate.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rate {
    /// Events a second.
    pub(super) events_per_second: f64,
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
        assert_eq!((page.from, page.count, page.only), (7, COUNT, only.to_vec()));
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
