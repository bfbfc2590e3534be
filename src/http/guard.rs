//! Authorizes requests and adds headers to responses: hosts, origins, tokens, limits of rate, time and number, and the
//! security headers of browsers. Must not depend on: handlers.

use super::host::{Names, is_own};
use super::places::{Place, Share};
use super::probes;
use super::problem::Problem;
use super::shared::{Access, Shared};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use subtle::ConstantTimeEq;
use tracing::Instrument;

/// The time after which a request times out.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// The longest body of a request in bytes, the same as on the control socket.
pub(super) const MAX_BODY: usize = 64 * 1024;

/// The client of a request.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    /// Its address.
    pub(super) address: IpAddr,
    /// The place of its connection.
    pub(super) place: Arc<Place>,
}

/// The content security policy: a page loads from its own origin only.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The header that the page sends with each request to the API.
const PAGE_HEADER: &str = "x-populace-page";

/// The headers of every response.
const SECURITY_HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Authorizes the request and adds security headers to the response.
pub(super) async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    // Without the query: it may hold what no log should.
    let span = tracing::debug_span!("request", method = %request.method(), path = request.uri().path());
    respond(shared, request, next).instrument(span).await
}

async fn respond(shared: Shared, request: Request, next: Next) -> Response {
    let mut response = match admit(&shared, &request) {
        Ok(()) => answer(&shared, request, next).await,
        Err(problem) => problem.into_response(),
    };
    for (name, value) in SECURITY_HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    let status = response.status().as_u16();
    tracing::debug!(status, "request answered");
    shared.common.count(status);
    response
}

async fn answer(shared: &Shared, request: Request, next: Next) -> Response {
    // Probes are answered whatever the number of other requests.
    let is_probe = probes::is_probe(request.uri().path());
    let room = shared.common.room.try_acquire();
    if room.is_err() && !is_probe {
        let full = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many concurrent requests; retry shortly");
        return full.retry_after(1).into_response();
    }
    match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let why = "request timed out; it may still be applied";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, why).retry_after(5).into_response()
        }
    }
}

/// Returns an error if the request may not be answered.
fn admit(shared: &Shared, request: &Request) -> Result<(), Problem> {
    let path = request.uri().path();
    check_host(shared, request, probes::is_probe(path))?;
    check_origin(&shared.names, request.method(), request.headers())?;
    // Orchestrators are answered whatever the rate of other clients at their address, and whatever the number of
    // connections.
    if probes::is_probe(path) && path != probes::METRICS {
        return Ok(());
    }
    check_rate(shared, request)?;
    check_share(request)?;
    if path != probes::METRICS || shared.metrics == Access::Token {
        check_token(shared, request.headers())?;
        peer(request).into_iter().for_each(|peer| peer.place.admit());
    }
    check_length(request.headers())
}

fn peer(request: &Request) -> Option<&Peer> {
    request.extensions().get::<Peer>()
}

/// Refuses all but probes on a connection beyond the bound.
fn check_share(request: &Request) -> Result<(), Problem> {
    let is_full = peer(request).is_some_and(|peer| peer.place.share() == Share::Probes);
    if is_full && !probes::is_probe(request.uri().path()) {
        let full = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many connections; retry shortly");
        return Err(full.retry_after(1).with(header::CONNECTION, HeaderValue::from_static("close")));
    }
    Ok(())
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

fn check_host(shared: &Shared, request: &Request, is_probe: bool) -> Result<(), Problem> {
    let misdirected = |what: &str| {
        Problem::new(StatusCode::MISDIRECTED_REQUEST, format!("{what}: use the listen address or add --http-name"))
    };
    // Probes of a public address may be read under any name, as orchestrators do.
    if is_probe && !shared.names.is_loopback() {
        return Ok(());
    }
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (first, second) = (hosts.next(), hosts.next());
    let first = first.and_then(|host| host.to_str().ok()).filter(|_| second.is_none());
    let host = first.ok_or_else(|| Problem::bad_request("exactly one Host header is required"))?;
    let authority = request.uri().authority().map_or(host, |authority| authority.as_str());
    if shared.names.fit(host) && shared.names.fit(authority) { Ok(()) } else { Err(misdirected("unknown Host header")) }
}

/// Refuses cross-origin requests, by the headers in which browsers state the origin of a page. Only a navigation to a
/// document may come from another origin.
///
/// Behind a proxy the `Host` header need not be the host that the browser requested: its port is missing, or it is the
/// proxy's name for this run. A page under a name of this run then has the same origin if the browser states so, or if
/// it sent the header of the page: browsers let no page of another origin send that header without a preflight request
/// (CORS), which is never granted here.
fn check_origin(names: &Names, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    let host = text(headers, header::HOST).unwrap_or_default();
    let said = |name| text(headers, HeaderName::from_static(name));
    let site = said("sec-fetch-site");
    let vouched = site.map_or(said(PAGE_HEADER).is_some(), |site| site == "same-origin");
    let is_ours = |origin: &str| is_own(origin, host) || vouched && names.fit_origin(origin);
    let foreign = text(headers, header::ORIGIN).is_some_and(|origin| !is_ours(origin));
    let follows =
        method.is_safe() && said("sec-fetch-mode") == Some("navigate") && said("sec-fetch-dest") == Some("document");
    let strange = !follows && site.is_some_and(|site| site != "same-origin" && site != "none");
    if foreign || strange {
        let why = "cross-origin request rejected; behind a proxy, add its name with --http-name";
        return Err(Problem::new(StatusCode::FORBIDDEN, why));
    }
    Ok(())
}

fn check_rate(shared: &Shared, request: &Request) -> Result<(), Problem> {
    if peer(request).is_none_or(|peer| shared.common.limit.allows(peer.address, Instant::now())) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many requests from this address").retry_after(1))
}

fn check_token(shared: &Shared, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(token) = &shared.common.token else { return Ok(()) };
    let shown = text(headers, header::AUTHORIZATION).and_then(credentials).unwrap_or_default();
    if bool::from(shown.as_slice().ct_eq(token.reveal().as_bytes())) {
        return Ok(());
    }
    let why = "token required: send it as `Authorization: Bearer TOKEN`, or as the password of any user";
    Err(Problem::new(StatusCode::UNAUTHORIZED, why)
        .with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"populace\""))
        .with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"populace\", charset=\"UTF-8\"")))
}

