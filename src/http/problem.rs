//! What is answered when a request is not: a status and a problem object (RFC 9457) with a sentence. Nothing of the
//! inside of the program or the machine gets into it.

use crate::control::{Reason, RequestError};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// An answer that says why there is none.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    detail: String,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Problem {
    /// With a sentence.
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Problem { status, detail: detail.into(), headers: Vec::new() }
    }

    /// The request makes no sense.
    pub(super) fn unfit(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::BAD_REQUEST, detail)
    }

    /// The request is understood, and what it asks for cannot be.
    pub(super) fn refused(detail: impl Into<String>) -> Self {
        Problem::new(StatusCode::UNPROCESSABLE_ENTITY, detail)
    }

    /// It may be tried again after so many seconds.
    pub(super) fn again_in(self, seconds: u16) -> Self {
        self.with(header::RETRY_AFTER, seconds.into())
    }

    /// With a header.
    pub(super) fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }
}

impl From<RequestError> for Problem {
    fn from(declined: RequestError) -> Self {
        let why = declined.why;
        match declined.reason {
            Reason::Unfit => Problem::refused(why),
            Reason::Unknown => Problem::new(StatusCode::NOT_FOUND, why),
            Reason::Gone => Problem::new(StatusCode::GONE, why),
            Reason::Busy => Problem::new(StatusCode::SERVICE_UNAVAILABLE, why).again_in(1),
            // The sentence names paths, which are nobody's business.
            Reason::Full => Problem::new(StatusCode::INSUFFICIENT_STORAGE, "the disk is full, so nothing was written"),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let title = self.status.canonical_reason().unwrap_or("Problem");
        let body = json!({
            "type": "about:blank", "title": title, "status": self.status.as_u16(), "detail": self.detail,
        });
        let mut response = (self.status, body.to_string()).into_response();
        let json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        for (name, value) in self.headers {
            response.headers_mut().append(name, value);
        }
        response
    }
}
