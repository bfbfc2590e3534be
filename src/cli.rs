//! The command line: its grammar, where each command goes, and how errors leave the process. Parsing and dispatch only;
//! what options mean is `config`'s business.

mod backend;
mod dispatch;
mod drifts;
mod grammar;
mod injection;
mod logging;
mod output;
mod requests;
mod scenarios;
mod words;

use std::panic::PanicHookInfo;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::Parser;

use crate::UsageError;

pub(crate) use output::print;
pub use requests::{
    Amount, CasesRequest, DriftAsk, DriftFile, DriftRequest, DriftStart, ForkOrder, ForkRequest, InjectKind,
    InjectRequest, Injection, InspectRequest, InspectTarget, PersonRole, RealismRequest, RealismSource, SchemaFormat,
    SchemaRequest, Strictness, VerifyRequest, VerifyTask, When,
};

/// Runs the program on the arguments of this process: 0, 1 for a failure, 2 for usage or configuration.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(tell));
    let outcome = std::panic::catch_unwind(|| dispatch::dispatch(parsed()?));
    match outcome {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            let (text, code) = crate::error::report(&error);
            eprint!("{text}");
            ExitCode::from(code)
        }
        Err(_) => {
            eprint!("{}", UNTOLD.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default());
            ExitCode::FAILURE
        }
    }
}

/// The command; prints help and the version itself where they are asked for.
fn parsed() -> Result<grammar::Cli, UsageError> {
    grammar::Cli::try_parse().map_err(|error| words::restated(&error).unwrap_or_else(|| error.exit()))
}

/// What was held back of a panic inside sled.
static UNTOLD: Mutex<Option<String>> = Mutex::new(None);

/// sled panics where bytes are damaged; the store makes an error of that, which is told instead.
fn tell(info: &PanicHookInfo<'_>) {
    if info.location().is_some_and(|place| place.file().contains("/sled-0.")) {
        *UNTOLD.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault(info));
    } else {
        eprint!("{}", fault(info));
    }
}

/// A panic is a fault of the program; a trace of its insides helps nobody who only runs it.
fn fault(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    let what = text.unwrap_or("no message");
    let place = info.location().map_or(String::new(), |place| format!(" ({}:{})", place.file(), place.line()));
    format!(
        "error: a fault in populace itself: {what}{place}\n  help: the world is safe in its last checkpoint; please report this line\n"
    )
}
