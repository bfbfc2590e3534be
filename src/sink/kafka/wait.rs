//! A wait of a producer for the broker: it can be given up, tells when it takes long, and ends where the topics are gone or
//! the broker has refused something. Sends nothing.

use super::absence::Absence;
use super::fault::Fault;
use super::outlet::Outlet;
use rdkafka::error::RDKafkaErrorCode;
use std::thread::sleep;
use std::time::{Duration, Instant};

/// Between two looks at whether a wait is over.
pub(super) const BLINK: Duration = Duration::from_micros(500);

/// A wait that is worth telling.
const LONG: Duration = Duration::from_secs(2);

/// A wait for the broker.
pub(super) struct Wait {
    doing: &'static str,
    since: Instant,
    told: bool,
    absence: Absence,
}

impl Wait {
    /// A wait while this is being done, as a verb.
    pub(super) fn new(doing: &'static str) -> Self {
        Wait { doing, since: Instant::now(), told: false, absence: Absence::default() }
    }

    /// Rests a moment, unless there is nothing to wait for any more.
    #[cold]
    pub(super) fn blink(&mut self, outlet: &Outlet) -> Result<(), Fault> {
        self.look(outlet)?;
        sleep(BLINK);
        Ok(())
    }

    /// Whether there is still something to wait for.
    pub(super) fn look(&mut self, outlet: &Outlet) -> Result<(), Fault> {
        outlet.look();
        if outlet.contact().is_given_up() {
            return Err(Fault::GivenUp);
        }
        if let Some((code, why)) = outlet.client().fatal_error() {
            return Err(match code {
                RDKafkaErrorCode::Fenced => Fault::Fenced { doing: self.doing },
                _ => outlet.fatal(self.doing, code, why),
            });
        }
        outlet.delivered()?;
        if self.since.elapsed() > LONG {
            self.tell(outlet);
            return self.absence.look(outlet.client(), outlet.names());
        }
        Ok(())
    }

    fn tell(&mut self, outlet: &Outlet) {
        let why = outlet.heard().unwrap_or_else(|| "the broker does not answer".into());
        if outlet.contact().lose(&why) && outlet.contact().may_tell() {
            tracing::warn!(why, "Kafka cannot be reached: the virtual clock stands still until it can");
        }
        self.told = true;
    }

    /// The wait was worth it.
    #[inline]
    pub(super) fn over(&self, outlet: &Outlet) -> Result<(), Fault> {
        if self.told
            && let Some(lost) = outlet.contact().regain()
        {
            outlet.contact().settled();
            tracing::info!(seconds = lost.as_secs_f64().round(), "Kafka is reached again: going on");
        }
        Ok(())
    }
}
