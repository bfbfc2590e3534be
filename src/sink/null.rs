//! The sink that discards records: for measurements, and for worlds that only run. The publisher counts the records.
//! Must not depend on: records.

use super::start::{SinkStart, StartContext};
use super::unreadable::UnreadableStart;
use super::{Mark, Sink, SinkError, SinkKind, Token};
use populace_sim::VirtualTime;
use populace_wire::Record;

/// The null kind of sink.
pub(crate) struct Null;

impl SinkKind for Null {
    fn name(&self) -> &'static str {
        "null"
    }

    fn reach(&self, _: StartContext<'_>) -> Result<Box<dyn SinkStart>, SinkError> {
        Ok(Box::new(UnreadableStart::new(self.name(), || Ok(Box::new(NullSink)))))
    }
}

/// A sink that discards records.
#[derive(Debug, Default)]
struct NullSink;

impl Sink for NullSink {
    fn record(&mut self, _: &Record<'_>) -> Result<(), SinkError> {
        Ok(())
    }

    fn flush(&mut self, _: VirtualTime) -> Result<(), SinkError> {
        Ok(())
    }

    fn mark(&mut self, _: VirtualTime) -> Result<Mark, SinkError> {
        Ok(Mark::durable(Token::default()))
    }
}
