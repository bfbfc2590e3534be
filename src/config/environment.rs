//! The environment variables that are keys of a scenario, and those that are reserved. Must not depend on: the keys
//! themselves.

mod links;

use std::ffi::{OsStr, OsString};

use crate::UsageError;

/// Reserved names, which are not keys.
const RESERVED: [&str; 4] = ["POPULACE_CRASH_AT", "POPULACE_LOG", "POPULACE_HTTP_TOKEN", "POPULACE_DATA_DIR"];

/// Prefixes of names that tests and scripts use.
const RESERVED_PREFIXES: [&str; 2] = ["POPULACE_TEST_", "POPULACE_REQUIRE_"];

/// Returns the variables that must be keys: `POPULACE_…` without reserved names, service links of a container, and empty
/// values, which count as unset.
pub(super) fn keys(all: &[(String, String)]) -> impl Iterator<Item = (&str, &str)> {
    let pairs = all.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let pairs = pairs.filter(|(name, value)| name.starts_with("POPULACE_") && !reserved(name) && !value.is_empty());
    pairs.filter(|(name, value)| !links::is_link(name, value))
}

fn reserved(name: &str) -> bool {
    RESERVED.contains(&name) || RESERVED_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Refuses keys that are not UTF-8, in name or value.
///
/// # Errors
/// All of these keys.
pub(super) fn all_decoded(all: &[(OsString, OsString)]) -> Result<(), UsageError> {
    let is_key = |name: &OsStr| name.as_encoded_bytes().starts_with(b"POPULACE_") && !reserved(&name.to_string_lossy());
    let errors = all.iter().filter(|(name, _)| is_key(name)).map(|(name, _)| undecoded(name));
    errors.reduce(UsageError::and).map_or(Ok(()), Err)
}

/// Returns the error for a variable that is not UTF-8. Does not repeat its value, which may be a secret.
pub(super) fn undecoded(name: &OsStr) -> UsageError {
    let what = match name.to_str() {
        Some(name) => format!("environment {name}: its value is not UTF-8"),
        None => format!("environment {name:?}: its name is not UTF-8"),
    };
    UsageError::new(what).help("write it in UTF-8, or unset it")
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use super::*;

    #[test]
    fn keys_that_are_not_utf8_are_refused_by_name() {
        let bytes = |bytes: &[u8]| OsString::from_vec(bytes.to_vec());
        let all = [
            (bytes(b"POPULACE_BANK_FRAUD_RATE"), bytes(b"0.\xff")),
            (bytes(b"POPULACE_X\xff"), bytes(b"1")),
            (bytes(b"POPULACE_DATA_DIR"), bytes(b"d\xff")),
            (bytes(b"HOME"), bytes(b"\xff")),
        ];
        let error = all_decoded(&all).expect_err("two of them");
        assert_eq!(error.complaints.len(), 2, "{error}");
        assert_eq!(error.complaints[0].what, "environment POPULACE_BANK_FRAUD_RATE: its value is not UTF-8");
        assert_eq!(error.complaints[1].what, "environment \"POPULACE_X\\xFF\": its name is not UTF-8");
    }

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
