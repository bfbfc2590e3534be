//! JSON bodies, bounded in size and time.

use super::guard::{MAX_BODY, too_long};
use super::problem::Problem;
use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderValue, StatusCode, header};
use serde::de::DeserializeOwned;
use std::time::Duration;

/// The time after which reading a body times out: it has a few packets at most, and its sender holds a place for requests.
const BODY_TIMEOUT: Duration = Duration::from_secs(5);

/// A JSON body.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        // A form of another site cannot send this type without a preflight request.
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json") {
            let why = "the body must be JSON, with Content-Type: application/json";
            return Err(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, why));
        }
        let read = tokio::time::timeout(BODY_TIMEOUT, to_bytes(request.into_body(), MAX_BODY)).await;
        let bytes = read.map_err(|_| too_slow())?.map_err(|_| too_long())?;
        serde_json::from_slice(&bytes).map(Body).map_err(|error| Problem::bad_request(format!("invalid body: {error}")))
    }
}

fn too_slow() -> Problem {
    let why = format!("timed out reading the body after {} seconds", BODY_TIMEOUT.as_secs());
    Problem::new(StatusCode::REQUEST_TIMEOUT, why).with(header::CONNECTION, HeaderValue::from_static("close"))
}
