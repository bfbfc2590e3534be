//! The routes: which path and method goes to which handler, behind the guard. A test compares them with the API document.

use super::guard::guard;
use super::problem::Problem;
use super::shared::Shared;
use super::{api, events, openapi, page, probes};
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};

/// The prefix of the API paths.
pub(super) const API: &str = "/api/v1";

/// Returns all routes.
pub(super) fn all(shared: Shared) -> Router {
    guarded(Router::new().merge(page::routes()).merge(probes::routes()).nest(API, api_routes()), shared)
}

/// Returns the routes of probes and metrics.
pub(super) fn probes(shared: Shared) -> Router {
    guarded(probes::routes(), shared)
}

fn api_routes() -> Router<Shared> {
    Router::new()
        .route("/openapi.json", get(openapi::served))
        .route("/status", get(api::status))
        .route("/world", get(api::world))
        .route("/people", get(api::people))
        .route("/people/{id}", get(api::person))
        .route("/customers", get(api::people))
        .route("/customers/{id}", get(api::customer))
        .route("/drivers", get(api::drivers))
        .route("/drivers/{id}", get(api::driver))
        .route("/campaigns", get(api::campaigns))
        .route("/drifts", get(api::drifts).post(api::start_drifts))
        .route("/drifts/{id}", delete(api::stop_drift))
        .route("/weather", get(api::weather))
        .route("/traffic", get(api::traffic))
        .route("/events", get(events::events))
        .route("/pause", post(api::pause))
        .route("/resume", post(api::resume))
        .route("/speed", post(api::speed))
        .route("/rate", post(api::rate))
        .route("/checkpoint", post(api::checkpoint))
        .route("/inject", post(api::inject))
        .route("/stop", post(api::stop))
}

fn guarded(routes: Router<Shared>, shared: Shared) -> Router {
    routes
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "no such route; see /api/v1/openapi.json") })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method not allowed; see the Allow header")
        })
        .layer(from_fn_with_state(shared.clone(), guard))
        .with_state(shared)
}
