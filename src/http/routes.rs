//! Which path and method goes to which handler, and who stands before them all. The document of `openapi` lists the same;
//! a test compares them.

use super::guard::guard;
use super::problem::Problem;
use super::shared::Shared;
use super::{api, events, openapi, page, probes};
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{delete, get, post};

/// What the paths of the API begin with.
pub(super) const API: &str = "/api/v1";

/// Everything.
pub(super) fn all(shared: Shared) -> Router {
    guarded(Router::new().merge(page::routes()).merge(probes::routes()).nest(API, api_routes()), shared)
}

/// Probes and metrics alone.
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
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "there is nothing here: see /api/v1/openapi.json") })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this is asked by another method: see the header Allow")
        })
        .layer(from_fn_with_state(shared.clone(), guard))
        .with_state(shared)
}
