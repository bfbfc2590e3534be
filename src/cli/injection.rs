//! What `inject` asks for, from parsed arguments: which options go together, and what their texts mean. Knows no world.

use super::dispatch::whole;
use super::grammar::InjectArgs;
use super::requests::{Amount, InjectKind, InjectRequest, Injection, When};
use crate::UsageError;
use crate::config::{Surroundings, data_dir};
use populace_sim::{Span, VirtualTime, is_relative_time, parse_span, resolve_time};

/// The request, or what is wrong with the options.
pub(super) fn request(args: &InjectArgs, around: &Surroundings) -> Result<InjectRequest, UsageError> {
    Ok(InjectRequest {
        data_dir: data_dir(args.data_dir.as_deref(), around),
        injection: injection(args)?,
        when: args.at.as_deref().map_or(Ok(When::AtOnce), when)?,
        json: args.json,
    })
}

fn injection(args: &InjectArgs) -> Result<Injection, UsageError> {
    let Some(kind) = args.kind.fraud() else {
        unfit(args, &["--count", "--within", "--victims", "--region"], "one transaction is a single one")?;
        let text = args.amount.as_deref().ok_or_else(|| {
            let error = UsageError::new("one transaction is of some amount, so --amount is needed");
            error.help("give it in the person's currency, as in --amount 42.50")
        })?;
        return Ok(Injection::Transaction { user: user(args)?, amount: amount(text)? });
    };
    unfit(args, &["--amount"], "a campaign chooses its amounts itself")?;
    let of_one = args.user.is_some() || args.count.is_some() || args.within.is_some();
    if args.victims.is_some() || (args.kind.has_many_victims() && !of_one) {
        unfit(args, &["--user", "--count", "--within"], "a whole campaign finds its victims and what it does to each")?;
        let victims = args.victims.as_deref().map(|text| whole("--victims", text)).transpose()?;
        return Ok(Injection::Campaign { kind, region: args.region.clone(), victims });
    }
    unfit(args, &["--region"], "the person lives where they live")?;
    Ok(Injection::Episode {
        kind,
        user: if args.kind.needs_user() { Some(user(args)?) } else { args.user.clone() },
        count: args.count.as_deref().map(|text| whole("--count", text)).transpose()?,
        within: args.within.as_deref().map(within).transpose()?,
    })
}

fn user(args: &InjectArgs) -> Result<String, UsageError> {
    args.user.clone().ok_or_else(|| {
        let error = UsageError::new("this happens to one person, so --user is needed");
        let many = if args.kind == InjectKind::Transaction { "" } else { ", or give --victims for a whole campaign" };
        error.help(format!("`populace inspect --sample 5` names some{many}"))
    })
}

/// Refuses the first of some options that was given.
fn unfit(args: &InjectArgs, flags: &[&str], why: &str) -> Result<(), UsageError> {
    let given = [
        ("--user", args.user.is_some()),
        ("--amount", args.amount.is_some()),
        ("--count", args.count.is_some()),
        ("--within", args.within.is_some()),
        ("--victims", args.victims.is_some()),
        ("--region", args.region.is_some()),
    ];
    match given.iter().find(|(flag, given)| *given && flags.contains(flag)) {
        Some((flag, _)) => Err(UsageError::new(format!("{flag}: {why}")).help(format!("leave {flag} out"))),
        None => Ok(()),
    }
}

fn amount(text: &str) -> Result<Amount, UsageError> {
    Amount::parse(text).ok_or_else(|| {
        UsageError::new(format!("--amount: {text:?} must be above 0 and at most 10,000,000 (in yen 1,000,000,000)"))
            .help("give it in the person's currency with its decimals, as in 42.50")
    })
}

fn within(text: &str) -> Result<Span, UsageError> {
    let longest = Span::from_days(30);
    let span = parse_span(text).map_err(|error| UsageError::new(format!("--within: {error}")))?;
    if span <= longest { Ok(span) } else { Err(UsageError::new(format!("--within: {text} is more than 30d"))) }
}

/// A time on the world's clock, or so much later than it shows.
pub(super) fn when(text: &str) -> Result<When, UsageError> {
    let help = "write 2026-01-01T00:00:00Z, a date, or a time from the world's now on, as in +2h";
    let wrong = |why: String| UsageError::new(format!("--at: {why}")).help(help);
    if text.trim() == "now" {
        return Ok(When::AtOnce);
    }
    let zero = VirtualTime::from_micros(0);
    if is_relative_time(text) {
        // A world's clock is not known yet; any year will do to read how far away it is.
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
    use clap::Parser;
    use populace_sim::FraudKind;

    fn asked(line: &str) -> Result<Injection, UsageError> {
        let words = ["populace", "inject"].into_iter().chain(line.split_whitespace());
        let Command::Inject(args) = Cli::try_parse_from(words).expect("parses").command else { panic!("inject") };
        injection(&args)
    }

    #[test]
    fn one_person_or_a_whole_campaign() {
        let episode = asked("velocity --user x --count 10 --within 5m");
        let within = Some(Span::from_seconds(300));
        let wanted = Injection::Episode { kind: FraudKind::Velocity, user: Some("x".into()), count: Some(10), within };
        assert_eq!(episode, Ok(wanted));
        let campaign = |line: &str| match asked(line).expect(line) {
            Injection::Campaign { victims, region, .. } => Some((victims, region)),
            Injection::Episode { .. } | Injection::Transaction { .. } => None,
        };
        assert_eq!(campaign("card-testing"), Some((None, None)));
        assert_eq!(campaign("mule-ring --region tokyo"), Some((None, Some("tokyo".into()))));
        assert_eq!(campaign("stolen-card --victims 9"), Some((Some(9), None)));
        assert_eq!(campaign("card-testing --count 5"), None, "against anybody");
        assert!(asked("transaction --user x --amount 4.20").is_ok());
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
        assert!(asked("velocity --victims 0").expect_err("nobody").to_string().starts_with("--victims"));
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
