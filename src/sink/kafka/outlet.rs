//! One producer and its transaction: records in, a commit with the progress out. Every wait can be given up, and tells
//! when it takes long. Knows no recovery: after a failure it is dropped.

use super::client::{self, Listener};
use super::contact::Contact;
use super::epoch::Outgoing;
use super::fault::Fault;
use super::progress::{PROGRESS_TOPIC, Progress};
use crate::config::{Delivery, Headers, KafkaPlan};
use crate::crash;
use crate::sink::TopicNames;
use crossbeam_channel::{RecvTimeoutError, bounded};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};
use rdkafka::message::{Header, OwnedHeaders};
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Between two looks at whether a wait is over.
const BLINK: Duration = Duration::from_micros(500);

/// A wait that is worth telling.
const LONG: Duration = Duration::from_secs(2);

/// Records between two looks at the library's events.
const LOOK_EVERY: u64 = 1_024;

/// One try to become the world's only writer: a new cluster first makes the topic in which it keeps transactions.
const FENCE: Duration = Duration::from_secs(15);

/// The header that names a record's epoch.
pub(super) const EPOCH: &str = "epoch";

/// Names that records need on their way.
#[derive(Clone, Debug)]
pub(super) struct Names {
    pub(super) world: String,
    pub(super) topics: TopicNames,
    pub(super) progress: String,
}

impl Names {
    /// The id under which only one producer at a time may write this world.
    pub(super) fn transactional_id(&self) -> String {
        format!("populace-{}", Progress::key_of(&self.world).replace('/', "-"))
    }

    /// The name of the progress topic under a prefix.
    pub(super) fn progress_topic(prefix: &str) -> String {
        format!("{prefix}{PROGRESS_TOPIC}")
    }
}

/// A producer.
pub(super) struct Outlet {
    producer: Arc<BaseProducer<Listener>>,
    names: Names,
    transaction_timeout: Duration,
    delivery: Delivery,
    headers: Headers,
    contact: Arc<Contact>,
    is_open: bool,
    sent: u64,
}

impl Outlet {
    /// A producer that has not spoken to anybody yet.
    pub(super) fn new(plan: &KafkaPlan, names: &Names, contact: &Arc<Contact>) -> Result<Self, Fault> {
        let config = client::producer(plan, &names.transactional_id(), names.topics.count());
        let producer = config.create_with_context(Listener::default()).map_err(|e| Fault::setup(&e))?;
        let (delivery, headers) = (plan.delivery, plan.headers);
        Ok(Outlet {
            producer: Arc::new(producer),
            names: names.clone(),
            transaction_timeout: plan.transaction_timeout,
            delivery,
            headers,
            contact: contact.clone(),
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
        self.producer.init_transactions(FENCE).map_err(|e| {
            self.producer.poll(Duration::ZERO);
            match self.listener().turned_away() {
                Some(why) => Fault::Passing { doing: "begin to write", why },
                None => self.sorted("begin to write", &e),
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
        if self.sent.is_multiple_of(LOOK_EVERY) {
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

    /// Lets the library tell what happened meanwhile.
    pub(super) fn look(&self) {
        self.producer.poll(Duration::ZERO);
    }

    fn begin(&mut self) -> Result<(), Fault> {
        crash::point("kafka.begin");
        if self.delivery == Delivery::ExactlyOnce {
            self.producer.begin_transaction().map_err(|e| self.sorted("begin an epoch", &e))?;
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
                Err((error, _)) => return Err(self.sorted("send records", &error)),
            }
            wait.blink(self)?;
        }
    }

    /// Waits until the broker has everything. The library's own flush would look only ten times a second.
    fn drain(&self) -> Result<(), Fault> {
        let mut wait = Wait::new("send records");
        while self.producer.in_flight_count() > 0 {
            let _ = self.producer.flush(Duration::ZERO);
            wait.blink(self)?;
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
            match answer.recv_timeout(BLINK) {
                Ok(Ok(())) => return wait.over(self),
                Ok(Err(error)) => return Err(self.sorted("commit", &error)),
                Err(RecvTimeoutError::Disconnected) => return Err(Fault::away("commit", None)),
                Err(RecvTimeoutError::Timeout) => {}
            }
            crash::point("kafka.unanswered");
            wait.look(self)?;
        }
    }

    fn delivered(&self) -> Result<(), Fault> {
        self.listener().undelivered().map_or(Ok(()), |error| Err(self.sorted("send records", &error)))
    }

    fn sorted(&self, doing: &'static str, error: &KafkaError) -> Fault {
        // What kept a record from being delivered says more than that the transaction failed by it.
        let cause = self.listener().undelivered().unwrap_or_else(|| error.clone());
        match Fault::call(doing, &cause) {
            Fault::Passing { why, .. } => {
                let heard = self.listener().reason().filter(|_| is_silence(error));
                Fault::Passing { doing, why: heard.unwrap_or(why) }
            }
            other => other,
        }
    }

    fn listener(&self) -> &Listener {
        self.producer.context()
    }
}

/// Whether an error says no more than that there was no answer.
fn is_silence(error: &KafkaError) -> bool {
    use RDKafkaErrorCode as Code;
    let silent = [Code::OperationTimedOut, Code::BrokerTransportFailure, Code::AllBrokersDown, Code::MessageTimedOut];
    error.rdkafka_error_code().is_some_and(|code| silent.contains(&code))
}

/// A wait for the broker.
struct Wait {
    doing: &'static str,
    since: Instant,
    told: bool,
}

impl Wait {
    fn new(doing: &'static str) -> Self {
        Wait { doing, since: Instant::now(), told: false }
    }

    /// Rests a moment, unless there is nothing to wait for any more.
    #[cold]
    fn blink(&mut self, outlet: &Outlet) -> Result<(), Fault> {
        self.look(outlet)?;
        sleep(BLINK);
        Ok(())
    }

    /// Whether there is still something to wait for.
    fn look(&mut self, outlet: &Outlet) -> Result<(), Fault> {
        outlet.producer.poll(Duration::ZERO);
        if outlet.contact.is_given_up() {
            return Err(Fault::GivenUp);
        }
        if let Some((code, why)) = outlet.producer.client().fatal_error() {
            return Err(match code {
                RDKafkaErrorCode::Fenced => Fault::Fenced { doing: self.doing },
                _ => Fault::Passing { doing: self.doing, why: format!("{code}: {why}") },
            });
        }
        outlet.delivered()?;
        if self.since.elapsed() > LONG {
            self.tell(outlet);
        }
        Ok(())
    }

    fn tell(&mut self, outlet: &Outlet) {
        let why = outlet.listener().reason().unwrap_or_else(|| "the broker does not answer".into());
        if outlet.contact.lose(&why) {
            tracing::warn!(why, "Kafka cannot be reached: the virtual clock stands still until it can");
        }
        self.told = true;
    }

    /// The wait was worth it.
    #[inline]
    fn over(&self, outlet: &Outlet) -> Result<(), Fault> {
        if self.told
            && let Some(lost) = outlet.contact.regain()
        {
            tracing::info!(seconds = lost.as_secs_f64().round(), "Kafka is reached again: going on");
        }
        Ok(())
    }
}
