//! A producer and its transaction: sends records, commits them with the progress. A failure carries the broker's own
//! reason. Must not depend on: recovery, since a producer is dropped after a failure.

use super::client::{self, Listener};
use super::epoch::Outgoing;
use super::fault::{At, Fault, error_text};
use super::framing::Framing;
use super::names::Names;
use super::progress::Progress;
use super::rejection::is_permanent;
use super::wait::{POLL_INTERVAL, Wait, WaitingProducer};
use crate::config::{Delivery, Headers, KafkaPlan};
use crate::crash;
use crate::status::Connectivity;
use crossbeam_channel::{RecvTimeoutError, bounded};
use populace_wire::Content;
use rdkafka::client::Client;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The longest wait for the reason of a failure, while dropped records are reported.
const ERROR_SETTLE_TIMEOUT: Duration = Duration::from_secs(2);

/// The number of records between two polls of the library's events.
const POLL_EVERY_RECORDS: u64 = 1_024;

/// The timeout of one attempt to fence: a new cluster first creates its topic for transactions.
const FENCE_TIMEOUT: Duration = Duration::from_secs(15);

/// The header that names a record's epoch.
pub(super) const EPOCH: &str = "epoch";

/// A producer that commits epochs.
pub(super) struct EpochProducer {
    producer: Arc<BaseProducer<Listener>>,
    names: Names,
    transaction_timeout: Duration,
    delivery: Delivery,
    headers: Headers,
    connectivity: Arc<Connectivity>,
    is_open: bool,
    sent: u64,
}

impl EpochProducer {
    /// Returns a producer that has not connected yet.
    pub(super) fn new(plan: &KafkaPlan, names: &Names, connectivity: &Arc<Connectivity>) -> Result<Self, Fault> {
        let config = client::producer(plan, &names.transactional_id(), names.topics.count());
        let producer = config.create_with_context(Listener::default()).map_err(|e| Fault::setup(&e))?;
        let (delivery, headers) = (plan.delivery, plan.headers);
        Ok(EpochProducer {
            producer: Arc::new(producer),
            names: names.clone(),
            transaction_timeout: plan.transaction_timeout,
            delivery,
            headers,
            connectivity: connectivity.clone(),
            is_open: false,
            sent: 0,
        })
    }

    /// Ends the open transaction of an earlier producer of this world, and prevents that one from writing again. A
    /// producer whose fencing failed cannot be used again.
    pub(super) fn fence(&self) -> Result<(), Fault> {
        if self.delivery == Delivery::AtLeastOnce {
            return Ok(());
        }
        self.producer.init_transactions(FENCE_TIMEOUT).map_err(|e| {
            client::collect_reasons(|rest| self.producer.poll(rest));
            match self.listener().authentication_error() {
                Some(why) => Fault::AuthenticationFailed { why },
                None => self.classify("begin to write", &e),
            }
        })
    }

    /// Sends a record; opens a transaction if none is open.
    #[inline]
    pub(super) fn send(&mut self, record: &Outgoing<'_>, epoch: u64) -> Result<(), Fault> {
        if !self.is_open {
            self.begin()?;
        }
        self.sent += 1;
        if self.sent.is_multiple_of(POLL_EVERY_RECORDS) {
            self.producer.poll(Duration::ZERO);
            crash::point("kafka.produce");
        }
        let mut out = BaseRecord::to(self.names.topics.of(record.stream))
            .partition(record.partition)
            .key(record.key)
            .timestamp(record.millis);
        if record.content == Content::Value {
            out = out.payload(record.value);
        }
        if self.headers == Headers::On || record.schema_id.is_some() {
            out = out.headers(self.headers_of(record, epoch));
        }
        self.hand_over(out)
    }

    /// Commits the epoch: all records sent so far and this progress become visible together.
    pub(super) fn commit(&mut self, progress: &Progress) -> Result<(), Fault> {
        if !self.is_open {
            self.begin()?;
        }
        crash::point("kafka.records");
        if self.delivery == Delivery::AtLeastOnce {
            // Progress must never be ahead of the records that it counts.
            self.drain()?;
        }
        let (key, value) = (Progress::key_of(&progress.world), progress.to_bytes());
        let topic = self.names.progress.clone();
        self.hand_over(BaseRecord::to(&topic).partition(0).key(&key).payload(&value))?;
        crash::point("kafka.commit");
        match self.delivery {
            Delivery::ExactlyOnce => self.end_transaction()?,
            Delivery::AtLeastOnce => self.drain()?,
        }
        self.is_open = false;
        crash::point("kafka.committed");
        Ok(())
    }

    fn begin(&mut self) -> Result<(), Fault> {
        crash::point("kafka.begin");
        if self.delivery == Delivery::ExactlyOnce {
            self.producer.begin_transaction().map_err(|e| self.classify("begin an epoch", &e))?;
        }
        self.is_open = true;
        Ok(())
    }

    fn headers_of(&self, record: &Outgoing<'_>, epoch: u64) -> OwnedHeaders {
        let headers = OwnedHeaders::new_with_capacity(4);
        let headers = match record.schema_id {
            Some(_) => headers.insert(Header { key: Framing::HEADER, value: record.schema_id }),
            None => headers,
        };
        if self.headers == Headers::Off {
            return headers;
        }
        let (world, epoch, sequence) = (&self.names.world, epoch.to_string(), record.sequence.to_string());
        headers
            .insert(Header { key: "world", value: Some(world) })
            .insert(Header { key: EPOCH, value: Some(&epoch) })
            .insert(Header { key: "entity_sequence", value: Some(&sequence) })
    }

