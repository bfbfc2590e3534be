//! The reader of partitions, from the beginning to the current end: all committed records, and no others. Must not
//! depend on: progress, the world.

use super::client::{Isolation, Listener, collect_reasons, reader};
use super::fault::{Fault, error_text};
use super::rejection::is_permanent;
use crate::config::KafkaPlan;
use crate::status::Connectivity;
use rdkafka::consumer::{BaseConsumer, Consumer};
use rdkafka::error::KafkaError;
use rdkafka::message::{BorrowedMessage, Message};
use rdkafka::{Offset, TopicPartitionList};
use std::sync::Arc;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The timeout of one request.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);

/// The time without an answer after which a read fails.
const READ_TIMEOUT: Duration = Duration::from_secs(20);

/// The longest wait for another producer's transaction: the broker aborts it after a timeout of at most 15 minutes, and
/// reports nothing before.
const OPEN_TRANSACTION_TIMEOUT: Duration = Duration::from_secs(100);

/// The offsets of a partition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    /// The offset of the first record that is kept.
    pub(crate) low: i64,
    /// The offset after the last record.
    pub(crate) high: i64,
}

/// A reader of partitions.
pub(crate) struct Reader {
    committed: BaseConsumer<Listener>,
    uncommitted: BaseConsumer<Listener>,
    connectivity: Arc<Connectivity>,
}

impl Reader {
    /// Returns a reader of the cluster that `plan` names.
    pub(crate) fn new(plan: &KafkaPlan, connectivity: &Arc<Connectivity>) -> Result<Self, Fault> {
        let client = |isolation| -> Result<BaseConsumer<Listener>, Fault> {
            reader(plan, isolation).create_with_context(Listener::default()).map_err(|e| Fault::setup(&e))
        };
        Ok(Reader {
            committed: client(Isolation::Committed)?,
            uncommitted: client(Isolation::Uncommitted)?,
            connectivity: connectivity.clone(),
        })
    }

    /// Returns the offsets of a partition, including uncommitted records.
    pub(crate) fn extent(&self, topic: &str, partition: i32) -> Result<Extent, Fault> {
        extent(&self.uncommitted, topic, partition)
    }

    /// Passes every committed record of a partition to `visit`, in order, up to its current end.
    pub(crate) fn read(
        &self,
        topic: &str,
        partition: i32,
        mut visit: impl FnMut(&BorrowedMessage<'_>),
    ) -> Result<(), Fault> {
        let extent = self.extent(topic, partition)?;
        self.read_extent(topic, partition, extent, &mut visit)
    }

    /// Passes every committed record of this part of a partition to `visit`, in order.
    pub(crate) fn read_extent(
        &self,
        topic: &str,
        partition: i32,
        Extent { low, high }: Extent,
        mut visit: impl FnMut(&BorrowedMessage<'_>),
    ) -> Result<(), Fault> {
        if low == high {
            return Ok(());
        }
        self.wait_for_open_transactions(topic, partition, high)?;
        let mut list = TopicPartitionList::new();
        list.add_partition_offset(topic, partition, Offset::Offset(low)).map_err(|e| Fault::call("read", &e))?;
        self.committed.assign(&list).map_err(|e| Fault::call("read", &e))?;
        let outcome = self.until_end(high, &mut visit);
        let _ = self.committed.assign(&TopicPartitionList::new());
        outcome
    }

    fn until_end(&self, high: i64, visit: &mut impl FnMut(&BorrowedMessage<'_>)) -> Result<(), Fault> {
        let mut heard = Instant::now();
        loop {
            match self.committed.poll(Duration::from_millis(100)) {
                // Records that arrived since belong to a later read.
                Some(Ok(message)) if message.offset() >= high => return Ok(()),
                Some(Ok(message)) => visit(&message),
                // All transactions before the end were decided when reading began, so this end is not an open transaction.
                Some(Err(KafkaError::PartitionEOF(_))) => return Ok(()),
                Some(Err(e)) if e.rdkafka_error_code().is_some_and(is_permanent) => {
                    return Err(Fault::call("read", &e));
                }
                Some(Err(e)) if heard.elapsed() > READ_TIMEOUT => return Err(self.silent(&e)),
                None if heard.elapsed() > READ_TIMEOUT => return Err(Fault::away("read", self.reason())),
                Some(Err(_)) | None => {
                    self.check_given_up()?;
                    continue;
                }
            }
            heard = Instant::now();
        }
    }

    /// Waits until no transaction is open before `high`: an open one hides the committed records after it.
    fn wait_for_open_transactions(&self, topic: &str, partition: i32, high: i64) -> Result<(), Fault> {
        let began = Instant::now();
        let mut said = false;
        while extent(&self.committed, topic, partition)?.high < high {
            self.check_given_up()?;
            if began.elapsed() > OPEN_TRANSACTION_TIMEOUT {
                return Err(Fault::open_transaction(topic));
            }
            if began.elapsed() > Duration::from_secs(3) && !said {
                said = true;
                tracing::info!(topic, "waiting for another producer's open transaction");
            }
            sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn check_given_up(&self) -> Result<(), Fault> {
        if self.connectivity.is_given_up() { Err(Fault::GivenUp) } else { Ok(()) }
    }

    fn silent(&self, error: &KafkaError) -> Fault {
        Fault::away("read", self.reason().or(Some(error_text(error))))
    }

    fn reason(&self) -> Option<String> {
        self.committed.context().reason()
    }
}

fn extent(client: &BaseConsumer<Listener>, topic: &str, partition: i32) -> Result<Extent, Fault> {
    let asked = client.fetch_watermarks(topic, partition, REQUEST_TIMEOUT);
    asked.map(|(low, high)| Extent { low, high }).map_err(|e| {
        // The client has no assignment, so this poll loses no record.
        collect_reasons(|rest| drop(client.poll(rest)));
        match client.context().authentication_error() {
            Some(why) => Fault::AuthenticationFailed { why },
            None => Fault::query("read", &e, client.context().reason()),
        }
    })
}
