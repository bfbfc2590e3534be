//! A command as the log has it. Must not depend on: the form of the log.

use populace_sim::{Command, VirtualTime};
use serde::{Deserialize, Serialize};

/// A command of the log. On the control socket it is a pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(from = "(Option<VirtualTime>, Command)", into = "(Option<VirtualTime>, Command)")]
pub struct LoggedCommand {
    /// The instant at which it takes effect; `None` for the next start.
    pub at: Option<VirtualTime>,
    /// The command.
    pub command: Command,
}

impl From<(Option<VirtualTime>, Command)> for LoggedCommand {
    fn from((at, command): (Option<VirtualTime>, Command)) -> Self {
        LoggedCommand { at, command }
    }
}

impl From<LoggedCommand> for (Option<VirtualTime>, Command) {
    fn from(logged: LoggedCommand) -> Self {
        (logged.at, logged.command)
    }
}
