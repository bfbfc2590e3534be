//! The start of a sink whose records cannot be read back: it is free for every world. Must not depend on: any one sink.

use super::start::{ResumePoint, SinkFacts, SinkStart, SinkWorld, Standing};
use super::{Attachment, Sink, SinkError, SinkPlace, SinkRefusal};

/// The function that opens the sink.
type Open = Box<dyn FnOnce() -> Result<Box<dyn Sink>, SinkError>>;

/// The start of a sink that holds no records to inspect.
pub(super) struct UnreadableStart {
    place: SinkPlace,
    open: Open,
}

impl UnreadableStart {
    /// Returns the start of a sink of this kind, which `open` opens.
    pub(super) fn new(kind: &str, open: impl FnOnce() -> Result<Box<dyn Sink>, SinkError> + 'static) -> Self {
        UnreadableStart { place: SinkPlace::new(kind), open: Box::new(open) }
    }
}

impl SinkStart for UnreadableStart {
    fn place(&self) -> SinkPlace {
        self.place.clone()
    }

    fn inspect(&mut self, _: u128, _: Option<&SinkWorld<'_>>) -> Result<Box<dyn SinkFacts>, SinkError> {
        Ok(Box::new(UnreadableFacts { place: self.place.clone() }))
    }

    fn open(self: Box<Self>, _: ResumePoint<'_>) -> Result<Box<dyn Sink>, SinkError> {
        (self.open)()
    }
}

/// The only fact about such a sink: its place.
#[derive(Debug)]
pub(crate) struct UnreadableFacts {
    pub(crate) place: SinkPlace,
}

impl SinkFacts for UnreadableFacts {
    fn check_free(&self) -> Result<(), SinkRefusal> {
        Ok(())
    }

    fn standing(&self, _: u128, attachment: Option<&Attachment>) -> Result<Standing, SinkRefusal> {
        let here = attachment.is_some_and(|attachment| attachment.place == self.place);
        Ok(if here { Standing::Own { ahead: false, moved: false } } else { Standing::Free })
    }
}
