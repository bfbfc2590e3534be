//! The check, while a run waits, that its topics exist: the client library retries for ever if a topic was deleted.
//! Must not depend on: records.

use super::fault::Fault;
use super::names::Names;
use super::rejection::Rejection;
use rdkafka::ClientContext;
use rdkafka::client::Client;
use rdkafka::error::RDKafkaErrorCode;
use std::time::{Duration, Instant};

/// The time between two requests.
const CHECK_INTERVAL: Duration = Duration::from_secs(2);

/// The timeout of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(1);

/// The time for which a topic must be missing in every answer: a broker that has just started may not know all of them yet.
const MISSING_GRACE: Duration = Duration::from_secs(10);

/// The topics that were missing so far.
#[derive(Debug, Default)]
pub(super) struct MissingTopics {
    checked: Option<Instant>,
    missing: Option<(String, Instant)>,
}

impl MissingTopics {
    /// Requests the topics if the time between two requests has passed.
    ///
    /// # Errors
    /// If a topic has been missing for [`MISSING_GRACE`].
    pub(super) fn check<C: ClientContext>(&mut self, client: &Client<C>, names: &Names) -> Result<(), Fault> {
        if self.checked.is_some_and(|checked| checked.elapsed() < CHECK_INTERVAL) {
            return Ok(());
        }
        let found = missing(client, names);
        self.checked = Some(Instant::now());
        match found {
            // No broker answered, so the topics may exist.
            Err(()) => Ok(()),
            Ok(topic) => self.observe(topic, Instant::now()),
        }
    }

    /// Records an answer of a broker at `now`: a topic was missing, or None.
    fn observe(&mut self, topic: Option<String>, now: Instant) -> Result<(), Fault> {
        let Some(topic) = topic else {
            self.missing = None;
            return Ok(());
        };
        match &self.missing {
            Some((known, since)) if *known == topic => {
                if now.duration_since(*since) < MISSING_GRACE {
                    return Ok(());
                }
                Err(Rejection::missing(topic).into())
            }
            _ => {
                self.missing = Some((topic, now));
                Ok(())
            }
        }
    }
}

/// Returns the first topic that the cluster does not have, None if it has all; an error if it does not answer.
fn missing<C: ClientContext>(client: &Client<C>, names: &Names) -> Result<Option<String>, ()> {
    for name in names.topics.names().chain([names.progress.as_str()]) {
        let metadata = client.fetch_metadata(Some(name), REQUEST_TIMEOUT).map_err(drop)?;
        let topic = metadata.topics().iter().find(|topic| topic.name() == name);
        let error = topic.and_then(|topic| topic.error()).map(RDKafkaErrorCode::from);
        if matches!(error, Some(RDKafkaErrorCode::UnknownTopicOrPartition | RDKafkaErrorCode::UnknownTopic)) {
            return Ok(Some(name.to_owned()));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_gone_when_it_was_missing_for_long_enough() {
        let (mut topics, began) = (MissingTopics::default(), Instant::now());
        let (trips, later) = (|| Some("trips".to_owned()), began + MISSING_GRACE);
        assert!(topics.observe(trips(), began).is_ok());
        assert!(topics.observe(Some("clicks".into()), later).is_ok(), "another one, for the first time");
        assert!(
            topics.observe(None, later).is_ok() && topics.observe(trips(), later).is_ok(),
            "it was there in between"
        );
        assert!(topics.observe(trips(), later + MISSING_GRACE / 2).is_ok());
        assert!(matches!(topics.observe(trips(), later + MISSING_GRACE), Err(Fault::Rejected(_))));
    }
}
