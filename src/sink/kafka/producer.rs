//! One producer and its transaction: records in, a commit with the progress out. A failure carries the broker's own reason.
//! Must not depend on: recovery, since a producer is dropped after a failure.

use super::client::{self, Listener};
use super::epoch::Outgoing;
use super::fault::{At, Fault, error_text};
use super::names::Names;
use super::progress::Progress;
use super::rejection::is_permanent;
use super::wait::{POLL_INTERVAL, Wait, WaitingProducer};
use crate::config::{Delivery, Headers, KafkaPlan};
use crate::crash;
use crate::status::Connectivity;
use crossbeam_channel::{RecvTimeoutError, bounded};
use rdkafka::client::Client;
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long what was dropped may be heard of before the reason is.
const ERROR_SETTLE_TIMEOUT: Duration = Duration::from_secs(2);

/// Records between two looks at the library's events.
const POLL_EVERY_RECORDS: u64 = 1_024;

/// One try to become the world's only writer: a new cluster first makes the topic in which it keeps transactions.
const FENCE_TIMEOUT: Duration = Duration::from_secs(15);

/// The header that names a record's epoch.
pub(super) const EPOCH: &str = "epoch";

/// A producer.
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
    /// A producer that has not connected yet.
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

    /// Ends what an earlier producer of this world left open, and keeps it from ever writing again. A
    /// producer of which this failed is of no more use.
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

    /// Sends a record, opening a transaction when there is none.
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
            .payload(record.value)
            .timestamp(record.millis);
        if self.headers == Headers::On {
            out = out.headers(self.headers_of(record, epoch));
        }
        self.hand_over(out)
    }

    /// Ends the epoch: everything sent so far and this progress become visible together.
    pub(super) fn commit(&mut self, progress: &Progress) -> Result<(), Fault> {
        if !self.is_open {
            self.begin()?;
        }
        crash::point("kafka.records");
        if self.delivery == Delivery::AtLeastOnce {
            // Progress must never be ahead of what it counts.
            self.drain()?;
        }
        let (key, value) = (Progress::key_of(&progress.world), progress.to_bytes());
        let topic = self.names.progress.clone();
        self.hand_over(BaseRecord::to(&topic).partition(0).key(&key).payload(&value))?;
        self.drain()?;
        crash::point("kafka.commit");
        if self.delivery == Delivery::ExactlyOnce {
            self.end_transaction()?;
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
        let (world, epoch, sequence) = (&self.names.world, epoch.to_string(), record.sequence.to_string());
        OwnedHeaders::new_with_capacity(3)
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

    /// Waits until the broker has everything. The library's own flush would look only ten times a second.
    fn drain(&self) -> Result<(), Fault> {
        let mut wait = Wait::new("send records");
        while self.producer.in_flight_count() > 0 {
            let _ = self.producer.flush(Duration::ZERO);
            wait.pause(self)?;
        }
        self.delivered()?;
        wait.over(self)
    }

    /// Commits in a thread of its own: the call may take as long as the broker is away, and to call it again after a
    /// shorter time is what the library cannot be relied on to bear.
    fn end_transaction(&self) -> Result<(), Fault> {
        let (to, answer) = bounded(1);
        let (producer, patience) = (self.producer.clone(), self.transaction_timeout);
        let commit = move || drop(to.send(producer.commit_transaction(patience)));
        let thread = std::thread::Builder::new().name("populace-commit".into()).spawn(commit);
        thread.map_err(|e| Fault::away("commit", Some(e.to_string())))?;
        let mut wait = Wait::new("commit");
        loop {
            match answer.recv_timeout(POLL_INTERVAL) {
                Ok(Ok(())) => return wait.over(self),
                Ok(Err(error)) => return Err(self.classify("commit", &error)),
                Err(RecvTimeoutError::Disconnected) => return Err(Fault::away("commit", None)),
                Err(RecvTimeoutError::Timeout) => {}
            }
            crash::point("kafka.unanswered");
            wait.check(self)?;
        }
    }

    /// Why something failed: the broker's own reason, which may come after what was dropped because of it.
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

    /// Listens until it is known which record was refused, or none is left to hear of.
    fn collect_errors(&self) {
        let began = Instant::now();
        let known = || self.listener().undelivered().is_some_and(|record| !client::is_consequence(&record.error));
        // Also what the library says beside the records.
        client::collect_reasons(|rest| self.producer.poll(rest));
        while !known() && self.producer.in_flight_count() > 0 && began.elapsed() < ERROR_SETTLE_TIMEOUT {
            self.poll();
            sleep(POLL_INTERVAL);
        }
    }

    /// Why the transaction that is open cannot be committed any more, where that is so: any call that does not fit its state
    /// is answered by that, and this one harms nothing.
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

/// Whether an error is the broker's answer to what was sent, or comes of one.
fn is_rejection(error: &KafkaError) -> bool {
    client::is_consequence(error) || error.rdkafka_error_code().is_some_and(is_permanent)
}

/// The topic that an error names: "ProduceRequest for trips [0] with 3 message(s) failed: ...".
fn named(error: &KafkaError) -> Option<String> {
    let text = error_text(error);
    let (topic, _) = text.strip_prefix("ProduceRequest for ")?.split_once(" [")?;
    Some(topic.to_owned())
}
