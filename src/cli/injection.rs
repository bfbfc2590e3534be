//! The request of `populace inject`, from parsed arguments. Must not depend on: a world.

use super::grammar::InjectArgs;
use super::refusals::refusal;
use super::requests::{Form, InjectRequest};
use super::values::whole;
use crate::UsageError;
use crate::config::{Surroundings, data_dir};
use crate::ops::inject::{InjectOptions, Injection, When};
use populace_sim::{Span, VirtualTime, is_relative_time, parse_span, resolve_time};

/// Returns the request.
pub(super) fn request(args: &InjectArgs, around: &Surroundings) -> anyhow::Result<InjectRequest> {
    Ok(InjectRequest {
        data_dir: data_dir(args.data_dir.as_deref(), around),
        injection: injection(args)?,
        when: args.at.as_deref().map_or(Ok(When::AtOnce), when)?,
        form: Form::json_if(args.json),
    })
}

fn injection(args: &InjectArgs) -> anyhow::Result<Injection> {
    options(args)?.validate().map_err(|error| refusal(&error.into()))
}

fn options(args: &InjectArgs) -> Result<InjectOptions, UsageError> {
    let number = |option, text: &Option<String>| text.as_deref().map(|text| whole(option, text)).transpose();
    Ok(InjectOptions {
        kind: args.kind,
        user: args.user.clone(),
        amount: args.amount.clone(),
        count: number("--count", &args.count)?,
        within_seconds: args.within.as_deref().map(within_seconds).transpose()?,
        victims: number("--victims", &args.victims)?,
        region: args.region.clone(),
    })
}

/// Parses a span. Returns whole seconds, rounded down, at least 1.
fn within_seconds(text: &str) -> Result<u32, UsageError> {
    let span = parse_span(text).map_err(|error| UsageError::new(format!("--within: {error}")))?;
    Ok(u32::try_from((span.micros() / 1_000_000).max(1)).unwrap_or(u32::MAX))
}

/// Parses an instant of virtual time, `now`, or a span after virtual now.
pub(super) fn when(text: &str) -> Result<When, UsageError> {
    let help = "write 2026-01-01T00:00:00Z, a date, or a time from the world's now on, as in +2h";
    let wrong = |why: String| UsageError::new(format!("--at: {why}")).help(help);
    if text.trim() == "now" {
        return Ok(When::AtOnce);
    }
    let zero = VirtualTime::from_micros(0);
    if is_relative_time(text) {
        // Virtual now is not known yet; the span is the same from any year.
        let year_2000 = VirtualTime::from_seconds(946_684_800);
        let later = resolve_time(text, year_2000).map_err(|error| wrong(error.to_string()))?.since(year_2000);
        return if later > Span::from_micros(0) {
            Ok(When::After(later))
        } else {
            Err(wrong(format!("{text} is over")))
        };
    }
    resolve_time(text, zero).map(When::At).map_err(|error| wrong(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::super::grammar::{Cli, Command};
    use super::*;
    use crate::cli::refusals::option;
    use crate::ops::inject::InjectField;
    use crate::ops::inject::tests::{Meaning, TABLE, meaning};
    use clap::Parser;

    fn asked(line: &str) -> anyhow::Result<Injection> {
        let words = ["populace", "inject"].into_iter().chain(line.split_whitespace());
        let Command::Inject(args) = Cli::try_parse_from(words).expect("parses").command else { panic!("inject") };
        injection(&args)
    }

    #[test]
    fn options_mean_what_the_operation_says() {
        for (kind, fields, wanted) in TABLE {
            let mut words = vec!["populace", "inject", kind];
            let seconds = |text: &str| format!("{text}s");
            let texts: Vec<(&str, String)> = fields
                .iter()
                .map(|(field, text)| {
                    (option(*field), if *field == InjectField::Within { seconds(text) } else { (*text).to_owned() })
                })
                .collect();
            words.extend(texts.iter().flat_map(|(option, text)| [*option, text.as_str()]));
            let Command::Inject(args) = Cli::try_parse_from(&words).expect("parses").command else { panic!("inject") };
            match (options(&args), wanted) {
                (Ok(options), _) => assert_eq!(meaning(&options.validate()), wanted, "{words:?}"),
                (Err(error), Meaning::Refused(field)) => {
                    assert!(error.to_string().starts_with(option(field)), "{words:?}: {error}");
                }
                (Err(error), _) => panic!("{words:?}: {error}"),
            }
        }
    }

    #[test]
    fn numbers_are_checked() {
        for line in ["--count 0", "--count -1", "--count NaN", "--count 1e308", "--within 0s", "--within 40d"] {
            let error = asked(&format!("velocity --user x {line}")).expect_err(line).to_string();
            assert!(error.starts_with(line.split(' ').next().expect("a flag")), "{error}");
        }
        for amount in
            ["0", "0.00", "-5", "1e3", "NaN", "5.", ".5", "4,50", "1.234", "99999999999999999999999", "+1", ""]
        {
            let words = ["populace", "inject", "transaction", "--user", "x", "--amount", amount];
            let Command::Inject(args) = Cli::try_parse_from(words).expect("parses").command else { panic!("inject") };
            let error = injection(&args).expect_err(amount).to_string();
            assert!(error.starts_with("--amount: ") && error.contains("42.50"), "{error}");
        }
        assert!(asked("velocity --victims 0").expect_err("no victims").to_string().starts_with("--victims"));
    }

    #[test]
    fn options_that_do_not_go_together_are_named() {
        for (line, named) in [
            ("velocity", "--user"),
            ("transaction --amount 4", "--user"),
            ("transaction --user x", "--amount"),
            ("transaction --user x --amount 4 --count 2", "--count"),
            ("transaction --user x --amount 4 --within 5m", "--within"),
            ("transaction --user x --amount 4 --victims 2", "--victims"),
            ("velocity --user x --amount 4", "--amount"),
            ("velocity --user x --victims 4", "--user"),
            ("velocity --count 3 --victims 4", "--count"),
            ("velocity --user x --region tokyo", "--region"),
        ] {
            let error = asked(line).expect_err(line).to_string();
            assert!(error.contains(named), "{line}: {error}");
        }
    }

    #[test]
    fn times_are_of_the_worlds_clock() {
        assert_eq!(when("now"), Ok(When::AtOnce));
        assert_eq!(when("+2h"), Ok(When::After(Span::from_seconds(7_200))));
        assert_eq!(when("1971-01-02"), Ok(When::At(VirtualTime::from_seconds(366 * 86_400))));
        for bad in ["-2h", "+0s", "soon", "2026-01-01T00:00:00"] {
            assert!(when(bad).expect_err(bad).to_string().contains("--at"), "{bad}");
        }
    }
}
