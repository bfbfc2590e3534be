//! The answers of the control socket, as JSON.

use crate::ops::{Reason, RequestError};
use serde_json::{Value, json};

/// An answer: a value, or the reason why there is none.
pub type Answer = Result<Value, RequestError>;

/// Returns an answer as a line.
pub(super) fn to_line(answer: &Answer) -> String {
    let whole = match answer {
        Ok(value) => json!({ "ok": true, "answer": value }),
        Err(error) => json!({ "ok": false, "error": error.to_string(), "reason": error.reason(), "cause": error }),
    };
    format!("{whole}\n")
}

/// Parses an answer.
pub(super) fn from_line(line: &str) -> Answer {
    let unreadable = |why: &dyn std::fmt::Display| RequestError::Protocol(format!("the answer cannot be read: {why}"));
    let whole: Value = serde_json::from_str(line).map_err(|e| unreadable(&e))?;
    match (whole.get("ok").and_then(Value::as_bool), whole.get("answer"), whole.get("error").and_then(Value::as_str)) {
        (Some(true), Some(answer), _) => Ok(answer.clone()),
        (_, _, Some(error)) => Err(error_of(&whole, error)),
        _ => Err(unreadable(&line)),
    }
}

/// Returns the error of an answer: the typed error if this release knows it, else one in words.
fn error_of(whole: &Value, why: &str) -> RequestError {
    let typed = serde_json::from_value(whole["cause"].clone());
    typed.unwrap_or_else(|_| RequestError::Worded {
        reason: serde_json::from_value(whole["reason"].clone()).unwrap_or(Reason::Unfit),
        why: why.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ops::inject::{InjectError, InjectField, InjectKind};

    #[test]
    fn answers_come_back() {
        let required = InjectError::Required { field: InjectField::User, kind: InjectKind::Transaction };
        for answer in [Ok(json!({"a": [1]})), Ok(Value::Null), Err(RequestError::Ended), Err(required.into())] {
            assert_eq!(from_line(&to_line(&answer)), answer);
        }
    }

    #[test]
    fn errors_of_other_releases_come_back_in_words() {
        let old = from_line(r#"{"ok":false,"error":"no","reason":"gone"}"#);
        assert_eq!(old, Err(RequestError::Worded { reason: Reason::Gone, why: "no".into() }));
    }
}
