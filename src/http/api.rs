//! The handlers of the API: each parses a request, passes it to its operation and returns the report as JSON.

use super::bodies::{Inject, Rate, Speed, StartDrifts};
use super::body::Body;
use super::params::{AsOf, Campaigns, Drivers, Named, People, QueryParams};
use super::problem::Problem;
use super::shared::Shared;
use crate::ops::RequestError;
use crate::ops::inspect::Target;
use crate::ops::pagination::Listed;
use crate::output::to_json;
use crate::pace::Pace;
use crate::run::{ClockChange, EntityView};
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use populace_sim::format_time;
use serde::Serialize;
use serde_json::json;

type Outcome = Result<Response, Problem>;

fn answer(report: &impl Serialize) -> Outcome {
    // Converts by way of a JSON value, in which numbers of single precision have the digits of double precision, as on
    // the control socket.
    let text = to_json(report).to_string();
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

fn answered(report: Result<impl Serialize, RequestError>) -> Outcome {
    answer(&report?)
}

pub(super) async fn status(State(shared): State<Shared>) -> Outcome {
    let mut status = to_json(&shared.common.handler.status().report());
    // The text of a broker's error may contain private paths or addresses.
    if let Some(away) = status["sink_away"].as_object_mut() {
        away.remove("why");
    }
    let rates = shared.common.rates();
    status["events_per_second"] = json!(rates.events.iter().sum::<f64>().round());
    status["virtual_seconds_per_second"] = json!((rates.speed * 1_000.0).round() / 1_000.0);
    answer(&status)
}

pub(super) async fn world(State(shared): State<Shared>) -> Outcome {
    answered(shared.common.handler.world().await)
}

pub(super) async fn weather(State(shared): State<Shared>) -> Outcome {
    answered(shared.common.handler.weather().await)
}

pub(super) async fn traffic(State(shared): State<Shared>) -> Outcome {
    answered(shared.common.handler.traffic().await)
}

pub(super) async fn drifts(State(shared): State<Shared>) -> Outcome {
    answered(shared.common.handler.drifts().await)
}

pub(super) async fn campaigns(State(shared): State<Shared>, QueryParams(query): QueryParams<Campaigns>) -> Outcome {
    answered(shared.common.handler.campaigns(query.query()?).await)
}

pub(super) async fn people(State(shared): State<Shared>, QueryParams(query): QueryParams<People>) -> Outcome {
    answered(shared.common.handler.page(query.page(Listed::People)?).await)
}

pub(super) async fn drivers(State(shared): State<Shared>, QueryParams(query): QueryParams<Drivers>) -> Outcome {
    answered(shared.common.handler.page(query.page(Listed::Drivers)?).await)
}

type Moment = QueryParams<AsOf>;

pub(super) async fn person(State(shared): State<Shared>, Named(id): Named, moment: Moment) -> Outcome {
    profile(&shared, Target::User { id }, moment).await
}

pub(super) async fn customer(State(shared): State<Shared>, Named(id): Named, moment: Moment) -> Outcome {
    profile(&shared, Target::Customer { id }, moment).await
}

pub(super) async fn driver(State(shared): State<Shared>, Named(id): Named, moment: Moment) -> Outcome {
    profile(&shared, Target::Driver { id }, moment).await
}

#[derive(Serialize)]
struct ProfileReport {
    virtual_now: String,
    profile: EntityView,
}

async fn profile(shared: &Shared, target: Target, QueryParams(moment): Moment) -> Outcome {
    let handler = &shared.common.handler;
    let (profile, at) = match moment.instant()? {
        Some(at) => (handler.inspect_at(&target, at).await?, at),
        None => handler.inspect(&target).await?,
    };
    answer(&ProfileReport { virtual_now: format_time(at), profile })
}

pub(super) async fn pause(State(shared): State<Shared>) -> Outcome {
    answered(shared.common.handler.set_clock(ClockChange::Pause).await)
}

pub(super) async fn resume(State(shared): State<Shared>) -> Outcome {
    answered(shared.common.handler.set_clock(ClockChange::Resume).await)
}

pub(super) async fn checkpoint(State(shared): State<Shared>) -> Outcome {
    answered(shared.common.handler.checkpoint().await)
}

pub(super) async fn stop(State(shared): State<Shared>) -> Outcome {
    answered(shared.common.handler.stop().await)
}

pub(super) async fn speed(State(shared): State<Shared>, Body(body): Body<Speed>) -> Outcome {
    let pace = body.pace().map_err(RequestError::Pace)?;
    answered(shared.common.handler.set_clock(ClockChange::Speed(pace)).await)
}

pub(super) async fn rate(State(shared): State<Shared>, Body(body): Body<Rate>) -> Outcome {
    let pace = Pace::rate(body.events_per_second).map_err(RequestError::Pace)?;
    answered(shared.common.handler.set_clock(ClockChange::Rate(pace)).await)
}

pub(super) async fn inject(State(shared): State<Shared>, Body(body): Body<Inject>) -> Outcome {
    let (injection, when) = body.injection()?;
    answered(shared.common.handler.inject(injection, when).await)
}

pub(super) async fn start_drifts(State(shared): State<Shared>, Body(body): Body<StartDrifts>) -> Outcome {
    answered(shared.common.handler.start_drifts(body.start()?).await)
}

pub(super) async fn stop_drift(State(shared): State<Shared>, Named(id): Named) -> Outcome {
    answered(shared.common.handler.stop_drifts(vec![id]).await)
}
