//! Why a run must not start with a sink: a reason of the sink's own. Must not depend on: any one sink.

use std::error::Error;
use std::fmt;

/// Why a run must not start with a sink.
pub struct SinkRefusal(Box<dyn Error + Send + Sync>);

impl SinkRefusal {
    /// Returns the reason, which is one of the sink's own.
    pub fn new(reason: impl Error + Send + Sync + 'static) -> Self {
        SinkRefusal(Box::new(reason))
    }

    /// The reason, if it is of this type.
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
