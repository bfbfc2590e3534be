//! The parser's messages in the form of all other errors, with the nearest name. Must not depend on: the meaning of
//! options.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Error};
use populace_sim::nearest_names;

use super::grammar::Cli;
use crate::UsageError;

/// Returns the usage error of a parser's error; `None` for requested output, such as help.
pub(super) fn restated(error: &Error) -> Option<UsageError> {
    if !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        return None;
    }
    let text = error.render().to_string();
    let mut parts = text.split("\n\n").map(one_line);
    let first = parts.next().unwrap_or_default();
    let first = first.strip_prefix("error: ").unwrap_or(&first);
    let first = without_value(first);
    let (what, values) = first.split_once(" [possible values: ").unwrap_or((&first, ""));
    let complaint = UsageError::new(what);
    let mut advice: Vec<String> = nearest(error).map(|near| format!("did you mean `{near}`?")).into_iter().collect();
    if error.kind() == ErrorKind::InvalidSubcommand {
        advice.push(format!("there are: {}", commands(error).join(", ")));
    } else if !values.is_empty() {
        advice.push(format!("there are: {}", values.trim_end_matches(']')));
    } else if advice.is_empty() {
        advice.extend(parts.filter_map(|part| Some(format!("usage: {}", part.strip_prefix("Usage: ")?))));
    }
    Some(if advice.is_empty() { complaint.help("see --help") } else { complaint.help(advice.join(" ")) })
}

/// Returns the message without the text after `=` in an unexpected word: it may be a secret whose option is missing.
fn without_value(message: &str) -> String {
    match message.split_once('\'').and_then(|(before, rest)| Some((before, rest.rsplit_once('\'')?))) {
        Some((before, (word, after))) if !word.contains('<') => match word.split_once('=') {
            Some((name, _)) => format!("{before}'{name}=…'{after}"),
            None => message.to_owned(),
        },
        _ => message.to_owned(),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the known name that is most similar to the wrong one, if there is one.
fn nearest(error: &Error) -> Option<String> {
    let suggested = [ContextKind::SuggestedArg, ContextKind::SuggestedValue, ContextKind::SuggestedSubcommand];
    if let Some(name) = suggested.into_iter().find_map(|kind| texts(error, kind).into_iter().next()) {
        return Some(name);
    }
    let (wrong, names) = match error.kind() {
        ErrorKind::InvalidSubcommand => (texts(error, ContextKind::InvalidSubcommand), commands(error)),
        _ => (texts(error, ContextKind::InvalidValue), texts(error, ContextKind::ValidValue)),
    };
    let near = nearest_names(wrong.first()?, names.iter().map(String::as_str));
    near.first().map(|name| (*name).to_owned())
}

/// Returns the names of the subcommands of the command that precedes the unexpected word, from the usage text.
fn commands(error: &Error) -> Vec<String> {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => String::new(),
    };
    let all = Cli::command();
    let under = usage.split_whitespace().fold(&all, |under, word| under.find_subcommand(word).unwrap_or(under));
    under.get_subcommands().map(|one| one.get_name().to_owned()).collect()
}

fn texts(error: &Error, kind: ContextKind) -> Vec<String> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text.clone()],
        Some(ContextValue::Strings(texts)) => texts.clone(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn said(line: &str) -> String {
        let error = Cli::try_parse_from(line.split(' ')).expect_err(line);
        restated(&error).map(|error| error.to_string()).unwrap_or_default()
    }

    #[test]
    fn mistakes_have_one_form() {
        let table = [
            (
                "populace rnu",
                "unrecognized subcommand 'rnu'\n  help: did you mean `run`? \
                 there are: run, backfill, inspect, cases, inject, fork, drift, scenario, export, schema, verify, realism",
            ),
            (
                "populace scenario chekc",
                "unrecognized subcommand 'chekc'\n  help: did you mean `check`? there are: show, check, presets",
            ),
            ("populace run --poeple 5", "unexpected argument '--poeple' found\n  help: did you mean `--people`?"),
            (
                "populace run --progress bra",
                "invalid value 'bra' for '--progress <STYLE>'\n  help: did you mean `bar`? there are: bar, log, none",
            ),
            (
                "populace run sasl.password=hunter2",
                "unexpected argument 'sasl.password=…' found\n  help: usage: populace run [OPTIONS]",
            ),
            (
                "populace inspect driver",
                "the following required arguments were not provided: <ID>\n  help: usage: populace inspect <WHAT> <ID>",
            ),
        ];
        for (line, expected) in table {
            assert_eq!(said(line), expected);
        }
        assert!(said("populace run --seed").starts_with("a value is required for '--seed <N>'"));
    }

    #[test]
    fn help_is_no_mistake() {
        assert_eq!(said("populace --help") + &said("populace scenario"), "");
    }
}
