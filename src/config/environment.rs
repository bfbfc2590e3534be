//! Which environment variables are keys of a scenario, and which have a meaning of their own.

mod links;

/// Names with a meaning of their own, which are no keys.
const RESERVED: [&str; 4] = ["POPULACE_CRASH_AT", "POPULACE_LOG", "POPULACE_HTTP_TOKEN", "POPULACE_DATA_DIR"];

/// Beginnings of names that tests and scripts use.
const RESERVED_PREFIXES: [&str; 2] = ["POPULACE_TEST_", "POPULACE_REQUIRE_"];

/// The variables that must be keys: `POPULACE_…` without the reserved ones, the service links of a container, and the empty
/// ones, which count as unset.
pub(super) fn keys(all: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    let pairs = all.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let pairs = pairs.filter(|(name, value)| name.starts_with("POPULACE_") && !reserved(name) && !value.is_empty());
    pairs.filter(|(name, value)| !links::is_link(name, value))
}

fn reserved(name: &str) -> bool {
    RESERVED.contains(&name) || RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_and_foreign_names_are_no_keys() {
        let all = ["HOME", "POPULACE_LOG", "POPULACE_TEST_BROKERS", "POPULACE_REQUIRE_KAFKA", "POPULACE_WORLD_SEED"];
        let all = all.map(|name| (name.to_owned(), "1".to_owned()));
        assert_eq!(keys(&all).collect::<Vec<_>>(), [("POPULACE_WORLD_SEED", "1")]);
    }

    #[test]
    fn service_links_are_no_keys_and_misspelt_keys_are() {
        let all =
            [("POPULACE_SERVICE_HOST", "10.0.0.1"), ("POPULACE_PORT", "tcp://10.0.0.1:80"), ("POPULACE_PRT", "80")];
        let all = all.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(keys(&all).collect::<Vec<_>>(), [("POPULACE_PRT", "80")]);
    }
}
