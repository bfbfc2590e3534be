//! The command line: its grammar, the dispatch of commands, and the report of errors. Parses and dispatches only; the
//! meaning of options is in `config`.

mod backend;
mod campaigns;
mod dispatch;
mod drift_orders;
mod drifts;
mod export;
mod fork;
mod grammar;
mod inject;
mod injection;
mod inspect;
mod logging;
mod refusals;
mod requests;
mod running;
mod scenarios;
mod schema;
mod tables;
mod values;
mod words;

use std::io::Write;
use std::panic::PanicHookInfo;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::Parser;

use crate::output::{printed, tell};

/// Runs the program on the arguments of this process, and runs worlds by `run`. Returns the exit code: 0 for success, 1
/// for a failure, 2 for an error in usage or configuration.
pub(crate) fn main(run: backend::Run) -> ExitCode {
    std::panic::set_hook(Box::new(on_panic));
    let cli = match grammar::Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misread(&error),
    };
    let long_running = cli.is_long_running();
    match std::panic::catch_unwind(|| dispatch::dispatch(cli, run)) {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(error)) => {
            let code = failed(&error);
            if long_running {
                logging::log_failure(&crate::error::whole(&error));
            }
            code
        }
        Err(_) => {
            tell(&UNTOLD.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default());
            ExitCode::FAILURE
        }
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    let (text, code) = crate::error::report(error);
    tell(&text);
    ExitCode::from(code)
}

/// Prints the usage error of a line that does not parse, or the help or version that it requests. Returns the exit code.
fn misread(error: &clap::Error) -> ExitCode {
    if let Some(usage) = words::restated(error) {
        return failed(&usage.into());
    }
    let shown = error.print().and_then(|()| std::io::stdout().flush());
    match printed(shown) {
        Err(unwritten) if !error.use_stderr() => failed(&unwritten.into()),
        _ => ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2)),
    }
}

/// The message of a panic inside sled, held back until it is known that no error replaces it.
static UNTOLD: Mutex<Option<String>> = Mutex::new(None);

/// Reports a panic on standard error. Holds back a panic of sled, which panics on damaged bytes: the store turns it
/// into an error, which is reported instead.
fn on_panic(info: &PanicHookInfo<'_>) {
    if info.location().is_some_and(|place| place.file().contains("/sled-0.")) {
        *UNTOLD.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault(info));
    } else {
        tell(&fault(info));
    }
}

/// Returns the message of a panic, which is a fault of the program. It has no backtrace, which is of no use to a user.
fn fault(info: &PanicHookInfo<'_>) -> String {
    let payload = info.payload();
    let text = payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    let what = text.unwrap_or("no message");
    let place = info.location().map_or(String::new(), |place| format!(" ({}:{})", place.file(), place.line()));
    format!(
        "error: a fault in populace itself: {what}{place}\n  help: the world is safe in its last checkpoint; please report this line\n"
    )
}
