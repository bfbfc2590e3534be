//! The reason why a run must not start with a sink, in a type of that sink. Must not depend on: any one sink.

use std::error::Error;
use std::fmt;

/// The reason why a run must not start with a sink.
pub struct SinkRefusal(Box<dyn Error + Send + Sync>);

impl SinkRefusal {
    /// Returns the refusal with a reason of the sink's own type.
    pub fn new(reason: impl Error + Send + Sync + 'static) -> Self {
        SinkRefusal(Box::new(reason))
    }

    /// Returns the reason; None if it is not of this type.
    pub fn reason<T: Error + 'static>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }
}

impl fmt::Debug for SinkRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, out)
    }
}

impl fmt::Display for SinkRefusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

impl Error for SinkRefusal {}
