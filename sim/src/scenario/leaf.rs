//! The values of keys: read from TOML, or from the bare text of a flag or a variable, and converted to the kind of the
//! key.
//! Must not depend on: any particular key.

use std::fmt;

use toml::Value;
use toml::de::DeValue;

use super::keys::KeyKind;

/// A value of a scenario.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Leaf {
    Whole(i128),
    Real(f64),
    Text(String),
    Flag(bool),
    List(Vec<Leaf>),
    /// A table, by its keys: never a valid value, kept for the message.
    Table,
}

impl Leaf {
    /// Returns a value that was parsed with its place; dates become text.
    pub(super) fn from_placed(value: &DeValue<'_>) -> Leaf {
        match value {
            DeValue::String(text) => Leaf::Text(text.to_string()),
            DeValue::Integer(whole) => match i128::from_str_radix(whole.as_str(), whole.radix()) {
                Ok(number) => Leaf::Whole(number),
                Err(_) => Leaf::Real(f64::INFINITY),
            },
            DeValue::Float(real) => Leaf::Real(real.as_str().parse().unwrap_or(f64::NAN)),
            DeValue::Boolean(flag) => Leaf::Flag(*flag),
            DeValue::Datetime(date) => Leaf::Text(date.to_string()),
            DeValue::Array(items) => Leaf::List(items.iter().map(|item| Leaf::from_placed(item.get_ref())).collect()),
            DeValue::Table(_) => Leaf::Table,
        }
    }

    /// Returns a TOML value; dates become text.
    pub(super) fn from_toml(value: &Value) -> Leaf {
        match value {
            Value::String(text) => Leaf::Text(text.clone()),
            Value::Integer(whole) => Leaf::Whole((*whole).into()),
            Value::Float(real) => Leaf::Real(*real),
            Value::Boolean(flag) => Leaf::Flag(*flag),
            Value::Datetime(date) => Leaf::Text(date.to_string()),
            Value::Array(items) => Leaf::List(items.iter().map(Leaf::from_toml).collect()),
            Value::Table(_) => Leaf::Table,
        }
    }

    /// Parses bare text for a key of this kind: text needs no quotes.
    pub(super) fn from_bare(text: &str, kind: KeyKind) -> Leaf {
        let text = text.trim();
        match kind {
            KeyKind::Text => Leaf::Text(unquoted(text)),
            KeyKind::Texts if !text.starts_with('[') => Leaf::List(split(text).map(Leaf::Text).collect()),
            KeyKind::Whole | KeyKind::Real => number(text).unwrap_or_else(|| any(text)),
            KeyKind::Reals if !text.starts_with('[') => {
                Leaf::List(split(text).map(|part| number(&part).unwrap_or(Leaf::Text(part))).collect())
            }
            KeyKind::Texts | KeyKind::Reals | KeyKind::Flag => any(text),
        }
    }

    /// Returns the value as a key of this kind holds it, or `None` when it is of another kind.
    pub(super) fn fitted(self, kind: KeyKind) -> Option<Leaf> {
        match (kind, self) {
            (KeyKind::Real, Leaf::Whole(number)) => Some(Leaf::Real(number as f64)),
            (KeyKind::Whole, leaf @ Leaf::Whole(_)) => Some(leaf),
            (KeyKind::Real, leaf @ Leaf::Real(_)) => Some(leaf),
            (KeyKind::Text, leaf @ Leaf::Text(_)) => Some(leaf),
            (KeyKind::Flag, leaf @ Leaf::Flag(_)) => Some(leaf),
            (KeyKind::Texts, Leaf::List(items)) => list_of(items, KeyKind::Text),
            (KeyKind::Reals, Leaf::List(items)) => list_of(items, KeyKind::Real),
            _ => None,
        }
    }

    /// Returns the number, or 0 for a value of another kind.
    pub(super) fn number(&self) -> f64 {
        match self {
            Leaf::Real(number) => *number,
            Leaf::Whole(number) => *number as f64,
            _ => 0.0,
        }
    }

    /// Describes the value, for a message.
    pub(super) fn describe(&self) -> String {
        match self {
            Leaf::Whole(number) => format!("the whole number {number}"),
            Leaf::Real(number) if number.is_finite() => format!("the number {self}"),
            Leaf::Real(number) => format!("the number {number}"),
            Leaf::Text(text) => format!("the text {text:?}"),
            Leaf::Flag(flag) => format!("{flag}"),
            Leaf::List(_) => "a list".to_owned(),
            Leaf::Table => "a table".to_owned(),
        }
    }

