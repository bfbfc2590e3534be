//! The sink that keeps nothing: for measuring, and for worlds that only live. Counts are the publisher's.

use super::{Mark, Sink, SinkError};
use populace_sim::{Record, VirtualTime};

/// Takes records and forgets them.
#[derive(Debug, Default)]
pub struct NullSink;

impl Sink for NullSink {
    fn record(&mut self, _: &Record<'_>) -> Result<(), SinkError> {
        Ok(())
    }

    fn flush(&mut self, _: VirtualTime) -> Result<(), SinkError> {
        Ok(())
    }

    fn mark(&mut self, _: VirtualTime) -> Result<Mark, SinkError> {
        Ok(Mark::of_nothing())
    }
}
