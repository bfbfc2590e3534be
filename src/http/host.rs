//! The accepted `Host` and `Origin` headers, against DNS rebinding and foreign pages. Must not depend on: requests
//! beyond these headers.

use std::net::{IpAddr, SocketAddr};

/// The accepted host names of one listening address.
#[derive(Clone, Debug)]
pub(super) struct Names {
    bound: IpAddr,
    own: Vec<String>,
}

impl Names {
    /// Returns the names of an address, and further ones in lower case.
    pub(super) fn new(bound: SocketAddr, own: &[String]) -> Self {
        Names { bound: bound.ip(), own: own.to_vec() }
    }

    /// Returns whether only programs on this machine reach the address.
    pub(super) fn is_loopback(&self) -> bool {
        self.bound.is_loopback()
    }

    /// Returns whether a `Host` is one of the names. Ports are ignored, because they may be forwarded.
    pub(super) fn fit(&self, host: &str) -> bool {
        let Some(name) = without_port(host) else { return false };
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        match address(&name) {
            Some(ip) if ip.is_unspecified() => false,
            Some(ip) => ip.is_loopback() || ip == self.bound || self.bound.is_unspecified(),
            None => name == "localhost" || self.own.contains(&name),
        }
    }

    /// Returns whether an `Origin` has one of the names. That alone does not make a page one of this run: another
    /// program of the machine may have the same name at another port.
    pub(super) fn fit_origin(&self, origin: &str) -> bool {
        authority(origin).is_some_and(|host| self.fit(host))
    }
}

/// Returns whether an origin has the host and port of the `Host` header `host`.
pub(super) fn is_own(origin: &str, host: &str) -> bool {
    authority(origin).is_some_and(|from| from.eq_ignore_ascii_case(host))
}

/// Returns the host and port of an origin; `None` if its scheme is neither `http` nor `https`.
fn authority(origin: &str) -> Option<&str> {
    origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"))
}

/// Returns a host without its port; `None` if it is malformed.
fn without_port(host: &str) -> Option<&str> {
    let (name, rest) = match host.strip_prefix('[') {
        Some(_) => host.split_at(host.find(']')? + 1),
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let port = rest.strip_prefix(':').unwrap_or(rest);
    let fits = !name.is_empty() && port.len() <= 5 && port.bytes().all(|byte| byte.is_ascii_digit());
    fits.then_some(name)
}

/// Returns the IP address that a host states; `None` if it is a name.
fn address(name: &str) -> Option<IpAddr> {
    match name.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']')?.parse().ok(),
        None => name.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(bound: &str) -> Names {
        Names::new(bound.parse().expect("an address"), &["town.example.com".to_owned()])
    }

    #[test]
    fn only_names_of_its_own_fit() {
        let table = [
            ("127.0.0.1:7878", "localhost:7878", true),
            ("127.0.0.1:7878", "LocalHost.:9", true),
            ("127.0.0.1:7878", "127.0.0.1", true),
            ("127.0.0.1:7878", "[::1]:7878", true),
            ("127.0.0.1:7878", "town.example.com", true),
            ("127.0.0.1:7878", "evil.example.com:7878", false),
            ("127.0.0.1:7878", "localhost.evil.com", false),
            ("127.0.0.1:7878", "127.0.0.1.evil.com", false),
            ("127.0.0.1:7878", "192.168.0.7", false),
            ("127.0.0.1:7878", "localhost@evil.com", false),
            ("127.0.0.1:7878", "localhost:80:80", false),
            ("127.0.0.1:7878", "[::1", false),
            ("127.0.0.1:7878", "", false),
            ("127.0.0.1:7878", ":80", false),
            ("0.0.0.0:80", "192.168.0.7:80", true),
            ("0.0.0.0:80", "0.0.0.0:80", false),
            ("0.0.0.0:80", "evil.com", false),
            ("10.0.0.5:80", "10.0.0.5", true),
            ("10.0.0.5:80", "10.0.0.6", false),
        ];
        for (bound, host, fits) in table {
            assert_eq!(names(bound).fit(host), fits, "{host} at {bound}");
        }
    }

    #[test]
    fn an_origin_is_held_against_the_same_names() {
        let names = names("127.0.0.1:7878");
        for origin in ["http://localhost:8080", "https://town.example.com", "http://[::1]:1", "http://127.0.0.1"] {
            assert!(names.fit_origin(origin), "{origin}");
        }
        for origin in
            ["null", "https://evil.com", "http://localhost@evil.com", "file://localhost", "http://", "localhost"]
        {
            assert!(!names.fit_origin(origin), "{origin}");
        }
    }

    #[test]
    fn an_origin_is_own_when_it_is_the_host() {
        assert!(is_own("http://localhost:7878", "localhost:7878") && is_own("https://A.b", "a.B"));
        for foreign in ["null", "http://localhost:3000", "https://evil.com", "file://localhost:7878", "localhost:7878"]
        {
            assert!(!is_own(foreign, "localhost:7878"), "{foreign}");
        }
    }
}
