//! Names that more than one format allows. Must not depend on: fields, formats.

use std::collections::BTreeSet;

/// Returns whether Avro and Protobuf allow the name: a letter or `_`, then letters, digits and `_`.
pub fn is_identifier(name: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let mut bytes = name.bytes();
    bytes.next().is_some_and(letter) && bytes.all(|byte| letter(byte) || byte.is_ascii_digit())
}

/// Returns whether the words of a closed list can be the symbols of an enum, whatever their case. Other lists, such as that
/// with "Heavy Rain", are text in formats with enums, because a reader could not restore the words.
pub fn are_symbols(words: &[&str]) -> bool {
    let distinct: BTreeSet<String> = words.iter().map(|word| word.to_ascii_uppercase()).collect();
    words.iter().all(|word| is_identifier(word)) && distinct.len() == words.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_are_no_identifiers_are_text() {
        assert!(are_symbols(&["credit_card", "iOS", "_"]));
        for words in [&["Heavy Rain"][..], &["google.com"], &["4g"], &[""], &["a", "A"]] {
            assert!(!are_symbols(words), "{words:?}");
        }
    }
}
