//! What to do at start-up: a pure function of facts that were read before. Reads, writes and starts nothing.

mod files;
mod kafka;
mod refusal;

use super::attachment::{Attachment, SinkPlace};
use super::settings::FolderClaim;
pub use files::{FilesFacts, LastWriter};
pub(super) use kafka::kept;
pub use kafka::{KafkaFacts, Standing};
pub use refusal::Refusal;

/// What was found.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The world, or none in the data directory.
    pub world: Option<WorldFacts>,
    /// The sink that is asked for.
    pub sink: SinkFacts,
}

/// A world that is there.
#[derive(Clone, Debug)]
pub struct WorldFacts {
    /// Its id.
    pub id: u128,
    /// The version of the rules that it lives by, and this program's.
    pub rules: Versions,
    /// Its sink.
    pub attachment: Option<Attachment>,
    /// Its claim to a topic folder; none where it wrote files under an earlier release, or never.
    pub claim: Option<FolderClaim>,
    /// Whether that sink, where it is not the one asked for, has events beyond the checkpoint.
    pub left_ahead: bool,
}

/// Two versions of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Versions {
    /// The world's.
    pub world: u32,
    /// This program's.
    pub program: u32,
}

/// The sink that is asked for.
#[derive(Clone, Debug)]
pub enum SinkFacts {
    /// One that keeps nothing that could be read back.
    Unkept(SinkPlace),
    /// Topic files.
    Files(Box<FilesFacts>),
    /// Topics of a cluster.
    Kafka(Box<KafkaFacts>),
}

/// What to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Make a new world.
    Birth,
    /// Attach the sink, from the checkpoint on.
    Attach,
    /// Finish attaching the sink, which a crash cut off.
    FinishAttaching,
    /// Go on.
    Resume {
        /// Whether the sink is ahead of the checkpoint (C < K).
        replay: bool,
        /// Whether the sink is found at another place than it was left.
        moved: bool,
    },
}

/// Decides.
///
/// # Errors
/// Why the run must not start, and what to do about it.
pub fn decide(facts: &Facts) -> Result<Decision, Refusal> {
    match (&facts.world, &facts.sink) {
        (None, SinkFacts::Unkept(_)) => Ok(Decision::Birth),
        (None, SinkFacts::Files(files)) => files::unclaimed(files, None).map(|()| Decision::Birth),
        (None, SinkFacts::Kafka(kafka)) => kafka::unclaimed(kafka).map(|()| Decision::Birth),
        (Some(world), sink) => {
            let decision = match sink {
                SinkFacts::Unkept(place) => unkept(world, place),
                SinkFacts::Files(files) => files::with_files(world, files)?,
                SinkFacts::Kafka(kafka) => kafka::with_topics(world, kafka)?,
            };
            check_rules(world, &decision)
        }
    }
}

fn check_rules(world: &WorldFacts, decision: &Decision) -> Result<Decision, Refusal> {
    let differ = world.rules.world != world.rules.program;
    let ahead = match decision {
        Decision::Resume { replay, .. } => *replay,
        Decision::Attach => world.left_ahead,
        Decision::Birth | Decision::FinishAttaching => false,
    };
    if differ && ahead {
        return Err(Refusal::OtherRules { versions: world.rules });
    }
    Ok(decision.clone())
}

fn unkept(world: &WorldFacts, place: &SinkPlace) -> Decision {
    match &world.attachment {
        Some(attachment) if attachment.place == *place => Decision::Resume { replay: false, moved: false },
        _ => Decision::Attach,
    }
}

#[cfg(test)]
mod tests;
