//! The command line: its grammar, where each command goes, and how errors leave the process. Parsing and dispatch only;
//! what options mean is `config`'s business.

mod backend;
mod dispatch;
mod grammar;
mod logging;
mod output;
mod requests;
mod scenarios;

use std::panic::PanicHookInfo;
use std::process::ExitCode;

use clap::Parser;

pub use requests::{
    InjectKind, InjectRequest, InspectRequest, InspectTarget, PersonRole, SchemaFormat, SchemaRequest, VerifyRequest,
};

/// Runs the program on the arguments of this process: 0, 1 for a failure, 2 for usage or configuration.
pub fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|info| eprint!("{}", fault(info))));
    let outcome = std::panic::catch_unwind(|| dispatch::dispatch(grammar::Cli::parse()));
    match outcome {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            let (text, code) = crate::error::report(&error);
            eprint!("{text}");
            ExitCode::from(code)
        }
        Err(_) => ExitCode::FAILURE,
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