/// Returns the token of a header: a bearer token, or the password of basic authentication.
fn credentials(header: &str) -> Option<Vec<u8>> {
    let (scheme, shown) = header.split_once(' ')?;
    let shown = shown.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Some(shown.as_bytes().to_vec());
    }
    let basic = scheme.eq_ignore_ascii_case("basic").then(|| STANDARD.decode(shown).ok())??;
    let colon = basic.iter().position(|byte| *byte == b':')?;
    Some(basic[colon + 1..].to_vec())
}

fn check_length(headers: &HeaderMap) -> Result<(), Problem> {
    let length = text(headers, header::CONTENT_LENGTH).and_then(|text| text.parse::<u64>().ok());
    if length.is_some_and(|length| length > MAX_BODY as u64) {
        return Err(too_long());
    }
    Ok(())
}

/// Returns the problem of a body that is too long.
pub(super) fn too_long() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("a request has at most {MAX_BODY} bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_in_two_ways() {
        let shown = |header: &str| credentials(header).map(|bytes| String::from_utf8(bytes).expect("text"));
        assert_eq!(shown("Bearer abc").as_deref(), Some("abc"));
        assert_eq!(shown("bearer  abc ").as_deref(), Some("abc"));
        // me:a:b
        assert_eq!(shown("Basic bWU6YTpi").as_deref(), Some("a:b"));
        for wrong in ["", "abc", "Basic abc!", "Basic bWU=", "Digest abc"] {
            assert_eq!(shown(wrong), None, "{wrong}");
        }
    }

    fn names() -> Names {
        Names::new("127.0.0.1:7878".parse().expect("an address"), &["town.example.com".to_owned()])
    }

    #[test]
    fn behind_a_proxy_a_page_is_known_by_its_name_and_what_no_other_page_can_send() {
        let names = names();
        let check = |host: &'static str, origin: &'static str, more: Option<(&'static str, &'static str)>| {
            let pairs = [("host", host), ("origin", origin)].into_iter().chain(more);
            let pairs = pairs.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            check_origin(&names, &Method::POST, &pairs.collect()).is_ok()
        };
        let (fetched, page) = (Some(("sec-fetch-site", "same-origin")), Some((PAGE_HEADER, "1")));
        for (host, origin) in [
            ("town.example.com", "http://town.example.com:8080"),
            ("localhost", "http://localhost:8080"),
            ("127.0.0.1:7878", "https://town.example.com"),
        ] {
            assert!(check(host, origin, fetched) && check(host, origin, page), "{origin} to {host}");
            // Another program at another port of the same name sends neither header.
            assert!(!check(host, origin, None), "{origin} to {host}");
            assert!(!check(host, origin, Some(("sec-fetch-site", "same-site"))), "{origin} to {host}");
        }
        // A name that was pointed at this address (DNS rebinding) has the same origin, and is not a name of this run.
        for more in [fetched, page, None] {
            assert!(!check("127.0.0.1:7878", "http://evil.com", more));
            assert!(!check("localhost", "null", more));
        }
    }

    #[test]
    fn foreign_pages_are_told_by_what_browsers_say() {
        let names = names();
        let check = |method: Method, pairs: &[(&'static str, &'static str)]| {
            let pairs =
                pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
            check_origin(&names, &method, &pairs.collect()).is_ok()
        };
        let host = ("host", "localhost:7878");
        assert!(check(Method::POST, &[host]));
        assert!(check(Method::POST, &[host, ("origin", "http://localhost:7878"), ("sec-fetch-site", "same-origin")]));
        assert!(!check(Method::POST, &[host, ("origin", "http://evil.com")]));
        assert!(!check(Method::POST, &[host, ("origin", "null")]));
        assert!(!check(Method::POST, &[host, ("sec-fetch-site", "cross-site")]));
        assert!(!check(Method::GET, &[host, ("origin", "http://localhost:3000")]));
        let far = ("sec-fetch-site", "cross-site");
        let (leads, whole) = (("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "document"));
        assert!(check(Method::GET, &[host, far, leads, whole]), "a link from elsewhere may be followed");
        assert!(!check(Method::POST, &[host, far, leads, whole]), "a form may not");
        assert!(!check(Method::GET, &[host, far, leads, ("sec-fetch-dest", "iframe")]));
        assert!(
            !check(Method::GET, &[host, far, ("sec-fetch-mode", "no-cors")]),
            "a picture would hold a reader's place"
        );
    }
}
