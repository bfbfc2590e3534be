//! A wait of a producer for the broker: it can be given up, is logged when it takes long, and ends if the topics are
//! gone or the broker rejected something. Must not depend on: records.

use super::client::Listener;
use super::fault::Fault;
use super::missing::MissingTopics;
use super::names::Names;
use crate::status::Connectivity;
use rdkafka::client::Client;
use rdkafka::error::RDKafkaErrorCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The time between two checks whether a wait is over.
pub(super) const POLL_INTERVAL: Duration = Duration::from_micros(500);

/// The length of a wait after which an outage is logged.
const SLOW_WAIT: Duration = Duration::from_secs(2);

/// A producer that may have to wait for the broker.
pub(super) trait WaitingProducer {
    /// Lets the library report events.
    fn poll(&self);

    /// Checks that no record is known to be undelivered.
    fn delivered(&self) -> Result<(), Fault>;

    /// Returns the fault of a client that accepts nothing more.
    fn fatal(&self, doing: &'static str, code: RDKafkaErrorCode, why: String) -> Fault;

    /// Returns the last reason that the client reported for a missing connection.
    fn heard(&self) -> Option<String>;

    fn connectivity(&self) -> &Connectivity;

    fn client(&self) -> &Client<Listener>;

    fn names(&self) -> &Names;
}

/// A wait for the broker.
pub(super) struct Wait {
    doing: &'static str,
    since: Instant,
    reported: bool,
    missing: MissingTopics,
}

impl Wait {
    /// Starts a wait during the step `doing`, a verb.
    pub(super) fn new(doing: &'static str) -> Self {
        Wait { doing, since: Instant::now(), reported: false, missing: MissingTopics::default() }
    }

    /// Pauses, unless the wait must end.
    #[cold]
    pub(super) fn pause(&mut self, producer: &impl WaitingProducer) -> Result<(), Fault> {
        self.check(producer)?;
        sleep(POLL_INTERVAL);
        Ok(())
    }

    /// Checks that the wait can still succeed.
    pub(super) fn check(&mut self, producer: &impl WaitingProducer) -> Result<(), Fault> {
        producer.poll();
        if producer.connectivity().is_given_up() {
            return Err(Fault::GivenUp);
        }
        if let Some((code, why)) = producer.client().fatal_error() {
            return Err(match code {
                RDKafkaErrorCode::Fenced => Fault::Fenced { doing: self.doing },
                _ => producer.fatal(self.doing, code, why),
            });
        }
        producer.delivered()?;
        if self.since.elapsed() > SLOW_WAIT {
            self.report(producer);
            return self.missing.check(producer.client(), producer.names());
        }
        Ok(())
    }

    fn report(&mut self, producer: &impl WaitingProducer) {
        let why = producer.heard().unwrap_or_else(|| "the broker does not answer".into());
        if producer.connectivity().set_unreachable(&why) && producer.connectivity().should_log() {
            tracing::warn!(why, "Kafka unreachable: virtual clock stopped");
        }
        self.reported = true;
    }

    /// Ends a wait that succeeded.
    #[inline]
    pub(super) fn over(&self, producer: &impl WaitingProducer) -> Result<(), Fault> {
        if self.reported
            && let Some(lost) = producer.connectivity().set_reachable()
        {
            producer.connectivity().delivered();
            tracing::info!(seconds = lost.as_secs_f64().round(), "Kafka reachable again");
        }
        Ok(())
    }
}