    fn hand_over<K, V>(&self, record: BaseRecord<'_, K, V, ()>) -> Result<(), Fault>
    where
        K: rdkafka::message::ToBytes + ?Sized,
        V: rdkafka::message::ToBytes + ?Sized,
    {
        let full = KafkaError::MessageProduction(RDKafkaErrorCode::QueueFull);
        let (mut record, mut wait) = (record, Wait::new("send records"));
        loop {
            match self.producer.send(record) {
                Ok(()) => return wait.over(self),
                Err((error, back)) if error == full => record = back,
                Err((error, _)) => return Err(self.classify("send records", &error)),
            }
            wait.pause(self)?;
        }
    }

    /// Waits until the broker has all records. The library's own flush checks only ten times a second.
    fn drain(&self) -> Result<(), Fault> {
        let mut wait = Wait::new("send records");
        while self.producer.in_flight_count() > 0 {
            let _ = self.producer.flush(Duration::ZERO);
            wait.pause(self)?;
        }
        self.delivered()?;
        wait.over(self)
    }

    /// Sends what waits in the library, and commits. Does that in another thread: the call may take as long as the broker
    /// is unreachable, and the library does not reliably support a second call after a shorter timeout. Only this call
    /// sends the last records at once; otherwise they wait for the linger time.
    fn end_transaction(&self) -> Result<(), Fault> {
        let (to, answer) = bounded(1);
        let (producer, patience) = (self.producer.clone(), self.transaction_timeout);
        let commit = move || drop(to.send(producer.commit_transaction(patience)));
        let thread = std::thread::Builder::new().name("populace-commit".into()).spawn(commit);
        thread.map_err(|e| Fault::away("commit", Some(e.to_string())))?;
        let (mut wait, mut undelivered) = (Wait::new("commit"), None);
        loop {
            match answer.recv_timeout(POLL_INTERVAL) {
                Ok(Ok(())) => return wait.over(self),
                Ok(Err(error)) => return Err(self.classify("commit", &error)),
                Err(RecvTimeoutError::Disconnected) => return Err(Fault::away("commit", None)),
                Err(RecvTimeoutError::Timeout) => {}
            }
            crash::point("kafka.unanswered");
            self.poll();
            let failing = self.listener().undelivered().map(|_| *undelivered.get_or_insert_with(Instant::now));
            // The call fails as well, and the reason can only be asked for when it has returned.
            if failing.is_none_or(|since| since.elapsed() > ERROR_SETTLE_TIMEOUT) {
                wait.check(self)?;
            }
        }
    }

    /// Returns the fault for an error, with the broker's own reason, which may follow the reports of records dropped
    /// because of it.
    fn classify(&self, doing: &'static str, error: &KafkaError) -> Fault {
        let of_transaction = self.of_transaction();
        if is_rejection(error) || of_transaction.as_ref().is_some_and(is_rejection) {
            self.collect_errors();
        }
        let record = self.listener().undelivered();
        let of_record = record.as_ref().map(|record| record.error.clone());
        let record = record.filter(|record| !client::is_consequence(&record.error));
        let topic = of_transaction.as_ref().and_then(named).or_else(|| self.listener().excluded_topic());
        let at = At { record, topic, heard: self.heard() };
        Fault::sending(doing, [of_transaction, of_record, Some(error.clone())], at)
    }

    /// Polls until the refused record is known, or no record is left to be reported.
    fn collect_errors(&self) {
        let began = Instant::now();
        let known = || self.listener().undelivered().is_some_and(|record| !client::is_consequence(&record.error));
        // Includes reasons that the library reports without a record.
        client::collect_reasons(|rest| self.producer.poll(rest));
        while !known() && self.producer.in_flight_count() > 0 && began.elapsed() < ERROR_SETTLE_TIMEOUT {
            self.poll();
            sleep(POLL_INTERVAL);
        }
    }

    /// Returns the reason why the open transaction can no longer be committed; None if it still can. The call for the reason
    /// does not fit the state of the transaction, so the library rejects it with that reason and without an effect.
    fn of_transaction(&self) -> Option<KafkaError> {
        let is_open = self.is_open && self.delivery == Delivery::ExactlyOnce;
        is_open.then(|| self.producer.begin_transaction().err()).flatten()
    }

    fn listener(&self) -> &Listener {
        self.producer.context()
    }
}

impl WaitingProducer for EpochProducer {
    fn poll(&self) {
        self.producer.poll(Duration::ZERO);
    }

    fn delivered(&self) -> Result<(), Fault> {
        match self.listener().undelivered() {
            None => Ok(()),
            Some(record) => Err(self.classify("send records", &record.error)),
        }
    }

    fn fatal(&self, doing: &'static str, code: RDKafkaErrorCode, why: String) -> Fault {
        match self.classify(doing, &KafkaError::Global(code)) {
            Fault::Transient { .. } => Fault::Transient { doing, why: format!("{code}: {why}") },
            other => other,
        }
    }

    fn heard(&self) -> Option<String> {
        self.listener().reason()
    }

    fn connectivity(&self) -> &Connectivity {
        &self.connectivity
    }

    fn client(&self) -> &Client<Listener> {
        self.producer.client()
    }

    fn names(&self) -> &Names {
        &self.names
    }
}

/// Returns whether an error is the broker's response to the records, or a consequence of one.
fn is_rejection(error: &KafkaError) -> bool {
    client::is_consequence(error) || error.rdkafka_error_code().is_some_and(is_permanent)
}

/// Returns the topic in the text of an error: "ProduceRequest for trips [0] with 3 message(s) failed: ...".
fn named(error: &KafkaError) -> Option<String> {
    let text = error_text(error);
    let (topic, _) = text.strip_prefix("ProduceRequest for ")?.split_once(" [")?;
    Some(topic.to_owned())
}
