//! Probes of orchestrators: liveness, readiness and metrics. They need no token, except for metrics at the main address
//! if a separate one serves them.

use super::metrics;
use super::problem::Problem;
use super::shared::Shared;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;

pub(super) const HEALTH: &str = "/health";
pub(super) const READY: &str = "/ready";
pub(super) const METRICS: &str = "/metrics";

/// Returns whether a path is a probe.
pub(super) fn is_probe(path: &str) -> bool {
    [HEALTH, READY, METRICS].contains(&path)
}

/// Returns the routes.
pub(super) fn routes() -> Router<Shared> {
    Router::new().route(HEALTH, get(health)).route(READY, get(ready)).route(METRICS, get(metrics))
}

/// Answers the liveness probe: fails if a restart would help, but not while the world starts or waits for its sink.
async fn health(State(shared): State<Shared>) -> Response {
    if shared.common.handler.status().is_alive() {
        return json_answer(json!({ "status": "alive" }));
    }
    Problem::new(StatusCode::SERVICE_UNAVAILABLE, "run loop has not made progress for 5 minutes").into_response()
}

/// Answers the readiness probe: succeeds if new records reach the sink, or would if the clock were not paused.
async fn ready(State(shared): State<Shared>) -> Response {
    match shared.common.handler.status().not_ready_reason() {
        None => json_answer(json!({ "status": "ready" })),
        Some(why) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, why).retry_after(1).into_response(),
    }
}

async fn metrics(State(shared): State<Shared>) -> Response {
    let text = metrics::written(&shared.common).await;
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

fn json_answer(value: serde_json::Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}
