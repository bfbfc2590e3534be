//! The command line: its grammar, where each command goes, and how errors leave the process. Parsing and dispatch only;
//! what options mean is `config`'s business.

mod backend;
mod campaigns;
mod dispatch;
mod drift_orders;
mod drifts;
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
mod values;
mod words;

use std::io::Write;
use std::panic::PanicHookInfo;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use clap::Parser;

use crate::output::{printed, tell};

/// Runs the program on the arguments of this process, worlds by `run`. Returns 0, 1 for a failure, or 2 for usage or
/// configuration.
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

/// The end of a line that is no command: a complaint, or help and the version where they are asked for.
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

/// What was held back of a panic inside sled.
static UNTOLD: Mutex<Option<String>> = Mutex::new(None);

/// sled panics where bytes are damaged; the store makes an error of that, which is told instead.
fn on_panic(info: &PanicHookInfo<'_>) {
    if info.location().is_some_and(|place| place.file().contains("/sled-0.")) {
        *UNTOLD.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault(info));
    } else {
        tell(&fault(info));
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
