//! The checks of sinks that write each record as a line or a row, by the formats of topics. Must not depend on: any one sink.

use crate::UsageError;
use crate::config::RunPlan;
use populace_sim::{Scenario, Stream};
use populace_wire::TopicFormat;

/// Refuses a plan with topics whose records are not lines of text.
pub(super) fn check_lines(plan: &RunPlan) -> Result<(), UsageError> {
    let binary = plan.scenario.topics.streams().filter_map(|stream| refusal(&plan.scenario, stream, plan.sink.kind()));
    binary.reduce(UsageError::and).map_or(Ok(()), Err)
}

/// Refuses a plan with tables in files of rows: the record that says that a row is gone has the key and the time alone.
pub(super) fn check_tables(plan: &RunPlan) -> Result<(), UsageError> {
    let tables = plan.scenario.topics.streams().filter(|stream| stream.is_table());
    let refused = tables.map(|stream| {
        let (topic, section) = (plan.scenario.topics.of(stream), stream.section());
        let what = format!(
            "{} is a table, which these files have no place for: rows that are gone are lines alone",
            topic.name
        );
        let help = "leave files.format out, and write tables with `populace export tables`";
        UsageError::new(what).help(format!("{help}, or set topics.{section}.enabled = false"))
    });
    refused.reduce(UsageError::and).map_or(Ok(()), Err)
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
