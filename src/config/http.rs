//! The HTTP server of a plan: addresses, token and host names, from the options and the environment. Reads the token file.
//! Must not depend on: sockets.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::error_collector::ErrorCollector;
use super::kafka::Secret;
use super::options::{HttpOptions, Surroundings};
use crate::UsageError;

/// The default port.
const PORT: u16 = 7878;

/// The variable that holds the token.
const VARIABLE: &str = "POPULACE_HTTP_TOKEN";

/// The maximum length of a host name.
const HOST_NAME_LENGTH_MAX: usize = 253;

/// The HTTP server of a run.
#[derive(Clone, Debug, PartialEq)]
pub struct HttpPlan {
    /// The address; None if HTTP is off.
    pub listen: Option<Listen>,
    /// A second address, for probes and metrics only.
    pub metrics: Option<SocketAddr>,
    /// The token that requests must carry; required if the address is reachable from other machines.
    pub token: Option<Secret>,
    /// The further host names that requests may use, in lower case.
    pub names: Vec<String>,
}

/// An address, with the response of the run if that address is in use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listen {
    /// The default address: the run continues without HTTP if it is in use.
    IfFree(SocketAddr),
    /// A stated address: the run fails if it is in use.
    Surely(SocketAddr),
}

impl Listen {
    /// Returns the address.
    pub fn address(self) -> SocketAddr {
        let (Listen::IfFree(address) | Listen::Surely(address)) = self;
        address
    }
}

/// Returns the HTTP server that the options state.
///
/// # Errors
/// All usage errors at once.
pub(super) fn plan(options: &HttpOptions, around: &Surroundings) -> Result<HttpPlan, UsageError> {
    let mut errors = ErrorCollector::default();
    let listen = errors.take(listen(options.address.as_deref()));
    let metrics = errors.take(options.metrics.as_deref().map(|text| address("--metrics", text)).transpose());
    let token = errors.take(token(options, around));
    let names = errors.take(options.names.iter().map(|text| name(text)).collect());
    let known = listen.zip(metrics).zip(token).zip(names);
    let (((listen, metrics), token), names) = errors.or(known)?;
    match listen {
        Some(listen) if token.is_none() && !listen.address().ip().is_loopback() => {
            let what = format!(
                "--http {}: a token is required, since other machines can reach this address",
                listen.address()
            );
            let help =
                format!("set {VARIABLE} or give --http-token-file F, or choose an address such as 127.0.0.1:{PORT}");
            Err(UsageError::new(what).help(help))
        }
        _ => Ok(HttpPlan { listen, metrics, token, names }),
    }
}

fn listen(text: Option<&str>) -> Result<Option<Listen>, UsageError> {
    match text {
        None => Ok(Some(Listen::IfFree(SocketAddr::new(Ipv4Addr::LOCALHOST.into(), PORT)))),
        Some("off") => Ok(None),
        Some(text) => address("--http", text).map(|address| Some(Listen::Surely(address))),
    }
}

/// Parses an address with a port, or either of them alone.
fn address(flag: &str, text: &str) -> Result<SocketAddr, UsageError> {
    let local = text.strip_prefix("localhost").map(|port| format!("{}{port}", Ipv4Addr::LOCALHOST));
    let plain = local.as_deref().unwrap_or(text);
    let bare = plain.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let whole = plain.parse().ok();
    let by_address = || bare.ok().map(|ip| SocketAddr::new(ip, PORT));
    let by_port = || plain.parse().ok().map(|port| SocketAddr::new(Ipv4Addr::LOCALHOST.into(), port));
    whole.or_else(by_address).or_else(by_port).ok_or_else(|| {
        let off = if flag == "--http" { ", or off" } else { "" };
        UsageError::new(format!("{flag}: invalid address {text:?}"))
            .help(format!("give one such as 127.0.0.1:{PORT}, 0.0.0.0:8000 or [::1]:8000{off}"))
    })
}

