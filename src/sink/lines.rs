//! The check of sinks that write each record as a line: they take formats of text alone. Must not depend on: any one sink.

use crate::UsageError;
use crate::config::RunPlan;
use populace_sim::{Scenario, Stream};
use populace_wire::TopicFormat;

/// Refuses a plan with topics whose records are not lines of text.
pub(super) fn check_lines(plan: &RunPlan) -> Result<(), UsageError> {
    let binary = plan.scenario.topics.streams().filter_map(|stream| refusal(&plan.scenario, stream, plan.sink.kind()));
    binary.reduce(UsageError::and).map_or(Ok(()), Err)
}

fn refusal(scenario: &Scenario, stream: Stream, sink: &str) -> Option<UsageError> {
    let (topic, section) = (scenario.topics.of(stream), stream.section());
    let format = TopicFormat::named(&topic.format).filter(|format| !format.is_text())?;
    let what =
        format!("--sink {sink}: {} is written as {}, and this sink writes lines of text", topic.name, format.title());
    let other =
        if sink == "files" { "give files.format = \"avro\" or \"csv\", or --sink kafka" } else { "give --sink kafka" };
    let help = format!("{other}, or create a world with topics.{section}.format = \"json\"");
    Some(UsageError::new(what).help(help))
}
