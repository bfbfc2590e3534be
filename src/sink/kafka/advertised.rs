//! Whether the addresses that a cluster gives its clients can be reached from here: a broker that answers at the address
//! that was given may send its clients on to one that does not resolve. Asks once, at the start.

use super::client::{self, Listener};
use super::fault::{Fault, error_text};
use super::progress::PROGRESS_TOPIC;
use crate::config::KafkaPlan;
use rdkafka::config::ClientConfig;
use rdkafka::metadata::Metadata;
use rdkafka::producer::{BaseProducer, Producer};
use std::time::Duration;

/// What is tried here, as a verb.
const STEP: &str = "reach the brokers";

/// One question.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// Asks a broker at one of the addresses that the cluster advertises, unless one of them is what was given.
///
/// # Errors
/// Where none of them answers.
pub(super) fn reach(plan: &KafkaPlan) -> Result<(), Fault> {
    let config = client::finished(client::base(plan), plan);
    // The client goes on to an advertised address by itself once it has heard of it, so that this can fail by it, too.
    let metadata = query(&config, plan)?.map_err(|reason| Fault::away(STEP, Some(reason)))?;
    let addresses = addresses(&metadata);
    if addresses.is_empty() || plan.brokers.split(',').any(|given| addresses.iter().any(|one| one == given.trim())) {
        return Ok(());
    }
    let all = addresses.join(",");
    let mut config = config;
    config.set("bootstrap.servers", &all);
    let reason = query(&config, plan)?.err();
    reason.map_or(Ok(()), |reason| {
        let given = &plan.brokers;
        let why = format!(
            "{given} answers, and sends its clients on to {all} (advertised.listeners), where nobody does: {reason}"
        );
        Err(Fault::Transient { doing: STEP, why })
    })
}

/// What a client of these settings hears of the cluster; the inner error is why it hears nothing.
fn query(config: &ClientConfig, plan: &KafkaPlan) -> Result<Result<Metadata, String>, Fault> {
    let asker: BaseProducer<Listener> =
        config.create_with_context(Listener::default()).map_err(|e| Fault::setup(&e))?;
    let answer = asker.client().fetch_metadata(Some(PROGRESS_TOPIC), REQUEST_TIMEOUT.min(plan.connect_timeout));
    Ok(answer.map_err(|error| {
        client::collect_reasons(|rest| asker.poll(rest));
        asker.context().reason().unwrap_or_else(|| error_text(&error))
    }))
}

fn addresses(metadata: &Metadata) -> Vec<String> {
    let address = |host: &str, port: i32| {
        if host.contains(':') { format!("[{host}]:{port}") } else { format!("{host}:{port}") }
    };
    metadata.brokers().iter().map(|broker| address(broker.host(), broker.port())).collect()
}