/// Returns the token, from its file if one is stated, else from the environment.
fn token(options: &HttpOptions, around: &Surroundings) -> Result<Option<Secret>, UsageError> {
    let (place, found) = match &options.token_file {
        Some(path) => ("--http-token-file", Secret::in_file(path)),
        None => match around.variable(VARIABLE)? {
            Some(token) => (VARIABLE, Ok(Secret::new(token))),
            None => return Ok(None),
        },
    };
    let token = found.map_err(|error| UsageError::new(format!("{place}: {}", error.what)).help(error.help))?;
    // A token that is not allowed in a header could not be sent.
    if token.reveal().bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(Some(token));
    }
    let help = "use letters, digits and signs without spaces, as `openssl rand -hex 32` gives them";
    Err(UsageError::new(format!("{place}: the token has characters that are not allowed in a header")).help(help))
}

/// Parses a host name as a browser writes it, without a port.
fn name(text: &str) -> Result<String, UsageError> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    if !text.is_empty() && text.len() <= HOST_NAME_LENGTH_MAX && text.bytes().all(fits) {
        return Ok(text.to_ascii_lowercase());
    }
    let what = format!("--http-name: invalid host name {text:?}");
    Err(UsageError::new(what).help("give it without scheme and port, as in town.example.com"))
}

#[cfg(test)]
mod tests {
    use super::super::plan::tests::NOW;
    use super::*;

    fn planned(options: HttpOptions, token: Option<&str>) -> Result<HttpPlan, UsageError> {
        let environment = token.map(|token| (VARIABLE.to_owned(), token.to_owned())).into_iter().collect();
        plan(&options, &Surroundings { environment, undecoded: Vec::new(), now: NOW, terminal: false })
    }

    fn at(text: &str) -> HttpOptions {
        HttpOptions { address: Some(text.to_owned()), ..HttpOptions::default() }
    }

    #[test]
    fn an_address_may_be_half() {
        let table = [
            ("127.0.0.1:80", "127.0.0.1:80"),
            ("localhost:81", "127.0.0.1:81"),
            ("localhost", "127.0.0.1:7878"),
            ("[::1]:82", "[::1]:82"),
            ("::1", "[::1]:7878"),
            ("127.1.2.3", "127.1.2.3:7878"),
            ("0", "127.0.0.1:0"),
        ];
        for (text, expected) in table {
            let plan = planned(at(text), None).expect(text);
            assert_eq!(plan.listen, Some(Listen::Surely(expected.parse().expect("an address"))), "{text}");
        }
        assert_eq!(planned(at("off"), None).expect("off").listen, None);
        let default = planned(HttpOptions::default(), None).expect("the default").listen;
        assert_eq!(default, Some(Listen::IfFree("127.0.0.1:7878".parse().expect("an address"))));
        for text in ["", "here", "127.0.0.1:", "1.2.3.4:99999", "https://localhost:1", "local", "localhosts:80"] {
            let error = planned(at(text), None).expect_err(text).to_string();
            assert!(error.contains(&format!("{text:?}")) && error.contains("or off"), "{error}");
        }
    }

    #[test]
    fn others_than_this_machine_need_a_token() {
        for text in ["0.0.0.0:80", "[::]:80", "192.168.1.5"] {
            assert!(planned(at(text), None).expect_err(text).to_string().contains(VARIABLE));
            let token = planned(at(text), Some("abc")).expect(text).token;
            assert_eq!(token.as_ref().map(Secret::reveal), Some("abc"));
        }
        assert!(
            planned(at("127.0.0.1:80"), Some("a b")).expect_err("no header carries it").to_string().contains(VARIABLE)
        );
    }

    #[test]
    fn a_token_may_lie_in_a_file_and_names_are_checked() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "secret-1\n").expect("written");
        let names = vec!["Town.example.com".to_owned()];
        let options = HttpOptions { token_file: Some(file.path().to_path_buf()), names, ..at("0.0.0.0:80") };
        let plan = planned(options, Some("other")).expect("fine");
        assert_eq!(plan.token.as_ref().map(Secret::reveal), Some("secret-1"));
        assert_eq!(plan.names, ["town.example.com"]);
        assert!(!format!("{plan:?}").contains("secret-1"));
        let wrong = HttpOptions {
            token_file: Some("/nowhere/token".into()),
            names: vec!["a b".into()],
            metrics: Some("x".into()),
            ..at("y")
        };
        let error = planned(wrong, None).expect_err("all wrong");
        assert_eq!(error.complaints.len(), 4, "{error}");
    }
}
