//! The check that the addresses that a cluster advertises are reachable: a broker that answers at the given address may
//! refer its clients to one that does not resolve. Runs once, at the start.

use super::client::{self, Listener};
use super::fault::{Fault, error_text};
use super::progress::PROGRESS_TOPIC;
use crate::config::KafkaPlan;
use rdkafka::config::ClientConfig;
use rdkafka::metadata::Metadata;
use rdkafka::producer::{BaseProducer, Producer};
use std::time::Duration;

/// The step of this check, as a verb.
const STEP: &str = "reach the brokers";

/// The timeout of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// Requests metadata at the addresses that the cluster advertises, unless a given address is among them.
///
/// # Errors
/// If the cluster answers at neither the given nor the advertised addresses.
pub(super) fn reach(plan: &KafkaPlan) -> Result<(), Fault> {
    let config = client::finished(client::base(plan), plan);
    // The client connects to advertised addresses by itself once it knows them, so these can already fail this request.
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

/// Returns the metadata that a client with these settings receives; the inner error is the reason why it receives none.
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
