//! The decision at start-up: a pure function of facts that were read before. Reads, writes and starts nothing. Must not
//! depend on: any one sink.

mod refusal;

use crate::sink::{Attachment, SinkFacts, Standing};
pub use refusal::{Refusal, Versions};

/// The facts that a decision depends on.
#[derive(Debug)]
pub struct Facts<'a> {
    /// The world; `None` if there is none in the data directory.
    pub world: Option<WorldFacts>,
    /// The facts about the sink that the plan names.
    pub sink: &'a dyn SinkFacts,
}

/// The facts about an existing world.
#[derive(Clone, Debug)]
pub struct WorldFacts {
    /// Its id.
    pub id: u128,
    /// The version of the rules of its last run, and this program's.
    pub rules: Versions,
    /// Its sink.
    pub attachment: Option<Attachment>,
    /// True if that sink is not the one that the plan names and holds events beyond the checkpoint.
    pub left_ahead: bool,
}

/// A decision.
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
        /// True if the sink is ahead of the checkpoint (C < K).
        replay: bool,
        /// True if the sink is at another place than before.
        moved: bool,
    },
}

/// Returns the decision for these facts.
///
/// # Errors
/// The reason why the run must not start, and the remedy.
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

/// Refuses a replay by other rules than those of the records.
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
