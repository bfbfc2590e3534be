//! Usage errors: an invalid option, file or combination. They differ from failures by type, because the exit code
//! differs (2, not 1). Must not depend on: any option.

use std::fmt;

use populace_sim::{Problem, ScenarioError};

/// One usage error, and its remedy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The error and its place, in one line.
    pub what: String,
    /// The remedy, in one line.
    pub help: Option<String>,
}

/// Errors in the command line, the environment or a scenario: the process ends with exit code 2. Never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines(.complaints))]
pub struct UsageError {
    /// All errors, in the order in which they were found.
    pub complaints: Vec<Complaint>,
}

impl UsageError {
    /// Returns one error without help.
    pub fn new(what: impl Into<String>) -> Self {
        UsageError { complaints: vec![Complaint { what: what.into(), help: None }] }
    }

    /// Adds help to the last error.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        if let Some(last) = self.complaints.last_mut() {
            last.help = Some(help.into());
        }
        self
    }

    /// Puts the place where they were stated before the errors.
    pub fn at(mut self, place: &str) -> Self {
        self.complaints.iter_mut().for_each(|one| one.what = format!("{place}: {}", one.what));
        self
    }

    /// Appends the errors of `other`.
    pub fn and(mut self, other: UsageError) -> Self {
        self.complaints.extend(other.complaints);
        self
    }
}

impl From<ScenarioError> for UsageError {
    fn from(error: ScenarioError) -> Self {
        let complaint = |problem: Problem| Complaint { what: problem.to_string(), help: problem.help };
        UsageError { complaints: error.0.into_iter().map(complaint).collect() }
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}", self.what)?;
        self.help.iter().try_for_each(|help| write!(out, "\n  help: {help}"))
    }
}

fn lines(complaints: &[Complaint]) -> String {
    complaints.iter().map(Complaint::to_string).collect::<Vec<_>>().join("\n")
}

/// Returns the text of an error for stderr, and the exit code: 2 for a [`UsageError`] anywhere in the chain, else 1. An
/// enum that wraps a [`UsageError`] must give it as its source (`#[error("{0}")] Usage(#[from] UsageError)`): a
/// transparent variant hides it.
pub(crate) fn report(error: &anyhow::Error) -> (String, u8) {
    match error.chain().find_map(|cause| cause.downcast_ref::<UsageError>()) {
        Some(usage) => (usage.complaints.iter().map(|one| format!("error: {one}\n")).collect(), 2),
        None => (format!("error: {}\n", whole(error)), 1),
    }
}

/// Returns the text of the error with those of its causes that it does not quote itself.
pub(crate) fn whole(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text.push_str(": ");
            text.push_str(&cause);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usage_errors_end_with_two_and_their_advice() {
        let error = UsageError::new("--end lies before the start").help("give a later one").and(UsageError::new("b"));
        let (text, code) = report(&anyhow::Error::new(error).context("while planning"));
        assert_eq!(text, "error: --end lies before the start\n  help: give a later one\nerror: b\n");
        assert_eq!(code, 2);
    }

    #[test]
    fn usage_errors_are_found_inside_the_errors_of_others() {
        #[derive(Debug, thiserror::Error)]
        enum Outer {
            #[error("{0}")]
            Usage(#[from] UsageError),
        }
        let error = anyhow::Error::new(Outer::from(UsageError::new("a")));
        assert_eq!(report(&error), ("error: a\n".to_owned(), 2));
    }

    #[test]
    fn failures_end_with_one_and_their_causes() {
        let error = anyhow::anyhow!("disk full").context("cannot write topics/a.jsonl");
        assert_eq!(report(&error), ("error: cannot write topics/a.jsonl: disk full\n".to_owned(), 1));
        let quoted = anyhow::anyhow!("disk full").context("a.jsonl: disk full; make room");
        assert_eq!(report(&quoted).0, "error: a.jsonl: disk full; make room\n", "a cause is told once");
    }
}
