//! `populace fork`: a running or a stopped world, as it is now, becomes two. Asks the running one, or copies the stopped
//! one itself; knows neither the store's bytes nor what a rule does.

mod rules;

use crate::UsageError;
use crate::cli::ForkRequest;
use crate::control::{Reason, Request, RequestError, connect};
use crate::ops::inspect::socket_error;
use crate::output::{acknowledge, tell};
use crate::run::{RunError, StoredWorld, fork_stopped};
pub(crate) use rules::{Rules, prefixed, rules};
use serde_json::Value;
use std::path::Path;

/// Answers `populace fork` on standard output.
///
/// # Errors
/// Where there is no world, the new one has no place, or an option makes no sense.
pub fn fork(request: &ForkRequest) -> Result<(), RunError> {
    let to = std::path::absolute(&request.to).map_err(|e| RunError::io(&request.to, "found", e))?;
    let running = connect(&request.data_dir).map_err(|e| socket_error(&request.data_dir, e))?;
    let answer = match running {
        Some(mut client) => {
            let order = request.order.clone();
            client.ask(&Request::Fork { to: to.clone(), order }).map_err(refused)?
        }
        None => fork_stopped(&StoredWorld::open(&request.data_dir)?, &request.order, &to)?,
    };
    show(&answer, &to, request);
    Ok(())
}

/// What makes no sense is the user's to mend.
fn refused(declined: RequestError) -> RunError {
    match declined.reason {
        Reason::Unfit => UsageError::new(declined.why).into(),
        _ => declined.into(),
    }
}

fn show(answer: &Value, to: &Path, request: &ForkRequest) {
    let notes = answer["notes"].as_array().into_iter().flatten().filter_map(Value::as_str);
    notes.for_each(|note| tell(&format!("note: {note}\n")));
    if request.json {
        return acknowledge(&format!("{answer}\n"));
    }
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let (world, of, at) = (text(&answer["world"]), text(&answer["fork_of"]["world"]), text(&answer["fork_of"]["at"]));
    let to = to.display();
    acknowledge(&format!(
        "world {world} in {to} is a fork of world {of} at {at}\n`populace run --data-dir {to}` lets it go on from there\n"
    ));
}