    /// Describes the kind of the value, for a message that must not show it.
    pub(super) fn describe_unseen(&self) -> &'static str {
        match self {
            Leaf::Whole(_) | Leaf::Real(_) => "a number",
            Leaf::Text(_) => "a text",
            Leaf::Flag(_) => "true or false",
            Leaf::List(_) => "a list",
            Leaf::Table => "a table",
        }
    }

    /// Returns numbers and flags as text; lists and tables stay as they are.
    pub(super) fn into_text(self) -> Leaf {
        match self {
            Leaf::Whole(number) => Leaf::Text(number.to_string()),
            Leaf::Real(number) => Leaf::Text(number.to_string()),
            Leaf::Flag(flag) => Leaf::Text(flag.to_string()),
            other => other,
        }
    }
}

/// Writes the value as TOML.
impl fmt::Display for Leaf {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Leaf::Whole(number) => write!(out, "{number}"),
            Leaf::Real(number) if number.is_finite() && number.abs() >= 1e15 => write!(out, "{number:e}"),
            Leaf::Real(number) => write!(out, "{}", Value::Float(*number)),
            Leaf::Text(text) => write!(out, "{}", Value::String(text.clone())),
            Leaf::Flag(flag) => write!(out, "{flag}"),
            Leaf::Table => write!(out, "{{}}"),
            Leaf::List(items) => {
                let items: Vec<String> = items.iter().map(Leaf::to_string).collect();
                write!(out, "[{}]", items.join(", "))
            }
        }
    }
}

fn list_of(items: Vec<Leaf>, kind: KeyKind) -> Option<Leaf> {
    items.into_iter().map(|item| item.fitted(kind)).collect::<Option<Vec<_>>>().map(Leaf::List)
}

/// Returns a number however people write it; "NaN" and "inf" count, so that the range check can refuse them by name.
fn number(text: &str) -> Option<Leaf> {
    let plain: String = text.chars().filter(|letter| *letter != '_').collect();
    plain.parse().map(Leaf::Whole).ok().or_else(|| plain.parse().map(Leaf::Real).ok())
}

/// Returns the text as a TOML value if it is one, else as text.
fn any(text: &str) -> Leaf {
    match DeValue::parse(text) {
        Ok(value) => Leaf::from_placed(value.get_ref()),
        Err(_) => Leaf::Text(text.to_owned()),
    }
}

fn unquoted(text: &str) -> String {
    match DeValue::parse(text) {
        Ok(value) if text.starts_with(['"', '\'']) => value.get_ref().as_str().unwrap_or(text).to_owned(),
        _ => text.to_owned(),
    }
}

pub(super) fn split(text: &str) -> impl Iterator<Item = String> {
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_text_takes_the_kind_of_the_key() {
        assert_eq!(Leaf::from_bare("1_000", KeyKind::Whole), Leaf::Whole(1000));
        assert_eq!(Leaf::from_bare("0x10", KeyKind::Whole), Leaf::Whole(16));
        assert_eq!(Leaf::from_bare("-5", KeyKind::Whole), Leaf::Whole(-5));
        assert_eq!(Leaf::from_bare("2026-01-01", KeyKind::Text), Leaf::Text("2026-01-01".into()));
        assert_eq!(Leaf::from_bare("60", KeyKind::Text), Leaf::Text("60".into()));
        assert_eq!(Leaf::from_bare("\"a b\"", KeyKind::Text), Leaf::Text("a b".into()));
        let list = Leaf::List(vec![Leaf::Text("a".into()), Leaf::Text("b".into())]);
        assert_eq!(Leaf::from_bare("a, b", KeyKind::Texts), list);
        assert_eq!(Leaf::from_bare("['a', 'b']", KeyKind::Texts), list);
        assert!(matches!(Leaf::from_bare("NaN", KeyKind::Real), Leaf::Real(number) if number.is_nan()));
        assert_eq!(Leaf::from_bare("true", KeyKind::Flag), Leaf::Flag(true));
        assert_eq!(Leaf::from_bare("yes", KeyKind::Flag).fitted(KeyKind::Flag), None);
    }

    #[test]
    fn whole_numbers_fit_real_keys_and_reals_do_not_fit_whole_keys() {
        assert_eq!(Leaf::Whole(2).fitted(KeyKind::Real), Some(Leaf::Real(2.0)));
        assert_eq!(Leaf::Real(2.5).fitted(KeyKind::Whole), None);
        assert_eq!(Leaf::Text("2".into()).fitted(KeyKind::Real), None);
    }
}
