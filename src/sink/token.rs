//! The token of a sink in a checkpoint: named JSON values that only the sink creates and reads. Must not depend on: any
//! sink.

use super::SinkError;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The values that every checkpoint holds for any sink: earlier releases read them first.
const EMPTY: [(&str, &str); 2] = [
    ("positions", r#"[{"day":null,"offset":0},{"day":null,"offset":0},{"day":null,"offset":0}]"#),
    ("partitions", "[[],[],[]]"),
];

/// The position of a sink at a checkpoint, opaque to everything but that sink.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token(Vec<(String, String)>);

impl Default for Token {
    /// Returns the token of a sink that keeps nothing, or that was attached after the checkpoint.
    fn default() -> Self {
        Token(EMPTY.map(|(name, json)| (name.to_owned(), json.to_owned())).to_vec())
    }
}

impl Token {
    /// Returns the token with these values, each as JSON text.
    pub(crate) fn from_values(values: impl IntoIterator<Item = (String, String)>) -> Self {
        Token(values.into_iter().collect())
    }

    /// Returns the names and JSON texts of all values, in the order in which they are saved.
    pub(crate) fn values(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, json)| (name.as_str(), json.as_str()))
    }

    /// Returns the empty token with one value set.
    pub(super) fn with<T: Serialize>(name: &str, value: &T) -> Self {
        let json = serde_json::to_string(value).expect("a token is plain data");
        let mut token = Token::default();
        token.set(name, json);
        token
    }

    fn set(&mut self, name: &str, json: String) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some(known) => known.1 = json,
            None => self.0.push((name.to_owned(), json)),
        }
    }

    /// Returns the token with the values of all `tokens`, which are of different kinds of sinks.
    pub(super) fn of_all(tokens: &[Token]) -> Self {
        let mut whole = Token::default();
        let own = tokens.iter().flat_map(Token::values).filter(|(name, json)| !EMPTY.contains(&(*name, *json)));
        own.for_each(|(name, json)| whole.set(name, json.to_owned()));
        whole
    }

    /// Returns the token with another value.
    pub(super) fn and<T: Serialize>(mut self, name: &str, value: &T) -> Self {
        self.0.push((name.to_owned(), serde_json::to_string(value).expect("a token is plain data")));
        self
    }

    /// Reads one value; the default if the token has no value of that name.
    ///
    /// # Errors
    /// If the value does not have this type.
    pub(super) fn get<T: DeserializeOwned + Default>(&self, name: &str) -> Result<T, SinkError> {
        let Some((_, json)) = self.0.iter().find(|(known, _)| known == name) else { return Ok(T::default()) };
        serde_json::from_str(json).map_err(|e| SinkError::BadToken { why: e.to_string() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::files::Positions;
    use crate::sink::kafka::Partitions;

    #[test]
    fn the_empty_values_are_those_of_the_sinks() {
        let [positions, partitions] =
            [Token::with("positions", &Positions::default()), Token::with("partitions", &Partitions::default())];
        assert_eq!((positions, partitions), (Token::default(), Token::default()));
    }

    #[test]
    fn a_token_of_several_sinks_has_the_values_of_each() {
        let [one, other] = [Token::with("positions", &[7]), Token::with("partitions", &[[9]])];
        let whole = Token::of_all(&[one, other]);
        assert_eq!(whole.get::<Vec<u8>>("positions").unwrap(), [7]);
        assert_eq!(whole.get::<Vec<Vec<u8>>>("partitions").unwrap(), [[9]]);
        assert_eq!(Token::of_all(&[Token::default(), Token::default()]), Token::default());
    }

    #[test]
    fn a_value_comes_back_and_a_new_name_is_added_at_the_end() {
        let token = Token::with("bytes", &7_u64);
        assert_eq!(token.values().map(|(name, _)| name).collect::<Vec<_>>(), ["positions", "partitions", "bytes"]);
        assert_eq!(token.get::<u64>("bytes").unwrap(), 7);
        assert_eq!(Token::default().get::<u64>("bytes").unwrap(), 0);
        assert!(token.get::<String>("bytes").is_err());
    }
}
