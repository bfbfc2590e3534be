//! The faults of a scenario, each with its place and its remedy.
//! Must not depend on: any rule.

use std::fmt;

/// The place where a value was stated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The built-in `default.toml`.
    Default,
    /// A line of a scenario file, counted from 1.
    File {
        /// The file's name as the user gave it.
        name: String,
        /// The line, from 1.
        line: usize,
    },
    /// An environment variable, by name.
    Environment(String),
    /// `--set`, with the key as it was given.
    Set(String),
    /// Any other flag, by name.
    Flag(String),
    /// A scenario that was passed as a value.
    Value,
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Default => write!(out, "built-in defaults"),
            Origin::File { name, line } => write!(out, "{name}:{line}"),
            Origin::Environment(name) => write!(out, "environment {name}"),
            Origin::Set(key) => write!(out, "--set {key}"),
            Origin::Flag(name) => write!(out, "{name}"),
            Origin::Value => write!(out, "scenario"),
        }
    }
}

/// A fault of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key in question, dotted; empty when the fault has none (a syntax error).
    pub key: String,
    /// The place where it was stated.
    pub place: Origin,
    /// The fault in one line, with the key.
    pub what: String,
    /// The remedy in one line.
    pub help: Option<String>,
}

impl Problem {
    /// Returns a fault of `key`, stated at `place`.
    pub fn new(key: &str, place: &Origin, what: String) -> Self {
        Problem { key: key.to_owned(), place: place.clone(), what, help: None }
    }

    /// Returns the same fault with a remedy.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.place, self.what)
    }
}

/// Every fault that was found in a scenario, in the order of its layers; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(.0))]
pub struct ScenarioError(pub Vec<Problem>);

fn lines(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}

/// Returns the names nearest to `wrong`, best first: at most three, and none that is much farther than the best. Empty
/// when none is near.
pub fn nearest_names<'a>(wrong: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let wrong = wrong.to_lowercase();
    let mut scored: Vec<(usize, &str)> = names.into_iter().map(|name| (distance(&wrong, name), name)).collect();
    scored.sort();
    scored.dedup();
    let best = scored.first().map_or(0, |(score, _)| *score);
    let limit = 2.max(wrong.chars().count() / 3).min(best + 1);
    scored.into_iter().filter(|(score, _)| *score <= limit).map(|(_, name)| name).take(3).collect()
}

/// Returns the number of edits between two names, over the whole path or, one worse, over the last segments alone. A
/// name that begins with the other, or ends with it when dots count as underscores, is near too.
fn distance(wrong: &str, name: &str) -> usize {
    let name = name.to_lowercase();
    let whole = strsim::damerau_levenshtein(wrong, &name);
    let (ours, theirs) = (last_segment(wrong), last_segment(&name));
    let edits = strsim::damerau_levenshtein(ours, theirs);
    let last = if edits <= 1.max(ours.chars().count() / 3) { 1 + edits } else { usize::MAX };
    let part = name.starts_with(wrong) || name.replace('.', "_").ends_with(&wrong.replace('.', "_"));
    let part = if part && wrong.len() >= 3 { 2 } else { usize::MAX };
    whole.min(last).min(part)
}

fn last_segment(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// Returns "did you mean `a`, `b` or `c`?", or `otherwise` when there is nothing near.
pub fn did_you_mean(names: &[&str], otherwise: &str) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.as_slice() {
        [] => otherwise.to_owned(),
        [one] => format!("did you mean {one}?"),
        [first @ .., last] => format!("did you mean {} or {last}?", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_come_first_by_path_and_by_last_segment() {
        let names = ["bank.fraud.rate", "bank.rate_shape", "rides.requests_per_day", "world.seed"];
        assert_eq!(nearest_names("bank.fraud.raet", names), ["bank.fraud.rate"]);
        assert_eq!(nearest_names("rate", names)[0], "bank.fraud.rate");
        assert_eq!(nearest_names("shop.requests_per_dya", names), ["rides.requests_per_day"]);
        assert!(nearest_names("completely_else", names).is_empty());
        assert!(nearest_names("anything", []).is_empty());
    }

    #[test]
    fn suggestions_read_as_a_sentence() {
        assert_eq!(did_you_mean(&["a", "b", "c"], ""), "did you mean `a`, `b` or `c`?");
        assert_eq!(did_you_mean(&["a"], ""), "did you mean `a`?");
        assert_eq!(did_you_mean(&[], "see"), "see");
    }
}
