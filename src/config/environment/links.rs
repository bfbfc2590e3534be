//! The variables that Kubernetes and Docker set in a container for each service, such as `POPULACE_SERVICE_HOST` and
//! `POPULACE_PORT=tcp://10.0.0.1:7878`. Must not depend on: the keys of a scenario.

use std::net::{IpAddr, SocketAddr};

/// The protocols of a service's port.
const PROTOCOLS: [&str; 3] = ["TCP", "UDP", "SCTP"];

/// Returns whether a variable has both the name and the value of a service link. A service may have any name, so the
/// name alone does not distinguish a link from a misspelt key.
pub(super) fn is_link(name: &str, value: &str) -> bool {
    is_service_host(name, value) || is_service_port(name, value) || is_url(name, value) || is_part(name, value)
}

/// Returns whether the variable is `<SERVICE>_SERVICE_HOST=10.0.0.1`.
fn is_service_host(name: &str, value: &str) -> bool {
    name.ends_with("_SERVICE_HOST") && is_address(value)
}

/// Returns whether the variable is `<SERVICE>_SERVICE_PORT=7878` or `<SERVICE>_SERVICE_PORT_<NAME>=7878`.
fn is_service_port(name: &str, value: &str) -> bool {
    (name.ends_with("_SERVICE_PORT") || name.contains("_SERVICE_PORT_")) && is_port(value)
}

/// Returns whether it is `<SERVICE>_PORT=tcp://10.0.0.1:7878` or `<SERVICE>_PORT_7878_TCP=tcp://10.0.0.1:7878`.
fn is_url(name: &str, value: &str) -> bool {
    let Some((scheme, rest)) = value.split_once("://") else { return false };
    let Ok(address) = rest.parse::<SocketAddr>() else { return false };
    let protocol = scheme.to_ascii_uppercase();
    let ends = name.ends_with("_PORT") || name.ends_with(&format!("_PORT_{}_{protocol}", address.port()));
    ends && PROTOCOLS.contains(&protocol.as_str())
}

/// Returns whether the variable is `<SERVICE>_PORT_7878_TCP_PROTO=tcp`, `…_PORT=7878` or `…_ADDR=10.0.0.1`.
fn is_part(name: &str, value: &str) -> bool {
    let Some((start, part)) = name.rsplit_once('_') else { return false };
    let Some((start, protocol)) = start.rsplit_once('_') else { return false };
    let Some((service, port)) = start.rsplit_once('_') else { return false };
    let fits = match part {
        "PROTO" => value.to_ascii_uppercase() == protocol,
        "PORT" => value == port,
        "ADDR" => is_address(value),
        _ => false,
    };
    fits && service.ends_with("_PORT") && is_port(port) && PROTOCOLS.contains(&protocol)
}

fn is_address(value: &str) -> bool {
    value.parse::<IpAddr>().is_ok()
}

fn is_port(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_digit()) && value.parse::<u16>().is_ok_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use populace_sim::{DEFAULT_TOML, KeyTree};

    /// The variables of a pod for the services `populace` (IPv4) and `populace-metrics-2` (IPv6).
    const LINKS: [(&str, &str); 16] = [
        ("POPULACE_SERVICE_HOST", "10.96.0.17"),
        ("POPULACE_SERVICE_PORT", "7878"),
        ("POPULACE_SERVICE_PORT_HTTP", "7878"),
        ("POPULACE_PORT", "tcp://10.96.0.17:7878"),
        ("POPULACE_PORT_7878_TCP", "tcp://10.96.0.17:7878"),
        ("POPULACE_PORT_7878_TCP_PROTO", "tcp"),
        ("POPULACE_PORT_7878_TCP_PORT", "7878"),
        ("POPULACE_PORT_7878_TCP_ADDR", "10.96.0.17"),
        ("POPULACE_METRICS_2_SERVICE_HOST", "fd00:10:96::a"),
        ("POPULACE_METRICS_2_SERVICE_PORT", "9464"),
        ("POPULACE_METRICS_2_SERVICE_PORT_WEB_UI", "9464"),
        ("POPULACE_METRICS_2_PORT", "udp://[fd00:10:96::a]:9464"),
        ("POPULACE_METRICS_2_PORT_9464_UDP", "udp://[fd00:10:96::a]:9464"),
        ("POPULACE_METRICS_2_PORT_9464_UDP_PROTO", "udp"),
        ("POPULACE_METRICS_2_PORT_9464_UDP_PORT", "9464"),
        ("POPULACE_METRICS_2_PORT_9464_UDP_ADDR", "fd00:10:96::a"),
    ];

    #[test]
    fn service_links_are_known_by_name_and_value() {
        for (name, value) in LINKS {
            assert!(is_link(name, value), "{name}={value}");
            // Name or value alone is not enough.
            assert!(!is_link(name, "0.02"), "{name}");
            assert!(!is_link("POPULACE_WORLD_PEOPEL", value), "{value}");
        }
    }

    #[test]
    fn what_only_looks_like_a_link_is_none() {
        for (name, value) in [
            ("POPULACE_SERVICE_HOST", "kafka.example.com"),
            ("POPULACE_SERVICE_HOST", ""),
            ("POPULACE_SERVICE_PORT", "0"),
            ("POPULACE_SERVICE_PORT", "+7878"),
            ("POPULACE_SERVICE_PORT", "70000"),
            ("POPULACE_PORT", "7878"),
            ("POPULACE_PORT", "http://10.0.0.1:7878"),
            ("POPULACE_PORT", "tcp://populace:7878"),
            ("POPULACE_PORT_7878_TCP", "tcp://10.0.0.1:7879"),
            ("POPULACE_PORT_7878_TCP", "udp://10.0.0.1:7878"),
            ("POPULACE_PORT_7878_TCP_PORT", "7879"),
            ("POPULACE_PORT_HTTP_TCP_ADDR", "10.0.0.1"),
            ("POPULACE_KAFKA_BROKERS", "10.0.0.1:9092"),
        ] {
            assert!(!is_link(name, value), "{name}={value}");
        }
    }

    /// A key that counts as a link would have no effect.
    #[test]
    fn no_key_of_a_scenario_is_taken_for_a_link() {
        for path in KeyTree::of(DEFAULT_TOML).paths() {
            let name = format!("POPULACE_{}", path.replace('.', "_").to_uppercase());
            for (_, value) in LINKS {
                assert!(!is_link(&name, value), "{name}={value}");
            }
        }
    }
}
