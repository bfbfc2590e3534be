//! The list of all kinds of sinks: a new sink is a folder and a line here. Must not depend on: the run loop, checkpoints.

use super::{SinkError, SinkKind, files, kafka, null, several, stdout};

/// All kinds of sinks.
static KINDS: [&dyn SinkKind; 5] =
    [&files::Files, &kafka::Kafka, &several::FilesAndKafka, &stdout::Stdout, &null::Null];

/// Returns the kind of this name.
///
/// # Errors
/// If this program does not have the kind.
pub(crate) fn kind(name: &str) -> Result<&'static dyn SinkKind, SinkError> {
    let known = KINDS.into_iter().find(|kind| kind.name() == name);
    known.ok_or_else(|| SinkError::UnknownKind { kind: name.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::SINK_KINDS;

    #[test]
    fn a_plan_can_name_every_kind() {
        assert_eq!(KINDS.map(SinkKind::name).map(|name| SINK_KINDS.contains(&name)), [true; KINDS.len()]);
        assert_eq!(KINDS.len(), SINK_KINDS.len());
        assert!(kind("tape").is_err());
    }
}
