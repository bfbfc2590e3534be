//! Errors as responses: a status and a problem object (RFC 9457) with a sentence in the names of the API. It contains
//! no internals of the program or the machine.

use crate::ops::drifts::DriftOrderError;
use crate::ops::inject::{InjectError, InjectField};
use crate::ops::inspect::InspectError;
use crate::ops::{Reason, RequestError};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::fmt;

/// An error response.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    detail: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// The body of a problem.
#[derive(Serialize)]
struct ProblemReport<'a> {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: &'a str,
}

impl Problem {
    /// Returns a problem with a sentence.
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Problem { status, detail: detail.into(), headers: Vec::new() }
    }

    /// Returns the problem of a malformed request.
    pub(super) fn bad_request(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, detail)
    }

    /// Returns the problem of a well-formed request that is invalid.
    pub(super) fn unprocessable(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// Adds the seconds after which a retry may succeed.
    pub(super) fn retry_after(self, seconds: u16) -> Self {
        self.with(header::RETRY_AFTER, seconds.into())
    }

    /// Adds a header.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

/// Returns the name of a field of an injection in the API.
pub(super) fn field_name(field: InjectField) -> &'static str {
    match field {
        InjectField::User => "`user`",
        InjectField::Amount => "`amount`",
        InjectField::Count => "`count`",
        InjectField::Within => "`within_seconds`",
        InjectField::Victims => "`victims`",
        InjectField::Region => "`region`",
        InjectField::At => "`at`",
        InjectField::After => "`after_seconds`",
    }
}

impl From<RequestError> for Problem {
    fn from(error: RequestError) -> Self {
        let detail = match &error {
            RequestError::Inject(error) => error.describe(&field_name),
            RequestError::Drift(DriftOrderError::InPast { .. }) | RequestError::Inspect(InspectError::Past(_)) => {
                format!("`at`: {error}")
            }
            other => other.to_string(),
        };
        match &error {
            RequestError::Inject(InjectError::Amount { .. }) => Problem::bad_request(detail),
            RequestError::Inject(InjectError::Region(_)) => Problem::new(StatusCode::NOT_FOUND, detail),
            RequestError::Inspect(InspectError::Past(_))
            | RequestError::Inject(InjectError::InPast { .. })
            | RequestError::Drift(
                DriftOrderError::InPast { .. } | DriftOrderError::Scenario(_) | DriftOrderError::NotShipped { .. },
            ) => Problem::new(StatusCode::CONFLICT, detail),
            _ => of_reason(error.reason(), detail),
        }
    }
}

fn of_reason(reason: Reason, detail: String) -> Problem {
    match reason {
        Reason::Unfit => Problem::unprocessable(detail),
        Reason::Unknown => Problem::new(StatusCode::NOT_FOUND, detail),
        Reason::Gone => Problem::new(StatusCode::GONE, detail),
        Reason::Busy => Problem::new(StatusCode::SERVICE_UNAVAILABLE, detail).retry_after(1),
        // The sentence contains paths, which are private.
        Reason::Full => Problem::new(StatusCode::INSUFFICIENT_STORAGE, "the disk is full; nothing was written"),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}", self.status.as_u16(), self.detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Problem");
        let report = ProblemReport { kind: "about:blank", title, status: self.status.as_u16(), detail: &self.detail };
        let body = serde_json::to_string(&report).expect("a problem is plain data");
        let mut response = (self.status, body).into_response();
        let json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}
