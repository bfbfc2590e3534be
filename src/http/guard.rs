//! Who may ask, and what every answer carries: hosts, origins, tokens, limits of rate, time and number, and the headers
//! that browsers obey. Knows no handler.

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

/// The longest that an answer may take.
const LONGEST: Duration = Duration::from_secs(30);

/// The longest body of a request in bytes: as on the control socket.
pub(super) const LONGEST_BODY: usize = 64 * 1024;

/// Whoever asks.
#[derive(Clone, Debug)]
pub(super) struct Peer {
    /// Their address.
    pub(super) address: IpAddr,
    /// The place of their connection.
    pub(super) place: Arc<Place>,
}

/// What a page of this run may do: load what lies beside it, and nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
    base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// What the page sends with each request to the API.
const PAGE: &str = "x-populace-page";

/// Headers of every answer.
const HEADERS: [(HeaderName, &str); 7] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// Lets through whoever may ask, and dresses the answer.
pub(super) async fn guard(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let mut response = match admit(&shared, &request) {
        Ok(()) => answer(&shared, request, next).await,
        Err(problem) => problem.into_response(),
    };
    for (name, value) in HEADERS {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    shared.common.count(response.status().as_u16());
    response
}

async fn answer(shared: &Shared, request: Request, next: Next) -> Response {
    // Probes find room however many others ask.
    let is_probe = probes::is_probe(request.uri().path());
    let room = shared.common.room.try_acquire();
    if room.is_err() && !is_probe {
        let full = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many requests at once: ask again in a moment");
        return full.retry_after(1).into_response();
    }
    match tokio::time::timeout(LONGEST, next.run(request)).await {
        Ok(response) => response,
        Err(_) => {
            let why = "the answer takes too long: what was asked for may happen all the same";
            Problem::new(StatusCode::SERVICE_UNAVAILABLE, why).retry_after(5).into_response()
        }
    }
}

/// Whether the request may be answered.
fn admit(shared: &Shared, request: &Request) -> Result<(), Problem> {
    let path = request.uri().path();
    check_host(shared, request, probes::is_probe(path))?;
    check_origin(&shared.names, request.method(), request.headers())?;
    // Orchestrators are answered however often somebody else at their address asks, and however many connections there are.
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

/// On a connection beyond the bound, only probes are answered.
fn check_share(request: &Request) -> Result<(), Problem> {
    let is_full = peer(request).is_some_and(|peer| peer.place.share() == Share::Probes);
    if is_full && !probes::is_probe(request.uri().path()) {
        let full = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too many connections at once: ask again in a moment");
        return Err(full.retry_after(1).with(header::CONNECTION, HeaderValue::from_static("close")));
    }
    Ok(())
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).map(|value| value.to_str().unwrap_or_default())
}

fn check_host(shared: &Shared, request: &Request, is_probe: bool) -> Result<(), Problem> {
    let misdirected = |what: &str| {
        Problem::new(
            StatusCode::MISDIRECTED_REQUEST,
            format!("{what}: ask under the address that is listened at, or give --http-name"),
        )
    };
    // Whoever can reach a public address can read its probes under any name, as an orchestrator does.
    if is_probe && !shared.names.is_loopback() {
        return Ok(());
    }
    let mut hosts = request.headers().get_all(header::HOST).iter();
    let (first, second) = (hosts.next(), hosts.next());
    let first = first.and_then(|host| host.to_str().ok()).filter(|_| second.is_none());
    let host = first.ok_or_else(|| Problem::bad_request("a request names one Host"))?;
    let authority = request.uri().authority().map_or(host, |authority| authority.as_str());
    if shared.names.fit(host) && shared.names.fit(authority) {
        Ok(())
    } else {
        Err(misdirected("nobody of that name is here"))
    }
}

/// No page from elsewhere may ask: browsers say where a page is from. Only a link from there may be followed.
///
/// Behind a proxy the host that comes here need not be the one that the browser asked for: its port is left out, or it is the
/// proxy's name for this run. A page under a name of this run is then its own where the browser says that it is of the same
/// origin, or where it sent the header of the page: browsers let no page from elsewhere send that without asking first
/// (CORS), and no such question is ever granted here.
fn check_origin(names: &Names, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    let host = text(headers, header::HOST).unwrap_or_default();
    let said = |name| text(headers, HeaderName::from_static(name));
    let site = said("sec-fetch-site");
    let vouched = site.map_or(said(PAGE).is_some(), |site| site == "same-origin");
    let is_ours = |origin: &str| is_own(origin, host) || vouched && names.fit_origin(origin);
    let foreign = text(headers, header::ORIGIN).is_some_and(|origin| !is_ours(origin));
    let follows =
        method.is_safe() && said("sec-fetch-mode") == Some("navigate") && said("sec-fetch-dest") == Some("document");
    let strange = !follows && site.is_some_and(|site| site != "same-origin" && site != "none");
    if foreign || strange {
        let why = "pages from elsewhere may not ask this world: behind a proxy, give the name that it is asked by as --http-name";
        return Err(Problem::new(StatusCode::FORBIDDEN, why));
    }
    Ok(())
}

fn check_rate(shared: &Shared, request: &Request) -> Result<(), Problem> {
    if peer(request).is_none_or(|peer| shared.common.limit.allows(peer.address, Instant::now())) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many requests from this address: ask less often")
        .retry_after(1))
}

fn check_token(shared: &Shared, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(token) = &shared.common.token else { return Ok(()) };
    let shown = text(headers, header::AUTHORIZATION).and_then(credentials).unwrap_or_default();
    if bool::from(shown.as_slice().ct_eq(token.reveal().as_bytes())) {
        return Ok(());
    }
    let why = "this needs the token: send it as `Authorization: Bearer TOKEN`, or as the password of any user";
    Err(Problem::new(StatusCode::UNAUTHORIZED, why)
        .with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"populace\""))
        .with(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"populace\", charset=\"UTF-8\"")))
}

/// The token that a header shows: of a program, or as the password that a browser asks for.
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
    if length.is_some_and(|length| length > LONGEST_BODY as u64) {
        return Err(too_long());
    }
    Ok(())
}

/// The body is too long.
pub(super) fn too_long() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, format!("a request has at most {LONGEST_BODY} bytes"))
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
        let (fetched, page) = (Some(("sec-fetch-site", "same-origin")), Some((PAGE, "1")));
        for (host, origin) in [
            ("town.example.com", "http://town.example.com:8080"),
            ("localhost", "http://localhost:8080"),
            ("127.0.0.1:7878", "https://town.example.com"),
        ] {
            assert!(check(host, origin, fetched) && check(host, origin, page), "{origin} to {host}");
            // Another program at another port of the same name says neither.
            assert!(!check(host, origin, None), "{origin} to {host}");
            assert!(!check(host, origin, Some(("sec-fetch-site", "same-site"))), "{origin} to {host}");
        }
        // A name that was bent to this address (DNS rebinding) is of the same origin, and none of ours.
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
