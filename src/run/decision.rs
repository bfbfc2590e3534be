//! What to do at start-up: a pure function of facts that were read before. Reads, writes and starts nothing. Must not depend
//! on: any one sink.

mod refusal;

use crate::sink::{Attachment, SinkFacts, Standing};
pub use refusal::{Refusal, Versions};

/// What was found.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The world; `None` if there is none in the data directory.
    pub world: Option<WorldFacts>,
    /// What was found in the sink that the plan names.
    pub sink: &'a dyn SinkFacts,
}

/// A world that is there.
#[derive(Clone, Debug)]
pub struct WorldFacts {
    /// Its id.
    pub id: u128,
    /// The rules that it was last run by, and this program's.
    pub rules: Versions,
    /// Its sink.
    pub attachment: Option<Attachment>,
    /// Whether that sink, if it is not the one that the plan names, holds events beyond the checkpoint.
    pub left_ahead: bool,
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Create a world.
    Create,
    /// Attach the sink, from the checkpoint on.
    Attach,
    /// Finish attaching the sink, which a crash interrupted.
    FinishAttaching,
    /// Resume.
    Resume {
        /// Whether the sink is ahead of the checkpoint (C < K).
        replay: bool,
        /// Whether the sink is found at another place than before.
        moved: bool,
    },
}

/// Decides.
///
/// # Errors
/// Why the run must not start, and what to do about it.
pub fn decide(facts: &Facts<'_>) -> Result<Decision, Refusal> {
    let Some(world) = &facts.world else {
        facts.sink.check_free()?;
        return Ok(Decision::Create);
    };
    let decision = match facts.sink.standing(world.id, world.attachment.as_ref())? {
        Standing::Free => Decision::Attach,
        Standing::HalfAttached => Decision::FinishAttaching,
        Standing::Own { ahead, moved } => Decision::Resume { replay: ahead, moved },
    };
    check_rules(world, &decision).map(|()| decision)
}

/// Refuses a replay by other rules than those that made the records.
fn check_rules(world: &WorldFacts, decision: &Decision) -> Result<(), Refusal> {
    let differ = world.rules.world != world.rules.program;
    let ahead = match decision {
        Decision::Resume { replay, .. } => *replay,
        Decision::Attach => world.left_ahead,
        Decision::Create | Decision::FinishAttaching => false,
    };
    if differ && ahead { Err(Refusal::OtherRules { versions: world.rules }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
