//! A field that has the same value in every record: the grammar of its value. Must not depend on: formats, topics.

use crate::value::ValueSerializer;

/// The longest text of a constant, in bytes.
const TEXT_LEN_MAX: usize = 200;

/// The value of a field that is the same in every record.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// A text without quotes, backslashes and control characters, so that every format holds it as it is.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// True or false.
    Boolean(bool),
}

impl Constant {
    /// Returns the constant of a text in single quotes, a number, `true` or `false`.
    ///
    /// # Errors
    /// The fault of the value, in words.
    pub fn parse(literal: &str) -> Result<Self, &'static str> {
        match literal {
            "true" | "false" => Ok(Constant::Boolean(literal == "true")),
            text if text.starts_with('\'') => text_of(text),
            number => number_of(number).ok_or("a value is a text in single quotes, a number, true or false"),
        }
    }

    /// Passes the value to the serializer's method for its type.
    #[inline]
    pub fn serialize<S: ValueSerializer>(&self, to: S) -> S::Output {
        match self {
            Constant::Text(text) => to.text(text),
            Constant::Integer(value) => to.integer(*value),
            Constant::Number(value) => to.number(*value),
            Constant::Boolean(value) => to.boolean(*value),
        }
    }
}

fn text_of(literal: &str) -> Result<Constant, &'static str> {
    let inner = literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
    let text = inner.ok_or("the text has no single quote at its end")?;
    if text.contains(|letter: char| letter.is_control() || matches!(letter, '\'' | '"' | '\\')) {
        return Err("a text has no quotes, backslashes and control characters inside");
    }
    if text.len() > TEXT_LEN_MAX {
        return Err("a text has 200 bytes at most");
    }
    Ok(Constant::Text(text.to_owned()))
}

/// Returns the number if it is one in JSON too, and finite.
fn number_of(literal: &str) -> Option<Constant> {
    let number: serde_json::Number = serde_json::from_str(literal).ok()?;
    if number.is_u64() && !number.is_i64() {
        return None;
    }
    let real = || number.as_f64().filter(|real| real.is_finite()).map(Constant::Number);
    number.as_i64().map(Constant::Integer).or_else(real)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::{FieldValue, ToFieldValue};

    #[test]
    fn each_kind_of_value_is_read() {
        let read = |literal: &str| Constant::parse(literal).map(|constant| constant.serialize(ToFieldValue));
        assert_eq!(read("'populace-eu'"), Ok(FieldValue::Text("populace-eu".into())));
        assert_eq!(read("''"), Ok(FieldValue::Text(String::new())));
        assert_eq!(read("'São Paulo, = as'"), Ok(FieldValue::Text("São Paulo, = as".into())));
        assert_eq!(read("-3"), Ok(FieldValue::Integer(-3)));
        assert_eq!(read("0.5"), Ok(FieldValue::Number(0.5)));
        assert_eq!(read("1e3"), Ok(FieldValue::Number(1_000.0)));
        assert_eq!((read("true"), read("false")), (Ok(FieldValue::Boolean(true)), Ok(FieldValue::Boolean(false))));
    }

    #[test]
    fn other_values_are_refused() {
        let long = format!("'{}'", "x".repeat(201));
        let wrong = ["", "x", "'x", "x'", "'", "'a\"b'", "'a\\b'", "'a'b'", "'a\nb'", "+1", "01", "1.", "nan", "1e999"];
        for literal in wrong.into_iter().chain(["null", "[1]", "9223372036854775808", "TRUE", &long]) {
            assert!(Constant::parse(literal).is_err(), "{literal}");
        }
    }
}
