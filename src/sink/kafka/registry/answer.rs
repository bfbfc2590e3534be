//! The answers of a registry, classified by their status and body. Pure. Must not depend on: requests.

use super::error::{RegistryError, RegistryFault};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The longest message of a registry that is quoted, and the longest part of an answer that is no message, in characters.
const QUOTE_CHARS: usize = 600;
const BODY_CHARS: usize = 120;

/// The error codes of the API for a subject, version or schema that does not exist.
const MISSING: [u64; 3] = [40_401, 40_402, 40_403];

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// The status of HTTP.
    pub(super) status: u16,
    /// The body.
    pub(super) text: String,
}

/// The reason why an answer has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The registry refuses the schema.
    Schema { status: u16, said: String },
    /// Another fault.
    Fault(RegistryFault),
}

/// The body of an error.
#[derive(Deserialize)]
struct ErrorBody {
    error_code: u64,
    #[serde(default)]
    message: String,
}

impl Answer {
    /// Returns whether the registry says that the subject, version or schema does not exist.
    pub(super) fn is_missing(&self) -> bool {
        self.status == 404 && self.error().is_some_and(|error| MISSING.contains(&error.error_code))
    }

    /// Returns the value of a successful answer.
    pub(super) fn parsed<T: DeserializeOwned>(&self, url: &str) -> Result<T, Refused> {
        match self.status {
            200..=299 => serde_json::from_str(&self.text).map_err(|_| self.nonsense(url)),
            401 | 403 | 407 => Err(self.denied(url)),
            408 | 429 | 500.. => {
                let why = format!("it answers {}{}", self.status, self.in_brackets());
                Err(Refused::Fault(RegistryFault::Transient(why)))
            }
            400..=499 => match self.error() {
                // A path that the API has answers with a code of the API, in which the status comes first.
                Some(error) if self.status != 404 => {
                    Err(Refused::Schema { status: self.status, said: shortened(&error.message, QUOTE_CHARS) })
                }
                _ => Err(self.nonsense(url)),
            },
            _ => Err(self.nonsense(url)),
        }
    }

    fn error(&self) -> Option<ErrorBody> {
        serde_json::from_str(&self.text).ok()
    }

    fn nonsense(&self, url: &str) -> Refused {
        let why = format!("it answers {}{}", self.status, self.in_brackets());
        Refused::Fault(RegistryError::NotARegistry { url: url.to_owned(), why }.into())
    }

    fn denied(&self, url: &str) -> Refused {
        let help = match self.status {
            401 => "check kafka.registry.username and kafka.registry.password",
            _ => "give this user the right to read and to register schemas, or check kafka.registry.username",
        };
        let (url, said) = (url.to_owned(), self.in_brackets());
        Refused::Fault(RegistryError::Denied { url, status: self.status, said, help }.into())
    }

    /// Returns the message of the answer, or the beginning of its body, in brackets; nothing if it is empty.
    fn in_brackets(&self) -> String {
        let said = match self.error() {
            Some(error) => shortened(&error.message, QUOTE_CHARS),
            None => shortened(&self.text, BODY_CHARS),
        };
        if said.is_empty() { said } else { format!(" ({said})") }
    }
}

/// Returns a text on one line, without control characters, and not longer than this number of characters.
fn shortened(text: &str, chars: usize) -> String {
    let line = text.split(|one: char| one.is_whitespace() || one.is_control()).filter(|word| !word.is_empty());
    let line = line.collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(chars) {
        Some((end, _)) => format!("{} …", &line[..end]),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    const URL: &str = "http://h";

    fn answer(status: u16, text: &str) -> Answer {
        Answer { status, text: text.to_owned() }
    }

    fn fault(status: u16, text: &str) -> RegistryFault {
        match answer(status, text).parsed::<Value>(URL) {
            Err(Refused::Fault(fault)) => fault,
            other => panic!("{status} {text}: {other:?}"),
        }
    }

    #[test]
    fn a_value_is_taken_and_a_missing_one_is_no_fault() {
        assert_eq!(answer(200, "{\"id\":7}").parsed::<Value>(URL), Ok(serde_json::json!({ "id": 7 })));
        assert!(answer(404, "{\"error_code\":40403,\"message\":\"no\"}").is_missing());
        assert!(!answer(404, "{\"error_code\":404}").is_missing());
        assert!(!answer(404, "<html>").is_missing());
    }

    #[test]
    fn busy_passes_and_nonsense_and_denial_last() {
        for status in [408, 429, 500, 502, 503] {
            assert!(matches!(fault(status, "busy"), RegistryFault::Transient(why) if why.contains("busy")), "{status}");
        }
        for (status, text) in [(200, "<html>Welcome</html>"), (404, ""), (302, ""), (400, "what?"), (404, "{\"a\":1}")]
        {
            let RegistryFault::Permanent(error) = fault(status, text) else { panic!("{status} {text}") };
            assert!(matches!(*error, RegistryError::NotARegistry { .. }), "{error}");
            assert!(error.to_string().contains(&status.to_string()), "{error}");
        }
        for (status, word) in [(401, "kafka.registry.password"), (403, "the right to")] {
            let RegistryFault::Permanent(error) = fault(status, "") else { panic!("{status}") };
            assert!(matches!(*error, RegistryError::Denied { .. }) && error.to_string().contains(word), "{error}");
        }
    }

    #[test]
    fn a_refused_schema_is_quoted_on_one_line() {
        let text = "{\"error_code\":409,\"message\":\"field x:\\n  type  changed\"}";
        let expected = Refused::Schema { status: 409, said: "field x: type changed".into() };
        assert_eq!(answer(409, text).parsed::<Value>(URL), Err(expected));
        let long = format!("{{\"error_code\":42201,\"message\":\"{}\"}}", "é".repeat(5_000));
        let Err(Refused::Schema { status: 422, said }) = answer(422, &long).parsed::<Value>(URL) else { panic!() };
        assert_eq!(said.chars().count(), QUOTE_CHARS + 2);
    }
}
