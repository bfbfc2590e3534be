//! The errors of operations in the terms of the command line: names of options, and help. Must not depend on: the
//! effects of commands.

use crate::UsageError;
use crate::error::Complaint;
use crate::ops::campaigns::CampaignError;
use crate::ops::drifts::DriftOrderError;
use crate::ops::inject::{InjectError, InjectField, InjectKind};
use crate::ops::inspect::InspectError;
use crate::ops::{OperationError, Reason, RequestError};
use crate::run::{ForkError, ForkProblem, LoopError, PastError};

/// Returns the option of a field.
pub(super) fn option(field: InjectField) -> &'static str {
    match field {
        InjectField::User => "--user",
        InjectField::Amount => "--amount",
        InjectField::Count => "--count",
        InjectField::Within => "--within",
        InjectField::Victims => "--victims",
        InjectField::Region => "--region",
        InjectField::At | InjectField::After => "--at",
    }
}

/// Returns an error of an operation as a usage error (exit code 2) or a failure (exit code 1).
pub(super) fn refusal(error: &RequestError) -> anyhow::Error {
    let complaints = complaints(error);
    if error.reason() == Reason::Unfit {
        return UsageError { complaints }.into();
    }
    let lines = complaints.into_iter().map(|one| match one.help {
        Some(help) => format!("{}: {help}", one.what),
        None => one.what,
    });
    anyhow::anyhow!(lines.collect::<Vec<_>>().join("\n"))
}

/// Returns the error of an operation on a stopped world.
pub(super) fn failure<E>(error: OperationError<E>) -> anyhow::Error
where
    E: std::error::Error + Into<RequestError>,
{
    match error {
        OperationError::Refused(error) => refusal(&error.into()),
        OperationError::Run(error) => error.into(),
    }
}

fn complaints(error: &RequestError) -> Vec<Complaint> {
    match error {
        RequestError::Inject(error) => vec![inject(error)],
        RequestError::Inspect(error) => vec![inspect(error)],
        RequestError::Drift(error) => vec![drift(error)],
        RequestError::Campaign(error @ CampaignError::Unknown { .. }) => {
            vec![complaint(error, Some("`populace cases` lists them"))]
        }
        RequestError::Loop(LoopError::Fork(error)) => fork(error),
        other => vec![complaint(other, None)],
    }
}

fn complaint(what: &dyn std::fmt::Display, help: Option<&str>) -> Complaint {
    Complaint { what: what.to_string(), help: help.map(str::to_owned) }
}

fn inject(error: &InjectError) -> Complaint {
    let help = match error {
        InjectError::Person(error) => return inspect(error),
        InjectError::Required { field: InjectField::User, kind: InjectKind::Transaction } => {
            "`populace inspect --sample 5` lists some".to_owned()
        }
        InjectError::Required { field: InjectField::User, .. } => {
            "`populace inspect --sample 5` lists some, or give --victims for a campaign".to_owned()
        }
        InjectError::Required { .. } | InjectError::Amount { .. } => {
            "give it in the person's currency with its decimals, as in --amount 42.50".to_owned()
        }
        InjectError::NotAllowed { field, .. } => format!("leave {} out", option(*field)),
        InjectError::InPast { .. } => "give a later time, or leave --at out".to_owned(),
        _ => return complaint(&error.describe(&option), None),
    };
    complaint(&error.describe(&option), Some(&help))
}

fn inspect(error: &InspectError) -> Complaint {
    let help = match error {
        InspectError::Driver { .. } => "`populace inspect driver --sample 5` lists some",
        InspectError::Closed { .. } => "`populace inspect --sample 5` lists some that are open",
        InspectError::User { .. } | InspectError::Customer { .. } => "`populace inspect --sample 5` lists some",
        InspectError::NotOpen { .. } => "give a later --at",
        InspectError::Time(_) => {
            return complaint(&format!("--at: {error}"), Some("write 2026-03-01, 2026-03-01T12:00:00Z, or -3d"));
        }
        InspectError::Past(PastError::OtherRules { .. }) => "leave --at out: the present is known",
        InspectError::Past(PastError::BeforeStart { .. } | PastError::Future { .. }) => {
            return complaint(&format!("--at: {error}"), Some("give an instant of the world's past"));
        }
    };
    complaint(error, Some(help))
}

fn drift(error: &DriftOrderError) -> Complaint {
    match error {
        DriftOrderError::InPast { .. } => {
            complaint(&format!("--at: {error}"), Some("give a later time, or leave --at out"))
        }
        other => complaint(other, None),
    }
}

fn fork(error: &ForkError) -> Vec<Complaint> {
    match error {
        ForkError::Changes(problems) => problems.iter().map(fork_problem).collect(),
        ForkError::Destination { .. } => {
            vec![complaint(error, Some("choose an empty or a new directory with --to"))]
        }
    }
}

fn fork_problem(problem: &ForkProblem) -> Complaint {
    let (option, help) = match problem {
        ForkProblem::Scenario { what, help } => return Complaint { what: what.clone(), help: help.clone() },
        ForkProblem::DriftKey { key } => {
            return complaint(&format!("--set: `{key}`: drifts are added by file"), Some("give --drift FILE"));
        }
        ForkProblem::FixedKey { .. } => ("--set", "leave it out, or create another world with `populace run`"),
        ForkProblem::SettingKey { .. } => ("--set", "give it to `populace run` of the new world"),
        ForkProblem::NoDriftBlocks { .. } => {
            ("--drift", "`populace scenario presets` lists the shipped drift scenarios")
        }
        ForkProblem::DriftTime { .. } | ForkProblem::Ledger { .. } => {
            return complaint(&format!("--drift: {problem}"), None);
        }
        ForkProblem::DriftInPast { .. } => (
            "--drift",
            "both worlds share the past: choose a later `at` (it is the middle, and the transition begins two widths \
             before it; +30d counts from the fork's instant)",
        ),
        ForkProblem::TopicPrefix { .. } => return complaint(&format!("--topic-prefix: {problem}"), None),
        ForkProblem::TopicPrefixRequired => {
            return complaint(
                &"--topic-prefix is required: the world writes to Kafka topics, which a fork must not write",
                Some("give the fork topics of its own, as in --topic-prefix twin-"),
            );
        }
    };
    complaint(&format!("{option}: {problem}"), Some(help))
}
