//! The handlers of the API: each understands a request, has the desk answer it, and passes the answer on. No logic of
//! their own.

use super::bodies::{Drifts, Inject};
use super::params::{Body, Campaigns, Drivers, Named, People, QueryParams, Rate, Speed};
use super::problem::Problem;
use super::shared::Shared;
use crate::cli::{Injection, When};
use crate::control::{Listed, Reason, Request, RequestError, Target};
use crate::ops::queries;
use crate::status::RunStatus;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use populace_sim::format_time;
use serde_json::{Value, json};

type Outcome = Result<Response, Problem>;

fn answered(value: Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

async fn ask(shared: &Shared, request: Request) -> Outcome {
    Ok(answered(shared.common.desk.answer(request).await?))
}

pub(super) async fn status(State(shared): State<Shared>) -> Outcome {
    let mut status = shared.common.desk.answer(Request::Status).await?;
    // What a broker answers may name places that are nobody's business.
    if let Some(away) = status["sink_away"].as_object_mut() {
        away.remove("why");
    }
    let rates = shared.common.rates();
    status["events_per_second"] = json!(rates.events.iter().sum::<f64>().round());
    status["virtual_seconds_per_second"] = json!((rates.speed * 1_000.0).round() / 1_000.0);
    Ok(answered(status))
}

pub(super) async fn world(State(shared): State<Shared>) -> Outcome {
    ask(&shared, Request::World).await
}

pub(super) async fn weather(State(shared): State<Shared>) -> Outcome {
    ask(&shared, Request::Weather).await
}

pub(super) async fn traffic(State(shared): State<Shared>) -> Outcome {
    ask(&shared, Request::Traffic).await
}

pub(super) async fn drifts(State(shared): State<Shared>) -> Outcome {
    ask(&shared, Request::Drifts).await
}

pub(super) async fn campaigns(State(shared): State<Shared>, QueryParams(query): QueryParams<Campaigns>) -> Outcome {
    ask(&shared, Request::Campaigns { among: query.among()? }).await
}

pub(super) async fn people(State(shared): State<Shared>, QueryParams(query): QueryParams<People>) -> Outcome {
    ask(&shared, Request::Page { page: query.page(Listed::People)? }).await
}

pub(super) async fn drivers(State(shared): State<Shared>, QueryParams(query): QueryParams<Drivers>) -> Outcome {
    ask(&shared, Request::Page { page: query.page(Listed::Drivers)? }).await
}

pub(super) async fn person(State(shared): State<Shared>, Named(id): Named) -> Outcome {
    look(&shared, Target::User { id }).await
}

pub(super) async fn customer(State(shared): State<Shared>, Named(id): Named) -> Outcome {
    look(&shared, Target::Customer { id }).await
}

pub(super) async fn driver(State(shared): State<Shared>, Named(id): Named) -> Outcome {
    look(&shared, Target::Driver { id }).await
}

async fn look(shared: &Shared, target: Target) -> Outcome {
    let (view, at) = shared.common.desk.look(&target).await?;
    Ok(answered(json!({ "virtual_now": format_time(at), "profile": view })))
}

pub(super) async fn pause(State(shared): State<Shared>) -> Outcome {
    ask(&shared, Request::Pause).await
}

pub(super) async fn resume(State(shared): State<Shared>) -> Outcome {
    ask(&shared, Request::Resume).await
}

pub(super) async fn checkpoint(State(shared): State<Shared>) -> Outcome {
    ask(&shared, Request::Checkpoint).await
}

pub(super) async fn stop(State(shared): State<Shared>) -> Outcome {
    ask(&shared, Request::Stop).await
}

pub(super) async fn speed(State(shared): State<Shared>, Body(body): Body<Speed>) -> Outcome {
    ask(&shared, Request::Speed { to: body.to }).await
}

pub(super) async fn rate(State(shared): State<Shared>, Body(body): Body<Rate>) -> Outcome {
    ask(&shared, Request::Rate { events_per_second: body.events_per_second }).await
}

pub(super) async fn inject(State(shared): State<Shared>, Body(body): Body<Inject>) -> Outcome {
    let (injection, when) = body.injection()?;
    is_possible(shared.common.desk.status(), &injection, when)?;
    ask(&shared, Request::Inject { injection, when }).await
}

pub(super) async fn start_drifts(State(shared): State<Shared>, Body(body): Body<Drifts>) -> Outcome {
    let start = body.start()?;
    is_ahead(shared.common.desk.status(), start.when.unwrap_or_default())?;
    order(&shared, Request::DriftStart { start }).await
}

pub(super) async fn stop_drift(State(shared): State<Shared>, Named(id): Named) -> Outcome {
    order(&shared, Request::DriftStop { ids: vec![id] }).await
}

/// An order of drifts was understood when it gets here: what is still wrong with it, is so in this world.
async fn order(shared: &Shared, request: Request) -> Outcome {
    match shared.common.desk.answer(request).await {
        Ok(answer) => Ok(answered(answer)),
        Err(RequestError { reason: Reason::Unfit, why }) => Err(Problem::new(StatusCode::CONFLICT, why)),
        Err(declined) => Err(declined.into()),
    }
}

/// What the state of the world forbids has answers of its own; all else the run loop finds.
fn is_possible(status: &RunStatus, injection: &Injection, when: When) -> Result<(), Problem> {
    if let (Injection::Campaign { region: Some(region), .. }, Some(town)) = (injection, status.town()) {
        queries::locality(&town, region)?;
    }
    is_ahead(status, when)
}

fn is_ahead(status: &RunStatus, when: When) -> Result<(), Problem> {
    match (when, status.virtual_now()) {
        (When::At(at), Some(now)) if at < now => {
            let (at, now) = (format_time(at), format_time(now));
            Err(Problem::new(StatusCode::CONFLICT, format!("at: {at} is over, for this world has come to {now}")))
        }
        _ => Ok(()),
    }
}
