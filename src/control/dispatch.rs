//! Passes a request of the control socket to its operation, and turns the report into JSON.

use super::{Answer, Request, Whom};
use crate::ops::inspect::{Sample, Target};
use crate::ops::{RequestError, RequestHandler};
use crate::output::to_json;
use crate::pace::{Pace, PaceError};
use crate::run::ClockChange;
use serde::Serialize;
use serde_json::{Value, json};

/// Answers a request.
pub(super) async fn answer(handler: &RequestHandler, request: Request) -> Answer {
    match request {
        Request::Status => json_of(Ok(handler.status().report())),
        Request::Inspect { target, at } => inspect(handler, target, at.as_deref()).await,
        Request::Page { page } => json_of(handler.page(page).await),
        Request::World => json_of(handler.world().await),
        Request::Weather => json_of(handler.weather().await),
        Request::Traffic => json_of(handler.traffic().await),
        Request::InProgress => {
            let counts = handler.in_progress().await?;
            Ok(json!({ "visits": counts.visits, "trips": counts.trips }))
        }
        Request::Campaigns { query } => json_of(handler.campaigns(query).await),
        Request::Drifts => json_of(handler.drifts().await),
        Request::DriftStart { start } => json_of(handler.start_drifts(start).await),
        Request::DriftStop { ids } => json_of(handler.stop_drifts(ids).await),
        Request::Scenario => json_of(handler.scenario().await),
        Request::Sink => json_of(handler.sink().await),
        Request::Commands => json_of(handler.commands().await),
        Request::Command { command } => json_of(handler.command(command).await),
        Request::Inject { injection, when } => json_of(handler.inject(injection, when).await),
        Request::Pause => json_of(handler.set_clock(ClockChange::Pause).await),
        Request::Resume => json_of(handler.set_clock(ClockChange::Resume).await),
        Request::Speed { to } => json_of(handler.set_clock(ClockChange::Speed(speed(&to)?)).await),
        Request::Rate { events_per_second } => {
            json_of(handler.set_clock(ClockChange::Rate(Pace::rate(events_per_second)?)).await)
        }
        Request::Checkpoint => json_of(handler.checkpoint().await),
        Request::Fork { to, changes } => json_of(handler.fork(to, changes).await),
        Request::Stop => json_of(handler.stop().await),
    }
}

async fn inspect(handler: &RequestHandler, whom: Whom, at: Option<&str>) -> Answer {
    let target = match whom {
        Whom::People { .. } | Whom::Drivers { .. } if at.is_some() => {
            return Err(RequestError::Protocol("`at` is for one person or driver: leave it out".into()));
        }
        Whom::People { count } => return json_of(handler.sample(Sample::People(count)).await),
        Whom::Drivers { count } => return json_of(handler.sample(Sample::Drivers(count)).await),
        Whom::User { id } => Target::User { id },
        Whom::Customer { id } => Target::Customer { id },
        Whom::Driver { id } => Target::Driver { id },
    };
    match at {
        Some(at) => json_of(handler.inspect_at(&target, handler.instant(at)?).await),
        None => json_of(handler.inspect(&target).await.map(|(view, _)| view)),
    }
}

fn json_of(report: Result<impl Serialize, RequestError>) -> Answer {
    report.map(|report| to_json(&report))
}

/// Parses a speed: a name, or a factor as a number or a text.
fn speed(to: &Value) -> Result<Pace, PaceError> {
    to.as_str().map_or_else(|| Pace::speed(&to.to_string()), Pace::speed)
}
