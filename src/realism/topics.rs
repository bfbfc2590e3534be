//! Records from the topics of a cluster: the committed ones, up to the end that each partition has when reading begins,
//! so that a world may continue to write. Must not depend on: checks.

use super::error::{RealismError, collector};
use crate::config::KafkaPlan;
use crate::run::RunError;
use crate::sink::TopicNames;
use crate::sink::kafka::{Cluster, Extent, json_alone};
use crate::status::Connectivity;
use populace_realism::{Collector, Data};
use populace_sim::{STREAMS, Scenario, Stream, VirtualTime};
use populace_wire::TopicFormat;
use std::sync::Arc;

/// Reads the topics of the contract that the world has. The scenario gives the names of the topics and the regions.
///
/// # Errors
/// If the cluster is unreachable, none of the topics exists, or a record cannot be read.
pub(super) fn read(scenario: &Scenario, plan: &KafkaPlan) -> Result<Data, RealismError> {
    let examined = || scenario.topics.streams().filter(|stream| !stream.is_optional());
    examined().try_for_each(|stream| check_format(scenario, stream))?;
    let names = TopicNames::new(examined().map(|stream| (stream, scenario.topics.of(stream).name.clone())));
    let connectivity = Arc::new(Connectivity::default());
    let cluster = Cluster::reach(plan, &names, &connectivity, Box::new(|| false)).map_err(RunError::from)?;
    let extents = cluster.extents().map_err(RunError::from)?;
    let there = some_are_there(&cluster, plan, &extents)?;
    let mut collector = collector(scenario)?;
    for (stream, partitions) in there {
        for (number, extent) in (0..).zip(partitions) {
            read_partition(&cluster, &mut collector, stream, (number, *extent))?;
        }
    }
    Ok(collector.finish())
}

/// Refuses a topic whose records are not JSON.
fn check_format(scenario: &Scenario, stream: Stream) -> Result<(), RealismError> {
    let choice = scenario.topics.of(stream);
    match TopicFormat::named(&choice.format).filter(|format| !format.is_text()) {
        Some(format) => Err(RealismError::NotJson { topic: choice.name.clone(), format: format.title() }),
        None => Ok(()),
    }
}

/// Returns the existing topics, and logs a warning for each missing one. Returns an error if all are missing.
fn some_are_there<'a>(
    cluster: &Cluster,
    plan: &KafkaPlan,
    extents: &'a [Option<Vec<Extent>>; STREAMS],
) -> Result<Vec<(Stream, &'a [Extent])>, RealismError> {
    let mut there = Vec::new();
    for (stream, topic) in cluster.topics().iter() {
        match &extents[stream as usize] {
            Some(partitions) => there.push((stream, partitions.as_slice())),
            None => tracing::warn!(topic, "there is no such topic: its checks have nothing to look at"),
        }
    }
    if there.is_empty() {
        let (brokers, topics) = (plan.brokers.clone(), cluster.topics().names().collect::<Vec<_>>().join(", "));
        return Err(RealismError::NoTopics { brokers, topics });
    }
    Ok(there)
}

fn read_partition(
    cluster: &Cluster,
    collector: &mut Collector,
    stream: Stream,
    (number, extent): (i32, Extent),
) -> Result<(), RealismError> {
    let topic = cluster.topics().of(stream);
    let mut fault = None;
    let outcome = cluster.read_extent(topic, (number, extent), |seen| {
        if fault.is_none() {
            let time = VirtualTime::from_micros(seen.millis.saturating_mul(1_000));
            let wrong = |what| (seen.offset, what);
            fault = collector.line(stream, Some(time), json_alone(seen.value)).map_err(wrong).err();
        }
    });
    outcome.map_err(RunError::from)?;
    match fault {
        None => Ok(()),
        Some((offset, what)) => {
            Err(RealismError::TopicRecord { topic: topic.to_owned(), partition: number, offset, what })
        }
    }
}
