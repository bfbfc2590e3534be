//! Recovery after a failure of any kind: reconnects, fences, reads the progress, and returns whether the epoch is
//! committed. Must not depend on: records.

use super::cluster::{read_progress, refused};
use super::fault::Fault;
use super::missing::MissingTopics;
use super::producer::EpochProducer;
use super::progress::Progress;
use super::reader::Reader;
use super::wait::WaitingProducer;
use super::writer::{KafkaSink, Outcome};
use crate::sink::{Instance, SinkError};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The time that another process may take between fencing this one and its claim.
const CLAIM_GRACE: Duration = Duration::from_secs(2);

/// The time between two checks whether the wait was given up.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

impl KafkaSink {
    /// Replaces a producer that failed, and returns the outcome of the commit `tried`, if any. Retries until the broker
    /// answers, the run ends, or the fault proves to be permanent.
    pub(super) fn recover(&mut self, fault: Fault, tried: Option<&Progress>) -> Result<Outcome, SinkError> {
        let _span = tracing::info_span!("recover", epoch = self.committed.epoch).entered();
        let (mut fault, mut missing) = (fault, MissingTopics::default());
        loop {
            let Some(transient) = fault.transient() else { return Err(refused(&self.plan, fault)) };
            self.retry.failed(&self.connectivity, transient);
            let is_denied = matches!(fault, Fault::AuthenticationFailed { .. });
            if is_denied && self.retry.failing_for() > self.plan.connect_timeout {
                return Err(refused(&self.plan, fault));
            }
            self.retry.back_off(&self.connectivity);
            if matches!(fault, Fault::Fenced { .. }) {
                self.let_others_claim();
            }
            match self.reconnect() {
                Ok(found) => {
                    let outcome = self.outcome(&found, tried)?;
                    self.connectivity.set_reachable();
                    self.retry.reconnected();
                    tracing::debug!(found = found.epoch, ?outcome, "recovered");
                    return Ok(outcome);
                }
                Err(RecoverError::Claimed(by)) => return Err(SinkError::Claimed { by }),
                Err(RecoverError::Fault(next)) => fault = next,
            }
            if self.connectivity.is_given_up() {
                return Err(SinkError::GivenUp);
            }
            let producer = &self.fenced.producer;
            missing.check(producer.client(), producer.names()).map_err(|gone| refused(&self.plan, gone))?;
        }
    }

    /// Waits for the claim of the process that fenced this one: an earlier read would find the own claim, and fence
    /// that process.
    fn let_others_claim(&self) {
        let until = Instant::now() + CLAIM_GRACE;
        while Instant::now() < until && !self.connectivity.is_given_up() {
            sleep(POLL_INTERVAL);
        }
    }

    /// Fences again. The claim is read before, since two instances would otherwise fence each other for ever, and
    /// after, since only then no other process can have written in between.
    fn reconnect(&mut self) -> Result<Progress, RecoverError> {
        self.own_progress()?;
        let producer = EpochProducer::new(&self.plan, &self.fenced.names, &self.connectivity)?;
        producer.fence()?;
        let progress = self.own_progress()?;
        self.fenced.producer = producer;
        Ok(progress)
    }

    fn own_progress(&self) -> Result<Progress, RecoverError> {
        let names = &self.fenced.names;
        let reader = Reader::new(&self.plan, &self.connectivity)?;
        let progress = read_progress(&reader, &names.progress, &names.world)?;
        match progress.ours {
            Some(Ok(progress)) if progress.instance.id == self.committed.instance.id => Ok(progress),
            Some(Ok(progress)) => Err(RecoverError::Claimed(Box::new(progress.instance))),
            Some(Err(_)) | None => Err(RecoverError::Fault(Fault::Permanent {
                doing: "read this world's progress",
                why: format!("it is gone from {}", names.progress),
                help:
                    "see who deleted it, then run `populace verify --rebuild-progress`, which compares the topics with \
                       the world and rewrites it; or give another kafka.topic_prefix, which starts at the last \
                       checkpoint"
                        .into(),
            })),
        }
    }

    fn outcome(&self, found: &Progress, tried: Option<&Progress>) -> Result<Outcome, SinkError> {
        if Some(found) == tried {
            Ok(Outcome::Committed)
        } else if *found == self.committed {
            Ok(Outcome::NotCommitted)
        } else {
            let (found, known) = (found.epoch, self.committed.epoch);
            Err(SinkError::Unexplained { progress: self.fenced.names.progress.clone(), found, known })
        }
    }
}

/// The reason why reconnecting failed.
enum RecoverError {
    Claimed(Box<Instance>),
    Fault(Fault),
}

impl From<Fault> for RecoverError {
    fn from(fault: Fault) -> Self {
        RecoverError::Fault(fault)
    }
}
